"""The map is one small page that asks nobody for anything and runs nobody else's text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from folium.plugins import MarkerCluster
from shapely import LineString, Polygon, box
from shapely.geometry import shape
from worlds import GRID, HOSTILE, facts

from observatory.app.maps.backdrop_lines import encoded
from observatory.app.maps.features import (
    line_features,
    qpv_features,
    school_features,
    site_features,
    zone_features,
)
from observatory.app.maps.leaflet import Drawing, page, zone_map
from observatory.errors import ChoiceError, ContractError, CrsError
from observatory.geo.backdrop import BackdropLayer, Piece, backdrop_layers
from observatory.geo.geometry import WORLD, project
from observatory.model.map_zones import commune_names, outlines, qpv_outlines, zone_table
from observatory.model.measures import MEASURES
from observatory.sheets.hatching import hatching, remarked, withheld, without_place
from observatory.sheets.map_content import backdrop_credit
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import load_words

WORDS = load_words("fr")
MEASURE = MEASURES["missing_rate"]
FACTS = facts(GRID)
NAMES = {"93059": "Pierrefitte", "93066": "Saint-Denis", "93072": "Stains"}


def _gaps(shapes: gpd.GeoDataFrame, missing: list[float]) -> pd.DataFrame:
    count = len(shapes)
    return pd.DataFrame(
        {
            "code": shapes["code"],
            "name": [f"{HOSTILE} {code}" for code in shapes["code"]],
            "population": 1_000.0,
            "need_persons": 100.0,
            "need_low": 80.0,
            "need_high": 120.0,
            "help_h_per_week": 3.0,
            "access_h_per_100": 1.5,
            "missing_h_per_week": (missing * count)[:count],
            "missing_low": 1.0,
            "missing_high": 9.0,
            "missing_h_per_100": (missing * count)[:count],
            "missing_h_per_100_low": 1.0,
            "missing_h_per_100_high": 9.0,
            "missing_class": "reliable",
            "need_class": "reliable",
            "nearest_min": 12.0,
        }
    )


def _zones(level: str = "iris", cog="cog_2024", missing=(5.0, float("nan"), 0.0)):
    shapes = outlines(FACTS.iris, FACTS.communes, level, cog)
    return zone_table(shapes, _gaps(shapes, list(missing)))


def _html(tiles: bool = False, **layers: object) -> str:
    drawn = zone_map(_zones(), _zones("commune"), MEASURE, WORDS, Overlays(**layers), tiles=tiles)
    return page(drawn, WORDS, tiles=tiles)


def _features(zones: gpd.GeoDataFrame, measure=MEASURE) -> list[dict]:
    return zone_features(zones, measure, WORDS, NAMES)["features"]


def _drawn(whole: folium.Map) -> dict:
    """Return what the page's script draws."""
    (drawing,) = (one for one in whole._children.values() if isinstance(one, Drawing))
    return dict(drawing.data)


def _all() -> str:
    return _html(qpv=FACTS.qpv, schools=FACTS.schools, sites=FACTS.sites)


def test_merged_communes_are_one_outline_and_the_outside_is_left_out() -> None:
    before = outlines(FACTS.iris, FACTS.communes, "commune", "cog_2024")
    after = outlines(FACTS.iris, FACTS.communes, "commune", "cog_2025")
    assert before["code"].tolist() == ["93059", "93066", "93072"]
    assert after["code"].tolist() == ["93066", "93072"]
    assert after.area.sum() == pytest.approx(before.area.sum())
    iris = outlines(FACTS.iris, FACTS.communes, "iris", "cog_2025")
    assert iris["commune"].tolist() == ["93066"] * 4 + ["93072"] * 2


def test_zones_without_figures_are_refused_not_dropped() -> None:
    shapes = outlines(FACTS.iris, FACTS.communes, "commune", "cog_2024")
    with pytest.raises(ContractError, match="93059"):
        zone_table(shapes, _gaps(shapes, [1.0]).iloc[1:])


def test_names_follow_the_geography_in_order_of_name() -> None:
    gaps = pd.DataFrame({"code": ["93066", "93072"], "name": ["Saint-Denis", "Épinay"]})
    names = commune_names(gaps)
    assert list(names) == ["93072", "93066"]


def test_without_tiles_the_page_holds_no_outside_address_but_the_sites_own() -> None:
    alone = _html()
    assert re.findall(r"https?:", alone) == []
    found = set(re.findall(r"https?://[^\s\"'\\&<]+", _all()))
    assert found == {"https://example.org/a?b=1"}
    assert "connect-src" in alone or "default-src 'none'" in alone
    assert set(re.findall(r'(?:src|href)="([^"]+)"', alone)) == {
        "app/static/vendor/leaflet/leaflet.js",
        "app/static/vendor/leaflet/leaflet.css",
    }


