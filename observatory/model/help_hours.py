"""Hours a week in which a person can get human help with digital matters, by programme.

Each programme is counted by its own staff: a conseiller numérique placed in a France Services
counts as a conseiller numérique, and the France Services counts the agents its charter asks for;
the aidants of a place labelled France Services are taken for its agents and not counted again.
Hours of several programmes at one place add up. A counsellor who is also an aidant elsewhere, or
also one of the agents, is counted in both: no source tells who they are.

The low (high) figure takes every share at its low (high) bound, so it is an envelope, not an
interval of confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from observatory.errors import ContractError
from observatory.model.assumptions import Assumptions

COUNSELLORS = "Conseillers numériques"
FRANCE_SERVICES = "France Services"
AIDANTS = "Aidants Connect"
#: How the basis of a row begins where the place's own opening hours are not known.
ASSUMED = "opening hours not known, the charter's minimum taken"

#: Which value of a choice: the one in use, or one of its bounds.
End = Literal["value", "low", "high"]


@dataclass(frozen=True)
class Hours:
    """Hours of help a week, same index as what they were computed from.

    Attributes
    ----------
    central, low, high
        h/week with every share at its value, its low and its high bound.
    assumed
        Whether the place's own hours were unknown, and the charter's minimum stands for them.
    """

    central: pd.Series
    low: pd.Series
    high: pd.Series
    assumed: pd.Series


def counsellor_hours(posts: pd.Series, assumptions: Assumptions) -> Hours:
    """Give the hours of conseillers numériques: posts x contract hours x share with the public.

    Parameters
    ----------
    posts
        Posts by structure; missing stays missing.

    Raises
    ------
    ContractError
        A negative count.
    """
    counted = _counts(posts, "counsellor posts")
    return _envelope(lambda at: counted * _a_post(at), assumptions, counted)


def france_services_hours(open_h_per_week: pd.Series, assumptions: Assumptions) -> Hours:
    """Give the hours of France Services: opening hours x agents x share of digital help.

    Parameters
    ----------
    open_h_per_week
        Opening hours by place, h/week; where missing, the charter's minimum is taken and
        ``assumed`` is true.

    Raises
    ------
    ContractError
        Negative hours, or more than the 168 of a week.
    """
    opened = _counts(open_h_per_week, "opening hours", most=168.0)

    def hours(at: Reader) -> pd.Series:
        return opened.fillna(at("capacity.france_services.unknown_hours")) * _an_open_hour(at)

    found = _envelope(hours, assumptions, opened)
    return Hours(found.central, found.low, found.high, opened.isna())


def aidants_hours(aidants: pd.Series, assumptions: Assumptions) -> Hours:
    """Give the hours of Aidants Connect: aidants x hours a week each.

    Raises
    ------
    ContractError
        A negative count.
    """
    counted = _counts(aidants, "aidants")
    return _envelope(lambda at: counted * _an_aidant(at), assumptions, counted)


#: Reads a choice by its name: its value, or one of its bounds.
Reader = Callable[[str], float]


def _a_post(at: Reader) -> float:
    return at("capacity.counsellor.contract_h_per_week") * at("capacity.counsellor.public_share")


def _an_open_hour(at: Reader) -> float:
    names = ("agents", "digital_share")
    return float(np.prod([at(f"capacity.france_services.{name}") for name in names]))


def _an_aidant(at: Reader) -> float:
    return at("capacity.aidant.h_per_week")


def unit_hours(assumptions: Assumptions, end: End = "value") -> dict[str, float]:
    """Give the hours of help of one unit of each programme: a post, an opening hour, an aidant.

    Hours are proportional to them, so a row counted under some choices is carried to others by
    the ratio of two of these.
    """

    def at(name: str) -> float:
        return end_of(assumptions, name, end)

    return {
        COUNSELLORS: _a_post(at),
        FRANCE_SERVICES: _an_open_hour(at),
        AIDANTS: _an_aidant(at),
    }


def end_of(assumptions: Assumptions, name: str, end: End) -> float:
    """Give a choice's value or bound; a value moved beyond its bound is its own bound."""
    value, item = assumptions.number(name), assumptions[name]
    if end == "low":
        return value if item.low is None else min(item.low, value)
    if end == "high":
        return value if item.high is None else max(item.high, value)
    return value


def is_assumed(basis: pd.Series[Any]) -> Any:
    """Say of each row, by its basis, whether its opening hours are the charter's minimum."""
    return basis.astype("str").str.startswith(ASSUMED).to_numpy(dtype=bool)


def freshness_weight(age_months: pd.Series, assumptions: Assumptions) -> pd.Series:
    """Give the chance that a place's help is still there, by months since its last confirmation.

    1 up to 12 months, then the weight of stale places, beyond 24 months that of very stale ones
    (the limits are assumptions, and belong to the younger class); an unknown age has its own.
    """
    age = age_months.astype(float)
    weights = np.select(
        [
            age.isna(),
            age > assumptions.number("freshness.very_stale_months"),
            age > assumptions.number("freshness.stale_months"),
        ],
        [
            assumptions.number("freshness.weight_unknown"),
            assumptions.number("freshness.weight_very_stale"),
            assumptions.number("freshness.weight_stale"),
        ],
        default=1.0,
    )
    return pd.Series(weights, index=age.index, name="freshness_weight")


def _counts(values: pd.Series, what: str, most: float = np.inf) -> pd.Series:
    counted = values.astype(float)
    wrong = counted[(counted < 0) | (counted > most)]
    if len(wrong):
        raise ContractError(
            what,
            expected="numbers of 0 or more" + (f", at most {most:g}" if most < np.inf else ""),
            found=f"{wrong.iloc[0]:g} at {wrong.index[0]}",
            next_step="mend the number at its source",
        )
    return counted


def _envelope(
    hours: Callable[[Reader], pd.Series],
    assumptions: Assumptions,
    like: pd.Series,
) -> Hours:
    """Compute hours at the value, the low and the high bound of every choice they use."""
    return Hours(
        hours(assumptions.number),
        hours(lambda name: end_of(assumptions, name, "low")),
        hours(lambda name: end_of(assumptions, name, "high")),
        pd.Series(False, index=like.index),
    )
