"""The one computation: facts and assumptions in; need, help, access, norm and gap out.

Need stands on points (inhabited 200 m cells, or IRIS centres where no cell is known). Help with a
known place reaches points by walking (E2SFCA); help known only by its area serves the area evenly:
its hours are shared over the people in need there. Shortfalls are taken point by point and summed,
so that a commune's mean cannot hide its worst quarter.

A draw is the same model with other assumptions and with what chance decided (:class:`Chance`), a
scenario the same model with other facts. What depends on the facts alone (distances, who lies
where) is computed once and shared.
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

from observatory import settings
from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog
from observatory.model import access, gap, help_hours, need, norms
from observatory.model.access import Decay
from observatory.model.assumptions import COMPUTED, Assumptions
from observatory.model.draws import Chance, Draws, draw
from observatory.model.gap_table import figures, gap_table
from observatory.model.ground import Ground
from observatory.model.levels import Level
from observatory.model.observed import Facts
from observatory.model.zone_draws import KeptDraws, help_interval
from observatory.tables.check import check
from observatory.tables.facts import GAPS, HELP

FloatArray = NDArray[np.float64]

ESTIMATES = need.ESTIMATES
SEED = 1


@dataclass(frozen=True)
class Measured:
    """Every point with its need, access and shortfall.

    Attributes
    ----------
    points
        The points, with ``need_age``, ``need_poverty``, ``need_diploma``, ``need_persons``,
        ``access_h_per_100``, ``area_h_per_100`` (the part of it that serves an area),
        ``missing_h_per_week`` (what lacks to the norm, whichever it is), ``balance_h_per_week``,
        ``nearest_min``, ``within_15``, ``population_15``,
        ``population_latest``.
    norm
        The norm, h/week per 100 people in need.
    """

    points: pd.DataFrame
    norm: float


class Model:
    """A territory measured under assumptions.

    Parameters
    ----------
    facts
        The stored tables of a build.
    assumptions
        Every number that is a choice; those of levels that other places have are left out.
    ground
        What another model on the same facts has computed already.
    chance
        What chance decided in a draw; by default nothing, and help counts for the chance that it
        still stands.
    kept
        What its usual draws say, where they were made before.
    """

    def __init__(
        self,
        facts: Facts,
        assumptions: Assumptions,
        *,
        ground: Ground | None = None,
        chance: Chance | None = None,
        kept: KeptDraws | None = None,
    ) -> None:
        self.facts = facts
        self.ground = ground or Ground(facts)
        self.assumptions = assumptions.without(self.ground.idle)
        self.chance, self.kept = chance, kept

    def under(self, assumptions: Assumptions, chance: Chance | None = None) -> Model:
        """Return the same territory under other assumptions."""
        return Model(self.facts, assumptions, ground=self.ground, chance=chance)

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
    def residents(self) -> need.Residents:
        """The residents aged 15 and over of each IRIS, and what is known of them."""
        by_age = self.ground.poverty_by_age(self.assumptions.number("need.iris_poverty"))
        return need.Residents(self.ground.bands, self.poverty_pct, self.diploma_pct, by_age)

    @cached_property
    def iris(self) -> pd.DataFrame:
        """The IRIS with their own poverty and diplomas, and their need (``need.estimate``)."""
        known = self.ground.zones.assign(
            poverty_pct=self.poverty_pct, low_diploma_pct=self.diploma_pct
        )
        return known.join(need.estimate(known, self.assumptions, self.ground.official))

    @cached_property
    def need_of_iris(self) -> FloatArray:
        """People in digital difficulty of each IRIS, central estimate."""
        people = need.central(self.residents, self.assumptions, self.ground.official)
        return people if self.chance is None else people * self.chance.census

    @cached_property
    def need_persons(self) -> FloatArray:
        """People in digital difficulty at each point, central estimate."""
        row, share = self.ground.home
        people = self.need_of_iris
        found = np.asarray(people[row] * share, dtype=float)
        beyond = self.assumptions.number("access.border_need")
        return found if beyond == 1 else np.where(self.ground.inside, found, found * beyond)

    @cached_property
    def population_15(self) -> FloatArray:
        """Residents aged 15 and over at each point: whom need is of."""
        row, share = self.ground.home
        return np.asarray(self.ground.bands.sum(axis=1)[row] * share, dtype=float)

    @cached_property
    def population_latest(self) -> FloatArray:
        """Residents of each point in the latest municipal population, to which need is carried."""
        factor = self.ground.zones["population_factor"].to_numpy(dtype=float)
        census = self.facts.points["population"].to_numpy(dtype=float)
        return np.asarray(census * factor[self.ground.home[0]])

    @cached_property
    def need_estimates(self) -> pd.DataFrame:
        """Every estimate of need at each point, persons; index of the points."""
        row, share = self.ground.home
        names = [*ESTIMATES, "need_persons"]
        spread = self.iris[names].to_numpy(dtype=float)[row] * share[:, None]
        return pd.DataFrame(spread, index=self.facts.points.index, columns=names)

    # ---- Help and access ----------------------------------------------------------------------
    @cached_property
    def listed_hours(self) -> FloatArray:
        """Hours of each row of help if all of it still stands, h/week."""
        return self.ground.help.hours(self.assumptions)

    @cached_property
    def standing(self) -> FloatArray:
        """Chance that each row of help still stands (0-1); in a draw, whether it does."""
        if self.chance is not None:
            return self.chance.standing
        return help_hours.freshness_weight(self.ground.help.ages, self.assumptions)

    @cached_property
    def help_hours(self) -> FloatArray:
        """Hours of each row of help, h/week: those listed, times the chance that they stand."""
        return self.listed_hours * self.standing

    @cached_property
    def help_table(self) -> pd.DataFrame:
        """The rows of help with their hours and what these are counted from (``facts.HELP``)."""
        rows = self.facts.supply
        low, high = help_interval(self)
        found = rows.assign(
            listed_h_per_week=self.listed_hours,
            standing_pct=100 * self.standing,
            help_h_per_week=self.help_hours,
            help_low=low,
            help_high=high,
            basis=help_hours.basis_of(rows),
        )
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
        located = self.ground.located
        walked = access.share(self.weights, people, hours[located]).access
        inside, rows = self.ground.area_members
        served = inside @ people
        each = np.divide(rows @ hours, served, out=np.zeros_like(served), where=served > 0)
        spread = inside.T @ each
        if self.chance is not None and not located.all():
            apart = self._around(self.chance, people, hours[~located])
            spread += self.chance.gathered * (apart - spread)
        return 100 * walked, 100 * spread

    def _around(self, chance: Chance, people: FloatArray, hours: FloatArray) -> FloatArray:
        """Return the access to help of unknown place as if each stood at its drawn point."""
        given = hours != 0
        near = self.ground.around[:, chance.stands_at[given]]
        return access.share(access.weighed(near, self.decay), people, hours[given]).access

    @cached_property
    def reached_hours(self) -> FloatArray:
        """Hours of help within reach of the people in need of each point, h/week."""
        return np.add(*self._reached) * self.need_persons / 100

    @property
    def area_access(self) -> FloatArray:
        """Hours of help that serve an area, h/week per 100 people in need, at each point."""
        return self._reached[1]

    @cached_property
    def _reached(self) -> tuple[FloatArray, FloatArray]:
        return self.reached(self.need_persons, self.help_hours)

    @cached_property
    def nearest_min(self) -> FloatArray:
        """Walking minutes from each point to the nearest located help."""
        speed = self.assumptions.number("walk.speed_kmh")
        return access.walk_minutes(self.ground.nearest_m, speed, self.detour)

    # ---- Norm and gap -------------------------------------------------------------------------
    @cached_property
    def norm_name(self) -> norms.Norm:
        """Which norm the gap is measured against."""
        return norms.norm_of(self.assumptions.text("gap.norm"))

    def norm_of(self, people: FloatArray, reached: FloatArray) -> float:
        """Return the norm for some need and access, h/week per 100 people in need."""
        asked, known = self.assumptions.text("gap.norm"), self.ground.totals
        if self.norm_name == "france":
            return norms.france(known, self.assumptions)
        if self.norm_name == "promise":
            home = float(people[self.ground.departement].sum())
            return norms.promise(known, self.assumptions, self.facts.departement, home)
        if self.norm_name == "service":
            return norms.service(self.assumptions)
        if self.norm_name == "number":
            return norms.number(asked)
        share = self.norm_name == "share"
        kept = self.ground.inside if share else self.ground.departement
        return norms.mean(people[kept], reached[kept])

    @cached_property
    def norm(self) -> float:
        """The norm, h/week per 100 people in need."""
        return self.norm_of(self.need_persons, np.add(*self._reached))

    @cached_property
    def missing_at(self) -> FloatArray:
        """Hours that lack to the norm at each point, h/week."""
        return gap.shortfall(self.need_persons, np.add(*self._reached), self.norm)

    def missing(self, level: Level, cog: Cog = "cog_2024") -> pd.Series[Any]:
        """Return the missing hours of each zone of the territory with points, h/week."""
        matrix, codes = self.ground.sum_matrix(level, check_cog(cog))
        return pd.Series(matrix @ self.missing_at, index=codes, name="missing_h_per_week")

    @cached_property
    def measured(self) -> Measured:
        """Every point measured: the central computation."""
        people, (walked, spread) = self.need_persons, self._reached
        within = walked + spread
        near = self.assumptions.number("access.near_min")
        points = self.facts.points.join(self.need_estimates).assign(
            need_persons=people,
            access_h_per_100=within,
            area_h_per_100=spread,
            missing_h_per_week=self.missing_at,
            balance_h_per_week=gap.balance(people, within, self.norm),
            nearest_min=self.nearest_min,
            within_15=np.where(self.nearest_min <= near, 100.0, 0.0),
            population_15=self.population_15,
            population_latest=self.population_latest,
        )
        return Measured(points, self.norm)

    @cached_property
    def draws(self) -> Draws:
        """The one series of draws that every interval, rank and class comes from."""
        return draw(self, settings.load().draws, SEED)

    def drawn(self, count: int | None = None, seed: int = SEED) -> Draws:
        """Return so many draws of a seed; by default those of :attr:`draws`."""
        wanted = settings.load().draws if count is None else count
        return self.draws if self.usual(wanted, seed) else draw(self, wanted, seed)

    def usual(self, count: int | None, seed: int) -> bool:
        """Return whether so many draws of a seed are those of :attr:`draws`."""
        return (count in (None, settings.load().draws)) and seed == SEED

    def gaps(self, level: Level, cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return the gap table of a level: one row a zone, columns of ``tables.facts.GAPS``.

        Raises
        ------
        ChoiceError
            Unknown level or assumption.
        CodeError
            Unknown geography.
        """
        table = gap_table(self, level, check_cog(cog))
        return pd.DataFrame(check(table[GAPS.names], GAPS))

    def figures(self, level: Level, cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return the central figures of a level, without intervals (``gap_table.figures``)."""
        return figures(self, level, check_cog(cog))


def decay_of(assumptions: Assumptions, detour: float) -> Decay:
    """Return the distance decay assumed: ``step``, ``gaussian`` or ``binary``.

    Minutes, stretched as assumed, become metres by the walking speed and the detour.
    """
    speed, stretch = (assumptions.number(n) for n in ("walk.speed_kmh", "access.step.stretch"))
    edges = [
        float(access.minutes_to_metres(minutes * stretch, speed, detour))
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
