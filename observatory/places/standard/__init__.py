"""The national standard of mediation sites: read, write, check, upgrade, and sort a list of places.

Bytes and records in, records and problems out: every room that meets the standard uses this one,
the app too, which never reaches ``read``.
"""

from observatory.places.standard.commune_checks import Known
from observatory.places.standard.problems import Problem
from observatory.places.standard.sorting import (
    FIELDS_GIVEN,
    Intake,
    SetAside,
    problems_csv,
    read_list,
    sort_lines,
    table_csv,
)
from observatory.places.standard.standard_files import (
    Sheet,
    read_csv,
    read_json,
    read_spreadsheet,
    write_csv,
    write_json,
)
from observatory.places.standard.upgrading import Record, upgrade
from observatory.places.standard.validation import standard_schema, validate

__all__ = [
    "FIELDS_GIVEN",
    "Intake",
    "Known",
    "Problem",
    "Record",
    "SetAside",
    "Sheet",
    "problems_csv",
    "read_csv",
    "read_json",
    "read_list",
    "read_spreadsheet",
    "sort_lines",
    "standard_schema",
    "table_csv",
    "upgrade",
    "validate",
    "write_csv",
    "write_json",
]
