"""The single decisions of a build that move a commune most, each with what else it could be.

A decision is where the posts of a structure stand (at a place, shared over several, over a whole
commune), whether the aidants of a place were taken for the agents of a France Services, and which
place lends its position to another record. Each is changed alone, everything else and the norm
being held; what moves no commune is left out. A person settles one in the file
``data/corrections/help.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, in_cog
from observatory.geo.geometry import project_to_metres
from observatory.model import gap
from observatory.model.help_hours import AIDANTS, COUNSELLORS, hours_of
from observatory.model.model import Model
from observatory.model.to_move import told_apart
from observatory.tables.check import check
from observatory.tables.decision_results import DECISIONS
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.place_facts import BY_CORRECTION, base_of
from observatory.tables.remarks import Remark, Value, remark, stored
from observatory.tables.to_move import pairs

#: Hours a week of a commune, within reach or missing, from which a decision is shown.
MOVED_H = 5.0
#: Help of fewer hours moves no commune as much: it is not tried.
TRIED_H = 2.5
HOSTS = "host_structures_2023"

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """One thing else that a decision could be.

    Attributes
    ----------
    decision, name
        The row or rows of help concerned, as corrections name them, and their structure or place.
    kind, now
        What is decided (``posts``, ``position``, ``agents``, ``place without posts``), and how it
        stands: codes of ``DECISIONS``.
    option
        What else it could be; with ``:`` and the place where it names one.
    instead, rows
        The rows of help concerned as they are, and those that would stand in their place.
    hours
        Hours of help concerned, h/week.
    why
        The same in words.
    """

    decision: str
    name: str
    kind: str
    now: str
    option: str
    instead: pd.DataFrame
    rows: pd.DataFrame
    hours: float
    why: Remark


def decisions(model: Model, *, cog: Cog = "cog_2024", everywhere: bool = False) -> pd.DataFrame:
    """List each decision that moves a commune by 5 h a week, with the hours under what else."""
    if model.facts.street_distances is not None:
        raise ChoiceError(
            "study decisions",
            expected="a build without streets",
            found="one whose walks along streets to other places are not known",
            next_step="leave out --streets, or give another build with --build",
        )
    seen = _Reach(model, cog)
    options = (one for one in _Options(model).all() if everywhere or seen.touches(one))
    computed = [name for name in DECISIONS.names if name not in pairs(DECISIONS.names).values()]
    tables = [pd.DataFrame(columns=computed), *(seen.moved(option) for option in options)]
    table = pd.concat(tables, ignore_index=True)
    table["in_territory"] = table["in_territory"].astype(bool)
    table = table if everywhere else table[table["in_territory"]].reset_index(drop=True)
    table["largest"] = table[["reach_change", "missing_change"]].abs().max(axis=1)
    order = table.groupby(["in_territory", "decision"])["largest"].transform("max")
    ranked = table.assign(order=order).sort_values(
        ["in_territory", "order", "decision", "option", "commune"],
        ascending=[False, False, True, True, True],
    )
    told = told_apart(ranked, DECISIONS, model.norm_name)
    return pd.DataFrame(check(told[DECISIONS.names], DECISIONS))


class _Reach:
    """Hours within reach of each commune's people, and missing there, for any rows of help."""

    def __init__(self, model: Model, cog: Cog) -> None:
        self.model, self.people = model, model.need_persons
        communes = model.facts.communes
        self.code = np.array([in_cog(str(c), cog) for c in model.facts.points["commune"]])
        known = communes.assign(code=[in_cog(str(c), cog) for c in communes["commune"]])
        main = known[known["commune"] == known["code"]].set_index("code")
        self.names, self.inside = main["commune_name"], main["in_territory"]
        self.norm = model.measured.norm
        self.now = self._hours(model)

    def _hours(self, model: Model) -> pd.DataFrame:
        reached = np.add(*model.reached(self.people, model.help_hours))
        table = pd.DataFrame(
            {
                "reach": reached * self.people / 100,
                "missing": gap.shortfall(self.people, reached, self.norm),
            }
        )
        return table.groupby(self.code).sum()

    def touches(self, option: Option) -> bool:
        """Return whether an option changes help that anybody in the territory may reach."""
        rows = pd.concat([option.instead, option.rows])
        over = rows[rows["serves"] != "point"]
        if any(self._serves(*pair) for pair in zip(over["serves"], over["area"], strict=True)):
            return True
        at = rows.loc[rows["serves"] == "point", ["x_m", "y_m"]].to_numpy(dtype=float)
        return bool(len(at) and (self._inside.query(at)[0] <= self.model.decay.reach).any())

    @cached_property
    def _inside(self) -> cKDTree:
        points = self.model.facts.points[self.model.ground.inside]
        return cKDTree(points[["x_m", "y_m"]].to_numpy(dtype=float))

    def _serves(self, serves: str, area: str) -> bool:
        inside = self.model.facts.communes[self.model.facts.communes["in_territory"]]
        if serves == "departement":
            return bool(inside["commune"].str.startswith(area).any())
        return area in set(inside["ept" if serves == "ept" else "commune"])

    def moved(self, option: Option) -> pd.DataFrame:
        """Return the communes that an option moves by :data:`MOVED_H` or more."""
        rows = pd.concat([self.model.facts.supply.drop(option.instead.index), option.rows])
        facts = replace(self.model.facts, supply=rows.reset_index(drop=True))
        other = self._hours(Model(facts, self.model.assumptions))
        change = other - self.now
        moved = change[(change.abs() >= MOVED_H).any(axis=1)].index
        base = self.model.facts.supply
        given = base.loc[_of(base, option.decision), "decided_by"]
        return pd.DataFrame(
            {
                "decision": option.decision,
                "name": option.name,
                "kind": option.kind,
                "now": option.now,
                "option": option.option,
                "hours": option.hours,
                "commune": moved,
                "commune_name": moved.map(self.names),
                "in_territory": moved.map(self.inside).astype(bool),
                **{
                    f"{name}_{when}": table.loc[moved, name].to_numpy()
                    for name in ("reach", "missing")
                    for when, table in (("now", self.now), ("other", other), ("change", change))
                },
                "confirmed": bool((given == BY_CORRECTION).any()),
                "why": stored([option.why]),
            }
        )


