"""Hours a week in which a person can get human help with digital matters, by programme.

Each programme is counted by its own staff: a conseiller numérique placed in a France Services
counts as a conseiller numérique, and the France Services counts the agents its charter asks for;
the aidants of a place labelled France Services are taken for its agents and not counted again.
Hours of several programmes at one place add up. A counsellor who is also an aidant elsewhere, or
also one of the agents, is counted in both: no source tells who they are::

    conseillers numériques   posts x contract hours x share with the public
    France Services          opening hours x agents x share of digital help
    Aidants Connect          aidants x hours a week each
    a planner's own          posts as a counsellor's; or hours a week in which one person helps

The low (high) figure takes every share at its low (high) bound, so it is an envelope, not an
interval of confidence.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.errors import ContractError
from observatory.model.assumptions import Assumptions

FloatArray = NDArray[np.float64]

COUNSELLORS = "Conseillers numériques"
FRANCE_SERVICES = "France Services"
AIDANTS = "Aidants Connect"
#: Help that only a planner's own list knows.
OWN_PROGRAMME = "own"
UNKNOWN_HOURS = "capacity.france_services.unknown_hours"

#: Which value of an assumption: the one in use, or one of its bounds.
End = Literal["value", "low", "high"]


def hours_of(rows: pd.DataFrame, assumptions: Assumptions, end: End = "value") -> FloatArray:
    """Return the hours of help of each row, h/week.

    Parameters
    ----------
    rows
        ``programme``, ``posts`` (counsellors' posts or aidants), ``open_h_per_week`` (of a France
        Services; where missing, the charter's minimum is taken; of one's own help without posts)
        and ``counted_elsewhere`` (rows that another row already counts give no hours), as in
        ``tables.facts.SUPPLY``.
    end
        Take every assumption at its value, its low bound or its high bound.

    Raises
    ------
    ContractError
        A negative count, or more opening hours than the 168 of a week.
    """
    units = rows["posts"].to_numpy(dtype=float)
    opened = rows["open_h_per_week"].to_numpy(dtype=float)
    _verify(units, "posts", np.inf)
    _verify(opened, "opening hours", 168.0)
    service = (rows["programme"] == FRANCE_SERVICES).to_numpy()
    charter = end_of(assumptions, UNKNOWN_HOURS, end)
    counted = np.where(service, np.where(np.isnan(opened), charter, opened), units)
    units_h = unit_hours(assumptions, end)
    each = rows["programme"].map(units_h).to_numpy(dtype=float)
    by_hours = (rows["programme"] == OWN_PROGRAMME).to_numpy() & np.isnan(units)
    counted, each = np.where(by_hours, opened, counted), np.where(by_hours, 1.0, each)
    return np.where(rows["counted_elsewhere"].to_numpy(dtype=bool), 0.0, counted * each)


def basis_of(rows: pd.DataFrame) -> NDArray[np.object_]:
    """Return what the hours of each row are counted from, a code of ``place_facts.BASES``."""
    service, aidants = rows["programme"] == FRANCE_SERVICES, rows["programme"] == AIDANTS
    cases = {
        "counted_elsewhere": rows["counted_elsewhere"].astype(bool),
        "own": rows["programme"] == OWN_PROGRAMME,
        "charter_minimum": service & rows["open_h_per_week"].isna(),
        "opening_hours": service,
        "aidants": aidants,
    }
    found = np.select([case.to_numpy() for case in cases.values()], list(cases), "posts")
    return found.astype(object)


def unit_hours(assumptions: Assumptions, end: End = "value") -> dict[str, float]:
    """Return the hours of one unit of each programme: a post, an opening hour, an aidant."""

    def at(name: str) -> float:
        return end_of(assumptions, f"capacity.{name}", end)

    return {
        COUNSELLORS: at("counsellor.contract_h_per_week") * at("counsellor.public_share"),
        FRANCE_SERVICES: at("france_services.agents") * at("france_services.digital_share"),
        AIDANTS: at("aidant.h_per_week"),
        OWN_PROGRAMME: at("counsellor.contract_h_per_week") * at("counsellor.public_share"),
    }


def end_of(assumptions: Assumptions, name: str, end: End) -> float:
    """Return an assumption's value or bound; a value moved beyond its bound is its own bound."""
    value, item = assumptions.number(name), assumptions[name]
    if end == "low":
        return value if item.low is None else min(item.low, value)
    if end == "high":
        return value if item.high is None else max(item.high, value)
    return value


def freshness_weight(age_months: pd.Series, assumptions: Assumptions) -> pd.Series:
    """Return the chance that a place's help is still there, by months since its confirmation.

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


def _verify(values: FloatArray, what: str, most: float) -> None:
    wrong = np.flatnonzero((values < 0) | (values > most))
    if len(wrong):
        raise ContractError(
            what,
            expected="numbers of 0 or more" + (f", at most {most:g}" if most < np.inf else ""),
            found=f"{values[wrong[0]]:g} in row {wrong[0]}",
            next_step="mend the number at its source",
        )
