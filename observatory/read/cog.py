"""Today's communes with their post codes, former codes and municipal population."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import FileFormatError
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, aside, read_json
from observatory.tables.check import check
from observatory.tables.cog_tables import COG_COMMUNES, FRENCH_COMMUNES, SEPARATOR
from observatory.tables.provenance import Reading

#: What the list calls the communes of today; the city itself is left out where it has these parts.
CURRENT = ("commune-actuelle", "arrondissement-municipal")
#: The three cities that are divided: their post codes are those of their arrondissements.
DIVIDED = ("75056", "69123", "13055")


@reader("cog_communes_2026")
def read_cog_communes_2026(path: Path, communes: Communes = None) -> Reading:
    """Read the communes of the country (``COG_COMMUNES``), cut to those around the ones known.

    Kept are the communes of the départements of the communes known, and those that share a post
    code with one of them, wherever they are: a post code is a commune's alone only if no other
    commune of the country has it.
    """
    items = _items(read_json(path), path)
    frame = pd.DataFrame([_row(item) for item in items])
    rows = len(frame)
    known = {code[:3] if code.startswith("97") else code[:2] for code in (communes or {}).values()}
    frame, parts = aside(
        frame, ~frame["type"].isin(CURRENT), "part of a commune, or one that was", "commune"
    )
    frame, cities = aside(
        frame,
        frame["commune"].isin(DIVIDED),
        "a city that its arrondissements stand for",
        "commune",
    )
    frame, beyond = aside(frame, _beyond(frame, known), "outside the département", "commune")
    table = check(frame[COG_COMMUNES.names], COG_COMMUNES, where=str(path))
    return account(table, rows, parts, cities, beyond)


def read_french_communes(path: Path) -> pd.DataFrame:
    """Read the whole country's communes (``FRENCH_COMMUNES``), to check a list of places with."""
    rows = [
        {**_row(item), "siren": item.get("siren")}
        for item in _items(read_json(path), path)
        if item["type"] in CURRENT and item["code"] not in DIVIDED
    ]
    frame = pd.DataFrame(rows)[FRENCH_COMMUNES.names]
    checked: pd.DataFrame = check(frame, FRENCH_COMMUNES, where=str(path))
    return checked


def _items(tree: Any, path: Path) -> list[Mapping[str, Any]]:
    needed = {"code", "nom", "type"}
    if not (isinstance(tree, list) and tree and all(needed <= set(item) for item in tree)):
        raise FileFormatError(
            str(path),
            expected="a list of communes with code, nom and type",
            found=type(tree).__name__ if not isinstance(tree, list) else "items without them",
            next_step=FETCH,
        )
    return tree


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    own = str(item["code"])
    former = [str(code) for code in item.get("anciensCodes", []) if code != own]
    return {
        "commune": own,
        "commune_name": str(item["nom"]),
        "type": str(item["type"]),
        "postcodes": SEPARATOR.join(map(str, item.get("codesPostaux", []))) or None,
        "former_codes": SEPARATOR.join(former) or None,
        "population": item.get("population"),
    }


def _beyond(frame: pd.DataFrame, departements: set[str]) -> pd.Series[Any]:
    """Return which communes are of no département known and share no post code with those."""
    if not departements:
        return pd.Series(False, index=frame.index)
    near = frame["commune"].str.startswith(tuple(departements))
    codes = frame["postcodes"].fillna("").str.split(SEPARATOR, regex=False)
    theirs = {code for given in codes[near] for code in given if code}
    return ~near & ~codes.map(lambda given: not theirs.isdisjoint(given))
