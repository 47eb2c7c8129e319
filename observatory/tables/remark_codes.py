"""The codes of all remarks, by family, each with the names of its values.

A value's name says how it is written for a person (:mod:`observatory.words.remarks`): a ``day`` is
a date, ``services`` are values of the national standard, ``commune`` is a name.
"""

from __future__ import annotations

from collections.abc import Mapping

Family = Mapping[str, tuple[str, ...]]

#: What to mind of a place that a search found, and why it suits.
SEARCH: Family = {}
#: Where a search starts from.
START: Family = {}
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
