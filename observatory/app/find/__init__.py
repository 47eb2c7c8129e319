"""What the page of places shows: answers, cards, map, sheet.

Frames and records in, markup out; no Streamlit here, no file but the room's own style and script.
"""
