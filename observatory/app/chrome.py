"""The words of Streamlit's own controls in the reader's language; no Streamlit here."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from observatory.words.catalogue import FOLDER, Words

#: Texts known whole, and beginnings of texts: English -> French.
Chrome = dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def _french() -> Chrome:
    with (FOLDER / "chrome.toml").open("rb") as file:
        read = tomllib.load(file)
    return {part: dict(read[part]) for part in ("whole", "start")}


def chrome(words: Words) -> Chrome:
    """Give what to write over the English of Streamlit's controls: nothing on an English screen."""
    return _french() if words.lang == "fr" else {"whole": {}, "start": {}}
