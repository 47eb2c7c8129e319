"""The observatory's own computation: facts and choices in, the gap table of a level out.

Need stands on points (inhabited 200 m cells, or IRIS centres where no cell is known). Help with a
known place reaches points by walking (E2SFCA); help known only by its area serves the area evenly:
its hours are shared over the people in need there. Shortfalls are taken point by point and summed,
so that a commune's mean cannot hide its worst quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.errors import ChoiceError
from observatory.geo.codes import MERGED_NAMES_2025, Cog, check_cog, in_cog
from observatory.model import gap
from observatory.model.access import Decay, e2sfca, minutes_to_metres, nearest_minutes
from observatory.model.assumptions import Assumptions
from observatory.tables.check import check
from observatory.tables.facts import GAPS, LEVELS

Level = Literal["iris", "qpv", "commune", "ept"]
FloatArray = NDArray[np.float64]

ESTIMATES = ("need_age", "need_poverty", "need_diploma")
SUPPLIES = ("help_low", "help_h_per_week", "help_high")
UNKNOWN_OUTLINE = "contour non connu : chiffres non calculables"
OLD_OUTLINE = "contour de 2015 ({code}) ; le périmètre de 2024 peut différer"
NOT_IN_OUTLINE = " : il touche aussi {names}, hors de ce contour"
#: A commune with less of an outline than this is only touched along its border.
_SLIVER = 0.001


@dataclass(frozen=True)
class Facts:
    """The built tables of ``contracts.built``, as one object."""

    iris: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    ept: gpd.GeoDataFrame
    points: pd.DataFrame
    sites: pd.DataFrame
    supply: pd.DataFrame
    schools: pd.DataFrame
    qpv: gpd.GeoDataFrame


@dataclass(frozen=True)
class Measured:
    """Every point with its access and shortfall.

    Attributes
    ----------
    points
        The points, with ``access_h_per_100``, ``area_h_per_100`` (the part of it that serves an
        area), ``missing_h_per_week``, ``balance_h_per_week``, ``nearest_min``, ``within_15``, and
        one ``missing_<need>_<supply>`` column for each pair of need estimate and supply bound.
    norm
        The norm of the central computation, h/week per 100 people in need.
    corners
        The names of the ``missing_<need>_<supply>`` columns.
    """

    points: pd.DataFrame
    norm: float
    corners: tuple[str, ...]


def decay_of(assumptions: Assumptions) -> Decay:
    """Give the distance decay chosen: ``step``, ``gaussian`` or ``binary``.

    Minutes become straight-line metres by the walking speed and the detour.
    """
    speed, detour = assumptions.number("walk.speed_kmh"), assumptions.number("walk.detour")
    edges = [
        float(minutes_to_metres(minutes, speed, detour))
        for minutes in assumptions.group("access.step.edge_min").values()
    ]
    kind = assumptions.text("access.decay")
    if kind == "step":
        return Decay.steps(edges, list(assumptions.group("access.step.weight").values()))
    if kind == "gaussian":
        return Decay.gaussian(edges[-1])
    if kind == "binary":
        return Decay.binary(edges[-1])
    raise ChoiceError(
        "assumption access.decay",
        expected="step, gaussian or binary",
        found=repr(kind),
        next_step="choose one of the three",
    )


def _spots(frame: pd.DataFrame) -> FloatArray:
    return frame[["x_m", "y_m"]].to_numpy(dtype=float)


def _in_area(points: pd.DataFrame, serves: str, area: str, ept_of: pd.Series[Any]) -> Any:
    if serves == "commune":
        return (points["commune"] == area).to_numpy()
    if serves == "ept":
        return (points["commune"].map(ept_of) == area).to_numpy()
    return points["commune"].str.startswith(area).to_numpy()


def _area_access(
    points: pd.DataFrame, need_at: FloatArray, areas: pd.DataFrame, ept_of: pd.Series[Any]
) -> FloatArray:
    """Give the hours per person in need from help that serves whole areas evenly."""
    access = np.zeros(len(points))
    for serves, area, hours in areas.itertuples(index=False):
        inside = _in_area(points, serves, area, ept_of)
        people = need_at[inside].sum()
        if people > 0:
            access[inside] += hours / people
    return access


def _access(
    facts: Facts, assumptions: Assumptions, need_at: FloatArray, hours: str
) -> tuple[FloatArray, FloatArray]:
    """Give walking and area access of each point, h/week per 100 people in need."""
    supply = facts.supply
    at = supply[supply["serves"] == "point"]
    walked = e2sfca(
        _spots(facts.points),
        need_at,
        _spots(at),
        at[hours].to_numpy(dtype=float),
        decay_of(assumptions),
    ).access
    wide = supply[supply["serves"] != "point"].groupby(["serves", "area"])[hours].sum()
    ept_of = facts.communes.set_index("commune")["ept"]
    spread = _area_access(facts.points, need_at, wide.reset_index(), ept_of)
    return 100 * walked, 100 * spread


def _need_at(points: pd.DataFrame, estimate: str) -> FloatArray:
    """Give one estimate of need, the central one where this one is not known."""
    values: FloatArray = points[estimate].fillna(points["need_persons"]).to_numpy(dtype=float)
    return values


def _norm(points: pd.DataFrame, need_at: FloatArray, access: FloatArray, choice: str) -> float:
    """Give the norm: need-weighted mean access of the EPT or of the département, or a number."""
    if choice not in ("ept", "departement"):
        return gap.fixed_norm(choice)
    inside = points["in_territory"].to_numpy() if choice == "ept" else np.ones(len(points), bool)
    return gap.mean_norm(need_at[inside], access[inside])


def measure(facts: Facts, assumptions: Assumptions) -> Measured:
    """Measure access and shortfall at every point, for each need estimate and supply bound.

    The central computation uses ``need_persons`` and ``help_h_per_week``; the corners pair each
    estimate of need with the supply's low, central and high hours, the norm taken again in each.
    """
    choice = assumptions.text("gap.norm")
    points = facts.points
    central = points["need_persons"].to_numpy(dtype=float)
    walked, spread = _access(facts, assumptions, central, "help_h_per_week")
    access = walked + spread
    norm = _norm(points, central, access, choice)
    added: dict[str, Any] = {
        "access_h_per_100": access,
        "area_h_per_100": spread,
        "missing_h_per_week": gap.shortfall(central, access, norm),
        "balance_h_per_week": gap.balance(central, access, norm),
        **_nearest(facts, assumptions),
    }
    corners: list[str] = []
    for estimate in ESTIMATES:
        people = _need_at(points, estimate)
        for hours in SUPPLIES:
            name = f"missing_{estimate}_{hours}"
            reached = sum(_access(facts, assumptions, people, hours))
            level = _norm(points, people, np.asarray(reached), choice)
            added[name] = gap.shortfall(people, np.asarray(reached), level)
            corners.append(name)
    return Measured(points.assign(**added), norm, tuple(corners))


def _nearest(facts: Facts, assumptions: Assumptions) -> dict[str, FloatArray]:
    located = facts.supply[facts.supply["serves"] == "point"]
    minutes = nearest_minutes(
        _spots(facts.points),
        _spots(located),
        speed_kmh=assumptions.number("walk.speed_kmh"),
        detour=assumptions.number("walk.detour"),
    )
    near = assumptions.number("access.near_min")
    return {"nearest_min": minutes, "within_15": np.where(minutes <= near, 100.0, 0.0)}


def zone_of(frame: pd.DataFrame, level: Level, cog: Cog, facts: Facts) -> pd.Series[Any]:
    """Give the zone of each point or located supply at a level; missing where it has none."""
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
    """List the territory's zones of a level: ``code``, ``name``, ``note``, in order of code."""
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
        OLD_OUTLINE.format(code=row.outline_2015) + _beyond(row.communes, row.geometry, communes)
        if row.outline_known
        else UNKNOWN_OUTLINE
        for row in qpv.itertuples(index=False)
    ]
    return pd.DataFrame({"code": qpv["qpv"], "name": qpv["qpv_name"], "note": notes})


