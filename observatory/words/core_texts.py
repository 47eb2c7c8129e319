"""The English of what the core says in French, given at the screen's edge; no Streamlit here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache

from observatory.tables.language_names import language_name
from observatory.tables.person_needs import SPOKEN
from observatory.words.catalogue import FOLDER, Words
from observatory.words.markup import plain
from observatory.words.sheet_words import texts

#: What joins the parts of a core text, and the values of a list.
BETWEEN = " ; "
_HOLDER = re.compile(r"\\\{(text2?|said|values|languages)\\\}")


def said(text: str, words: Words) -> str:
    """Return a text of the core in the reader's language; one that has no English stays French."""
    return text if words.lang == "fr" else in_english(text) or text


def marked(text: str, words: Words) -> str:
    """Return the same as HTML, with its language where it is not the page's."""
    if words.lang == "fr" or in_english(text) is not None:
        return plain(said(text, words))
    return f'<span lang="fr">{plain(text)}</span>'


def in_english(text: str) -> str | None:
    """Return the English of a text of the core, or ``None`` where a part of it has none."""
    parts = [_one(part) for part in text.split(BETWEEN)]
    known = [part for part in parts if part is not None]
    # A part may hold the mark between parts itself, copied from a source.
    return "; ".join(known) if len(known) == len(parts) else _one(text)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[tuple[re.Pattern[str], str], ...], Mapping[str, str]]:
    with (FOLDER / "core.toml").open("rb") as file:
        read = tomllib.load(file)
    lines = tuple((_pattern(french), english) for french, english in read["said"].items())
    return lines, _standard() | read["values"]


def _pattern(french: str) -> re.Pattern[str]:
    return re.compile(_HOLDER.sub(r"(?P<\1>.+?)", re.escape(french)), re.DOTALL)


def _standard() -> dict[str, str]:
    known = texts("en")
    return {**known.services, **known.access, **known.fees}


@lru_cache(maxsize=4096)
def _one(text: str) -> str | None:
    lines, _ = _table()
    for pattern, english in lines:
        found = pattern.fullmatch(text)
        held = None if found is None else _held(found.groupdict())
        if held is not None:
            return english.format(**held)
    return None


def _held(groups: Mapping[str, str]) -> dict[str, str] | None:
    """Return what stands in the place of each holder; ``None`` where it should have its English."""
    held: dict[str, str] = {}
    for name, text in groups.items():
        if name == "said":
            inner = _one(text)
            if inner is None:
                return None
            held[name] = inner
        else:
            held[name] = {"values": values, "languages": _languages}.get(name, str)(text)
    return held


def values(text: str) -> str:
    """Return values of the standard joined by commas in English; one not known stays as it is."""
    _, known = _table()
    small = {french.lower(): english for french, english in known.items()}
    return ", ".join(small.get(part.strip().lower(), part.strip()) for part in text.split(", "))


def _languages(text: str) -> str:
    codes = {language_name(code): code for code in SPOKEN}
    names = text.split(" ou ")
    return " or ".join(language_name(codes[n], "en") if n in codes else n for n in names)
