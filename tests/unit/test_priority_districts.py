"""QPV and schools by hand: cells cut by an edge, both sides of it, the rest of the communes."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from examples import at_most
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box
from worlds import facts, frame

from observatory import settings
from observatory.build.priority import build_point_qpv
from observatory.geo.geometry import METRIC, cell_squares
from observatory.model import studies
from observatory.model.assumptions_file import load_assumptions
from observatory.model.help_hours import COUNSELLORS, unit_hours
from observatory.model.levels import inside_and_outside, memberships, qpv_of
from observatory.model.model import Model
from observatory.model.scenario import Scenario
from observatory.tables.facts import POINTS, SCHOOLS

X, Y = 652_000.0, 6_870_000.0
#: An IRIS of 1 km by 1 km without cells, 10 km east of the cells.
IRIS = gpd.GeoDataFrame(
    {"iris": ["930660101", "930660102"]},
    geometry=[box(X - 500, Y - 500, X + 500, Y + 500), box(X + 9500, Y, X + 10_500, Y + 1000)],
    crs=METRIC,
)


def _points() -> pd.DataFrame:
    """Return a cell whose centre is X, Y (to half a metre), its eastern neighbour and an IRIS."""
    at = gpd.GeoSeries([Point(X, Y)], crs=METRIC).to_crs(3035)[0]
    x, y = (axis // 200 * 200 + 100 for axis in (at.x, at.y))
    cells = gpd.GeoSeries([Point(x, y), Point(x + 200, y)], crs=3035).to_crs(METRIC)
    rows = [
        {"point": name, "kind": "cell", "iris": "930660101", "x_m": p.x, "y_m": p.y}
        for name, p in zip(("C1", "C2"), cells, strict=True)
    ]
    rows.append({"point": "I", "kind": "iris", "iris": "930660102", "x_m": X + 1e4, "y_m": Y})
    shared = {"commune": "93066", "in_territory": True, "residents": 10.0, "population": 10.0}
    return frame(POINTS, [shared | {"lon": 2.3, "lat": 48.9} | row for row in rows])


def _qpv(**shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"qpv": list(shapes)}, geometry=list(shapes.values()), crs=METRIC)


def _square(point: str) -> object:
    points = _points()
    layer = gpd.GeoDataFrame(
        points, geometry=gpd.points_from_xy(points["x_m"], points["y_m"]), crs=METRIC
    )
    return cell_squares(layer)[points.index[points["point"] == point][0]]


def test_cells_side_by_side_meet_and_are_of_four_hectares() -> None:
    first, second = _square("C1"), _square("C2")
    # Lambert-93 is equal-area to a few parts in ten thousand here, INSEE's grid exactly.
    assert first.area == pytest.approx(40_000, rel=2e-4)
    assert first.intersection(second).length == pytest.approx(200, rel=1e-3)
    assert first.intersection(second).area == pytest.approx(0, abs=1)


def test_a_cell_gives_the_share_of_its_surface_inside() -> None:
    first = _square("C1")
    west, south, east, north = first.bounds
    half = box(west, south, (west + east) / 2, north)
    found = build_point_qpv(_points(), IRIS, _qpv(QN09301A=half))
    expected = first.intersection(half).area / first.area
    assert found[["point", "qpv"]].to_numpy().tolist() == [["C1", "QN09301A"]]
    assert found["share"].item() == pytest.approx(expected, abs=2e-6)
    assert 0.45 < expected < 0.55


def test_two_qpv_share_a_cell_and_the_rest_is_outside() -> None:
    west, south, east, north = _square("C1").bounds
    third = (north - south) / 3
    low, high = box(west, south, east, south + third), box(west, north - third, east, north)
    found = build_point_qpv(_points(), IRIS, _qpv(QN09301A=low, QN09302A=high))
    shares = found[found["point"] == "C1"]["share"]
    assert len(shares) == 2
    assert 0.5 < shares.sum() < 0.8


def test_an_iris_without_cells_gives_the_share_of_its_own_surface() -> None:
    quarter = box(X + 9500, Y, X + 10_000, Y + 500)
    found = build_point_qpv(_points(), IRIS, _qpv(QN09301A=quarter))
    assert found.to_dict("records") == [{"point": "I", "qpv": "QN09301A", "share": 0.25}]


def test_a_cell_wholly_inside_is_not_cut_and_one_that_is_only_touched_gives_nobody() -> None:
    around = _square("C1").buffer(0.05)
    found = build_point_qpv(_points(), IRIS, _qpv(QN09301A=around)).set_index("point")["share"]
    assert found["C1"] == 1.0
    assert found.get("C2", 0.0) < 1e-3


@at_most(25)
@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(20, 500)), min_size=1, max_size=4))
def test_what_the_qpv_take_is_never_more_than_the_whole(bands: list[tuple[float, float]]) -> None:
    """Whatever the outlines, overlapping ones too."""
    shapes = {
        f"QN0930{n}A": box(X + west, Y - 300, X + west + wide, Y + 300)
        for n, (west, wide) in enumerate(bands)
    }
    found = build_point_qpv(_points(), IRIS, _qpv(**shapes))
    whole = found.groupby("point")["share"].sum()
    assert (whole <= 1 + 1e-12).all()
    assert (found["share"] > 0).all()


def test_a_point_near_an_edge_is_not_sure() -> None:
    square = _qpv(QN09301A=box(X, Y, X + 100, Y + 100))
    east = [50.0, 95.0, 105.0, 115.0]
    points = gpd.GeoDataFrame(geometry=[Point(X + one, Y + 50) for one in east], crs=METRIC)
    found = qpv_of(points, square)
    assert found["qpv"].notna().tolist() == [True, True, False, False]
    assert found["qpv_edge"].tolist() == [False, True, True, False]


@pytest.fixture(scope="module")
def edition(model: Model) -> Model:
    return model


@pytest.fixture
def small() -> Model:
    """Return the small world, the QPV taking a quarter of point B; unknown: QN09348M."""
    made = facts()
    cut = made.point_qpv.assign(share=0.25)
    return Model(replace(made, point_qpv=cut), load_assumptions(settings.load({}).assumptions))


def test_both_sides_and_the_rest_by_hand(small: Model) -> None:
    """B has 200 people in need: 50 are inside, and 150 out beside the 100 of A and of C.

    The rest of the QPV's communes is all that is outside: Pierrefitte is in Saint-Denis since
    2025, and Bobigny is not in the territory.
    """
    table = studies.qpv_zones(small).set_index("code")
    need = table["need_persons"]
    assert need[["QN09328M", "inside", "outside"]].tolist() == pytest.approx([50, 50, 350])
    row = table.loc["QN09328M"]
    assert row["edge_pct"] == pytest.approx(100)
    assert row["need_pct"] == row["rest_need_pct"] == pytest.approx(10)
    points = small.measured.points.set_index("point")
    weights = pd.Series({"A": 100.0, "B": 150.0, "C": 100.0})
    outside = points.loc[weights.index]
    access = np.average(outside["access_h_per_100"], weights=weights)
    assert row["rest_access_h_per_100"] == pytest.approx(access)
    assert table.loc["outside", "access_h_per_100"] == pytest.approx(access)
    missing = (outside["missing_h_per_week"] * [1, 0.75, 1]).sum()
    assert row["rest_missing_h_per_100"] == pytest.approx(100 * missing / 350)
    unknown = table.loc["QN09348M"]
    assert unknown.drop(["name", "communes"]).filter(regex="^(?!rest_)").isna().all()


def test_help_inside_is_that_of_its_places_and_its_share_of_wider_help(small: Model) -> None:
    """The place at B gives 12 h inside; the EPT's 8 h go to 400 people, 50 of them inside."""
    table = studies.qpv_zones(small).set_index("code")["help_h_per_week"]
    assert table["QN09328M"] == table["inside"] == pytest.approx(12 + 8 * 50 / 400)
    assert table["outside"] == pytest.approx(8 * 350 / 400)


