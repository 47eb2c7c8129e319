"""Each kind of change: by hand on the small world, and beside the whole model on the edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model import equity, kinds, paired_draws
from observatory.model.assumptions_file import load_assumptions
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.priority_schools import rep_schools
from observatory.model.scenario import Scenario
from observatory.model.scenario_help import NEW
from observatory.model.solidarity_offer import offer
from observatory.tables.offer_results import ACCESS_SERVICE
from observatory.tables.person_needs import ADMIN

LEVELS: tuple[Level, ...] = ("iris", "qpv", "commune", "ept")
PROJECT = load_assumptions(settings.PROJECT / "data" / "assumptions.toml")
#: The place of the small world, and points of the edition.
B, EPINAY, STAINS = "p1", (48.9585, 2.3125), (48.95, 2.38)
DRAWS = 12


@pytest.fixture(scope="module")
def small() -> Model:
    return Model(worlds.facts(), PROJECT.changed({"gap.norm": "20"}))


@pytest.fixture(scope="module")
def edition(model: Model) -> Model:
    return model


def places(model: Model, programme: str) -> str:
    """Return a place of the territory with help of a programme, at a known point."""
    rows = model.facts.supply
    inside = model.facts.iris.loc[model.facts.iris["in_territory"], "iris"]
    there = rows[rows["iris"].isin(inside) & (rows["programme"] == programme)]
    return str(there["site"].dropna().iloc[0])


def unplaced(model: Model) -> str:
    """Return a place of the territory whose help serves its commune."""
    rows = model.facts.supply
    inside = model.facts.communes.loc[model.facts.communes["in_territory"], "commune"]
    there = rows[rows["commune"].isin(inside) & (rows["serves"] == "commune")]
    return str(there["site"].dropna().iloc[0])


PLANS: dict[str, Callable[[Scenario, Model], Scenario]] = {
    "open": lambda s, m: s.open(lat=EPINAY[0], lon=EPINAY[1], posts=1),
    "stop": lambda s, m: s.stop(lat=STAINS[0], lon=STAINS[1], hours=7, name="Bus"),
    "close": lambda s, m: s.close(places(m, "Conseillers numériques")),
    "close unplaced": lambda s, m: s.close(unplaced(m)),
    "move": lambda s, m: s.move(places(m, "France Services"), lat=EPINAY[0], lon=EPINAY[1]),
    "move unplaced": lambda s, m: s.move(unplaced(m), lat=STAINS[0], lon=STAINS[1]),
    "posts": lambda s, m: s.posts(places(m, "France Services"), 1.5),
    "posts taken": lambda s, m: s.posts(places(m, "Conseillers numériques"), -0.5),
    "hours": lambda s, m: s.hours(places(m, "France Services"), 50),
    "several": lambda s, m: (
        s.open(lat=EPINAY[0], lon=EPINAY[1], posts=1)
        .posts("scenario-1", 0.5)
        .move("scenario-1", lat=STAINS[0], lon=STAINS[1])
        .close(places(m, "Aidants Connect"))
        .stop(lat=48.93, lon=2.36, hours=3)
        .hours("scenario-5", 6)
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_comparison_is_the_whole_model_on_the_changed_help(edition: Model, name: str) -> None:
    plan = PLANS[name](Scenario(edition), edition)
    found = plan.comparison(draws=0)
    facts = plan.help.facts(edition.facts)
    alone = Model(facts, edition.assumptions.changed({"gap.norm": repr(edition.norm)}))
    for level in LEVELS:
        table = found.table(level).set_index("code")
        before, after = (m.figures(level).set_index("code") for m in (edition, alone))
        for column in ("missing_h_per_week", "missing_h_per_100", "help_h_per_week"):
            same(table[f"{column}_after"], after[column])
            same(table[f"{column}_change"], after[column] - before[column])
        same(table["access_h_per_100_after"], after["access_h_per_100"])
        near = (after["within_15_pct"] - before["within_15_pct"]) * before["need_persons"] / 100
        known = before["need_persons"] > 0
        same(table["newly_near_persons"][known], near[known], 1e-6)
    walks = [rep_schools(m).set_index("uai")["walk_min"] for m in (edition, alone)]
    near_schools = [(one <= 15).sum() for one in walks]
    total = found.totals.iloc[0]
    assert total["rep_schools_near_before"] == near_schools[0]
    assert total["rep_schools_near_after"] == near_schools[1]
    moved = (walks[0] <= 15) != (walks[1] <= 15)
    assert set(found.schools["uai"]) == set(moved.index[moved])
    for level in LEVELS:
        table = found.table(level).set_index("code")
        for when, one in (("before", edition), ("after", alone)):
            same(table[f"gini_{when}"], zone_gini(one, level).reindex(table.index))
    by_commune, whole = found.table("commune"), found.table("ept").iloc[0]
    for column in ("posts_change", "rep_schools_near_after", "rep_plus_schools_near_change"):
        assert by_commune[column].sum() == whole[column] == total[column]
    assert whole["gini_change"] == pytest.approx(total["gini_change"], abs=1e-9)


def zone_gini(model: Model, level: Level) -> pd.Series:  # type: ignore[type-arg]  # numbers
    """Return the Gini index of each zone, each from a list of its points."""
    taken = model.ground.memberships(level, "cog_2024")
    rows = taken["row"].to_numpy()
    taken = taken.assign(
        need=model.need_persons[rows] * taken["share"],
        access=model.measured.points["access_h_per_100"].to_numpy()[rows],
    )
    return taken.groupby("zone").apply(
        lambda part: equity.gini(part["access"], part["need"]), include_groups=False
    )


def test_posts_schools_and_evenness_of_a_zone_are_told_with_their_draws(edition: Model) -> None:
    plan = Scenario(edition).open(lat=EPINAY[0], lon=EPINAY[1], posts=0.5).posts("scenario-1", 0.5)
    found = plan.comparison(DRAWS)
    communes = found.table("commune").set_index("code")
    assert communes["posts_change"].to_dict() == dict.fromkeys(communes.index, 0.0) | {"93031": 1}
    assert (found.table("iris")["posts_change"] == 1).sum() == 1
    whole, total = found.table("ept").iloc[0], found.totals.iloc[0]
    for name in ("rep_schools_near", "rep_plus_schools_near", "gini"):
        for part in ("change", "change_low", "change_high"):
            assert whole[f"{name}_{part}"] == pytest.approx(total[f"{name}_{part}"], abs=1e-9)
    near = communes.loc["93031"]
    assert 0 < near["rep_schools_near_change_low"] <= near["rep_schools_near_change_high"]
    far = communes.drop(index="93031")
    assert (far[["rep_schools_near_change_low", "rep_schools_near_change_high"]] == 0).all(
        axis=None
    )
    # Where nobody has help in a draw, the index does not exist there, nor its interval.
    base = paired_draws.drawn(edition, DRAWS, 1)
    matrix, codes = edition.ground.sum_matrix("iris", "cog_2024")
    helped = ((matrix[:, base.kept] @ base.reached.T) > 0).all(axis=1)
    told = found.table("iris").set_index("code").loc[codes]
    assert told.loc[~helped, "gini_change_low"].isna().all()
    assert told.loc[helped, "gini_change_low"].notna().all()


def same(ours: pd.Series, theirs: pd.Series, within: float = 1e-9) -> None:  # type: ignore[type-arg]  # numbers
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=0, atol=within)


@pytest.mark.parametrize("name", PLANS)
def test_each_draw_is_the_whole_model_in_the_same_world(edition: Model, name: str) -> None:
    plan = PLANS[name](Scenario(edition), edition)
    base = paired_draws.drawn(edition, DRAWS, 1)
    worlds_after = paired_draws.after(base, plan.help, plan.ground)
    facts, changed = plan.help.facts(edition.facts), plan.help
    kept = np.delete(np.arange(len(edition.facts.supply)), changed.gone)
    of = np.concatenate([kept, changed.origin])
    order = np.cumsum(~edition.ground.located) - 1
    area = of[(facts.supply["serves"] != "point").to_numpy()]
    for world in (0, DRAWS - 1):
        chance = base.chances[world]
        assert chance is not None
        standing = np.where(of == NEW, 1.0, chance.standing[of])
        drawn = replace(chance, standing=standing, stands_at=chance.stands_at[order[area]])
        norm = {"gap.norm": repr(float(base.norm[world]))}
        whole = Model(facts, base.assumptions[world].changed(norm), chance=drawn)
        whole.ground.reserve(whole.decay.reach)
        missing = whole.missing_at[base.kept]
        np.testing.assert_allclose(worlds_after.missing[1][world], missing, rtol=0, atol=1e-9)
        near = whole.nearest_min[base.kept] <= 15
        assert (worlds_after.near[1][world] == near).all()


def test_what_opens_raises_nothing_missing_and_what_closes_lowers_nothing_in_any_draw(
    edition: Model,
) -> None:
    base = paired_draws.drawn(edition, DRAWS, 1)
    for name, sign in (("open", 1), ("stop", 1), ("posts", 1), ("close", -1), ("posts taken", -1)):
        plan = PLANS[name](Scenario(edition), edition)
        after = paired_draws.after(base, plan.help, plan.ground)
        less = sign * (after.missing[0] - after.missing[1])
        assert less.min() > -1e-9, name
        assert (less.sum(axis=1) >= 0).all(), name
        assert less.sum() > 0, name


def test_posts_and_hours_by_hand(small: Model) -> None:
    """12 h at B reach B (200 in need) and D across the border (50): 1 post gives 21 h more."""
    plan = Scenario(small).posts(B, 1)
    row = plan.comparison(draws=0).totals.iloc[0]
    assert row["posts_change"] == 1
    assert row["listed_h_per_week_change"] == pytest.approx(21)
    assert row["cost_eur_change"] == pytest.approx(27714)
    assert (row["cost_eur_low"], row["cost_eur_high"]) == (18714, 45000)
    iris = plan.compare("iris", draws=0).set_index("code")["help_h_per_week_change"]
    assert sorted(iris) == pytest.approx([0, 0, 21])


def test_a_stop_costs_what_the_posts_cost_that_give_as_many_hours(edition: Model) -> None:
    plan = Scenario(edition).stop(lat=STAINS[0], lon=STAINS[1], hours=10.5)
    row = plan.comparison(draws=0).totals.iloc[0]
    assert row["posts_change"] == 0
    assert row["cost_eur_change"] == pytest.approx(27714 / 2)


def test_a_change_taken_back_leaves_the_base_in_every_draw(edition: Model) -> None:
    place = places(edition, "France Services")
    rows = edition.facts.supply[edition.facts.supply["site"] == place]
    opened = rows["open_h_per_week"].dropna().iloc[0]
    plans = (
        Scenario(edition).posts(place, 1.5).posts(place, -1.5),
        Scenario(edition).open(lat=48.95, lon=2.38, posts=2).close("scenario-1"),
        Scenario(edition).hours(place, 12).hours(place, opened),
        Scenario(edition).open(lat=48.95, lon=2.38, posts=2).undo(),
        Scenario(edition).budget(10).offer(place, services=[ADMIN]),
    )
    for plan in plans:
        table = plan.compare("iris", draws=DRAWS)
        changes = table[[name for name in table if "_change" in name or "newly" in name]]
        assert (changes.fillna(0.0).abs() < 1e-9).all(axis=None)


def test_a_budget_is_marked_and_unknown_costs_are_told_apart(edition: Model) -> None:
    place = places(edition, "France Services")
    plan = Scenario(edition).budget(20_000).open(lat=48.95, lon=2.38, posts=1)
    found = plan.comparison(draws=0).totals.iloc[0]
    assert found["over_budget"]
    assert found["budget_eur"] == 20_000
    assert not plan.budget(30_000).comparison(draws=0).totals["over_budget"].iloc[0]
    hours = plan.undo().hours(place, 60).comparison(draws=0).totals.iloc[0]
    assert hours["cost_eur_change"] == 0
    assert hours["uncosted_h_per_week"] == pytest.approx(hours["listed_h_per_week_change"])


def test_an_offer_reaches_those_without_a_place_that_declares_it(edition: Model) -> None:
    plan = Scenario(edition).open(lat=EPINAY[0], lon=EPINAY[1], posts=0.5)
    offers = plan.offer("scenario-1", services=[ADMIN], languages=["ar"]).comparison(0).offers
    service, language = offers.to_dict("records")
    assert 0 <= service["newly_near_persons"] <= service["near_persons"]
    assert language["near_persons"] == service["near_persons"] > 0
    assert np.isnan(language["newly_near_persons"])
    # At a place that declares it already, nobody is newly reached.
    sites = edition.facts.sites
    told = sites["services"].fillna("").str.contains(ADMIN, regex=False) & ~sites["seat"]
    known = sites[told & sites["in_territory"] & (sites["located"] == "point")].iloc[0]
    again = Scenario(edition).offer(known["site"], services=[ADMIN]).comparison(0).offers.iloc[0]
    assert again["newly_near_persons"] == 0 < again["near_persons"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.close("nowhere"), "still open"),
        (lambda s: s.move("nowhere", lat=48.95, lon=2.38), "still open"),
        (lambda s: s.posts("nowhere", 1), "position is known"),
        (lambda s: s.posts("scenario-1", 0.3), "halves"),
        (lambda s: s.posts("scenario-1", 0), "halves"),
        (lambda s: s.posts("scenario-1", -2), "at most the 1 posts there"),
        (lambda s: s.hours("scenario-1", 10), "counted by its hours"),
        (lambda s: s.stop(lat=48.95, lon=2.38, hours=169), "168"),
        (lambda s: s.open(lat=2.38, lon=48.95, posts=1), "look swapped"),
        (lambda s: s.open(lat=48.95, lon=2.38, posts=1, name="x" * 101), "100 characters"),
        (lambda s: s.open(lat=48.95, lon=2.38, posts=1, name="a\nb"), "one line"),
        (lambda s: s.offer("scenario-1"), "services, publics or languages"),
        (lambda s: s.offer("scenario-1", services=["Magic"]), "Magic"),
        (lambda s: s.offer("scenario-1", languages=["Arabic"]), "Arabic"),
        (lambda s: s.budget(-1), "EUR"),
        (lambda s: s.budget(float("nan")), "EUR"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_by_its_number(
    edition: Model, change: Callable[[Scenario], Scenario], words: str
) -> None:
    plan = Scenario(edition).open(lat=48.95, lon=2.38, posts=1)
    with pytest.raises(ChoiceError, match=words) as refused:
        change(plan)
    assert refused.value.where.startswith("scenario, change 2 (")


def test_on_streets_only_what_needs_no_new_walk_can_change(edition: Model) -> None:
    """The straight lines themselves stand for walks: the figures are those without streets."""
    near = edition.ground.distances(edition.decay.reach * 2).tocoo()
    names = edition.facts.supply.loc[edition.ground.located, "supply"].to_numpy()
    points = edition.facts.points["point"].to_numpy()
    table = pd.DataFrame({"point": points[near.row], "supply": names[near.col]})
    detour = edition.assumptions.number("walk.detour")
    streets = table.assign(metres=near.data * detour)
    walked = Model(replace(edition.facts, street_distances=streets), edition.assumptions)
    for name in ("close", "posts", "posts taken", "hours"):
        plans = [PLANS[name](Scenario(m), m).comparison(draws=0) for m in (edition, walked)]
        ours, theirs = (plan.table("commune")["missing_h_per_week_change"] for plan in plans)
        same(ours, theirs, 1e-6)
        assert ours.abs().sum() > 0
    for name in ("open", "stop", "move"):
        with pytest.raises(ChoiceError, match="streets"):
            PLANS[name](Scenario(walked), walked)


@pytest.mark.parametrize("level", LEVELS)
def test_equipment_offered_is_told_by_zone_before_and_after(edition: Model, level: Level) -> None:
    plan = Scenario(edition).open(lat=EPINAY[0], lon=EPINAY[1], posts=0.5)
    assert (plan.comparison(0).solidarity(level)["declared_places_change"] == 0).all()
    offered = plan.offer("scenario-1", services=[ACCESS_SERVICE])
    found = offered.comparison(0).solidarity(level)
    before = offer(edition, level)
    for column in ("equipment_persons", "connection_persons"):
        same(found[column], before[column])
    assert found["declared_places_before"].tolist() == before["declared_places"].tolist()
    assert found["declared_places_change"].sum() == 1
    # Those without internet at home whose point has the place within a quarter of an hour.
    x, y = edition.ground.homes.at(*EPINAY)[:2]  # type: ignore[index]  # inside the build
    points = edition.facts.points[["x_m", "y_m"]].to_numpy()
    minutes = np.hypot(*(points - [x, y]).T) * 1.3 / (4500 / 60)
    people = np.where(minutes <= 15, kinds.equipment_at(edition), 0.0)
    matrix, codes = edition.ground.sum_matrix(level, "cog_2024")
    near = pd.Series(matrix @ people, codes).reindex(found["code"]).fillna(0.0)
    known = found["equipment_persons"].notna().to_numpy()
    same(found["equipment_near_persons_after"][known], near[known], 1e-6)
    moved = offered.move("scenario-1", lat=STAINS[0], lon=STAINS[1])
    assert moved.comparison(0).solidarity("ept")["declared_places_after"].tolist() == [1]
    closed = offered.close("scenario-1")
    assert closed.comparison(0).solidarity("ept")["declared_places_after"].tolist() == [0]
