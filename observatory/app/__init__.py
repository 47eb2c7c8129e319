"""The Streamlit front end: thin pages over cached reads."""
