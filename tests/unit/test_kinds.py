"""Need by kind: what is known, what is only exposure, what is hidden, and the parents of pupils."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import TERRITORY, facts

from observatory import settings
from observatory.errors import ChoiceError, CodeError
from observatory.model import kinds
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.kind_results import KIND_NAMES
from observatory.tables.remarks import remark, remarks_of, stored
from observatory.words.remark_words import say

# A (93059), B and C (93066), D (93008, outside), as in tests/worlds.py.
AGES = {"pop_15_29": 200.0, "pop_30_44": 200.0, "pop_45_59": 200.0, "pop_60_74": 100.0}


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    return load_assumptions(settings.PROJECT / "data" / "assumptions.toml")


@pytest.fixture
def known() -> Facts:
    base = facts()
    published = {"no_thd_pct": [10.0, 25.0, 5.0], "poverty_disposable_pct": [14.5, 40.0, 20.0]}
    iris = base.iris.assign(
        **AGES,
        pop_75p=100.0,
        caf_rsa=[60.0, np.nan, 30.0, 5.0],
        households=[400.0, 800.0, 400.0, 200.0],
    )
    return replace(base, iris=iris, communes=base.communes.assign(**published))


def one(table: pd.DataFrame, code: str, kind: str) -> pd.Series:
    return table[(table["code"] == code) & (table["kind"] == kind)].iloc[0]


def test_each_zone_has_each_kind_once(known: Facts, assumptions: Assumptions) -> None:
    found = kinds.by_zone(Model(known, assumptions), "commune")
    assert found.groupby("code")["kind"].apply(list).to_dict() == {
        "93059": list(KIND_NAMES),
        "93066": list(KIND_NAMES),
    }


def test_skills_are_the_need_of_the_gap_table(known: Facts, assumptions: Assumptions) -> None:
    found = kinds.by_zone(Model(known, assumptions), "commune")
    need = Model(known, assumptions).gaps("commune").set_index("code")["need_persons"]
    assert one(found, "93066", "skills")["value"] == need["93066"] > 0
    assert one(found, "93066", "skills")["nature"] == "need"


def test_language_is_not_known_and_says_which_file_would_tell(
    known: Facts, assumptions: Assumptions
) -> None:
    row = one(kinds.by_zone(Model(known, assumptions), "ept"), TERRITORY, "language")
    assert not row["known"]
    assert np.isnan(row["value"])
    assert "rp2022_td_img1B.csv" in say(row["why"], "fr")


def test_connection_takes_the_share_without_30_mbit(known: Facts, assumptions: Assumptions) -> None:
    found = kinds.by_zone(Model(known, assumptions), "commune")
    row = one(found, "93059", "connection")
    assert row[["value", "low", "high"]].tolist() == pytest.approx([100.0, 10.0, 100.0])
    assert row["nature"] == "exposure"
    # 3000 residents of 93066 at 25 %.
    assert one(found, "93066", "connection")["value"] == pytest.approx(750.0)


def test_a_hidden_iris_hides_itself_and_makes_its_commune_a_lower_bound(
    known: Facts, assumptions: Assumptions
) -> None:
    iris = one(kinds.by_zone(Model(known, assumptions), "iris"), "930660101", "procedures")
    assert not iris["known"]
    assert remarks_of(iris["why"]) == (remark("studies.hidden", count=1),)
    commune = one(kinds.by_zone(Model(known, assumptions), "commune"), "93066", "procedures")
    assert commune[["value", "low"]].tolist() == [30.0, 30.0]
    assert np.isnan(commune["high"])
    assert remark("studies.lower_bound", count=1) in remarks_of(commune["why"])
    whole = one(kinds.by_zone(Model(known, assumptions), "commune"), "93059", "procedures")
    assert whole[["value", "high", "unit"]].tolist() == [60.0, 60.0, "households"]
    assert remarks_of(whole["why"]) == (remark("studies.procedures"),)


def test_a_commune_without_coverage_is_not_known_rather_than_covered(
    known: Facts, assumptions: Assumptions
) -> None:
    blind = replace(known, communes=known.communes.assign(no_thd_pct=[np.nan, 25.0, 5.0]))
    found = kinds.by_zone(Model(blind, assumptions), "commune")
    assert not one(found, "93059", "connection")["known"]
    assert one(found, "93066", "connection")["known"]
    assert not one(kinds.by_zone(Model(blind, assumptions), "ept"), TERRITORY, "connection")[
        "known"
    ]


def test_a_qpv_takes_the_share_of_its_people_and_says_when_it_has_no_outline(
    known: Facts, assumptions: Assumptions
) -> None:
    found = kinds.by_zone(Model(known, assumptions), "qpv")
    # The QPV holds point B, the whole of its IRIS.
    of_b = one(kinds.by_zone(Model(known, assumptions), "iris"), "930660101", "equipment")["value"]
    assert one(found, "QN09328M", "equipment")["value"] == pytest.approx(of_b)
    blind = found[found["code"] == "QN09348M"]
    assert not blind["known"].any()
    assert set(blind["why"]) == {stored([remark("studies.unknown_outline")])}


def test_an_iris_split_by_a_qpv_gives_it_its_people_s_share(
    known: Facts, assumptions: Assumptions
) -> None:
    extra = known.points[known.points["point"] == "B"].assign(point="B2")
    split = replace(known, points=pd.concat([known.points, extra], ignore_index=True))
    of_b = one(kinds.by_zone(Model(split, assumptions), "iris"), "930660101", "equipment")["value"]
    in_qpv = one(kinds.by_zone(Model(split, assumptions), "qpv"), "QN09328M", "equipment")["value"]
    assert in_qpv == pytest.approx(of_b / 2)


def test_nobody_is_counted_beyond_the_residents(known: Facts, assumptions: Assumptions) -> None:
    high = assumptions.changed({"kinds.equipment.rate_75p_pct": 90.0})
    zone = known.iris.iloc[[0]].assign(**dict.fromkeys(AGES, 0.0), poverty_pct=100.0)
    assert kinds.equipment(zone, high)["equipment_persons"].tolist() == [100.0]


def test_the_equipment_interval_holds_its_three_estimates(
    known: Facts, assumptions: Assumptions
) -> None:
    found = kinds.by_zone(Model(known, assumptions), "iris")
    for row in found[found["kind"] == "equipment"].itertuples():
        assert row.low <= row.value <= row.high <= 800.0
    # The national level of 2021, 7 in 12, lowers the low end beyond the noise.
    row = one(found, "930590101", "equipment")
    assert row["low"] < row["value"] * 7 / 12


def test_rates_by_age_that_leave_no_room_are_refused(assumptions: Assumptions) -> None:
    with pytest.raises(ChoiceError, match="30-74"):
        kinds.age_rates(
            assumptions.changed(
                {"kinds.equipment.rate_75p_pct": 100.0, "kinds.equipment.total_pct": 7.0}
            )
        )


def test_unknown_levels_and_geographies_are_refused(known: Facts, assumptions: Assumptions) -> None:
    with pytest.raises(ChoiceError, match="qpv"):
        kinds.by_zone(Model(known, assumptions), "canton")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(CodeError):
        kinds.by_zone(Model(known, assumptions), "commune", "cog_2026")  # type: ignore[arg-type]  # on purpose


SCHOOLS = pd.DataFrame(
    {
        "uai": ["c1", "e1", "m1", "c2", "x"],
        "network": ["REP", "REP", "REP", "REP+", None],
        "network_head": ["c1", "c1", "c1", "c2", None],
        "commune": ["93059", "93059", "93066", "93066", "93066"],
        "in_territory": True,
        "pupils": [400.0, 200.0, np.nan, 300.0, 900.0],
    }
)


def test_parents_by_network_commune_and_territory_agree(assumptions: Assumptions) -> None:
    network = kinds.rep_parents(SCHOOLS, assumptions, "network").set_index("code")
    assert network["parents"].to_dict() == pytest.approx({"c1": 660.0, "c2": 330.0})
    assert remarks_of(network.loc["c1", "why"])[0].code == "studies.pupils_uncounted"
    assert pd.isna(network.loc["c2", "why"])
    for by in ("commune", "ept"):
        found = kinds.rep_parents(SCHOOLS, assumptions, by, ept=TERRITORY)  # type: ignore[arg-type]
        assert found["parents"].sum() == pytest.approx(990.0)
        assert found["schools_uncounted"].sum() == 1


def test_a_commune_with_nursery_schools_only_is_not_known(assumptions: Assumptions) -> None:
    found = kinds.rep_parents(SCHOOLS, assumptions).set_index(["code", "network"])
    assert np.isnan(found.loc[("93066", "REP"), "parents"])


def test_the_merged_commune_holds_both_communes_pupils(assumptions: Assumptions) -> None:
    found = kinds.rep_parents(SCHOOLS, assumptions, "commune", "cog_2025")
    assert set(found["code"]) == {"93066"}
    assert found["pupils"].sum() == 900.0


def test_an_unknown_grouping_is_refused(assumptions: Assumptions) -> None:
    with pytest.raises(ChoiceError, match="network"):
        kinds.rep_parents(SCHOOLS, assumptions, "canton")  # type: ignore[arg-type]  # on purpose
