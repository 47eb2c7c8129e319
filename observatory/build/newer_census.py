"""Newer census files by IRIS, where they are there: they take the place of the older ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.tables.remarks import Remark, remark

Frames = Mapping[str, Any]
AGES, DIPLOMAS = "ages_iris_2022", "diplomas_iris_2022"
_BANDS = ["pop_0_14", "pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75p"]


def with_newer_census(frames: Frames) -> dict[str, Any]:
    """Return the sources with what the newer census files say of the IRIS that they know.

    Ages replace those of the same IRIS and give those of IRIS that had none; occupations stay
    those of the older census. Communes have the diplomas of their IRIS, weighted by the people
    out of school.
    """
    done = dict(frames)
    if AGES in frames:
        done["ages_iris_2016"] = _ages(frames)
    if DIPLOMAS in frames:
        done["commune_diplomas"] = _diplomas(frames)
    return done


def _ages(frames: Frames) -> pd.DataFrame:
    newer = frames[AGES].dropna(subset=_BANDS).set_index("iris")
    newer = newer[newer.index.isin(frames["iris_types"]["iris"])]
    older = frames["ages_iris_2016"].set_index("iris")
    added = newer.index.difference(older.index)
    whole = older.reindex(older.index.append(added))
    whole.loc[newer.index, _BANDS] = newer[_BANDS]
    whole.loc[added, "iris_type"] = newer.loc[added, "iris_type"]
    return pd.DataFrame(whole.rename_axis("iris").reset_index())


def _diplomas(frames: Frames) -> pd.DataFrame:
    known = frames[DIPLOMAS].dropna(subset=["without_bac_pct"])
    people = known["out_of_school_15p"]
    home = known["iris"].str[:5]
    lacking = (people * known["without_bac_pct"]).groupby(home).sum()
    share = lacking / people.groupby(home).sum()
    older: pd.DataFrame = frames["commune_diplomas"]
    measured = older["commune"].map(share)
    return older.assign(low_diploma_pct=measured.fillna(older["low_diploma_pct"]))


def measured_shares(iris: pd.DataFrame, frames: Frames) -> pd.Series[Any]:
    """Return the share without the baccalauréat that the newer census measured, else NaN."""
    if DIPLOMAS not in frames:
        return pd.Series(float("nan"), index=iris.index)
    known = frames[DIPLOMAS].set_index("iris")["without_bac_pct"]
    return pd.Series(iris["iris"].map(known), index=iris.index, dtype=float)


def census_remarks(frames: Frames) -> tuple[Remark, ...]:
    """Return which newer census a build's figures rest on, and for how many IRIS."""
    wanted = frames["iris_types"]["iris"]
    return tuple(
        remark(
            f"build.newer_{what}",
            year=int(frames[name]["census_year"].iloc[0]),
            count=int(frames[name]["iris"].isin(wanted).sum()),
            total=len(wanted),
        )
        for name, what in ((AGES, "ages"), (DIPLOMAS, "diplomas"))
        if name in frames and len(frames[name])
    )
