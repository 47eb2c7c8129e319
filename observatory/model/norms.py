"""The norms: what the help within reach is set against, one question each.

==============  ==================================================================  ==============
norm            the question                                                        gives
==============  ==================================================================  ==============
``france``      Do people in difficulty here have within reach what they have on    hours missing
                average in the country?
``promise``     What would the posts promised to the département give, spread by    hours missing
                need over it?
``service``     What would so many hours of help a year for each person take?       hours missing
a number        A standard of one's own, h/week per 100 people in need.             hours missing
``share``       How unevenly is the help of the territory shared?                   hours to move
``departement`` The same, over the département.                                     hours to move
==============  ==================================================================  ==============

The help of the country is counted by the same assumptions as the help of a place, so that an
error in one of them moves both sides. Only the first four stand still when the help of the
territory changes; under the others nothing is "missing", and no post can be counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import margins
from observatory.model.help_hours import (
    AIDANTS,
    COUNSELLORS,
    FRANCE_SERVICES,
    freshness_weight,
    unit_hours,
)
from observatory.tables.national_facts import COUNTRY

Norm = Literal["france", "promise", "service", "number", "share", "departement"]
#: Norms that stand still: what lacks to them is missing.
FIXED: tuple[Norm, ...] = ("france", "promise", "service", "number")
#: Means of the help that there is: what lacks to them is to move.
SHARES: tuple[Norm, ...] = ("share", "departement")
#: The norms with a name.
NAMED: tuple[Norm, ...] = ("france", "promise", "service", *SHARES)
#: An earlier name -> the norm.
EARLIER: dict[str, Norm] = {"ept": "share"}
#: Programme -> the total of the country that counts it.
_UNITS = {
    COUNSELLORS: "counsellor_posts",
    FRANCE_SERVICES: "france_services_hours",
    AIDANTS: "aidants",
}
_EXPECTED = "france, promise, service, share, departement, or a number of hours a week per 100 "


def norm_of(asked: str) -> Norm:
    """Return which norm a text asks for; a number is ``number``.

    Raises
    ------
    ChoiceError
        Neither a name nor a number of 0 or more.
    """
    name = EARLIER.get(asked, asked)
    for known in NAMED:
        if name == known:
            return known
    number(asked)
    return "number"


def number(asked: str | float) -> float:
    """Read a norm given as hours a week per 100 people in need (decimal comma allowed).

    Raises
    ------
    ChoiceError
        No finite number of 0 or more.
    """
    try:
        value = float(str(asked).replace(",", "."))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise ChoiceError(
            "assumption gap.norm",
            expected=_EXPECTED + "people in need",
            found=repr(asked),
            next_step="choose one of them",
        )
    return value


def mean(need: ArrayLike, access_h_per_100: ArrayLike) -> float:
    """Return the mean access over need, h/week per 100 people in need.

    Raises
    ------
    ChoiceError
        Nobody is in need, so that no mean exists.
    """
    people = np.asarray(need, dtype=float)
    if not people.sum() > 0:
        raise ChoiceError(
            "assumption gap.norm",
            expected="an area where some people are in need",
            found="none",
            next_step="choose a norm that is no mean, such as france",
        )
    reached = np.where(people > 0, np.asarray(access_h_per_100, dtype=float), 0.0)
    return float(people @ reached / people.sum())


@dataclass(frozen=True)
class Total:
    """A total of the country or a promise: how many, and how old (months)."""

    quantity: float
    age_months: float


#: Item and area -> its total.
Totals = Mapping[tuple[str, str], Total]


def totals(national: pd.DataFrame) -> Totals:
    """Return the rows of ``tables.national_facts.NATIONAL`` by item and area."""
    return {
        (str(row["item"]), str(row["area"])): Total(row["quantity"], row["age_months"])
        for row in national.to_dict("records")
    }


def france(known: Totals, assumptions: Assumptions) -> float:
    """Return the help of the country, h/week per 100 people in digital difficulty.

    Posts, opening hours and aidants are turned into hours by the assumptions that count the help
    of a place, and weighed by the same chance that help listed on that day still stands; aidants
    of France Services are its agents, counted there. People in difficulty are the residents aged
    15 and over times the national rate (``need.age_rate_pct``).

    Raises
    ------
    ChoiceError
        A total is not in the build.
    """
    items = [_total(known, item) for item in _UNITS.values()]
    units = np.array([item.quantity for item in items])
    agents = _total(known, "aidants_in_france_services").quantity
    units[list(_UNITS).index(AIDANTS)] -= agents
    each = unit_hours(assumptions)
    stands = freshness_weight([item.age_months for item in items], assumptions)
    hours = float((units * stands) @ np.array([each[programme] for programme in _UNITS]))
    residents = _total(known, "residents_15p").quantity
    return 100 * hours / (residents * margins(assumptions).rate)


def promise(known: Totals, assumptions: Assumptions, area: str, people: float) -> float:
    """Return what the posts promised to a département give its people in need, spread by need.

    Parameters
    ----------
    area
        The département.
    people
        Its people in digital difficulty.

    Raises
    ------
    ChoiceError
        No promise to it is known.
    """
    posts = _total(known, "promised_posts", area).quantity
    return 100 * posts * unit_hours(assumptions)[COUNSELLORS] / people


def service(assumptions: Assumptions) -> float:
    """Return the hours a week per 100 people that so many hours a year for each of them take."""
    hours = assumptions.number("gap.service_h_per_year")
    return 100 * hours / assumptions.number("gap.open_weeks_per_year")


def refuse_share(norm: Norm, what: str) -> None:
    """Refuse to count posts or costs, or to hold a norm, where the norm is a share.

    Raises
    ------
    ChoiceError
        The norm moves with the help there is.
    """
    if norm in SHARES:
        raise ChoiceError(
            what,
            expected="a norm that stands still: france, promise, service or a number",
            found=f"{norm}, a share of the help there is: its hours are to move, not missing",
            next_step="choose another norm, such as gap.norm=france",
        )


def _total(known: Totals, item: str, area: str = COUNTRY) -> Total:
    if (item, area) not in known:
        raise ChoiceError(
            "assumption gap.norm",
            expected="a norm whose totals are in the build: "
            + ", ".join(f"{name} of {where}" for name, where in sorted(known)),
            found=f"no {item} of {area}",
            next_step="choose another norm, or add it to data/territories and build again",
        )
    return known[item, area]
