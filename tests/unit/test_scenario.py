"""What would change: openings and closings beside their base, and the best places for posts."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest

import observatory
from observatory.errors import ChoiceError
from observatory.model import siting
from observatory.model.help_hours import COUNSELLORS, unit_hours
from observatory.model.model import Model
from observatory.model.scenario import Scenario

STAINS = {"lat": 48.95, "lon": 2.38}


def total(model: Model) -> float:
    return float(model.missing("commune").sum())


def test_half_a_post_adds_its_hours_and_no_more(model: Model) -> None:
    half = 0.5 * unit_hours(model.assumptions)[COUNSELLORS]
    after = Scenario(model).open(**STAINS, posts=0.5)
    found = after.compare("commune").set_index("code")
    assert found["help_h_per_week_change"].sum() == pytest.approx(half)
    assert found["missing_h_per_week_change"].max() <= 1e-9
    assert -half <= found["missing_h_per_week_change"].sum() < 0
    # Access times need is hours, wherever they go: none is lost on the way.
    points = [m.measured.points for m in (model, after.model)]
    shared = [(p["access_h_per_100"] * p["need_persons"]).sum() / 100 for p in points]
    assert shared[1] - shared[0] == pytest.approx(half)


def test_a_place_closed_takes_its_help_away_and_the_norm_stays(model: Model) -> None:
    helped = model.help_table
    here = helped["iris"].isin(model.iris.loc[model.iris["in_territory"], "iris"])
    site = str(helped.loc[here, "site"].dropna().iloc[0])
    lost = helped.loc[helped["site"] == site, "help_h_per_week"].sum()
    after = Scenario(model).close(site)
    found = after.compare("ept")
    assert found["help_h_per_week_change"].iloc[0] == pytest.approx(-lost)
    assert found["missing_h_per_week_change"].iloc[0] >= -1e-9
    assert after.model.measured.norm == model.measured.norm == found["norm_h_per_100"].iloc[0]
    with pytest.raises(ChoiceError, match="still open"):
        after.close(site)


def test_a_scenario_that_changes_nothing_is_its_base(model: Model) -> None:
    for level in ("iris", "qpv", "commune", "ept"):
        found = Scenario(model).compare(level)  # type: ignore[arg-type]  # the four levels
        changes = found[[name for name in found if "_change" in name]]
        assert (changes.fillna(0.0).abs() < 1e-9).all(axis=None)


def test_people_newly_near_a_place_are_counted(model: Model) -> None:
    far = model.measured.points
    far = far[far["in_territory"] & (far["nearest_min"] > 20)].nlargest(1, "need_persons").iloc[0]
    after = Scenario(model).open(lat=far["lat"], lon=far["lon"], posts=1)
    newly = after.compare("ept")["newly_near_persons"].iloc[0]
    points = after.model.measured.points
    near = (points["nearest_min"] <= 15) & (model.measured.points["nearest_min"] > 15)
    people = points.loc[near & points["in_territory"], "need_persons"].sum()
    assert newly == pytest.approx(people)
    assert newly >= far["need_persons"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({**STAINS, "posts": 0.3}, "halves"),
        ({**STAINS, "posts": 0}, "halves"),
        ({**STAINS, "posts": float("nan")}, "halves"),
        ({**STAINS, "posts": float("inf")}, "halves"),
        ({"lat": 45.0, "lon": 2.38, "posts": 1}, "inside an IRIS"),
        ({"lat": float("nan"), "lon": 2.38, "posts": 1}, "inside an IRIS"),
    ],
)
def test_what_cannot_be_opened_is_refused(
    model: Model, change: dict[str, float], words: str
) -> None:
    with pytest.raises(ChoiceError, match=words):
        Scenario(model).open(**change)


def test_walks_along_streets_to_a_new_place_are_not_known(model: Model) -> None:
    streets = pd.DataFrame({"point": [], "supply": [], "metres": []})
    walked = Model(replace(model.facts, street_distances=streets), model.assumptions)
    with pytest.raises(ChoiceError, match="streets"):
        Scenario(walked).open(**STAINS, posts=1)
    with pytest.raises(ChoiceError, match="streets"):
        siting.siting(walked, 1)


def test_the_best_places_are_those_of_trying_them_all(model: Model) -> None:
    places = siting.candidates(model.facts)
    kept = [*places.index[places["commune"] == "93031"][:4], *places.index[-2:]]
    few = replace(
        model.facts,
        sites=model.facts.sites[model.facts.sites["site"].isin(places.loc[kept, "place"])],
        schools=model.facts.schools[model.facts.schools["uai"].isin(places.loc[kept, "place"])],
    )
    small = Model(few, model.assumptions)
    there = siting.candidates(few)
    found = siting.siting(small, 1.5)
    tried = {}
    for choice in combinations_with_replacement(range(len(there)), 3):
        after = Scenario(small)
        for place in set(choice):
            row = there.iloc[place]
            after = after.open(lat=row["lat"], lon=row["lon"], posts=0.5 * choice.count(place))
        tried[choice] = total(small) - total(after.model)
    assert found.gain_h_per_week == pytest.approx(max(tried.values()), abs=1e-6)
    assert found.proved
    assert found.candidates == len(there) == len(kept)
    assert found.table["posts"].sum() <= 1.5


def test_the_gain_of_a_siting_is_that_of_its_scenario(model: Model) -> None:
    found = siting.siting(model, 3)
    places = siting.candidates(model.facts).set_index("place")
    after = Scenario(model)
    for row in found.table.itertuples():
        where = places.loc[row.place]
        after = after.open(lat=where["lat"], lon=where["lon"], posts=row.posts)
    assert total(model) - total(after.model) == pytest.approx(found.gain_h_per_week, abs=1e-6)
    assert found.table["gain_h_per_week"].sum() == pytest.approx(found.gain_h_per_week)
    assert found.proved
    more = siting.siting(model, 4)
    assert found.gain_h_per_week <= more.gain_h_per_week <= found.gain_h_per_week * 4 / 3 + 1e-6


@pytest.mark.parametrize("posts", [0, -1, 0.25, np.nan, np.inf])
def test_posts_that_are_not_halves_are_refused(model: Model, posts: float) -> None:
    with pytest.raises(ChoiceError, match="halves"):
        siting.siting(model, posts)


def test_the_library_gives_both() -> None:
    edition = observatory.load()
    assert edition.scenario() == observatory.Scenario(edition.model)
    assert list(edition.siting(posts=1).table["rank"]) == list(
        range(1, len(edition.siting(posts=1).table) + 1)
    )
