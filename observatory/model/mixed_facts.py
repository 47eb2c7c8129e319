"""Facts of two builds mixed: the residents of one, the help of the other, the border of either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from observatory.model.observed import Facts
from observatory.tables.history_results import PARTS

#: The tables of each part whose rows are told apart by commune: those of a commune of the
#: territory are of the part, the others of the border.
BY_COMMUNE: Mapping[str, tuple[str, ...]] = {
    "need": ("iris", "communes", "points", "schools", "point_qpv"),
    "help": ("supply", "sites"),
}
#: The tables that are of one part whole.
WHOLE: Mapping[str, tuple[str, ...]] = {
    "need": (
        *("ept", "qpv", "region_communes", "origins_communes", "migrants_iris"),
        "income_disposable_iris_2021",
    ),
    "help": ("activity",),
    "method": ("national", "street_distances"),
}
#: What names a row, where a commune that changed sides could bring it from both.
_KEYS = {
    "iris": ["iris"],
    "communes": ["commune"],
    "points": ["point"],
    "schools": ["uai"],
    "point_qpv": ["point", "qpv"],
    "supply": ["supply"],
    "sites": ["site"],
}


@dataclass(frozen=True)
class TwoBuilds:
    """The facts of two builds of one territory, to be mixed.

    Attributes
    ----------
    before, after
        The facts of each.
    """

    before: Facts
    after: Facts

    def mixed(self, newer: frozenset[str]) -> Facts:
        """Return the facts with some parts of the later build, the others of the earlier one.

        The territory is what either build holds for it. All parts of one build are that build's
        own facts, unchanged.

        Parameters
        ----------
        newer
            Names of :data:`~observatory.tables.history_results.PARTS`.
        """
        if newer >= set(PARTS):
            return self.after
        if not newer:
            return self.before

        def of(part: str) -> Facts:
            return self.after if part in newer else self.before

        tables: dict[str, Any] = {}
        for part, names in WHOLE.items():
            tables |= {name: getattr(of(part), name) for name in names}
        for part, names in BY_COMMUNE.items():
            tables |= {name: self._joined(name, of(part), of("border")) for name in names}
        facts = replace(of("need"), **tables)
        return replace(facts, street_distances=self._walks(facts, newer="method" in newer))

    @cached_property
    def differ(self) -> frozenset[str]:
        """The parts in which the two builds' facts differ."""
        found = {part for part, names in WHOLE.items() if not all(map(self._same, names))}
        for part, names in BY_COMMUNE.items():
            for name in names:
                home, border = (self._sides(name, inside=inside) for inside in (True, False))
                found |= {part} if not _equal(*home) else set()
                found |= {"border"} if not _equal(*border) else set()
        return frozenset(found)

    @cached_property
    def home(self) -> frozenset[str]:
        """The communes that are of the territory in either build."""
        return frozenset[str]().union(
            *(
                facts.communes.loc[facts.communes["in_territory"], "commune"]
                for facts in (self.before, self.after)
            )
        )

    def _same(self, name: str) -> bool:
        return _equal(getattr(self.before, name), getattr(self.after, name))

    def _sides(self, name: str, *, inside: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
        first, second = (
            getattr(facts, name)[self._at_home(name, facts) == inside].reset_index(drop=True)
            for facts in (self.before, self.after)
        )
        return first, second

    def _joined(self, name: str, own: Facts, around: Facts) -> Any:
        """Return the rows at home of one build and those around of another, in order of key."""
        if own is around:
            return getattr(own, name)
        parts = [
            getattr(own, name)[self._at_home(name, own)],
            getattr(around, name)[~self._at_home(name, around)],
        ]
        keys = _KEYS[name]
        both = pd.concat(parts).drop_duplicates(keys)
        return both.sort_values(keys, ignore_index=True)

    def _at_home(self, name: str, facts: Facts) -> pd.Series[bool]:
        """Return which rows of a table are of the territory: a row of its parts, or its border's.

        Help that a structure outside gives to the whole département serves the territory too.
        """
        frame = getattr(facts, name)
        if name == "point_qpv":
            commune = frame["point"].map(facts.points.set_index("point")["commune"])
            return pd.Series(commune.isin(self.home), dtype=bool)
        home = frame["commune"].isin(self.home)
        if name == "supply":
            home |= (frame["serves"] == "departement") & (frame["area"] == facts.departement)
        return pd.Series(home, dtype=bool)

    def _walks(self, mixed: Facts, *, newer: bool) -> pd.DataFrame | None:
        """Return the walks along streets of one build, and of the other what the one has not."""
        first, second = (self.after, self.before) if newer else (self.before, self.after)
        if first.street_distances is None:
            return None
        known = [one.street_distances for one in (first, second)]
        both = pd.concat([table for table in known if table is not None])
        both = both.drop_duplicates(["point", "supply"])
        here = both["point"].isin(mixed.points["point"]) & both["supply"].isin(
            mixed.supply.loc[mixed.supply["serves"] == "point", "supply"]
        )
        return pd.DataFrame(both[here].reset_index(drop=True))


def _equal(one: pd.DataFrame | None, other: pd.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(one.equals(other))
