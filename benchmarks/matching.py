"""Matching on real records that its rules had not met, beside the national map's rule.

The pairs (``tests/golden/pairs_neighbours.csv``) were drawn from the lists of Paris,
Hauts-de-Seine and Val-d'Oise and labelled by reading them before any rule was changed for them.
One half, by commune, served to set the rules; the other half only serves this report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.national import national_groups
from observatory import settings
from observatory.build import directory
from observatory.geo.codes import commune_index
from observatory.places.cleaning import clean_records
from observatory.places.matching import match
from observatory.read.registry import load_registry
from observatory.read.source_reading import read_source

LABELS = Path(__file__).parent.parent / "tests" / "golden" / "pairs_neighbours.csv"
HOME = "93"
#: Two-sided, 95 %.
Z = 1.959964
HALVES = {"report": "kept for the report", "tune": "used to set the rules"}


def records(folder: Path) -> pd.DataFrame:
    """Return the cleaned records of the communes around the département, as a build has them."""
    registry = load_registry(settings.load().registry)
    layer = read_source("communes", folder, registry=registry)[0].frame
    index = commune_index(zip(layer["commune"], layer["commune_name"], strict=True))
    frames: dict[str, Any] = {"communes": layer}
    for name in (*directory.PLACE_SOURCES, directory.HOSTS):
        frames[name] = read_source(name, folder, index, around=index, registry=registry)[0].frame
    clean, _ = clean_records(directory.records_of(frames), layer)
    around = (clean["source"] != directory.HOSTS) & (clean["commune"].str[:2] != HOME)
    return clean[around].drop(columns=["seat", "note"]).reset_index(drop=True)


def measure(folder: Path) -> dict[str, Any]:
    """Return precision and recall of both rules on each half, with their intervals."""
    known, labels = records(folder), pd.read_csv(LABELS)
    ours = match(known).members.set_index("record")["site"].to_dict()
    groups = national_groups(known)
    national = {record: n for n, group in enumerate(groups) for record in group}
    return {
        "records": len(known),
        "places": len(set(ours.values())),
        "pairs": len(labels),
        **{
            half: {
                "pairs": int((labels["half"] == half).sum()),
                "ours": scores(labels[labels["half"] == half], ours),
                "national": scores(labels[labels["half"] == half], national),
            }
            for half in HALVES
        },
    }


def scores(labels: pd.DataFrame, place: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return how many pairs put together are right, and how many right ones are put together.

    Each pair counts for those of its layer that it was drawn from (``weight``).

    Parameters
    ----------
    labels
        ``id_a``, ``id_b``, ``same`` (1 or 0) and ``weight``.
    place
        The place of each record; one that is in none is put with nothing.
    """
    together = [
        one in place and place[one] == place.get(two)
        for one, two in zip(labels["id_a"], labels["id_b"], strict=True)
    ]
    found, same = pd.Series(together, index=labels.index), labels["same"] == 1
    return {
        "precision": share(same[found], labels["weight"][found]),
        "recall": share(found[same], labels["weight"][same]),
    }


def share(right: pd.Series[bool], weight: pd.Series[float]) -> dict[str, Any]:
    """Return the weighted share that is right with its Wilson interval.

    Pairs of unequal weight say less than as many of one weight: the interval is that of
    ``(sum w)^2 / sum w^2`` pairs (Kish).
    """
    if right.empty:
        return {"pairs": 0, "right": 0, "share": None, "low": None, "high": None}
    part = float(weight[right].sum() / weight.sum())
    low, high = wilson(part, float(weight.sum() ** 2 / (weight**2).sum()))
    return {
        "pairs": len(right),
        "right": int(right.sum()),
        "share": round(part, 3),
        "low": round(low, 3),
        "high": round(high, 3),
    }


def wilson(part: float, count: float) -> tuple[float, float]:
    """Return the interval of Wilson (1927) of a share of ``count`` independent draws."""
    middle = part + Z * Z / (2 * count)
    spread = Z * sqrt(part * (1 - part) / count + Z * Z / (4 * count * count))
    whole = 1 + Z * Z / count
    return max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0)


def write(found: dict[str, Any], folder: Path, command: str) -> Path:
    """Write the page of results, ``matching.md``, and the numbers, ``matching.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1) + "\n"
    (folder / "matching.json").write_text(text, encoding="utf-8")
    path = folder / "matching.md"
    path.write_text(_page(found, command), encoding="utf-8")
    return path


def _page(found: dict[str, Any], command: str) -> str:
    rows = [
        f"| {HALVES[half]} | {found[half]['pairs']} | {who} | {_cell(one['precision'])} "
        f"| {_cell(one['recall'])} |"
        for half in HALVES
        for who, one in (
            ("ours", found[half]["ours"]),
            ("national rule", found[half]["national"]),
        )
    ]
    lines = "\n".join(rows)
    return f"""# Matching beside the national map's rule

{found["records"]} records of four official lists in Paris, Hauts-de-Seine and Val-d'Oise become
{found["places"]} places. {found["pairs"]} pairs of records were labelled by hand, by reading them,
before the rules were changed for them: "same" is one door of one organisation. A town hall and its
CCAS are two, and so is a test of a list's form; two records with one SIRET behind one door are one.

The pairs were drawn with a fixed seed in five layers by what the rules then said (merged far above
the points needed or just above; apart just below, below, or far below). Each counts for those of
its layer. Pairs that two lists republish under one identifier are left out: they are easy. The
halves are by commune, so that no place stands in both. Whoever set the rules had labelled both
halves. They were set on the first half and on cases that an earlier reading had named: a town hall
and its CCAS, two France Services at the seat of the post, a "Maison du projet", a Pimms under two
names, a mobile town hall, a test of a list's form. Some of these stand in the half kept for the
report too: three pairs of a town hall and a CCAS, and one "Maison du projet".

| half | pairs | rule | precision | recall |
|---|---|---|---|---|
{lines}

Intervals are Wilson's, 95 %, for the number of pairs that the weights leave (Kish). Pairs further
below the points needed than the last layer were not drawn: a place that two lists name and situate
without anything in common would be missed here too. The rule of the peer is its own, the program is
ours (`benchmarks/national.py`).

Made by `{command}`; the pairs, with the facts and the reason of each, are in
`tests/golden/pairs_neighbours.csv`.
"""


def _cell(one: dict[str, Any]) -> str:
    if one["share"] is None:
        return "-"
    whole = f"{one['share']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
    return f"{whole}, {one['right']} of {one['pairs']} pairs"
