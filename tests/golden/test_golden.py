"""The published figures stay what they are, value by value and code by code."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import make  # noqa: E402  # the script stands beside this test, not in a package


@pytest.fixture(scope="module")
def fresh(all_draws: None) -> dict[str, pd.DataFrame]:
    return make.tables()


GOLDEN = ["communes_cog_2024", "communes_cog_2025", "ept", "qpv", "iris_93039"]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_figures_are_the_golden_ones(name: str, fresh: dict[str, pd.DataFrame]) -> None:
    golden = pd.read_csv(HERE / f"{name}.csv", dtype={"code": "str", "name": "str"})
    pd.testing.assert_frame_equal(fresh[name], golden, check_dtype=False, rtol=1e-6, atol=1e-5)


def test_every_golden_table_is_small_and_made_by_the_script(
    fresh: dict[str, pd.DataFrame],
) -> None:
    assert sorted(fresh) == sorted(GOLDEN)
    assert all(path.stat().st_size < 50_000 for path in HERE.glob("*.csv"))
