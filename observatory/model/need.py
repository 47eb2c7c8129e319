"""People in digital difficulty (illectronisme) by zone: three estimates and their interval.

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

Hence a zone at the national profile has the national rate, and more poverty never lowers need.
``need_diploma`` adds a term for people without the baccalauréat; see
:func:`~observatory.model.calibration.calibrate`.
Assumed, not measured: living standard independent of age, and one poverty rate for all ages.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

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

__all__ = [
    "AGES",
    "BANDS",
    "ESTIMATES",
    "Calibration",
    "Margins",
    "by_band",
    "calibrate",
    "central",
    "estimate",
    "group_shares",
    "interval",
    "margins",
    "noise",
    "poverty_rate",
    "spread_poverty",
]

AGES = ("pop_0_14", *(name for names in BANDS.values() for name in names))
ESTIMATES = ("need_age", "need_poverty", "need_diploma")
#: Declared or shifted rates are held this far from 0 and 1, where a logit does not exist.
_EDGE = 0.005


def estimate(zones: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Estimate the people in digital difficulty of each zone.

    Parameters
    ----------
    zones
        One row a zone: residents by age (``pop_0_14`` ... ``pop_75p``, persons),
        ``poverty_pct`` on disposable income (may be NaN) and ``low_diploma_pct``, the share of
        people aged 15 and over without the baccalauréat (may be NaN). With a column ``commune``
        that share holds for the commune as a whole, not for each zone of it.
    assumptions
        The ``need`` assumptions.

    Returns
    -------
    DataFrame
        ``need_age``, ``need_poverty``, ``need_diploma``, ``need_persons``, ``need_low``,
        ``need_high`` (persons), same index. ``need_poverty`` is NaN without a poverty rate,
        ``need_diploma`` without both; ``need_persons`` is ``need_poverty``, else ``need_age``.
        A zone where nobody lives has zeros.

    Raises
    ------
    ColumnsError
        A column is not there.
    ContractError
        An age count is missing or negative, or a share is not between 0 and 100.
    """
    _verify(zones)
    fitted = calibrate(assumptions)
    people = by_band(zones)
    poverty = zones["poverty_pct"].to_numpy(dtype=float)
    shares = group_shares(poverty, fitted.margins)
    empty = people.sum(axis=1) == 0
    by_age = people @ np.array(fitted.margins.age_rate)
    by_poverty = np.where(empty, 0.0, _by_poverty(people, poverty, fitted.margins))
    by_diploma = np.where(empty, 0.0, _by_diploma(zones, people, shares, fitted))
    found = pd.DataFrame(
        {
            "need_age": by_age,
            "need_poverty": by_poverty,
            "need_diploma": by_diploma,
            "need_persons": np.where(np.isnan(by_poverty), by_age, by_poverty),
        },
        index=zones.index,
    )
    ends = interval(found.assign(population=people.sum(axis=1)), assumptions)
    # By position: a join would multiply the rows of an index that repeats itself.
    return pd.concat([found, ends], axis=1)


def by_band(zones: pd.DataFrame) -> FloatArray:
    """Return the residents aged 15 and over by band of the survey, shape (zones, 4)."""
    return np.stack(
        [zones[list(names)].to_numpy(dtype=float).sum(axis=1) for names in BANDS.values()], axis=1
    )


def central(people: FloatArray, poverty_pct: FloatArray, assumptions: Assumptions) -> FloatArray:
    """Return ``need_persons`` alone, from arrays: what a thousand draws ask for, without tables.

    Parameters
    ----------
    people
        As :func:`by_band` gives them.
    poverty_pct
        Poverty by zone, NaN where not known (age alone counts there).
    """
    known = margins(assumptions)
    found = _by_poverty(people, poverty_pct, known)
    return np.where(np.isnan(found), people @ np.array(known.age_rate), found)


def _by_poverty(people: FloatArray, poverty_pct: FloatArray, known: Margins) -> FloatArray:
    rates = group_shares(poverty_pct, known) @ poverty_rate(known).T
    total: FloatArray = (people * rates).sum(axis=1)
    return total


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


def _by_diploma(
    zones: pd.DataFrame, people: FloatArray, shares: FloatArray, fitted: Calibration
) -> FloatArray:
    """Return ``need_diploma``: a zone's lack of diplomas shifts the national one on the logit.

    One shift for each commune (or zone), such that its people lack the baccalauréat as published.
    """
    missing = zones["low_diploma_pct"].to_numpy(dtype=float) / 100
    known = ~np.isnan(missing) & ~np.isnan(shares).any(axis=1)
    kept = np.where(known[:, None, None], people[:, :, None] * shares[:, None, :], 0.0)
    keys: Any = zones["commune"].to_numpy() if "commune" in zones else np.arange(len(zones))
    group, names = pd.factorize(keys)
    cells = np.zeros((len(names), *kept.shape[1:]))
    np.add.at(cells, group, kept)
    total = kept.sum(axis=(1, 2))
    count = np.bincount(group, weights=total, minlength=len(names))
    wanted = np.bincount(
        group, weights=total * np.where(known, missing, 0.0), minlength=len(names)
    ) / np.where(count > 0, count, 1.0)
    shift = _shift(cells, wanted, fitted.diploma_logit)[group]
    without = expit(fitted.diploma_logit[None, :, :] + shift[:, None, None])
    rate = fitted.diploma_rate
    chance = (1 - without) * rate[:, :, 0] + without * rate[:, :, 1]
    return np.where(known, (kept * chance).sum(axis=(1, 2)), np.nan)


