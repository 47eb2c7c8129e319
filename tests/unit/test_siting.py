"""Siting: small problems against every placing, limits and budgets, and the edition's proofs."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csc_array

from observatory.errors import ChoiceError
from observatory.model.least_posts import CLOSED, least_posts
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.scenario import Scenario
from observatory.model.siting import OwnPoint, Request, prepare, siting
from observatory.model.siting_curve import curve
from observatory.model.siting_draws import chosen_over_draws
from observatory.model.siting_problem import Limits, Problem
from observatory.model.siting_solve import Watch, relax, solve

PLACES = 5


def limits(halves: int, **changed: object) -> Limits:
    """Return limits that leave five places free, but for what is changed."""
    none, free = np.zeros(PLACES, dtype=np.int64), np.full(PLACES, halves)
    usual = Limits(halves, none, free, np.ones(PLACES, dtype=bool), halves)
    return replace(usual, **changed)


def problem(seed: int, asked: Limits, kind: str) -> Problem:
    """Return seven rows and five places with random figures."""
    random = np.random.default_rng(seed)
    gain = random.random((7, PLACES)) * (random.random((7, PLACES)) < 0.6)
    cost, lack = random.random(7) * 10, random.random(7) + 0.2
    if kind == "cover":
        return Problem(cost, np.ones(7), csc_array((gain > 0).astype(float)), asked)
    found = Problem(cost, lack, csc_array(gain), asked)
    if kind == "worst":
        group = np.array([0, 0, 0, 1, 1, 2, 2])
        return replace(found, group=group, scale=np.array([1.0, 2.0, 0.5]))
    return found


def best_of_all(one: Problem) -> float:
    """Return the most that any placing within the limits gains."""
    at = one.limits
    ranges = [range(low, high + 1) for low, high in zip(at.least, at.most, strict=True)]
    allowed = (
        np.array(chosen)
        for chosen in itertools.product(*ranges)
        if sum(chosen) <= at.halves
        and sum(c for c, kept in zip(chosen, at.reserved, strict=True) if not kept) <= at.elsewhere
    )
    return max(one.total(one.served(chosen)) for chosen in allowed)


LIMITS = {
    "free": limits(3),
    "fixed": limits(3, least=np.array([0, 0, 1, 0, 1])),
    "forbidden": limits(3, most=np.array([0, 3, 0, 3, 3])),
    "at most one": limits(4, most=np.ones(PLACES, dtype=np.int64)),
    "reserved": limits(4, reserved=np.array([True, False, False, True, False]), elsewhere=1),
}


@pytest.mark.parametrize("kind", ["hours", "cover", "worst"])
@pytest.mark.parametrize("case", LIMITS)
def test_the_answer_is_the_best_of_all_placings(kind: str, case: str) -> None:
    for seed in range(4):
        one = problem(seed, LIMITS[case], kind)
        found = solve(one, Watch(20))
        assert found.proved
        assert found.gain == pytest.approx(best_of_all(one), rel=1e-6)
        assert found.gain == pytest.approx(one.total(one.served(found.chosen)))
        assert (found.chosen >= one.limits.least).all()
        assert (found.chosen <= one.limits.most).all()
        assert found.chosen.sum() <= one.limits.halves
        assert found.chosen[~one.limits.reserved].sum() <= one.limits.elsewhere


@pytest.mark.parametrize("kind", ["hours", "cover", "worst"])
def test_what_an_addition_adds_is_what_it_adds(kind: str) -> None:
    one = problem(1, limits(3), kind)
    before = one.served(np.array([1, 0, 0, 0, 1]))
    for place, added in enumerate(one.additions(before)):
        after = before + one.gain[:, [place]].toarray().ravel()
        assert added == pytest.approx(one.total(after) - one.total(before), abs=1e-9)


@pytest.mark.parametrize("kind", ["hours", "cover", "worst"])
def test_no_placing_gains_more_than_the_relaxation_and_its_prices_allow(kind: str) -> None:
    at = relax(problem(2, limits(3), kind))
    assert at is not None
    for halves in range(1, 7):
        best = best_of_all(problem(2, limits(halves), kind))
        assert best <= at.bound + (at.price + at.elsewhere) * (halves - 3) + 1e-9


def test_cancelled_at_once_it_answers_with_a_bound_that_holds() -> None:
    one = problem(3, limits(3), "hours")
    found = solve(one, Watch(20, cancel=lambda: True))
    assert found.gain <= best_of_all(one) <= found.bound + 1e-9
    assert not found.proved


def test_progress_names_each_step_and_the_bound_never_rises() -> None:
    told: list[tuple[str, float, float]] = []
    solve(problem(5, limits(3), "hours"), Watch(20, lambda *one: told.append(one)))
    assert told[0][0] == "places"
    assert told[-1][0] == "done"
    gains, bounds = [one[1] for one in told], [one[2] for one in told]
    assert gains == sorted(gains)
    assert bounds == sorted(bounds, reverse=True)


def test_three_posts_are_proved_and_forty_within_a_hundredth_of_the_best(model: Model) -> None:
    three = siting(model, Request(posts=3, kinds=("cell",), seconds=20))
    assert three.proved
    assert three.candidates > 800
    # A norm so high that forty posts do not fill it.
    high = model.with_assumptions({"gap.norm": "3"})
    forty = siting(high, Request(posts=40, kinds=("cell",), seconds=5))
    assert forty.missing_h_per_week > 0
    assert 0 <= forty.gap_pct < 1
    assert forty.gain <= forty.bound


def test_an_answer_does_not_hang_on_the_time_that_its_proof_has(model: Model) -> None:
    high = model.with_assumptions({"gap.norm": "3"})
    found = siting(high, Request(posts=40, kinds=("cell",), seconds=0.05))
    assert not found.proved
    assert found.gap_pct < 1
    assert found.missing_h_per_week > 0
    assert found.table["posts"].sum() == 40


def test_a_budget_is_as_many_halves_as_it_pays(model: Model) -> None:
    cost = model.assumptions.number("gap.post_cost_eur")
    assert Request(budget_eur=2.5 * cost).halves(model.assumptions) == 5
    assert Request(budget_eur=2.49 * cost).halves(model.assumptions) == 4
    found = siting(model, Request(budget_eur=1.2 * cost))
    assert found.table["posts"].sum() == 1
    assert found.table["cost_eur"].sum() == pytest.approx(cost)


def test_fixed_forbidden_reserved_and_at_most_are_kept(model: Model) -> None:
    free = siting(model, Request(posts=3)).table
    first = str(free["place"].iloc[0])
    own = OwnPoint(48.95, 2.38, "Ici")
    asked = Request(
        posts=3, own=(own,), fixed={"own-1": 0.5}, forbidden=(first,), at_most=1, qpv_share=0.5
    )
    found = siting(model, asked).table.set_index("place")
    assert first not in found.index
    assert found.loc["own-1", "posts"] >= 0.5
    assert found.loc["own-1", "name"] == "Ici"
    assert found["posts"].max() <= 1
    assert found.loc[found["qpv"].isna(), "posts"].sum() <= 1.5
    assert found["posts"].sum() == 3


@pytest.mark.parametrize("aim", ["near", "rep_plus"])
def test_what_is_newly_near_is_said_place_by_place(model: Model, aim: str) -> None:
    found = siting(model, Request(posts=1, aim=aim))
    column = {"near": "newly_near_persons", "rep_plus": "newly_near_rep_plus"}[aim]
    assert found.table[column].sum() == pytest.approx(found.gain)
    assert found.proved
    usual = siting(model, Request(posts=1))
    assert usual.table[column].sum() <= found.gain + 1e-9
    assert usual.gain_h_per_week >= found.gain_h_per_week - 1e-9


def test_people_newly_near_are_those_of_the_scenario(model: Model) -> None:
    found = siting(model, Request(posts=1, aim="near"))
    after = Scenario(model)
    for row in found.table.to_dict("records"):
        after = after.open(lat=row["lat"], lon=row["lon"], posts=row["posts"])
    told = after.compare("commune")
    assert told["newly_near_persons"].sum() == pytest.approx(found.gain, rel=1e-6)
    assert -told["missing_h_per_week_change"].sum() == pytest.approx(found.gain_h_per_week)


def test_the_worst_commune_first_lowers_the_largest_rate(model: Model) -> None:
    before = model.figures("commune")["missing_h_per_100"].max()
    found = siting(model, Request(posts=1, aim="worst", seconds=2))
    usual = siting(model, Request(posts=1))
    last = found.table["largest_h_per_100"].iloc[-1]
    assert before - last == pytest.approx(found.gain, abs=1e-9)
    assert last <= usual.table["largest_h_per_100"].iloc[-1]
    assert found.bound >= found.gain


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Request(), "one of the two"),
        (Request(posts=1, budget_eur=1e5), "one of the two"),
        (Request(budget_eur=10), "half a post"),
        (Request(posts=1, fixed={"nothing": 0.5}), "with coordinates"),
        (Request(posts=1, forbidden=("nothing",)), "with coordinates"),
        (Request(posts=1, kinds=("stop",)), "with stops"),
        (Request(posts=1, kinds=()), "candidates among"),
        (Request(posts=1, own=(OwnPoint(45.0, 3.0),)), "inside an IRIS"),
        (Request(posts=1, qpv_share=1.5), "between 0 and 1"),
        (Request(posts=1, at_most=0.3), "halves"),
        (Request(posts=1, own=(OwnPoint(48.95, 2.38),), fixed={"own-1": 1.5}), "fit in"),
    ],
)
def test_what_cannot_be_is_refused(model: Model, asked: Request, says: str) -> None:
    with pytest.raises(ChoiceError, match=says):
        siting(model, asked)


def test_each_kind_of_place_can_be_chosen_among(model: Model) -> None:
    kinds = ("site", "school", "qpv", "cell")
    setting, _ = prepare(model, Request(posts=1, kinds=kinds, own=(OwnPoint(48.95, 2.38),)))
    assert set(setting.places["kind"]) == {*kinds, "own"}
    assert setting.places["place"].is_unique


def test_the_curve_falls_and_stays_above_its_bound(model: Model) -> None:
    table = curve(model, Request(posts=3))
    assert table["posts"].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert table["missing_h_per_week"].is_monotonic_decreasing
    assert (table["missing_low_h_per_week"] <= table["missing_h_per_week"] + 1e-6).all()
    assert table["gap_pct"].max() < 1
    assert table["gain"].iloc[-1] == pytest.approx(siting(model, 3).gain, rel=0.01)


def test_places_chosen_over_draws_are_the_same_for_the_same_seed(model: Model) -> None:
    table = chosen_over_draws(model, Request(posts=0.5), 6)
    assert (table["draws"] == 6).all()
    assert table["mean_posts"].sum() == pytest.approx(0.5)
    assert table["posts"].sum() == 0.5
    again = chosen_over_draws(model, Request(posts=0.5), 6)
    assert again.equals(table)


def test_the_least_posts_close_what_they_say_and_fewer_do_not(model: Model) -> None:
    table = least_posts(model, level="commune").set_index("code")
    missing = model.missing("commune").reindex(table.index)
    assert table["missing_h_per_week"].tolist() == pytest.approx(missing.tolist())
    assert (table["least_posts"] - table["least_posts_bound"] <= 0.5).all()
    assert (table.loc[missing == 0, "least_posts"] == 0).all()
    # Each post gives its hours at most: no fewer posts than the hours to close could be enough.
    assert (table["least_posts"] >= CLOSED * table["missing_etp"] - 1e-9).all()
    whole = least_posts(model).iloc[0]
    found = siting(model, Request(posts=float(whole["least_posts"]), kinds=("cell",), seconds=1))
    assert found.gain >= 0.995 * CLOSED * whole["missing_h_per_week"]
    fewer = siting(
        model, Request(posts=float(whole["least_posts_bound"]) - 0.5, kinds=("cell",), seconds=1)
    )
    assert fewer.bound < CLOSED * whole["missing_h_per_week"] + 1e-6


def test_under_a_share_there_is_no_post_to_count(model: Model) -> None:
    shared = model.with_assumptions({"gap.norm": "share"})
    for call in (lambda: least_posts(shared), lambda: siting(shared, 1)):
        with pytest.raises(ChoiceError, match="stands still"):
            call()
    with pytest.raises(ChoiceError):
        refuse_share(shared.norm_name, "siting")
