"""Why a zone is short: parts that sum, by hand on three points and on the edition."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import worlds

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.draws import series
from observatory.model.model import SEED, Model
from observatory.model.why import FACTORS, shapley, why
from observatory.tables.comparison_results import PARTS


@pytest.fixture(scope="module")
def small() -> Model:
    known = load_assumptions(settings.load({}).assumptions)
    return Model(worlds.facts(), known.changed({"gap.norm": "5"}))


@pytest.fixture(scope="module")
def edition(model: Model) -> Model:
    return model


def test_what_each_adds_is_averaged_over_the_orders() -> None:
    # 2 x 3 = 6 from 1 x 1: the first adds 1 if it comes first and 3 if it comes last.
    here, there = {"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 1.0}

    def value(own: frozenset[str]) -> np.ndarray:
        return np.array([np.prod([(here if n in own else there)[n] for n in here])])

    parts = shapley(("a", "b"), value)
    assert parts["a"] == pytest.approx(2.0)
    assert parts["b"] == pytest.approx(3.0)


def _access(spot: float, around: float, own: float, others: float) -> float:
    return 100 * (spot + around) / (own + others)


def test_pierrefitte_of_the_small_world_by_hand(small: Model) -> None:
    # 93059 is A: 100 people, no place of its own, 12 h at B that 350 people share, 100 of them A's.
    # The territory: 9 h in reach (6 in one's own commune), 350 people, 500 / 3 of one's own.
    mean, here = (6.0, 3.0, 500 / 3, 550 / 3), (0.0, 12.0, 100.0, 250.0)
    added = np.zeros(4)
    for order in permutations(range(4)):
        now = list(mean)
        for place in order:
            before = _access(*now)
            now[place] = here[place]
            added[place] += (_access(*now) - before) / 24
    table = why(small, zone="93059", draws=0).set_index("part")
    effect = table["effect_h_per_100"]
    assert list(table.index) == list(PARTS)
    named = ["on_the_spot", "around", "residents", "neighbours"]
    np.testing.assert_allclose(effect[named], -added, atol=1e-9)
    # All have one rate of difficulty, walk as little, and share the EPT's post alike.
    same = ["age", "poverty", "diploma", "distance", "unplaced"]
    np.testing.assert_allclose(effect[same], 0, atol=1e-9)
    # Above the norm by 0.4286; the mean of the territory by 0.3214.
    assert effect["uneven"] == pytest.approx(3 / 28)
    assert table["missing_h_per_100"].iloc[0] == pytest.approx(0)
    assert table["territory_h_per_100"].iloc[0] == pytest.approx(0.75)
    assert effect.sum() == pytest.approx(-0.75, abs=1e-9)
    assert table.loc["on_the_spot", ["here", "reference"]].tolist() == pytest.approx([0, 6])
    assert table.loc["neighbours", ["here", "reference"]].tolist() == pytest.approx([250, 550 / 3])


@pytest.mark.parametrize("level", ["commune", "iris", "qpv"])
def test_the_parts_of_each_zone_sum_to_its_difference(edition: Model, level: str) -> None:
    table = why(edition, level=level, draws=0)  # type: ignore[arg-type]  # a level
    sums = table.groupby("code")["effect_h_per_100"].sum()
    rates = table.groupby("code")[["missing_h_per_100", "territory_h_per_100"]].first()
    apart = rates["missing_h_per_100"] - rates["territory_h_per_100"]
    np.testing.assert_allclose(sums, apart, atol=1e-9)
    figures = edition.figures(level, "cog_2024").set_index("code")  # type: ignore[arg-type]  # as above
    np.testing.assert_allclose(
        rates["missing_h_per_100"], figures.loc[rates.index, "missing_h_per_100"], atol=1e-9
    )
    assert table.groupby("code").size().eq(len(PARTS)).all()
    assert set(PARTS) == {*FACTORS, "unplaced", "uneven"}


def test_without_any_place_the_nothing_tells_zones_apart(small: Model) -> None:
    closed = small.facts.supply[small.facts.supply["serves"] != "point"]
    model = Model(worlds.facts(supply=closed), small.assumptions)
    effect = why(model, zone="93066", draws=0).set_index("part")["effect_h_per_100"]
    # Nobody has help but the EPT's post, alike for all.
    np.testing.assert_allclose(effect, 0, atol=1e-9)


def test_a_zone_out_of_reach_lacks_hours_not_nearness(edition: Model) -> None:
    table = why(edition, level="iris", draws=0).pivot(index="code", columns="part", values="here")
    far = table[(table["on_the_spot"] == 0) & (table["around"] == 0)].index
    effects = why(edition, level="iris", draws=0).pivot(
        index="code", columns="part", values="effect_h_per_100"
    )
    assert np.allclose(effects.loc[far, "distance"], 0)
    assert np.isfinite(effects.to_numpy()).all()


def test_each_part_has_the_interval_of_the_same_part_in_every_draw(small: Model) -> None:
    table = why(small, zone="93059", draws=6).set_index("part")
    _, models = series(small, 6, SEED)
    drawn = [why(one, zone="93059", draws=0)["effect_h_per_100"].to_numpy() for one in models]
    low, high = np.quantile(np.array(drawn), (0.05, 0.95), axis=0)
    np.testing.assert_allclose(table["effect_h_per_100_low"], low, atol=1e-12)
    np.testing.assert_allclose(table["effect_h_per_100_high"], high, atol=1e-12)
    assert (high - low > 1e-6).any()
    assert why(small, draws=0)["effect_h_per_100_low"].isna().all()


@pytest.mark.parametrize(
    ("changes", "options"),
    [({"gap.norm": "share"}, {}), ({}, {"zone": "75056"}), ({}, {"level": "ept"})],
)
def test_what_cannot_be_said_is_refused(
    small: Model, changes: dict[str, float | str], options: dict[str, str]
) -> None:
    with pytest.raises(ChoiceError):
        why(small.with_assumptions(changes), **options)  # type: ignore[arg-type]  # on purpose
