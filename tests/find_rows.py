"""Rows of a search as the core gives them, made by hand; names as hostile as an open file's."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.places.search.found_rows import COLUMNS
from observatory.tables.remarks import remark

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnirts\u202c desrever",
    "{{7*7}} {% raw %} ${7*7} </script><script>alert(1)//",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png)",
    "javascript:alert(1)",
    "x" * 10_000,
)


def row(**changes: Any) -> dict[str, Any]:
    """Return one row."""
    base: dict[str, Any] = dict.fromkeys(COLUMNS)
    base |= {
        "id": "L1",
        "name": "Maison",
        "services": "Aide aux démarches administratives",
        "open_now": None,
        "confirmed_on": "2022-12-05",
        "lat": 48.95,
        "lon": 2.38,
        "walk_min": 6.2,
        "distance_m": 400.0,
        "match": "yes",
        "opens": "yes",
        "why": (),
        "caveats": (remark("search.old", months=24, day="2022-12-05"),),
        "freshness": "very stale",
        "commune_name": "Stains",
        "address": "1 rue du Test",
        "postcode": "93240",
        "phone": "+33148224795",
        "hours": "Mo-Fr 09:00-12:30,14:00-17:00",
        "sources": "a|b",
    }
    return base | changes


def rows(*changes: dict[str, Any]) -> pd.DataFrame:
    """Return several rows, numbered where no identifier is given."""
    made = [row(**({"id": f"L{n}"} | one)) for n, one in enumerate(changes, start=1)]
    frame = pd.DataFrame(made, columns=list(COLUMNS))
    frame["open_now"] = pd.array(frame["open_now"].tolist(), dtype="boolean")
    frame["walk_min"] = frame["walk_min"].astype(float)
    return frame
