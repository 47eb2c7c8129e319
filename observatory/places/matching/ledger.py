"""The ledger of matching: each pair merged or nearly so, with the evidence."""

from __future__ import annotations

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
    reasons = [human.get(code) for code in codes[kept].tolist()]
    rows = rows.assign(
        record_a=names[rows["a"]],
        record_b=names[rows["b"]],
        site_a=sites[rows["a"]],
        site_b=sites[rows["b"]],
        decision=decision[kept],
        reason=pd.Series(reasons, index=rows.index, dtype="str"),
    )
    # Positions are those of the records in order, so pairs sorted by them are sorted by name.
    ledger: pd.DataFrame = rows.sort_values(["a", "b"], ignore_index=True)[LEDGER.names]
    return ledger
