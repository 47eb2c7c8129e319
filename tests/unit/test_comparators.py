"""The known indices: scales, missing scores, ranks, and the sentence that explains them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from observatory.errors import ColumnsError
from observatory.model import comparators
from observatory.tables.remarks import remark
from observatory.words.catalogue import LANGS
from observatory.words.remark_words import sentence


def table() -> pd.DataFrame:
    scores = pd.DataFrame(
        [[5.0, 5.0, 10.0, 1.6, 4.5], [4.0, 5.0, 10.0, 1.2, 5.8]], columns=list(comparators.IFN_V2)
    )
    return scores.assign(
        name=["Saint-Denis", "Aubervilliers"],
        missing_h_per_week=[80.25, 30.0],
        access_h_per_100=[2.34, 4.0],
        need_persons=[12345.0, 9000.0],
    ).set_axis(["93066", "93001"])


def test_a_missing_score_leaves_no_total() -> None:
    frame = table()
    frame.loc["93066", "poverty_rate"] = np.nan
    assert comparators.ifn_v2(frame).isna().tolist() == [True, False]


def test_a_column_that_lacks_is_named() -> None:
    with pytest.raises(ColumnsError, match="no poverty_rate"):
        comparators.ifn_v2(table().drop(columns="poverty_rate"))


def test_min_and_max_become_0_and_10() -> None:
    assert comparators.minmax(pd.Series([20.0, 10.0, 30.0])).tolist() == [5, 0, 10]
    assert comparators.minmax(pd.Series([4.0, 4.0])).tolist() == [0, 0]


def test_deri_averages_within_components_then_over_them() -> None:
    zones = pd.DataFrame({"x": [0.0, 1.0, 0.5], "y": [0.0, 0.0, 1.0], "z": [3.0, 1.0, 2.0]})
    found = comparators.deri(zones, {"first": {"x": 3.0, "y": 1.0}, "second": {"z": 9.0}})
    assert found["first"].tolist() == [0, 7.5, 6.25]
    assert found["second"].tolist() == [10, 0, 5]
    assert found["deri"].tolist() == [5, 3.75, 5.625]


def test_deri_is_unknown_where_an_indicator_is() -> None:
    names = [name for part in comparators.DERI.values() for name in part]
    zones = pd.DataFrame(np.arange(12.0).reshape(2, 6), columns=names)
    zones.loc[0, "no_thd_pct"] = np.nan
    assert comparators.deri(zones)["deri"].isna().tolist() == [True, False]


def test_scores_by_rank_go_from_1_to_10() -> None:
    scored = comparators.decile_scores(pd.DataFrame({"x": [5.0, 1.0, 3.0, np.nan]}))["x"]
    assert scored.iloc[:3].tolist() == [10, 1, 5.5]
    assert np.isnan(scored.iloc[3])


def test_rank_1_is_the_highest_and_ties_share_it() -> None:
    found = comparators.ranks(pd.DataFrame({"x": [1.0, 9.0, 9.0]}))
    assert found["rank_x"].tolist() == [3, 1, 1]


def test_the_sentence_holds_its_figures() -> None:
    found = comparators.explain("93066", table())
    assert [found.get(name) for name in ("rank_gap", "rank_index", "high", "low")] == [
        1,
        1,
        "poverty_rate",
        "older_65_rate",
    ]
    french, english = (sentence(found, lang) for lang in LANGS)
    for words in (
        "Saint-Denis\u00a0: 1er rang sur 2",
        "80,2\u00a0h",
        "1er pour l'IFN V2 (5,2 sur 10)",
    ):
        assert words in french
    assert "la pauvreté (10,0) et les 65 ans et plus (1,6)" in french
    assert "12\u202f345 personnes" in french
    assert "rank 1 of 2 by missing hours of help (80.2 h a week)" in english
    assert "12,345 people in difficulty" in english
    assert "2e pour l'IFN V2" in sentence(comparators.explain("93001", table()), "fr")


def test_the_sentence_says_what_is_not_known() -> None:
    frame = table()
    frame.loc["93066", "missing_h_per_week"] = np.nan
    found = comparators.explain("93066", frame)
    assert found == remark(
        "studies.not_compared", name="Saint-Denis", missing=("missing_h_per_week",)
    )
    assert sentence(found, "fr") == (
        "Saint-Denis\u00a0: comparaison impossible, non connu\u00a0: les heures manquantes."
    )
