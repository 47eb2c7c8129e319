"""Streets of an extract and walks along them: who walks where, how far, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from examples import at_most
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely.geometry import box

from observatory import settings
from observatory.build.own_streets import (
    NO_STREETS,
    StreetFiles,
    refuse_streets,
    street_names,
    street_walks,
)
from observatory.errors import (
    ChoiceError,
    FileFormatError,
    InputError,
    MissingInputError,
)
from observatory.geo.geometry import project_to_metres
from observatory.model.access import Decay, distances, share, weights
from observatory.model.walks import distances_of, far_from_streets, nearest, street_graph, walks
from observatory.places.search.gazetteer import build_gazetteer, search
from observatory.read.streets import Streets, read_streets, why_not_walked
from observatory.tables.check import check
from observatory.tables.street_tables import STREET_DISTANCES, STREET_NAMES, WALK_LIMIT_M

OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="48.9" lon="2.48"/><node id="2" lat="48.901" lon="2.48"/>
<node id="3" lat="48.901" lon="2.481"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="99"/>
  <tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
<way id="11"><nd ref="1"/><nd ref="3"/><tag k="highway" v="motorway"/></way>
<way id="12"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/><tag k="access" v="private"/>
</way>
<way id="13"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way>
</osm>"""
# a square of 100 m with a tail: 0 - 1 - 2 - 3 - 0, 3 - 4, and two nodes apart, 5 - 6
NODES = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 200], [900, 900], [950, 900]], float)
EDGES = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [3, 4], [5, 6]])
LENGTHS = np.array([100.0, 100, 100, 100, 100, 50])


def _file(tmp_path: Path, text: str = OSM, name: str = "streets.osm") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _square() -> tuple[np.ndarray, csr_array]:
    return street_graph(NODES, EDGES[:, 0], EDGES[:, 1], LENGTHS)


def test_ways_are_walked_both_ways_and_set_aside_with_a_reason(tmp_path: Path) -> None:
    streets = read_streets(_file(tmp_path), spacing_m=1e9)
    assert (streets.rows_in, len(streets.nodes_xy), len(streets.start)) == (3, 3, 2)
    # a thousandth of a degree: 111 m to the north, 73 m to the east
    assert sorted(streets.metres) == pytest.approx([73.3, 111.2], abs=0.3)
    assert {(item.reason, item.rows) for item in streets.aside} == {
        ("not for walking: motorway", 1),
        ("closed to the public", 1),
    }
    ends = streets.nodes_xy[[0, 2]]
    there = walks(*_graph(streets), ends, ends, 1000).toarray()
    assert there[0, 1] == there[1, 0] == pytest.approx(184.5, abs=0.5)


def _graph(streets: object) -> tuple[np.ndarray, csr_array]:
    return street_graph(streets.nodes_xy, streets.start, streets.end, streets.metres)  # type: ignore[attr-defined]  # a Streets


def test_long_streets_get_nodes_and_keep_their_length(tmp_path: Path) -> None:
    whole = read_streets(_file(tmp_path), spacing_m=1e9)
    cut = read_streets(_file(tmp_path), spacing_m=25)
    assert cut.metres.max() <= 25
    assert cut.metres.sum() == pytest.approx(whole.metres.sum())
    straight = np.hypot(*(cut.nodes_xy[cut.start] - cut.nodes_xy[cut.end]).T)
    np.testing.assert_allclose(cut.metres, straight, rtol=1e-9)
    ends = whole.nodes_xy[[0]], whole.nodes_xy[[2]]
    far = [walks(*_graph(s), *ends, 1e4).data[0] for s in (whole, cut)]
    assert far[0] == pytest.approx(far[1])


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "primary"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "construction"}, False),
        ({"waterway": "canal"}, False),
    ],
)
def test_what_people_on_foot_take(tags: dict[str, str], walked: bool) -> None:
    assert (why_not_walked(tags) is None) is walked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no element found"),
        (OSM[:300], "XML parsing error"),
        ("name;x;y\n1;2;3\n", "XML parsing error"),
        ("<gpx></gpx>", "gpx"),
        ('<osm version="0.6"></osm>', "none of which can be walked"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><osm>&a;</osm>', "entities are not supported"),
    ],
)
def test_spoilt_files_say_what_is_wrong_and_what_next(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(FileFormatError, match=says) as told:
        read_streets(_file(tmp_path, text))
    assert told.value.next_step


def test_no_file_and_no_known_format_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no such file"):
        read_streets(tmp_path / "no.osm")
    with pytest.raises(FileFormatError, match="file format"):
        read_streets(_file(tmp_path, OSM, "streets.csv"))


def test_a_walk_goes_round_the_block_and_the_way_to_the_street_counts() -> None:
    found = walks(*_square(), [[110.0, 100], [0, 200]], [[0.0, 0]], 1000).toarray()
    assert found.tolist() == [[210], [200]]
    assert walks(*_square(), [[0.0, 200]], [[0.0, 0]], 199.9).nnz == 0
    assert walks(*_square(), [[0.0, 200]], [[0.0, 0]], 200).nnz == 1
    assert walks(*_square(), np.zeros((0, 2)), [[0.0, 0]], 100).shape == (0, 1)


def test_nobody_is_joined_to_an_island_of_streets() -> None:
    nodes, _ = _square()
    assert len(nodes) == 5
    assert far_from_streets(nodes, [[0.0, 0], [900, 900]], 500) == 0.5


def test_a_place_at_the_door_is_at_0_and_in_reach() -> None:
    near = walks(*_square(), [[0.0, 0]], [[0.0, 0]], 10)
    assert (near.nnz, near.data.tolist()) == (1, [0])
    found = share(weights(near, Decay.binary(10)), np.array([2.0]), np.array([6.0]))
    assert found.access.tolist() == [3]
    assert nearest(near).tolist() == [0]


@at_most(30)
@given(seed=st.integers(0, 2**31), reach=st.floats(0, 3000))
def test_walks_are_no_shorter_than_straight_lines_and_alike_both_ways(
    seed: int, reach: float
) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 80))
    nodes, (a, b) = rng.random((k, 2)) * 1000, rng.integers(0, k, (2, 3 * k))
    length = np.hypot(*(nodes[a] - nodes[b]).T) * rng.uniform(1, 2, 3 * k)
    net = street_graph(nodes, a, b, length)
    homes, doors = rng.random((9, 2)) * 1000, rng.random((5, 2)) * 1000
    there, back = walks(*net, homes, doors, reach), walks(*net, doors, homes, reach)
    np.testing.assert_allclose(there.toarray(), back.toarray().T, rtol=1e-12)
    straight = distances(homes, doors, 1e6).toarray()
    assert (there.toarray()[there.nonzero()] >= straight[there.nonzero()] - 1e-9).all()
    assert (there.data <= reach).all()


