"""The maps of the territory: layers, classes and legend, drawn by Leaflet. No Streamlit here."""
