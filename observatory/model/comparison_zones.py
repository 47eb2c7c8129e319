"""What the changes of a scenario do in each zone of a level, in each world of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from observatory.geo.codes import Cog
from observatory.model import equity
from observatory.model.levels import Level, zone_of
from observatory.model.model import Model
from observatory.model.paired_draws import After, Before
from observatory.model.places_in import zone_of_places

FloatArray = NDArray[np.float64]
#: A figure before and after, in each world.
Pair = tuple[FloatArray, FloatArray]
NEWLY_NEAR = "newly_near_persons"


@dataclass(frozen=True, eq=False)
class Zones:
    """The zones of a level, in an order; equal to itself alone, so that its figures are kept.

    Attributes
    ----------
    model
        The base of the comparison.
    codes
        Their codes.
    level, cog
        Which zones they are.
    """

    model: Model
    codes: pd.Index
    level: Level
    cog: Cog

    @cached_property
    def _parts(self) -> csr_array:
        """Which share of each point kept each zone takes: (zones, points kept)."""
        matrix, known = self.model.ground.sum_matrix(self.level, self.cog)
        row = known.get_indexer(self.codes)
        there = np.flatnonzero(row >= 0)
        picked = csr_array(
            (np.ones(len(there)), (there, row[there])), shape=(len(self.codes), len(known))
        )
        return csr_array(picked @ matrix[:, self.model.ground.counted])

    def sums(self, figure: FloatArray) -> FloatArray:
        """Return a figure of the points kept, summed: (worlds, zones)."""
        return np.asarray((self._parts @ figure.T).T)

    def changes(self, worlds: After) -> dict[str, FloatArray]:
        """Return the change of each figure that sums over points, in each world."""
        need = self.sums(worlds.need)
        missing = self.sums(worlds.missing[1] - worlds.missing[0])
        near = worlds.near[1].astype(float) - worlds.near[0]
        reached = self.sums(worlds.reached[1] - worlds.reached[0])
        return {
            "missing_h_per_week": missing,
            "missing_h_per_100": per_100(missing, need),
            "access_h_per_100": per_100(reached, need),
            "help_h_per_week": self.sums(worlds.area_change) + self._own_hours(worlds),
            NEWLY_NEAR: self.sums(worlds.need * near),
        }

    def _own_hours(self, worlds: After) -> FloatArray:
        """Return the change of hours of each zone's own places, in each world."""
        there = (worlds.rows["serves"] == "point").to_numpy()
        return self._by_row(worlds.rows[there], worlds.hours_change[:, there])

    def posts(self, rows: pd.DataFrame, posts: FloatArray) -> FloatArray:
        """Return the posts that come to each zone, less those that go.

        Parameters
        ----------
        rows
            The rows of help that change. One that serves a whole area stands in its commune, where
            it has one, and in no smaller zone.
        posts
            The posts of each of them, below zero where it goes.
        """
        return np.asarray(self._by_row(rows, posts[None])[0])

    def _by_row(self, rows: pd.DataFrame, amounts: FloatArray) -> FloatArray:
        """Return amounts of rows of help, (worlds, rows), summed by zone."""
        zone = self.codes.get_indexer(
            pd.Index(zone_of(rows, self.level, self.cog, self.model.facts))
        )
        there = zone >= 0
        found = np.zeros((len(amounts), len(self.codes)))
        np.add.at(found.T, zone[there], amounts[:, there].T)
        return found

    def schools(self, schools: pd.DataFrame, near: Pair) -> dict[str, Pair]:
        """Return how many of the zone's REP and REP+ schools are near a place, in each world.

        Parameters
        ----------
        schools
            The schools: ``uai``, ``commune``, ``network``.
        near
            1 where a school is near a place, before and after: (worlds, schools).
        """
        home = _zone_of_schools(self.model, self.level, self.cog).reindex(schools["uai"])
        zone = self.codes.get_indexer(pd.Index(home))
        plus = (schools["network"] == "REP+").to_numpy()
        kept = {"rep_schools_near": zone >= 0, "rep_plus_schools_near": (zone >= 0) & plus}
        return {
            name: pair(self._counts(one[:, rows], zone[rows]) for one in near)
            for name, rows in kept.items()
        }

    def _counts(self, near: FloatArray, zone: NDArray[np.intp]) -> FloatArray:
        found = np.zeros((len(near), len(self.codes)))
        np.add.at(found.T, zone, near.T)
        return found

    def gini(self, worlds: After) -> Pair:
        """Return how unevenly each zone's people in need have help within reach, in each world."""
        before = _gini_before(self, worlds.before)
        moved = (worlds.reached[1] != worlds.reached[0]).any(axis=0)
        there = np.flatnonzero(self._parts @ moved.astype(float))
        after = before.copy()
        after[:, there] = self._gini_of(worlds.reached[1], worlds.need, there)
        return before, after

    def _gini_of(
        self, reached: FloatArray, need: FloatArray, zones: NDArray[np.intp]
    ) -> FloatArray:
        """Return the Gini index of some zones in each world: (worlds, zones)."""
        access, parts = np.nan_to_num(per_100(reached, need)), self._parts
        found = np.full((len(need), len(zones)), np.nan)
        for place, zone in enumerate(zones):
            start, end = parts.indptr[zone], parts.indptr[zone + 1]
            if start < end:
                points, share = parts.indices[start:end], parts.data[start:end]
                found[:, place] = equity.gini_by_row(access[:, points], need[:, points] * share)
        return found


@lru_cache(maxsize=16)
def _gini_before(zones: Zones, before: Before) -> FloatArray:
    """Return the Gini index of each zone of a base in each world, kept for the scenarios on it."""
    need = before.people[:, before.kept]
    return zones._gini_of(before.reached, need, np.arange(len(zones.codes)))


@lru_cache(maxsize=8)
def _zone_of_schools(model: Model, level: Level, cog: Cog) -> pd.Series[Any]:
    """Return the zone of each school by its UAI, kept for the scenarios on a base."""
    schools = model.facts.schools
    return zone_of_places(schools, level, cog, model.facts).set_axis(schools["uai"])


def pair(figures: Iterable[FloatArray]) -> Pair:
    """Return a figure before and after."""
    before, after = figures
    return before, after


def per_100(figure: FloatArray, people: FloatArray) -> FloatArray:
    """Return a figure for 100 people; NaN where there are none."""
    found: FloatArray = np.full(np.shape(figure), np.nan)
    np.divide(100 * figure, people, out=found, where=people > 0)
    return found
