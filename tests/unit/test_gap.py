"""Gap: the norm's assumptions, what is refused, and the sums."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.errors import ChoiceError, ContractError, InputError
from observatory.model import gap, help_hours, norms
from observatory.model.assumptions import parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


def points() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "zone": ["a", "a", "b", "c"],
            "population": [1000.0, 500.0, 400.0, 20.0],
            "need_age": [100.0, 50.0, 40.0, 0.0],
            "need_poverty": [120.0, 60.0, 50.0, 0.0],
            "need_diploma": [130.0, 70.0, np.nan, 0.0],
            "need_persons": [120.0, 60.0, 50.0, 0.0],
            "access_h_per_100": [2.0, 14.0, 10.0, 3.0],
            "nearest_min": [20.0, 5.0, 10.0, np.inf],
            "within_15": [0.0, 100.0, 100.0, 0.0],
        }
    )
    at = (frame["need_persons"], frame["access_h_per_100"], 10.0)
    return frame.assign(missing_h_per_week=gap.shortfall(*at), balance_h_per_week=gap.balance(*at))


def test_sums_and_means_by_zone() -> None:
    zones = gap.sum_points(points(), "zone")
    a = zones.loc["a"]
    assert a["population"] == 1500
    assert a["missing_h_per_week"] == pytest.approx(9.6)  # 120 x 8 / 100
    assert a["balance_h_per_week"] == pytest.approx(-7.2)  # and 60 x 4 / 100 more than the norm
    assert a["access_h_per_100"] == pytest.approx(6.0)  # (120 x 2 + 60 x 14) / 180
    assert a["nearest_min"] == pytest.approx(15.0)  # (120 x 20 + 60 x 5) / 180
    assert a["within_15_pct"] == pytest.approx(100 / 3)


def test_what_is_unknown_or_empty_stays_so() -> None:
    zones = gap.sum_points(points(), "zone")
    assert np.isnan(zones.loc["b", "need_diploma"])
    empty = zones.loc["c"]
    assert empty[["need_persons", "missing_h_per_week"]].eq(0).all()
    assert empty[["access_h_per_100", "nearest_min", "within_15_pct"]].isna().all()


def test_people_without_a_zone_are_not_lost_in_silence() -> None:
    with pytest.raises(ContractError, match="1 without one"):
        gap.sum_points(points().assign(zone=["a", None, "b", "c"]), "zone")


@pytest.mark.parametrize("choice", ["commune", "", "-1", "nan", "inf", -0.5])
def test_a_norm_that_is_none_is_refused(choice: str | float) -> None:
    with pytest.raises(ChoiceError, match=r"gap\.norm"):
        norms.number(choice)


def test_no_mean_without_need() -> None:
    with pytest.raises(ChoiceError, match="people are in need"):
        norms.mean([0.0], [5.0])


def test_access_where_nobody_is_in_need_leaves_the_norm_alone() -> None:
    assert norms.mean([100.0, 0.0], [5.0, np.nan]) == 5.0


def test_missing_access_is_not_taken_for_none() -> None:
    assert np.isnan(gap.shortfall([100.0], [np.nan], 10.0)).all()


def test_the_posts_that_fill_a_gap_give_its_hours_back() -> None:
    posts = gap.to_etp(63.0, ASSUMPTIONS)
    a_post = help_hours.unit_hours(ASSUMPTIONS)[help_hours.COUNSELLORS]
    assert posts * a_post == pytest.approx(63.0)


def test_a_post_that_gives_nothing_is_refused() -> None:
    with pytest.raises(ChoiceError, match="public_share"):
        gap.to_etp(1.0, ASSUMPTIONS.changed({"capacity.counsellor.public_share": 0.0}))


def test_a_norm_may_be_less_than_one_and_a_mean_stands_on_less_than_one_person() -> None:
    assert norms.number("0,5") == 0.5
    assert norms.number(0) == 0
    assert norms.mean([0.25, 0.5], [4.0, 1.0]) == pytest.approx(2.0)
    # Where nobody is in need, an access that is not known is no reason to have no mean.
    assert norms.mean([0.0, 2.0], [np.nan, 3.0]) == pytest.approx(3.0)


def test_a_zone_with_an_access_that_is_not_known_has_no_mean() -> None:
    frame = points()
    frame.loc[0, "access_h_per_100"] = np.nan
    zones = gap.sum_points(frame, "zone")
    assert np.isnan(zones.loc["a", "access_h_per_100"])
    assert zones.loc["b", "access_h_per_100"] == pytest.approx(10.0)
    assert zones["within_15_pct"].max() == 100


def test_zones_may_be_given_in_another_order() -> None:
    frame = points()
    by = frame["zone"].iloc[::-1]
    pd.testing.assert_frame_equal(gap.sum_points(frame, by), gap.sum_points(frame, "zone"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: norms.number("much"), ("gap.norm", "france, promise, service, share", "'much'")),
        (lambda: norms.mean([0.0], [1.0]), ("gap.norm", "some people are in need", "none")),
        (
            lambda: gap.sum_points(points().assign(zone=[None, "a", "b", "c"]), "zone"),
            ("zone of the points", "a zone for each point", "1 without one", "on purpose"),
        ),
    ],
)
def test_a_refusal_has_its_four_parts(call: Callable[[], object], words: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)