def test_every_vendored_file_that_the_page_names_is_there() -> None:
    root = Path(__file__).parent.parent.parent
    for address in re.findall(r'(?:src|href)="app/(static/[^"]+)"', _html()):
        assert (root / address).is_file()
    notice = (root / "static" / "vendor" / "README.md").read_text(encoding="utf-8")
    for folder in (root / "static" / "vendor").iterdir():
        assert folder.suffix == ".md" or folder.name in notice
        assert folder.suffix == ".md" or (folder / "LICENSE").is_file()


def test_tiles_come_only_when_asked_for_and_only_from_the_ign() -> None:
    asked = _html(tiles=True)
    assert set(re.findall(r"https?://[\w.]+", asked)) == {"https://data.geopf.fr"}


def test_hostile_text_stays_text() -> None:
    made = _all()
    assert "<script>alert" not in made
    assert "<img src=x" not in made
    assert "javascript:alert(1)\\u0022" not in made
    scripts = made.count("<script")
    assert scripts == made.count("</script>")
    sites = site_features(FACTS.sites, WORDS)["features"]
    assert len(sites) == 1
    card = sites[0]["properties"]["card"]
    assert "&lt;script&gt;" in card
    assert 'href="javascript' not in card
    assert 'href="tel:0123456789"' in card


def test_missing_has_no_colour_and_zero_has_one() -> None:
    found = [one["properties"] for one in _features(_zones())]
    assert [one["fill"] is None for one in found] == [False, True, False] * 2
    assert found[0]["fill"] != found[2]["fill"]
    assert "sans donnée" in found[1]["tip"]
    assert "0,00 h par semaine" in found[2]["tip"]


def test_a_count_has_a_circle_and_no_colour() -> None:
    found = [one["properties"] for one in _features(_zones(), MEASURES["missing"])]
    assert {one["fill"] for one in found} == {None}
    assert [one["radius"] is None for one in found] == [False, True, False] * 2
    assert found[0]["radius"] > found[2]["radius"] > 0


def test_an_iris_says_its_commune_and_a_commune_does_not() -> None:
    assert "(Pierrefitte)" in _features(_zones())[0]["properties"]["tip"]
    communes = [one["properties"]["tip"] for one in _features(_zones("commune"))]
    assert not any(f"({name})" in tip for tip in communes for name in NAMES.values())


def test_a_figure_too_uncertain_is_withheld_and_hatched() -> None:
    zones = _zones(missing=(5.0, 7.0, 0.0))
    assert not withheld(zones, MEASURE).any()
    unsure = zones["code"] == zones["code"].iloc[1]
    zones["missing_class"] = zones["missing_class"].mask(unsure, "not_published")
    found = _features(zones)
    assert [one["properties"]["fill"] is None for one in found] == unsure.tolist()
    tip = found[1]["properties"]["tip"]
    assert WORDS("legend.withheld") in tip
    assert "7" not in tip.split("<br>")[1]
    lines = hatching(zones, withheld(zones, MEASURE))
    (line,) = line_features(lines)["features"]
    around = project(zones[unsure], WORLD, name="zones").geometry.iloc[0].buffer(1e-4)
    assert shape(line["geometry"]).length > 0
    assert around.contains(shape(line["geometry"]))
    drawn = _drawn(zone_map(zones, _zones("commune"), MEASURE, WORDS))
    assert [len(one["features"]) for one in drawn["hatchings"]] == [1, 0]
    assert remarked(zones, MEASURE, Overlays()) == {
        "missing": False, "withheld": True, "unknown": False,
    }  # fmt: skip
    # Need has a class of its own: its map is not hatched for that.
    assert not withheld(zones, MEASURES["need"]).any()


def test_zones_of_a_commune_without_known_place_are_hatched_the_other_way() -> None:
    zones = _zones(missing=(5.0, 7.0, 0.0))
    placed = frozenset({"93066", "93059"})
    alone = without_place(zones, MEASURE, placed)
    assert set(zones["commune"][alone]) == {"93072"}
    assert not without_place(zones, MEASURES["need_rate"], placed).any(), "need rests on no place"
    rising, falling = (hatching(zones, alone, falling=way) for way in (False, True))
    assert not rising.geometry.iloc[0].equals(falling.geometry.iloc[0])
    for lines in (rising, falling):
        assert set(lines.geom_type) == {"MultiLineString"}, "no stray point, drawn as a pin"
    drawn = _drawn(zone_map(zones, _zones("commune"), MEASURE, WORDS, Overlays(placed=placed)))
    assert [len(one["features"]) for one in drawn["hatchings"]] == [0, int(alone.sum())]


def test_a_zone_between_two_lines_of_the_hatching_has_none() -> None:
    narrow = gpd.GeoDataFrame(geometry=[box(30, 3, 31, 4)], crs=2154)
    assert hatching(narrow, np.array([True])).empty


