"""The entry that Streamlit runs: a client of the package."""

from observatory.app.main import main

main()
