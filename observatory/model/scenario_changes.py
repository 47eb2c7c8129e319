"""The changes that a scenario can make: what each says, and which numbers it can have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from observatory.errors import ChoiceError
from observatory.tables.person_needs import PUBLICS, SERVICES

HALF = 0.5
#: More at one place is a slip of the pen.
MOST_POSTS, WEEK_H = 100.0, 168.0
MOST_EUR = 1e9
LONGEST_NAME = 100
#: Characters of a wrong value that an error shows.
LONGEST_ECHO = 300
_LANGUAGE = r"[a-z]{2,3}"


def refusal(where: str, expected: str, found: str, next_step: str = "") -> ChoiceError:
    """Return the error of a change that cannot be made."""
    return ChoiceError(
        f"scenario, {where}",
        expected=expected,
        found=found[:LONGEST_ECHO],
        next_step=next_step or "mend this change",
    )


@dataclass(frozen=True)
class Open:
    """A place opened, with counsellors' posts: WGS 84 degrees, posts in halves."""

    kind: ClassVar[str] = "open"
    lat: float | int
    lon: float | int
    posts: float | int
    name: str = ""

    def verify(self) -> None:
        """Refuse numbers that no place can have."""
        _verify_point(self.lat, self.lon)
        _verify_halves(self.posts, self.posts)
        _verify_name(self.name)


@dataclass(frozen=True)
class Stop:
    """A weekly stop of a bus or of outreach: a point, and hours a week of one person's help."""

    kind: ClassVar[str] = "stop"
    lat: float | int
    lon: float | int
    hours: float | int
    name: str = ""

    def verify(self) -> None:
        """Refuse numbers that no stop can have."""
        _verify_point(self.lat, self.lon)
        _verify_hours(self.hours)
        _verify_name(self.name)


@dataclass(frozen=True)
class Close:
    """A place whose help ends."""

    kind: ClassVar[str] = "close"
    place: str

    def verify(self) -> None:
        """Refuse nothing: whether the place has help is seen when the change is made."""


@dataclass(frozen=True)
class Move:
    """A place whose help moves to another point."""

    kind: ClassVar[str] = "move"
    place: str
    lat: float | int
    lon: float | int

    def verify(self) -> None:
        """Refuse what is no point."""
        _verify_point(self.lat, self.lon)


@dataclass(frozen=True)
class Posts:
    """Counsellors' posts added to a place, or taken away (below zero), in halves."""

    kind: ClassVar[str] = "posts"
    place: str
    posts: float | int

    def verify(self) -> None:
        """Refuse what is no number of halves."""
        _verify_halves(self.posts, abs(self.posts))


@dataclass(frozen=True)
class Hours:
    """The weekly hours of a place whose help is counted by its hours."""

    kind: ClassVar[str] = "hours"
    place: str
    hours: float | int

    def verify(self) -> None:
        """Refuse hours that no week has."""
        _verify_hours(self.hours)


@dataclass(frozen=True)
class Offer:
    """Services, publics and languages that a place would offer; its hours stay."""

    kind: ClassVar[str] = "offer"
    place: str
    services: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def verify(self) -> None:
        """Refuse what the national standard does not name, and an offer of nothing."""
        if not (self.services or self.publics or self.languages):
            raise refusal("offer", "services, publics or languages", "none")
        for what, given, known in (
            ("services", self.services, SERVICES),
            ("publics", self.publics, PUBLICS),
        ):
            unknown = [one for one in given if one not in known]
            if unknown:
                raise refusal(what, "some of " + ", ".join(known), repr(unknown[0]))
        for code in self.languages:
            if not (isinstance(code, str) and re.fullmatch(_LANGUAGE, code)):
                raise refusal("languages", "codes such as ar, en, ta", repr(code))


@dataclass(frozen=True)
class Budget:
    """The money there is a year, EUR; the last one counts."""

    kind: ClassVar[str] = "budget"
    eur: float | int

    def verify(self) -> None:
        """Refuse what is no sum of money."""
        if not 0 <= self.eur <= MOST_EUR:
            raise refusal("budget", f"0 to {MOST_EUR:.0f} EUR a year", repr(self.eur))


Change = Open | Stop | Close | Move | Posts | Hours | Offer | Budget
CHANGES: dict[str, type[Any]] = {
    one.kind: one for one in (Open, Stop, Close, Move, Posts, Hours, Offer, Budget)
}


def _verify_halves(given: float, size: float) -> None:
    if not (0 < size <= MOST_POSTS and (size / HALF).is_integer()):
        expected = f"a number of halves above 0, such as 0.5, at most {MOST_POSTS:g}"
        raise refusal("posts", expected, repr(given))


def _verify_hours(hours: float) -> None:
    if not 0 < hours <= WEEK_H:
        raise refusal("hours", f"above 0, at most {WEEK_H:g} h a week", repr(hours))


def _verify_point(lat: float, lon: float) -> None:
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise refusal(
            "place", "a point inside an IRIS of the build, in WGS 84 degrees", f"{lat}, {lon}"
        )


def _verify_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        expected = f"at most {LONGEST_NAME} characters on one line"
        raise refusal("name", expected, repr(name[: LONGEST_NAME + 1]))
