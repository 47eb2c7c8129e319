"""What lacks to a norm that is a share of the help there is: to move, and never missing.

A table of such figures has each of them twice, in ``missing_*`` and in ``to_move_*``
(:func:`observatory.tables.to_move.with_to_move`); a row fills those that its norm allows.
"""

from __future__ import annotations

import pandas as pd

from observatory.model.norms import SHARES
from observatory.tables.table import Table
from observatory.tables.to_move import pairs


def told_apart(table: pd.DataFrame, contract: Table, norm: str) -> pd.DataFrame:
    """Return a table computed in ``missing_*`` with what is to move in columns of its own.

    Parameters
    ----------
    contract
        The table that it is to be.
    norm
        The norm of every row, where the contract has no column ``norm``.
    """
    own = "norm" in contract.names
    norms = table["norm"] if own else pd.Series(norm, index=table.index)
    moved = norms.isin(SHARES)
    found = {}
    for missing, to_move in pairs(contract.names).items():
        found[to_move] = table[missing].where(moved)
        found[missing] = table[missing].mask(moved)
    return table.assign(**found)


def as_missing(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with what is to move in ``missing_*``, whatever the norm of each row is.

    A screen reads one set of columns, and its words say which it is.
    """
    twins = pairs(table.columns)
    whole = {
        missing: table[missing].where(table[missing].notna(), table[to_move])
        for missing, to_move in twins.items()
    }
    return table.drop(columns=list(twins.values())).assign(**whole)
