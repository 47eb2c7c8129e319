"""People helped by post code, and their sum by commune where a post code is one commune's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.build.directory import MAP, PLACE_SOURCES
from observatory.build.help_rows import HOSTS
from observatory.tables.activity_tables import ACTIVITY, SEPARATOR
from observatory.tables.check import check

Frames = Mapping[str, Any]
Codes = dict[str, set[str]]


def build_activity(frames: Frames) -> pd.DataFrame:
    """Return every post code of the activity file with its communes (``ACTIVITY``).

    The list of communes says whose post code it is. Communes that have merged since share their
    post codes there; the addresses of the places tell them apart, and tell whose code it is where
    the list does not hold it (CEDEX).
    """
    known = set(frames["communes"]["commune"])
    listed, seen = _listed(frames["cog_communes_2026"], known), _seen(frames)
    acts = frames["counsellor_acts_2023"]
    rows = [_row(str(code), listed, seen) for code in acts["postcode"]]
    table = pd.DataFrame(rows, columns=["communes", "commune", "basis"], index=acts.index)
    whole = acts[["postcode", "people_helped"]].join(table)
    return pd.DataFrame(check(whole[ACTIVITY.names], ACTIVITY))


def _row(postcode: str, listed: Codes, seen: Codes) -> tuple[str | None, str | None, str]:
    candidates, named = listed.get(postcode, set()), seen.get(postcode, set())
    if len(candidates) == 1:
        own = next(iter(candidates))
        return own, own, "list of communes"
    told = candidates & named if candidates else named
    if len(told) == 1:
        own = next(iter(told))
        return own, own, "addresses"
    shared = candidates or told
    return SEPARATOR.join(sorted(shared)) or None, None, "shared" if shared else "unknown"


def _listed(cog: pd.DataFrame, known: set[str]) -> Codes:
    """Return the communes of each post code; one that has merged stands as the communes it was."""
    found: Codes = {}
    for code, postcodes, former in zip(
        cog["commune"], _split(cog["postcodes"]), _split(cog["former_codes"]), strict=True
    ):
        for postcode in postcodes:
            found.setdefault(postcode, {str(code)}).update({str(code), *known.intersection(former)})
    return found


def _split(values: pd.Series[Any]) -> list[list[str]]:
    return [str(text).split(SEPARATOR) for text in values.fillna("")]


def _seen(frames: Frames) -> Codes:
    """Return the communes that the places' own addresses give each post code."""
    pairs = [
        frames[name][["code_postal", "code_insee"]]
        for name in (*PLACE_SOURCES, MAP)
        if name in frames
    ]
    pairs.append(frames[HOSTS][["postcode", "commune"]])
    every = pd.concat([one.set_axis(["postcode", "commune"], axis=1) for one in pairs]).dropna()
    grouped = every.groupby("postcode")["commune"].agg(set)
    return {str(code): set(communes) for code, communes in grouped.items()}


def acts_by_commune(activity: pd.DataFrame) -> pd.DataFrame:
    """Sum the people helped to communes, where a post code is one commune's alone."""
    sums = activity.dropna(subset=["commune"]).groupby("commune", as_index=False)["people_helped"]
    return pd.DataFrame(sums.sum()).rename(columns={"people_helped": "counsellor_acts"})