def _beyond(listed: str, outline: Any, communes: gpd.GeoDataFrame) -> str:
    """Name the communes that the QPV of 2024 has and its outline of 2015 does not reach."""
    held = communes[communes.geometry.intersection(outline).area > _SLIVER * outline.area]
    reached = {in_cog(code, "cog_2025") for code in held["commune"]}
    names = communes.set_index("commune")["commune_name"]
    lost = [str(names.get(code, code)) for code in listed.split("|") if code not in reached]
    return NOT_IN_OUTLINE.format(names=", ".join(lost)) if lost else ""


def _commune_zones(communes: pd.DataFrame, cog: Cog) -> pd.DataFrame:
    rows = communes[communes["in_territory"]]
    codes = rows["commune"].map(lambda code: in_cog(code, cog))
    kept = pd.DataFrame({"code": codes, "name": rows["commune_name"]})[codes == rows["commune"]]
    merged = codes[codes != rows["commune"]]
    notes = dict.fromkeys(merged, "avec Pierrefitte-sur-Seine, réunie le 1er janvier 2025")
    names = kept["code"].map(MERGED_NAMES_2025).where(kept["code"].isin(merged))
    return kept.assign(name=names.fillna(kept["name"]), note=kept["code"].map(notes))


def gaps(
    facts: Facts,
    assumptions: Assumptions,
    level: Level,
    cog: Cog = "cog_2024",
    measured: Measured | None = None,
) -> pd.DataFrame:
    """Give the gap table of a level: one row a zone of the territory, columns of ``built.GAPS``.

    Parameters
    ----------
    measured
        The result of :func:`measure` for the same facts and choices, to save computing it again.

    Raises
    ------
    ChoiceError
        Unknown level or choice.
    CodeError
        Unknown geography.
    """
    listed = zones(facts, level, cog)
    done = measured or measure(facts, assumptions)
    inside = done.points[done.points["in_territory"]] if level != "qpv" else done.points
    zone = zone_of(inside, level, cog, facts)
    sums = _sums(inside, zone, done, assumptions)
    sums = sums.join(_help(facts, inside, zone, level, cog), how="outer")
    if level != "qpv":
        # The IRIS hold whole persons: summing them, not their cells' shares, conserves the count.
        residents = facts.iris[facts.iris["in_territory"]]
        sums["population"] = (
            residents["population"].groupby(zone_of(residents, level, cog, facts)).sum()
        )
    table = listed.join(sums, on="code").assign(level=level, cog=cog, norm_h_per_100=done.norm)
    if level != "qpv":
        table = _fill_empty(table)
    table["missing_etp"] = gap.to_etp(table["missing_h_per_week"], assumptions)
    return pd.DataFrame(check(table[GAPS.names], GAPS))


