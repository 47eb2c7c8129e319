"""Which way the missing hours go, end to end on the edition, under each norm that stands still.

Under a norm that is a share of the help there is (``share``, ``departement``) none of this holds:
its hours are to move, and what is given to one quarter is owed by the others.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.need import AGES
from observatory.model.observed import Facts, load_facts
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import Open
from observatory.model.siting import candidates, siting

#: The norms that stand still; "2" is a number of hours a week per 100 people.
NORMS = ("france", "promise", "service", "2")
#: More posts than any of these norms asks for.
ENOUGH = 800
#: Hours a week below which two totals of some thousands are the same.
CLOSE = 1e-6
VILLETANEUSE = "93079"


@cache
def base(norm: str) -> Model:
    """Return the edition under a norm."""
    edition = settings.PROJECT / "data" / "edition"
    known = load_assumptions(settings.PROJECT / "data" / "assumptions.toml")
    return Model(load_facts(edition), known.changed({"gap.norm": norm}))


def on(model: Model, facts: Facts) -> Model:
    """Return the model on other facts, its norm computed again: nothing is held."""
    return Model(facts, model.assumptions)


def total(model: Model) -> float:
    return float(model.figures("ept")["missing_h_per_week"].sum())


def more_help(facts: Facts, rows: pd.Series) -> Facts:  # type: ignore[type-arg]  # of booleans
    """Return the facts with a tenth more posts, aidants and opening hours in some rows."""
    supply = facts.supply.copy()
    quantities = ["posts", "open_h_per_week"]
    supply.loc[rows, quantities] = 1.1 * supply.loc[rows, quantities]
    return replace(facts, supply=supply)


def places_with_help(facts: Facts) -> list[str]:
    """Return the places of the territory that give help."""
    here = set(facts.communes.loc[facts.communes["in_territory"], "commune"])
    of_here = facts.supply[facts.supply["commune"].isin(here)]
    return sorted(of_here["site"].dropna().unique())


@pytest.mark.parametrize("norm", NORMS)
def test_a_tenth_more_help_lowers_what_is_missing_and_raises_it_nowhere(norm: str) -> None:
    model = base(norm)
    every = pd.Series(True, index=model.facts.supply.index)
    more = on(model, more_help(model.facts, every))
    assert (more.missing_at <= model.missing_at + CLOSE).all()
    assert total(more) < total(model)


@pytest.mark.parametrize("norm", NORMS)
def test_more_help_at_one_place_raises_what_is_missing_nowhere(norm: str) -> None:
    model = base(norm)
    places = places_with_help(model.facts)
    assert len(places) > 20
    for place in places[:: len(NORMS) + 1]:
        more = on(model, more_help(model.facts, model.facts.supply["site"] == place))
        assert (more.missing_at <= model.missing_at + CLOSE).all(), place


@pytest.mark.parametrize("norm", NORMS)
def test_more_hours_of_each_aidant_raise_the_norm_of_france_and_nothing_missing(
    norm: str,
) -> None:
    """Under ``france`` the country's aidants count as the local ones: the norm rises too."""
    model = base(norm)
    more = model.with_assumptions({"capacity.aidant.h_per_week": 2.2})
    if norm == "france":
        assert more.norm > model.norm
    else:
        assert more.norm == model.norm
        assert (more.missing_at <= model.missing_at + CLOSE).all()


@pytest.mark.parametrize("norm", NORMS)
def test_a_tenth_more_need_everywhere_never_lowers_the_total(norm: str) -> None:
    """A tenth more people of each age in every IRIS, on both sides of the border.

    Hours within reach stay, people and what the norm gives them grow. Under ``promise`` the hours
    promised do not grow either, and the total stays as it is (the method says so, step of the
    promise; :func:`test_more_need_than_was_promised_for_takes_from_what_each_is_owed`).
    """
    model = base(norm)
    ages = list(AGES)
    iris = model.facts.iris.copy()
    iris[ages] = 1.1 * iris[ages]
    more = on(model, replace(model.facts, iris=iris))
    assert more.need_persons == pytest.approx(1.1 * model.need_persons)
    if norm == "promise":
        assert total(more) == pytest.approx(total(model))
    else:
        assert total(more) > total(model)
        assert (more.missing_at >= model.missing_at - CLOSE).all()


@pytest.mark.parametrize("norm", NORMS)
def test_a_higher_official_level_raises_the_total_but_of_a_promise(norm: str) -> None:
    """The level raises low rates most: the territory's part of what was promised shrinks."""
    model = base(norm)
    totals = [
        total(model.with_assumptions({"need.level_departement_pct": level}))
        for level in (14.0, 15.0, 16.0)
    ]
    assert totals == sorted(totals, reverse=norm == "promise")
    assert len(set(totals)) == len(totals)


@pytest.mark.parametrize("norm", NORMS)
def test_more_need_than_was_promised_for_takes_from_what_each_is_owed(norm: str) -> None:
    """The posts promised are so many: need elsewhere in the département takes from them.

    Under the other norms the neighbours' need takes only from the places within their reach.
    """
    model = base(norm)
    assert total(more_people(model, inside=True)) > total(model)
    beyond = more_people(model, inside=False)
    if norm == "promise":
        assert beyond.norm < model.norm
        assert total(beyond) < total(model)
    else:
        assert beyond.norm == model.norm
        assert total(beyond) > total(model)


