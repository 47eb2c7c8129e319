"""Merge the records of each place, field by field, and keep where each value comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.contracts.directory import LISTS, ORIGINS, SEPARATOR

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
    fields = [c for c in records.columns if c not in _NOT_FIELDS]
    blocked = {field: block[0] for block in BLOCKS for field in block if block[0] in fields}
    parts: dict[str, pd.Series[Any]] = {}
    origins: list[pd.DataFrame] = []
    for field in fields:
        if field in LISTS:
            parts[field], origin = _unite(newest, field)
        else:
            parts[field], origin = _first(_led_by(newest, blocked.get(field)), field)
        origins.append(origin)
    places = pd.DataFrame(parts).join(_sources(newest), how="right")
    if "lon" in places:
        places["located"] = "commune"
        places.loc[places["lon"].notna() & places["lat"].notna(), "located"] = "point"
    table = pd.concat(origins) if origins else pd.DataFrame()
    sorted_origins = table.reindex(columns=ORIGINS.names).sort_values(ORIGINS.names)
    return (
        places.rename_axis("site").reset_index().sort_values("site", ignore_index=True),
        sorted_origins.reset_index(drop=True),
    )


def _newest_first(records: pd.DataFrame) -> pd.DataFrame:
    if "confirmed_on" not in records:
        return records.sort_values(["site", "record"], ignore_index=True)
    return records.sort_values(
        ["site", "confirmed_on", "record"],
        ascending=[True, False, True],
        na_position="last",
        ignore_index=True,
    )


def _led_by(newest: pd.DataFrame, leader: str | None) -> pd.DataFrame:
    """Put the records that have the block's leading field first, newest of them before."""
    if leader is None:
        return newest
    lacking = newest[leader].isna().rename("lacking")
    order = pd.concat([newest["site"], lacking], axis=1).sort_values(
        ["site", "lacking"], kind="stable"
    )
    return newest.loc[order.index]


def _first(ordered: pd.DataFrame, field: str) -> tuple[pd.Series[Any], pd.DataFrame]:
    given = ordered[ordered[field].notna()].drop_duplicates("site")
    values = given.set_index("site")[field]
    return values, given[["site", "record"]].assign(field=field)


def _unite(newest: pd.DataFrame, field: str) -> tuple[pd.Series[Any], pd.DataFrame]:
    given = newest[newest[field].notna()]
    origin = given[["site", "record"]].assign(field=field)
    alone = ~given["site"].duplicated(keep=False)
    united = given[~alone].groupby("site")[field].agg(_union)
    return pd.concat([given[alone].set_index("site")[field], united]), origin


def _union(lists: pd.Series[Any]) -> str:
    items = (item.strip() for text in lists for item in str(text).split(SEPARATOR))
    return SEPARATOR.join(dict.fromkeys(item for item in items if item))


def _sources(newest: pd.DataFrame) -> pd.DataFrame:
    own = (
        newest["source_id"].where(newest["source_id"].notna(), newest["record"])
        if ("source_id" in newest)
        else newest["record"]
    )
    table = pd.DataFrame(
        {
            "site": newest["site"],
            "sources": newest["source"].astype("str"),
            "source_ids": own.astype("str"),
        }
    )
    groups = table.groupby("site")
    return groups[["sources", "source_ids"]].agg(SEPARATOR.join).assign(records=groups.size())
