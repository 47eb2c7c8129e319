"""The map is one small page that asks nobody for anything and runs nobody else's text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
import pytest
from folium.plugins import MarkerCluster
from shapely.geometry import shape
from worlds import GRID, HOSTILE, facts

from observatory.app.maps.features import (
    hatch_features,
    qpv_features,
    school_features,
    site_features,
    zone_features,
)
from observatory.app.maps.leaflet import page, zone_map
from observatory.app.maps.legend import classify
from observatory.app.maps.map_zones import commune_names, outlines, qpv_outlines, zone_table
from observatory.app.measures import MEASURES
from observatory.errors import ChoiceError, ContractError, CrsError
from observatory.geo.geometry import WORLD, project
from observatory.words.catalogue import load_words

WORDS = load_words("fr")
MEASURE = MEASURES["missing"]
FACTS = facts(GRID)


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


def _html(**layers: object) -> str:
    zones = _zones()
    classes = classify(MEASURE.values(zones), MEASURE)
    tiles = bool(layers.pop("tiles", False))
    return page(zone_map(zones, MEASURE, classes, WORDS, tiles=tiles, **layers), WORDS, tiles=tiles)


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


def test_missing_is_grey_and_dashed_and_zero_is_a_colour() -> None:
    zones = _zones()
    classes = classify(MEASURE.values(zones), MEASURE)
    fills = [
        f["properties"]["fill"] for f in zone_features(zones, MEASURE, classes, WORDS)["features"]
    ]
    assert [fill is None for fill in fills] == [False, True, False] * 2
    assert fills[0] != fills[2]
    tips = [
        f["properties"]["tip"] for f in zone_features(zones, MEASURE, classes, WORDS)["features"]
    ]
    assert "sans donnée" in tips[1]
    assert "0 h par semaine" in tips[2]


def test_a_figure_too_uncertain_is_withheld_and_hatched() -> None:
    zones = _zones(missing=(5.0, 7.0, 0.0))
    assert hatch_features(zones, MEASURE)["features"] == []
    unsure = zones["code"] == zones["code"].iloc[1]
    zones["missing_class"] = zones["missing_class"].mask(unsure, "not_published")
    classes = classify(MEASURE.values(zones), MEASURE)
    found = zone_features(zones, MEASURE, classes, WORDS)["features"]
    assert [one["properties"]["fill"] is None for one in found] == unsure.tolist()
    hidden = found[1]["properties"]
    assert WORDS("legend.withheld") in hidden["tip"]
    assert "7" not in hidden["tip"].removeprefix(f"<strong>{hidden['name']}</strong>")
    assert hidden["card"].count(WORDS("legend.withheld")) == 2, "the rate and the hours"
    (lines,) = hatch_features(zones, MEASURE)["features"]
    around = project(zones[unsure], WORLD, name="zones").geometry.iloc[0].buffer(1e-4)
    assert shape(lines["geometry"]).length > 0
    assert around.contains(shape(lines["geometry"]))
    layers = [
        one
        for one in zone_map(zones, MEASURE, classes, WORDS)._children.values()
        if isinstance(one, folium.GeoJson)
    ]
    assert [len(one.data["features"]) for one in layers] == [len(zones), 1], "zones, then lines"
    # Need has a class of its own: its map is not hatched for that.
    assert hatch_features(zones, MEASURES["need"])["features"] == []


def test_coordinates_are_degrees_with_five_decimals_at_most() -> None:
    zones = _zones()
    classes = classify(MEASURE.values(zones), MEASURE)
    text = json.dumps(zone_features(zones, MEASURE, classes, WORDS))
    numbers = re.findall(r"-?\d+\.(\d+)", text)
    assert max(map(len, numbers)) <= 5
    first = zone_features(zones, MEASURE, classes, WORDS)["features"][0]
    lon, lat = first["geometry"]["coordinates"][0][0]
    assert 2 < lon < 3
    assert 48 < lat < 50


def test_the_map_of_the_qpv_has_those_of_known_outline_over_the_communes() -> None:
    shapes = qpv_outlines(FACTS.qpv, "cog_2024")
    assert shapes[["code", "commune"]].to_numpy().tolist() == [["QN09328M", "93066"]]
    zones = zone_table(shapes, _gaps(shapes, [5.0]))
    behind = _zones("commune")
    classes = classify(MEASURE.values(zones), MEASURE)
    drawn = zone_map(zones, MEASURE, classes, WORDS, behind=behind)
    layers = [one for one in drawn._children.values() if isinstance(one, folium.GeoJson)]
    assert [len(one.data["features"]) for one in layers] == [len(behind), 1]
    alone = zone_map(zones, MEASURE, classes, WORDS)
    assert drawn.location != alone.location, "the map frames the communes, not the QPV alone"


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
    zones = _zones()
    drawn = zone_map(zones, MEASURE, classify([1.0], MEASURE), WORDS)
    MarkerCluster().add_to(drawn)
    with pytest.raises(ChoiceError, match="MarkerCluster"):
        page(drawn, WORDS)


def test_a_layer_without_reference_system_is_refused_by_name() -> None:
    zones = _zones().set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="zones"):
        zone_map(zones, MEASURE, classify([1.0], MEASURE), WORDS)


def test_one_layer_for_all_zones_and_the_language_of_the_page() -> None:
    made = _html()
    assert made.count("L.geoJson(null") == 1
    assert '<html lang="fr">' in made
    assert isinstance(folium.Map.default_js[0], tuple)
    assert folium.Map.default_js[0][1].startswith("http")
