"""A territory before and after the changes of a scenario: by zone, in all, by school and offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.geo.codes import Cog, check_cog
from observatory.geo.geometry import project_to_metres
from observatory.model import access, equity, paired_draws, precision
from observatory.model.gap_table import origin
from observatory.model.levels import Level, zone_of
from observatory.model.model import SEED, Model
from observatory.model.paired_draws import After, Before
from observatory.model.priority_schools import rep_schools
from observatory.model.scenario_changes import Offer
from observatory.model.scenario_cost import cost_of
from observatory.tables.check import check
from observatory.tables.decision_results import (
    COMPARISON,
    SCENARIO_OFFERS,
    SCENARIO_SCHOOLS,
    SCENARIO_TOTALS,
)

if TYPE_CHECKING:
    from observatory.model.scenario import Scenario

FloatArray = NDArray[np.float64]
#: A figure before and after, in each world.
Pair = tuple[FloatArray, FloatArray]
#: Figures of one zone that stand before and after, and one that is a change alone.
BESIDE = ("missing_h_per_week", "missing_h_per_100", "help_h_per_week", "access_h_per_100")
NEWLY_NEAR = "newly_near_persons"
ENDS = ("low", "high")


@dataclass(frozen=True)
class Comparison:
    """A territory before and after the changes of a scenario, the norm of the base held.

    Parameters
    ----------
    scenario : Scenario
        The base and the changes.
    draws : int
        How many paired draws the 90 % intervals come from; 0 for none.
    seed : int
        Seed of the draws.
    """

    scenario: Scenario
    draws: int
    seed: int = SEED

    def table(self, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return each zone before and after.

        Parameters
        ----------
        level : str, default "commune"
            One of ``iris``, ``qpv``, ``commune``, ``ept``.
        cog : str, default "cog_2024"
            Communes before or since Pierrefitte-sur-Seine joined Saint-Denis.

        Returns
        -------
        pandas.DataFrame
            One row a zone (``tables.decision_results.COMPARISON``).
        """
        before = _figures(self._base, level, check_cog(cog))
        changes = _by_zone(self, self._central, before["code"], level, cog)
        unknown, nobody = before["need_persons"].isna(), before["need_persons"] == 0
        values: dict[str, Any] = {name: before[name] for name in ("code", "name")}
        values["norm_h_per_100"] = self._base.norm
        for name in BESIDE:
            change = np.where(before[name].isna(), np.nan, changes[name][0])
            values[f"{name}_before"], values[f"{name}_change"] = before[name], change
            values[f"{name}_after"] = np.maximum(before[name] + change, 0.0)
        newly = np.where(nobody, 0.0, changes[NEWLY_NEAR][0])
        values[NEWLY_NEAR] = np.where(unknown, np.nan, newly)
        worlds = self._drawn
        drawn = _by_zone(self, worlds, before["code"], level, cog) if worlds else {}
        for name in (*BESIDE, NEWLY_NEAR):
            of = name if name == NEWLY_NEAR else f"{name}_change"
            for end, found in zip(ENDS, _ends(drawn.get(name)), strict=True):
                values[f"{of}_{end}"] = np.where(np.isnan(values[of]), np.nan, found)
        table = pd.DataFrame(values)
        return pd.DataFrame(check(table[COMPARISON.names], COMPARISON))

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The whole territory before and after, and what the changes cost: one row."""
        central, base = self._whole(self._central), self._base
        row: dict[str, Any] = {"changes": len(self.scenario.changes)}
        row |= cost_of(self.scenario)
        drawn = self._whole(self._drawn) if self._drawn else None
        for name, (before, after) in central.items():
            change = f"{name}_change"
            row |= {f"{name}_before": before[0], f"{name}_after": after[0]}
            row[change] = after[0] - before[0]
            ends = _ends(drawn[name][1] - drawn[name][0] if drawn else None)
            row |= {f"{change}_{end}": float(one) for end, one in zip(ENDS, ends, strict=True)}
        near = NEWLY_NEAR
        row[near] = row.pop(f"{near}_change")
        row |= {f"{near}_{end}": row.pop(f"{near}_change_{end}") for end in ENDS}
        row |= origin(base)
        row |= {"draws": self.draws, "assumptions": base.assumptions.digest}
        return pd.DataFrame(check(pd.DataFrame([row])[SCENARIO_TOTALS.names], SCENARIO_TOTALS))

    @cached_property
    def schools(self) -> pd.DataFrame:
        """The REP and REP+ schools that come within the near walk of a place, or leave it."""
        rows, (before, after) = _schools(self._base), self._school_m
        near = [paired_draws.near(self._centre, one, detour=True)[0] for one in (before, after)]
        speed, detour = (
            self._base.assumptions.number(f"walk.{n}") for n in ("speed_kmh", "detour")
        )
        walks = {
            "walk_min_before": access.walk_minutes(before, speed, detour),
            "walk_min_after": access.walk_minutes(after, speed, detour),
        }
        table = rows.assign(**walks)[near[0] != near[1]].sort_values("uai")
        return pd.DataFrame(check(table[SCENARIO_SCHOOLS.names], SCENARIO_SCHOOLS))

    @cached_property
    def offers(self) -> pd.DataFrame:
        """What places would offer, and the people in need whom it would newly reach."""
        found = [
            row for one in self.scenario.changes if isinstance(one, Offer) for row in self._of(one)
        ]
        table = pd.DataFrame(found, columns=SCENARIO_OFFERS.names).drop_duplicates(
            list(SCENARIO_OFFERS.key)
        )
        return pd.DataFrame(check(table, SCENARIO_OFFERS))

    # ---- Worlds -------------------------------------------------------------------------------
    @property
    def _base(self) -> Model:
        return self.scenario.base

    @cached_property
    def _centre(self) -> Before:
        return paired_draws.central(self._base)

    @cached_property
    def _central(self) -> After:
        return self._after(self._centre)

    @cached_property
    def _drawn(self) -> After | None:
        if not self.draws:
            return None
        return self._after(paired_draws.drawn(self._base, self.draws, self.seed))

    def _after(self, before: Before) -> After:
        return paired_draws.after(before, self.scenario.help, self.scenario.ground)

    # ---- The whole territory ------------------------------------------------------------------
    def _whole(self, worlds: After) -> dict[str, Pair]:
        """Return figures of the whole territory, before and after, in each world."""
        here = self._base.ground.inside[self._centre.kept]
        need = worlds.need[:, here]
        people = need.sum(axis=1)
        missing, reached = (
            [one[:, here] for one in pair] for pair in (worlds.missing, worlds.reached)
        )
        return {
            "missing_h_per_week": _pair(one.sum(axis=1) for one in missing),
            "missing_h_per_100": _pair(_per_100(one.sum(axis=1), people) for one in missing),
            "access_h_per_100": _pair(_per_100(one.sum(axis=1), people) for one in reached),
            NEWLY_NEAR: _pair((need * one[:, here]).sum(axis=1) for one in worlds.near),
            "gini": _pair(_gini(one, need) for one in reached),
            **self._near_schools(worlds.before),
        }

    def _near_schools(self, before: Before) -> dict[str, Pair]:
        plus = (_schools(self._base)["network"] == "REP+").to_numpy()
        near = [paired_draws.near(before, one, detour=True).astype(float) for one in self._school_m]
        return {
            "rep_schools_near": _pair(one.sum(axis=1) for one in near),
            "rep_plus_schools_near": _pair(one @ plus for one in near),
        }

    @cached_property
    def _school_m(self) -> tuple[FloatArray, FloatArray]:
        """Metres from each located REP school to the nearest help, before and after."""
        at = _schools(self._base)[["x_m", "y_m"]].to_numpy(dtype=float)
        grounds = (self._base.ground, self.scenario.ground)
        before, after = (access.nearest_distance(at, one.coordinates[1]) for one in grounds)
        return before, after

    # ---- Offers -------------------------------------------------------------------------------
    def _of(self, offer: Offer) -> list[tuple[Any, ...]]:
        at = self.scenario.position(offer.place)
        around = self._within_walk(np.array([at]))
        need = np.where(self._base.ground.inside, self._base.need_persons, 0.0)
        rows: list[tuple[Any, ...]] = []
        for kind in ("services", "publics", "languages"):
            for value in getattr(offer, kind):
                served = (
                    None if kind == "languages" else self._within_walk(self._declaring(kind, value))
                )
                newly = np.nan if served is None else float(need[around & ~served].sum())
                rows.append((offer.place, kind, value, float(need[around].sum()), newly))
        return rows

    def _declaring(self, column: str, value: str) -> FloatArray:
        """Return the metres of the places that declare a service or a public."""
        sites = self._base.facts.sites
        said = sites[column].fillna("").str.split("|").map(lambda given: value in given)
        known = sites[said & (sites["located"] == "point") & ~sites["seat"]]
        return project_to_metres(known["lon"], known["lat"])

    def _within_walk(self, places: FloatArray) -> NDArray[np.bool_]:
        """Return which points have one of some places within the near walk, straight line."""
        points, _ = self._base.ground.coordinates
        metres = access.nearest_distance(points, places)
        return np.asarray(paired_draws.near(self._centre, metres, detour=True)[0])


def _by_zone(
    one: Comparison, worlds: After, codes: pd.Series[Any], level: Level, cog: Cog
) -> dict[str, FloatArray]:
    """Return the change of each figure in each zone, in each world: (worlds, zones)."""
    base = one.scenario.base
    matrix, known = base.ground.sum_matrix(level, cog)
    kept = matrix[:, base.ground.counted]
    row = known.get_indexer(pd.Index(codes))

    def sums(figure: FloatArray) -> FloatArray:
        found = (kept @ figure.T).T
        return np.where(row >= 0, found[:, row], 0.0)

    need = sums(worlds.need)
    missing = sums(worlds.missing[1] - worlds.missing[0])
    near = worlds.near[1].astype(float) - worlds.near[0]
    return {
        "missing_h_per_week": missing,
        "missing_h_per_100": _per_100(missing, need),
        "access_h_per_100": _per_100(sums(worlds.reached[1] - worlds.reached[0]), need),
        "help_h_per_week": sums(worlds.area_change) + _own(one, worlds, codes, level, cog),
        NEWLY_NEAR: sums(worlds.need * near),
    }


def _ends(drawn: FloatArray | None) -> tuple[Any, Any]:
    """Return the ends of an interval over draws, missing where there is none."""
    return (np.nan, np.nan) if drawn is None else precision.interval(drawn)


def _own(
    one: Comparison, worlds: After, codes: pd.Series[Any], level: Level, cog: Cog
) -> FloatArray:
    """Return the change of hours of each zone's own places, in each world."""
    facts = one.scenario.base.facts
    rows = worlds.rows
    zone = pd.Index(codes).get_indexer(pd.Index(zone_of(rows, level, cog, facts)))
    there = (zone >= 0) & (rows["serves"] == "point").to_numpy()
    found = np.zeros((len(worlds.hours_change), len(codes)))
    np.add.at(found.T, zone[there], worlds.hours_change[:, there].T)
    return found


def _pair(figures: Iterable[FloatArray]) -> Pair:
    before, after = figures
    return before, after


def _per_100(figure: FloatArray, people: FloatArray) -> FloatArray:
    found: FloatArray = np.full(np.shape(figure), np.nan)
    np.divide(100 * figure, people, out=found, where=people > 0)
    return found


def _gini(reached: FloatArray, need: FloatArray) -> FloatArray:
    pairs = zip(_per_100(reached, need), need, strict=True)
    return np.array([equity.gini(value, weight) for value, weight in pairs])


@lru_cache(maxsize=16)
def _figures(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the central figures of a base, kept for the scenarios on it."""
    return model.figures(level, cog)


@lru_cache(maxsize=4)
def _schools(model: Model) -> pd.DataFrame:
    """Return the located REP and REP+ schools of a base."""
    rows = rep_schools(model)
    return rows[rows["x_m"].notna()].reset_index(drop=True)
