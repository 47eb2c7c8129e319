"""Remarks in the reader's language: a text by code, in ``remarks/fr.toml`` and ``en.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import get_day_names
from babel.lists import format_list

from observatory.tables.language_names import language_name
from observatory.tables.remarks import Remark, Value, is_stored, remarks_of
from observatory.words.catalogue import Lang, load_words
from observatory.words.numbers import (
    day_text,
    hours_text,
    long_date,
    number,
    of_name,
    percent,
    value_text,
)
from observatory.words.sheet_words import Texts, texts

if TYPE_CHECKING:
    import pandas as pd

BETWEEN: Mapping[Lang, str] = {"fr": "\u00a0; ", "en": "; "}
_OR: Mapping[Lang, str] = {"fr": " ou ", "en": " or "}


def sentences(remarks: Iterable[Remark] | str | float | None, lang: Lang) -> list[str]:
    """Return each remark in words, each sentence once.

    Parameters
    ----------
    remarks
        Remarks, or the text that a table stores for them; none where it is missing.
    lang
        ``fr`` or ``en``.
    """
    if remarks is None or isinstance(remarks, str | float):
        remarks = remarks_of(remarks)
    return list(dict.fromkeys(sentence(one, lang) for one in remarks))


def say(remarks: Iterable[Remark] | str | float | None, lang: Lang) -> str:
    """Return remarks as one line, as a cell holds them; empty where there is none."""
    return BETWEEN[lang].join(sentences(remarks, lang))


def in_words(frame: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return a table whose columns of remarks, known by their stored form, are in words."""
    texts = {
        name: frame[name].map(lambda text: say(text, lang), na_action="ignore")
        for name in frame.columns
        if _are_remarks(frame[name])
    }
    return frame.assign(**texts) if texts else frame


def _are_remarks(values: pd.Series[Any]) -> bool:
    known = values.dropna() if values.dtype in ("str", "object") else values.iloc[:0]
    return len(known) > 0 and bool(known.map(is_stored).all())


def listed(remarks: Iterable[Remark], lang: Lang) -> str:
    """Return remarks as one sentence, its first letter a capital; empty where there are none."""
    between = "\u00a0; " if lang == "fr" else "; "
    whole = between.join(sentences(remarks, lang))
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


def sentence(remark: Remark, lang: Lang) -> str:
    """Return one remark in words."""
    values = {name: _value(name, value, lang) for name, value in remark.values}
    return load_words(lang, "remarks")(remark.code, **values)


def caveat(remark: Remark, code: str) -> str:
    """Return what to mind of a place in a language of the sheets.

    Parameters
    ----------
    remark
        A remark of the search.
    code
        A language of the sheets.

    Returns
    -------
    str
        The text; empty where that language has none for the remark.
    """
    if code in ("fr", "en"):
        return sentence(remark, code)  # type: ignore[arg-type]  # one of the two
    words = texts(code)
    text = words.caveats.get(remark.code.removeprefix("search."), "")
    return text.format(**{name: _in_sheet(name, value, words) for name, value in remark.values})


def _in_sheet(name: str, value: Value, words: Texts) -> str:
    """Return a value of a remark in a language of the sheets: its own words, days, languages."""
    if name == "languages":
        codes = value if isinstance(value, tuple) else (str(value),)
        named = (language_name(one, words.locale) or one for one in codes)
        return words.caveats["between"].join(named)
    known = {"when": words.moments, "field": words.fields}.get(name, {})
    text = str(value)
    if text in known or name not in ("when", "day"):
        return known.get(text, text)
    try:
        return long_date(date.fromisoformat(text), words.locale)
    except ValueError:
        return text


def standard_values(values: Iterable[str], lang: Lang) -> str:
    """Return values of the national standard, joined by commas; one not known stays French."""
    if lang == "fr":
        return ", ".join(values)
    sheet = texts(lang)
    known = {**sheet.services, **sheet.access, **sheet.fees}
    known |= load_words(lang, "remarks").group("standard")
    return ", ".join(known.get(value, value) for value in values)


