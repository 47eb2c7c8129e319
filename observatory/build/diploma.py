"""The share of people without the baccalauréat that an IRIS's residents let expect.

It is published by commune only. Between communes it goes with what people do and how young they
are, so closely that a linear model of its logit says it to within 2 points of a commune or
département that was left out::

    logit(share) = b0 + b1 x managers + b2 x manual workers + b3 x young

``managers`` and ``manual workers`` are shares of the residents with an occupation, ``young`` the
share of the 15-29 among the 15 and over. Shares of all residents would do worse: whoever has no
occupation is a student in Paris and out of work in Seine-Saint-Denis, so that their coefficient
changes its sign from one département to the next. The model is fitted here, to the communes at
hand, and applied to their IRIS; :func:`observatory.model.spread.spread_diploma` keeps the published
share of each commune.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from observatory.geo.codes import departement_of
from observatory.tables.check import check
from observatory.tables.fragility_tables import DIPLOMA_FIT, FIT_TERMS

FloatArray = NDArray[np.float64]
#: Fewer communes than this tell nothing: no fit is made.
FEWEST_COMMUNES = 12
#: Machines solve least squares alike to a dozen digits: with these, a build has the same bytes.
DECIMALS = 9
_ADULTS = ["pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75p"]
_COUNTS = ["occupied", "managers", "manual_workers", *_ADULTS]


def fit_diploma(frames: Mapping[str, Any]) -> pd.DataFrame:
    """Fit the share of people without the baccalauréat to the communes at hand.

    Returns
    -------
    DataFrame
        ``DIPLOMA_FIT``: coefficients, communes, R2, and the mean absolute error in points of
        communes, and of départements, left out one at a time (missing with a single département).
        Without enough communes only their number is there.
    """
    ages = frames["ages_iris_2016"]
    counts = ages[_COUNTS].groupby(ages["iris"].str[:5]).sum()
    published = frames["commune_diplomas"].set_index("commune")["low_diploma_pct"]
    known = counts.join(published, how="inner").dropna()
    known = known[known["low_diploma_pct"].between(0, 100, inclusive="neither")]
    # Where nobody works, what people do says nothing.
    known = known[np.isfinite(_design(known)).all(axis=1)]
    numbers: dict[str, float] = {"communes": len(known)}
    if len(known) >= FEWEST_COMMUNES:
        numbers |= _fitted(_design(known), known["low_diploma_pct"])
    rows = pd.DataFrame({"term": list(numbers), "value": list(numbers.values())}).round(DECIMALS)
    return pd.DataFrame(check(rows, DIPLOMA_FIT))


def _fitted(design: FloatArray, share_pct: pd.Series[Any]) -> dict[str, float]:
    wanted = logit(share_pct.to_numpy(dtype=float) / 100)
    effects = _solve(design, wanted)
    left = float(((wanted - design @ effects) ** 2).sum())
    numbers = dict(zip(FIT_TERMS, map(float, effects), strict=True))
    numbers["r2"] = 1 - left / float(((wanted - wanted.mean()) ** 2).sum())
    numbers["error_commune_out"] = _error(design, share_pct, np.arange(len(design)))
    departments, names = pd.factorize(share_pct.index.map(departement_of))
    if len(names) > 1:
        numbers["error_departement_out"] = _error(design, share_pct, departments)
    return numbers


def _solve(design: FloatArray, wanted: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.lstsq(design, wanted, rcond=None)[0], dtype=float)


def _error(design: FloatArray, share_pct: pd.Series[Any], group: NDArray[np.intp]) -> float:
    """Return the mean absolute error, in points, over communes whose group was left out."""
    shares = share_pct.to_numpy(dtype=float)
    off = np.empty(len(shares))
    for one in np.unique(group):
        out = group == one
        effects = _solve(design[~out], logit(shares[~out] / 100))
        off[out] = np.abs(100 * expit(design[out] @ effects) - shares[out])
    return float(off.mean())


def expected_share(iris: pd.DataFrame, fit: pd.DataFrame) -> pd.DataFrame:
    """Return what each IRIS's residents do, and the share without the baccalauréat it lets expect.

    Parameters
    ----------
    iris
        ``occupied``, ``managers``, ``manual_workers`` (NaN where not published) and the ages.
    fit
        As :func:`fit_diploma` gives it.

    Returns
    -------
    DataFrame
        ``managers_pct``, ``manual_workers_pct`` and ``low_diploma_expected_pct``, same index; NaN
        where the occupations are not published, or nobody has one, or nothing was fitted.
    """
    value = fit.set_index("term")["value"].reindex(list(FIT_TERMS)).to_numpy(dtype=float)
    share = np.asarray(expit(_design(iris) @ value))
    return pd.DataFrame(
        {
            "managers_pct": 100 * _part(iris, "managers"),
            "manual_workers_pct": 100 * _part(iris, "manual_workers"),
            "low_diploma_expected_pct": (100 * share).round(DECIMALS),
        },
        index=iris.index,
    )


def _part(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    return (rows[name] / rows["occupied"].where(rows["occupied"] > 0)).clip(0, 1)


def _design(rows: pd.DataFrame) -> FloatArray:
    """Return the columns of the model, in the order of :data:`FIT_TERMS`."""
    adults = rows[_ADULTS].sum(axis=1)
    young = rows["pop_15_29"] / adults.where(adults > 0)
    design = np.ones((len(rows), len(FIT_TERMS)))
    for place, part in enumerate((_part(rows, "managers"), _part(rows, "manual_workers"), young)):
        design[:, place + 1] = part.to_numpy(dtype=float)
    return design
