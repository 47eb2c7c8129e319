"""What the page of places shows: answers, cards, map, sheet. No Streamlit here."""
