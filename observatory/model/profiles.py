"""The residents aged 15 and over of each zone by profile, and each profile's rate of difficulty.

A profile is an age band, a band in a living-standard group, or these with or without the
baccalauréat: each zone is described by the fullest of the three that is known of it. Need is then
the residents of each profile times its rate, and one shift of all the rates carries a département
to its official level (:mod:`observatory.model.official_level`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import (
    FloatArray,
    Margins,
    diploma_rate,
    margins,
    poverty_rate,
    refuse_extreme,
    shifted_groups,
)
from observatory.model.poverty_by_age import beyond_nation
from observatory.model.shifts import solve_shifts

MODELS = ("age", "poverty", "diploma")


@dataclass(frozen=True)
class Residents:
    """The residents aged 15 and over of some zones, and what is known of them.

    Attributes
    ----------
    bands
        Persons by zone and band of the survey.
    poverty_pct, diploma_pct
        Poverty, and people without the baccalauréat, by zone; NaN where not known.
    by_age
        Logit of poverty by zone and band (:func:`observatory.model.poverty_by_age.of_zones`);
        ``None`` where no poverty is known by age.
    """

    bands: FloatArray
    poverty_pct: FloatArray
    diploma_pct: FloatArray
    by_age: FloatArray | None = None

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Residents:
        """Return some of the zones."""
        by_age = None if self.by_age is None else self.by_age[rows]
        return Residents(self.bands[rows], self.poverty_pct[rows], self.diploma_pct[rows], by_age)

    def beside(self, others: Residents) -> Residents:
        """Return these zones, and others after them."""
        parts = (self, others)
        by_age = [
            np.full(one.bands.shape, np.nan) if one.by_age is None else one.by_age for one in parts
        ]
        return Residents(
            np.concatenate([one.bands for one in parts]),
            np.concatenate([one.poverty_pct for one in parts]),
            np.concatenate([one.diploma_pct for one in parts]),
            np.concatenate(by_age),
        )

    def grouped(self, known: Margins) -> FloatArray:
        """Return them by band and living-standard group, shape (zones, 4, 3)."""
        shift = beyond_nation(self.poverty_pct, self.by_age, known)
        return self.bands[:, :, None] * shifted_groups(shift, known)


@dataclass(frozen=True)
class Profiles:
    """Zones by profile.

    Attributes
    ----------
    people
        Residents aged 15 and over by zone and profile, persons.
    rate
        Rate of difficulty of each profile in the nation, a share of one.
    """

    people: FloatArray
    rate: FloatArray


def profiles(residents: Residents, assumptions: Assumptions) -> Profiles:
    """Return zones by profile, each by the fullest model known that ``need.model`` allows."""
    model = assumptions.text("need.model")
    if model not in MODELS:
        raise ChoiceError(
            "assumption need.model",
            expected=" or ".join(MODELS),
            found=repr(model),
            next_step="choose one of the three",
        )
    known = margins(assumptions)
    refuse_extreme(known)
    people, diploma_pct = residents.bands, residents.diploma_pct
    if model == "age":
        return Profiles(people, np.array(known.age_rate))
    poor: NDArray[np.bool_] = np.asarray(~np.isnan(residents.poverty_pct))
    full = poor & ~np.isnan(diploma_pct) if model == "diploma" else np.zeros_like(poor)
    by_group = residents.grouped(known)
    # Only what some zone needs is fitted: a draw asks for it anew each time.
    parts = [(~poor, people, np.array(known.age_rate))]
    if (poor & ~full).any():
        rate = poverty_rate(known)
        parts.append((poor & ~full, by_group.reshape(len(people), rate.size), rate))
    if full.any():
        rate, level = diploma_rate(known)
        split = np.zeros((len(people), rate.size))
        split[full] = by_lack(by_group[full], diploma_pct[full] / 100, level).reshape(-1, rate.size)
        parts.append((full, split, rate))
    used = [part for part in parts if part[0].any()] or parts
    return Profiles(
        np.concatenate([np.where(rows[:, None], found, 0.0) for rows, found, _ in used], axis=1),
        np.concatenate([rate.ravel() for *_, rate in used]),
    )


def by_lack(by_group: FloatArray, lack: FloatArray, national: FloatArray) -> FloatArray:
    """Return the residents by band, group, and with (0) or without (1) the baccalauréat.

    The national shares by band and group are shifted on the logit scale, each zone by as much as
    gives its own share of people without it. Shape (zones, 4, 3, 2).

    Parameters
    ----------
    by_group
        Residents by band and group, as :meth:`Residents.grouped` gives them.
    lack
        People without the baccalauréat in each zone, a share of one.
    national
        Logit of the national share of each band and group.
    """
    level = national.ravel()
    flat = by_group.reshape(len(by_group), len(level))
    shift = solve_shifts(flat, level, lack)
    without = expit(level[None, :] + shift[:, None])
    split = np.empty((*flat.shape, 2))
    split[..., 1] = flat * without
    split[..., 0] = flat - split[..., 1]
    return split.reshape(*by_group.shape, 2)
