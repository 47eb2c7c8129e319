"""Texts from outside as every file takes them away: without unseen marks, web links only."""

from __future__ import annotations

import re

import pandas as pd

from observatory.tables.plain_text import visible
from observatory.tables.table import Table

#: Columns of web links, joined by ``|``.
LINKS = ("website", "booking")


def harmless(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table's texts without unseen marks, and its links where they are web links.

    Parameters
    ----------
    frame
        Rows of the table, whole or in part.
    table
        Its contract, which says what is text.
    """
    texts = [c.name for c in table.columns if c.kind == "text" and c.name in frame]
    clean = frame.assign(**{name: frame[name].map(visible, na_action="ignore") for name in texts})
    inside = [name for name in LINKS if name in texts]
    return clean.assign(**{name: clean[name].map(_web, na_action="ignore") for name in inside})


def _web(text: str) -> str | None:
    kept = [one for one in text.split("|") if re.fullmatch(r"https?://\S+", one, re.IGNORECASE)]
    return "|".join(kept) or None