def _facts(tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    xy = project_to_metres(np.array([2.48, 2.481]), np.array([48.9, 48.901]))
    points = pd.DataFrame({"point": ["a", "b"], "x_m": xy[:, 0], "y_m": xy[:, 1]})
    supply = pd.DataFrame(
        {
            "supply": ["area", "h"],
            "serves": ["ept", "point"],
            "x_m": [np.nan, xy[1, 0]],
            "y_m": [np.nan, xy[1, 1]],
        }
    )
    return points, supply


def test_a_build_keeps_the_walks_and_says_whose_streets_they_are(tmp_path: Path) -> None:
    points, supply = _facts(tmp_path)
    table, called, record = street_walks(_file(tmp_path), points, supply, _communes())
    assert called.empty
    table = check(table, STREET_DISTANCES)
    assert table[["point", "supply"]].to_numpy().tolist() == [["a", "h"], ["b", "h"]]
    assert table["metres"].tolist() == pytest.approx([184.5, 0], abs=0.5)
    assert (record.licence, record.rows_in, record.rows_aside) == ("ODbL 1.0", 3, 2)
    near = distances_of(table, points["point"][::-1], supply["supply"][1:], 2250)
    assert near.toarray()[:, 0] == pytest.approx([0, 184.5], abs=0.5)
    assert near.nnz == 2
    assert nearest(near) == pytest.approx([0, 184.5], abs=0.5)
    with pytest.raises(InputError, match="--streets"):
        distances_of(table, points["point"][:1], supply["supply"], 2250)
    with pytest.raises(ChoiceError, match="longest walk"):
        distances_of(table, points["point"], supply["supply"], WALK_LIMIT_M + 1)


def test_an_extract_of_elsewhere_is_refused(tmp_path: Path) -> None:
    points, supply = _facts(tmp_path)
    with pytest.raises(InputError, match="further than 500 m"):
        street_walks(_file(tmp_path), points.assign(x_m=points["x_m"] + 5000), supply, _communes())


def _communes() -> gpd.GeoDataFrame:
    """Return two communes side by side, parted at longitude 2.48."""
    west, east = box(2.47, 48.89, 2.48, 48.91), box(2.48, 48.89, 2.49, 48.91)
    shapes = gpd.GeoSeries([west, east], crs=4326).to_crs(2154)
    return gpd.GeoDataFrame(
        {"commune": ["93001", "93010"], "commune_name": ["Aubervilliers", "Bondy"],
         "in_territory": [True, False]}, geometry=shapes,
    )  # fmt: skip


def test_streets_are_named_by_commune_and_searches_start_from_them() -> None:
    named_ways = (
        ("Rue des Lilas", 2.4791, 48.9), ("Rue des Lilas", 2.4795, 48.9),
        ("Rue des Lilas", 2.4799, 48.9), ("Rue des Lilas", 2.481, 48.9), (" ", 2.481, 48.9),
        ("Rue Ailleurs", 2.6, 48.9),
    )  # fmt: skip
    none = np.empty(0)
    streets = Streets(np.empty((0, 2)), none, none, none, 6, (), named_ways)
    table = check(street_names(streets, _communes()), STREET_NAMES)
    assert table[["name", "commune", "lon"]].to_numpy().tolist() == [
        ["Rue des Lilas", "93001", 2.4795],
        ["Rue des Lilas", "93010", 2.481],
    ]
    known = build_gazetteer(
        communes=_communes(), landmarks=table.assign(kind="street", in_territory=True)
    )
    first = search("12 rue des Lilas, Bondy", known).iloc[0]
    assert (first["name"], first["commune_name"]) == ("Rue des Lilas", "Bondy")
    assert first["note"].code == "start.street"


def test_the_edition_holds_no_streets(tmp_path: Path) -> None:
    here = replace(settings.load({}), edition=tmp_path / "edition")
    refuse_streets(NO_STREETS, here.edition, here)
    for files, why in (
        (StreetFiles(tmp_path / "x.osm"), "ODbL"),
        (StreetFiles(addresses=(tmp_path / "x.csv",)), "no source of the registry"),
    ):
        refuse_streets(files, tmp_path / "mine", here)
        with pytest.raises(ChoiceError, match=why):
            refuse_streets(files, here.edition, here)
