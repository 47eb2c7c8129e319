"""The rate of difficulty of each zone, its own causes replaced by the mean of the territory."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit, logit

from observatory.model.model import Model
from observatory.model.official_level import shifts
from observatory.model.profiles import Residents, profiles

FloatArray = NDArray[np.float64]
#: What need stands on.
CAUSES = ("age", "poverty", "diploma")


def rates_by_cause(model: Model, matrix: csr_array) -> dict[tuple[str, ...], FloatArray]:
    """Return the rate of difficulty of each zone for each choice of causes of its own.

    The other causes are at the mean of the territory's residents aged 15 and over; a poverty or a
    diploma that is not known stays unknown. The shift that carries a département to its official
    level is that of the figures.

    Parameters
    ----------
    matrix
        Which share of each point's people each zone takes.

    Returns
    -------
    dict
        Causes kept -> share of the residents aged 15 and over, one number a zone.
    """
    adults = _adults(model, matrix)
    lived = np.flatnonzero(adults.sum(axis=0) > 0)
    adults, total = csr_array(adults[:, lived]), adults.sum(axis=1)
    shift = _shift(model)[lived]
    every = [kept for count in range(len(CAUSES) + 1) for kept in combinations(CAUSES, count)]
    return {kept: (adults @ _rates(model, kept, lived, shift)) / total for kept in every}


def _adults(model: Model, matrix: csr_array) -> csr_array:
    """Return the residents aged 15 and over of each zone by IRIS."""
    row, _ = model.ground.home
    count = len(row)
    shape = (count, len(model.ground.bands))
    by_iris = csr_array((model.population_15, (np.arange(count), row)), shape=shape)
    return csr_array(matrix @ by_iris)


def _shift(model: Model) -> FloatArray:
    """Return the shift that carries each IRIS to the official level of where it is."""
    real, official = model.residents, model.ground.official
    rest = official.rest
    level = profiles(real if rest is None else real.beside(rest), model.assumptions)
    shift = np.zeros(len(real.bands))
    for rows, moved in shifts(level, official, model.assumptions):
        shift[rows] = moved
    return shift


def _rates(
    model: Model, kept: tuple[str, ...], rows: NDArray[np.intp], shift: FloatArray
) -> FloatArray:
    """Return the rate of some IRIS, where people live, with some causes of their own."""
    real = model.residents
    size = real.bands.sum(axis=1)
    here = model.ground.zones["in_territory"].to_numpy(dtype=bool)
    ages = real.bands[here].sum(axis=0) / real.bands[here].sum()
    people = real.bands if "age" in kept else size[:, None] * ages[None, :]
    poverty, by_age = real.poverty_pct, real.by_age
    if "poverty" not in kept:
        poverty = _mean(poverty, size, here)
        if by_age is not None:
            by_age = np.stack([_mean(band, size, here) for band in by_age.T], axis=1)
    diploma = real.diploma_pct if "diploma" in kept else _mean(real.diploma_pct, size, here)
    some = Residents(
        people[rows], poverty[rows], diploma[rows], None if by_age is None else by_age[rows]
    )
    found = profiles(some, model.assumptions)
    rate = expit(logit(found.rate)[None, :] + shift[:, None])
    return np.asarray((found.people * rate).sum(axis=1) / size[rows])


def _mean(values: FloatArray, size: FloatArray, here: NDArray[np.bool_]) -> FloatArray:
    """Return the territory's mean where a value is known; the values where the mean is not."""
    known = here & ~np.isnan(values) & (size > 0)
    if not known.any():
        return values
    mean = float(np.average(values[known], weights=size[known]))
    return np.asarray(np.where(np.isnan(values), np.nan, mean), dtype=float)
