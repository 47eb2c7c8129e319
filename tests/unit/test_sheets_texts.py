"""The translation files: complete, honest about who read them, and written in shipped letters."""

from __future__ import annotations

import re
import string
from datetime import date
from functools import cache
from importlib import resources
from io import BytesIO

import pytest
from babel.dates import format_date, get_day_names
from PIL import ImageFont

from observatory.tables.person_needs import FEES, SERVICES, WAYS
from observatory.words.sheet_words import Texts, languages, texts, unchecked

SECTIONS = ("sheet", "hours", "services", "access", "fees", "documents")
FOREIGN = [code for code in languages() if code != "fr"]


def every(words: Texts) -> dict[str, str]:
    return {f"{s}.{key}": text for s in SECTIONS for key, text in getattr(words, s).items()}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_languages_and_their_names() -> None:
    assert languages() == {
        "fr": "Français",
        "en": "English",
        "ar": "العربية",
        "pt": "Português",
        "tr": "Türkçe",
        "ta": "தமிழ்",
        "zh": "中文",
    }


@pytest.mark.parametrize("code", FOREIGN)
def test_same_lines_and_same_blanks_as_the_french(code: str) -> None:
    french, own = every(texts("fr")), every(texts(code))
    assert set(own) == set(french)
    assert all(own.values())
    assert {k: fields(v) for k, v in own.items()} == {k: fields(v) for k, v in french.items()}


@pytest.mark.parametrize("code", languages())
def test_closed_lists_of_the_standard_are_all_said(code: str) -> None:
    words = texts(code)
    assert set(words.services) == set(SERVICES)
    assert set(words.access) == set(WAYS)
    assert set(words.fees) == set(FEES)


def test_a_translation_counts_as_checked_only_once_signed() -> None:
    assert "fr" not in unchecked()
    for code in FOREIGN:
        raw = (resources.files("observatory.words") / "sheets" / f"{code}.toml").read_text("utf-8")
        assert "How to check this file" in raw
        signed = re.search(r'^checked_by = ".+"$', raw, re.MULTILINE) is not None
        assert (code in unchecked()) is not signed


@pytest.mark.parametrize("code", languages())
def test_shipped_fonts_have_every_letter_regular_and_bold(code: str) -> None:
    words = texts(code)
    days = get_day_names("wide", context="stand-alone", locale=words.locale).values()
    months = [format_date(date(2026, m, 3), "long", locale=words.locale) for m in range(1, 13)]
    needed = {c for text in [*every(words).values(), *days, *months] for c in text}
    needed -= set("\u200c\u200d\u200e\u200f\u2060 ")
    for weight in ("Regular", "Bold"):
        assert not {c for c in needed if not drawn(c, weight)}


@cache
def fonts(weight: str) -> tuple[ImageFont.FreeTypeFont, ...]:
    folder = resources.files("observatory.sheets") / "fonts"
    files = sorted(f.name for f in folder.iterdir() if f"-{weight}." in f.name)
    return tuple(ImageFont.truetype(BytesIO((folder / name).read_bytes()), 32) for name in files)


def drawn(letter: str, weight: str) -> bool:
    """Whether a font draws the letter as something else than the box of a missing one."""
    missing = "\U0010fffd"
    return any(
        bytes(font.getmask(letter)) != bytes(font.getmask(missing)) for font in fonts(weight)
    )


def test_fonts_are_light_and_come_with_their_licence() -> None:
    folder = resources.files("observatory.sheets") / "fonts"
    with resources.as_file(folder) as path:
        assert sum(file.stat().st_size for file in path.iterdir()) < 6_000_000
        assert "SIL OPEN FONT LICENSE" in (path / "OFL.txt").read_text("utf-8")