def _shift(cells: FloatArray, wanted: FloatArray, level: FloatArray) -> FloatArray:
    """Solve, for each group of cells, the logit shift that gives the share wanted (bisection)."""
    total = cells.sum(axis=(1, 2))
    low, high = np.full(len(cells), -30.0), np.full(len(cells), 30.0)
    for _ in range(60):
        middle = (low + high) / 2
        found = (cells * expit(level[None] + middle[:, None, None])).sum(axis=(1, 2))
        short = found < wanted * total
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(total > 0, (low + high) / 2, 0.0)


def interval(
    estimates: pd.DataFrame,
    assumptions: Assumptions,
    by: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Return the interval of need: the range of the estimates, widened by the census's noise.

    The census asks a share ``f`` of dwellings, so a count ``n`` has a standard deviation of about
    ``sqrt(deff n (1 - f) / f)``; the people in difficulty are taken as such a count. The lowest
    estimate less ``z`` such deviations is the low end, the highest plus as many the high end: the
    spread between models is no random error, so the two add up instead of combining in quadrature.

    Parameters
    ----------
    estimates
        ``need_age``, ``need_poverty``, ``need_diploma``, ``need_persons``; those that are NaN
        count for nothing. With ``population``, the high end stays within it.
    by
        The larger zone of each row. The estimates are then summed first, since variances add: a
        commune's interval is narrower than the sum of its IRIS's. An estimate unknown in one
        part is unknown in the whole.

    Returns
    -------
    DataFrame
        ``need_low`` and ``need_high``, persons, by row or by larger zone.
    """
    known = [*ESTIMATES, "need_persons", *(n for n in ("population",) if n in estimates)]
    if by is not None:
        estimates = estimates[known].groupby(by).sum(skipna=False)
    least = estimates[[*ESTIMATES, "need_persons"]].min(axis=1)
    most = estimates[[*ESTIMATES, "need_persons"]].max(axis=1)
    high = most + noise(most, assumptions)
    if "population" in estimates:
        high = high.clip(upper=estimates["population"]).clip(lower=most)
    low = (least - noise(least, assumptions)).clip(lower=0.0)
    return pd.DataFrame({"need_low": low, "need_high": high})


def noise(count: pd.Series[Any], assumptions: Assumptions) -> pd.Series[Any]:
    """Return the half-width of the census's sampling interval of a count of people."""
    fraction = assumptions.number("need.census.fraction")
    if not fraction > 0:
        raise ChoiceError(
            "assumption need.census.fraction",
            expected="a share above 0 of the dwellings",
            found=f"{fraction:g}",
            next_step="choose a share up to 1, which asks everybody",
        )
    variance = assumptions.number("need.census.deff") * (1 - fraction) / fraction
    return assumptions.number("need.census.z") * (variance * count) ** 0.5


def spread_poverty(iris: pd.DataFrame, contrast: float = 1.0) -> pd.Series[Any]:
    """Spread each commune's disposable poverty over its IRIS along their declared poverty.

    An assumption, not a measure: ``logit(disposable) = contrast x logit(declared) + c``, with the
    ``c`` of each commune solved so that the mean over its residents is the commune's rate. IRIS
    without a declared rate have the commune's rate.

    Parameters
    ----------
    iris
        One row an IRIS: ``commune``, ``population``, ``poverty_declared_pct`` (may be NaN),
        ``poverty_disposable_pct`` (the commune's, repeated; may be NaN).
    contrast
        Slope on the logit scale (assumption ``need.iris_poverty``); 0 gives all IRIS of a commune
        the same rate.

    Returns
    -------
    Series
        ``poverty_pct`` on the index of ``iris``; NaN where the commune's rate is.
    """
    rate = iris["poverty_disposable_pct"].to_numpy(dtype=float)
    declared = (iris["poverty_declared_pct"].astype(float) / 100).clip(_EDGE, 1 - _EDGE)
    slope = contrast * logit(declared.to_numpy())
    people = iris["population"].to_numpy(dtype=float)
    home, _ = pd.factorize(iris["commune"])
    spread = 100 * expit(slope + _shifts(home, slope, people, rate / 100)[home])
    return pd.Series(np.where(np.isnan(spread), rate, spread), iris.index, name="poverty_pct")


def _shifts(
    home: NDArray[np.intp], slope: FloatArray, people: FloatArray, rate: FloatArray
) -> FloatArray:
    """Solve ``c`` for all communes at once, by halving; NaN where nothing tells one.

    A draw asks for it with another contrast each time, hence not one commune after the other.
    """
    count = int(home.max(initial=-1)) + 1
    level = np.full(count, np.nan)
    level[home[::-1]] = rate[::-1]
    kept = ~np.isnan(slope) & (people > 0)
    at, total = home[kept], np.bincount(home[kept], people[kept], minlength=count)
    low, high = np.full(count, -40.0), np.full(count, 40.0)
    for _ in range(64):
        middle = (low + high) / 2
        reached = np.bincount(at, people[kept] * expit(slope[kept] + middle[at]), count)
        under = reached < level * total
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    solved = (total > 0) & (level > 0) & (level < 1)
    return np.where(solved, (low + high) / 2, np.nan)
