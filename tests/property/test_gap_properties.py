"""Gap: sums lose nothing, shortfall and balance agree, order and units do not matter."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from observatory import settings
from observatory.model import gap
from observatory.model import norms as known_norms
from observatory.model.assumptions import parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)

rows = st.lists(
    st.tuples(st.floats(0, 500), st.floats(0, 60), st.sampled_from("abc")), min_size=1, max_size=12
)
norms = st.floats(0, 60)


def frame_of(parts: list[tuple[float, float, str]], norm: float) -> pd.DataFrame:
    frame = pd.DataFrame(parts, columns=["need_persons", "access_h_per_100", "zone"])
    people, access = frame["need_persons"], frame["access_h_per_100"]
    return frame.assign(
        population=people * 5,
        need_age=people,
        need_poverty=people,
        need_diploma=people,
        nearest_min=access / 2,
        within_15=np.where(access > 30, 100.0, 0.0),
        in_territory=frame["zone"] != "c",
        missing_h_per_week=gap.shortfall(people, access, norm),
        balance_h_per_week=gap.balance(people, access, norm),
    )


@given(rows, norms)
def test_sums_lose_no_person_and_no_hour(
    parts: list[tuple[float, float, str]], norm: float
) -> None:
    frame = frame_of(parts, norm)
    zones = gap.sum_points(frame, "zone")
    for name in ("population", "need_persons", "missing_h_per_week", "balance_h_per_week"):
        assert np.isclose(zones[name].sum(), frame[name].sum())
    held = (zones["access_h_per_100"] * zones["need_persons"]).sum()
    assert np.isclose(held, (frame["access_h_per_100"] * frame["need_persons"]).sum())


@given(rows, norms)
def test_the_order_of_points_does_not_matter(
    parts: list[tuple[float, float, str]], norm: float
) -> None:
    frame = frame_of(parts, norm)
    there = gap.sum_points(frame, "zone")
    back = gap.sum_points(frame.iloc[::-1], "zone")
    pd.testing.assert_frame_equal(there, back, check_exact=False)


@given(rows, norms)
def test_shortfall_less_surplus_is_the_net_lack(
    parts: list[tuple[float, float, str]], norm: float
) -> None:
    frame = frame_of(parts, norm)
    surplus = frame["balance_h_per_week"].clip(lower=0).sum()
    net = -frame["balance_h_per_week"].sum()
    missing = frame["missing_h_per_week"].sum()
    assert np.isclose(missing - surplus, net)
    assert missing >= max(net, 0.0) - 1e-9
    assert (frame["missing_h_per_week"] >= 0).all()


@given(rows, norms, st.floats(0, 10))
def test_monotony(parts: list[tuple[float, float, str]], norm: float, more: float) -> None:
    frame = frame_of(parts, norm)
    people, access = frame["need_persons"], frame["access_h_per_100"]
    missing = gap.shortfall(people, access, norm)
    assert (gap.shortfall(people, access + more, norm) <= missing + 1e-9).all()
    assert (gap.shortfall(people, access, norm + more) >= missing - 1e-9).all()
    assert (gap.shortfall(people + more, access, norm) >= missing - 1e-9).all()


@given(rows, norms)
def test_hours_become_minutes_by_60(parts: list[tuple[float, float, str]], norm: float) -> None:
    frame = frame_of(parts, norm)
    people, access = frame["need_persons"], frame["access_h_per_100"]
    assert np.allclose(
        gap.shortfall(people, access * 60, norm * 60), gap.shortfall(people, access, norm) * 60
    )


@given(rows)
def test_against_the_mean_the_net_lack_is_nothing(parts: list[tuple[float, float, str]]) -> None:
    frame = frame_of(parts, 0.0)
    assume(frame["need_persons"].sum() > 1e-3)
    mean = known_norms.mean(frame["need_persons"], frame["access_h_per_100"])
    net = gap.balance(frame["need_persons"], frame["access_h_per_100"], mean).sum()
    assert abs(net) <= 1e-6
    assert frame["access_h_per_100"].min() - 1e-9 <= mean <= frame["access_h_per_100"].max() + 1e-9


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_posts_and_costs_add_up(first: float, second: float) -> None:
    def cost(hours: float) -> float:
        return float(gap.cost_eur(gap.to_etp(hours, ASSUMPTIONS), ASSUMPTIONS))

    assert np.isclose(cost(first) + cost(second), cost(first + second))
