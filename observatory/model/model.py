"""The one computation: facts and assumptions in; need, help, access, norm and gap out.

Need stands on points (inhabited 200 m cells, or IRIS centres where no cell is known). Help with a
known place reaches points by walking (E2SFCA); help known only by its area serves the area evenly:
its hours are shared over the people in need there. Shortfalls are taken point by point and summed,
so that a commune's mean cannot hide its worst quarter.

A draw is the same model with other assumptions, a scenario the same model with other facts. What
depends on the facts alone (distances, who lies where) is computed once and shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog
from observatory.model import access, gap, help_hours, need
from observatory.model.access import Decay
from observatory.model.assumptions import COMPUTED, Assumptions
from observatory.model.ground import Ground
from observatory.model.levels import Level, zone_of, zones
from observatory.model.observed import Facts
from observatory.tables.check import check
from observatory.tables.facts import GAPS, HELP

FloatArray = NDArray[np.float64]

ESTIMATES = need.ESTIMATES
#: The ends of the hours of help, by the name that a corner has for them.
ENDS: dict[str, help_hours.End] = {
    "help_low": "low",
    "help_h_per_week": "value",
    "help_high": "high",
}


@dataclass(frozen=True)
class Measured:
    """Every point with its need, access and shortfall.

    Attributes
    ----------
    points
        The points, with the columns of :func:`observatory.model.need.estimate`,
        ``access_h_per_100``, ``area_h_per_100`` (the part of it that serves an area),
        ``missing_h_per_week``, ``balance_h_per_week``, ``nearest_min``, ``within_15``,
        ``population_latest``, and one
        ``missing_<need>_<help>`` column for each pair of need estimate and end of help.
    norm
        The norm of the central computation, h/week per 100 people in need.
    corners
        The names of the ``missing_<need>_<help>`` columns.
    """

    points: pd.DataFrame
    norm: float
    corners: tuple[str, ...]


class Model:
    """A territory measured under assumptions.

    Parameters
    ----------
    facts
        The stored tables of a build.
    assumptions
        Every number that is a choice.
    ground
        What another model on the same facts has computed already.
    standing
        For each row of help, 1 where it still stands and 0 where it has closed; all by default.
    """

    def __init__(
        self,
        facts: Facts,
        assumptions: Assumptions,
        *,
        ground: Ground | None = None,
        standing: FloatArray | None = None,
    ) -> None:
        self.facts, self.assumptions = facts, assumptions
        self.ground = ground or Ground(facts)
        self._standing = standing

    def under(self, assumptions: Assumptions, standing: FloatArray | None = None) -> Model:
        """Return the same territory under other assumptions."""
        return Model(self.facts, assumptions, ground=self.ground, standing=standing)

    def with_assumptions(self, changes: Mapping[str, float | str]) -> Model:
        """Return the same territory with some assumptions changed.

        Raises
        ------
        ChoiceError
            An unknown name, a value that its unit cannot have, or one that acts on a build alone.
        """
        self.assumptions.refuse_idle(changes, COMPUTED, "what is computed from a build")
        return self.under(self.assumptions.changed(changes))

    # ---- Need ---------------------------------------------------------------------------------
    @cached_property
    def poverty_pct(self) -> FloatArray:
        """Poverty rate on disposable income of each IRIS, %; NaN where none is published."""
        return self.ground.poverty_pct(self.assumptions.number("need.iris_poverty"))

    @cached_property
    def diploma_pct(self) -> FloatArray:
        """People without the baccalauréat of each IRIS, %; NaN where none is published."""
        return self.ground.diploma_pct(self.assumptions.number("need.iris_diploma"))

    @cached_property
    def iris(self) -> pd.DataFrame:
        """The IRIS with their own poverty and diplomas, and their need (``need.estimate``)."""
        known = self.ground.zones.assign(
            poverty_pct=self.poverty_pct, low_diploma_pct=self.diploma_pct
        )
        whole = self.ground.whole_departements
        return known.join(need.estimate(known, self.assumptions, whole))

    @cached_property
    def need_persons(self) -> FloatArray:
        """People in digital difficulty at each point, central estimate."""
        row, share = self.ground.home
        people = need.central(
            self.ground.bands,
            self.poverty_pct,
            self.diploma_pct,
            self.assumptions,
            self.ground.whole_departements,
        )
        return np.asarray(people[row] * share, dtype=float)

    @cached_property
    def population_latest(self) -> FloatArray:
        """Residents of each point in the latest municipal population, to which need is carried."""
        factor = self.ground.zones["population_factor"].to_numpy(dtype=float)
        census = self.facts.points["population"].to_numpy(dtype=float)
        return np.asarray(census * factor[self.ground.home[0]])

    @cached_property
    def need_estimates(self) -> pd.DataFrame:
        """Every estimate of need and its ends at each point, persons; index of the points."""
        row, share = self.ground.home
        names = [*ESTIMATES, "need_persons", "need_low", "need_high", "weak_skills_persons"]
        spread = self.iris[names].to_numpy(dtype=float)[row] * share[:, None]
        return pd.DataFrame(spread, index=self.facts.points.index, columns=names)

    # ---- Help and access ----------------------------------------------------------------------
    def help_hours(self, end: help_hours.End = "value") -> FloatArray:
        """Return the hours of each row of help, h/week; the low end takes the chance of closure."""
        hours = help_hours.hours_of(self.facts.supply, self.assumptions, end)
        if end == "low":
            ages = self.facts.supply["age_months"]
            hours = hours * help_hours.freshness_weight(ages, self.assumptions).to_numpy()
        return hours if self._standing is None else hours * self._standing

    @cached_property
    def help_table(self) -> pd.DataFrame:
        """The rows of help with their hours and what these are counted from (``facts.HELP``)."""
        rows = self.facts.supply
        hours = {name: self.help_hours(end) for name, end in ENDS.items()}
        found = rows.assign(**hours, basis=help_hours.basis_of(rows))
        return pd.DataFrame(check(found[HELP.names], HELP))

    @cached_property
    def decay(self) -> Decay:
        """How much help counts as it lies further away, in metres of straight line."""
        return decay_of(self.assumptions, self.detour)

    @cached_property
    def detour(self) -> float:
        """How much longer a walk is than its distance; 1 along streets, which hold it already."""
        if self.facts.street_distances is not None:
            return 1.0
        return self.assumptions.number("walk.detour")

    @cached_property
    def weights(self) -> csr_array:
        """The decay's weight of each pair of point and located row of help."""
        return access.weights(self.ground.distances(self.decay.reach), self.decay)

    def reached(self, people: FloatArray, hours: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return walking and area access of each point, h/week per 100 people in need.

        Parameters
        ----------
        people
            People in need at each point.
        hours
            Hours of each row of help.
        """
        walked = access.share(self.weights, people, hours[self.ground.located]).access
        spread = np.zeros(len(people))
        for inside, rows in self.ground.areas:
            served = people[inside].sum()
            if served > 0:
                spread[inside] += hours[rows].sum() / served
        return 100 * walked, 100 * spread

    @cached_property
    def nearest_min(self) -> FloatArray:
        """Walking minutes from each point to the nearest located help."""
        speed = self.assumptions.number("walk.speed_kmh")
        return access.walk_minutes(self.ground.nearest_m, speed, self.detour)

    # ---- Norm and gap -------------------------------------------------------------------------
    def norm_of(self, people: FloatArray, reached: FloatArray) -> float:
        """Return the norm for some need and access, h/week per 100 people in need."""
        asked = self.assumptions.text("gap.norm")
        if asked not in gap.NORMS:
            return gap.fixed_norm(asked)
        kept = self.ground.inside if asked == "ept" else self.ground.departement
        return gap.mean_norm(people[kept], reached[kept])

    def _missing(self, people: FloatArray, hours: FloatArray) -> FloatArray:
        reached = np.add(*self.reached(people, hours))
        return gap.shortfall(people, reached, self.norm_of(people, reached))

    @cached_property
    def missing_at(self) -> FloatArray:
        """Missing hours at each point, h/week: the central computation, and what a draw asks."""
        return self._missing(self.need_persons, self.help_hours())

    def missing(self, level: Level, cog: Cog = "cog_2024") -> pd.Series[Any]:
        """Return the missing hours of each zone of the territory with points, h/week."""
        rows, codes = self.ground.zone_rows(level, check_cog(cog))
        kept = rows >= 0
        sums = np.bincount(rows[kept], weights=self.missing_at[kept], minlength=len(codes))
        return pd.Series(sums, index=codes, name="missing_h_per_week")

    @cached_property
    def measured(self) -> Measured:
        """Every point measured: the central computation, and its corners.

        The corners pair each estimate of need with the help's low, central and high hours, the
        norm taken again in each.
        """
        people = self.need_persons
        walked, spread = self.reached(people, self.help_hours())
        within = walked + spread
        norm = self.norm_of(people, within)
        near = self.assumptions.number("access.near_min")
        added: dict[str, Any] = {
            "access_h_per_100": within,
            "area_h_per_100": spread,
            "missing_h_per_week": gap.shortfall(people, within, norm),
            "balance_h_per_week": gap.balance(people, within, norm),
            "nearest_min": self.nearest_min,
            "within_15": np.where(self.nearest_min <= near, 100.0, 0.0),
            "population_latest": self.population_latest,
            **self._corners(),
        }
        points = self.facts.points.join(self.need_estimates).assign(**added)
        corners = tuple(name for name in added if name.startswith("missing_need_"))
        return Measured(points, norm, corners)

    def _corners(self) -> dict[str, FloatArray]:
        hours = {name: self.help_hours(end) for name, end in ENDS.items()}
        known = {
            name: np.where(np.isnan(values), self.need_persons, values)
            for name in ESTIMATES
            for values in [self.need_estimates[name].to_numpy(dtype=float)]
        }
        return {
            f"missing_{estimate}_{end}": self._missing(known[estimate], hours[end])
            for estimate in ESTIMATES
            for end in ENDS
        }

    def gaps(self, level: Level, cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return the gap table of a level: one row a zone, columns of ``tables.facts.GAPS``.

        Raises
        ------
        ChoiceError
            Unknown level or assumption.
        CodeError
            Unknown geography.
        """
        facts, done = self.facts, self.measured
        listed = zones(facts, level, cog)
        inside = done.points if level == "qpv" else done.points[self.ground.inside]
        zone = zone_of(inside, level, cog, facts)
        sums = self._sums(inside, zone).join(self._help(inside, zone, level, cog), how="outer")
        if level != "qpv":
            # The IRIS hold whole persons: summing them, not their cells' shares, conserves the
            # count.
            residents = facts.iris[facts.iris["in_territory"]]
            by = zone_of(residents, level, cog, facts)
            sums["population"] = residents["population"].groupby(by).sum()
        table = listed.join(sums, on="code").assign(level=level, cog=cog, norm_h_per_100=done.norm)
        table = _with_nobody(table)
        table["missing_etp"] = gap.to_etp(table["missing_h_per_week"], self.assumptions)
        return pd.DataFrame(check(table[GAPS.names], GAPS))

    def _sums(self, points: pd.DataFrame, zone: pd.Series[Any]) -> pd.DataFrame:
        """Sum the points by zone; means are weighted by need; points of no zone are left out."""
        kept, corners = zone.dropna(), list(self.measured.corners)
        sums = gap.sum_points(points.loc[kept.index], kept, self.assumptions)
        beside = ["weak_skills_persons", "population_latest"]
        sums[beside] = points.loc[kept.index, beside].groupby(kept).sum()
        edges = points.loc[kept.index, corners].groupby(kept).sum()
        return _missing_bounds(sums, edges)

    def _help(
        self, points: pd.DataFrame, zone: pd.Series[Any], level: Level, cog: Cog
    ) -> pd.Series[Any]:
        """Return the hours of the zone's own places, and its share of the help of wider areas."""
        at = self.facts.supply[self.ground.located]
        hours = pd.Series(self.help_hours()[self.ground.located], index=at.index)
        own = hours.groupby(zone_of(at, level, cog, self.facts)).sum()
        shared = (points["area_h_per_100"] * points["need_persons"] / 100).groupby(zone).sum()
        # A zone of offices has places and no resident: its hours count all the same.
        return shared.add(own, fill_value=0.0).rename("help_h_per_week")


#: What is zero in a zone where nobody lives: counts of people and of hours, no mean of them.
_COUNTS = (
    "need_age",
    "need_persons",
    "need_low",
    "need_high",
    "weak_skills_persons",
    "population_latest",
    "missing_h_per_week",
    "missing_low",
    "missing_high",
    "balance_h_per_week",
    "help_h_per_week",
)


def _with_nobody(table: pd.DataFrame) -> pd.DataFrame:
    """Return zeros to a zone that the census knows to be empty: nobody there is short of help."""
    empty = table["population"] == 0
    settled = {name: table[name].mask(empty & table[name].isna(), 0.0) for name in _COUNTS}
    return table.assign(**settled)


def _missing_bounds(sums: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Bound the missing hours by the corners, widened as the need's own noise widens it."""
    estimates = sums[list(ESTIMATES)]
    tight = (sums["need_low"] / estimates.min(axis=1).where(lambda n: n > 0)).clip(0, 1).fillna(1)
    loose = (sums["need_high"] / estimates.max(axis=1).where(lambda n: n > 0)).clip(1).fillna(1)
    return sums.assign(
        missing_low=np.minimum(edges.min(axis=1) * tight, sums["missing_h_per_week"]),
        missing_high=np.maximum(edges.max(axis=1) * loose, sums["missing_h_per_week"]),
    )


def decay_of(assumptions: Assumptions, detour: float) -> Decay:
    """Return the distance decay assumed: ``step``, ``gaussian`` or ``binary``.

    Minutes become metres by the walking speed and the detour.
    """
    speed = assumptions.number("walk.speed_kmh")
    edges = [
        float(access.minutes_to_metres(minutes, speed, detour))
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
