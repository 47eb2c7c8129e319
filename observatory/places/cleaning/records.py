"""Mend what sources write by hand: each mending gives the value kept and a remark of what was done.

Nothing is lost: a value that cannot be kept stands in the remark. Functions of one value give a
:class:`Mended`; :func:`clean_records` mends a whole frame and gives its notes as a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.geo.codes import is_siret
from observatory.places.cleaning.address_words import SMALL, STREET_WORDS, STREETS, TITLES
from observatory.places.cleaning.coordinates import far_from_commune, mend_points
from observatory.tables.directory_tables import CLEANING_NOTES, SEPARATOR
from observatory.tables.plain_text import visible
from observatory.tables.remarks import Remark, remark, remarks_of, stored


class Mended(NamedTuple):
    """A value after mending, and what was done to it; no note where nothing was."""

    value: str | None
    note: Remark | None = None


NOTHING = Mended(None)

#: Longest name kept: the national export's longest real one has 150 characters.
LONGEST_NAME = 250
LONGEST_TEXT = 1000
KEPT_APART = "cleaning.kept_apart"

_POST_BOX = re.compile(r"\b(?:(?:BP|CS|TSA)\s*\d+|CEDEX(?:\s+\d{1,2})?)\b,?", re.I)
_NUMBER = re.compile(
    r"^\s*(?:n[°o]\s*)?(\d+(?:\s*(?:bis|ter|quater|[a-d])\b)?"
    r"(?:\s*[-/à]\s*\d+(?:\s*(?:bis|ter|quater|[a-d])\b)?)*)\s*,?\s*",
    re.I,
)
#: A building named before the number: ``CENTRE ADMINISTRATIF 58 avenue Gabriel Péri``.
_INNER = re.compile(
    r"^([^\d]{3,}?[\s,-]+)(?=\d{1,4}(?:\s*(?:bis|ter|quater|[a-d]))?,?\s+(?:rue|avenue|av|boulevard|"
    r"bd|place|pl|allée|allee|all|route|rte|impasse|square|chemin|quai|cours|mail|esplanade)\b)",
    re.I,
)


def text_or_none(value: object) -> str | None:
    """Return a value as text without invisible marks; missing and blank values are ``None``."""
    if value is None or (not isinstance(value, str) and bool(pd.isna(value))):  # type: ignore[call-overload]  # any scalar
        return None
    text = unicodedata.normalize("NFC", visible(str(value)))
    return text.strip() or None


def fold(text: str) -> str:
    """Return text in lower case without accents or punctuation, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return " ".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))


def _noted(before: object, after: str | None, note: Remark) -> Mended:
    given = None if before is None else str(before)
    return Mended(after, note if after != given else None)


def clean_name(value: object) -> Mended:
    """Return a place's name on one line, without invisible marks, at most 250 characters."""
    text = text_or_none(value)
    if text is None:
        return NOTHING
    line = " ".join(text.split())
    if len(line) > LONGEST_NAME:
        note = remark("cleaning.cut", length=len(line), text=line)
        return Mended(line[: LONGEST_NAME - 1].rstrip() + "…", note)
    return _noted(value, line, remark("cleaning.respaced"))


def clean_address(value: object) -> Mended:
    """Return number and street in one usual form: ``5 RUE JEAN JAURES`` -> ``5 rue Jean Jaures``.

    Abbreviated street types and titles are written out, post boxes and ``CEDEX`` taken away, and
    only the first line kept; what is taken away stands in the note. Accents that the source left
    out are not guessed.
    """
    text = text_or_none(value)
    if text is None:
        return NOTHING
    lines = [line.strip(" ,;") for line in text.splitlines() if line.strip(" ,;")]
    first = next((i for i, line in enumerate(lines) if _has_street(line)), 0)
    main = lines.pop(first) if lines else ""
    boxes = [box.group().strip(" ,") for box in _POST_BOX.finditer(main)]
    bare = " ".join(_POST_BOX.sub(" ", main).split()).strip(" ,")
    if inner := _INNER.match(bare):
        boxes.append(inner.group(1).strip(" ,-"))
        bare = bare[inner.end(1) :]
    number = _NUMBER.match(bare)
    head = _number(number.group(1)) if number else ""
    street = bare[number.end() :] if number else bare
    kept = " ".join(part for part in (head, _street(street)) if part) or None
    apart = " / ".join([*boxes, *lines])
    note = remark(KEPT_APART, text=apart) if apart else remark("cleaning.rewritten")
    return _noted(value, kept, note)


def _has_street(line: str) -> bool:
    words = set(re.findall(r"\w+", line.lower()))
    return bool(words & STREET_WORDS or words & set(STREETS))


def _number(text: str) -> str:
    return re.sub(r"\s*([-/à])\s*", r"\1", re.sub(r"(\d)\s*([a-zA-Z]+)", r"\1 \2", text)).lower()


