"""Hostile or broken text made harmless to print, without touching what is meant."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from observatory.words.numbers import phone_text

# Zero-width joiners shape words in Arabic and Indian scripts; every other format character (bidi
# overrides and isolates, marks, byte-order marks, tags) can only deceive the reader here.
_KEPT_FORMAT = "\u200c\u200d"
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]+")
_PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_LONG_WORD = re.compile(r"\S{24,}")


def plain(text: str, limit: int) -> str:
    """Return one line of plain text of at most ``limit`` characters, cut with an ellipsis.

    Control, bidi and unassigned characters and pictures are dropped, white space is one space,
    and a heap of combining marks is cut to two.
    """
    # Normalising is linear in the length: cut first, so that a million characters cost nothing.
    text = text[: limit * 8 + 64]
    spaced = re.sub(r"\s+", " ", text)
    kept = "".join(
        c for c in spaced if c in _KEPT_FORMAT or unicodedata.category(c) not in _DROPPED
    )
    text = unicodedata.normalize("NFC", _PICTURES.sub("", kept))
    text = _MARKS.sub(lambda found: found.group()[:2], text)
    text = re.sub(r" +", " ", text).strip(" " + _KEPT_FORMAT)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def breakable(text: str) -> str:
    """Let words of 24 characters and more break, every 12 characters, by zero-width spaces."""
    return _LONG_WORD.sub(
        lambda found: "\u200b".join(
            found.group()[i : i + 12] for i in range(0, len(found.group()), 12)
        ),
        text,
    )


def web_link(text: str) -> str:
    """Return the address if it is one of the web, else the empty string (``javascript:`` too)."""
    text = text.split("|")[0].strip()
    if len(text) > 300 or not re.fullmatch(r"[\x21-\x7e]+", text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    host_is_plain = re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", parts.netloc)
    return text if parts.scheme.lower() in ("http", "https") and host_is_plain else ""


def mail(text: str) -> str:
    """Return the first address of mail of a list, or the empty string."""
    first = text.split("|")[0].strip()
    return (
        first if len(first) <= 80 and re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", first) else ""
    )


def phone(text: str) -> str:
    """Write a phone number as it is read aloud in France: ``01 23 45 67 89``; else as given."""
    return plain(phone_text(text), 40)


def dialled(text: str) -> str:
    """Return the digits of a phone number for a ``tel:`` link, or the empty string."""
    digits = re.sub(r"[^\d+]", "", phone(text))
    return digits if re.fullmatch(r"\+?\d{3,15}", digits) else ""