def _fill_empty(table: pd.DataFrame) -> pd.DataFrame:
    """Give zeros to a zone known to have no point: nobody lives there, so nobody lacks help."""
    counted = [
        name
        for name in GAPS.names
        if name.startswith(("need_", "missing_", "population", "help_", "balance_"))
        and name not in ("need_poverty", "need_diploma", "missing_etp")
    ]
    return table.fillna(dict.fromkeys(counted, 0.0))


def _sums(
    points: pd.DataFrame, zone: pd.Series[Any], done: Measured, assumptions: Assumptions
) -> pd.DataFrame:
    """Sum the points by zone; means are weighted by need; points of no zone are left out."""
    held = zone.dropna()
    sums = gap.sum_points(points.loc[held.index], held, assumptions)
    corners = points.loc[held.index, list(done.corners)].groupby(held).sum()
    return _missing_bounds(sums.join(corners), done.corners)


def _missing_bounds(sums: pd.DataFrame, corners: tuple[str, ...]) -> pd.DataFrame:
    """Bound the missing hours by the corners, widened as the need's own noise widens it."""
    estimates = sums[list(ESTIMATES)]
    tight = (sums["need_low"] / estimates.min(axis=1).where(lambda n: n > 0)).clip(0, 1).fillna(1)
    loose = (sums["need_high"] / estimates.max(axis=1).where(lambda n: n > 0)).clip(1).fillna(1)
    edges = sums[list(corners)]
    return sums.assign(
        missing_low=np.minimum(edges.min(axis=1) * tight, sums["missing_h_per_week"]),
        missing_high=np.maximum(edges.max(axis=1) * loose, sums["missing_h_per_week"]),
    ).drop(columns=list(corners))


def _help(
    facts: Facts, points: pd.DataFrame, zone: pd.Series[Any], level: Level, cog: Cog
) -> pd.Series[Any]:
    """Give the hours of the zone's own places plus its share of the help that serves an area."""
    at = facts.supply[facts.supply["serves"] == "point"]
    own = at["help_h_per_week"].groupby(zone_of(at, level, cog, facts)).sum()
    shared = (points["area_h_per_100"] * points["need_persons"] / 100).groupby(zone).sum()
    # A zone of offices has places and no resident: its hours count all the same.
    return shared.add(own, fill_value=0.0).rename("help_h_per_week")
