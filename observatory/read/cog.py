"""Today's communes with their post codes, former codes and municipal population."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import FileFormatError
from observatory.geo.codes import departement_of
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
    commune of the country has it. The list of geo.api.gouv.fr, of today's communes alone, does not
    say their type: it is read too.
    """
    items = _items(read_json(path), path, ("code", "nom"))
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
    """Read the whole country's communes with what they belong to (``FRENCH_COMMUNES``).

    Parameters
    ----------
    path
        The list of communes; those of EPCI, EPT and départements lie beside it.
    """
    epci, ept = (_members(path.with_name(name)) for name in ("epci.json", "ept.json"))
    areas = _items(read_json(path.with_name("departements.json")), path, {"code", "nom"})
    names = {str(area["code"]): str(area["nom"]) for area in areas}
    rows = [
        {**_row(item), **_belonging(item, epci, ept, names)}
        for item in _items(read_json(path), path)
        if item["type"] in CURRENT and item["code"] not in DIVIDED
    ]
    frame = pd.DataFrame(rows)[FRENCH_COMMUNES.names]
    checked: pd.DataFrame = check(frame, FRENCH_COMMUNES, where=str(path))
    return checked


def _members(path: Path) -> dict[str, tuple[str, str]]:
    """Return SIREN and name of the body that each commune is a member of."""
    bodies = _items(read_json(path), path, {"code", "nom", "membres"})
    return {
        str(member["code"]): (str(body["code"]), str(body["nom"]))
        for body in bodies
        for member in body["membres"]
    }


def _belonging(
    item: Mapping[str, Any],
    epci: Mapping[str, tuple[str, str]],
    ept: Mapping[str, tuple[str, str]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    city = item.get("commune")
    own = str(city or item["code"])
    area = str(item.get("departement") or departement_of(own))
    return {
        "siren": item.get("siren"),
        "city": city,
        "departement_name": names.get(area, str(item.get("nomCollectivite") or area)),
        "region": item.get("region"),
        "epci": epci.get(own, (None, None))[0],
        "epci_name": epci.get(own, (None, None))[1],
        "ept": ept.get(own, (None, None))[0],
        "ept_name": ept.get(own, (None, None))[1],
    }


def _items(
    tree: Any, path: Path, needed: Collection[str] = ("code", "nom", "type")
) -> list[Mapping[str, Any]]:
    needed = set(needed)
    if not (isinstance(tree, list) and tree and all(needed <= set(item) for item in tree)):
        raise FileFormatError(
            str(path),
            expected=f"a list of communes or of their bodies, with {', '.join(sorted(needed))}",
            found=type(tree).__name__ if not isinstance(tree, list) else "items without them",
            next_step=FETCH,
        )
    return tree


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    own = str(item["code"])
    former = [str(code) for code in item.get("anciensCodes") or [] if code != own]
    return {
        "commune": own,
        "commune_name": str(item["nom"]),
        "type": str(item.get("type") or CURRENT[0]),
        "postcodes": SEPARATOR.join(map(str, item.get("codesPostaux") or [])) or None,
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
