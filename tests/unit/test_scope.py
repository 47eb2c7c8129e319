"""Which communes a build holds, and those whose IRIS have no outline, on a made map.

Squares of 2 km on a row from west to east: 93001 is the territory, 93002 is next to it, 75118 on
its other side, 75117 3 km away and 75116 6 km away; 75056 is the city, over its arrondissements.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from observatory.build.scope import PARTLY, Scope, area_of, scope_of
from observatory.build.undrawn import together, zone_outlines
from observatory.errors import CodeError
from observatory.geo.perimeter import Perimeter, find_perimeter
from observatory.places.french_communes import commune_table
from observatory.tables.provenance import Aside, Reading
from observatory.tables.shared_columns import TOGETHER

KM = 1_000.0
TERRITORY = Perimeter("commune:93001", "Aubervilliers", "communes", {"93001": "93001"}, "93")
#: A territory of each part of the country, and its projection in metres.
OFFICIAL = {"2A": 2154, "971": 5490, "commune:97209": 5490, "973": 2972, "974": 2975, "976": 4471}
WEST = {"93001": 0.0, "93002": -2.0, "75118": 2.0, "75117": 5.0, "75116": 8.0}


@pytest.fixture(scope="module")
def outlines() -> gpd.GeoDataFrame:
    squares = {code: box(x * KM, 0, (x + 2) * KM, 2 * KM) for code, x in WEST.items()}
    squares["75056"] = box(2 * KM, 0, 10 * KM, 2 * KM)
    codes = list(squares)
    names = [f"Commune {code}" for code in codes]
    layer = {"commune": codes, "commune_name": names, "geometry": list(squares.values())}
    return gpd.GeoDataFrame(layer, crs=2154)


@pytest.fixture(scope="module")
def scope(outlines: gpd.GeoDataFrame) -> Scope:
    return scope_of(outlines, TERRITORY, 5 * KM)


def test_the_departement_is_held_and_what_lies_near(scope: Scope) -> None:
    assert scope.communes == {"93001", "93002", "75118", "75117"}
    assert scope.departements == {"93", "75"}


def test_a_perimeter_says_how_far_around_in_place_of_the_assumption(
    outlines: gpd.GeoDataFrame,
) -> None:
    near = scope_of(outlines, replace(TERRITORY, around_m=1 * KM), 5 * KM)
    assert near.communes == {"93001", "93002", "75118"}


def test_a_territory_of_which_no_commune_is_drawn_says_what_is_there(
    outlines: gpd.GeoDataFrame,
) -> None:
    elsewhere = Perimeter("35", "Ille-et-Vilaine", "departement", {"35238": "35238"}, "35")
    with pytest.raises(CodeError, match=r"outlines of the 1 communes.*départements 75, 93") as told:
        scope_of(outlines, elsewhere, 5 * KM)
    assert "iris/contours_iris_dept35.geojson" in told.value.next_step


def test_a_territory_has_the_metres_of_its_place() -> None:
    found = {code: find_perimeter(code, commune_table()).metric for code in OFFICIAL}
    assert found == OFFICIAL


def test_outlines_in_degrees_are_measured_in_the_metres_of_the_place() -> None:
    degrees = {
        "97411": box(55.44, -20.9, 55.46, -20.88),
        "97408": box(55.30, -20.95, 55.32, -20.93),
    }
    layer = gpd.GeoDataFrame(
        {"commune": list(degrees), "commune_name": ["Saint-Denis", "La Possession"]},
        geometry=list(degrees.values()),
        crs=4326,
    )
    there = find_perimeter("commune:97411", commune_table(), around_m=1 * KM)
    found = area_of(layer, there, 5 * KM)
    # All of the département is held; the two boxes lie 12 to 14 km apart.
    assert found.scope.communes == {"97411", "97408"}
    one, other = found.in_its_metres(layer).geometry
    assert 12_500 < one.distance(other) < 13_500


def test_the_departement_is_held_however_far(outlines: gpd.GeoDataFrame) -> None:
    moved = outlines.copy()
    moved.loc[moved["commune"] == "93002", "geometry"] = box(90 * KM, 0, 92 * KM, KM)
    assert "93002" in scope_of(moved, TERRITORY, 5 * KM).communes


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("iris", ["930010101", "751160101"]),
        ("commune", ["93001", "75116"]),
        ("code_insee", ["93001", "75116"]),
    ],
)
def test_rows_of_other_communes_are_set_aside(scope: Scope, column: str, codes: list[str]) -> None:
    earlier = Aside("no code", 1)
    kept = scope.keep(Reading(pd.DataFrame({column: codes}), 3, (earlier,)))
    assert kept.frame[column].tolist() == codes[:1]
    assert kept.aside == (earlier, Aside("further than 5 km from the territory", 1, (codes[1],)))
    assert kept.rows_in == len(kept.frame) + kept.rows_aside


def test_a_table_of_no_commune_is_kept_whole(scope: Scope) -> None:
    reading = Reading(pd.DataFrame({"postcode": ["75016"]}), 1)
    assert scope.keep(reading) == reading


def test_the_posts_of_another_departement_are_not_those_of_its_edge(scope: Scope) -> None:
    codes = ["93001", "75118", "75118"]
    serves = ["departement", "commune", "departement"]
    areas = ["93", "75118", "75"]
    hosts = pd.DataFrame({"commune": codes, "serves": serves, "area": areas})
    kept = scope.keep(Reading(hosts, 3))
    assert kept.frame["commune"].tolist() == ["93001", "75118"]
    assert kept.aside == (Aside(PARTLY, 1, ("75118",)),)


def test_the_posts_of_a_body_that_is_not_held_whole_are_those_of_its_commune(scope: Scope) -> None:
    codes = ["93001", "93002", "75118"]
    # Plaine Commune, an EPT of the département; Rennes Métropole; an EPT of another département.
    areas = ["200057867", "243500139", "200057990"]
    hosts = pd.DataFrame({"commune": codes, "serves": "ept", "area": areas})
    kept = scope.keep(Reading(hosts, 3)).frame
    assert kept["serves"].tolist() == ["ept", "commune", "commune"]
    assert kept["area"].tolist() == ["200057867", "93002", "75118"]


def test_a_commune_without_iris_outlines_has_its_own(outlines: gpd.GeoDataFrame) -> None:
    drawn = outlines[outlines["commune"] == "93001"].assign(iris="930010101", iris_name="Centre")
    found = zone_outlines({"iris_outlines": drawn, "communes": outlines.iloc[:2]})
    assert found["iris"].tolist() == ["930010101", "930020000"]
    assert found["iris_name"].tolist() == ["Centre", "Commune 93002"]
    assert found.crs.to_epsg() == 2154


def _iris() -> pd.DataFrame:
    """Return a drawn IRIS, two of a commune that is not drawn, and a commune of one IRIS."""
    return pd.DataFrame(
        {
            "iris": ["930010101", "952680101", "952680102", "950880000"],
            "iris_type": ["H", "H", "A", "Z"],
            "commune": ["93001", "95268", "95268", "95088"],
            "commune_name": ["Aubervilliers", "Garges", "Garges", "Bonneuil"],
            "ept": ["1", None, None, None],
            "in_territory": [True, False, False, False],
            "population": [10, 20, 30, 40],
            "population_basis": ["ages", "ages", "estimated from 15-64", "none"],
            "pop_75p": [1.0, 2.0, 3.0, 4.0],
            "caf_rsa": [1.0, 2.0, None, 4.0],
            "poverty_declared_pct": [10.0, 20.0, 30.0, 40.0],
        }
    )


def test_the_iris_of_an_undrawn_commune_are_one_zone_and_nobody_is_lost() -> None:
    found = together(_iris(), {"93001"}).set_index("iris")
    assert set(found.index) == {"930010101", "952680000", "950880000"}
    assert found["population"].sum() == 100
    whole = found.loc["952680000"]
    assert whole[["population", "pop_75p", "iris_type"]].tolist() == [50, 5.0, "Z"]
    assert whole["population_basis"] == TOGETHER
    assert whole[["caf_rsa", "poverty_declared_pct"]].isna().all()
    assert not whole["in_territory"]
    # A commune of one IRIS is what it was.
    assert found.loc["950880000", "population_basis"] == "none"


def test_nothing_changes_where_every_commune_is_drawn() -> None:
    iris = _iris()
    assert together(iris, set(iris["commune"])) is iris
