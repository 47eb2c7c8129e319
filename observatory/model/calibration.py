"""The model of digital difficulty by age, living standard and diploma, fitted to national margins.

Cells are age bands ``a`` by living-standard groups ``g`` (two lowest quintiles, two middle ones,
the highest): ``logit p(a, g) = alpha(a) + beta(g)``, ``beta(middle) = 0``. The six unknowns are
those for which the national margins come back. :mod:`observatory.model.need` applies it to zones.

A limit to know: poverty alone does not tell how many people of a commune are well off. Over the
communes of the 93 the share it gives to the highest quintile has a correlation of 0.76 with the
ninth decile of income.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.shifts import solve_shifts

FloatArray = NDArray[np.float64]
#: Margins given back within the first are exact; rounding may stop a fit before the second.
_CLOSE, _NEAR = 1e-13, 1e-10

#: Age bands of the survey, and the census columns that make each of them.
BANDS: dict[str, tuple[str, ...]] = {
    "15_44": ("pop_15_29", "pop_30_44"),
    "45_59": ("pop_45_59",),
    "60_74": ("pop_60_74",),
    "75p": ("pop_75p",),
}


@dataclass(frozen=True)
class Margins:
    """The national figures the model must give back, as shares of one.

    Attributes
    ----------
    age_share, age_rate
        Share of each band among residents aged 15 and over, and its rate of difficulty.
    total_2021, low_rate, high_rate
        Rates in 2021: all, two lowest living-standard quintiles, highest quintile.
    low_share, high_share
        Shares of these two groups, the same at each age.
    poverty
        National poverty rate on disposable income.
    age_poverty
        The same in each band: what sets one age apart from another counts, not the level.
    diploma_share
        Share of people without the baccalauréat in each band.
    above_rate
        Rate of difficulty in 2021 among people with the baccalauréat or more.
    living_standard_odds
        Odds ratio of lacking the baccalauréat from one living-standard group to the next lower.
    """

    age_share: tuple[float, ...]
    age_rate: tuple[float, ...]
    total_2021: float
    low_rate: float
    high_rate: float
    low_share: float
    high_share: float
    poverty: float
    age_poverty: tuple[float, ...]
    diploma_share: tuple[float, ...]
    above_rate: float
    living_standard_odds: float

    @property
    def rate(self) -> float:
        """The national rate that the age rates give."""
        return float(np.dot(self.age_share, self.age_rate))

    @property
    def groups(self) -> FloatArray:
        """Shares of the low, middle and high living-standard groups."""
        return np.array([self.low_share, 1 - self.low_share - self.high_share, self.high_share])


@dataclass(frozen=True)
class Calibration:
    """The model, fitted to its margins.

    Attributes
    ----------
    margins
        What it was fitted to.
    rate
        Rate of difficulty by band and group, shape (4, 3).
    diploma_rate
        The same with (1) and without (0) the lack of the baccalauréat, shape (4, 3, 2).
    diploma_logit
        Logit of the national share of people without the baccalauréat, shape (4, 3).
    poverty_effect, diploma_effect
        ``(beta(low), beta(high))``, and those two with the diploma's own ``gamma``.
    """

    margins: Margins
    rate: FloatArray
    diploma_rate: FloatArray
    diploma_logit: FloatArray
    poverty_effect: tuple[float, float]
    diploma_effect: tuple[float, float, float]


def margins(assumptions: Assumptions) -> Margins:
    """Read the national margins among the assumptions; age shares are made to sum to one."""

    def shares(prefix: str) -> tuple[float, ...]:
        return tuple(assumptions.number(f"{prefix}.{band}") / 100 for band in BANDS)

    def share(name: str) -> float:
        return assumptions.number(name) / 100

    ages = np.array(shares("need.age_share_pct"))
    return Margins(
        age_share=tuple(float(value) for value in ages / ages.sum()),
        age_rate=shares("need.age_rate_pct"),
        total_2021=share("need.total_2021_pct"),
        low_rate=share("need.living_standard.low_rate_pct"),
        high_rate=share("need.living_standard.high_rate_pct"),
        low_share=share("need.living_standard.low_share_pct"),
        high_share=share("need.living_standard.high_share_pct"),
        poverty=share("need.poverty_national_pct"),
        age_poverty=shares("need.poverty_age_pct"),
        diploma_share=shares("need.diploma.share_pct"),
        above_rate=share("need.diploma.above_rate_pct"),
        living_standard_odds=assumptions.number("need.diploma.living_standard_odds"),
    )


def calibrate(assumptions: Assumptions) -> Calibration:
    """Fit the model to the national margins (cached by their values).

    Two fits: ``logit p = alpha(a) + beta(g)`` on the margins by age and living standard; and
    ``logit p = alpha'(a) + beta'(g) + gamma e`` where ``e`` is the lack of the baccalauréat, on
    the same margins and the rate of people without it. In the second the three move each other,
    so that neither age nor poverty is counted again through the diploma: ``e`` is spread by age
    as the census has it, and over the living standards by an assumed odds ratio. Where margins
    would make the lowest group better off than the middle one, the two are taken as one.
    """
    return _calibrate(margins(assumptions))


@lru_cache(maxsize=4096)
def _calibrate(known: Margins) -> Calibration:
    poverty, (missing, (rate, effects)) = _fit_poverty(known), _fit_diploma(known)
    ages = len(known.age_share)
    return Calibration(
        known,
        poverty[0][:, :, 0],
        rate,
        missing,
        (float(poverty[1][ages]), float(poverty[1][ages + 1])),
        (float(effects[ages]), float(effects[ages + 1]), float(effects[ages + 2])),
    )


@lru_cache(maxsize=4096)
def _fit_diploma(known: Margins) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    """Return the logits of the share without the baccalauréat, and the rates and effects fitted."""
    refuse_extreme(known)
    cells = np.outer(known.age_share, known.groups)
    odds = np.log(known.living_standard_odds) * np.array([1.0, 0.0, -1.0])
    groups = np.tile(known.groups, (len(known.diploma_share), 1))
    missing = solve_shifts(groups, odds, np.array(known.diploma_share))[:, None] + odds
    chance = expit(missing)
    return missing, _fit(np.stack([cells * (1 - chance), cells * chance], axis=2), known)


def refuse_extreme(known: Margins) -> None:
    """Refuse margins of nobody or of everybody: they have no logit."""
    shares = [*known.age_share, *known.age_rate, *known.diploma_share, *known.groups]
    shares += known.age_poverty
    shares += [known.total_2021, known.low_rate, known.high_rate, known.poverty, known.above_rate]
    if not (all(0 < share < 1 for share in shares) and known.living_standard_odds > 0):
        raise _unfit("one of them is 0, all or more than all")


def _unfit(found: str) -> ChoiceError:
    return ChoiceError(
        "assumptions need.*",
        expected="national margins that one population can have, none of them 0 or 100 %",
        found=found,
        next_step="change them less, or change those that go with them too",
    )


@lru_cache(maxsize=4096)
def _fit_poverty(known: Margins) -> tuple[FloatArray, FloatArray]:
    refuse_extreme(known)
    return _fit(np.outer(known.age_share, known.groups)[:, :, None], known)


def poverty_rate(known: Margins) -> FloatArray:
    """Give the rates by band and living standard alone, shape (4, 3), without the diploma's fit."""
    return _fit_poverty(known)[0][:, :, 0]


