"""Shares published by commune, spread over its IRIS along what is known of each of them.

An assumption, not a measure: ``logit(share) = contrast x logit(known) + c``, with the ``c`` of each
commune solved so that the mean over its residents is the commune's published share. An IRIS of
which nothing is known has the commune's share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

FloatArray = NDArray[np.float64]
#: Shares are held this far from 0 and 1, where a logit does not exist.
_EDGE = 0.005


@dataclass(frozen=True)
class Spread:
    """What spreads a commune's share over its IRIS, whatever the contrast.

    Attributes
    ----------
    known
        Logit of what is known of each IRIS; NaN where nothing is.
    rate
        The share of each IRIS's commune, %.
    home
        The number of each IRIS's commune.
    people
        The people that the commune's mean is over.
    measured
        Whether what is known of each IRIS is the share itself, measured: its contrast is 1.
    """

    known: FloatArray
    rate: FloatArray
    home: NDArray[np.intp]
    people: FloatArray
    measured: NDArray[np.bool_]

    @classmethod
    def of(
        cls, iris: pd.DataFrame, known: str, published: str, people: FloatArray, measured: str = ""
    ) -> Spread:
        """Return the spread of a published column along a known one."""
        share = np.clip(iris[known].to_numpy(dtype=float) / 100, _EDGE, 1 - _EDGE)
        home, _ = pd.factorize(iris["commune"])
        itself = iris[measured] if measured in iris else pd.Series(False, iris.index)
        rate = iris[published].to_numpy(dtype=float)
        return cls(logit(share), rate, home, people, np.asarray(itself, dtype=bool))

    def at(self, contrast: float) -> FloatArray:
        """Return the share of each IRIS, %, at a contrast; NaN where its commune's is."""
        slope = np.where(self.measured, 1.0, contrast) * self.known
        shift = _shifts(self.home, slope, self.people, self.rate / 100)
        spread = 100 * expit(slope + shift[self.home])
        return np.where(np.isnan(spread), self.rate, spread)


def spread_poverty(iris: pd.DataFrame, contrast: float = 1.0) -> pd.Series[Any]:
    """Spread each commune's disposable poverty over its IRIS along their declared poverty.

    Parameters
    ----------
    iris
        One row an IRIS: ``commune``, ``population``, ``poverty_declared_pct`` (may be NaN),
        ``poverty_disposable_pct`` (the commune's, repeated; may be NaN). With the columns of
        :func:`~observatory.model.incomes.known_poverty` these tell how the IRIS differ; the
        contrast of a measured rate is 1.
    contrast
        Slope on the logit scale (assumption ``need.iris_poverty``); 0 gives all IRIS of a commune
        the same rate.

    Returns
    -------
    Series
        ``poverty_pct`` on the index of ``iris``; NaN where the commune's rate is.
    """
    spread = poverty_spread(iris).at(contrast)
    return pd.Series(spread, iris.index, name="poverty_pct")


def poverty_spread(iris: pd.DataFrame) -> Spread:
    """Return the spread of :func:`spread_poverty`, before any contrast."""
    people = iris["population"].to_numpy(dtype=float)
    known = "poverty_known_pct" if "poverty_known_pct" in iris else "poverty_declared_pct"
    return Spread.of(iris, known, "poverty_disposable_pct", people, measured="poverty_measured")


def spread_diploma(iris: pd.DataFrame, contrast: float = 1.0) -> pd.Series[Any]:
    """Spread each commune's share without the baccalauréat over its IRIS along the expected one.

    Parameters
    ----------
    iris
        One row an IRIS: ``commune``, residents by age, ``low_diploma_expected_pct`` (what
        occupations and ages let expect; may be NaN), ``low_diploma_pct`` (the commune's,
        repeated; may be NaN). Where ``low_diploma_measured`` is true the expected share is a
        measured one, and its contrast is 1.
    contrast
        Slope on the logit scale (assumption ``need.iris_diploma``).

    Returns
    -------
    Series
        ``low_diploma_pct`` of each IRIS, on the index of ``iris``; NaN where the commune's is. Its
        mean over the residents aged 15 and over is the commune's.
    """
    spread = diploma_spread(iris).at(contrast)
    return pd.Series(spread, iris.index, name="low_diploma_pct")


def diploma_spread(iris: pd.DataFrame) -> Spread:
    """Return the spread of :func:`spread_diploma`, before any contrast."""
    adults = iris.filter(regex=r"^pop_(?!0_14)\d").sum(axis=1).to_numpy(dtype=float)
    names = ("low_diploma_expected_pct", "low_diploma_pct")
    return Spread.of(iris, *names, adults, measured="low_diploma_measured")


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
    at, steep, weight = home[kept], slope[kept], people[kept]
    total = np.bincount(at, weight, minlength=count)
    low, high = np.full(count, -40.0), np.full(count, 40.0)
    for _ in range(52):
        middle = (low + high) / 2
        reached = np.bincount(at, weight * expit(steep + middle[at]), count)
        under = reached < level * total
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    solved = (total > 0) & (level > 0) & (level < 1)
    return np.where(solved, (low + high) / 2, np.nan)
