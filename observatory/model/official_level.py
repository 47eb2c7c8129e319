"""Carry need to the levels that INSEE gives for a département and the région, on the logit scale.

INSEE publishes a share of people in difficulty by région and, for some, by département (2019). The
national rates by profile do not know what else sets a place apart: language, schooling abroad,
housing. One shift ``s``, the same for every profile and every zone, makes the residents aged 15
and over of a département come to the published share::

    sum over zones z and profiles k of n(z, k) expit(logit p(k) + s) = level x residents

The communes of the région outside the départements with a level of their own have one shift
together: the one for which the région comes to its level, these départements being at theirs. It
is solved over the communes of the whole région whose residents by age are known; the others are
taken at the same rate.

The order of zones hardly moves. A build that holds a part of a département with a level keeps the
national rates there (``whole_departement`` of the communes says which); one without the communes
of the région keeps them around.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from observatory.errors import ChoiceError
from observatory.geo.territories import leveled_region, levels, region_level
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import FloatArray
from observatory.model.profiles import Profiles, Residents, profiles
from observatory.model.shifts import solve_shifts

#: The rows of each département that is there as a whole.
Whole = Mapping[str, NDArray[np.intp]]


@dataclass(frozen=True)
class Region:
    """The région, by commune whose residents by age are known.

    Attributes
    ----------
    residents
        Residents of each of these communes.
    departement
        Code of its département.
    unknown
        Residents outside the départements with a level, over those of them that are known.
    unknown_apart
        The same in each département with a level of its own; 1 where it is not given.
    """

    residents: Residents
    departement: NDArray[np.str_]
    unknown: float = 1.0
    unknown_apart: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def rest(self) -> Residents:
        """The communes outside the départements with a level of their own."""
        return self.residents.at(~np.isin(self.departement, list(levels())))

    @cached_property
    def level(self) -> str:
        """The assumption that holds its level."""
        found = region_level(str(self.departement[0]))
        return "" if found is None else found.assumption

    @cached_property
    def levels(self) -> Mapping[str, str]:
        """Its départements with a level of their own, with the assumption that holds it."""
        mine = leveled_region(str(self.departement[0]))
        return {code: name for code, name in levels().items() if code in mine}

    @cached_property
    def apart(self) -> Mapping[str, float]:
        """Residents of each département with a level of its own."""
        adults = self.residents.bands.sum(axis=1)
        return {
            code: float(adults[self.departement == code].sum()) * self.unknown_apart.get(code, 1.0)
            for code in self.levels
        }

    @property
    def known(self) -> float:
        """The share of the région's residents who live in these communes."""
        whole = self.rest.bands.sum() * self.unknown + sum(self.apart.values())
        return float(self.residents.bands.sum() / whole)

    def share(self, apart: Mapping[str, float], rest: float) -> float:
        """Return the share of the région from those of its parts."""
        weight = self.rest.bands.sum() * self.unknown
        people = sum(self.apart[code] * apart[code] for code in self.apart) + weight * rest
        return float(people / (weight + sum(self.apart.values())))

    def left(self, assumptions: Assumptions) -> float:
        """Return the share that is left outside the départements with a level of their own.

        Raises
        ------
        ChoiceError
            The levels assumed leave fewer than nobody, or more than everybody.
        """
        whole = official(assumptions, self.level)
        apart = {code: official(assumptions, name) for code, name in self.levels.items()}
        of_rest, none = self.share(dict.fromkeys(apart, 0.0), 1.0), self.share(apart, 0.0)
        share = (whole - none) / of_rest
        if not 0 < share < 1:
            raise ChoiceError(
                f"assumption {self.level}",
                expected="a share that the départements with a level of their own leave room for",
                found=f"{100 * share:g} % left for the others",
                next_step=f"choose {self.level} nearer to " + ", ".join(self.levels.values()),
            )
        return share

    def shift(self, assumptions: Assumptions) -> float:
        """Return the logit shift of the communes outside the départements with a level."""
        found = profiles(self.rest, assumptions)
        return _shift(found.people, found.rate, self.left(assumptions))


@dataclass(frozen=True)
class Official:
    """What is carried to official levels among some zones.

    Attributes
    ----------
    whole
        The rows of each département that is there as a whole.
    around
        The rows of the région outside the départements with a level of their own.
    region
        The région; ``None`` where its communes are not known, and these rows keep national rates.
    """

    whole: Whole = field(default_factory=dict)
    around: NDArray[np.intp] = field(default_factory=lambda: np.array([], dtype=np.intp))
    region: Region | None = None

    @property
    def rest(self) -> Residents | None:
        """The communes that the shift of the région is solved over; ``None`` without any use."""
        return self.region.rest if self.region is not None and len(self.around) else None


#: Nothing is carried to an official level.
NOTHING = Official()


def need_at_level(found: Profiles, known: Official, assumptions: Assumptions) -> FloatArray:
    """Return the people in difficulty of each zone, carried to the official levels.

    Parameters
    ----------
    found
        The zones by profile, and after them those of ``known.rest``.
    known
        What is carried to which level; all else keeps national rates.
    """
    need: FloatArray = found.people @ found.rate
    for rows, shift in shifts(found, known, assumptions):
        need[rows] = found.people[rows] @ expit(logit(found.rate) + shift)
    return need


def shifts(
    found: Profiles, known: Official, assumptions: Assumptions
) -> Iterator[tuple[NDArray[np.intp], float]]:
    """Yield rows that are carried to an official level, and their logit shift.

    Parameters
    ----------
    found
        The zones by profile, and after them those of ``known.rest``.
    """
    for departement, shift in level_shifts(found, known.whole, assumptions).items():
        yield known.whole[departement], shift
    if known.region is not None and known.rest is not None:
        rest = found.people[-len(known.rest.bands) :]
        yield known.around, _shift(rest, found.rate, known.region.left(assumptions))


def level_shifts(found: Profiles, whole: Whole, assumptions: Assumptions) -> dict[str, float]:
    """Return the logit shift of each whole département that has an official level."""
    return {
        departement: _shift(
            found.people[whole[departement]], found.rate, official(assumptions, name)
        )
        for departement, name in levels().items()
        if departement in whole
    }


def _shift(people: FloatArray, rate: FloatArray, level: float) -> float:
    total = people.sum(axis=0)[None, :]
    return float(solve_shifts(total, logit(rate), np.array([level]))[0])


def official(assumptions: Assumptions, name: str) -> float:
    """Return an official level, a share of one.

    Raises
    ------
    ChoiceError
        It is of nobody or of everybody.
    """
    share = assumptions.number(name) / 100
    if not 0 < share < 1:
        raise ChoiceError(
            f"assumption {name}",
            expected="a share above 0 and below 100 %",
            found=f"{100 * share:g}",
            next_step="choose the share that INSEE publishes, or one near it",
        )
    return share
