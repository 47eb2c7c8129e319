"""What is wrong with records of the standard, line by line, with suggestions.

The rules are the columns of the standard (:func:`standard_schema` writes them for other tools);
beside them, what a schema cannot say: values of closed lists one by one, communes that exist, SIRET
check digits, codes that agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import Any

from rapidfuzz import fuzz, process

from observatory.geo.codes import is_siret
from observatory.places.standard.commune_checks import Known, commune_problems
from observatory.places.standard.problems import Problem
from observatory.tables.columns import Column
from observatory.tables.place_tables import (
    CLOSED,
    NO_PIVOT,
    STANDARD_FIELDS,
    STANDARD_NAMES,
    STANDARD_VERSION,
    SUMMARY_LENGTH,
    TYPOLOGIES,
)
from observatory.tables.plain_text import visible
from observatory.tables.table_schema import table_schema

#: A value this close (0-100) to one of a closed list is suggested.
NEAR = 75
_LINKS = ("site_web", "fiche_acces_libre", "prise_rdv")


def standard_schema() -> dict[str, Any]:
    """Return the Table Schema of the standard 1.0.2, made from ``STANDARD_FIELDS``."""
    schema = table_schema(STANDARD_FIELDS)
    rules = {field["name"]: field["constraints"] for field in schema["fields"]}
    rules["id"]["unique"] = True
    rules["presentation_resume"].pop("pattern")
    rules["presentation_resume"]["maxLength"] = SUMMARY_LENGTH
    return {**schema, "name": "standard-mediation-num", "version": STANDARD_VERSION}


def validate(
    rows: Sequence[Mapping[str, Any]],
    *,
    lines: Sequence[int] | None = None,
    communes: Known | None = None,
    today: date | None = None,
) -> list[Problem]:
    """Return what is wrong with records, in the order of lines and fields.

    Parameters
    ----------
    rows
        Records (field -> value), as the readers of the standard give them.
    lines
        The line of each in its file; 2, 3, ... by default.
    communes
        The communes that a build knows; without them no commune is verified.
    today
        The day the list is checked: no record was updated after it. Not verified without it.

    Returns
    -------
    list of Problem
        Empty where every line is valid. A line without an ``error`` is good to keep.
    """
    at = list(lines) if lines is not None else list(range(2, len(rows) + 2))
    found = [*_by_columns(rows, at)]
    for line, row in zip(at, rows, strict=True):
        found += _closed_values(line, row)
        found += _siret(line, row)
        found += _links(line, row)
        found += _point(line, row)
        found += _marks(line, row)
        if today:
            found += _future(line, row, today)
    if communes:
        spoilt = {problem.line for problem in found if problem.kind == "point"}
        found += commune_problems(rows, at, communes, spoilt)
    unique = dict.fromkeys(found)
    order = {name: rank for rank, name in enumerate(STANDARD_NAMES)}
    return sorted(unique, key=lambda p: (p.line, order[p.field], p.severity))


def _by_columns(rows: Sequence[Mapping[str, Any]], at: Sequence[int]) -> Iterator[Problem]:
    """Return what the columns of the standard refuse, field by field."""
    seen: set[str] = set()
    for line, row in zip(at, rows, strict=True):
        for column in STANDARD_FIELDS:
            found = _text(row.get(column.name))
            kind = _refused(column, found)
            # The values of a closed list are told one by one elsewhere.
            if kind and not (kind == "pattern" and column.name in CLOSED):
                yield _problem(line, column.name, found, kind)
        name = _text(row.get("id"))
        if name in seen:
            yield _problem(line, "id", name, "unique")
        seen |= {name} - {""}


def _problem(line: int, field: str, found: str, kind: str) -> Problem:
    expected = _expected(field, kind)
    return Problem(line, field, found[:200], expected, _suggestion(field, found), kind)


def _refused(column: Column, found: str) -> str:
    """Return why a column refuses a text, one of :data:`KINDS`; empty where it takes it."""
    if not found:
        return "required" if column.missing is None else ""
    if column.name == "presentation_resume":
        return "length" if len(found) > SUMMARY_LENGTH else ""
    if column.kind == "float":
        return _refused_number(column, found)
    if column.kind == "date":
        return "" if _is_day(found) else "type"
    taken = column.pattern is None or re.fullmatch(column.pattern, found)
    return "" if taken else "pattern"


def _refused_number(column: Column, found: str) -> str:
    try:
        value = float(found)
    except ValueError:
        return "type"
    low = -inf if column.low is None else column.low
    high = inf if column.high is None else column.high
    return "" if low <= value <= high else "pattern"


def _is_day(text: str) -> bool:
    """Return whether a text is a day as 2026-01-31."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _expected(field: str, kind: str) -> str:
    if kind == "required":
        return "a value"
    if kind == "unique":
        return "an identifier that no other line has"
    if kind == "length":
        return f"at most {SUMMARY_LENGTH} characters"
    return {
        "pivot": f"a SIRET of 14 digits, a RNA or a RIDET, or {NO_PIVOT} where it is not known",
        "code_postal": "five digits",
        "code_insee": "an INSEE code of five characters",
        "latitude": "a number between -90 and 90",
        "longitude": "a number between -180 and 180",
        "telephone": "a telephone such as +33148090000",
        "date_maj": "a day as 2026-01-31",
    }.get(field, "a value of the standard")


