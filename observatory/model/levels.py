"""The levels that figures are summed by: which zones there are, and in which each row lies."""

from __future__ import annotations

from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import MERGED_NAMES_2025, MERGED_ON, Cog, check_cog, in_cog
from observatory.model.observed import Facts
from observatory.tables.facts import LEVELS
from observatory.tables.remarks import Remark, remark, stored

Level = Literal["iris", "qpv", "commune", "ept"]

#: A commune with less of an outline than this is only touched along its border.
_SLIVER = 0.001


def zone_of(frame: pd.DataFrame, level: Level, cog: Cog, facts: Facts) -> pd.Series[Any]:
    """Return the zone of each row at a level; missing where it lies in none."""
    if level == "iris":
        return frame["iris"]
    if level == "qpv":
        known = facts.qpv[facts.qpv["outline_known"]]
        return frame["qpv_2015"].map(known.set_index("outline_2015")["qpv"])
    if level == "ept":
        ept_of = facts.communes.set_index("commune")["ept"]
        return frame["commune"].map(ept_of)
    return frame["commune"].map(lambda code: in_cog(code, cog))


def zones(facts: Facts, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the territory's zones of a level: ``code``, ``name``, ``note``, in order of code."""
    check_cog(cog)
    if level == "iris":
        rows = facts.iris[facts.iris["in_territory"]]
        listed = pd.DataFrame({"code": rows["iris"], "name": rows["iris_name"], "note": None})
    elif level == "qpv":
        listed = _qpv_zones(facts.qpv, facts.communes)
    elif level == "ept":
        listed = pd.DataFrame(
            {"code": facts.ept["ept"], "name": facts.ept["ept_name"], "note": None}
        )
    elif level == "commune":
        listed = _commune_zones(facts.communes, cog)
    else:
        raise ChoiceError(
            "level",
            expected=" or ".join(LEVELS),
            found=repr(level),
            next_step="choose one of these levels",
        )
    return listed.sort_values("code", ignore_index=True)


def _qpv_zones(qpv: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    notes = [
        stored(
            [
                remark("zones.outline_of_2015", outline=row.outline_2015),
                *_beyond(row.communes, row.geometry, communes),
            ]
            if row.outline_known
            else [remark("zones.unknown_outline")]
        )
        for row in qpv.itertuples(index=False)
    ]
    return pd.DataFrame({"code": qpv["qpv"], "name": qpv["qpv_name"], "note": notes})


def _beyond(listed: str, outline: Any, communes: gpd.GeoDataFrame) -> list[Remark]:
    """Return the communes that the QPV of 2024 has and its outline of 2015 does not reach."""
    inside = communes[communes.geometry.intersection(outline).area > _SLIVER * outline.area]
    reached = {in_cog(code, "cog_2025") for code in inside["commune"]}
    names = communes.set_index("commune")["commune_name"]
    lost = [str(names.get(code, code)) for code in listed.split("|") if code not in reached]
    return [remark("zones.beyond_outline", communes=tuple(lost))] if lost else []


def _commune_zones(communes: pd.DataFrame, cog: Cog) -> pd.DataFrame:
    rows = communes[communes["in_territory"]]
    codes = rows["commune"].map(lambda code: in_cog(code, cog))
    kept = pd.DataFrame({"code": codes, "name": rows["commune_name"]})[codes == rows["commune"]]
    merged = codes[codes != rows["commune"]]
    joined = rows.loc[merged.index, "commune_name"]
    notes = {
        code: stored([remark("zones.joined", commune=str(name), day=MERGED_ON)])
        for code, name in zip(merged, joined, strict=True)
    }
    names = kept["code"].map(MERGED_NAMES_2025).where(kept["code"].isin(merged))
    return kept.assign(name=names.fillna(kept["name"]), note=kept["code"].map(notes))
