"""The points and residents of the edition, held to a second computation from the official files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import replicate_files
import replicate_tables
from numpy.testing import assert_allclose

from observatory import settings

EDITION = settings.load({}).edition
#: Coordinates are rounded to 0.1 m.
HALF_M = 0.0501
pytestmark = pytest.mark.real_files


@pytest.fixture(scope="module")
def edition() -> replicate_tables.Edition:
    return replicate_tables.read(EDITION)


def test_residents_by_age_are_the_same_where_the_file_has_none_too(
    edition: replicate_tables.Edition, source_folder: Path
) -> None:
    found = replicate_files.ages(edition, source_folder)
    stored = edition.iris.set_index("iris")[replicate_files.AGES]
    assert_allclose(found, stored, rtol=1e-9, atol=1e-9)
    basis = edition.iris.loc[edition.iris["in_territory"], "population_basis"]
    assert basis.str.startswith("estimated").sum() == 7


def test_the_latest_population_is_the_same_to_whole_persons(
    edition: replicate_tables.Edition, source_folder: Path
) -> None:
    found = replicate_files.latest_population(edition, source_folder)
    stored = edition.communes["population_latest"].astype(float)
    assert (found - stored).abs().max() < 1
    assert found.sum() == pytest.approx(stored.sum())


def test_the_fit_of_diplomas_is_the_same(
    edition: replicate_tables.Edition, source_folder: Path
) -> None:
    stored = pd.read_parquet(EDITION / "diploma_fit.parquet").set_index("term")["value"]
    terms = ["intercept", "managers", "manual_workers", "young"]
    found = replicate_files.diploma_fit(edition, source_folder)
    assert_allclose(found, stored[terms], rtol=1e-6)


def test_the_cells_of_the_territory_are_the_same_and_in_the_same_iris(
    edition: replicate_tables.Edition, source_folder: Path
) -> None:
    rows = edition.points["in_territory"] & (edition.points["kind"] == "cell")
    stored = edition.points[rows].set_index("point")
    found = replicate_files.cells(edition, source_folder)
    assert set(found.index) == set(stored.index)
    found = found.loc[stored.index]
    assert list(found["iris"]) == list(stored["iris"])
    assert list(found["residents"]) == list(stored["residents"])
    assert np.abs(found[["x_m", "y_m"]] - stored[["x_m", "y_m"]]).to_numpy().max() < HALF_M


def test_iris_without_a_cell_have_a_point_inside(
    edition: replicate_tables.Edition, source_folder: Path
) -> None:
    rows = edition.points["commune"].str.startswith("93") & (edition.points["kind"] == "iris")
    stored = edition.points[rows].set_index("iris")
    found = replicate_files.centres(source_folder).loc[stored.index]
    assert np.abs(found - stored[["x_m", "y_m"]]).to_numpy().max() < HALF_M
