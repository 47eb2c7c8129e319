"""What the tables of a build promise each other: keys both ways, people conserved, facts kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import InputError
from observatory.tables.manifest import Manifest, changed_tables, read_manifest
from observatory.tables.provenance import Provenance
from observatory.tables.storage import BESIDE, OPTIONAL, STORED, read_table

Tables = Mapping[str, Any]
#: What earlier versions counted: a row for each stop of a place that moves. See ``places``.
ROWS_OF_PLACES = "sites"
#: Child table and column, parent table and column: each child's code must be a parent's.
_PARENTS = (
    ("iris", "commune", "communes", "commune"),
    ("points", "iris", "iris", "iris"),
    ("points", "commune", "communes", "commune"),
    ("sites", "commune", "communes", "commune"),
    ("schools", "commune", "communes", "commune"),
    ("supply", "site", "sites", "site"),
    ("point_qpv", "point", "points", "point"),
    ("point_qpv", "qpv", "qpv", "qpv"),
    ("supply", "qpv", "qpv", "qpv"),
    ("schools", "qpv", "qpv", "qpv"),
    ("stops", "commune", "communes", "commune"),
    ("street_distances", "point", "points", "point"),
    ("street_distances", "supply", "supply", "supply"),
    ("street_names", "commune", "communes", "commune"),
)
#: Parents that must each have a child.
_CHILDREN = (("communes", "commune", "iris", "commune"),)
_NEEDED = ("id", "title", "publisher", "licence", "vintage", "url", "sha256", "read_on")


def build_problems(folder: Path) -> list[str]:
    """Say everything that is wrong with a build, one sentence each; an empty list if all is well.

    Contracts and hashes of the tables, keys both ways, people conserved from points to IRIS to
    commune to EPT, facts that the tables still give, and the record of each source.

    Raises
    ------
    InputError
        There is no build, or no manifest that can be read.
    """
    manifest = read_manifest(folder)
    found = changed_tables(folder, manifest)
    tables: dict[str, Any] = {}
    besides = [table for table in (*BESIDE, *OPTIONAL) if table.name in manifest.tables]
    for table in (*STORED, *besides):
        try:
            tables[table.name] = read_table(table, folder)
        except InputError as error:
            found.append(str(error))
    found += [line for source in manifest.sources for line in source_problems(source)]
    if {table.name for table in STORED} <= set(tables):
        found += table_problems(tables)
        found += fact_problems(tables, manifest)
    return found


def source_problems(source: Provenance) -> list[str]:
    """Return what a source's record lacks, and whether each of its rows is accounted for."""
    missing = [name for name in _NEEDED if not str(getattr(source, name)).strip()]
    checks = (
        (not missing, f"no {', '.join(missing)}"),
        (bool(re.fullmatch(r"[0-9a-f]{64}", source.sha256)), f"sha256 {source.sha256!r}"),
        (
            source.rows_in == source.rows_out + source.rows_aside,
            f"{source.rows_in} rows in, but {source.rows_out} out and {source.rows_aside} aside",
        ),
        (
            source.rows_aside == sum(item.rows for item in source.aside),
            f"{source.rows_aside} rows aside, but reasons for "
            f"{sum(item.rows for item in source.aside)}",
        ),
    )
    return [f"source {source.id}: {words}" for well, words in checks if not well]


def table_problems(tables: Tables) -> list[str]:
    """Return which keys have no match and where people are lost or made between levels."""
    return [*_key_problems(tables), *_people_problems(tables)]


def _key_problems(tables: Tables) -> Iterator[str]:
    for child, column, parent, key in _PARENTS:
        if child not in tables:  # an optional table: the others were found to be there
            continue
        codes = set(tables[child][column].dropna()) - set(tables[parent][key])
        if codes:
            yield f"{child}.{column}: {_some(codes)} not in {parent}"
    for parent, key, child, column in _CHILDREN:
        codes = set(tables[parent][key]) - set(tables[child][column])
        if codes:
            yield f"{parent}.{key}: {_some(codes)} without any row in {child}"
    communes = tables["communes"]
    within = set(communes.loc[communes["in_territory"], "ept"])
    listed = set(tables["ept"]["ept"])
    if within != listed:
        yield f"communes.ept: {_some(within)} in the territory, {_some(listed)} in ept"
    known = tables["qpv"]["outline_known"]
    if not known.equals(tables["qpv"].geometry.notna()):
        yield "qpv.outline_known: not the rows that have an outline"
    taken = tables["point_qpv"].groupby("point")["share"].sum()
    if (taken > 1 + 1e-6).any():
        yield f"point_qpv.share: more than the whole of {_some(taken.index[taken > 1 + 1e-6])}"