def more_people(model: Model, *, inside: bool) -> Model:
    """Return the model with a tenth more people in the IRIS of the territory, or in all others."""
    ages = list(AGES)
    iris = model.facts.iris.copy()
    grown = iris["in_territory"] == inside
    iris.loc[grown, ages] = 1.1 * iris.loc[grown, ages]
    return on(model, replace(model.facts, iris=iris))


@pytest.mark.parametrize("norm", NORMS)
def test_closing_a_place_of_villetaneuse_lowers_nothing(norm: str) -> None:
    model = base(norm)
    supply = model.facts.supply
    places = supply.loc[supply["commune"] == VILLETANEUSE, "site"].dropna().unique()
    assert len(places) >= 2
    for place in places:
        kept = supply[supply["site"] != place].reset_index(drop=True)
        closed = on(model, replace(model.facts, supply=kept))
        assert closed.norm == model.norm
        assert (closed.missing_at >= model.missing_at - CLOSE).all(), place
        told = Scenario(model).close(str(place)).compare("commune")
        assert (told["missing_h_per_week_change"] >= -CLOSE).all(), place


@pytest.mark.parametrize("norm", NORMS)
def test_every_row_of_help_of_villetaneuse_counts(norm: str) -> None:
    model = base(norm)
    kept = model.facts.supply[model.facts.supply["commune"] != VILLETANEUSE]
    without = on(model, replace(model.facts, supply=kept.reset_index(drop=True)))
    missing = [one.missing("commune")[VILLETANEUSE] for one in (model, without)]
    assert missing[1] > missing[0]
    assert total(without) > total(model)


@pytest.mark.parametrize("norm", NORMS)
def test_posts_where_siting_says_fill_the_gap(norm: str) -> None:
    """Each number of posts is opened as a scenario: siting's own arithmetic is not trusted.

    Over the candidates of the edition every point that lacks help can be reached by one of them,
    so that enough posts leave nothing missing; where a point could not, the test says so.
    """
    model = base(norm)
    left = [total(model)]
    for posts in (1, 5, ENOUGH):
        found = siting(model, posts, seconds=3)
        after = Scenario(model, tuple(openings(model.facts, found.table))).model
        assert after.norm == pytest.approx(model.norm)
        left.append(total(after))
        assert left[0] - left[-1] == pytest.approx(found.gain_h_per_week, abs=1e-3)
    assert left == sorted(left, reverse=True)
    assert left[1] < left[0]
    reachable = within_reach_of_candidates(model)
    short = after.missing_at[model.ground.inside & reachable]
    assert short.max() < 1e-3
    assert reachable[(model.missing_at > 0) & model.ground.inside].all(), "a point is out of reach"


def openings(facts: Facts, table: pd.DataFrame) -> list[Open]:
    """Return the places that siting chose as openings of a scenario."""
    places = facts.sites[["site", "lat", "lon"]].set_axis(["place", "lat", "lon"], axis=1)
    schools = facts.schools[["uai", "lat", "lon"]].set_axis(["place", "lat", "lon"], axis=1)
    at = pd.concat([places, schools]).set_index("place")
    return [
        Open(at.loc[row["place"], "lat"], at.loc[row["place"], "lon"], row["posts"], "new")
        for row in table.to_dict("records")
    ]


def within_reach_of_candidates(model: Model) -> np.ndarray:  # type: ignore[type-arg]  # booleans
    """Return which points have a candidate within the walk beyond which help counts nothing."""
    points, _ = model.ground.coordinates
    at = candidates(model.facts)[["x_m", "y_m"]].to_numpy(dtype=float)
    away = np.hypot(points[:, None, 0] - at[None, :, 0], points[:, None, 1] - at[None, :, 1])
    return np.asarray(away.min(axis=1) <= model.decay.reach)


@pytest.mark.parametrize("norm", NORMS)
def test_a_scenario_holds_the_norm_of_its_base(norm: str) -> None:
    model = base(norm)
    row = model.facts.sites[model.facts.sites["in_territory"]].dropna(subset=["lat"]).iloc[0]
    plan = Scenario(model).open(lat=row["lat"], lon=row["lon"], posts=3)
    plan = plan.close(places_with_help(model.facts)[0])
    assert plan.model.norm == pytest.approx(model.norm, rel=1e-12)
    assert set(plan.compare("commune")["norm_h_per_100"]) == {model.norm}


@pytest.mark.parametrize("norm", ["share", "departement"])
def test_a_share_does_not_stand_still(norm: str) -> None:
    """Why the others are the norms of what is missing: a share doubles when help does."""
    model = base(norm)
    supply = model.facts.supply.copy()
    for name in ("posts", "open_h_per_week"):
        supply[name] = 2 * supply[name]
    twice = on(model, replace(model.facts, supply=supply))
    assert twice.norm > 1.5 * model.norm
    assert total(twice) > total(model)
