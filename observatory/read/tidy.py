"""Tidy one record of a place before it is checked against its table."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from observatory.geo.codes import is_siret
from observatory.places.cleaning.coordinates import in_france
from observatory.places.opening_hours import week_hours
from observatory.places.standard.upgrading import Record
from observatory.read.written_hours import mend_hours
from observatory.tables.place_tables import NO_PIVOT, PHONE
from observatory.tables.remarks import Remark, remark


def cleaned(record: Record) -> Record:
    """Return a record tidied, with remarks of what was changed or doubted in its ``note`` list.

    Adds ``siret`` (the pivot, where its check digit holds) and ``open_h_per_week``. A post code,
    telephone, day or point that cannot be one is taken off with a remark, never guessed.
    """
    new = {name: _text(value) for name, value in record.items()}
    notes: list[Remark] = list(record["note"])
    new["siret"] = new["pivot"] if is_siret(new["pivot"]) else None
    if new["siret"] is None and new["pivot"] != NO_PIVOT:
        notes.append(_note("no_siret", new["pivot"]))
        new["pivot"] = (
            new["pivot"] if re.fullmatch(r"[a-zA-Z0-9]{9,14}", str(new["pivot"])) else NO_PIVOT
        )
    if new["code_postal"] and not re.fullmatch(r"\d{5}", new["code_postal"]):
        notes.append(_note("no_postcode", new["code_postal"]))
        new["code_postal"] = None
    if new.get("telephone"):
        new["telephone"] = _phone(new["telephone"], notes)
    _clean_day(new, notes)
    _clean_hours(new, notes)
    _clean_point(new, notes)
    new["note"] = notes
    return new


def _note(code: str, text: Any) -> Remark:
    return remark(f"cleaning.{code}", text=str(text))


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value).strip() or None
    return value


def _phone(text: str, notes: list[Remark]) -> str | None:
    digits = re.sub(r"[^\d+]", "", text)
    phone = "+33" + digits[1:] if re.fullmatch(r"0[1-9]\d{8}", digits) else digits
    if re.fullmatch(PHONE, phone):
        return phone
    notes.append(_note("no_phone", text))
    return None


def _clean_day(new: Record, notes: list[Remark]) -> None:
    day = new.get("date_maj")
    if day and not re.fullmatch(
        r"(?!1969|1970)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", day
    ):
        notes.append(_note("no_day", day))
        new["date_maj"] = None


def _clean_hours(new: Record, notes: list[Remark]) -> None:
    text = new.get("horaires")
    if not text:
        return
    if week_hours(text) is None and week_hours(mend_hours(text)) is not None:
        notes.append(_note("hours_rewritten", text))
        new["horaires"] = mend_hours(text)
    new["open_h_per_week"] = week_hours(new["horaires"])
    if new["open_h_per_week"] is None:
        notes.append(remark("cleaning.hours_text"))


def _clean_point(new: Record, notes: list[Remark]) -> None:
    """Take off coordinates that are no place: not numbers, 0,0, or out of France."""
    lat, lon = (_number(new.get(name)) for name in ("latitude", "longitude"))
    given = (new.get("latitude"), new.get("longitude"))
    known = lat is not None and lon is not None
    believed = known and bool(in_france(np.array([lon]), np.array([lat]))[0])
    if not believed and given != (None, None):
        notes.append(_note("no_point", ", ".join("" if v is None else str(v) for v in given)))
    new["latitude"], new["longitude"] = (lat, lon) if believed else (None, None)


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(str(value).replace(",", "."))
    except ValueError:
        return None
