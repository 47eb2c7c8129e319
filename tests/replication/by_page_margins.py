"""The national model: steps 11 to 15 of `docs/methode.md`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from by_page_tables import Given, by_age, expit, logit, shift
from scipy.optimize import root as solve


@dataclass(frozen=True)
class Nation:
    """Shares and rates of the country: a of four ages, g of three groups, e of two diplomas."""

    age_shares: np.ndarray  # s(a)
    age_rates: np.ndarray  # r(a)
    rate: float  # R
    groups: np.ndarray  # w(g)
    low_diploma: np.ndarray  # u(a, g)
    by_group: np.ndarray  # p(a, g), step 13
    by_diploma: np.ndarray  # p(a, g, e), step 15, e = 1 first


def nation(given: Given) -> Nation:
    """Solve the national model for a set of assumptions (steps 11 to 15)."""
    shares = by_age(given, "need.age_share_pct")
    shares = shares / shares.sum()
    rates = by_age(given, "need.age_rate_pct")
    groups = living_standards(given)
    diploma = low_diploma(given, groups)
    low, high = (
        carried(float(given[f"need.living_standard.{end}_rate_pct"]) / 100, given, shares @ rates)
        for end in ("low", "high")
    )
    margins = _Margins(shares, rates, groups, low, high)
    return Nation(
        age_shares=shares,
        age_rates=rates,
        rate=float(shares @ rates),
        groups=groups,
        low_diploma=diploma,
        by_group=margins.without_diploma(),
        by_diploma=margins.with_diploma(diploma, _rate_below(given, shares, rates, diploma)),
    )


def living_standards(given: Given) -> np.ndarray:
    """Give w(g) of the three groups (step 12)."""
    low = float(given["need.living_standard.low_share_pct"]) / 100
    high = float(given["need.living_standard.high_share_pct"]) / 100
    return np.array([low, 1 - low - high, high])


def carried(rate: float, given: Given, level: float) -> float:
    """Carry a rate of 2021 to the level of the age rates: T(x) of step 12."""
    total = float(given["need.total_2021_pct"]) / 100
    return float(expit(logit(rate) + logit(level) - logit(total)))


def low_diploma(given: Given, groups: np.ndarray) -> np.ndarray:
    """Give u(a, g), the share without the baccalauréat by age and group (step 14)."""
    moved = np.log(float(given["need.diploma.living_standard_odds"])) * np.array([1, 0, -1])
    shares = by_age(given, "need.diploma.share_pct")
    return np.array([expit(shift(moved, groups, share) + moved) for share in shares])


def _rate_below(
    given: Given, shares: np.ndarray, rates: np.ndarray, diploma: np.ndarray
) -> tuple[float, float]:
    """Give U and T(x) of step 15."""
    without = float(shares @ (diploma @ living_standards(given)))
    total = float(given["need.total_2021_pct"]) / 100
    above = float(given["need.diploma.above_rate_pct"]) / 100
    rate = (total - (1 - without) * above) / without
    return without, carried(rate, given, float(shares @ rates))


@dataclass(frozen=True)
class _Margins:
    shares: np.ndarray
    rates: np.ndarray
    groups: np.ndarray
    low: float
    high: float

    def _six(self, p: np.ndarray) -> list[float]:
        """Give what separates rates p(a, g) from the six margins of step 13."""
        return [
            *(p @ self.groups - self.rates),
            self.shares @ p[:, 0] - self.low,
            self.shares @ p[:, 2] - self.high,
        ]

    def _start(self) -> np.ndarray:
        return np.concatenate([logit(self.rates), [0.5, -1.0]])

    def without_diploma(self) -> np.ndarray:
        """Solve step 13."""
        return _rates(_zero(lambda x: self._six(_rates(x)), self._start()))

    def with_diploma(self, diploma: np.ndarray, below: tuple[float, float]) -> np.ndarray:
        """Solve step 15; the axis e has those without the baccalauréat first."""
        split = np.stack([diploma, 1 - diploma], axis=-1)
        cells = self.shares[:, None] * self.groups * diploma

        def apart(x: np.ndarray) -> list[float]:
            p = _by_diploma(x)
            without = (cells * p[:, :, 0]).sum() - below[0] * below[1]
            return [*self._six((split * p).sum(axis=2)), without]

        return _by_diploma(_zero(apart, np.append(self._start(), 1.0)))


def _rates(x: np.ndarray) -> np.ndarray:
    return expit(x[:4, None] + np.array([x[4], 0, x[5]]))


def _by_diploma(x: np.ndarray) -> np.ndarray:
    return expit(logit(_rates(x[:6]))[:, :, None] + np.array([x[6], 0]))


def _zero(function: Callable[[np.ndarray], list[float]], start: np.ndarray) -> np.ndarray:
    found = solve(function, start, method="hybr", tol=1e-14)
    if np.abs(found.fun).max() > 1e-12:
        raise ValueError(found.message)
    return found.x
