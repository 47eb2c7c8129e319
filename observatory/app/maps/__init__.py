"""The maps of the territory: layers, classes and legend, drawn by Leaflet.

Frames in, one HTML page out; no Streamlit here, and no address asked for unless tiles are wanted.
"""
