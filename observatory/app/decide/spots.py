"""The places that a change can be about: known places, quarters, districts, schools."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from observatory.geo.geometry import to_degrees
from observatory.model.ground import Ground
from observatory.model.help_hours import FRANCE_SERVICES, OWN_PROGRAMME
from observatory.model.observed import Facts
from observatory.model.scenario_changes import HALF, LONGEST_NAME, Change, Open, Stop, refusal
from observatory.model.scenario_help import is_of_posts
from observatory.model.siting_candidates import candidates

#: The kinds of points that can be chosen, in the order of the list.
SITE, IRIS, QPV, SCHOOL, OPENED, POINT = "site", "iris", "qpv", "school", "opened", "point"


@dataclass(frozen=True)
class Spot:
    """A place or a point that a change can be about.

    Attributes
    ----------
    kind
        Which of the kinds above.
    code
        Its identifier: of a place, a quarter, a district, a school; ``scenario-N``.
    name
        What it is called.
    commune
        INSEE code of its commune, or the empty string.
    lat, lon
        WGS 84 degrees; missing where its position is not known.
    posts
        Counsellors' posts there.
    by_hours
        Whether its help is counted by its opening hours.
    helps
        Whether some help is known there.
    """

    kind: str
    code: str
    name: str
    commune: str = ""
    lat: float = np.nan
    lon: float = np.nan
    posts: float = 0.0
    by_hours: bool = False
    helps: bool = False

    @property
    def key(self) -> str:
        """What names it among all."""
        return f"{self.kind}:{self.code}"

    @property
    def located(self) -> bool:
        """Whether its position is known."""
        return bool(np.isfinite(self.lat))

    @property
    def called(self) -> str:
        """Its name, as short and printable as the name of a change must be."""
        return "".join(one for one in self.name if one.isprintable())[:LONGEST_NAME]


Spots = Mapping[str, Spot]


def spots_of(facts: Facts, ground: Ground) -> dict[str, Spot]:
    """Return the points of a territory that can be chosen, by key.

    Of an IRIS: its inhabited point nearest to the middle of its residents. A known place without
    a position is there too: it can close, or move to a point.
    """
    found = [*_sites(facts), *_quarters(facts, ground)]
    for row in candidates(facts, (QPV, SCHOOL)).to_dict("records"):
        at = float(row["lat"]), float(row["lon"])
        name, commune = str(row["name"]), str(row["commune"])
        found.append(Spot(str(row["kind"]), str(row["place"]), name, commune, *at))
    return {spot.key: spot for spot in found}


def opened_spots(changes: Sequence[Change]) -> dict[str, Spot]:
    """Return the places that the changes of a scenario open, by key."""
    found = [
        Spot(
            OPENED,
            f"scenario-{number}",
            change.name or f"{change.lat:.5f}, {change.lon:.5f}",
            lat=float(change.lat),
            lon=float(change.lon),
            posts=float(change.posts) if isinstance(change, Open) else 0.0,
            by_hours=isinstance(change, Stop),
            helps=True,
        )
        for number, change in enumerate(changes, 1)
        if isinstance(change, Open | Stop)
    ]
    return {spot.key: spot for spot in found}


def point_spot(lat: float, lon: float, ground: Ground) -> Spot | None:
    """Return a point of the map, named after its IRIS, or ``None`` outside every IRIS."""
    home = ground.homes.at(lat, lon)
    if home is None:
        return None
    names = ground.facts.iris.set_index("iris")["iris_name"]
    return Spot(POINT, f"{lat:.6f},{lon:.6f}", str(names[home.iris]), home.commune, lat, lon)


def typed_spot(text: str, ground: Ground) -> Spot | None:
    """Return the point that a text says, latitude first, or ``None`` outside every IRIS."""
    found = _TYPED.fullmatch(text)
    if found is None:
        return None
    lat, lon = (float(one.replace(",", ".")) for one in found.groups())
    return point_spot(lat, lon, ground)


#: Two numbers, each with a point or a comma: ``48.95, 2.38``, ``48,95 2,38``.
_NUMBER = r"(-?[0-9]{1,3}(?:[.,][0-9]{1,12})?)"
_TYPED = re.compile(rf"\s*{_NUMBER}[\s,;]+{_NUMBER}\s*")


#: What a change is about -> the places that it can be about.
KEPT: Mapping[str, Callable[[Spot], bool]] = {
    "open": lambda spot: spot.located,
    "stop": lambda spot: spot.located and spot.kind != OPENED,
    "take": lambda spot: spot.posts >= HALF,
    "close": lambda spot: spot.helps,
    "move": lambda spot: spot.helps,
    "hours": lambda spot: spot.by_hours,
    "offer": lambda spot: spot.located and spot.kind in (SITE, OPENED),
}


def kept(spots: Spots, kind: str) -> list[str]:
    """Return the keys of the places that a kind of change can be about."""
    return [key for key, spot in spots.items() if KEPT[kind](spot)]


def spot_of(key: str | None, spots: Spots) -> Spot:
    """Return the place that was chosen.

    Raises
    ------
    ChoiceError
        None was.
    """
    if key is None or key not in spots:
        raise refusal("place", "a place chosen in the list or on the map", "none", "choose one")
    return spots[key]


def _sites(facts: Facts) -> list[Spot]:
    helped = _help_there(facts.supply)
    rows = facts.sites[facts.sites["in_territory"] & ~facts.sites["seat"]]
    rows = rows.sort_values(["commune_name", "name"])
    found = []
    for row in rows.to_dict("records"):
        posts, by_hours, helps = helped.get(str(row["site"]), (0.0, False, False))
        known = row["located"] == "point"
        at = (float(row["lat"]), float(row["lon"])) if known else (np.nan, np.nan)
        if known or helps:
            who = SITE, str(row["site"]), str(row["name"]), str(row["commune"])
            found.append(Spot(*who, *at, posts, by_hours, helps))
    return found


def _help_there(supply: pd.DataFrame) -> dict[str, tuple[float, bool, bool]]:
    """Return posts, whether help is counted by hours, and that there is some, by place."""
    found: dict[str, tuple[float, bool, bool]] = {}
    for row in supply[supply["site"].notna()].to_dict("records"):
        posts, by_hours, _ = found.get(str(row["site"]), (0.0, False, False))
        own = row["programme"] == OWN_PROGRAMME and pd.isna(row["posts"])
        posts += float(row["posts"]) if is_of_posts(row) else 0.0
        found[str(row["site"])] = (
            posts,
            by_hours or own or row["programme"] == FRANCE_SERVICES,
            True,
        )
    return found


def _quarters(facts: Facts, ground: Ground) -> list[Spot]:
    middles = _middles(facts, ground)
    rows = facts.iris[facts.iris["in_territory"]].sort_values("iris")
    return [
        Spot(IRIS, str(row["iris"]), str(row["iris_name"]), str(row["commune"]), *at)
        for row in rows.drop(columns="geometry").to_dict("records")
        if (at := middles.get(str(row["iris"]))) is not None
    ]


def _middles(facts: Facts, ground: Ground) -> dict[str, tuple[float, float]]:
    """Return where each IRIS of the territory can have a place, latitude first."""
    points = facts.points[facts.points["in_territory"] & (facts.points["residents"] > 0)]
    found = {str(iris): _middle(rows, str(iris), ground) for iris, rows in points.groupby("iris")}
    inside = facts.iris[facts.iris["in_territory"]]
    for iris, shape in zip(inside["iris"], inside.geometry, strict=True):
        if found.get(str(iris)) is None and shape is not None:
            point = shape.representative_point()
            lon, lat = to_degrees(np.array([point.x]), np.array([point.y]))
            found[str(iris)] = float(lat[0]), float(lon[0])
    return {iris: at for iris, at in found.items() if at is not None}


def _middle(rows: pd.DataFrame, iris: str, ground: Ground) -> tuple[float, float] | None:
    metres = rows[["x_m", "y_m"]].to_numpy(dtype=float)
    centre = np.average(metres, axis=0, weights=rows["residents"].to_numpy(dtype=float))
    for place in np.argsort(np.hypot(*(metres - centre).T), kind="stable"):
        lat, lon = (float(rows[name].iloc[place]) for name in ("lat", "lon"))
        home = ground.homes.at(lat, lon)
        if home is not None and home.iris == iris:
            return lat, lon
    return None
