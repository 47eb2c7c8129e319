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
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ContractError
from observatory.model.assumptions import Assumptions

FloatArray = NDArray[np.float64]

COUNSELLORS = "Conseillers numériques"
FRANCE_SERVICES = "France Services"
AIDANTS = "Aidants Connect"
#: Help that only a planner's own list knows.
OWN_PROGRAMME = "own"
PROGRAMMES = (COUNSELLORS, FRANCE_SERVICES, AIDANTS, OWN_PROGRAMME)
UNKNOWN_HOURS = "capacity.france_services.unknown_hours"


@dataclass(frozen=True)
class Observed:
    """What is observed of each row of help, as arrays: what a thousand draws ask for.

    Attributes
    ----------
    programme
        Number of the programme among :data:`PROGRAMMES`.
    units
        Posts or aidants; for a France Services its opening hours a week, missing where unknown;
        for one's own help without posts, hours a week.
    hourly
        Whether the units are hours of one person's help.
    counted
        0 where another row counts the same help already, else 1.
    ages
        Age of the information, months; missing where unknown.
    """

    programme: NDArray[np.intp]
    units: FloatArray
    hourly: NDArray[np.bool_]
    counted: FloatArray
    ages: FloatArray

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Observed:
        """Return the arrays of rows of help (columns as in ``tables.facts.SUPPLY``).

        Raises
        ------
        ContractError
            A negative count, or more opening hours than the 168 of a week.
        """
        units = rows["posts"].to_numpy(dtype=float)
        opened = rows["open_h_per_week"].to_numpy(dtype=float)
        _verify(units, "posts", np.inf)
        _verify(opened, "opening hours", 168.0)
        programme = pd.Index(PROGRAMMES).get_indexer(pd.Index(rows["programme"]))
        hourly = (programme == PROGRAMMES.index(OWN_PROGRAMME)) & np.isnan(units)
        opens = (programme == PROGRAMMES.index(FRANCE_SERVICES)) | hourly
        return cls(
            programme,
            np.where(opens, opened, units),
            hourly,
            1.0 - rows["counted_elsewhere"].to_numpy(dtype=float),
            rows["age_months"].to_numpy(dtype=float) if "age_months" in rows else units * np.nan,
        )

    def hours(self, assumptions: Assumptions) -> FloatArray:
        """Return the hours of help of each row as listed, h/week."""
        each = unit_hours(assumptions)
        service = self.programme == PROGRAMMES.index(FRANCE_SERVICES)
        unknown = service & np.isnan(self.units)
        units = np.where(unknown, assumptions.number(UNKNOWN_HOURS), self.units)
        unit = np.array([each[name] for name in PROGRAMMES])[self.programme]
        found: FloatArray = units * np.where(self.hourly, 1.0, unit)
        return found * self.counted


def hours_of(rows: pd.DataFrame, assumptions: Assumptions) -> FloatArray:
    """Return the hours of help of each row as listed, h/week.

    Parameters
    ----------
    rows
        ``programme``, ``posts`` (counsellors' posts or aidants), ``open_h_per_week`` (of a France
        Services; where missing, the charter's minimum is taken; of one's own help without posts)
        and ``counted_elsewhere`` (rows that another row already counts give no hours), as in
        ``tables.facts.SUPPLY``.

    Raises
    ------
    ContractError
        A negative count, or more opening hours than the 168 of a week.
    """
    return Observed.of(rows).hours(assumptions)


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


def unit_hours(assumptions: Assumptions) -> dict[str, float]:
    """Return the hours of one unit of each programme: a post, an opening hour, an aidant."""

    def at(name: str) -> float:
        return assumptions.number(f"capacity.{name}")

    return {
        COUNSELLORS: at("counsellor.contract_h_per_week") * at("counsellor.public_share"),
        FRANCE_SERVICES: at("france_services.agents") * at("france_services.digital_share"),
        AIDANTS: at("aidant.h_per_week") * (1 - at("aidant.counted_twice")),
        OWN_PROGRAMME: at("counsellor.contract_h_per_week") * at("counsellor.public_share"),
    }


def freshness_weight(age_months: ArrayLike, assumptions: Assumptions) -> FloatArray:
    """Return the chance that a place's help is still there, by months since its confirmation.

    1 up to 12 months, then the weight of stale places, beyond 24 months that of very stale ones
    (the limits are assumptions, and belong to the younger class); an unknown age has its own.
    """
    age = np.asarray(age_months, dtype=float)
    number = assumptions.number
    known = np.where(
        age > number("freshness.very_stale_months"),
        number("freshness.weight_very_stale"),
        np.where(age > number("freshness.stale_months"), number("freshness.weight_stale"), 1.0),
    )
    return np.where(np.isnan(age), number("freshness.weight_unknown"), known)


def _verify(values: FloatArray, what: str, most: float) -> None:
    wrong = np.flatnonzero((values < 0) | (values > most))
    if len(wrong):
        raise ContractError(
            what,
            expected="numbers of 0 or more" + (f", at most {most:g}" if most < np.inf else ""),
            found=f"{values[wrong[0]]:g} in row {wrong[0]}",
            next_step="mend the number at its source",
        )