#: How a commune's code begins: three characters overseas, two elsewhere.
_DEPARTEMENT = r"^(9[78]\d|\d[\dAB])"


def _people_problems(tables: Tables) -> Iterator[str]:
    iris, communes, ept = (tables[name] for name in ("iris", "communes", "ept"))
    inside = communes[communes["in_territory"]]
    kept = iris.set_index("iris")["population"]
    yield from _conserved(tables["points"], "iris", kept[kept > 0], "points, by IRIS")
    yield from _conserved(iris, "commune", communes.set_index("commune")["population"], "IRIS")
    yield from _conserved(inside, "ept", ept.set_index("ept")["population"], "communes")
    # Around the territory's département a census and a later list may disagree on a quay.
    home = tuple(set(inside["commune"].str.extract(_DEPARTEMENT, expand=False)))
    for name, key in (("iris", "iris"), ("communes", "commune")):
        rows = tables[name]
        yield from _forgotten(rows[rows["commune"].str.startswith(home)], name, key)


#: Columns of people that other files count, by zone: where one has people, somebody lives there.
_PEOPLE_ELSEWHERE = ("active_15_64", "unemployed_15_64", "caf_rsa", "cell_population")
#: Sources of several years may disagree on this share of the zones: houses come and go. Where more
#: zones hold nobody, people were lost.
MOST_EMPTIED = 0.01


def emptied(zones: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the zones that hold nobody although another source knows people there.

    Parameters
    ----------
    zones
        ``population`` and any of the columns of people that other sources count.

    Returns
    -------
    dict
        Column of the other source -> the rows, where there are any.
    """
    empty = zones[zones["population"] == 0]
    found = {one: empty[empty[one] > 0] for one in _PEOPLE_ELSEWHERE if one in empty}
    return {column: rows for column, rows in found.items() if len(rows)}


def _forgotten(zones: pd.DataFrame, name: str, key: str) -> Iterator[str]:
    for column, rows in emptied(zones).items():
        if len(rows) > MOST_EMPTIED * len(zones):
            codes = set(rows[key])
            yield f"{name}.population: 0 in {_some(codes)}, though {column} is above 0"


def _conserved(rows: pd.DataFrame, by: str, whole: pd.Series[Any], name: str) -> Iterator[str]:
    summed = rows.groupby(by)["population"].sum().reindex(whole.index).fillna(0.0)
    off = ~np.isclose(summed.astype(float), whole.astype(float), rtol=0, atol=1e-6)
    if off.any():
        code = whole.index[off][0]
        yield (
            f"population of {name}: {int(off.sum())} sums are not those of the level above, for "
            f"instance {code}: {summed[code]:g} against {whole[code]:g}"
        )


def fact_problems(tables: Tables, manifest: Manifest) -> list[str]:
    """Return which facts of the manifest the tables no longer give."""
    return [
        f"fact {name}: {manifest.facts[name]} in the manifest, {value} in the tables"
        for name, value in table_facts(tables).items()
        if name in manifest.facts and manifest.facts[name] != value
    ]


def table_facts(tables: Tables) -> dict[str, int]:
    """Count in the tables what a reader can compare with the publishers' own counts."""
    inside = {
        name: tables[name][tables[name]["in_territory"]]
        for name in ("communes", "iris", "points", "schools", "sites")
    }
    cells = inside["points"][inside["points"]["kind"] == "cell"]
    rep = inside["schools"][inside["schools"]["network"].notna()]
    colleges = rep.loc[rep["school_type"] == "college", "network"]
    return {
        "communes": len(inside["communes"]),
        "iris": len(inside["iris"]),
        "cells": len(cells),
        "cell_population": round(float(cells["residents"].sum())),
        "rep_schools": len(rep),
        "rep_colleges": int((colleges == "REP").sum()),
        "rep_plus_colleges": int((colleges == "REP+").sum()),
        ROWS_OF_PLACES: int((~inside["sites"]["seat"]).sum()),
        "seats": int(inside["sites"]["seat"].sum()),
    }


def _some(codes: Any) -> str:
    ordered = sorted(map(str, codes))
    more = "" if len(ordered) <= 5 else f" and {len(ordered) - 5} more"
    return ", ".join(ordered[:5]) + more
