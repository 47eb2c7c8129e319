"""Texts from outside as every file takes them away: without unseen marks, web links only."""

from __future__ import annotations

import re

import pandas as pd

from observatory.tables.table import Table

#: Columns of web links, joined by ``|``.
LINKS = ("website", "booking")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def harmless(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a table's texts without unseen marks, and its links where they are web links.

    Parameters
    ----------
    frame
        Rows of the table, whole or in part.
    table
        Its contract, which says what is text.
    """
    texts = [c.name for c in table.columns if c.kind == "text" and c.name in frame]
    clean = frame.assign(**{name: frame[name].map(_plain, na_action="ignore") for name in texts})
    held = [name for name in LINKS if name in texts]
    return clean.assign(**{name: clean[name].map(_web, na_action="ignore") for name in held})


def _plain(text: str) -> str:
    return _UNSEEN.sub("", text)


def _web(text: str) -> str | None:
    kept = [one for one in text.split("|") if re.fullmatch(r"https?://\S+", one, re.IGNORECASE)]
    return "|".join(kept) or None
