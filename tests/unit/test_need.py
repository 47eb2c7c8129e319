"""Need: what is refused, what stays missing, and the fit to the national margins."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from observatory import settings
from observatory.errors import ChoiceError, ColumnsError, ContractError
from observatory.model import need, poverty_by_age
from observatory.model.assumptions import Assumptions, parse_assumptions
from observatory.model.official_level import Region
from observatory.model.profiles import by_lack

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


def zone(**values: float) -> pd.DataFrame:
    ages = dict.fromkeys(need.AGES, 100.0)
    return pd.DataFrame([{**ages, "poverty_pct": 30.0, "low_diploma_pct": 50.0, **values}])


def test_the_national_pyramid_gives_back_the_published_rate() -> None:
    assert 100 * need.margins(ASSUMPTIONS).rate == pytest.approx(16.5, abs=0.05)


def test_the_diploma_fit_keeps_every_margin() -> None:
    fitted = need.calibrate(ASSUMPTIONS)
    known = fitted.margins
    chance = 1 / (1 + np.exp(-fitted.diploma_logit))
    split = np.stack([1 - chance, chance], axis=2)
    by_group = (fitted.diploma_rate * split).sum(axis=2)
    assert by_group @ known.groups == pytest.approx(np.array(known.age_rate))
    assert chance @ known.groups == pytest.approx(np.array(known.diploma_share))
    odds = logit(known.rate) - logit(known.total_2021)
    wanted = logit(np.array([known.low_rate, known.high_rate])) + odds
    found = np.array(known.age_share) @ by_group
    assert logit(found[[0, 2]]) == pytest.approx(wanted)
    cells = np.array(known.age_share)[:, None, None] * known.groups[None, :, None] * split
    lacking = cells[:, :, 1].sum()
    low_2021 = (known.total_2021 - (1 - lacking) * known.above_rate) / lacking
    rate = (cells * fitted.diploma_rate)[:, :, 1].sum() / lacking
    assert logit(rate) == pytest.approx(logit(low_2021) + odds)


def test_diploma_takes_over_part_of_what_poverty_alone_explained() -> None:
    fitted = need.calibrate(ASSUMPTIONS)
    assert 0 < fitted.diploma_effect[0] < fitted.poverty_effect[0]
    assert fitted.diploma_effect[2] > 0


def test_every_corner_of_the_bounds_keeps_more_poverty_from_lowering_need() -> None:
    names = [
        "need.living_standard.low_rate_pct",
        "need.living_standard.high_rate_pct",
        "need.poverty_national_pct",
        "need.age_rate_pct.75p",
        "need.diploma.above_rate_pct",
        "need.diploma.living_standard_odds",
    ]
    for ends in itertools.product(("low", "high"), repeat=len(names)):
        moved = {n: float(getattr(ASSUMPTIONS[n], end)) for n, end in zip(names, ends, strict=True)}
        fitted = need.calibrate(ASSUMPTIONS.changed(moved))
        for low, high, *gamma in (fitted.poverty_effect, fitted.diploma_effect):
            assert low >= 0 >= high, moved
            assert all(value > 0 for value in gamma), moved


def test_margins_that_turn_the_order_round_are_pooled() -> None:
    turned = ASSUMPTIONS.changed({"need.living_standard.low_rate_pct": 16.0})
    fitted = need.calibrate(turned)
    assert fitted.poverty_effect[0] == 0
    assert fitted.rate @ fitted.margins.groups == pytest.approx(np.array(fitted.margins.age_rate))


def test_without_poverty_age_alone_remains() -> None:
    found = need.estimate(zone(poverty_pct=np.nan), ASSUMPTIONS).iloc[0]
    assert np.isnan(found["need_poverty"])
    assert np.isnan(found["need_diploma"])
    assert found["need_persons"] == found["need_age"] == 109.0  # 2 x 3 + 9 + 27 + 67


def test_without_diploma_the_other_two_remain() -> None:
    found = need.estimate(zone(low_diploma_pct=np.nan), ASSUMPTIONS).iloc[0]
    assert np.isnan(found["need_diploma"])
    assert found["need_persons"] == pytest.approx(found["need_poverty"])
    assert found["need_poverty"] > found["need_age"]


def test_the_central_estimate_is_the_fullest_that_is_known() -> None:
    found = need.estimate(zone(), ASSUMPTIONS).iloc[0]
    assert found["need_persons"] == pytest.approx(found["need_diploma"])
    for model in ("age", "poverty", "diploma"):
        asked = need.estimate(zone(), ASSUMPTIONS.changed({"need.model": model})).iloc[0]
        assert asked["need_persons"] == pytest.approx(found[f"need_{model}"])


def test_a_model_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ChoiceError, match="age or poverty or diploma"):
        need.estimate(zone(), ASSUMPTIONS.changed({"need.model": "income"}))


def test_need_follows_the_latest_population() -> None:
    base = need.estimate(zone(), ASSUMPTIONS).iloc[0]
    grown = need.estimate(zone(population_factor=1.1), ASSUMPTIONS).iloc[0]
    for name in (*need.ESTIMATES, "need_persons"):
        assert grown[name] == pytest.approx(1.1 * base[name])


def test_nobody_needs_nothing_even_without_rates() -> None:
    empty = zone(**dict.fromkeys(need.AGES, 0.0), poverty_pct=np.nan, low_diploma_pct=np.nan)
    assert (need.estimate(empty, ASSUMPTIONS).iloc[0] == 0).all()


def test_the_short_way_gives_the_same_need() -> None:
    frame = pd.concat([zone(), zone(poverty_pct=np.nan), zone(pop_75p=7, poverty_pct=3)])
    frame["low_diploma_pct"] = [np.nan, 50.0, 12.0]
    short = need.central(need.residents(frame), ASSUMPTIONS)
    assert short == pytest.approx(need.estimate(frame, ASSUMPTIONS)["need_persons"].to_numpy())


def test_children_are_not_counted() -> None:
    few = need.estimate(zone(pop_0_14=0), ASSUMPTIONS)
    many = need.estimate(zone(pop_0_14=9999), ASSUMPTIONS)
    pd.testing.assert_frame_equal(few, many)


def test_the_index_is_kept() -> None:
    frame = zone().set_axis(["930660101"])
    assert list(need.estimate(frame, ASSUMPTIONS).index) == ["930660101"]


def test_the_diplomas_of_each_zone_come_back() -> None:
    fitted = need.calibrate(ASSUMPTIONS)
    people = np.array([[[10.0, 20, 5], [8, 9, 3], [4, 4, 4], [1, 2, 3]]]).repeat(3, axis=0)
    split = by_lack(people, np.array([0.05, 0.55, 0.98]), fitted.diploma_logit)
    assert split.sum(axis=3) == pytest.approx(people)
    lacking = split[..., 1].sum(axis=(1, 2)) / people.sum(axis=(1, 2))
    assert lacking == pytest.approx([0.05, 0.55, 0.98])


OF_AGES = {
    "poverty_under_30_pct": 30.0,
    "poverty_30_39_pct": 30.0,
    "poverty_40_49_pct": 30.0,
    "poverty_50_59_pct": 30.0,
    "poverty_60_74_pct": 30.0,
    "poverty_75p_pct": 30.0,
    "poverty_disposable_pct": 30.0,
}


def test_old_people_poorer_than_the_young_raise_need() -> None:
    """One rate at all ages is, for the old, further above the nation's, whose old are less poor."""
    alike = need.estimate(zone(), ASSUMPTIONS).iloc[0]
    by_age = need.estimate(zone(**OF_AGES), ASSUMPTIONS).iloc[0]
    assert by_age["need_persons"] > alike["need_persons"]
    assert by_age["need_age"] == alike["need_age"]
    richer = {**OF_AGES, "poverty_60_74_pct": 10.0, "poverty_75p_pct": 5.0}
    less = need.estimate(zone(**richer), ASSUMPTIONS).iloc[0]
    assert less["need_persons"] < by_age["need_persons"]


