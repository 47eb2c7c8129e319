"""A territory before and after the changes of a scenario: by zone, in all, by school and offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.geo.codes import Cog, check_cog
from observatory.geo.geometry import project_to_metres
from observatory.model import access, equity, paired_draws, precision
from observatory.model.comparison_zones import NEWLY_NEAR, Pair, Zones, pair, per_100
from observatory.model.gap_table import origin
from observatory.model.levels import Level
from observatory.model.model import SEED, Model
from observatory.model.paired_draws import After, Before
from observatory.model.priority_schools import rep_schools
from observatory.model.scenario_changes import Offer
from observatory.model.scenario_cost import cost_of, posts_changed
from observatory.model.scenario_solidarity import solidarity
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
#: Figures of one zone whose change is added to that of the base.
BESIDE = ("missing_h_per_week", "missing_h_per_100", "help_h_per_week", "access_h_per_100")
#: Figures of one zone that are computed anew after the changes.
ANEW = ("rep_schools_near", "rep_plus_schools_near", "gini")
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
            Communes before or since the mergers of 2025-01-01.

        Returns
        -------
        pandas.DataFrame
            One row a zone (``tables.decision_results.COMPARISON``).
        """
        before = _figures(self._base, level, check_cog(cog))
        zones = _zones(self._base, level, cog)
        unknown, nobody = before["need_persons"].isna(), before["need_persons"] == 0
        values: dict[str, Any] = {name: before[name] for name in ("code", "name")}
        values["norm_h_per_100"] = self._base.norm
        changes, pairs = zones.changes(self._central), self._anew(zones, self._central)
        for name in BESIDE:
            change = np.where(before[name].isna(), np.nan, changes[name][0])
            values[f"{name}_before"], values[f"{name}_change"] = before[name], change
            values[f"{name}_after"] = np.maximum(before[name] + change, 0.0)
        for name, (then, now) in pairs.items():
            for when, figure in (("before", then), ("after", now), ("change", now - then)):
                values[f"{name}_{when}"] = np.where(unknown, np.nan, figure[0])
        newly = np.where(nobody, 0.0, changes[NEWLY_NEAR][0])
        values[NEWLY_NEAR] = np.where(unknown, np.nan, newly)
        rows = self._central.rows
        posts = zones.posts(rows, posts_changed(self.scenario))
        values["posts_change"] = np.where(unknown, np.nan, posts)
        drawn = self._drawn_changes(zones)
        for name in (*BESIDE, *ANEW, NEWLY_NEAR):
            of = name if name == NEWLY_NEAR else f"{name}_change"
            for end, found in zip(ENDS, _ends(drawn.get(name)), strict=True):
                values[f"{of}_{end}"] = np.where(np.isnan(values[of]), np.nan, found)
        table = pd.DataFrame(values)
        return pd.DataFrame(check(table[COMPARISON.names], COMPARISON))

    def _anew(self, zones: Zones, worlds: After) -> dict[str, Pair]:
        """Return the figures :data:`ANEW` of each zone, before and after, in each world."""
        near = self._schools_near(worlds.before)
        return {**zones.schools(_schools(self._base), near), "gini": zones.gini(worlds)}

    def _drawn_changes(self, zones: Zones) -> dict[str, FloatArray]:
        """Return the change of each figure in each zone and draw; nothing where none is drawn."""
        worlds = self._drawn
        if worlds is None:
            return {}
        anew = self._anew(zones, worlds).items()
        return zones.changes(worlds) | {name: after - before for name, (before, after) in anew}

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

    def solidarity(self, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return need for equipment and a connection by zone, and who declares them, both times.

        Parameters
        ----------
        level, cog : str
            As for :meth:`table`.

        Returns
        -------
        pandas.DataFrame
            One row a zone (``tables.decision_results.SCENARIO_SOLIDARITY``).
        """
        return solidarity(self.scenario, level, check_cog(cog), self._within_walk)

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
            [one[:, here] for one in both] for both in (worlds.missing, worlds.reached)
        )
        near = self._schools_near(worlds.before)
        plus = (_schools(self._base)["network"] == "REP+").to_numpy()
        return {
            "missing_h_per_week": pair(one.sum(axis=1) for one in missing),
            "missing_h_per_100": pair(per_100(one.sum(axis=1), people) for one in missing),
            "access_h_per_100": pair(per_100(one.sum(axis=1), people) for one in reached),
            NEWLY_NEAR: pair((need * one[:, here]).sum(axis=1) for one in worlds.near),
            "gini": pair(_gini(one, need) for one in reached),
            "rep_schools_near": pair(one.sum(axis=1) for one in near),
            "rep_plus_schools_near": pair(one @ plus for one in near),
        }

    def _schools_near(self, before: Before) -> Pair:
        """Return 1 where a school is near a place, before and after: (worlds, schools)."""
        return pair(
            paired_draws.near(before, one, detour=True).astype(float) for one in self._school_m
        )

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


def _ends(drawn: FloatArray | None) -> tuple[Any, Any]:
    """Return the ends of an interval over draws, missing where there is none."""
    return (np.nan, np.nan) if drawn is None else precision.interval(drawn)


def _gini(reached: FloatArray, need: FloatArray) -> FloatArray:
    return equity.gini_by_row(np.nan_to_num(per_100(reached, need)), need)


@lru_cache(maxsize=16)
def _figures(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the central figures of a base, kept for the scenarios on it."""
    return model.figures(level, cog)


@lru_cache(maxsize=16)
def _zones(model: Model, level: Level, cog: Cog) -> Zones:
    """Return the zones of a level in the order of their figures, kept for the scenarios."""
    return Zones(model, pd.Index(_figures(model, level, cog)["code"]), level, cog)


@lru_cache(maxsize=4)
def _schools(model: Model) -> pd.DataFrame:
    """Return the located REP and REP+ schools of a base."""
    rows = rep_schools(model)
    return rows[rows["x_m"].notna()].reset_index(drop=True)
