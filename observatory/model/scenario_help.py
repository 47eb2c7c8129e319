"""The rows of help that a scenario changes: those that go, and those that come in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.errors import ChoiceError
from observatory.model.draws import Chance
from observatory.model.ground import Ground
from observatory.model.help_hours import COUNSELLORS, FRANCE_SERVICES, OWN_PROGRAMME
from observatory.model.homes import Home
from observatory.model.observed import Facts
from observatory.model.scenario_changes import (
    Budget,
    Change,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
    refusal,
)
from observatory.tables.facts import SUPPLY

FloatArray = NDArray[np.float64]
Row = dict[str, Any]
#: Where a row comes from that is no row of the base.
NEW = -1
#: How the names of rows that go begin, beside the rows that come in their place.
_GONE = "gone:"
#: Posts below which a place has none left.
_NOTHING = 1e-9


@dataclass(frozen=True)
class ChangedHelp:
    """What changes of the rows of help.

    Attributes
    ----------
    gone
        The rows of the base that go, or that others stand in for.
    rows
        The rows that come (``tables.facts.SUPPLY``).
    origin
        For each of them, the row of the base that it stands in for, whose chance of having closed
        it keeps; :data:`NEW` for help that is decided now, which has none.
    beside
        The row of help at whose place a row comes new, by the names of the two: its walks.
    located
        Which rows of the base are at a known place.
    """

    gone: NDArray[np.int64]
    rows: pd.DataFrame
    origin: NDArray[np.int64]
    beside: Mapping[str, str]
    located: NDArray[np.bool_]

    def facts(self, known: Facts) -> Facts:
        """Return the facts with the changes, as a build would store them."""
        return self._with(known, known.supply.drop(index=known.supply.index[self.gone]))

    def alone(self, known: Facts) -> Facts:
        """Return the facts with the rows that go and those that come, and no other."""
        gone = known.supply.iloc[self.gone]
        return self._with(known, gone.assign(supply=_GONE + gone["supply"]))

    def _with(self, known: Facts, others: pd.DataFrame) -> Facts:
        parts = [part for part in (others, self.rows) if len(part)] or [others]
        supply = pd.concat(parts, ignore_index=True)
        walked = known.street_distances
        if walked is not None:
            walks = pd.DataFrame({"supply": supply["supply"]})
            walks["known"] = [
                self.beside.get(name, name.removeprefix(_GONE)) for name in walks["supply"]
            ]
            named = walked.rename(columns={"supply": "known"})
            walked = named.merge(walks, on="known")[list(walked.columns)]
        return replace(known, supply=supply, street_distances=walked)

    @property
    def sign(self) -> FloatArray:
        """For each row of :meth:`alone`, -1 where it goes and 1 where it comes."""
        return np.concatenate([-np.ones(len(self.gone)), np.ones(len(self.rows))])

    def chance(self, base: Chance) -> Chance:
        """Return what a draw of the base decides for the rows of :meth:`alone`.

        Parameters
        ----------
        base
            What chance decided for the rows of the base.
        """
        of, unplaced = self._of
        standing = np.where(of == NEW, 1.0, base.standing[of])
        return replace(base, standing=standing, stands_at=base.stands_at[unplaced])

    @cached_property
    def _of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each row of :meth:`alone`, that of the base; for unplaced ones, their order there."""
        of = np.concatenate([self.gone, self.origin])
        unplaced = np.cumsum(~self.located) - 1
        here = np.concatenate([~self.located[self.gone], self.rows["serves"] != "point"])
        return of, unplaced[of[here.astype(bool)]]


def apply(changes: Sequence[Change], ground: Ground) -> ChangedHelp:
    """Return what changes of the help, one change after another.

    Raises
    ------
    ChoiceError
        A change that cannot be made: an unknown place, more posts taken than there are, a point
        outside the build.
    """
    return _planned(changes, ground).result()


