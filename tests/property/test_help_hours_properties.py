"""Hours of help: hours add up, more staff never gives less, old news never weighs more."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from observatory import settings
from observatory.model import help_hours
from observatory.model.assumptions import parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)
PROGRAMMES = (help_hours.COUNSELLORS, help_hours.FRANCE_SERVICES, help_hours.AIDANTS)
counted = st.lists(st.floats(0, 80), min_size=1, max_size=8).map(np.array)


def hours(programme: str, counts: NDArray[np.float64]) -> Any:
    service = programme == help_hours.FRANCE_SERVICES
    rows = pd.DataFrame(
        {
            "programme": programme,
            "posts": np.nan if service else counts,
            "open_h_per_week": counts if service else np.nan,
            "counted_elsewhere": False,
        }
    )
    return help_hours.hours_of(rows, ASSUMPTIONS)


@given(st.sampled_from(PROGRAMMES), counted)
def test_hours_of_parts_add_up(programme: str, counts: NDArray[np.float64]) -> None:
    whole = hours(programme, np.array([counts.sum() / 10]))
    assert np.isclose(hours(programme, counts / 10).sum(), whole[0])


@given(st.sampled_from(PROGRAMMES), counted, st.floats(0, 20))
def test_more_never_gives_less(programme: str, counts: NDArray[np.float64], more: float) -> None:
    assert (hours(programme, counts + more) >= hours(programme, counts)).all()


@given(st.lists(st.floats(0, 400), min_size=2, max_size=8))
def test_an_older_record_never_weighs_more(ages: list[float]) -> None:
    weights = help_hours.freshness_weight(sorted(ages), ASSUMPTIONS)
    assert (np.diff(weights) <= 0).all()
    assert ((weights >= 0) & (weights <= 1)).all()
