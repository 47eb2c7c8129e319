"""The ledger of matching: each pair merged or nearly so, with the evidence in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from observatory.places.matching.candidates import encode
from observatory.places.matching.decisions import Decisions
from observatory.tables.directory_tables import LEDGER

#: Pairs kept apart with less than this many points under the threshold stay in the ledger.
NEARLY = 3.0


def enough(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which pairs are one place on their own evidence."""
    good: pd.Series[bool] = (table["score"] >= table["needed"]) & table["grounded"]
    return good


def nearly(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which pairs have the points, or little less."""
    near: pd.Series[bool] = table["score"] > table["needed"] - NEARLY
    return near


def ledger_of(
    record: pd.Series[Any], site: pd.Series[Any], table: pd.DataFrame, decided: Decisions
) -> pd.DataFrame:
    """Return the ledger (:data:`~observatory.tables.directory_tables.LEDGER`).

    Parameters
    ----------
    record, site
        The records' identifiers, and the places they went to.
    table
        The pairs weighed, of :func:`~observatory.places.matching.pairs.evidence`.
    decided
        A person's corrections.
    """
    names, sites = record.to_numpy(dtype=object), site.to_numpy(dtype=object)
    codes = encode(table["a"].to_numpy(), table["b"].to_numpy(), len(record))
    one = sites[table["a"]] == sites[table["b"]]
    decision = np.select(
        [np.isin(codes, decided.linked), np.isin(codes, decided.cut), one & enough(table), one],
        ["forced merge", "forced split", "merged", "merged by group"],
        "apart",
    )
    kept = (decision != "apart") | nearly(table).to_numpy()
    rows = table[kept]
    human = decided.links | decided.cuts
    said = zip(codes[kept].tolist(), _said(rows), strict=True)
    rows = rows.assign(
        record_a=names[rows["a"]],
        record_b=names[rows["b"]],
        site_a=sites[rows["a"]],
        site_b=sites[rows["b"]],
        decision=decision[kept],
        reason=[human.get(code, text) for code, text in said],
    )
    # Positions are those of the records in order, so pairs sorted by them are sorted by name.
    ledger: pd.DataFrame = rows.sort_values(["a", "b"], ignore_index=True)[LEDGER.names]
    return ledger


_PARTS = (
    ("noms", "name_score", "/100", "name_points"),
    ("rues", "street_score", "/100", "address_points"),
    ("distance", "distance_m", " m", "distance_points"),
)
_SAME = (
    ("same_siret", "même SIRET"),
    ("same_phone", "même téléphone"),
    ("same_upstream_id", "même identifiant d'origine"),
)


def _said(rows: pd.DataFrame) -> Iterator[str]:
    """Return each pair's evidence in French, for the person who may undo the merge."""
    parts = [
        [
            f"{score:g} points pour {needed:g} demandés"
            for score, needed in _columns(rows, "score", "needed")
        ]
    ]
    for label, value, unit, points in _PARTS:
        parts.append([_part(label, v, unit, p) for v, p in _columns(rows, value, points)])
    for field, text in _SAME:
        same = rows[field].astype("boolean").fillna(False).tolist()
        parts.append([text if yes else "" for yes in same])
    parts.append([f"autres indices {points:+.1f}" for points in rows["other_points"].tolist()])
    return (" ; ".join(filter(None, line)) for line in zip(*parts, strict=True))


def _columns(rows: pd.DataFrame, one: str, two: str) -> Iterator[tuple[float, float]]:
    return zip(rows[one].tolist(), rows[two].tolist(), strict=True)


def _part(label: str, value: float, unit: str, points: float) -> str:
    if math.isnan(value):
        return f"{label} non connue, sans effet"
    return f"{label} {value:.0f}{unit} ({points:+.1f})"
