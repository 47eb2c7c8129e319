"""Need: more of anything that makes it never lowers it; sums, order and units hold."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.model import need
from observatory.model.assumptions import parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)
EXTENSIVE = ["need_age", "need_poverty", "need_diploma", "need_persons"]

counts = st.integers(0, 3000).map(float)
shares = st.floats(0, 100)
zones = st.lists(
    st.fixed_dictionaries(
        {
            **dict.fromkeys(need.AGES, counts),
            "poverty_pct": shares,
            "low_diploma_pct": st.floats(1, 99),
        }
    ),
    min_size=1,
    max_size=6,
).map(pd.DataFrame)


@given(zones, st.floats(0, 30))
def test_more_poverty_never_lowers_need(frame: pd.DataFrame, more: float) -> None:
    poorer = frame.assign(poverty_pct=(frame["poverty_pct"] + more).clip(upper=100))
    before, after = need.estimate(frame, ASSUMPTIONS), need.estimate(poorer, ASSUMPTIONS)
    assert (after["need_poverty"] >= before["need_poverty"] - 1e-9).all()
    assert np.allclose(after["need_age"], before["need_age"])


@given(zones, st.floats(0, 30))
def test_fewer_diplomas_never_lower_need(frame: pd.DataFrame, more: float) -> None:
    without = frame.assign(low_diploma_pct=(frame["low_diploma_pct"] + more).clip(upper=100))
    before, after = need.estimate(frame, ASSUMPTIONS), need.estimate(without, ASSUMPTIONS)
    for name in ("need_diploma", "need_persons"):
        assert (after[name] >= before[name] - 1e-6).all()


@given(zones, st.sampled_from(need.AGES), counts)
def test_one_more_person_never_lowers_need(frame: pd.DataFrame, age: str, more: float) -> None:
    found = need.estimate(frame.assign(**{age: frame[age] + more}), ASSUMPTIONS)
    before = need.estimate(frame, ASSUMPTIONS)
    for name in EXTENSIVE:
        assert (found[name] >= before[name] - 1e-6).all()


@given(zones)
def test_older_people_need_more(frame: pd.DataFrame) -> None:
    aged = frame.assign(pop_75p=frame["pop_75p"] + frame["pop_15_29"], pop_15_29=0.0)
    before, after = need.estimate(frame, ASSUMPTIONS), need.estimate(aged, ASSUMPTIONS)
    assert (after["need_persons"] >= before["need_persons"] - 1e-9).all()


@given(zones)
def test_need_stays_within_the_adults(frame: pd.DataFrame) -> None:
    found = need.estimate(frame, ASSUMPTIONS)
    adults = frame[list(need.AGES[1:])].sum(axis=1)
    for name in EXTENSIVE:
        assert found[name].between(0, adults + 1e-9).all()


@given(zones, st.integers(2, 9))
def test_a_zone_many_times_as_large_needs_as_many_times(frame: pd.DataFrame, times: int) -> None:
    larger = frame.assign(**{name: frame[name] * times for name in need.AGES})
    one, many = need.estimate(frame, ASSUMPTIONS), need.estimate(larger, ASSUMPTIONS)
    assert np.allclose(many[EXTENSIVE], one[EXTENSIVE] * times, rtol=1e-6)


@given(zones, st.randoms())
def test_the_order_of_zones_does_not_matter(frame: pd.DataFrame, random: object) -> None:
    labelled = frame.assign(commune=[f"9300{k % 2}" for k in range(len(frame))])
    order = list(labelled.index)
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    straight = need.estimate(labelled, ASSUMPTIONS)
    mixed = need.estimate(labelled.loc[order], ASSUMPTIONS)
    pd.testing.assert_frame_equal(mixed.loc[labelled.index], straight, check_exact=False)


@given(zones, st.floats(2, 60))
def test_the_level_of_a_departement_comes_back_and_moves_all_zones_alike(
    frame: pd.DataFrame, level: float
) -> None:
    adults = need.by_band(frame).sum(axis=1)
    if adults.sum() == 0:
        return
    moved = ASSUMPTIONS.changed({"need.level_departement_pct": level})
    whole = need.Official({"93": np.arange(len(frame))})
    found = need.estimate(frame, moved, whole)["need_persons"].to_numpy()
    assert found.sum() / adults.sum() == pytest.approx(level / 100)
    assert (found <= adults + 1e-9).all()
    national = need.estimate(frame, ASSUMPTIONS)["need_persons"].to_numpy()
    more = found.sum() >= national.sum()
    assert (found >= national - 1e-6).all() if more else (found <= national + 1e-6).all()


@given(zones)
def test_zones_do_not_move_each_other(frame: pd.DataFrame) -> None:
    together = need.estimate(frame, ASSUMPTIONS)
    for k in range(len(frame)):
        alone = need.estimate(frame.iloc[[k]], ASSUMPTIONS)
        pd.testing.assert_frame_equal(together.iloc[[k]], alone, check_exact=False)


@given(zones)
def test_the_model_agrees_with_a_plain_loop(frame: pd.DataFrame) -> None:
    fitted = need.calibrate(ASSUMPTIONS)
    found = need.estimate(frame, ASSUMPTIONS)["need_poverty"]
    for k, row in frame.iterrows():
        people = [row["pop_15_29"] + row["pop_30_44"]]
        people += [row["pop_45_59"], row["pop_60_74"], row["pop_75p"]]
        poverty, nation = row["poverty_pct"] / 100, 0.145
        wanted = 0.0
        below = []
        for share in (0.4, 0.8):
            odds = share / (1 - share) * (1 - nation) / nation
            top = odds * poverty
            below.append(top / (top + 1 - poverty))
        groups = [below[0], below[1] - below[0], 1 - below[1]]
        for band, count in enumerate(people):
            for group, part in enumerate(groups):
                wanted += count * part * fitted.rate[band, group]
        assert found[k] == pytest.approx(wanted, abs=1e-6)


@given(
    st.lists(
        st.tuples(st.integers(1, 4000), st.one_of(st.none(), st.floats(0, 100))),
        min_size=1,
        max_size=8,
    ),
    st.floats(1, 99),
    st.floats(0, 1),
)
def test_spread_poverty_keeps_the_communes_rate_and_the_order_of_its_iris(
    parts: list[tuple[int, float | None]], rate: float, contrast: float
) -> None:
    frame = pd.DataFrame(parts, columns=["population", "poverty_declared_pct"])
    frame["poverty_declared_pct"] = frame["poverty_declared_pct"].astype(float)
    frame = frame.assign(commune="93066", poverty_disposable_pct=rate)
    spread = need.spread_poverty(frame, contrast)
    assert np.average(spread, weights=frame["population"]) == pytest.approx(rate, abs=1e-9)
    assert spread.between(0, 100).all()
    known = frame["poverty_declared_pct"].notna()
    ordered = spread[known].iloc[np.argsort(frame.loc[known, "poverty_declared_pct"])]
    assert (np.diff(ordered) >= -1e-9).all()