def _suggestion(field: str, found: str) -> str:
    digits = "".join(filter(str.isdigit, found))
    parts = found.replace(".", "/").replace("-", "/").split("/")
    if field == "telephone" and len(digits) == 10 and digits[0] == "0":
        return "+33" + digits[1:]
    if field == "pivot" and not found:
        return NO_PIVOT
    if field == "pivot" and len(digits) == 14 and is_siret(digits):
        return digits
    if field == "code_postal" and len(digits) == 4:
        return "0" + digits
    if field == "date_maj" and len(parts) == 3 and all(map(str.isdecimal, parts)):
        day = "-".join(part.zfill(2) for part in reversed(parts))
        return day if _is_day(day) else ""
    return ""


def _closed_values(line: int, row: Mapping[str, Any]) -> Iterator[Problem]:
    for field, allowed in (*CLOSED.items(), ("typologie", TYPOLOGIES)):
        for value in filter(None, _text(row.get(field)).split("|")):
            if value in allowed or value == "Étapes numériques (La Poste)":
                continue
            best = process.extractOne(
                value, allowed, scorer=fuzz.WRatio, processor=str.lower, score_cutoff=NEAR
            )
            yield Problem(
                line,
                field,
                value[:200],
                "one of " + ", ".join(allowed) if field in CLOSED else "a code of the typology",
                best[0] if best else "",
                "closed list",
                "error" if field in CLOSED else "warning",
            )


def _siret(line: int, row: Mapping[str, Any]) -> Iterator[Problem]:
    pivot = _text(row.get("pivot"))
    if len(pivot) == 14 and pivot.isdigit() and pivot != NO_PIVOT and not is_siret(pivot):
        yield Problem(
            line, "pivot", pivot, "a SIRET whose check digit holds", "", "siret", "warning"
        )


def _links(line: int, row: Mapping[str, Any]) -> Iterator[Problem]:
    for field in _LINKS:
        for value in filter(None, _text(row.get(field)).split("|")):
            if re.fullmatch(r"https?://\S+", value, re.IGNORECASE):
                continue
            bare = re.fullmatch(r"[\w.-]+\.[a-z]{2,}(?:/\S*)?", value, re.IGNORECASE)
            yield Problem(
                line,
                field,
                value[:200],
                "a web address that begins with https:// or http://",
                f"https://{value}" if bare and "|" not in _text(row.get(field)) else "",
                "link",
                "warning" if bare else "error",
            )


def _point(line: int, row: Mapping[str, Any]) -> Iterator[Problem]:
    """Return the points that are no place: 0,0, half a point, or the two numbers swapped."""
    lat, lon = row.get("latitude"), row.get("longitude")
    if lat is None and lon is None:
        return
    if not (isinstance(lat, int | float) and isinstance(lon, int | float)):
        if lat is None or lon is None:
            field = "latitude" if lat is None else "longitude"
            yield Problem(line, field, "", "both coordinates, or none", "", "point")
        return
    expected = "a point in degrees, latitude then longitude"
    if lat == 0 and lon == 0:
        yield Problem(line, "latitude", "0 0", expected, "", "point")
    elif 41 < lon < 51.5 and -5.5 < lat < 10:
        yield Problem(line, "latitude", f"{lat} {lon}", expected, f"{lon} {lat}", "point")


def _future(line: int, row: Mapping[str, Any], today: date) -> Iterator[Problem]:
    day = str(row.get("date_maj") or "")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) and day > today.isoformat():
        expected = f"a day that is not after {today.isoformat()}"
        yield Problem(line, "date_maj", day, expected, kind="future")


def _marks(line: int, row: Mapping[str, Any]) -> Iterator[Problem]:
    for field in STANDARD_NAMES:
        text = _text(row.get(field))
        clean = visible(text)
        if clean != text:
            yield Problem(
                line,
                field,
                text[:200],
                "text without unseen marks",
                clean if len(clean) <= 200 else "",
                "marks",
                "warning",
            )
