"""Streets from small hand-made files, and from spoilt ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from observatory.model.access.network import Network

from observatory.errors import CrsError, FileFormatError, MissingInputError, ObservatoryError
from observatory.read.streets import read_streets, why_not_walked

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
GRAPHML = """<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="graph" attr.name="crs"/><key id="d1" for="node" attr.name="x"/>
<key id="d2" for="node" attr.name="y"/><key id="d3" for="edge" attr.name="length"/>
<key id="d4" for="edge" attr.name="highway"/>
<graph edgedefault="directed"><data key="d0">epsg:2154</data>
<node id="a"><data key="d1">650000</data><data key="d2">6860000</data></node>
<node id="b"><data key="d1">650060</data><data key="d2">6860000</data></node>
<edge source="a" target="b"><data key="d3">75</data><data key="d4">['path', 'steps']</data></edge>
<edge source="a" target="b"><data key="d4">residential</data></edge>
<edge source="a" target="b"><data key="d4">motorway</data></edge>
<edge source="a" target="z"/>
</graph></graphml>"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "streets.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_osm_ways_are_walked_both_ways_and_set_aside_with_a_reason(tmp_path: Path) -> None:
    streets = read_streets(_file(tmp_path, OSM), spacing_m=1e9)
    assert (streets.rows_in, len(streets.nodes_xy), len(streets.start)) == (4, 3, 2)
    # a thousandth of a degree: 111 m to the north, 73 m to the east
    assert sorted(streets.metres) == pytest.approx([73.3, 111.2], abs=0.3)
    assert {(item.reason, item.rows) for item in streets.aside} == {
        ("not for walking: motorway", 1),
        ("closed to the public", 1),
        ("not a street", 1),
    }
    net = Network.of_edges(streets.nodes_xy, streets.start, streets.end, streets.metres)
    assert net.connected_share() == 1.0


def test_long_streets_get_nodes_and_keep_their_length(tmp_path: Path) -> None:
    whole = read_streets(_file(tmp_path, OSM), spacing_m=1e9)
    cut = read_streets(_file(tmp_path, OSM), spacing_m=25)
    assert cut.metres.max() <= 25
    assert cut.metres.sum() == pytest.approx(whole.metres.sum())
    straight = np.hypot(*(cut.nodes_xy[cut.start] - cut.nodes_xy[cut.end]).T)
    np.testing.assert_allclose(cut.metres, straight, rtol=1e-9)
    ends = [Network.of_edges(s.nodes_xy, s.start, s.end, s.metres) for s in (whole, cut)]
    far = [n.pairs(whole.nodes_xy[[2]], whole.nodes_xy[[0]], 1e4).distance[0] for n in ends]
    assert far[0] == pytest.approx(far[1])


def test_graphml_keeps_its_lengths_and_never_less_than_the_straight_line(tmp_path: Path) -> None:
    streets = read_streets(_file(tmp_path, GRAPHML), spacing_m=1e9)
    assert streets.metres.tolist() == [75, 60]
    assert {(item.reason, item.rows) for item in streets.aside} == {
        ("not for walking: motorway", 1),
        ("a node that is not in the file", 1),
    }


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
    ("text", "kind", "says"),
    [
        ("", FileFormatError, "cut short"),
        (OSM[:300], FileFormatError, "cut short"),
        (GRAPHML[:-40], FileFormatError, "cut short"),
        ("name;x;y\n1;2;3\n", FileFormatError, "malformed"),
        ("<gpx></gpx>", FileFormatError, "root is <gpx>"),
        ('<osm version="0.6"></osm>', FileFormatError, "none of which can be walked"),
        ('<osm><node id="7" lat="48.9"/></osm>', FileFormatError, "node 7 without"),
        ('<osm><node id="7" lat="148.9" lon="2"/></osm>', FileFormatError, "node 7 without"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><osm>&a;</osm>', FileFormatError, "entities"),
        (GRAPHML.replace("epsg:2154", ""), CrsError, "found none"),
        (GRAPHML.replace("epsg:2154", "epsg:nowhere"), CrsError, "nowhere"),
        (GRAPHML.replace(">75<", ">long<"), FileFormatError, "length 'long'"),
        (GRAPHML.replace(">650060<", "><"), FileFormatError, "node b without x and y"),
    ],
)
def test_spoilt_files_say_what_is_wrong_and_what_next(
    tmp_path: Path, text: str, kind: type[ObservatoryError], says: str
) -> None:
    with pytest.raises(kind, match=says) as told:
        read_streets(_file(tmp_path, text))
    assert told.value.next_step


def test_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="nothing there"):
        read_streets(tmp_path / "no.osm")
