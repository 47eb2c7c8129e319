"""What the page of equity and uncertainty shows. No Streamlit here."""