def test_at_the_nations_poverty_by_age_a_zone_has_the_national_rate() -> None:
    known = need.margins(ASSUMPTIONS)
    people = np.array([known.age_share]) * 1000
    by_age = poverty_by_age.national(known)[None, :]
    alike = np.array([100 * known.poverty])
    residents = need.Residents(people, alike, np.array([np.nan]), by_age)
    assert need.central(residents, ASSUMPTIONS) == pytest.approx(1000 * known.rate)


def test_suppressed_ages_are_as_far_from_the_nation_as_the_zone() -> None:
    unknown = dict.fromkeys(OF_AGES, np.nan) | {"poverty_disposable_pct": 30.0}
    alike = need.estimate(zone(), ASSUMPTIONS)
    pd.testing.assert_frame_equal(need.estimate(zone(**unknown), ASSUMPTIONS), alike)
    parts = need.residents(zone(**{**OF_AGES, "poverty_under_30_pct": np.nan}))
    assert parts.by_age is not None
    assert list(np.isnan(parts.by_age[0])) == [True, False, False, False]


def region(unknown: float = 1.0) -> Region:
    """A département of 400 adults with a level of its own, and one of 800."""
    people = np.array([[100.0] * 4, [200.0] * 4])
    share = np.array([20.0, 15.0])
    residents = need.Residents(people, share, share * 2)
    return Region(residents, np.array(["93", "92"]), unknown)


