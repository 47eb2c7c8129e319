"""The orientation sheet: places on one A4, in the person's language, as PDF and as print view.

Pure functions: data in, bytes or text out. Nothing is read but the room's own fonts, templates and
fixed texts; nothing is written, sent or kept.
"""

from observatory.sheets.html import render_html
from observatory.sheets.pdf import render_pdf
from observatory.sheets.sheet_model import Landmark, Outline, Place, Sheet
from observatory.words.sheet_words import documents_for, languages

__all__ = [
    "Landmark",
    "Outline",
    "Place",
    "Sheet",
    "documents_for",
    "languages",
    "render_html",
    "render_pdf",
]
