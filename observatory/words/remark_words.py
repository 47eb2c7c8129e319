"""Remarks in the reader's language: a text by code, in ``remarks/fr.toml`` and ``en.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from observatory.tables.language_names import language_name
from observatory.tables.remarks import Remark, Value, remarks_of
from observatory.words.catalogue import Lang, load_words
from observatory.words.numbers import day_text, number, of_name, value_text
from observatory.words.sheet_words import texts

BETWEEN: Mapping[Lang, str] = {"fr": " ; ", "en": "; "}
_OR: Mapping[Lang, str] = {"fr": " ou ", "en": " or "}


def sentences(remarks: Iterable[Remark] | str | None, lang: Lang) -> list[str]:
    """Return each remark in words, each sentence once.

    Parameters
    ----------
    remarks
        Remarks, or the text that a table stores for them; none where it is missing.
    lang
        ``fr`` or ``en``.
    """
    known = remarks_of(remarks) if isinstance(remarks, str) or remarks is None else remarks
    return list(dict.fromkeys(sentence(one, lang) for one in known))


def say(remarks: Iterable[Remark] | str | None, lang: Lang) -> str:
    """Return remarks as one line, as a cell holds them; empty where there is none."""
    return BETWEEN[lang].join(sentences(remarks, lang))


def sentence(remark: Remark, lang: Lang) -> str:
    """Return one remark in words."""
    values = {name: _value(name, value, lang) for name, value in remark.values}
    return load_words(lang, "remarks")(remark.code, **values)


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


def _of(value: Value, lang: Lang) -> str:
    return of_name(str(value), lang)


def _small(value: Value, lang: Lang) -> str:
    return _standard(value, lang).lower()


def _decimals(places: int) -> Callable[[Value, Lang], str]:
    def write(value: Value, lang: Lang) -> str:
        return number(float(value) if not isinstance(value, tuple) else None, lang, places)

    return write


def _word(group: str) -> Callable[[Value, Lang], str]:
    """Return what writes a value that is itself a code, by its text in a group of the file."""

    def write(value: Value, lang: Lang) -> str:
        words = load_words(lang, "remarks")
        name = f"{group}.{value}"
        return words(name) if words.has(name) else _day(value, lang)

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
    "when": _word("when"),
    "km": _decimals(1),
    "metres": _decimals(0),
}
