"""Need by kind: poorer or older never lowers it, zones add up, nobody is counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.model import kinds
from observatory.model.assumptions_file import load_assumptions

ASSUMPTIONS = load_assumptions(settings.PROJECT / "data" / "assumptions.toml")

counts = st.integers(0, 3000).map(float)
maybe = st.one_of(st.just(float("nan")), st.floats(0, 100))
zones = st.lists(
    st.fixed_dictionaries(
        {
            **dict.fromkeys(kinds.ADULTS, counts),
            "poverty_pct": maybe,
            "caf_rsa": st.one_of(st.just(float("nan")), counts),
            "households": st.one_of(st.just(float("nan")), counts),
        }
    ),
    min_size=1,
    max_size=6,
).map(pd.DataFrame)


def _twin(row: pd.Series) -> float:
    """Estimate one zone's central figure with plain arithmetic, from the published rates."""
    middle = (12 - 0.21 * 2 - 0.111 * 53) / (1 - 0.21 - 0.111)
    between = row["pop_30_44"] + row["pop_45_59"] + row["pop_60_74"]
    people = (2 * row["pop_15_29"] + middle * between + 53 * row["pop_75p"]) / 100
    if not np.isnan(row["poverty_pct"]):
        more = 16 / 11 - 1
        people *= (1 + more * row["poverty_pct"] / 100) / (1 + more * 0.145)
    return float(min(people, row[list(kinds.ADULTS)].sum()))


@given(zones)
def test_the_table_and_plain_arithmetic_agree(frame: pd.DataFrame) -> None:
    found = kinds.equipment(frame, ASSUMPTIONS)["equipment_persons"]
    assert np.allclose(found, [_twin(row) for _, row in frame.iterrows()])


@given(zones, st.floats(0, 30))
def test_more_poverty_never_lowers_the_lack_of_equipment(frame: pd.DataFrame, more: float) -> None:
    poorer = frame.assign(poverty_pct=(frame["poverty_pct"] + more).clip(upper=100))
    before, after = kinds.equipment(frame, ASSUMPTIONS), kinds.equipment(poorer, ASSUMPTIONS)
    assert (after >= before - 1e-9).all(axis=None)


@given(zones, st.sampled_from(kinds.ADULTS), counts)
def test_one_more_adult_never_lowers_it_nor_counts_twice(
    frame: pd.DataFrame, age: str, more: float
) -> None:
    grown = frame.assign(**{age: frame[age] + more})
    before, after = kinds.equipment(frame, ASSUMPTIONS), kinds.equipment(grown, ASSUMPTIONS)
    assert (after >= before - 1e-9).all(axis=None)
    assert (after <= before + more + 1e-9).all(axis=None)


@given(zones)
def test_the_order_of_zones_changes_nothing(frame: pd.DataFrame) -> None:
    back = kinds.equipment(frame.iloc[::-1], ASSUMPTIONS).sort_index()
    pd.testing.assert_frame_equal(back, kinds.equipment(frame, ASSUMPTIONS))
