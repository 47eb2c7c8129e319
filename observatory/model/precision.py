"""How precise a figure is: its interval over the draws, coefficient of variation and class.

=================  ===========================================================================
class              error
=================  ===========================================================================
``reliable``       at most 15 %
``indicative``     above 15 % and at most 30 %
``not_published``  above 30 %: the figure can mislead
=================  ===========================================================================

The error of a count is its coefficient of variation over the draws: standard deviation over mean.
What is missing is a difference, whose coefficient grows without bound as it comes near zero; its
error is the standard deviation of the rate missing (h per 100 people) over the norm. A zone short
of 40 % of the norm with an error of 12 is short of 28 to 52 %. Exports give both; by the
coefficient no commune and no QPV of the edition would be published, however sure it is that little
lacks there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.model.draws import ENDS

FloatArray = NDArray[np.float64]
CLASSES = ("reliable", "indicative", "not_published")
#: Errors, %, that end the first and the second class.
RELIABLE_PCT, PUBLISHED_PCT = 15.0, 30.0


def interval(drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends between which 90 % of the draws lie, for each column."""
    low, high = np.quantile(drawn, ENDS, axis=0)
    return low, high


def variation_pct(drawn: FloatArray) -> FloatArray:
    """Return the coefficient of variation of each column, %; NaN where the mean is zero."""
    mean = drawn.mean(axis=0)
    spread = 100 * drawn.std(axis=0)
    found: FloatArray = np.full(len(mean), np.nan)
    np.divide(spread, mean, out=found, where=mean > 0)
    return found


def error_pct(drawn: FloatArray, norm: FloatArray) -> FloatArray:
    """Return the standard deviation of a drawn rate over the mean norm, %; NaN where unknown."""
    level = norm.mean()
    return 100 * drawn.std(axis=0) / level if level > 0 else np.full(drawn.shape[1], np.nan)


def classes(error: FloatArray) -> pd.Series[Any]:
    """Return the class of each figure by its error, %; missing where that is."""
    found = np.select([error <= RELIABLE_PCT, error <= PUBLISHED_PCT], CLASSES[:2], CLASSES[2])
    return pd.Series(found, dtype=object).mask(np.isnan(error))
