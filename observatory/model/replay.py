"""The same territory under other choices: what moves, how far, and how sure the ranking is.

Built tables hold need and hours at the choices of the build. :class:`Replay` works them out again
from what does not depend on choices (residents by age, poverty, posts, opening hours), fast enough
for a thousand draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from observatory.geo.codes import Cog
from observatory.model import gap, help_hours, need, uncertainty
from observatory.model.assumptions import Assumptions
from observatory.model.observe import Facts, Level, decay_of, zone_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: The decays among which a draw chooses.
DECAYS = {"access.decay": ("step", "gaussian", "binary")}
#: Choices that no longer act on built tables, or whose effect is outside the ranking.
LEFT_OUT = ("edition.", "gap.", "access.near_min", "need.census", "kinds.", "languages.")


class Replay:
    """A territory ready to be measured again under other choices.

    Parameters
    ----------
    facts
        The built tables.
    base
        The choices they were built with.
    level, cog
        The zones whose missing hours are wanted.
    """

    def __init__(
        self, facts: Facts, base: Assumptions, level: Level = "commune", cog: Cog = "cog_2024"
    ) -> None:
        self.facts, self.base, self.level, self.cog = facts, base, level, cog
        points = facts.points
        self.inside = points["in_territory"].to_numpy(dtype=bool)
        zones = zone_of(points, level, cog, facts).where(points["in_territory"])
        self.codes, names = pd.factorize(zones, sort=True)
        self.names = pd.Index(names, name="code")
        self.spots = points[["x_m", "y_m"]].to_numpy(dtype=float)
        self._spread: dict[float, FloatArray] = {}

    @cached_property
    def _shares(self) -> tuple[NDArray[np.int64], FloatArray]:
        """Each point's IRIS (its row) and its share of that IRIS's people."""
        iris = self.facts.iris
        row = pd.Index(iris["iris"]).get_indexer(pd.Index(self.facts.points["iris"]))
        people = iris["population"].to_numpy(dtype=float)[row]
        own = self.facts.points["population"].to_numpy(dtype=float)
        return row.astype(np.int64), np.divide(
            own, people, out=np.zeros_like(own), where=people > 0
        )

    @cached_property
    def _bands(self) -> FloatArray:
        return need.by_band(self._zones)

    @cached_property
    def _zones(self) -> pd.DataFrame:
        iris, communes = self.facts.iris, self.facts.communes.set_index("commune")
        return pd.DataFrame(iris.drop(columns="geometry")).assign(
            poverty_disposable_pct=iris["commune"].map(communes["poverty_disposable_pct"])
        )

    @cached_property
    def _posts(self) -> tuple[pd.DataFrame, BoolArray, list[tuple[NDArray[np.int64], int]]]:
        """Supply, which rows are at a point, and the points that each other row serves."""
        supply, points = self.facts.supply, self.facts.points
        ept = points["commune"].map(self.facts.communes.set_index("commune")["ept"])
        areas = []
        for row, (serves, area) in enumerate(zip(supply["serves"], supply["area"], strict=True)):
            if serves != "point":
                held = points["commune"].str.startswith(area)  # a commune, or its département
                inside = (ept == area) if serves == "ept" else held
                areas.append((np.flatnonzero(inside), row))
        return supply, (supply["serves"] == "point").to_numpy(), areas

    @cached_property
    def _distances(self) -> FloatArray:
        supply, at, _ = self._posts
        spots = supply.loc[at, ["x_m", "y_m"]].to_numpy(dtype=float)
        return np.asarray(cdist(self.spots, spots), dtype=float)

    @cached_property
    def _held(self) -> FloatArray:
        return self._posts[0]["help_h_per_week"].to_numpy(dtype=float)

    @cached_property
    def _programmes(self) -> list[str]:
        return list(self._posts[0]["programme"])

    def need_at(self, choices: Assumptions) -> FloatArray:
        """Give the people in need at each point (the central estimate) under these choices."""
        row, share = self._shares
        contrast = choices.number("need.iris_poverty")
        people = need.central(self._bands, self._poverty_at(contrast), choices)
        return np.asarray(people[row] * share, dtype=float)

    def _poverty_at(self, contrast: float) -> FloatArray:
        """Give each IRIS's poverty rate at a contrast, to two decimals of it (solved once each)."""
        key = round(contrast, 2)
        if key not in self._spread:
            if key == round(self.base.number("need.iris_poverty"), 2):
                found = self._zones["poverty_pct"]
            else:
                found = need.spread_poverty(self._zones, key)
            self._spread[key] = found.to_numpy(dtype=float)
        return self._spread[key]

    def hours(self, choices: Assumptions) -> FloatArray:
        """Give the hours of each supply row under these choices: they go with the shares."""
        now, before = help_hours.unit_hours(choices), help_hours.unit_hours(self.base)
        factors = {name: now[name] / before[name] for name in now if before[name] > 0}
        by_row = np.array([factors.get(name, 1.0) for name in self._programmes])
        return np.asarray(self._held * by_row, dtype=float)

    def access(self, need_at: FloatArray, hours: FloatArray, choices: Assumptions) -> FloatArray:
        """Give each point's access, h/week per 100 people in need.

        The same E2SFCA as ``core.access``, on distances kept between draws: a territory is small.
        """
        _, at, areas = self._posts
        weight = decay_of(choices).weight(self._distances)
        heard = need_at @ weight
        ratio = np.divide(hours[at], heard, out=np.zeros_like(heard), where=heard > 0)
        found = weight @ ratio
        for held, row in areas:
            people = need_at[held].sum()
            if people > 0 and hours[row] > 0:
                found[held] += hours[row] / people
        return np.asarray(100 * found, dtype=float)

    def missing(self, choices: Assumptions, open_: FloatArray | None = None) -> pd.Series[Any]:
        """Give the missing hours of each zone under these choices.

        Parameters
        ----------
        open_
            For each supply row, 1 if its help is still there and 0 if not; all by default.
        """
        need_at = self.need_at(choices)
        hours = self.hours(choices)
        access = self.access(need_at, hours if open_ is None else hours * open_, choices)
        norm = self.norm(need_at, access, choices.text("gap.norm"))
        lacking = gap.shortfall(need_at, access, norm)
        held = self.codes >= 0
        sums = np.bincount(self.codes[held], weights=lacking[held], minlength=len(self.names))
        return pd.Series(sums, index=self.names, name="missing_h_per_week")

    def norm(self, need_at: FloatArray, access: FloatArray, choice: str) -> float:
        """Give the norm of the choice, h/week per 100 people in need."""
        if choice not in gap.NORMS:
            return gap.fixed_norm(choice)
        held = self.inside if choice == "ept" else np.ones(len(need_at), dtype=bool)
        return gap.mean_norm(need_at[held], access[held])

    def drawn_names(self) -> list[str]:
        """List the choices that a draw moves: those with bounds that act on the ranking."""
        return [name for name in uncertainty.bounded(self.base) if not name.startswith(LEFT_OUT)]

    def simulate(self, draws: int, seed: int) -> pd.DataFrame:
        """Measure the missing hours under drawn choices, with places that may have closed.

        A place whose information is stale is drawn closed with the chance that the choices give
        it (``freshness.*``). One row a draw, one column a zone; the same seed gives the same rows.
        """
        drawn = uncertainty.draws(draws, seed, self.base, names=self.drawn_names(), texts=DECAYS)
        ages = self.facts.supply["age_months"]
        stream = np.random.default_rng([seed, 1])
        chance = stream.random((draws, len(ages)))
        rows = []
        for number, (_, row) in enumerate(drawn.iterrows()):
            choices = self.base.changed(_plain(row))
            weight = help_hours.freshness_weight(ages, choices).to_numpy()
            rows.append(self.missing(choices, (chance[number] < weight).astype(float)))
        return pd.DataFrame(rows).reset_index(drop=True)

    def tornado(self) -> pd.DataFrame:
        """Say which choice moves the ranking most, one at a time (``sensitivity.tornado``)."""
        return uncertainty.tornado(self.missing, self.base, self.drawn_names())


def _plain(row: pd.Series[Any]) -> Mapping[str, float | str]:
    return {str(k): v if isinstance(v, str) else float(v) for k, v in row.items()}
