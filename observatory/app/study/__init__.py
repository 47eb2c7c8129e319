"""What the page of equity and uncertainty shows: rows and charts.

Frames in, rows and chart specifications out; no Streamlit here.
"""