def _of(supply: pd.DataFrame, decision: str) -> pd.Series[Any]:
    return base_of(supply) == decision


class _Options:
    """Everything that the help of a build could be instead, one decision changed at a time."""

    def __init__(self, model: Model) -> None:
        self.facts, self.assumptions = model.facts, model.assumptions
        self.supply = model.facts.supply
        self.hours = model.help_hours
        self.base = base_of(self.supply)
        self.sites = model.facts.sites.set_index("site")

    def all(self) -> Iterator[Option]:
        """Return every option, of posts, then of aidants, then of places without posts."""
        large = pd.Series(self.hours).groupby(self.base.to_numpy()).sum() >= TRIED_H
        programme = self.supply.groupby(self.base)["programme"].first()
        for decision in sorted(large.index[large]):
            if programme[decision] == COUNSELLORS:
                yield from self._posts(decision)
            elif programme[decision] == AIDANTS:
                yield from self._position(decision)
        yield from self._agents()
        yield from self._empty_places()

    # ---- Posts of a structure -----------------------------------------------------------------
    def _posts(self, decision: str) -> Iterator[Option]:
        rows = self.supply[self.base == decision]
        hours, now = float(self.hours[rows.index].sum()), _now(rows)
        name = str(rows["name"].iloc[0])
        told: dict[str, Value] = {"structure": name, "help_h": hours, "now": now}

        def option(code: str, changed: pd.DataFrame, why: Remark) -> Option:
            return Option(decision, name, "posts", now, code, rows, changed, hours, why)

        if now in ("at_place", "shared"):
            over = _over_commune(rows, self._home(decision, rows))
            yield option("over_commune", over, remark("studies.if_over_commune", **told))
        if now == "shared":
            for site in sorted(rows["site"].dropna()):
                why = remark("studies.if_at_place", **told, place=self._name(site))
                yield option(f"at_place:{site}", self._at(rows, site), why)
        seat = self._seat(decision)
        if seat is not None and seat not in set(rows["site"].dropna()):
            why = remark("studies.if_at_head_office", **told)
            yield option(f"at_head_office:{seat}", self._at(rows, seat), why)
        own = self._own_places(decision) if now in ("over_ept", "over_departement") else []
        if own and set(own) != {seat}:
            why = remark("studies.if_own_places", **told, count=len(own))
            yield option("own_places", self._share(rows, own), why)
        elif not own and not now.startswith(("at_", "shared")):
            for site in self._places_without_posts(rows):
                why = remark("studies.if_at_place", **told, place=self._name(site))
                yield option(f"at_place:{site}", self._at(rows, site), why)

    def _home(self, decision: str, rows: pd.DataFrame) -> str:
        """Return the commune of a structure: that of its head office, else that of its places."""
        seat = self._heads.get(decision)
        return str(self.sites["commune"][seat] if seat else rows["commune"].iloc[0])

    def _seat(self, decision: str) -> str | None:
        seat = self._heads.get(decision)
        return seat if seat and self.sites["located"][seat] == "point" else None

    @cached_property
    def _heads(self) -> dict[str, str]:
        """The place of each structure's head office, by the decision that its posts are."""
        found: dict[str, str] = {}
        for site, sources, ids in zip(
            self.sites.index, self.sites["sources"], self.sites["source_ids"], strict=True
        ):
            for source, name in zip(sources.split(SEPARATOR), ids.split(SEPARATOR), strict=True):
                if source == HOSTS:
                    found[f"counsellors:{name}"] = str(site)
        return found

    @cached_property
    def _without_posts(self) -> pd.DataFrame:
        """The located places where counsellors are said to work and no structure's posts stand."""
        posts = self.supply["programme"] == COUNSELLORS
        served = set(self.supply.loc[posts, "site"].dropna())
        programmes = self.sites["programmes"].fillna("").str.split(SEPARATOR, regex=False)
        said = programmes.map(lambda names: COUNSELLORS in names)
        located = (self.sites["located"] == "point") & ~self.sites["seat"]
        return self.sites[said & located & ~self.sites.index.isin(served)]

    def _own_places(self, decision: str) -> list[str]:
        """Return the places without posts that have the SIRET of a structure."""
        empty = self._without_posts
        siret = decision.removeprefix("counsellors:").partition("-")[0]
        return [str(site) for site in empty.index[empty["siret"] == siret]]

    def _places_without_posts(self, rows: pd.DataFrame) -> list[str]:
        """Return such places in the area that the posts serve; of a département, none."""
        serves, area = rows["serves"].iloc[0], rows["area"].iloc[0]
        empty = self._without_posts
        if serves == "commune":
            return [str(site) for site in empty.index[empty["commune"] == area]]
        if serves == "ept":
            ept = empty["commune"].map(self.facts.communes.set_index("commune")["ept"])
            return [str(site) for site in empty.index[ept == area]]
        return []

    # ---- Aidants ------------------------------------------------------------------------------
    def _position(self, decision: str) -> Iterator[Option]:
        """A list of aidants gives addresses only: a position comes from another record."""
        rows = self.supply[self.base == decision]
        if _now(rows) != "at_place" or self.sites["position"][rows["site"].iloc[0]] == "address":
            return
        hours, name = float(self.hours[rows.index].sum()), str(rows["name"].iloc[0])
        over = _over_commune(rows, str(rows["commune"].iloc[0]))
        why = remark(
            "studies.if_not_matched",
            structure=name,
            help_h=hours,
            place=self._name(str(rows["site"].iloc[0])),
        )
        code = "over_commune"
        yield Option(decision, name, "position", "at_place", code, rows, over, hours, why)

    def _agents(self) -> Iterator[Option]:
        """Aidants taken for the agents of a France Services, and counted there alone."""
        for place in np.flatnonzero(self.supply["counted_elsewhere"].to_numpy(dtype=bool)):
            row = self.supply.iloc[[int(place)]]
            counted = row.assign(counted_elsewhere=False)
            hours = float(hours_of(counted, self.assumptions)[0])
            if hours < TRIED_H:
                continue
            decision, name = str(self.base.iloc[place]), str(row["name"].iloc[0])
            why = remark("studies.if_counted", structure=name, help_h=hours)
            now = "counted_elsewhere"
            yield Option(decision, name, "agents", now, "counted", row, counted, hours, why)

    # ---- Places without posts -----------------------------------------------------------------
    def _empty_places(self) -> Iterator[Option]:
        for site, place in self._without_posts.iterrows():
            new = self.supply[self.supply["programme"] == COUNSELLORS].head(1)
            new = self._at(new.assign(posts=1.0, supply=f"post:{site}"), str(site))
            hours = float(hours_of(new, self.assumptions)[0]) if len(new) else 0.0
            if hours < TRIED_H:
                continue
            why = remark("studies.if_one_post", place=str(place["name"]), help_h=hours)
            none = self.supply.iloc[:0]
            kind, now, code = "place without posts", "no_posts", "one_post"
            name = str(place["name"])
            yield Option(f"place:{site}", name, kind, now, code, none, new, hours, why)

    # ---- Rows ---------------------------------------------------------------------------------
    def _name(self, site: str) -> str:
        return str(self.sites["name"][site])

    def _at(self, rows: pd.DataFrame, site: str) -> pd.DataFrame:
        """Return the rows as one, with all their posts at a place."""
        place = self.sites.loc[site]
        x, y = project_to_metres([place["lon"]], [place["lat"]])[0]
        return _one(rows).assign(
            site=site, serves="point", area=None, commune=place["commune"], x_m=x, y_m=y
        )

    def _share(self, rows: pd.DataFrame, sites: list[str]) -> pd.DataFrame:
        """Return the rows as one for each place, with an equal part of their posts."""
        parts = [self._at(rows, site).assign(supply=f"share:{site}") for site in sites]
        return pd.concat(parts).assign(posts=float(rows["posts"].sum()) / len(sites))


def _now(rows: pd.DataFrame) -> str:
    """Return how the posts of a decision stand: a code of ``DECISIONS``."""
    if rows["serves"].iloc[0] != "point":
        return f"over_{rows['serves'].iloc[0]}"
    return "shared" if len(rows) > 1 else "at_place"


def _one(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.head(1).assign(posts=float(rows["posts"].sum()), supply=base_of(rows).iloc[0])


def _over_commune(rows: pd.DataFrame, commune: str) -> pd.DataFrame:
    """Return the rows as one that serves a whole commune."""
    unknown = {"site": None, "iris": None, "x_m": np.nan, "y_m": np.nan}
    return _one(rows).assign(serves="commune", area=commune, commune=commune, **unknown)
