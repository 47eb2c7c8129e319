"""The gap table of a territory that a person can check by hand (see tests/worlds.py).

Walking: 10, 20, 30 minutes are 577, 1154 and 1731 m of straight line at 4.5 km/h with detour 1.3,
with weights 1, 0.68, 0.22. The place at B reaches B (0 m), D (400 m) and A (500 m), all at weight
1: 12 h / (200 + 50 + 100) people = 0.034286 h each, 3.4286 h per 100. The EPT's 8 h serve its 400
people in need evenly: 2 h per 100. So A = B = 5.4286, C = 2, D = 3.4286 h per 100.
The EPT's mean over need is (300 x 5.4286 + 100 x 2) / 400 = 4.5714. Only C lacks: 2.5714 h.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.errors import ChoiceError, CodeError
from observatory.model import need
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.facts import GAPS
from observatory.tables.remarks import remark, stored


@pytest.fixture(scope="module")
def facts() -> Facts:
    return worlds.facts()


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    """Return the assumptions, set against an equal share, so that hands can check the norm."""
    return load_assumptions(settings.load({}).assumptions).changed({"gap.norm": "share"})


def by_code(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("code")


def test_access_is_the_walked_help_plus_the_help_that_serves_the_area(
    facts: Facts, assumptions: Assumptions
) -> None:
    done = Model(facts, assumptions).measured
    access = done.points.set_index("point")["access_h_per_100"]
    assert access.to_dict() == pytest.approx(
        {"A": 5.428571, "B": 5.428571, "C": 2.0, "D": 3.428571}, abs=1e-5
    )
    assert done.norm == pytest.approx(4.571429, abs=1e-5)


def test_need_is_of_the_latest_population_and_the_census_stays(
    facts: Facts, assumptions: Assumptions
) -> None:
    grown = facts.communes["population"].where(facts.communes["commune"] != "93066", 3600)
    latest = facts.communes.assign(population_latest=grown.astype("Int64"))  # 3000 in the census
    table = by_code(Model(replace(facts, communes=latest), assumptions).gaps("commune"))
    assert table["need_persons"].to_dict() == pytest.approx({"93059": 100.0, "93066": 360.0})
    assert table["population"].to_dict() == {"93059": 1000, "93066": 3000}
    assert table["population_latest"].to_dict() == pytest.approx({"93059": 1000, "93066": 3600})


def test_people_with_weak_skills_are_beside_those_in_need(
    facts: Facts, assumptions: Assumptions
) -> None:
    table = by_code(Model(facts, assumptions).gaps("commune"))
    adults = 100 / 0.67  # all of them 75 and over
    assert table.at["93059", "weak_skills_persons"] == pytest.approx(0.366 * (adults - 100))


def test_the_level_of_the_departement_acts_where_it_is_there_as_a_whole(
    facts: Facts, assumptions: Assumptions
) -> None:
    whole = replace(facts, communes=facts.communes.assign(whole_departement=True))
    found = Model(whole, assumptions).iris
    adults = found[["pop_75p"]].sum().sum()
    assert found["need_persons"].sum() / adults == pytest.approx(0.15)
    assert Model(facts, assumptions).iris["need_persons"].sum() == pytest.approx(0.67 * adults)


def test_every_hour_of_help_reaches_somebody(facts: Facts, assumptions: Assumptions) -> None:
    points = Model(facts, assumptions).measured.points
    assert (points["access_h_per_100"] * points["need_persons"] / 100).sum() == pytest.approx(20.0)


def test_the_gap_is_the_sum_of_shortfalls_and_the_balance_is_net(
    facts: Facts, assumptions: Assumptions
) -> None:
    table = by_code(Model(facts, assumptions).figures("commune", "cog_2024"))
    assert table["missing_h_per_week"].to_dict() == pytest.approx(
        {"93059": 0.0, "93066": 2.571429}, abs=1e-5
    )
    # Pierrefitte has 100 x (5.4286 - 4.5714) = 0.8571 h above the norm; Saint-Denis as much below.
    assert table["balance_h_per_week"].to_dict() == pytest.approx(
        {"93059": 0.857143, "93066": -0.857143}, abs=1e-5
    )


def test_help_counts_the_places_of_the_zone_and_its_share_of_the_ept_post(
    facts: Facts, assumptions: Assumptions
) -> None:
    table = by_code(Model(facts, assumptions).gaps("commune", "cog_2024"))
    assert table["help_h_per_week"].to_dict() == pytest.approx({"93059": 2.0, "93066": 18.0})


def test_both_geographies_have_the_same_sums(facts: Facts, assumptions: Assumptions) -> None:
    nine = Model(facts, assumptions).gaps("commune", "cog_2024")
    eight = Model(facts, assumptions).gaps("commune", "cog_2025")
    assert list(eight["code"]) == ["93066"]
    assert "Pierrefitte" in eight["note"].iloc[0]
    for name in ("population", "need_persons", "help_h_per_week", "to_move_h_per_week"):
        assert nine[name].sum() == pytest.approx(eight[name].sum(), rel=1e-12)


def test_a_qpv_without_outline_has_no_figure_and_says_so(
    facts: Facts, assumptions: Assumptions
) -> None:
    table = by_code(Model(facts, assumptions).gaps("qpv"))
    assert table.loc["QN09328M", "need_persons"] == pytest.approx(200)
    assert pd.isna(table.loc["QN09328M", "note"])
    unknown = table.loc["QN09348M"]
    assert unknown[["population", "need_persons", "missing_h_per_week"]].isna().all()
    assert unknown["note"] == stored([remark("zones.unknown_outline")])


def test_a_point_that_an_edge_cuts_gives_the_qpv_its_share(
    facts: Facts, assumptions: Assumptions
) -> None:
    """The QPV takes three tenths of point B: of its people and its missing hours, not of its walk.

    The place at B is inside all the same.
    """
    cut = replace(facts, point_qpv=facts.point_qpv.assign(share=0.3))
    whole, part = (by_code(Model(f, assumptions).figures("qpv")).iloc[0] for f in (facts, cut))
    for name in ("population", "need_persons", "missing_h_per_week", "balance_h_per_week"):
        assert part[name] == pytest.approx(0.3 * whole[name]), name
    for name in ("access_h_per_100", "nearest_min", "within_15_pct"):
        assert part[name] == pytest.approx(whole[name]), name
    own = 12.0
    assert part["help_h_per_week"] - own == pytest.approx(0.3 * (whole["help_h_per_week"] - own))
    assert Model(cut, assumptions).missing("qpv").to_dict() == pytest.approx(
        {"QN09328M": part["missing_h_per_week"]}
    )


def test_two_qpv_and_the_rest_share_a_point_and_lose_nobody(
    facts: Facts, assumptions: Assumptions
) -> None:
    shares = {"QN09328M": 0.25, "QN09348M": 0.5}
    known = facts.qpv.assign(outline_known=True)
    split = pd.DataFrame({"point": "B", "qpv": list(shares), "share": list(shares.values())})
    table = by_code(Model(replace(facts, qpv=known, point_qpv=split), assumptions).gaps("qpv"))
    assert table["need_persons"].to_dict() == pytest.approx({q: 200 * s for q, s in shares.items()})


def test_the_help_of_a_zone_where_nobody_lives_is_kept(
    facts: Facts, assumptions: Assumptions
) -> None:
    offices = facts.iris.iloc[[1]].assign(iris="930660999", iris_name="Bureaux", population=0)
    moved = facts.supply.assign(iris=facts.supply["iris"].replace("930660101", "930660999"))
    changed = replace(facts, iris=pd.concat([facts.iris, offices], ignore_index=True), supply=moved)
    table = by_code(Model(changed, assumptions).gaps("iris"))
    assert table.loc["930660999", "help_h_per_week"] == pytest.approx(12)
    assert table.loc["930660999", "need_persons"] == 0
    total = by_code(Model(changed, assumptions).gaps("ept"))["help_h_per_week"].sum()
    assert table["help_h_per_week"].sum() == pytest.approx(total)


@pytest.mark.parametrize("level", ["iris", "qpv", "commune", "ept"])
def test_every_level_keeps_its_contract(facts: Facts, assumptions: Assumptions, level: str) -> None:
    table = Model(facts, assumptions).gaps(level)  # type: ignore[arg-type]  # every level by its name
    assert list(table.columns) == GAPS.names
    assert table["missing_h_per_week"].isna().all(), "a share moves hours, and none is missing"
    assert table["missing_etp"].isna().all()
    known = table.dropna(subset=["need_persons"])
    assert (known["to_move_low"] <= known["to_move_high"]).all()
    assert (known["need_low"] <= known["need_high"]).all()
    fixed = Model(facts, assumptions.changed({"gap.norm": "4"})).gaps(level)  # type: ignore[arg-type]  # every level
    known = fixed.dropna(subset=["need_persons"])
    assert fixed["to_move_h_per_week"].isna().all()
    assert (known["missing_low"] <= known["missing_high"]).all()
    assert (known["norm_h_per_100"] == 4).all()


@pytest.mark.parametrize("level", ["iris", "commune", "ept"])
def test_every_level_says_the_share_of_its_adults_in_need(
    facts: Facts, assumptions: Assumptions, level: str
) -> None:
    table = Model(facts, assumptions).gaps(level)  # type: ignore[arg-type]  # every level by its name
    aged = facts.iris[facts.iris["in_territory"]]
    adults = aged[[name for name in need.AGES if name != "pop_0_14"]].sum().sum()
    assert table["population_15"].sum() == pytest.approx(adults)
    share = 100 * table["need_persons"] / table["population_15"]
    assert table["need_pct"].tolist() == pytest.approx(share.tolist())


def test_nobody_aged_15_has_no_share_in_need(facts: Facts, assumptions: Assumptions) -> None:
    offices = facts.iris.iloc[[1]].assign(iris="930660999", iris_name="Bureaux", population=0)
    moved = facts.supply.assign(iris=facts.supply["iris"].replace("930660101", "930660999"))
    known = pd.concat([facts.iris, offices], ignore_index=True)
    changed = replace(facts, iris=known, supply=moved)
    empty = by_code(Model(changed, assumptions).gaps("iris")).loc["930660999"]
    assert empty["population_15"] == 0
    assert pd.isna(empty["need_pct"])


def test_a_fixed_norm_is_taken_as_it_is(facts: Facts, assumptions: Assumptions) -> None:
    table = by_code(Model(facts, assumptions.changed({"gap.norm": "10"})).gaps("ept"))
    # 100 x 4.5714 + 200 x 4.5714 + 100 x 8 per 100 people in need.
    assert table.loc[worlds.TERRITORY, "missing_h_per_week"] == pytest.approx(21.714286, abs=1e-5)


def test_the_departement_norm_takes_the_border_in(facts: Facts, assumptions: Assumptions) -> None:
    done = Model(facts, assumptions.changed({"gap.norm": "departement"})).measured
    assert done.norm == pytest.approx(100 * 20 / 450)


def test_unknown_choices_are_refused(facts: Facts, assumptions: Assumptions) -> None:
    with pytest.raises(ChoiceError, match="step, gaussian or binary"):
        _ = Model(facts, assumptions.changed({"access.decay": "cubic"})).measured
    with pytest.raises(ChoiceError, match="iris or qpv or commune or ept"):
        Model(facts, assumptions).gaps("region")  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(CodeError, match="cog_2024 or cog_2025"):
        Model(facts, assumptions).gaps("commune", "cog_1999")  # type: ignore[arg-type]  # same
