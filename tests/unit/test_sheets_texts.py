"""The translation files: complete, honest about who read them, and written in shipped letters."""

from __future__ import annotations

import re
import string
from datetime import date, datetime
from functools import cache
from html import unescape
from importlib import resources
from io import BytesIO

import pytest
from babel.dates import format_date, get_day_names
from PIL import ImageFont
from worlds import found_rows

from observatory.app.find.cards import ELSEWHERE, card
from observatory.app.find.found_sheet import SAID_BY_SHEET, sheet
from observatory.sheets import render_html
from observatory.tables.language_names import language_name
from observatory.tables.person_needs import FEES, SERVICES, SPOKEN, WAYS
from observatory.tables.remark_codes import CODES
from observatory.tables.remarks import Remark, Value, remark
from observatory.words.catalogue import load_words
from observatory.words.markup import plain
from observatory.words.remark_words import caveat, sentence
from observatory.words.sheet_words import Texts, languages, texts, unchecked

DAY_AT = datetime(2026, 11, 23, 10)
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


#: Languages whose caveats stand in their own file: French and English have those of the screen.
TRANSLATED = [code for code in languages() if code not in ("fr", "en")]
#: What each value of a caveat may be.
VALUES: dict[str, Value] = {
    "when": "evening", "day": "2026-12-24", "field": "care", "languages": ("ar", "ta"),
    "text": "Sonner deux fois",
}  # fmt: skip


def spaced(text: str) -> str:
    """Return a text as it is read, every space a plain one."""
    return re.sub(r"[\u00a0\u202f]", " ", unescape(text))


def caveats() -> list[Remark]:
    """Return one remark of each code that a sheet has words for."""
    known = [key for key in texts("ar").caveats if key != "between"]
    return [
        remark(f"search.{key}", **{name: VALUES[name] for name in CODES[f"search.{key}"]})
        for key in known
    ]


@pytest.mark.parametrize("code", TRANSLATED)
def test_caveats_have_the_same_lines_and_the_blanks_of_their_remarks(code: str) -> None:
    words, first = texts(code), texts("ar")
    assert set(words.caveats) == set(first.caveats)
    assert set(words.moments) == set(load_words("fr", "remarks").group("when"))
    assert set(words.fields) == set(load_words("fr", "remarks").group("field"))
    for key in set(words.caveats) - {"between"}:
        assert fields(words.caveats[key]) == set(CODES[f"search.{key}"]), key
    for one in caveats():
        said = caveat(one, code)
        assert said
        assert said != sentence(one, "fr")
        assert "{" not in said


@pytest.mark.parametrize("code", languages())
def test_a_sheet_shows_each_caveat_that_the_card_shows_in_its_language(code: str) -> None:
    seat, moves = remark("search.head_office"), remark("search.travelling")
    for one in (*caveats(), seat, moves, remark("search.women")):
        assert one.code not in ELSEWHERE
        row = found_rows({"caveats": (one,), "seat": True, "itinerant": True, "fees": None})
        assert plain(sentence(one, "fr")) in card(row.iloc[0].to_dict(), DAY_AT, load_words("fr"))
        page = spaced(re.sub("<[^>]*>", "\n", render_html(sheet(row, code, DAY_AT.date()))))
        if one.code in SAID_BY_SHEET:
            key = "seat" if one.code == "search.head_office" else "moves"
            assert spaced(texts(code).sheet[key]) in page
            continue
        if one.code == "search.comment":
            assert str(one.get("text")) in page
            one = remark("search.comment", text="")
        assert spaced(caveat(one, code) or sentence(one, "fr")).strip() in page, one.code
        assert spaced(sentence(one, "fr")).strip() in page, one.code


def test_every_caveat_that_a_search_gives_has_words_in_each_language() -> None:
    given = {"services_unknown", "not_given", "languages_unknown", "other_languages",
             "free_on_conditions", "women_unknown", "appointments_unknown",
             "appointments_required_unknown", "opening_unknown", "opening_unknown_school",
             "public_holiday", "school_calendar_ends", "comment", "reported"}  # fmt: skip
    assert {one.code.removeprefix("search.") for one in caveats()} == given


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
    named = [language_name(one, words.locale) for one in SPOKEN]
    said = [*words.caveats.values(), *words.moments.values(), *words.fields.values(), *named]
    needed = {c for text in [*every(words).values(), *days, *months, *said] for c in text}
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
