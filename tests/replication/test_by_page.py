"""The published method page is enough to find again what the command prints."""

from io import StringIO

import pandas as pd
import pytest
from by_page_missing import LEVELS, figures_by_point, figures_by_zone
from command import printed

FIGURES = [
    "need_persons",
    "help_h_per_week",
    "access_h_per_100",
    "missing_h_per_week",
    "missing_h_per_100",
]
RELATIVE = 1e-6
ROUNDING = 5.1e-7  # the command prints six decimals

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return figures_by_point()


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {level: _table(level) for level in LEVELS}


def _table(level: str) -> pd.DataFrame:
    asked = ("--build", "edition", "--norm", "france", "--level", level, "--format", "csv")
    return pd.read_csv(StringIO(printed("gaps", *asked)), dtype={"code": str}).set_index("code")


@pytest.mark.parametrize("level", LEVELS)
def test_the_zones_are_the_same(
    points: pd.DataFrame, tables: dict[str, pd.DataFrame], level: str
) -> None:
    assert set(figures_by_zone(points, level).index) == set(tables[level].index)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_figure_is_found_again(
    points: pd.DataFrame, tables: dict[str, pd.DataFrame], level: str, figure: str
) -> None:
    theirs = tables[level][figure]
    mine = figures_by_zone(points, level)[figure].reindex(theirs.index)
    assert mine.to_list() == pytest.approx(theirs.to_list(), rel=RELATIVE, abs=ROUNDING)