@pytest.mark.parametrize("unknown", [1.0, 1.4])
def test_the_region_comes_to_its_level_with_the_departement_at_its_own(unknown: float) -> None:
    known = region(unknown)
    official = need.Official({"93": np.array([0])}, np.array([1]), known)
    home, around = need.central(known.residents, ASSUMPTIONS, official)
    assert home / 400 == pytest.approx(0.15)
    people = 400 + 800 * unknown
    assert (home + around * unknown) / people == pytest.approx(0.122)
    assert known.known == pytest.approx(1200 / people)


def test_without_the_region_the_zones_around_keep_national_rates() -> None:
    known = region()
    official = need.Official({"93": np.array([0])}, np.array([1]))
    _, around = need.central(known.residents, ASSUMPTIONS, official)
    assert around == pytest.approx(need.central(known.residents, ASSUMPTIONS)[1])


def test_a_region_that_its_departement_leaves_nobody_in_is_refused() -> None:
    known = region()
    moved = ASSUMPTIONS.changed({"need.level_departement_pct": 60.0})
    with pytest.raises(ChoiceError, match="left for the others"):
        known.left(moved)


def two_departements() -> tuple[pd.DataFrame, need.Official]:
    """Three zones of the 93, of which the second knows no diploma and the third no poverty."""
    frame = pd.concat(
        [
            zone(),
            zone(low_diploma_pct=np.nan, pop_75p=7),
            zone(poverty_pct=np.nan),
            zone(poverty_pct=9),
        ],
        ignore_index=True,
    )
    return frame, need.Official({"93": np.array([0, 1, 2]), "92": np.array([3])})


def test_a_whole_departement_has_its_official_level() -> None:
    frame, whole = two_departements()
    national = need.estimate(frame, ASSUMPTIONS)
    found = need.estimate(frame, ASSUMPTIONS, whole)
    adults = need.by_band(frame).sum(axis=1)
    at = found["need_persons"].to_numpy()
    assert at[:3].sum() / adults[:3].sum() == pytest.approx(0.15)
    assert at[3] == pytest.approx(national["need_persons"][3])  # the 92 has no level of its own
    names = list(need.ESTIMATES)
    pd.testing.assert_frame_equal(found[names], national[names])


def test_the_level_is_one_shift_of_every_chance() -> None:
    old = zone(**{**dict.fromkeys(need.AGES, 0.0), "pop_75p": 100.0}, poverty_pct=np.nan)
    young = zone(**{**dict.fromkeys(need.AGES, 0.0), "pop_15_29": 900.0}, poverty_pct=np.nan)
    frame = pd.concat([old, young], ignore_index=True)
    whole = need.Official({"93": np.array([0, 1])})
    found = need.estimate(frame, ASSUMPTIONS, whole)["need_persons"]
    assert found.sum() == pytest.approx(150.0)
    moved = logit(found.to_numpy() / np.array([100.0, 900.0])) - logit([0.67, 0.03])
    assert moved[0] == pytest.approx(moved[1])
    assert moved[0] > 0  # 67 + 27 people at the national rates


