"""The figures, held to a second computation written from the method page alone.

What the page does not say cannot be computed again: a step that changes in the code and not on the
page, or the other way, fails here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import replicate
import replicate_draws
import replicate_need
import replicate_stored
import replicate_tables
from numpy.testing import assert_allclose

import observatory
from observatory import settings
from observatory.files.method_steps import read_sections
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.tables.manifest import read_manifest

WHERE = settings.load({})
NORMS = ("france", "promise", "service", "2.5", "share", "departement")
LEVELS: tuple[Level, ...] = ("commune", "iris", "qpv", "ept")
#: The first step after need, help, access, what is missing and its draws.
FIRST_APART = 51
#: Steps that only say what a build stores, or what leads to them: no figure is computed there.
STORED = {1, 23, 24, 25}
CLOSE = 1e-6


@pytest.fixture(scope="module")
def model() -> Model:
    return observatory.load().model


@pytest.fixture(scope="module")
def edition() -> replicate_tables.Edition:
    return replicate_tables.read(WHERE.edition)


@pytest.fixture(scope="module")
def assumed() -> dict[str, Any]:
    return replicate_tables.assumptions(WHERE.assumptions)


@pytest.fixture(scope="module")
def result(edition: replicate_tables.Edition, assumed: dict[str, Any]) -> replicate.Result:
    return replicate.replicate(edition, assumed)


def test_every_point_has_the_same_need_help_access_and_missing_hours(
    model: Model, result: replicate.Result
) -> None:
    points = model.measured.points
    assert_allclose(result.need, points["need_persons"], rtol=CLOSE)
    assert_allclose(result.help_hours, model.help_hours, rtol=CLOSE)
    assert_allclose(result.spread, points["area_h_per_100"], rtol=CLOSE)
    assert_allclose(result.access, points["access_h_per_100"], rtol=CLOSE)
    assert_allclose(result.nearest_min, points["nearest_min"], rtol=CLOSE)
    assert_allclose(result.missing, points["missing_h_per_week"], rtol=CLOSE, atol=1e-9)


@pytest.mark.parametrize("name", NORMS)
def test_every_norm_and_what_lacks_to_it_are_the_same(
    name: str, model: Model, edition: replicate_tables.Edition, result: replicate.Result,
    assumed: dict[str, Any],
) -> None:  # fmt: skip
    asked = model.with_assumptions({"gap.norm": name})
    found = replicate.norm(edition, {**assumed, "gap.norm": name}, result.need, result.access)
    assert found == pytest.approx(asked.norm, rel=CLOSE)
    missing = np.maximum(found - result.access, 0) / 100 * result.need
    assert_allclose(missing, asked.missing_at, rtol=CLOSE, atol=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_every_zone_has_the_same_figures(
    level: Level, model: Model, edition: replicate_tables.Edition, result: replicate.Result,
    assumed: dict[str, Any],
) -> None:  # fmt: skip
    found = replicate.zones(edition, assumed, result, level)
    wanted = model.figures(level).set_index("code")
    post = model.gaps(level).set_index("code")["missing_etp"]
    wanted = wanted.assign(missing_etp=post)
    assert list(found.index) == list(wanted.index)
    for name in found:
        assert_allclose(
            found[name], wanted[name].astype(float), rtol=CLOSE, atol=1e-9, err_msg=name
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"need.model": "age"},
        {"need.model": "poverty", "need.iris_poverty": 0.6},
        {"need.iris_diploma": 1.3, "need.level_departement_pct": 14.0},
        {"need.level_region_pct": 12.9, "need.poverty_age_pct.75p": 12.0},
        {"access.decay": "gaussian", "walk.speed_kmh": 3.0, "access.border_need": 1.15},
        {"access.decay": "binary", "access.step.edge_min.e3": 20.0},
        {"freshness.weight_stale": 0.7, "capacity.aidant.counted_twice": 0.3},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_an_assumption_acts_as_its_step_says(
    changes: dict[str, Any],
    model: Model,
    edition: replicate_tables.Edition,
    assumed: dict[str, Any],
) -> None:
    found = replicate.replicate(edition, {**assumed, **changes})
    wanted = model.with_assumptions(changes)
    assert found.norm == pytest.approx(wanted.norm, rel=CLOSE)
    assert_allclose(found.need, wanted.need_persons, rtol=CLOSE)
    assert_allclose(found.missing, wanted.missing_at, rtol=CLOSE, atol=1e-9)


def test_where_diplomas_are_measured_the_contrast_does_not_act(
    model: Model, edition: replicate_tables.Edition, assumed: dict[str, Any]
) -> None:
    measured = edition.iris["commune"] == "93039"
    mine = replace(
        edition,
        iris=edition.iris.assign(low_diploma_measured=measured),
        communes=edition.communes.reset_index(),
    )
    theirs = replace(
        model.facts, iris=model.facts.iris.assign(low_diploma_measured=measured.to_numpy())
    )
    wanted = Model(theirs, model.assumptions.changed({"need.iris_diploma": 0.7}))
    found = replicate_need.diploma_of_iris(mine, {**assumed, "need.iris_diploma": 0.7})
    assert_allclose(100 * found, wanted.diploma_pct, rtol=CLOSE)
    plain = replicate_need.diploma_of_iris(edition, assumed)
    assert_allclose(found[measured], plain[measured], rtol=CLOSE)


def test_the_residents_of_iris_and_points_are_the_same(edition: replicate_tables.Edition) -> None:
    assert_allclose(replicate_stored.population(edition), edition.iris["population"], rtol=CLOSE)
    shared = replicate_stored.shared_population(edition)
    assert_allclose(shared, edition.points["population"], rtol=CLOSE)


def test_the_stored_fit_gives_the_stored_expected_shares(edition: replicate_tables.Edition) -> None:
    fit = pd.read_parquet(WHERE.edition / "diploma_fit.parquet").set_index("term")["value"]
    found = replicate_stored.expected_diploma(edition, fit)
    assert_allclose(found, edition.iris["low_diploma_expected_pct"], rtol=CLOSE)


def test_the_news_of_each_row_of_help_are_as_old(edition: replicate_tables.Edition) -> None:
    sites = pd.read_parquet(WHERE.edition / "sites.parquet")
    reference = max(source.read_on for source in read_manifest(WHERE.edition).sources)
    found = replicate_stored.ages(edition, sites, reference)
    assert_allclose(found, edition.supply["age_months"], rtol=CLOSE)


def test_the_outlines_give_the_share_of_each_cell_in_the_qpv(
    edition: replicate_tables.Edition,
) -> None:
    found = replicate_stored.qpv_shares(edition, WHERE.edition)
    cells = edition.points.loc[edition.points["kind"] == "cell", "point"]
    stored = edition.point_qpv[edition.point_qpv["point"].isin(cells)]
    both = stored.merge(found, on=["point", "qpv"], how="outer", suffixes=("", "_found"))
    rounded_down = both["share_found"] - both["share"].fillna(0)
    assert rounded_down.between(-CLOSE, CLOSE).all()


def test_the_draws_give_the_same_intervals_and_classes(
    edition: replicate_tables.Edition, assumed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 8
    monkeypatch.setenv("OBSERVATORY_DRAWS", str(count))
    wanted = observatory.load().model.gaps("commune").set_index("code")
    found = replicate_draws.precision(
        replicate_draws.draws(edition, WHERE.assumptions, assumed, count, "commune")
    )
    assert list(found.index) == list(wanted.index)
    for name in found:
        if name.endswith("_class"):
            assert list(found[name]) == list(wanted[name]), name
        else:
            # Intervals are rounded to six decimals.
            assert_allclose(found[name], wanted[name], rtol=CLOSE, atol=1e-6, err_msg=name)


def test_every_step_of_the_page_is_carried_out() -> None:
    manifest = read_manifest(WHERE.edition)
    sections = read_sections(observatory.load().model, manifest, "fr")
    numbers = {step.number for section in sections for step in section.steps}
    # What is made of the figures afterwards (reasons, comparisons, posts) is not replicated.
    numbers -= set(range(FIRST_APART, max(numbers) + 1))
    written = "".join(
        path.read_text("utf-8") for path in Path(__file__).parent.glob("replicate*.py")
    )
    done: set[int] = set()
    for cited in re.findall(r"\bsteps? (\d[\d, -]*)", written):
        for part in cited.strip(" ,").split(", "):
            first, _, last = part.partition("-")
            done |= set(range(int(first), int(last or first) + 1))
    assert done | STORED == numbers
