"""What the facts alone say, whatever is assumed: distances, who lies where, who is served."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from observatory.geo.codes import Cog, departement_of
from observatory.geo.territories import idle_levels, leveled_region, levels
from observatory.model import access, need, walks
from observatory.model.help_hours import Observed
from observatory.model.homes import Homes
from observatory.model.incomes import known_poverty
from observatory.model.levels import Level, memberships
from observatory.model.norms import Totals, totals
from observatory.model.observed import Facts, at_home
from observatory.model.official_level import Official, Region
from observatory.model.poverty_by_age import ALL_AGES, COLUMNS, of_communes, of_zones
from observatory.model.spread import Spread, diploma_spread, poverty_spread

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
#: What depends on the rows of help; all else is shared with a ground of other rows.
_OF_HELP = ("located", "help", "area_members", "areas", "coordinates", "nearest_m")


class Ground:
    """What the facts alone say, computed once and shared by every model on them.

    Parameters
    ----------
    facts
        The stored tables.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._near: csr_array | None = None
        self._reach = -1.0
        self._around_reach = 0.0
        self._poverty: dict[float, FloatArray] = {}
        self._by_age: dict[float, FloatArray | None] = {}
        self._diploma: dict[float, FloatArray] = {}
        self._taken: dict[tuple[Level, Cog], pd.DataFrame] = {}
        self._sums: dict[tuple[Level, Cog], tuple[csr_array, pd.Index]] = {}

    def with_help(self, facts: Facts) -> Ground:
        """Return the ground of facts that differ in their help alone; all else is shared."""
        found = copy(self)
        found.facts = replace(
            self.facts, supply=facts.supply, street_distances=facts.street_distances
        )
        for name in _OF_HELP:
            found.__dict__.pop(name, None)
        found._near, found._reach = None, -1.0
        return found

    @cached_property
    def homes(self) -> Homes:
        """Where any point lies: its IRIS and its known QPV."""
        return Homes(self.facts)

    @cached_property
    def inside(self) -> BoolArray:
        """Which points are in the territory."""
        return self.facts.points["in_territory"].to_numpy(dtype=bool)

    @cached_property
    def departement(self) -> BoolArray:
        """Which points are in the territory's département."""
        return at_home(self.facts.points, self.facts).to_numpy(dtype=bool)

    @cached_property
    def idle(self) -> frozenset[str]:
        """The assumptions of levels that INSEE gives for other places."""
        return idle_levels(self.facts.departement)

    @cached_property
    def zones(self) -> pd.DataFrame:
        """The IRIS with their commune's poverty on disposable income, by age too; no outlines.

        ``population_factor`` carries the census's residents to the commune's latest population.
        """
        communes = self.facts.communes.set_index("commune")
        latest = communes["population_latest"].astype("float64")
        factor = latest / communes["population"].where(communes["population"] > 0)
        iris = self.facts.iris
        return (
            pd.DataFrame(iris.drop(columns="geometry"))
            .assign(
                **{name: iris["commune"].map(communes[name]) for name in (ALL_AGES, *COLUMNS)},
                population_factor=iris["commune"].map(factor.fillna(1.0)),
            )
            .join(known_poverty(self.facts))
        )

    @cached_property
    def bands(self) -> FloatArray:
        """Residents aged 15 and over of each IRIS, by band of the survey."""
        return need.by_band(self.zones)

    @cached_property
    def home(self) -> tuple[NDArray[np.int64], FloatArray]:
        """Each point's IRIS (its row) and its share of that IRIS's residents."""
        points = self.facts.points
        row = pd.Index(self.facts.iris["iris"]).get_indexer(pd.Index(points["iris"]))
        whole = points.groupby("iris")["residents"].transform("sum").to_numpy(dtype=float)
        own = points["residents"].to_numpy(dtype=float)
        share = np.divide(own, whole, out=np.zeros_like(own), where=whole > 0)
        return row.astype(np.int64), share

    @cached_property
    def located(self) -> BoolArray:
        """Which rows of help are at a known place; the others serve an area."""
        return (self.facts.supply["serves"] == "point").to_numpy()

    @cached_property
    def help(self) -> Observed:
        """What is observed of each row of help."""
        return Observed.of(self.facts.supply)

    @cached_property
    def totals(self) -> Totals:
        """The totals of the country, and promises."""
        return totals(self.facts.national)

    @cached_property
    def area_members(self) -> tuple[csr_array, csr_array]:
        """Which points each area served holds, and which rows of help serve it; 1 for each."""
        points, rows = zip(*self.areas, strict=True) if self.areas else ((), ())
        return (
            _members(points, len(self.facts.points)),
            _members(rows, len(self.facts.supply)),
        )

    @cached_property
    def areas(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The points of each area served, and the rows of help that serve it."""
        if self.located.all():
            return []
        supply, points = self.facts.supply, self.facts.points
        ept = points["commune"].map(self.facts.communes.set_index("commune")["ept"])
        communes, epts = (
            pd.Series(range(len(points))).groupby(by.to_numpy()).indices
            for by in (points["commune"], ept)
        )
        rows: dict[tuple[str, str], list[int]] = {}
        serving = supply[["serves", "area"]].to_numpy(dtype=object)
        for row in np.flatnonzero(~self.located):
            rows.setdefault((str(serving[row, 0]), str(serving[row, 1])), []).append(int(row))
        nowhere = np.array([], dtype=np.int64)
        found = []
        for (serves, area), at in sorted(rows.items()):
            if serves == "departement":
                inside: Any = np.flatnonzero(points["commune"].str.startswith(area))
            else:
                inside = (epts if serves == "ept" else communes).get(area, nowhere)
            found.append((np.asarray(inside, dtype=np.int64), np.array(at, dtype=np.int64)))
        return found

    @cached_property
    def coordinates(self) -> tuple[FloatArray, FloatArray]:
        """Coordinates (metres) of the points, and of the located rows of help."""
        return self._points_xy, _xy(self.facts.supply)[self.located]

    @cached_property
    def _points_xy(self) -> FloatArray:
        return _xy(self.facts.points)

    def reserve(self, reach: float) -> None:
        """Compute the ways up to a reach at once, for many models whose reaches differ."""
        self.distances(reach)
        if reach > self._around_reach:
            self._around_reach = reach
            self.__dict__.pop("around", None)  # what was kept goes less far

    @cached_property
    def around(self) -> csc_array:
        """Metres from each point to every other within the reach that draws need.

        With walks along streets, none is known between points: the straight line stands for it.
        """
        at, _ = self.coordinates
        return csc_array(access.distances(at, at, self._around_reach))

    def distances(self, reach: float) -> csr_array:
        """Return the metres from each point to each located row of help, at least up to a reach.

        Pairs further apart are not stored; a stored zero is a distance of zero.
        """
        if self._near is None or reach > self._reach:
            self._near, self._reach = self._ways(reach), reach
        return self._near

    def _ways(self, reach: float) -> csr_array:
        walked = self.facts.street_distances
        if walked is None:
            return access.distances(*self.coordinates, reach)
        names = self.facts.supply.loc[self.located, "supply"]
        return walks.distances_of(walked, self.facts.points["point"], names, reach)

    @cached_property
    def nearest_m(self) -> FloatArray:
        """Metres from each point to the nearest located help; NaN without any in reach."""
        if self.facts.street_distances is None:
            return access.nearest_distance(*self.coordinates)
        return walks.nearest(self._ways(0.0))

    @cached_property
    def _spreads(self) -> tuple[Spread, Spread]:
        return poverty_spread(self.zones), diploma_spread(self.zones)

    def poverty_pct(self, contrast: float) -> FloatArray:
        """Return each IRIS's poverty rate on disposable income at a contrast (kept once solved)."""
        if contrast not in self._poverty:
            self._poverty[contrast] = self._spreads[0].at(contrast)
        return self._poverty[contrast]

    def poverty_by_age(self, contrast: float) -> FloatArray | None:
        """Return each IRIS's poverty by band (``poverty_by_age.of_zones``; kept once solved)."""
        if contrast not in self._by_age:
            rate, known = self.poverty_pct(contrast), of_communes(self.zones)
            self._by_age[contrast] = of_zones(self.bands, rate, known)
        return self._by_age[contrast]

    def diploma_pct(self, contrast: float) -> FloatArray:
        """Return each IRIS's share without the baccalauréat at a contrast (kept once solved)."""
        if contrast not in self._diploma:
            self._diploma[contrast] = self._spreads[1].at(contrast)
        return self._diploma[contrast]

    @cached_property
    def whole_departements(self) -> dict[str, NDArray[np.intp]]:
        """The rows of the IRIS of each département that is there as a whole."""
        communes = self.facts.communes
        whole = communes.loc[communes["whole_departement"], "commune"]
        commune = self.zones["commune"]
        of = commune.map(departement_of).where(commune.isin(whole))
        return {str(code): np.flatnonzero(of == code) for code in sorted(of.dropna().unique())}

    @cached_property
    def region(self) -> Region | None:
        """The région, by commune; ``None`` in a build without its communes."""
        table = self.facts.region_communes
        if table is None:
            return None
        latest = table["population_latest"].astype("float64")
        census = table[list(need.AGES)].sum(axis=1, skipna=False)
        known = table.assign(
            poverty_pct=table[ALL_AGES], population_factor=(latest / census).fillna(1.0)
        )
        there, home = census > 0, table["commune"].map(departement_of)
        part = home.where(home.isin(levels()), "")
        scale = latest.groupby(part).sum() / latest[there].groupby(part[there]).sum()
        unknown = {str(code): float(value) for code, value in scale.items()}
        rest = unknown.pop("", 1.0)
        return Region(need.residents(known[there]), home[there].to_numpy(str), rest, unknown)

    @cached_property
    def official(self) -> Official:
        """What is carried to the levels that INSEE gives."""
        of, region = (
            self.zones["commune"].map(departement_of),
            leveled_region(self.facts.departement),
        )
        around = np.flatnonzero(of.isin(region) & ~of.isin(levels()))
        return Official(self.whole_departements, around, self.region)

    @cached_property
    def counted(self) -> NDArray[np.intp]:
        """The rows of the points that a zone of the territory takes a share of."""
        across = self.facts.points["point"].isin(self.facts.point_qpv["point"]).to_numpy()
        return np.flatnonzero(self.inside | across)

    def memberships(self, level: Level, cog: Cog) -> pd.DataFrame:
        """Return which zone takes which share of each point (``levels.memberships``, kept)."""
        if (level, cog) not in self._taken:
            self._taken[level, cog] = memberships(self.facts, level, cog)
        return self._taken[level, cog]

    def sum_matrix(self, level: Level, cog: Cog) -> tuple[csr_array, pd.Index]:
        """Return the matrix that sums the points to zones (one row a zone), and their codes."""
        if (level, cog) not in self._sums:
            taken = self.memberships(level, cog)
            zone, codes = pd.factorize(taken["zone"], sort=True)
            shape = (len(codes), len(self.facts.points))
            matrix = csr_array((taken["share"].to_numpy(dtype=float), (zone, taken["row"])), shape)
            self._sums[level, cog] = matrix, pd.Index(codes, name="code")
        return self._sums[level, cog]


def _xy(rows: pd.DataFrame) -> FloatArray:
    """Return the metres of rows, missing where they have none."""
    return np.column_stack([rows[name].to_numpy(dtype=float) for name in ("x_m", "y_m")])


def _members(parts: Sequence[NDArray[np.int64]], count: int) -> csr_array:
    """Return a matrix of ones, one row for each part of so many things."""
    ends = np.cumsum([0, *(len(part) for part in parts)])
    columns = np.concatenate([np.array([], dtype=np.int64), *parts])
    return csr_array((np.ones(len(columns)), columns, ends), shape=(len(parts), count))
