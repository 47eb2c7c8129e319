"""What the legend says is what the map shows, and two maps of one measure can be compared."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.app.maps.legend import legend_html
from observatory.model.measures import MEASURES, MISSING
from observatory.sheets.map_classes import NONE_RADIUS, RADIUS, colour_of, radius_of, ranges
from observatory.words.catalogue import load_words

FRENCH = load_words("fr")
COUNT, RATE = MEASURES["missing"], MEASURES["missing_rate"]
RATES = [measure for measure in MEASURES.values() if measure.breaks]
COUNTS = [measure for measure in MEASURES.values() if measure.circles]


def test_a_count_is_a_circle_and_a_rate_a_colour() -> None:
    assert {measure.name for measure in COUNTS} == {"missing", "need", "capacity"}
    assert len(RATES) + len(COUNTS) == len(MEASURES)
    for measure in COUNTS:
        assert colour_of(5.0, measure) is None
    for measure in RATES:
        assert radius_of(5.0, measure) is None
        assert len(measure.breaks) + 1 == len(measure.colours)
        assert list(measure.breaks) == sorted(set(measure.breaks))


@given(st.floats(0, 1e5), st.sampled_from(RATES))
def test_every_value_has_the_class_that_the_legend_says(value: float, measure) -> None:
    place = measure.colours.index(colour_of(value, measure))
    bounds = (-math.inf, *measure.breaks, math.inf)
    assert bounds[place] < value <= bounds[place + 1]
    assert ranges(measure, FRENCH)[place][0] == measure.colours[place]


def test_the_legend_says_round_classes_from_little_to_much() -> None:
    assert [text for _, text in ranges(RATE, FRENCH)] == [
        "0", "plus de 0 à 0,25", "plus de 0,25 à 0,5", "plus de 0,5 à 1", "plus de 1",
    ]  # fmt: skip
    assert ranges(MEASURES["nearest"], FRENCH)[0][1] == "jusqu'à 5"
    assert colour_of(0.0, RATE) != colour_of(0.01, RATE), "no lack is told from a little"


@given(st.floats(0.5, 1e4), st.sampled_from(COUNTS))
def test_the_surface_of_a_circle_is_the_count(value: float, measure) -> None:
    one, four = radius_of(value, measure), radius_of(4 * value, measure)
    assert four == pytest.approx(2 * one, abs=0.16) or one == NONE_RADIUS
    assert radius_of(measure.circles[-1], measure) == RADIUS
    assert radius_of(0.0, measure) == NONE_RADIUS


def test_the_circles_of_the_legend_have_the_size_of_those_of_the_map() -> None:
    made = legend_html(COUNT, FRENCH, {})
    sizes = [float(size) for size in re.findall(r"width:([\d.]+)px", made)]
    assert sizes == [2 * radius_of(value, COUNT) for value in COUNT.circles]


def test_missing_is_neither_a_colour_nor_a_circle() -> None:
    for measure in MEASURES.values():
        assert colour_of(math.nan, measure) is None
        assert radius_of(math.nan, measure) is None
        assert MISSING not in measure.colours


def test_the_legend_says_what_is_not_known_only_where_there_is_such() -> None:
    bare = legend_html(RATE, FRENCH, {})
    assert not any(FRENCH(f"legend.{name}") in bare for name in ("missing", "withheld", "unknown"))
    full = legend_html(RATE, FRENCH, {}, missing=True, withheld=True, unknown=True)
    assert all(FRENCH(f"legend.{name}") in full for name in ("missing", "withheld", "unknown"))


def test_the_legend_says_how_many_of_a_layer_are_placed_where_some_are_not() -> None:
    made = legend_html(RATE, FRENCH, {"schools": (5, 5), "sites": (24, 37), "qpv": (22, 22)})
    assert "24 lieux placés sur 37" in made
    assert made.count("obs-placed") == 1
    assert all(f"obs-symbol obs-{kind}" in made for kind in ("rep", "rep_plus", "sites", "qpv"))


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = (_channel(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.name)
def test_schemes_darken_step_by_step_so_that_they_read_without_hue(measure) -> None:
    lights = [_luminance(colour) for colour in measure.colours]
    assert lights == sorted(lights, reverse=True)
    steps = [(a + 0.05) / (b + 0.05) for a, b in itertools.pairwise(lights)]
    assert min(steps) > 1.15


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("#1b2330", "#f3f5f9"),
        ("#3b4657", "#ffffff"),
        ("#8a2f04", "#ffffff"),
        ("#1d4f91", "#ffffff"),
    ],
)
def test_texts_stand_out_by_at_least_the_aa_contrast(ink: str, paper: str) -> None:
    assert (_luminance(paper) + 0.05) / (_luminance(ink) + 0.05) >= 4.5