def test_in_and_out_make_the_territory(edition: Model) -> None:
    table = studies.qpv_zones(edition).set_index("code")
    whole = edition.gaps("ept").iloc[0]
    both = table.loc[["inside", "outside"]]
    for name in ("population", "need_persons", "help_h_per_week", "missing_h_per_week"):
        assert both[name].sum() == pytest.approx(whole[name], rel=1e-9), name
    sides = inside_and_outside(edition.facts)
    assert sides.groupby("row")["share"].sum().to_numpy() == pytest.approx(1.0, abs=1e-12)


def test_the_qpv_sum_to_the_inside_and_what_they_have_across_the_border(edition: Model) -> None:
    table = studies.qpv_zones(edition).set_index("code")
    rows = table[table["name"].notna()]
    assert len(rows) == 22
    taken = memberships(edition.facts, "qpv", "cog_2024")
    away = ~edition.ground.inside[taken["row"]]
    people = (taken["share"] * edition.need_persons[taken["row"]])[away].sum()
    assert rows["need_persons"].sum() == pytest.approx(table.loc["inside", "need_persons"] + people)
    assert rows["edge_pct"].between(0, 100).all()
    counted = ["places", "schools", "rep_schools"]
    assert (rows[counted].sum() == table.loc["inside", counted]).all()


