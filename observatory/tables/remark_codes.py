"""The codes of all remarks, by family, each with the names of its values.

A value's name says how it is written for a person (:mod:`observatory.words.remarks`): a ``day`` is
a date, ``services`` are values of the national standard, ``commune`` is a name.
"""

from __future__ import annotations

from collections.abc import Mapping

Family = Mapping[str, tuple[str, ...]]

#: What to mind of a place that a search found, and why it suits.
SEARCH: Family = {
    # Why it suits, or may.
    "services": ("services",),
    "services_unknown": (),
    "programmes": ("programmes",),
    "given": ("field", "values"),
    "not_given": ("field",),
    "free_on_conditions": (),
    "languages": ("languages",),
    "other_languages": ("languages",),
    "languages_unknown": (),
    "women": (),
    "women_unknown": (),
    "opening_unknown": ("when",),
    "opening_unknown_school": ("when", "day"),
    # What to mind of the place itself.
    "address_only": (),
    "head_office": (),
    "hours_unknown": (),
    "hours_free_text": ("text",),
    "public_holiday": (),
    "school_holidays": ("first", "last"),
    "school_holidays_unknown": (),
    "school_calendar": ("zone", "package"),
    "school_calendar_ends": ("day",),
    "contact_first": ("ways",),
    "travelling": (),
    "undated": (),
    "old": ("months", "day"),
    # Beside it: the nearest transit stop.
    "stop": ("name", "stop_kind", "metres"),
}
#: Where a search starts from.
START: Family = {
    "centre": ("of_commune",),
    "address_not_found": ("of_commune",),
    "place_not_found": ("of_commune",),
}
#: What was mended in a record on reading.
CLEANING: Family = {}
#: Why records of places were compared, or not.
MATCHING: Family = {}
#: What to ask of a publisher about a place.
ASKING: Family = {}
#: What a reader must know of a zone.
ZONES: Family = {}
#: What a reader must know of a figure of a study.
STUDIES: Family = {}

FAMILIES: Mapping[str, Family] = {
    "search": SEARCH,
    "start": START,
    "cleaning": CLEANING,
    "matching": MATCHING,
    "asking": ASKING,
    "zones": ZONES,
    "studies": STUDIES,
}
CODES: Family = {
    f"{family}.{code}": names for family, codes in FAMILIES.items() for code, names in codes.items()
}
