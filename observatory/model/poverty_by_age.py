"""How much poorer than the nation each zone is, by age band, on the logit scale.

The source gives poverty by the age of the head of the tax household, for communes: it is taken for
that of the people of the age, and each year of age counts alike where a band of the survey unites
bands of the source. Within a commune the ages keep their contrast, and the poverty of the zone
stays its mean. Where the source suppresses a band, the rate of all ages stands for it: the band is
as far from the nation as the zone is at all ages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from observatory.model.calibration import BANDS, Margins
from observatory.model.shifts import solve_shifts

FloatArray = NDArray[np.float64]
#: Bands of the survey: the columns of the source that each unites, and their shares of its years.
PARTS: Mapping[str, Mapping[str, float]] = {
    "15_44": {
        "poverty_under_30_pct": 1 / 2,
        "poverty_30_39_pct": 1 / 3,
        "poverty_40_49_pct": 1 / 6,
    },
    "45_59": {"poverty_40_49_pct": 1 / 3, "poverty_50_59_pct": 2 / 3},
    "60_74": {"poverty_60_74_pct": 1.0},
    "75p": {"poverty_75p_pct": 1.0},
}
ALL_AGES = "poverty_disposable_pct"
COLUMNS = tuple(dict.fromkeys(name for parts in PARTS.values() for name in parts))
#: Rates are held this far from 0 and 1, where a logit does not exist.
_EDGE = 0.005


def of_communes(zones: pd.DataFrame) -> FloatArray | None:
    """Return the poverty of the commune of each zone by band of the survey and at all ages, %.

    Shape (zones, 5). NaN where the source suppresses a part of the band; ``None`` where no column
    tells of ages.
    """
    if not {*COLUMNS, ALL_AGES} <= set(zones.columns):
        return None
    bands = [
        sum(share * zones[name].to_numpy(dtype=float) for name, share in PARTS[band].items())
        for band in BANDS
    ]
    return np.stack([*bands, zones[ALL_AGES].to_numpy(dtype=float)], axis=1)


def of_zones(
    people: FloatArray, poverty_pct: FloatArray, commune_pct: FloatArray | None
) -> FloatArray | None:
    """Return the logit of each zone's poverty by band, its mean over the ages being the zone's.

    NaN where the source suppresses the band; in the mean it counts at the commune's rate of all
    ages.

    Parameters
    ----------
    people
        Residents aged 15 and over by zone and band.
    poverty_pct
        Poverty of each zone at all ages.
    commune_pct
        Poverty of its commune, as :func:`of_communes` gives it.
    """
    if commune_pct is None:
        return None
    rate = logit(np.clip(commune_pct / 100, _EDGE, 1 - _EDGE))
    by_age, all_ages = rate[:, :-1], rate[:, -1:]
    told = ~np.isnan(poverty_pct) & ~np.isnan(all_ages[:, 0])
    found = np.full(by_age.shape, np.nan)
    balanced = np.where(np.isnan(by_age), all_ages, by_age)[told]
    shift = solve_shifts(people[told], balanced, poverty_pct[told] / 100)
    found[told] = by_age[told] + shift[:, None]
    return found


def beyond_nation(poverty_pct: FloatArray, by_age: FloatArray | None, known: Margins) -> FloatArray:
    """Return the logit of each zone's poverty less the nation's, by band; NaN where not known.

    A band of which nothing is known is as far from the nation as the zone is at all ages.

    Parameters
    ----------
    poverty_pct
        Poverty of each zone at all ages.
    by_age
        As :func:`of_zones` gives it.
    known
        The nation's margins.
    """
    with np.errstate(divide="ignore"):
        alike = logit(np.asarray(poverty_pct, dtype=float) / 100) - logit(known.poverty)
    if by_age is None:
        return np.repeat(alike[:, None], len(BANDS), axis=1)
    return np.where(np.isnan(by_age), alike[:, None], by_age - national(known))


@lru_cache(maxsize=4096)
def national(known: Margins) -> FloatArray:
    """Return the logit of the nation's poverty by band, whose mean is the nation's at all ages."""
    level = logit(np.array(known.age_poverty))
    share = np.array(known.age_share)[None, :]
    return np.asarray(level + solve_shifts(share, level, np.array([known.poverty])))
