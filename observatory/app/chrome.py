"""The words of Streamlit's own controls in the reader's language; no Streamlit here."""

from __future__ import annotations

from observatory.words.catalogue import Words, read_texts

#: Texts known whole, and beginnings of texts: English -> French.
Chrome = dict[str, dict[str, str]]


def chrome(words: Words) -> Chrome:
    """Give what to write over the English of Streamlit's controls: nothing on an English screen."""
    french = read_texts("screens", "chrome") if words.lang == "fr" else {}
    return {part: dict(french.get(part, {})) for part in ("whole", "start")}
