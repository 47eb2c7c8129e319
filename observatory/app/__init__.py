"""The Streamlit screens: the list of pages, the visitor's state in the URL, cached reads, maps.

Knows files, sheets, words, places, the model, geography and tables; never read or build. Only
``main``, ``cache`` and ``pages`` import Streamlit.
"""
