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
from observatory.app.decide import replay
from observatory.app.pages import download_button
from observatory.app.pages.download_button import Download
from observatory.app.selection import Selection
from observatory.cli import main
from observatory.model.studies import STUDIES
from observatory.tables.facts import HEADLINE
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


def _page() -> None:
    from importlib import import_module

    import streamlit as st

    import_module(f"observatory.app.pages.{st.query_params['name']}").show()


def _but_norm(lines: list[str]) -> set[tuple[tuple[str, str], ...]]:
    """Return the rows of a CSV file, each column by its name, without the norm."""
    rows = csv.DictReader(lines)
    return {tuple(one for one in row.items() if not one[0].startswith("norm")) for row in rows}


#: Each page and tab with tables to take away: its link, the tables, and the maps among them.
OFFERED: tuple[tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    ("fiabilite", {}, ("ranks",), ("ranks",)),
    ("fiabilite", {"part": "assumptions"}, ("tornado",), ()),
    ("fiabilite", {"part": "validation"}, ("validation", "indices"), ("indices",)),
    ("fiabilite", {"part": "equity"}, ("equity", "qpv"), ()),
    ("fiabilite", {"part": "cost"}, ("least_posts",), ("least_posts",)),
    ("programmes", {}, ("programmes",), ()),
    ("programmes", {"part": "found"}, ("promises",), ()),
    (
        "programmes",
        {"part": "offer", "level": "iris"},
        ("solidarity_offer",),
        ("solidarity_offer",),
    ),
    ("donnees", {}, ("corrections_to_ask", "quality"), ()),
    ("donnees", {"part": "changes"}, ("sources", "changes"), ()),
    ("methode", {"part": "assumptions"}, ("assumptions",), ()),
    ("comparer", {}, ("map", "compare"), ()),
    ("fiche", {}, ("map", "gaps"), ("gaps",)),
    ("fiche", {"commune": "93031"}, ("gaps",), ("gaps",)),
    (
        "fiche",
        {"commune": "93031", "part": "zones", "lang": "en", "speed": "3.5"},
        ("gaps", "map", "qpv_zones"),
        ("gaps", "qpv_zones"),
    ),
    ("fiche", {"commune": "93066", "part": "schools"}, ("rep_schools",), ("rep_schools",)),
    (
        "fiche",
        {"zone": "QN09330M", "norm": "5", "lang": "en"},
        ("gaps", "publics", "map"),
        ("gaps",),
    ),
    ("fiche", {"zone": "930310601", "part": "why"}, ("why",), ()),
    ("decider", {}, ("map",), ()),
    ("priorites", {}, ("map", "qpv_zones"), ("qpv_zones",)),
    (
        "priorites",
        {"tab": "schools", "speed": "3.5"},
        ("map", "rep_schools", "rep"),
        ("rep_schools", "rep"),
    ),
    ("priorites", {"tab": "families"}, ("map", "families"), ("families",)),
    ("priorites", {"tab": "publics"}, ("map", "publics"), ()),
)
FLAT, MAPS = ["xlsx", "csv-fr", "csv"], ["gpkg", "geojson"]


@pytest.mark.parametrize(("name", "asked", "tables", "maps"), OFFERED)
def test_each_page_offers_its_tables_alike_and_the_commands_that_give_them(
    edition: cache.Build,
    name: str,
    asked: dict[str, str],
    tables: tuple[str, ...],
    maps: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    monkeypatch.chdir(tmp_path)
    screen = opened(_page, name=name, **asked)
    assert not screen.exception
    labels = [one.label for files in offered.values() for one in files]
    assert len(labels) == len(set(labels))
    assert list(offered) == [f"take_{table}" for table in tables]
    images = offered.pop("take_map", [])
    assert [one.form for one in images] == (["png", "svg"] if images else [])
    outputs: list[list[str]] = []
    for block in screen.code:
        assert main(shlex.split(block.value)[1:]) == 0
        outputs.append(capsys.readouterr().out.splitlines())
    printed = {line for output in outputs for line in output}
    for table in offered:
        table = table.removeprefix("take_")
        made = {one.form: one for one in offered[f"take_{table}"]}
        assert list(made) == FLAT + (MAPS if table in maps else [])
        rows = made["csv"].make().decode().splitlines()
        assert len(rows) > 1
        # The file has one column more where assumptions were changed: which.
        if rows[0].endswith(",hypotheses"):
            rows = [row.rpartition(",")[0] for row in rows]
        if table in STUDIES and "gap" not in STUDIES[table].shows:
            # The norm plays no part in its figures, and its command takes none.
            assert any(_but_norm(rows) <= _but_norm(output) for output in outputs)
        elif table in {study.table.name for study in STUDIES.values()}:
            assert set(rows) <= printed
        elif table == "gaps":
            _same_gaps(rows, outputs)
        for form in MAPS if table in maps else ():
            assert len(gpd.read_file(io.BytesIO(made[form].make()), layer=0)) == len(rows) - 1


def _same_gaps(taken: list[str], outputs: list[list[str]]) -> None:
    """Hold each row of a file against the line of its zone that a command printed."""
    names = [column.name for column in HEADLINE]
    (printed,) = (output for output in outputs if output[:1] == [",".join(names)])
    by_zone = {row["code"]: row for row in csv.DictReader(printed)}
    for row in csv.DictReader(taken):
        both = set(row) & set(names)
        assert {"missing_h_per_week", "need_persons", "norm"} <= both
        assert {n: row[n] for n in both} == {n: by_zone[row["code"]][n] for n in both}


@pytest.mark.parametrize(
    "asked", [{}, {"lang": "en", "cog": "cog_2025", "level": "iris", "norm": "5", "speed": "3.5"}]
)
def test_a_scenario_is_replayed_by_the_commands_that_its_page_prints(
    edition: cache.Build,
    asked: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    monkeypatch.setattr(
        download_button,
        "button",
        lambda _, data, name, *__, **___: (
            (tmp_path / name).write_bytes(data) if name == replay.FILE else None
        ),
    )
    monkeypatch.chdir(tmp_path)
    screen = opened(_page, name="decider", zone="930310601", **asked)
    screen.button(key="decide_add").click().run()
    screen.query_params["part"] = "keep"
    screen.run()
    assert (tmp_path / replay.FILE).exists()
    for part, key in ((None, "scenario_totals"), ("zones", "scenario")):
        screen.query_params.pop("part", None)
        if part:
            screen.query_params["part"] = part
        screen.run()
        assert not screen.exception
        (command,) = (block.value for block in screen.code if "--show" in block.value)
        assert main(shlex.split(command)[1:]) == 0
        printed = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
        made = {one.form: one for one in offered[f"take_{key}"]}["csv"].make().decode()
        taken = [*csv.DictReader(io.StringIO(made))]
        assert len(printed) == len(taken) > 0
        for one, other in zip(printed, taken, strict=True):
            assert {name: other[name] for name in one} == one


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
