"""The residents aged 15 and over of each zone by profile, and each profile's rate of difficulty.

A profile is an age band, a band in a living-standard group, or these with or without the
baccalauréat: each zone is described by the fullest of the three that is known of it. Need is then
the residents of each profile times its rate, and one shift of all the rates carries a département
to its official level (:mod:`observatory.model.official_level`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import Calibration, FloatArray, calibrate, group_shares
from observatory.model.shifts import solve_shifts

MODELS = ("age", "poverty", "diploma")


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


def profiles(
    people: FloatArray, poverty_pct: FloatArray, diploma_pct: FloatArray, assumptions: Assumptions
) -> Profiles:
    """Return zones by profile, each by the fullest model that its figures and ``need.model`` allow.

    Parameters
    ----------
    people
        Residents aged 15 and over by zone and band of the survey.
    poverty_pct, diploma_pct
        Poverty, and people without the baccalauréat, by zone; NaN where not known.
    """
    model = assumptions.text("need.model")
    if model not in MODELS:
        raise ChoiceError(
            "assumption need.model",
            expected=" or ".join(MODELS),
            found=repr(model),
            next_step="choose one of the three",
        )
    fitted = calibrate(assumptions)
    shares = group_shares(poverty_pct, fitted.margins)
    poor = np.logical_and(~np.isnan(shares).any(axis=1), model != "age")
    full = poor & ~np.isnan(diploma_pct) & (model == "diploma")
    by_group = by_living_standard(people, shares)
    in_groups = by_group.reshape(len(people), fitted.rate.size)
    by_age = np.where(poor[:, None], 0.0, people)
    by_poverty = np.where((poor & ~full)[:, None], in_groups, 0.0)
    by_diploma = np.zeros((len(people), fitted.diploma_rate.size))
    split = by_lack(by_group[full], diploma_pct[full] / 100, fitted)
    by_diploma[full] = split.reshape(len(split), by_diploma.shape[1])
    return Profiles(
        np.concatenate([by_age, by_poverty, by_diploma], axis=1),
        np.concatenate(
            [np.array(fitted.margins.age_rate), fitted.rate.ravel(), fitted.diploma_rate.ravel()]
        ),
    )


def by_living_standard(people: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the residents by band and living-standard group, shape (zones, 4, 3)."""
    return people[:, :, None] * shares[:, None, :]


def by_lack(by_group: FloatArray, lack: FloatArray, fitted: Calibration) -> FloatArray:
    """Return the residents by band, group, and with (0) or without (1) the baccalauréat.

    The national shares by band and group are shifted on the logit scale, each zone by as much as
    gives its own share of people without it. Shape (zones, 4, 3, 2).
    """
    level = fitted.diploma_logit.ravel()
    flat = by_group.reshape(len(by_group), len(level))
    shift = solve_shifts(flat, level, lack)
    without = expit(level[None, :] + shift[:, None])
    split = np.empty((*flat.shape, 2))
    split[..., 1] = flat * without
    split[..., 0] = flat - split[..., 1]
    return split.reshape(*by_group.shape, 2)
