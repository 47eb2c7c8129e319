"""The entry that Streamlit serves: a client of the package."""

import streamlit as st

if __name__ == "__main__":  # each run of a visit
    from observatory.app.main import main

    main()
else:  # the server, once
    from observatory.app.first_html import MIDDLEWARE

    app = st.App(__file__, middleware=MIDDLEWARE)