def test_coordinates_are_degrees_with_five_decimals_at_most() -> None:
    text = json.dumps([one["geometry"] for one in _features(_zones())])
    numbers = re.findall(r"-?\d+\.(\d+)", text)
    assert max(map(len, numbers)) <= 5
    lon, lat = _features(_zones())[0]["geometry"]["coordinates"][0][0]
    assert 2 < lon < 3
    assert 48 < lat < 50


def test_the_outlines_and_names_of_the_communes_stand_above_finer_zones() -> None:
    shapes = qpv_outlines(FACTS.qpv, "cog_2024")
    assert shapes[["code", "commune"]].to_numpy().tolist() == [["QN09328M", "93066"]]
    zones = zone_table(shapes, _gaps(shapes, [5.0]))
    communes = _zones("commune")
    drawn = _drawn(zone_map(zones, communes, MEASURE, WORDS))
    assert len(drawn["zones"]["features"]) == 1
    assert [one["properties"]["commune"] for one in drawn["communes"]["features"]] == list(NAMES)
    assert drawn["fine"]
    assert drawn["apart"], "a QPV has a dark edge: nothing lies beside it"
    west, south, east, north = project(communes, WORLD, name="c").total_bounds
    (low, left), (high, right) = drawn["bounds"]
    assert (low, left, high, right) == pytest.approx((south, west, north, east), abs=1e-4)
    whole = _drawn(zone_map(communes, communes, MEASURE, WORDS))
    assert (whole["fine"], whole["apart"]) == (False, False)


def test_a_map_can_show_one_zone_first_and_draw_its_edge() -> None:
    zones, communes = _zones(), _zones("commune")
    one = zones.iloc[:1]
    drawn = _drawn(zone_map(zones, communes, MEASURE, WORDS, view=one, outline=one))
    assert drawn["bounds"] != _drawn(zone_map(zones, communes, MEASURE, WORDS))["bounds"]
    assert len(drawn["outline"]["features"]) == 1


def test_the_backdrop_is_steps_that_add_up_to_its_points() -> None:
    line = LineString([(2.35, 48.93), (2.3512, 48.9299), (2.36, 48.94)])
    hole = Polygon([(2, 48), (3, 48), (3, 49)], [[(2.5, 48.1), (2.8, 48.1), (2.8, 48.2)]])
    source = backdrop_layers()[0].source
    pieces = (Piece("road", "<b>Rue</b>", line), Piece("water", "", hole))
    road, water = encoded((BackdropLayer(source, pieces),))
    assert road["name"] == "&lt;b&gt;Rue&lt;/b&gt;"
    steps = np.array(road["lines"][0]).reshape(-1, 2).cumsum(axis=0) / 1e5
    assert steps[:, ::-1] == pytest.approx(np.array(line.coords), abs=1e-5)
    assert len(water["lines"]) == 2, "the outline and its hole"


def test_the_map_credits_each_licence_of_its_backdrop() -> None:
    layers = backdrop_layers()
    said = backdrop_credit(layers, WORDS)
    for part in ("Licence Ouverte 2.0", "ODbL 1.0", "© OpenStreetMap", "Apur", "Île-de-France"):
        assert part in said
    made = _drawn(zone_map(_zones(), _zones("commune"), MEASURE, WORDS, Overlays(backdrop=layers)))
    assert said in made["credit"]
    assert len(made["backdrop"]) == sum(len(layer.pieces) for layer in layers)
    assert len(json.dumps(made["backdrop"])) < 80_000


def test_layers_show_only_what_has_a_known_place() -> None:
    assert [f["properties"]["id"] for f in qpv_features(FACTS.qpv, WORDS)["features"]] == [
        "QN09328M"
    ]
    tip = qpv_features(FACTS.qpv, WORDS)["features"][0]["properties"]["tip"]
    assert "QN09328M" in tip
    schools = school_features(FACTS.schools, WORDS)["features"]
    assert [f["properties"]["network"] for f in schools] == ["REP+"]
    nothing = _html(qpv=FACTS.qpv.iloc[1:], schools=FACTS.schools.iloc[1:], sites=FACTS.sites[:0])
    assert "QN0" not in nothing


def test_a_layer_that_asks_for_foreign_scripts_is_refused() -> None:
    drawn = zone_map(_zones(), _zones("commune"), MEASURE, WORDS)
    MarkerCluster().add_to(drawn)
    with pytest.raises(ChoiceError, match="MarkerCluster"):
        page(drawn, WORDS)


def test_a_layer_without_reference_system_is_refused_by_name() -> None:
    zones = _zones().set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="zones"):
        zone_map(zones, _zones("commune"), MEASURE, WORDS)


def test_the_language_of_the_page_and_no_folium_script_from_elsewhere() -> None:
    made = _html()
    assert '<html lang="fr">' in made
    assert isinstance(folium.Map.default_js[0], tuple)
    assert folium.Map.default_js[0][1].startswith("http")