def _planned(changes: Sequence[Change], ground: Ground) -> _Plan:
    plan = _Plan(ground)
    for number, change in enumerate(changes, 1):
        try:
            change.verify()
            plan.take(change, f"scenario-{number}")
        except ChoiceError as error:
            where = f"scenario, change {number} ({change.kind})"
            raise ChoiceError(
                where + error.where.removeprefix("scenario"),
                expected=error.expected,
                found=error.found,
                next_step=error.next_step,
            ) from error
    return plan


def position(place: str, changes: Sequence[Change], ground: Ground) -> tuple[float, float]:
    """Return the metres of a known place after some changes.

    Raises
    ------
    ChoiceError
        It is not known where it stands.
    """
    home = home_of(place, changes, ground)
    return home.x_m, home.y_m


def home_of(place: str, changes: Sequence[Change], ground: Ground) -> Home:
    """Return where a known place lies after some changes.

    Raises
    ------
    ChoiceError
        It is not known where it stands.
    """
    home, _, _ = _planned(changes, ground).position(place)
    return home


class _Plan:
    """The rows of help while changes are made to them, one after another."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._facts = ground, ground.facts
        self._sites = self._facts.supply["site"].to_numpy(dtype=object)
        #: The rows of the base that were touched; ``None`` where one has gone.
        self._touched: dict[int, Row | None] = {}
        self._new: list[Row] = []
        self._beside: dict[str, str] = {}

    def take(self, change: Change, name: str) -> None:
        """Make one change; what comes new has this name."""
        match change:
            case Open():
                home = self._home(change.lat, change.lon)
                self._come(home, _called(change), name, posts=change.posts)
            case Stop():
                home = self._home(change.lat, change.lon)
                hours = {"open_h_per_week": change.hours}
                self._come(home, _called(change), name, OWN_PROGRAMME, **hours)
            case Close():
                for key in self._there(change.place, "place to close"):
                    self._put(key, None)
            case Move():
                moved = self._there(change.place, "place to move")
                home = self._home(change.lat, change.lon)
                for key in moved:
                    at = {**home._asdict(), "serves": "point", "area": None}
                    self._put(key, {**self._row(key), **at})
            case Posts():
                self._change_posts(change, name)
            case Hours():
                self._change_hours(change)
            case Offer():
                self.position(change.place)
            case Budget():
                pass

    def _change_posts(self, change: Posts, name: str) -> None:
        if change.posts > 0:
            home, called, there = self.position(change.place)
            self._come(home, called, name, posts=change.posts)
            self._new[-1]["site"] = self._site_of(change.place)
            if there:
                self._beside[name] = self._beside.get(there, there)
            return
        keys = [key for key in self._keys(change.place) if is_of_posts(self._row(key))]
        there = sum(self._row(key)["posts"] for key in keys)
        left = -change.posts
        if left > there + _NOTHING:
            raise refusal("posts to take away", f"at most the {there:g} posts there", f"{left:g}")
        for key in keys:
            row = self._row(key)
            less = min(left, row["posts"])
            left -= less
            rest = row["posts"] - less
            self._put(key, {**row, "posts": rest} if rest > _NOTHING else None)

    def _change_hours(self, change: Hours) -> None:
        keys = [key for key in self._there(change.place, "hours") if _is_of_hours(self._row(key))]
        if not keys:
            raise refusal(
                "hours",
                "a place whose help is counted by its hours: a France Services, or a stop",
                f"{change.place}, whose help is counted by posts or aidants",
                "change its posts instead",
            )
        for key in keys:
            self._put(key, {**self._row(key), "open_h_per_week": float(change.hours)})

    # ---- Rows ---------------------------------------------------------------------------------
    def _keys(self, place: str) -> list[int]:
        """Return the rows of help of a place: of the base from 0, those that came below 0."""
        old = [
            int(row)
            for row in np.flatnonzero(self._sites == place)
            if self._touched.get(int(row), ()) is not None
        ]
        new = [
            -1 - at
            for at, row in enumerate(self._new)
            if row and place in (row["site"], row["supply"])
        ]
        return old + new

    def _row(self, key: int) -> Row:
        if key < 0:
            return self._new[-1 - key]
        found = self._touched.get(key)
        return found or dict(self._facts.supply.iloc[key])

    def _put(self, key: int, row: Row | None) -> None:
        if key < 0:
            self._new[-1 - key] = row or {}
        else:
            self._touched[key] = row

    def _there(self, place: str, what: str) -> list[int]:
        keys = self._keys(place)
        if not keys:
            raise refusal(
                what,
                "a place with help, still open",
                repr(place),
                "take an identifier of the table of sites, or scenario-N for the place that "
                "change N opens",
            )
        return keys

    def _come(
        self, home: Home, called: str, name: str, programme: str = COUNSELLORS, **amount: float
    ) -> None:
        row = dict.fromkeys(SUPPLY.names) | home._asdict()
        row |= {"posts": np.nan, "open_h_per_week": np.nan, "counted_elsewhere": False}
        row |= {unit: float(value) for unit, value in amount.items()}
        row |= {"supply": name, "programme": programme, "name": called, "serves": "point"}
        self._new.append(row | {"age_months": 0.0})

    # ---- Where --------------------------------------------------------------------------------
    def _home(self, lat: float, lon: float) -> Home:
        if self._facts.street_distances is not None:
            raise refusal("place", "a build without streets", "one with walks along streets")
        home = self._ground.homes.at(lat, lon)
        if home is not None:
            return home
        swapped = self._ground.homes.at(lon, lat) is not None
        raise refusal(
            "place",
            "a point inside an IRIS of the build",
            f"latitude {lat}, longitude {lon}" + (", which look swapped" if swapped else ""),
        )

    def position(self, place: str) -> tuple[Home, str, str]:
        """Return where a known place stands, its name, and a row of help there, if there is."""
        for key in self._keys(place):
            row = self._row(key)
            if row["serves"] == "point":
                return Home(*(row[name] for name in Home._fields)), row["name"], row["supply"]
        sites = self._facts.sites
        found = sites[(sites["site"] == place) & (sites["located"] == "point")]
        if found.empty:
            raise refusal(
                "place",
                "a place of the build whose position is known, or scenario-N",
                repr(place),
                "open a place at its point, or move it there first",
            )
        site = found.iloc[0]
        return self._home(site["lat"], site["lon"]), str(site["name"]), ""

    def _site_of(self, place: str) -> str | None:
        return place if bool((self._facts.sites["site"] == place).any()) else None

    def result(self) -> ChangedHelp:
        """Return what changes made."""
        rows = [(row, at) for at, row in sorted(self._touched.items()) if row is not None]
        rows += [(row, NEW) for row in self._new if row]
        origin = np.array([at for _, at in rows], dtype=np.int64)
        gone = np.array(sorted(self._touched), dtype=np.int64)
        known = self._facts.supply
        table = pd.DataFrame(
            {
                name: pd.Series([row[name] for row, _ in rows], dtype=known[name].dtype)
                for name in SUPPLY.names
            }
        )
        return ChangedHelp(gone, table, origin, self._beside, self._ground.located)


def _called(change: Open | Stop) -> str:
    return change.name or f"{change.lat:.5f}, {change.lon:.5f}"


def is_of_posts(row: Mapping[Any, Any]) -> bool:
    """Return whether a row of help is counted by its posts."""
    of_posts = row["programme"] in (COUNSELLORS, OWN_PROGRAMME) and not pd.isna(row["posts"])
    return of_posts and not row["counted_elsewhere"]


def _is_of_hours(row: Row) -> bool:
    own = row["programme"] == OWN_PROGRAMME and pd.isna(row["posts"])
    return bool(own or row["programme"] == FRANCE_SERVICES)
