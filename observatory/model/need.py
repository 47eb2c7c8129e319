"""People in digital difficulty (illectronisme) by zone: the central estimate and three others.

The model works on people, in cells of age band ``a`` (15-44, 45-59, 60-74, 75 and over) and
living-standard group ``g`` (two lowest quintiles, two middle ones, the highest)::

    logit p(a, g) = alpha(a) + beta(g)          beta(middle) = 0

The six unknowns are those for which the national margins come back: the four rates by age (INSEE
TIC-ménages 2019, Insee Première 1780), and the rates of the lowest two quintiles and of the
highest one (2021, Insee Première 1953), carried from the level of 2021 to that of the age rates
on the logit scale. A zone differs from the nation by its ages and by its poverty: its groups are
the national ones shifted on the logit scale as poverty is (proportional odds)::

    logit F(z, quintile) = logit F(nation, quintile) + logit(pi(z)) - logit(pi(nation))
    need_age(z)     = sum over a of n(z, a) r(a)
    need_poverty(z) = sum over a, g of n(z, a) w(z, g) p(a, g)

where ``pi(z)`` is that of the age, in the zone and in the nation, if the commune's is published by
age (:mod:`observatory.model.poverty_by_age`). Hence a zone at the national profile has the national
rate, and more poverty never lowers need.
``need_diploma`` adds a term for people without the baccalauréat; see
:func:`~observatory.model.calibration.calibrate`. These three have the national rates.

``need_persons``, the central estimate, is by age, poverty and diploma where all are known (else by
age and poverty, else by age), carried to INSEE's level of the département, or of the région
(:mod:`observatory.model.official_level`).
Assumed, not measured: in the nation, living standard independent of age.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError, ColumnsError, ContractError
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import (
    BANDS,
    Calibration,
    FloatArray,
    Margins,
    calibrate,
    group_shares,
    margins,
    poverty_rate,
)
from observatory.model.official_level import NOTHING, Official, need_at_level
from observatory.model.poverty_by_age import of_communes, of_zones
from observatory.model.profiles import Residents, by_lack, profiles
from observatory.model.spread import spread_diploma, spread_poverty

__all__ = [
    "AGES",
    "BANDS",
    "ESTIMATES",
    "Calibration",
    "Margins",
    "Official",
    "Residents",
    "by_band",
    "calibrate",
    "central",
    "estimate",
    "group_shares",
    "margins",
    "noise",
    "poverty_rate",
    "residents",
    "spread_diploma",
    "spread_poverty",
    "weak_skills",
]

AGES = ("pop_0_14", *(name for names in BANDS.values() for name in names))
ESTIMATES = ("need_age", "need_poverty", "need_diploma")


def estimate(
    zones: pd.DataFrame, assumptions: Assumptions, official: Official = NOTHING
) -> pd.DataFrame:
    """Estimate the people in digital difficulty of each zone.

    Parameters
    ----------
    zones
        One row a zone: residents by age (``pop_0_14`` ... ``pop_75p``, persons),
        ``poverty_pct`` on disposable income (may be NaN) and ``low_diploma_pct``, the share of
        people aged 15 and over without the baccalauréat (may be NaN). With a column
        ``population_factor`` the residents are multiplied by it; with those of
        :mod:`observatory.model.poverty_by_age`, poverty acts by age.
    assumptions
        The ``need`` assumptions.
    official
        What is carried to an official level; nothing by default.

    Returns
    -------
    DataFrame
        ``need_age``, ``need_poverty``, ``need_diploma``, ``need_persons`` and
        ``weak_skills_persons`` (persons), same index. ``need_poverty`` is NaN without a poverty
        rate, ``need_diploma`` without both; these have the national rates. ``need_persons`` is the
        fullest of the three that is known, at the official level. ``weak_skills_persons`` are
        other people (:func:`weak_skills`). A zone where nobody lives has zeros.

    Raises
    ------
    ColumnsError
        A column is not there.
    ContractError
        An age count is missing or negative, or a share is not between 0 and 100.
    """
    _verify(zones)
    fitted = calibrate(assumptions)
    known = residents(zones)
    people = known.bands
    empty = people.sum(axis=1) == 0
    by_group = known.grouped(fitted.margins)
    by_poverty = (by_group * fitted.rate).sum(axis=(1, 2))
    lack = by_lack(by_group, known.diploma_pct / 100, fitted.diploma_logit)
    by_diploma = (lack * fitted.diploma_rate).sum(axis=(1, 2, 3))
    carried = central(known, assumptions, official)
    return pd.DataFrame(
        {
            "need_age": people @ np.array(fitted.margins.age_rate),
            "need_poverty": np.where(empty, 0.0, by_poverty),
            "need_diploma": np.where(empty, 0.0, by_diploma),
            "need_persons": carried,
            "weak_skills_persons": weak_skills(people.sum(axis=1), carried, assumptions),
        },
        index=zones.index,
    )


def residents(zones: pd.DataFrame) -> Residents:
    """Return the residents of a table of zones, and what is known of them."""
    people, poverty = by_band(zones), zones["poverty_pct"].to_numpy(dtype=float)
    by_age = of_zones(people, poverty, of_communes(zones))
    return Residents(people, poverty, zones["low_diploma_pct"].to_numpy(dtype=float), by_age)


def by_band(zones: pd.DataFrame) -> FloatArray:
    """Return the residents aged 15 and over by band of the survey, shape (zones, 4).

    With a column ``population_factor`` they are multiplied by it: the census at hand is carried
    to the latest population.
    """
    people = np.stack(
        [zones[list(names)].to_numpy(dtype=float).sum(axis=1) for names in BANDS.values()], axis=1
    )
    if "population_factor" not in zones:
        return people
    return np.asarray(people * zones["population_factor"].to_numpy(dtype=float)[:, None])


def central(known: Residents, assumptions: Assumptions, official: Official = NOTHING) -> FloatArray:
    """Return ``need_persons`` alone, from arrays: what a thousand draws ask for, without tables."""
    rest = official.rest
    found = profiles(known if rest is None else known.beside(rest), assumptions)
    return need_at_level(found, official, assumptions)[: len(known.bands)]


def weak_skills(adults: FloatArray, need: FloatArray, assumptions: Assumptions) -> FloatArray:
    """Return the people who use the Internet and lack some of the basic skills, never in need.

    The national share of those who are not in digital difficulty, the same everywhere: no local
    figure tells more. They are a second circle of people, beside need and never added to it.

    Parameters
    ----------
    adults
        Residents aged 15 and over.
    need
        People in digital difficulty among them.
    """
    return (adults - need) * assumptions.number("need.weak_skills_pct") / 100


def _verify(zones: pd.DataFrame) -> None:
    wanted = [*AGES, "poverty_pct", "low_diploma_pct"]
    missing = [name for name in wanted if name not in zones.columns]
    if missing:
        raise ColumnsError(
            "zones to estimate need for",
            expected="columns " + ", ".join(wanted),
            found="no " + ", ".join(missing),
            next_step="give the residents by age, poverty and diploma; NaN where not known",
        )
    ages = zones[list(AGES)].to_numpy(dtype=float)
    if not np.all(ages >= 0):
        raise ContractError(
            "residents by age",
            expected="counts of 0 or more, none missing",
            found=f"{int((~(ages >= 0)).sum())} missing or negative",
            next_step="estimate or set aside the zones without ages first",
        )
    for name in ("poverty_pct", "low_diploma_pct"):
        values = zones[name].astype(float)
        if not values.dropna().between(0, 100).all():
            raise ContractError(
                name,
                expected="a share between 0 and 100, or missing",
                found=f"{values.min():g} to {values.max():g}",
                next_step="mend the share at its source",
            )


def noise(count: pd.Series[Any], assumptions: Assumptions) -> pd.Series[Any]:
    """Return the half-width of the census's sampling interval of a count of people."""
    variance = sampling_variance(assumptions)
    return assumptions.number("need.census.z") * (variance * count) ** 0.5


def sampling_variance(assumptions: Assumptions) -> float:
    """Return the variance of a count of people over the count: ``deff (1 - f) / f``.

    Raises
    ------
    ChoiceError
        The census asks nobody.
    """
    fraction = assumptions.number("need.census.fraction")
    if not fraction > 0:
        raise ChoiceError(
            "assumption need.census.fraction",
            expected="a share above 0 of the dwellings",
            found=f"{fraction:g}",
            next_step="choose a share up to 1, which asks everybody",
        )
    return assumptions.number("need.census.deff") * (1 - fraction) / fraction
