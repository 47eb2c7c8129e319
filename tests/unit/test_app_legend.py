"""What the legend says is what the map shows."""

from __future__ import annotations

import itertools
import math

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.app.maps.legend import CLASSES, classify, legend_html, natural_breaks, ranges
from observatory.app.measures import MEASURES, MISSING
from observatory.words.catalogue import load_words

FRENCH = load_words("fr")
WHOLE, FINE = MEASURES["missing"], MEASURES["access"]
values = st.lists(
    st.one_of(st.floats(0, 1e5), st.just(0.0), st.just(float("nan"))), min_size=0, max_size=90
)


@given(values, st.sampled_from([WHOLE, FINE]))
def test_every_known_value_has_a_class_that_holds_it(found: list[float], measure) -> None:
    classes = classify(found, measure)
    assert len(classes.bounds) == len(classes.colours) <= CLASSES
    assert len(set(classes.colours)) == len(classes.colours)
    assert list(classes.bounds) == sorted(set(classes.bounds))
    assert classes.has_missing == any(math.isnan(value) for value in found)
    for value in found:
        colour = classes.colour(value)
        if math.isnan(value):
            assert colour is None
            continue
        place = classes.colours.index(colour)
        start = classes.bounds[place - 1] if place else -math.inf
        assert start < value <= classes.bounds[place] + 1e-9


def test_no_help_at_all_is_a_class_apart_from_little_help() -> None:
    classes = classify([0.0, 0.0, 1.0, 2.0, 10.0], WHOLE)
    assert classes.bounds[0] == 0
    texts = [text for _, text in ranges(classes, WHOLE, FRENCH)]
    assert texts[:2] == ["0", "plus de 0 à 1"]
    assert classes.colour(0.0) != classes.colour(1.0)


def test_missing_is_grey_and_never_a_class() -> None:
    classes = classify([float("nan"), 5.0], WHOLE)
    assert classes.colour(float("nan")) is None
    made = legend_html(classes, WHOLE, FRENCH, ("qpv", "schools", "sites"))
    assert MISSING in made
    assert "sans donnée" in made
    assert all(text in made for text in ("h par semaine", "REP+", "QPV 2024"))


def test_nothing_known_gives_an_empty_legend_and_no_colour() -> None:
    classes = classify([float("nan")] * 3, WHOLE)
    assert (classes.bounds, classes.colour(3.0)) == ((), None)
    assert "sans donnée" in legend_html(classes, WHOLE, FRENCH)


@given(st.lists(st.integers(0, 400), min_size=6, max_size=40, unique=True), st.integers(2, CLASSES))
def test_breaks_are_those_of_least_spread_within_classes(found: list[int], count: int) -> None:
    values = np.array(found, dtype=float)
    ours = natural_breaks(values, count)
    theirs = mapclassify.FisherJenks(values, k=count).bins

    def spread(bounds: np.ndarray) -> float:
        place = np.searchsorted(bounds, values, side="left")
        groups = (values[place == k] for k in range(count))
        return float(sum(((group - group.mean()) ** 2).sum() for group in groups if len(group)))

    assert len(ours) == count
    assert ours[-1] == values.max()
    assert spread(ours) == pytest.approx(spread(theirs), abs=1e-6)


def test_many_zones_are_shared_evenly() -> None:
    hundred = np.arange(10.0, 1010.0, 10.0)
    classes = classify(hundred, WHOLE)
    counts = [sum(classes.colour(v) == c for v in hundred) for c in classes.colours]
    assert counts == [20] * 5


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