def _street(text: str) -> str:
    words = re.sub(r"(?<=[A-Za-zÀ-ÿ])\.(?=\s|$)", "", text).split()
    if words and words[0].lower() in STREETS:
        words[0] = STREETS[words[0].lower()]
    shout = text.upper() == text
    return " ".join(_word(word, i, shout) for i, word in enumerate(words))


def _word(word: str, position: int, shout: bool) -> str:
    low = word.lower()
    if position and low in TITLES:
        return TITLES[low].capitalize() if shout or word[0].isupper() else TITLES[low]
    if low in SMALL:
        return low
    return re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), word) if shout else word


def clean_postcode(value: object) -> Mended:
    """Return five digits, a lost leading zero put back; what has not five goes to the note."""
    text = text_or_none(value)
    if text is None:
        return NOTHING
    digits = re.sub(r"\.0$|\s", "", text)
    if re.fullmatch(r"\d{4}", digits):
        digits = "0" + digits
    if re.fullmatch(r"\d{5}", digits):
        return _noted(value, digits, remark("cleaning.written", text=text))
    return Mended(None, remark("cleaning.no_postcode", text=text))


_OVERSEAS = {"262", "590", "594", "596", "269", "508"}
_PHONE = re.compile(r"(?:\+|00)?\d[\d\s.()/_-]{2,}\d")


def clean_phone(value: object) -> Mended:
    """Return the first French number in international form, ``+33143051889``; others in the note.

    Numbers of four digits (3949) are kept as they are: they have no international form.
    """
    text = text_or_none(value)
    if text is None:
        return NOTHING
    found = [number for part in _phone_parts(text) if (number := _phone(part))]
    if not found:
        return Mended(None, remark("cleaning.no_phone", text=text[:LONGEST_TEXT]))
    others = ", ".join(number for number in found[1:] if number != found[0])
    code, rest = ("other_phones", others) if others else ("written", text)
    return _noted(value, found[0], remark(f"cleaning.{code}", text=rest))


def _phone_parts(text: str) -> list[str]:
    parts = re.split(r"\s*[|;,]\s*|\s+/\s+|\s+(?:ou|et)\s+|/", text)
    return [m.group() for part in parts for m in _PHONE.finditer(part)]


def _phone(text: str) -> str | None:
    bare = re.sub(r"\(0\)", "", text)
    digits = re.sub(r"\D", "", bare)
    if bare.strip().startswith(("+", "00")):
        digits = digits.removeprefix("00")
        if digits.startswith("33"):
            digits = "33" + digits[2:].removeprefix("0")
            return f"+{digits}" if re.fullmatch(r"33[1-9]\d{8}", digits) else None
        return f"+{digits}" if digits[:3] in _OVERSEAS and len(digits) == 12 else None
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return f"+33{digits[1:]}"
    if re.fullmatch(r"[1-9]\d{8}", digits):
        return f"+33{digits}"
    return digits if re.fullmatch(r"[13]\d{3}|1[157]|11[0-9]", digits) else None


_HOST = re.compile(r"(?=.{4,253}$)(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_]{2,24}(?::\d{2,5})?", re.U)


def clean_websites(value: object) -> Mended:
    """Return web addresses in http or https, joined by ``|``; any other scheme goes to the note."""
    return _each(value, r"[|;\s]+", _website, "cleaning.no_website")


def _website(text: str) -> str | None:
    bare = text.strip(" ,<>\"'")
    url = bare if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", bare, re.I) else f"https://{bare}"
    try:
        parts = urlsplit(url)
        netloc = parts.netloc
    except ValueError:
        return None
    safe = parts.scheme.lower() in ("http", "https") and _HOST.fullmatch(netloc)
    if not safe or re.search(r"[<>\"'`\\{}]", url) or len(url) > LONGEST_TEXT:
        return None
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc.lower()).geturl()


_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}")


def clean_emails(value: object) -> Mended:
    """Return e-mail addresses in lower case, joined by ``|``; what is none goes to the note."""
    return _each(value, r"[|;,\s]+|/", _email, "cleaning.no_email")


def _email(text: str) -> str | None:
    bare = text.strip(" <>\"'.").lower().removeprefix("mailto:")
    return bare if _EMAIL.fullmatch(bare) else None


def _each(value: object, between: str, mend: Callable[[str], str | None], refusal: str) -> Mended:
    text = text_or_none(value)
    if text is None:
        return NOTHING
    parts = [part for part in re.split(between, text) if part]
    good = [(part, mend(part)) for part in parts]
    bad = " ".join(part for part, kept in good if kept is None)
    kept = SEPARATOR.join(dict.fromkeys(item for _, item in good if item)) or None
    code, rest = (refusal, bad) if bad else ("cleaning.written", text)
    return _noted(value, kept, remark(code, text=rest[:LONGEST_TEXT]))


def clean_siret(value: object) -> Mended:
    """Return a SIRET whose check digit holds; fourteen zeros and others go to the note."""
    text = text_or_none(value)
    if text is None:
        return NOTHING
    digits = re.sub(r"\.0$|[\s.]", "", text)
    if is_siret(digits):
        return _noted(value, digits, remark("cleaning.written", text=text))
    code = "no_siret" if digits.strip("0") else "default_siret"
    return Mended(None, remark(f"cleaning.{code}", text=text))


