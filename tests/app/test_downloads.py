"""What a page offers to take away is what it shows, and the command it prints gives the same."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from screens import opened
from streamlit.testing.v1 import AppTest

from observatory import files
from observatory.app import cache
from observatory.app.selection import Selection
from observatory.cli import main
from observatory.tables.priority_results import FAMILIES
from observatory.tables.study_results import PRIORITY_SCHOOLS, QPV_ZONES


def _carte() -> None:
    from observatory.app.pages import carte

    carte.show()


def _labels(screen: AppTest) -> list[str]:
    return [str(button.proto.label) for button in screen.get("download_button")]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"level": "iris", "cog": "cog_2025", "zone": "930310601", "layers": "qpv", "lang": "en"},
        {"level": "qpv", "norm": "share", "decay": "binary", "colour": "need"},
    ],
)
def test_the_commands_printed_give_the_figures_and_the_image_shown(
    edition: cache.Build,
    asked: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    screen = opened(_carte, **asked)
    assert not screen.exception
    table, image = (shlex.split(block.value)[1:] for block in screen.code)
    assert main(table) == 0
    printed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    shown = screen.session_state["observatory_selection"]
    state = screen.session_state["observatory_assumptions"]
    build = cache.Build(edition.folder, edition.assumptions, edition.stamp, state)
    downloaded = cache.gaps_csv(build, cache.level_of(shown), shown.cog).decode("utf-8")
    taken = list(csv.DictReader(io.StringIO(downloaded)))
    # The file has one column more where assumptions were changed: which.
    assert [{**row, "hypotheses": ""} for row in printed] == [
        {**row, "hypotheses": ""} for row in taken
    ]
    assert main(image) == 0
    assert (tmp_path / "carte.png").read_bytes() == cache.map_file(build, shown, "png")


def test_the_map_offers_the_six_forms_and_its_image(edition: cache.Build) -> None:
    screen = opened(_carte)
    assert _labels(screen) == [
        "Tableur (Excel)",
        "Tableau (CSV pour Excel)",
        "Tableau (CSV)",
        "SIG (GeoPackage)",
        "Carte (GeoJSON)",
        "Image de la carte (PNG)",
        "Image de la carte (SVG)",
    ]


def test_a_zone_that_is_not_on_the_map_is_not_asked_of_the_image() -> None:
    fine = Selection(level="iris", commune="93031", zone="930310601")
    assert cache.chosen_of(fine) == "930310601"
    assert cache.chosen_of(fine.changed(level="qpv")) == "93031"
    assert cache.chosen_of(fine.changed(level="commune")) == "93031"
    assert cache.chosen_of(Selection(level="qpv", zone="QN09330M")) == "QN09330M"


def test_tables_of_zones_and_schools_are_maps_too(edition: cache.Build) -> None:
    facts = cache.facts(edition)
    zones = pd.DataFrame({"code": ["QN09330M", "inside"], "qpv_name": ["Orgemont", ""]})
    assert files.has_places(zones, QPV_ZONES)
    placed = files.with_places(zones, QPV_ZONES, facts, "cog_2025")
    assert placed.geometry.isna().tolist() == [False, True]
    own = facts.qpv.set_index("qpv").geometry
    assert placed.geometry.iloc[0].equals(own["QN09330M"])
    school = facts.schools.loc[facts.schools["lon"].notna(), ["uai", "school_name"]].head(1)
    assert files.has_places(school, PRIORITY_SCHOOLS)
    point = files.with_places(school, PRIORITY_SCHOOLS, facts, "cog_2024")
    assert point.geometry.geom_type.tolist() == ["Point"]
    told = files.content(point, "geojson", "schools", PRIORITY_SCHOOLS)
    assert gpd.read_file(io.BytesIO(told)).geometry.geom_type.tolist() == ["Point"]


def test_a_commune_merged_since_has_the_outline_of_its_geography(edition: cache.Build) -> None:
    facts = cache.facts(edition)
    row = pd.DataFrame({"code": ["93066"], "by": ["commune"]})
    before, since = (
        files.with_places(row, FAMILIES, facts, cog).geometry.area.iloc[0]
        for cog in ("cog_2024", "cog_2025")
    )
    assert since > before
