"""Zones beside each other: figures of the gap table, ranks, differences taken draw by draw."""

from __future__ import annotations

import numpy as np
import pytest

from observatory.errors import ChoiceError
from observatory.model.compare import compare, drawn_figures
from observatory.model.model import Model
from observatory.model.studies import ranks
from observatory.tables.comparison_results import MEASURES


def test_two_communes_have_the_figures_of_the_gap_table(model: Model) -> None:
    table = compare(model, zones=["93066", "93031"])
    gaps = model.gaps("commune").set_index("code")
    assert list(table["code"]) == ["93066"] * 4 + ["93031"] * 4
    assert list(table["measure"].head(4)) == list(MEASURES)
    for row in table.to_dict("records"):
        assert row["value"] == pytest.approx(gaps.loc[row["code"], row["measure"]])
    rate = table[table["measure"] == "missing_h_per_100"].set_index("code")
    ends = gaps.loc[rate.index, ["missing_h_per_100_low", "missing_h_per_100_high"]]
    # The gap table has its intervals to six decimals.
    np.testing.assert_allclose(rate[["low", "high"]], ends, atol=1e-6)
    assert (table["zones"] == len(gaps)).all()


def test_a_difference_is_taken_draw_by_draw(model: Model) -> None:
    table = compare(model, zones=["93066", "93031"]).set_index(["code", "measure"])
    drawn = drawn_figures(model, "commune", "cog_2024")["missing_h_per_100"]
    apart = drawn["93031"] - drawn["93066"]
    row = table.loc["93031", "missing_h_per_100"]
    ends = [row["difference_low"], row["difference_high"]]
    np.testing.assert_allclose(ends, apart.quantile([0.05, 0.95]))
    assert row["above_pct"] == pytest.approx(100 * (apart > 0).mean())
    # What both share moves both: the difference is surer than the two figures would say.
    both = drawn[["93031", "93066"]].std()
    assert apart.std() < np.sqrt((both**2).sum())
    assert table.loc["93066", ["difference", "above_pct"]].isna().all().all()


@pytest.mark.parametrize("level", ["commune", "iris", "qpv"])
def test_the_worst_comes_first_where_no_zone_is_chosen(model: Model, level: str) -> None:
    table = compare(model, level=level)  # type: ignore[arg-type]  # a level
    rate = table[table["measure"] == "missing_h_per_100"].dropna(subset=["value"])
    assert rate["rank"].iloc[0] == 1
    assert rate["rank"].is_monotonic_increasing
    access = table[table["measure"] == "access_h_per_100"].dropna(subset=["value"])
    assert access.loc[access["rank"].idxmin(), "value"] == access["value"].min()


@pytest.mark.parametrize("zones", [["93066"], ["93066", "93066"], ["93066", "x"], ["93001"] * 10])
def test_a_choice_that_cannot_be_compared_is_refused(model: Model, zones: list[str]) -> None:
    with pytest.raises(ChoiceError, match="zones"):
        compare(model, zones=zones)


def test_the_qpv_are_ranked_with_their_class_of_precision(model: Model) -> None:
    table = ranks(model, level="qpv")
    gaps = model.gaps("qpv").set_index("code")
    assert set(table["code"]) == set(gaps.index)
    assert table["missing_class"].tolist() == gaps.loc[table["code"], "missing_class"].tolist()
    assert table["rank"].iloc[0] == 1
    with pytest.raises(ChoiceError, match="level"):
        ranks(model, level="ept")
