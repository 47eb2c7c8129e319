"""What the page of decisions shows, part by part: places, words, colours, rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from observatory.app import cache
from observatory.app.decide import change_words, outcome_rows, painted_map, siting_words, spots
from observatory.app.pages import scenario_cache
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import (
    Budget,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
)
from observatory.sheets.map_image_content import Stamp
from observatory.words.catalogue import LANGS, Lang, load_words
from observatory.words.numbers import UNKNOWN

NOTHING_SAID = {"missing": False, "withheld": False, "unknown": False}


def test_an_iris_is_taken_at_a_point_inside_it(edition: cache.Build) -> None:
    homes = cache.ground(edition).homes
    quarters = [spot for spot in scenario_cache.spots(edition).values() if spot.kind == spots.IRIS]
    assert len(quarters) > 150
    for spot in quarters:
        home = homes.at(spot.lat, spot.lon)
        assert home is not None
        assert home.iris == spot.code


def test_each_kind_of_change_offers_places_where_it_can_be_made(edition: cache.Build) -> None:
    known = scenario_cache.spots(edition)
    base = Scenario(cache.model(edition))
    for key in spots.kept(known, "close"):
        base.close(known[key].code)
    for key in spots.kept(known, "take"):
        base.posts(known[key].code, -np.floor(2 * known[key].posts) / 2)
    for key in spots.kept(known, "hours"):
        base.hours(known[key].code, 10)
    for key in spots.kept(known, "offer"):
        base.offer(known[key].code, languages=["ar"])
    sites = [key for key in spots.kept(known, "open") if key.startswith("site:")]
    assert sites
    for key in sites:
        base.posts(known[key].code, 0.5)


def test_what_a_scenario_opens_can_be_chosen_and_a_point_has_the_name_of_its_iris(
    edition: cache.Build,
) -> None:
    ground = cache.ground(edition)
    found = spots.opened_spots((Budget(1.0), Open(48.95, 2.38, 1.5), Stop(48.95, 2.38, 7, "Bus")))
    assert {spot.code: (spot.posts, spot.by_hours) for spot in found.values()} == {
        "scenario-2": (1.5, False),
        "scenario-3": (0.0, True),
    }
    assert spots.point_spot(0.0, 0.0, ground) is None
    point = spots.point_spot(48.95, 2.38, ground)
    assert point is not None
    home = ground.homes.at(48.95, 2.38)
    assert home is not None
    names = ground.facts.iris.set_index("iris")["iris_name"]
    assert point.name == names[home.iris]


@pytest.mark.parametrize("lang", LANGS)
def test_each_change_is_said_with_its_place_and_its_amount(edition: cache.Build, lang: str) -> None:
    words = load_words(lang)  # type: ignore[arg-type]  # a language
    known = scenario_cache.spots(edition)
    site = next(spot for spot in known.values() if spot.kind == spots.SITE and spot.located)
    said = [
        change_words.sentence(change, known, words)
        for change in (
            Posts(site.code, 1.5),
            Posts(site.code, -0.5),
            Close(site.code),
            Hours(site.code, 12.5),
            Offer(site.code, languages=("ar",)),
            Move(site.code, 48.95, 2.38),
        )
    ]
    assert all(site.name in text for text in said)
    assert len(set(said)) == len(said)
    opened = change_words.sentence(Open(site.lat, site.lon, 0.5), known, words)
    assert site.name in opened
    assert words("decide.posts.half") in opened
    assert "Bus" in change_words.sentence(Stop(48.95, 2.38, 7, "Bus"), known, words)
    assert "1" in change_words.sentence(Budget(1000.0), known, words)


# ---- The map ----------------------------------------------------------------------------------
def _zones(*changes: float) -> pd.DataFrame:
    before = 1.0
    return pd.DataFrame(
        {
            "code": [f"z{n}" for n in range(len(changes))],
            "missing_h_per_100_before": before,
            "missing_h_per_100_after": [before + one for one in changes],
            "missing_h_per_100_change": changes,
        }
    )


def test_a_difference_is_blue_where_less_is_missing_and_orange_where_more() -> None:
    table = _zones(-0.9, -0.1, 0.0, 0.1, 0.9, np.nan)
    found = painted_map.painted(table, {}, {}, "change", NOTHING_SAID, load_words("fr"))
    colours = list(found["fills"].values())
    places = [painted_map.CHANGES.index(colour) for colour in colours[:5]]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[2] == len(painted_map.CHANGES) // 2
    assert places[4] == len(painted_map.CHANGES) - 1
    assert colours[5] not in painted_map.CHANGES
    assert "−0,90" in found["tips"]["z0"]
    assert found["legend"].count("<li>") == len(painted_map.CHANGES)
    said = {"missing": False, "withheld": True, "unknown": True}
    hatched = painted_map.painted(table, {}, {}, "change", said, load_words("fr"))
    assert hatched["legend"].count("<li>") == len(painted_map.CHANGES) + 2


def test_a_rate_that_is_not_published_has_no_colour_and_its_name_is_only_text() -> None:
    found = painted_map.painted(
        _zones(0.0),
        {"z0": "not_published"},
        {"z0": "<script>alert(1)</script>"},
        "after",
        NOTHING_SAID,
        load_words("en"),
    )
    assert found["fills"] == {"z0": None}
    assert "<script>" not in found["tips"]["z0"]
    assert load_words("en")("legend.withheld") in found["tips"]["z0"]


def test_each_change_with_a_place_has_its_number_on_the_map() -> None:
    known = {"site:L1": spots.Spot("site", "L1", "Mairie", lat=48.9, lon=2.3)}
    changes = (Open(48.95, 2.38, 0.5), Budget(1.0), Close("L1"), Close("L2"))
    assert painted_map.marks(changes, known) == (
        Stamp(48.95, 2.38, "1"),
        Stamp(48.9, 2.3, "3", gone=True),
    )


# ---- Rows -------------------------------------------------------------------------------------
def test_only_zones_that_change_to_the_eye_are_listed_the_most_hours_first() -> None:
    table = pd.DataFrame(
        {
            "code": ["a", "b", "c", "d"],
            "missing_h_per_week_change": [-0.01, -2.0, -5.0, 0.0],
            "newly_near_persons": [0.0, 0.0, 0.0, 12.0],
        }
    )
    assert outcome_rows.changed_zones(table)["code"].tolist() == ["c", "b", "d"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_cost_that_nobody_knows_is_no_zero(edition: cache.Build, lang: Lang) -> None:
    words, base = load_words(lang), Scenario(cache.model(edition))
    known = scenario_cache.spots(edition)
    place = next(
        spot.code for spot in known.values() if spot.by_hours and not spot.posts and spot.located
    )

    def told(scenario: Scenario) -> tuple[str, list[str], list[str]]:
        totals = {**scenario.comparison(0).totals.iloc[0], "over_budget": None}
        _, rows = outcome_rows.figure_rows(totals, 15, words)
        cost = next(row for row in rows if row[0] == words("decide.figure.cost"))
        beside = outcome_rows.beside_rows(totals, totals, 15, words)
        return outcome_rows.answer(totals, 15, words), cost, beside[-1]

    shut, cost, beside = told(base.close(place))
    assert cost[3:] == [UNKNOWN, ""]
    assert beside[1:] == [UNKNOWN] * 2
    assert words("decide.answer_uncosted", hours="").split()[-3:] == shut.split()[-3:]
    opened, cost, beside = told(base.open(lat=48.9585, lon=2.3125, posts=0.5))
    assert cost[3].startswith("+")
    assert beside[1] == cost[3]
    assert words("decide.answer_uncosted", hours="").split()[-3:] != opened.split()[-3:]
    nothing = told(base)[1]
    assert nothing[3] == "0"


def test_fewer_people_near_a_place_are_said_as_a_balance() -> None:
    totals = {
        **{f"missing_h_per_week_{name}": 1.0 for name in ("before", "after", "change")},
        **{f"missing_h_per_week_change_{end}": np.nan for end in ("low", "high")},
        "newly_near_persons": -12.0,
        "cost_eur_change": 0.0,
        "uncosted_h_per_week": 0.0,
        "over_budget": None,
    }
    words = load_words("fr")
    assert words("decide.answer_far", people="12", minutes="15") in outcome_rows.answer(
        totals, 15, words
    )


def test_a_withheld_level_is_not_shown_before_nor_after(edition: cache.Build) -> None:
    words = load_words("fr")
    scenario = Scenario(cache.model(edition)).open(lat=48.9585, lon=2.3125, posts=0.5)
    table = outcome_rows.changed_zones(scenario.compare("commune", draws=0))
    _, rows = outcome_rows.zone_rows(table, {}, {}, words)
    assert rows[0][1] != words("table.withheld")
    hidden = dict.fromkeys(table["code"], "not_published")
    _, rows = outcome_rows.zone_rows(table, hidden, {}, words)
    assert rows[0][1:3] == [words("table.withheld")] * 2
    assert rows[0][3].startswith("−")


def test_a_place_of_the_search_gets_more_posts_and_any_other_opens(edition: cache.Build) -> None:
    known = scenario_cache.spots(edition)
    site = next(spot for spot in known.values() if spot.kind == spots.SITE and spot.located)
    row = {"kind": "site", "place": site.code, "name": site.name, "posts": 1.0, "lat": 1, "lon": 2}
    assert siting_words.change_of(row, known) == Posts(site.code, 1.0)
    school = {**row, "kind": "school", "place": "0930001A", "name": "École\nA"}
    assert siting_words.change_of(school, known) == Open(1.0, 2.0, 1.0, "ÉcoleA")
