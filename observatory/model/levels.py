"""The levels that figures are summed by: which zones there are, and in which each row lies."""

from __future__ import annotations

from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog, in_cog
from observatory.geo.geometry import in_metres, place, project_to_metres
from observatory.geo.mergers import Merger, among
from observatory.model.observed import Facts
from observatory.tables.facts import LEVELS
from observatory.tables.keys import QPV_EDGE_M
from observatory.tables.not_covered import communes_missing
from observatory.tables.remarks import Remark, remark, stored

Level = Literal["iris", "qpv", "commune", "ept"]

#: How the measures of a point end that are no count of people or hours: these a cut leaves whole.
_RATES = ("_per_100", "_pct", "_min", "within_15", "x_m", "y_m", "lon", "lat")


def zone_of(frame: pd.DataFrame, level: Level, cog: Cog, facts: Facts) -> pd.Series[Any]:
    """Return the zone of each row at a level; missing where it lies in none.

    For the level ``qpv`` a row is at one place (help, a school); points of need are cut by the
    edges of the QPV: :func:`parts_of`.
    """
    if level in ("iris", "qpv"):
        return frame[level]
    if level == "ept":
        ept_of = facts.communes.set_index("commune")["ept"]
        return frame["commune"].map(ept_of)
    communes = frame["commune"]
    return communes.map({code: in_cog(code, cog) for code in communes.unique()})


def memberships(facts: Facts, level: Level, cog: Cog) -> pd.DataFrame:
    """Return which zone takes which share of each point's people: ``row``, ``zone``, ``share``.

    Every point of the territory is whole in one zone, but for the level ``qpv``: there a point
    gives each QPV the share of its surface inside (``tables.facts.POINT_QPV``), across the border
    of the territory too, and the rest to none.
    """
    points = facts.points
    if level == "qpv":
        taken = facts.point_qpv
        row = pd.Index(points["point"]).get_indexer(pd.Index(taken["point"]))
        return pd.DataFrame({"row": row, "zone": taken["qpv"], "share": taken["share"]})
    zone = zone_of(points, level, cog, facts).where(points["in_territory"]).reset_index(drop=True)
    whole = pd.DataFrame({"row": range(len(points)), "zone": zone, "share": 1.0})
    return whole.dropna(subset=["zone"]).reset_index(drop=True)


def parts_of(points: pd.DataFrame, taken: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Return the parts of points that zones take, counts cut by share, and the zone of each.

    Parameters
    ----------
    points
        The points of the facts, in their order, with what was measured on them.
    taken
        Their :func:`memberships`.
    """
    parts = points.iloc[taken["row"].to_numpy()].reset_index(drop=True)
    share = taken["share"].to_numpy(dtype=float)
    # Rates and positions are those of the whole point.
    counts = [
        name for name in parts.select_dtypes("number").columns if not str(name).endswith(_RATES)
    ]
    parts[counts] = parts[counts].astype(float).mul(share, axis=0)
    return parts, taken["zone"].reset_index(drop=True)


def inside_and_outside(facts: Facts) -> pd.DataFrame:
    """Return the memberships of the territory's points: zone ``inside`` the known QPV, or not."""
    inside = memberships(facts, "qpv", "cog_2024").groupby("row")["share"].sum()
    here = np.flatnonzero(facts.points["in_territory"].to_numpy(dtype=bool))
    share = inside.reindex(here, fill_value=0.0).to_numpy()
    both = [
        pd.DataFrame({"row": here, "zone": "inside", "share": share}),
        pd.DataFrame({"row": here, "zone": "outside", "share": 1.0 - share}),
    ]
    table = pd.concat(both, ignore_index=True)
    return table[table["share"] > 0].reset_index(drop=True)


def qpv_of(points: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the QPV whose outline holds each point, and whether its edge is too near to be sure.

    Parameters
    ----------
    points
        Points in metres.
    qpv
        Outlines: ``qpv``, geometry; those missing are not known.
    """
    known = qpv[qpv.geometry.notna()]
    edges = gpd.GeoDataFrame(geometry=known.boundary.buffer(QPV_EDGE_M), crs=known.crs)
    if points.empty:  # no point tells its projection
        points = points.set_crs(known.crs, allow_override=True)
    near = gpd.sjoin(points[["geometry"]], edges, predicate="intersects").index
    return pd.DataFrame(
        {"qpv": place(points, known, zone="qpv"), "qpv_edge": points.index.isin(near)},
        index=points.index,
    )


def qpv_of_degrees(frame: pd.DataFrame, qpv: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return :func:`qpv_of` rows with ``lon`` and ``lat``; missing where these are."""
    located = frame[frame["lon"].notna() & frame["lat"].notna()]
    metres = project_to_metres(located["lon"], located["lat"])
    points = gpd.GeoDataFrame(geometry=in_metres(metres, located.index))
    return qpv_of(points, qpv).reindex(frame.index)


def zones(facts: Facts, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the territory's zones of a level: ``code``, ``name``, ``note``, in order of code."""
    check_cog(cog)
    if level == "iris":
        rows = facts.iris[facts.iris["in_territory"]]
        listed = pd.DataFrame({"code": rows["iris"], "name": rows["iris_name"], "note": None})
    elif level == "qpv":
        listed = _qpv_zones(facts.qpv)
    elif level == "ept":
        lacking = communes_missing(facts.counts)
        note = stored([lacking]) if lacking else None
        listed = pd.DataFrame(
            {"code": facts.ept["ept"], "name": facts.ept["ept_name"], "note": note}
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


def _qpv_zones(qpv: gpd.GeoDataFrame) -> pd.DataFrame:
    unknown = stored([remark("zones.unknown_outline")])
    notes = pd.Series(unknown, index=qpv.index, dtype="str").mask(qpv["outline_known"], None)
    return pd.DataFrame({"code": qpv["qpv"], "name": qpv["qpv_name"], "note": notes})


def _commune_zones(communes: pd.DataFrame, cog: Cog) -> pd.DataFrame:
    rows = communes[communes["in_territory"]]
    codes = rows["commune"].map(lambda code: in_cog(code, cog))
    kept = pd.DataFrame({"code": codes, "name": rows["commune_name"]})[codes == rows["commune"]]
    joined: dict[str, list[Merger]] = {}
    for one in among(rows.loc[codes != rows["commune"], "commune"]):
        joined.setdefault(one.commune, []).append(one)
    notes = {code: stored(map(_joined, found)) for code, found in joined.items()}
    renamed = {code: found[0].commune_name for code, found in joined.items()}
    names = [renamed.get(code, name) for code, name in zip(kept["code"], kept["name"], strict=True)]
    return kept.assign(name=names, note=kept["code"].map(notes))


def _joined(one: Merger) -> Remark:
    code = "zones.joined" if one.since else "zones.joined_by"
    return remark(code, commune=one.former_name, day=one.by)
