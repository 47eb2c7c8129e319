"""The shares of labelled pairs and their intervals, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import matching


def test_wilson_of_nine_in_ten() -> None:
    # (0.9 + 1.92073 / 10 -+ 1.95996 sqrt(0.009 + 0.0096036)) / 1.384146, from the formula.
    assert matching.wilson(0.9, 10) == pytest.approx((0.59585, 0.98212), abs=1e-5)
    assert matching.wilson(1.0, 10) == pytest.approx((0.72247, 1.0), abs=1e-5)


def test_a_pair_counts_for_those_of_its_layer() -> None:
    labels = pd.DataFrame(
        [("a", "b", 1, 3.0), ("c", "d", 0, 1.0), ("e", "f", 1, 1.0), ("g", "gone", 0, 9.0)],
        columns=["id_a", "id_b", "same", "weight"],
    )
    found = matching.scores(labels, {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3, "f": 4, "g": 5})
    # Put together: ab (3, right) and cd (1, wrong). The same: ab (3, found) and ef (1, not).
    assert found["precision"]["share"] == 0.75
    assert found["recall"]["share"] == 0.75
    assert found["precision"]["pairs"] == 2
    # Weights 3 and 1 say as much as 16 / 10 pairs.
    low, high = matching.wilson(0.75, 1.6)
    assert (found["recall"]["low"], found["recall"]["high"]) == (round(low, 3), round(high, 3))


def test_no_pair_gives_no_share() -> None:
    nothing = pd.Series([], dtype=float)
    assert matching.share(nothing.astype(bool), nothing)["share"] is None
