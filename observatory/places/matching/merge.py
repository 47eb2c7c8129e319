"""Merge the records of each place, field by field, and keep where each value comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.places.matching.prepared import IntArray
from observatory.tables.directory_tables import LISTS, ORIGINS, SEPARATOR

#: Fields that go together: all of a block come from the newest record that has the first.
BLOCKS = (
    ("address", "address_more", "postcode", "commune", "commune_name"),
    ("lon", "lat"),
)
_NOT_FIELDS = (
    "record",
    "source",
    "source_id",
    "site",
    "sources",
    "source_ids",
    "records",
    "located",
)


def merge_members(records: pd.DataFrame, site: pd.Series[Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merge records into places: the newest value given wins, lists are united.

    Parameters
    ----------
    records
        One row a record, with ``record`` and ``source``.
    site
        The place of each record, same rows.

    Returns
    -------
    tuple of DataFrame
        Places, one row each, sorted by ``site``; and the origin of each of their values.
    """
    newest = _newest_first(records.assign(site=site.to_numpy()))
    # Rows of one place follow one another: its number, in the order of the places.
    point, sites = pd.factorize(newest["site"])
    fields = [c for c in records.columns if c not in _NOT_FIELDS]
    blocked = {field: block[0] for block in BLOCKS for field in block if block[0] in fields}
    parts: dict[str, pd.Series[Any]] = {}
    origins: list[IntArray] = []
    for field in fields:
        given = newest[field].notna().to_numpy(dtype=bool)
        if field in LISTS:
            rows = np.flatnonzero(given)
            values = _unite(newest[field].iloc[rows], point[rows])
        else:
            rows = _first(given, _led_by(newest, point, blocked.get(field)), point)
            values = newest[field].iloc[rows].set_axis(point[rows])
        parts[field] = values.reindex(range(len(sites)))
        origins.append(rows)
    index = pd.RangeIndex(len(sites))
    places = pd.DataFrame({"site": sites, **parts}, index=index).assign(**_sources(newest, point))
    if "lon" in places:
        places["located"] = "commune"
        places.loc[places["lon"].notna() & places["lat"].notna(), "located"] = "point"
    return places, _origins(newest, point, fields, origins)


def _newest_first(records: pd.DataFrame) -> pd.DataFrame:
    if "confirmed_on" not in records:
        return records.sort_values(["site", "record"], ignore_index=True)
    return records.sort_values(
        ["site", "confirmed_on", "record"],
        ascending=[True, False, True],
        na_position="last",
        ignore_index=True,
    )


def _led_by(newest: pd.DataFrame, point: IntArray, leader: str | None) -> IntArray:
    """Put the records that have the block's leading field first, newest of them before."""
    if leader is None:
        return np.arange(len(newest))
    return np.lexsort((newest[leader].isna().to_numpy(dtype=bool), point))


def _first(given: NDArray[np.bool_], order: IntArray, point: IntArray) -> IntArray:
    """Return the first row of each place that has the field."""
    rows = order[given[order]]
    return rows[np.diff(point[rows], prepend=-1) > 0]


def _unite(given: pd.Series[Any], point: IntArray) -> pd.Series[Any]:
    """Unite the lists of each place; a list alone stays as it is written."""
    values = _together(given, point, _union)
    return pd.Series(values, index=point[_starts(point)], dtype=given.dtype)


def _union(lists: list[str]) -> str:
    items = (item.strip() for text in lists for item in str(text).split(SEPARATOR))
    return SEPARATOR.join(dict.fromkeys(item for item in items if item))


def _starts(point: IntArray) -> IntArray:
    return np.flatnonzero(np.diff(point, prepend=-1))


def _together(
    values: pd.Series[Any], point: IntArray, join: Callable[[list[str]], str]
) -> list[str]:
    """Join the values of each place; one alone is kept."""
    starts, texts = _starts(point).tolist(), values.tolist()
    ends = [*starts, len(texts)][1:]
    return [
        texts[begin] if end - begin == 1 else join(texts[begin:end])
        for begin, end in zip(starts, ends, strict=True)
    ]


def _sources(newest: pd.DataFrame, point: IntArray) -> dict[str, Any]:
    own = newest["record"]
    if "source_id" in newest:
        own = newest["source_id"].where(newest["source_id"].notna(), own)
    known = {"sources": newest["source"], "source_ids": own}
    joined = {name: _together(v.astype("str"), point, SEPARATOR.join) for name, v in known.items()}
    return {name: pd.array(texts, dtype="str") for name, texts in joined.items()} | {
        "records": np.bincount(point)
    }


def _origins(
    newest: pd.DataFrame, point: IntArray, fields: list[str], origins: list[IntArray]
) -> pd.DataFrame:
    """Return the record of each value, sorted by place, field and record."""
    rows = np.concatenate([np.empty(0, dtype=np.int64), *origins])
    names = sorted(fields)
    field = np.repeat([names.index(f) for f in fields], [len(o) for o in origins]).astype(np.int64)
    record = np.empty(len(newest), dtype=np.int64)
    record[newest["record"].argsort()] = np.arange(len(newest))
    order = np.lexsort((record[rows], field, point[rows]))
    known = {
        "site": newest["site"].array.take(rows[order]),
        "field": pd.array(names, dtype="str").take(field[order]),
        "record": newest["record"].array.take(rows[order]),
    }
    return pd.DataFrame(known)[ORIGINS.names]