@pytest.mark.parametrize("level", [0.0, 100.0])
def test_a_level_of_nobody_or_everybody_is_refused(level: float) -> None:
    frame, whole = two_departements()
    moved = ASSUMPTIONS.changed({"need.level_departement_pct": level})
    with pytest.raises(ChoiceError, match="above 0 and below 100"):
        need.estimate(frame, moved, whole)


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"pop_75p": np.nan}, ContractError, "missing or negative"),
        ({"pop_75p": -1.0}, ContractError, "missing or negative"),
        ({"poverty_pct": 101.0}, ContractError, "poverty_pct"),
        ({"low_diploma_pct": -0.1}, ContractError, "low_diploma_pct"),
    ],
)
def test_wrong_figures_are_refused(
    values: dict[str, float], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        need.estimate(zone(**values), ASSUMPTIONS)


def test_a_column_that_lacks_is_named() -> None:
    with pytest.raises(ColumnsError, match="no pop_75p"):
        need.estimate(zone().drop(columns="pop_75p"), ASSUMPTIONS)


def test_noise_follows_its_three_choices() -> None:
    count = pd.Series([100.0])
    base = need.noise(count, ASSUMPTIONS).iloc[0]
    changes = {"need.census.fraction": 0.8, "need.census.deff": 3.0, "need.census.z": 3.29}
    moved = [need.noise(count, ASSUMPTIONS.changed({n: v})).iloc[0] for n, v in changes.items()]
    assert np.array(moved) / base == pytest.approx([np.sqrt(1 / 6), np.sqrt(1.5), 2.0])


def iris(**columns: object) -> pd.DataFrame:
    base = {
        "commune": ["93066"] * 3,
        "population": [100, 200, 300],
        "poverty_declared_pct": [20.0, 40.0, np.nan],
        "poverty_disposable_pct": [30.0] * 3,
    }
    return pd.DataFrame({**base, **columns}, index=["x", "y", "z"])


def test_an_iris_without_a_declared_rate_has_the_communes() -> None:
    spread = need.spread_poverty(iris())
    assert spread["z"] == 30.0
    assert spread["x"] < 30 < spread["y"]
    assert np.average(spread, weights=iris()["population"]) == pytest.approx(30.0)


def test_a_commune_without_a_rate_leaves_its_iris_without() -> None:
    assert need.spread_poverty(iris(poverty_disposable_pct=np.nan)).isna().all()


def test_a_commune_whose_declared_rates_are_all_hidden_has_one_rate() -> None:
    assert (need.spread_poverty(iris(poverty_declared_pct=np.nan)) == 30.0).all()


def test_iris_where_nobody_lives_weigh_nothing() -> None:
    spread = need.spread_poverty(iris(population=[0, 200, 0]))
    assert spread["y"] == pytest.approx(30.0)
    assert spread["x"] < 30.0


def test_rates_of_0_and_100_stay_so() -> None:
    assert (need.spread_poverty(iris(poverty_disposable_pct=0.0)) == 0).all()
    assert (need.spread_poverty(iris(poverty_disposable_pct=100.0)) == 100).all()


def test_communes_are_spread_apart() -> None:
    two = pd.concat([iris(), iris(commune="93001", poverty_disposable_pct=40.0)], ignore_index=True)
    spread = need.spread_poverty(two)
    assert np.average(spread[3:], weights=two["population"][3:]) == pytest.approx(40.0)
    assert list(spread.index) == list(two.index)


def test_an_index_that_repeats_itself_loses_and_doubles_nothing() -> None:
    frame = iris().set_axis(["x", "x", "x"])
    assert need.spread_poverty(frame).tolist() == need.spread_poverty(iris()).tolist()


def test_no_iris_give_no_rates() -> None:
    assert need.spread_poverty(iris().iloc[:0]).empty


def diplomas(**columns: object) -> pd.DataFrame:
    base = {
        "commune": ["93066"] * 3,
        "pop_0_14": [999.0] * 3,
        "pop_15_29": [100.0, 100.0, 50.0],
        "pop_75p": [0.0, 100.0, 250.0],
        "low_diploma_expected_pct": [30.0, 60.0, np.nan],
        "low_diploma_pct": [50.0] * 3,
    }
    return pd.DataFrame({**base, **columns}, index=["x", "y", "z"])


def test_diplomas_are_spread_along_the_expected_share() -> None:
    spread = need.spread_diploma(diplomas())
    assert spread["z"] == 50.0  # nothing is known of it
    assert np.average(spread, weights=[100, 200, 300]) == pytest.approx(50.0)
    apart = logit(spread["y"] / 100) - logit(spread["x"] / 100)
    assert apart == pytest.approx(logit(0.6) - logit(0.3))


def test_without_contrast_each_iris_has_the_diplomas_of_its_commune() -> None:
    assert need.spread_diploma(diplomas(), 0.0).tolist() == pytest.approx([50.0] * 3)
    assert need.spread_diploma(diplomas(low_diploma_pct=np.nan)).isna().all()


def test_every_choice_read_here_is_among_the_choices() -> None:
    assert isinstance(need.margins(ASSUMPTIONS), need.Margins)
    with pytest.raises(ValueError, match=r"need\.age_share_pct\.15_44"):
        need.margins(Assumptions({}))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("need.age_rate_pct.75p", 100.0, "0, all or more than all"),
        ("need.poverty_national_pct", 0.0, "0, all or more than all"),
        ("need.diploma.living_standard_odds", 0.0, "0, all or more than all"),
        ("need.living_standard.low_rate_pct", 90.0, "contradict"),
        ("need.diploma.above_rate_pct", 50.0, "without the baccalauréat"),
    ],
)
def test_margins_that_no_population_has_are_refused(name: str, value: float, words: str) -> None:
    with pytest.raises(ChoiceError, match=words):
        need.estimate(zone(), ASSUMPTIONS.changed({name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("need.age_rate_pct.75p", 101.0),
        ("capacity.counsellor.public_share", 1.2),
        ("freshness.weight_stale", 2.0),
        ("walk.speed_kmh", -1.0),
        ("need.census.z", float("nan")),
    ],
)
def test_a_number_that_its_unit_cannot_have_is_refused(name: str, value: float) -> None:
    with pytest.raises(ChoiceError, match="0 or more"):
        ASSUMPTIONS.changed({name: value})