def moment_words(code: str, lang: Lang) -> str:
    """Return a moment that can be asked for (``evening``, an ISO day) in words."""
    return _word("when")(code, lang)


def _value(name: str, value: Value, lang: Lang) -> str:
    write = _WRITTEN.get(name)
    if write is not None:
        return write(value, lang)
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else value_text(value, lang)


def _languages(value: Value, lang: Lang) -> str:
    codes = value if isinstance(value, tuple) else (str(value),)
    return _OR[lang].join(language_name(code, lang) or code for code in codes)


def _standard(value: Value, lang: Lang) -> str:
    return standard_values(value if isinstance(value, tuple) else (str(value),), lang)


def _day(value: Value, lang: Lang) -> str:
    return day_text(str(value), lang)


def _days(value: Value, lang: Lang) -> str:
    return hours_text(", ".join(value) if isinstance(value, tuple) else str(value), lang)


def _weekdays(value: Value, lang: Lang) -> str:
    """Return weekdays given by their numbers, Monday 0: ``mardi, jeudi``."""
    names = get_day_names("wide", context="stand-alone", locale=lang)
    return ", ".join(names[int(day)] for day in (value if isinstance(value, tuple) else ()))


def _together(value: Value, lang: Lang) -> str:
    return format_list(value if isinstance(value, tuple) else (str(value),), locale=lang)


def _of(value: Value, lang: Lang) -> str:
    return of_name(str(value), lang)


def _small(value: Value, lang: Lang) -> str:
    return _standard(value, lang).lower()


def _decimals(places: int) -> Callable[[Value, Lang], str]:
    def write(value: Value, lang: Lang) -> str:
        return number(float(value) if not isinstance(value, tuple) else None, lang, places)

    return write


def _rank(value: Value, lang: Lang) -> str:
    """Return a rank: ``1er``, ``2e`` in French."""
    if lang != "fr":
        return str(value)
    return "1er" if value == 1 else f"{value}e"


def _share(value: Value, lang: Lang) -> str:
    return percent(100 * float(value) if not isinstance(value, tuple) else None, lang)


def _share_in_tenths(value: Value, lang: Lang) -> str:
    return percent(100 * float(value) if not isinstance(value, tuple) else None, lang, 1)


def _word(group: str) -> Callable[[Value, Lang], str]:
    """Return what writes a value that is itself a code, by its text in a group of the file."""

    def write(value: Value, lang: Lang) -> str:
        words = load_words(lang, "remarks")
        name = f"{group}.{value}"
        return words(name) if words.has(name) else _day(value, lang)

    return write


def _each(group: str) -> Callable[[Value, Lang], str]:
    """Return what writes several codes of a group of the file, joined by commas."""
    one = _word(group)

    def write(value: Value, lang: Lang) -> str:
        codes = value if isinstance(value, tuple) else (value,)
        return ", ".join(one(code, lang) for code in codes)

    return write


#: Value's name -> how it is written; any other is a text or a number as it stands.
_WRITTEN: Mapping[str, Callable[[Value, Lang], str]] = {
    "languages": _languages,
    "services": _standard,
    "values": _standard,
    "ways": _small,
    "field": _word("field"),
    "stop_kind": _word("stop_kind"),
    "day": _day,
    "first": _day,
    "last": _day,
    "of_commune": _of,
    "together": _together,
    "when": _word("when"),
    "index": _word("index"),
    "high": _word("score"),
    "low": _word("score"),
    "file": _word("file"),
    "now": _word("now"),
    "missing": _each("score"),
    "rank_gap": _rank,
    "rank_index": _rank,
    "people": _decimals(0),
    "shift": _decimals(2),
    **dict.fromkeys(
        ("km", "help_h", "missing_h", "access_h", "ifn", "high_score", "low_score"), _decimals(1)
    ),
    "shared": _word("shared"),
    "days": _days,
    "weekdays": _weekdays,
    "share": _share,
    **dict.fromkeys(("left", "coarse"), _share_in_tenths),
    "metres": _decimals(0),
}