MENDERS: dict[str, Callable[[object], Mended]] = {
    "name": clean_name,
    "address": clean_address,
    "postcode": clean_postcode,
    "phone": clean_phone,
    "email": clean_emails,
    "website": clean_websites,
    "booking": clean_websites,
    "siret": clean_siret,
}


def clean_records(
    records: pd.DataFrame,
    outlines: gpd.GeoDataFrame | None = None,
    *,
    tolerance_m: float = 300.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mend every field of a frame of records.

    Parameters
    ----------
    records
        One row a record of one source, with ``record`` and any of the columns of the table of
        sites.
    outlines
        Outlines of the communes (``commune``, geometry in metres); without them no point is
        compared with its commune.
    tolerance_m
        How far out of its commune a point may lie (generalised outlines, doors on the border).

    Returns
    -------
    tuple of DataFrame
        The same rows in the same order, mended; and the notes
        (:data:`~observatory.tables.directory_tables.CLEANING_NOTES`).
    """
    clean = records.reset_index(drop=True).copy()
    notes: list[pd.DataFrame] = []
    for field, mend in MENDERS.items():
        if field in clean:
            clean[field], noted = _mend_column(clean, field, mend)
            notes.append(noted)
    if {"lon", "lat"} <= set(clean.columns):
        clean["lon"], clean["lat"], noted = _mend_coordinates(clean, outlines, tolerance_m)
        notes.append(noted)
    if "address_more" in clean and "address" in records:
        clean["address_more"] = _keep_apart(clean, notes)
    table = pd.concat(notes, ignore_index=True) if notes else pd.DataFrame()
    return clean, table.reindex(columns=CLEANING_NOTES.names)


def _mend_column(
    frame: pd.DataFrame, field: str, mend: Callable[[object], Mended]
) -> tuple[pd.Series[Any], pd.DataFrame]:
    given = frame[field].astype(object)
    table = {value: mend(value) for value in given.dropna().unique()}
    mended = [table.get(v, NOTHING) if pd.notna(v) else NOTHING for v in given]
    after = pd.Series([m.value for m in mended], index=frame.index, dtype="str")
    notes = [stored([m.note]) if m.note else None for m in mended]
    return after, _notes(frame["record"], field, given, after, notes)


def _notes(
    record: pd.Series[Any],
    field: str,
    before: pd.Series[Any],
    after: pd.Series[Any],
    notes: list[str | None],
) -> pd.DataFrame:
    note = pd.Series(notes, index=record.index, dtype="str")
    noted = note.notna()
    return pd.DataFrame(
        {
            "record": record[noted].astype("str"),
            "field": field,
            "before": before[noted].map(lambda v: None if pd.isna(v) else str(v)).astype("str"),
            "after": after[noted].astype("str"),
            "note": note[noted],
        }
    )


def _mend_coordinates(
    frame: pd.DataFrame, outlines: gpd.GeoDataFrame | None, tolerance_m: float
) -> tuple[pd.Series[Any], pd.Series[Any], pd.DataFrame]:
    given = [pd.to_numeric(frame[c], errors="coerce").to_numpy(dtype=float) for c in ("lon", "lat")]
    lon, lat, note = mend_points(*given)
    if outlines is not None and "commune" in frame:
        away = far_from_commune(lon, lat, frame["commune"], outlines)
        out = away > tolerance_m
        note[out] = [_far(metres) for metres in away[out].tolist()]
        lon[out] = lat[out] = np.nan
    pair = [_pair(x, y) for x, y in zip(lon, lat, strict=True)]
    written = frame["lon"].astype("str") + " " + frame["lat"].astype("str")
    after = pd.Series(pair, index=frame.index, dtype="str")
    notes = _notes(frame["record"], "lon lat", written, after, note.tolist())
    return pd.Series(lon, index=frame.index), pd.Series(lat, index=frame.index), notes


def _far(metres: float) -> str | None:
    return stored([remark("cleaning.out_of_commune", km=round(metres / 1000, 1))])


def _pair(lon: float, lat: float) -> str | None:
    return None if np.isnan(lon) else f"{lon:.6f} {lat:.6f}"


def _keep_apart(clean: pd.DataFrame, notes: list[pd.DataFrame]) -> pd.Series[Any]:
    every = pd.concat(notes)
    address = every[every["field"] == "address"]
    apart = {
        record: note.get("text")
        for record, text in zip(address["record"], address["note"], strict=True)
        for note in remarks_of(text)
        if note.code == KEPT_APART
    }
    extra = clean["record"].map(apart)
    more = clean["address_more"].astype("str")
    both = more.str.cat(extra.astype("str"), sep=" / ")
    return both.where(more.notna() & extra.notna(), more.where(more.notna(), extra)).astype("str")