def diploma_rate(known: Margins) -> tuple[FloatArray, FloatArray]:
    """Give the rates with (1) and without (0) the lack of the baccalauréat, shape (4, 3, 2).

    With them, the logits of the national share of people without it, shape (4, 3).
    """
    missing, fitted = _fit_diploma(known)
    return fitted[0], missing


def _to_level(rate_2021: float, known: Margins) -> float:
    """Carry a rate of 2021 to the level of the age rates, on the logit scale."""
    return float(expit(logit(rate_2021) + logit(known.rate) - logit(known.total_2021)))


def _fit(weights: FloatArray, known: Margins) -> tuple[FloatArray, FloatArray]:
    """Fit the logit model whose margins are the known ones, on cells of shape (4, 3, 1 or 2)."""
    age, group, lack = (axis.ravel() for axis in np.indices(weights.shape))
    bands = weights.shape[0]
    columns = [age == band for band in range(bands)] + [group == 0, group == 2]
    wanted = [s * r for s, r in zip(known.age_share, known.age_rate, strict=True)]
    wanted += [
        known.low_share * _to_level(known.low_rate, known),
        known.high_share * _to_level(known.high_rate, known),
    ]
    if weights.shape[2] == 2:
        share = float(weights[:, :, 1].sum())
        low_2021 = (known.total_2021 - (1 - share) * known.above_rate) / share
        if not 0 < low_2021 < 1:
            raise _unfit(f"{100 * low_2021:.0f} % of people without the baccalauréat")
        columns.append(lack == 1)
        wanted.append(share * _to_level(low_2021, known))
    design, target = np.array(columns, dtype=float).T, np.array(wanted)
    start = np.zeros(len(target))
    start[:bands] = logit(np.array(known.age_rate))
    effects = _newton(design, weights.ravel(), target, start)
    if effects[bands] < 0:  # then more poverty would lower need: no effect below the middle
        kept = [k for k in range(len(target)) if k != bands]
        left = _newton(design[:, kept], weights.ravel(), target[kept], start[kept])
        effects = np.insert(left, bands, 0.0)
    return expit(design @ effects).reshape(weights.shape), effects


def _newton(
    design: FloatArray, weights: FloatArray, target: FloatArray, start: FloatArray
) -> FloatArray:
    """Solve ``sum of w x p = target`` for a logit model: a concave likelihood, so one answer."""
    effects = start
    for _ in range(100):
        chance = expit(design @ effects)
        short = target - design.T @ (weights * chance)
        if float(np.abs(short).max()) < _CLOSE:
            return effects
        curve = (design.T * (weights * chance * (1 - chance))) @ design
        try:
            step = np.linalg.solve(curve, short)
        except np.linalg.LinAlgError:
            break
        effects = effects + step * min(1.0, 2.0 / float(np.abs(step).max()))
    if not float(np.abs(short).max()) < _NEAR:
        raise _unfit("rates that contradict one another")
    return effects


def group_shares(poverty_pct: FloatArray, known: Margins) -> FloatArray:
    """Return the living-standard groups of zones from their poverty, shape (zones, 3).

    NaN where poverty is.
    """
    with np.errstate(divide="ignore"):
        return shifted_groups(
            logit(np.asarray(poverty_pct, dtype=float) / 100) - logit(known.poverty), known
        )


def shifted_groups(shift: FloatArray, known: Margins) -> FloatArray:
    """Return the national living-standard groups, shifted on the logit scale; a last axis more.

    The cumulated shares move as poverty does; without a shift they are the national ones.
    """
    low = expit(logit(known.low_share) + shift)
    below_high = expit(logit(1 - known.high_share) + shift)
    return np.stack([low, below_high - low, 1 - below_high], axis=-1)