def test_the_draws_sum_a_qpv_as_the_gap_table_does(edition: Model) -> None:
    drawn = edition.missing("qpv")
    table = edition.gaps("qpv").set_index("code")["missing_h_per_week"]
    assert drawn.to_dict() == pytest.approx(table[drawn.index].to_dict(), abs=1e-9)


def test_a_place_opened_in_a_qpv_is_its_own_help(edition: Model) -> None:
    """Orgemont, at Épinay, has no place of its own."""
    outline = edition.facts.qpv.set_index("qpv").to_crs(4326).loc["QN09330M", "geometry"]
    at = outline.representative_point()
    after = Scenario(edition).open(lat=at.y, lon=at.x, posts=1).compare("qpv")
    change = after.set_index("code")["help_h_per_week_change"]
    assert change["QN09330M"] == pytest.approx(unit_hours(edition.assumptions)[COUNSELLORS])
    assert change.drop("QN09330M").abs().max() < 1e-9


def test_every_school_of_priority_education_has_its_walk_the_furthest_first(
    edition: Model,
) -> None:
    table = studies.schools_of_priority(edition)
    assert len(table) == 259
    assert table["walk_min"].notna().sum() == 258
    assert (table["near_place"].isna() == table["walk_min"].isna()).all()
    for _, rows in table.groupby("network"):
        assert rows["walk_min"].dropna().is_monotonic_decreasing
    known = table["pupils"].notna()
    assert table.loc[~known, "parents"].isna().all()
    ratio = edition.assumptions.number("kinds.rep_parents.per_pupil")
    assert (table["parents"] / table["pupils"])[known].to_numpy() == pytest.approx(ratio)


def test_only_the_far_ones_of_a_network(edition: Model) -> None:
    far = studies.schools_of_priority(edition, network="REP+", far=True)
    every = studies.schools_of_priority(edition)
    near = edition.assumptions.number("access.near_min")
    expected = every[(every["network"] == "REP+") & (every["walk_min"] > near)]
    pd.testing.assert_frame_equal(far, expected.reset_index(drop=True))
    assert len(far) > 0
    assert not far["near_place"].astype(bool).any()
    moved = edition.with_assumptions({"access.near_min": 60.0})
    assert len(studies.schools_of_priority(moved, network="REP+", far=True)) == 0


def test_a_school_without_a_place_is_neither_near_nor_far() -> None:
    made = facts()
    rows = [
        dict(made.schools.iloc[0]) | {"network_head": "0932030B"},
        dict(made.schools.iloc[0])
        | {"uai": "0930001D", "network_head": "0932030B", "lon": 2.34, "lat": 48.93},
    ]
    model = Model(
        replace(made, schools=frame(SCHOOLS, rows)), load_assumptions(settings.load({}).assumptions)
    )
    table = studies.schools_of_priority(model).set_index("uai")
    assert pd.isna(table.loc["0932030B", "near_place"])
    assert studies.schools_of_priority(model, far=True)["uai"].tolist() in ([], ["0930001D"])
