"""What the page of decisions shows: places to choose from, changes in words, figures, maps.

Frames in, texts, rows and chart specifications out; no Streamlit here.
"""
