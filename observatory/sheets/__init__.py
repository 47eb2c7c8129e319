"""The orientation sheet: places on one A4, in the person's language, as PDF and as print view.

Data in, bytes or text out: reads only its own fonts, templates and the texts of words; nothing is
written, sent or kept. Knows nothing of read, build, screens or commands.
"""

from observatory.sheets.orientation_html import render_html
from observatory.sheets.orientation_pdf import render_pdf
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
