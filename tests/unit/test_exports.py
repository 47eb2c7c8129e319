"""Exports: the same figures in every format, harmless text, dictionaries and licences beside."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import worlds
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from observatory import settings
from observatory.errors import ChoiceError
from observatory.files import (
    EXTENSIONS,
    Notes,
    content,
    csv_bytes,
    dictionary,
    export,
    export_places,
    headline,
    layer,
    licence_text,
    package,
    published,
    records,
    zip_bytes,
)
from observatory.model.assumptions import Assumption, Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.model.studies import STUDIES
from observatory.observatory import load
from observatory.read.registry import load_registry
from observatory.tables.columns import COMPUTED
from observatory.tables.facts import BUILT, GAPS, HEADLINE, SITES
from observatory.tables.manifest import Manifest, read_manifest
from observatory.tables.national_facts import PROJECT
from observatory.tables.plain_text import defuse, visible
from observatory.tables.storage import BESIDE, OPTIONAL
from observatory.tables.street_tables import ADDRESSES_SOURCE, STREETS_SOURCE
from observatory.tables.table import Table
from observatory.words.column_words import header

ASKED = (
    "code,name,population,need_persons,need_low,need_high,help_h_per_week,access_h_per_100,"
    "missing_h_per_week,missing_low,missing_high,"
    "missing_h_per_100,missing_h_per_100_low,missing_h_per_100_high,missing_class,"
    "to_move_h_per_week,to_move_low,to_move_high,"
    "to_move_h_per_100,to_move_h_per_100_low,to_move_h_per_100_high,to_move_class,"
    "norm,norm_h_per_100,cog,edition,vintage,read_on"
)


def gaps() -> pd.DataFrame:
    rows = {
        "level": "commune",
        "cog": "cog_2024",
        "code": ["93059", "93066"],
        "name": ["Pierrefitte-sur-Seine", '=HYPERLINK("x")'],
        "population": [29_500.0, np.nan],
        "need_persons": [4321.123456789, np.nan],
        "balance_h_per_week": [-12.5, -0.0],
        "note": [None, "contour non connu"],
    }
    asked = {"norm": "france", "edition": "2026-11-27 abc"}
    asked |= {name: "reliable" for name in GAPS.names if name.endswith("_class")}
    rows |= asked | {"to_move_class": None}
    numbers = {name: 1.0 for name in GAPS.names if name not in rows}
    numbers |= {name: np.nan for name in numbers if name.startswith("to_move_")}
    return pd.DataFrame({**rows, **numbers})[GAPS.names]


def outlined() -> gpd.GeoDataFrame:
    shapes = [box(652_000, 6_870_000, 653_000, 6_871_000), None]
    return gpd.GeoDataFrame(gaps(), geometry=gpd.GeoSeries(shapes, crs=2154))


def notes() -> Notes:
    source = worlds.source(rows_out=10, rows_aside=0, aside=())
    manifest = Manifest(
        "0.1.0", "200057867", "Plaine Commune", "cog_2024", {}, (source,), {"iris": "b" * 64}
    )
    speed = Assumption("walk.speed_kmh", 4.5, "km/h", "none", "usual", 3.0, 5.0)
    return Notes(manifest, Assumptions({speed.name: speed}), {"level": "commune"})


def test_the_headline_has_the_columns_promised_whole_residents_and_empty_for_missing() -> None:
    lines = csv_bytes(headline(gaps())).decode().splitlines()
    assert lines[0] == ASKED
    assert lines[1].startswith("93059,Pierrefitte-sur-Seine,29500,4321.123457,1,1,1,1,1,1,1")
    assert lines[2].startswith('93066,"\'=HYPERLINK(""x"")",,,1,1,1,1,1,1,1')


def test_negative_numbers_stay_numbers_and_minus_zero_is_zero() -> None:
    assert csv_bytes(gaps()[["balance_h_per_week"]]) == b"balance_h_per_week\n-12.5\n0\n"
    assert (
        csv_bytes(pd.DataFrame({"x": [-0.0000001, np.inf, 1e-7, 1e6]})) == b'x\n0\n""\n0\n1000000\n'
    )
    tiny = published(pd.DataFrame({"x": [-1e-9]}))["x"].to_numpy()
    assert not np.signbit(tiny)[0]


def test_booleans_and_whole_numbers_are_written_plainly() -> None:
    frame = pd.DataFrame(
        {
            "open": pd.array([True, None], dtype="boolean"),
            "posts": pd.array([2, None], dtype="Int64"),
            "seen": [True, False],
        }
    )
    assert csv_bytes(frame) == b"open,posts,seen\ntrue,2,true\n,,false\n"
    assert records(frame)[1] == {"open": None, "posts": None, "seen": False}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠x",
     "\u200b=1", "\u00a0=1", "\ufeff=1", "\x00=1", "\n=1", "\u202e=1", "\tplain"],
)  # fmt: skip
def test_text_that_begins_like_a_formula_is_defused(text: str) -> None:
    assert defuse(visible(text)).startswith("'")
    cell = csv_bytes(pd.DataFrame({"name": [text]})).decode().split("\n", 1)[1]
    assert cell.lstrip('"').startswith("'")


@pytest.mark.parametrize(
    "text", ["Saint-Denis", "l'Île", "1+1", "a=b", "", "93066", "école @ mairie"]
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert defuse(visible(text)) == text


@given(st.text())
def test_no_text_leaves_as_a_formula(text: str) -> None:
    safe = defuse(visible(text))
    shown = safe.lstrip().lstrip("\u200b\u200c\u200d\u2060\ufeff").lstrip()
    assert not shown.startswith(tuple("=+-@＝＋－＠"))
    assert not safe.startswith(("\t", "\r", "\n"))


def _read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype={"code": str})


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with French headers under the names of its columns."""
    return frame.rename(columns={header(name): name for name in GAPS.names})


def _read_csv_fr(data: bytes) -> pd.DataFrame:
    stream = io.BytesIO(data)
    return _named(pd.read_csv(stream, sep=";", decimal=",", dtype={"Code": str}, encoding="utf-8"))


def _read_xlsx(data: bytes) -> pd.DataFrame:
    return _named(pd.read_excel(io.BytesIO(data), dtype={"Code": str}))


def _read_layer(data: bytes) -> pd.DataFrame:
    return gpd.read_file(io.BytesIO(data))


def _read_parquet(data: bytes) -> pd.DataFrame:
    return gpd.read_parquet(io.BytesIO(data))


READERS: dict[str, Callable[[bytes], pd.DataFrame]] = {
    "csv": _read_csv,
    "csv-fr": _read_csv_fr,
    "xlsx": _read_xlsx,
    "geojson": _read_layer,
    "gpkg": _read_layer,
    "geoparquet": _read_parquet,
    "datapackage": _read_csv,
}


@pytest.mark.parametrize("form", EXTENSIONS)
def test_each_format_gives_the_same_figures_and_the_same_bytes_twice(form: str) -> None:
    data = content(outlined(), form, "gaps_commune")
    assert content(outlined(), form, "gaps_commune") == data
    back = READERS[form](data)
    assert back["code"].tolist() == ["93059", "93066"]
    assert back["need_persons"].iloc[0] == 4321.123457
    assert back["need_persons"].isna().tolist() == [False, True]
    assert back["population"].iloc[0] == 29_500
    assert back["balance_h_per_week"].tolist() == [-12.5, 0.0]


@pytest.mark.parametrize("level", ["iris", "qpv", "commune", "ept"])
def test_a_data_package_is_valid_and_is_the_table(level: Level, tmp_path: Path) -> None:
    edition = load()
    data, described, *_ = edition.export(tmp_path, "datapackage", level)
    package = Package(str(described))
    assert package.validate().flatten(["note"]) == []
    (resource,) = package.resources
    assert resource.schema.primary_key == ["level", "cog", "code"]
    rows = pd.read_csv(data, dtype={"code": str})
    assert rows["code"].tolist() == edition.gaps(level)["code"].tolist()
    assert [field.name for field in resource.schema.fields] == list(rows.columns)
    assert resource.schema.get_field("code").type == "string"
    need = resource.schema.get_field("need_persons")
    assert (need.type, need.custom["unit"]) == ("number", "persons")
    broken = data.read_text("utf-8").replace(",cog_2024,", ",cog_1999,")
    data.write_text(broken, "utf-8")
    assert not Package(str(described)).validate().valid


def test_geojson_is_in_degrees_and_keeps_zones_without_outline() -> None:
    tree = json.loads(content(outlined(), "geojson", "gaps"))
    first, second = tree["features"]
    lon, lat = first["geometry"]["coordinates"][0][0]
    assert 2.3 < lon < 2.4
    assert 48.9 < lat < 49.0
    assert lon == round(lon, 6)
    assert second["geometry"] is None
    assert second["properties"]["need_persons"] is None
    assert first["properties"]["name"] == "Pierrefitte-sur-Seine"


def test_a_geopackage_states_its_reference_system(tmp_path: Path) -> None:
    path = tmp_path / "gaps.gpkg"
    path.write_bytes(content(outlined(), "gpkg", "gaps"))
    with sqlite3.connect(path) as base:
        assert base.execute("select srs_id from gpkg_contents").fetchall() == [(2154,)]


def test_a_spreadsheet_holds_text_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(content(gaps(), "xlsx", "gaps")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]


def test_places_come_from_degrees_where_there_is_no_outline() -> None:
    frame = pd.DataFrame({"site": ["a", "b"], "lon": [2.35, np.nan], "lat": [48.93, np.nan]})
    features = json.loads(content(frame, "geojson", "sites"))["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [2.35, 48.93]}
    assert features[1]["geometry"] is None


def test_a_map_of_a_table_without_places_and_an_unknown_format_are_refused() -> None:
    with pytest.raises(ChoiceError, match="with places"):
        content(gaps(), "geojson", "gaps")
    with pytest.raises(ChoiceError, match="geoparquet or xlsx"):
        package(gaps(), GAPS, "shp", "gaps", notes())


def test_an_export_carries_its_dictionary_licences_and_method(tmp_path: Path) -> None:
    written = export(outlined(), GAPS, tmp_path / "gaps_commune.x", "geojson", notes())
    assert [path.name for path in written] == [
        "gaps_commune.geojson",
        "gaps_commune.dictionary.csv",
        "LICENCE.txt",
        "method.json",
    ]
    described = pd.read_csv(tmp_path / "gaps_commune.dictionary.csv")
    assert set(described["column"]) == {*GAPS.names, "geometry"}
    licence = (tmp_path / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Ministère de l'Éducation nationale" in licence
    assert "rentrée 2022" in licence
    method = json.loads((tmp_path / "method.json").read_text(encoding="utf-8"))
    assert method["assumptions"]["walk.speed_kmh"]["value"] == 4.5
    assert method["choices"] == {"level": "commune"}
    assert method["tables_sha256"] == {"iris": "b" * 64}


def test_the_tables_of_places_come_out_without_unseen_marks_nor_odd_links(tmp_path: Path) -> None:
    held = worlds.tables()
    hostile = {"name": "a\u202eb", "source_ids": "1\u2066", "website": "javascript:alert(1)"}
    held["sites"] = held["sites"].assign(**hostile)
    assumptions = load_assumptions(settings.load({}).assumptions)
    export_places(Model(Facts(**held), assumptions), tmp_path, "csv", notes())
    row = pd.read_csv(tmp_path / "sites.csv", dtype="str").iloc[0]
    assert (row["name"], row["source_ids"]) == ("ab", "1")
    assert pd.isna(row["website"])


def test_the_schools_are_published_with_words_that_their_dictionary_allows(tmp_path: Path) -> None:
    tables = worlds.tables()
    known = tables["schools"].assign(qpv_situation="within_300_m")
    facts = Facts(**(tables | {"schools": known}))
    assumptions = load_assumptions(settings.load({}).assumptions)
    export_places(Model(facts, assumptions), tmp_path, "csv", notes())
    row = pd.read_csv(tmp_path / "schools.csv").iloc[0]
    assert (row["school_type"], row["qpv_situation"]) == ("collège", "à moins de 300 m d'un QPV")
    allowed = pd.read_csv(tmp_path / "schools.dictionary.csv").set_index("column")["allowed"]
    assert allowed["qpv_situation"] == "one of dans un QPV, à moins de 300 m d'un QPV, hors QPV"


def test_the_dictionary_of_a_csv_describes_what_the_file_holds_and_no_more() -> None:
    files = package(headline(gaps()), GAPS, "csv", "gaps", notes())
    described = pd.read_csv(io.BytesIO(files["gaps.dictionary.csv"]))
    assert described["column"].tolist() == [column.name for column in HEADLINE]
    sites = pd.DataFrame({"site": ["a"], "name": ["b"], "lon": [2.3], "lat": [48.9]})
    held = pd.read_csv(io.BytesIO(package(sites, SITES, "gpkg", "s", notes())["s.dictionary.csv"]))
    assert set(held["column"]) == {"site", "name", "lon", "lat", "geometry"}


@pytest.mark.parametrize("table", BUILT, ids=lambda table: table.name)
def test_every_built_column_is_in_the_dictionary_with_its_meaning_and_source(table: object) -> None:
    sources = read_manifest(settings.PROJECT / "data/edition").sources
    lines = dictionary(table, sources)  # type: ignore[arg-type]  # parametrised
    assert lines["column"].tolist() == table.names  # type: ignore[attr-defined]  # the same
    assert (lines[["meaning", "missing", "source", "type", "allowed"]] != "").all().all()
    titles = {source.title for source in sources}
    assert all(
        one.startswith(("computed", "the project's own")) or any(title in one for title in titles)
        for text in lines["source"]
        for one in text.split("; ")
    )


@pytest.mark.parametrize("table", [*BUILT, *BESIDE, *OPTIONAL], ids=lambda table: table.name)
def test_every_column_names_sources_of_the_registry(table: Table) -> None:
    known = {
        *load_registry(settings.PROJECT / "data/registry.toml").sources,
        COMPUTED,
        PROJECT,
        STREETS_SOURCE,
        ADDRESSES_SOURCE,
    }
    for name in table.names:
        assert table.source_of(name), name
        assert set(table.source_of(name)) <= known, name


def test_a_study_is_computed() -> None:
    for study in STUDIES.values():
        assert study.table.source == (COMPUTED,)


def test_the_licence_names_every_producer_once_and_in_order() -> None:
    text = licence_text(notes().manifest)
    assert text.count("Ministère de l'Éducation nationale") == 1
    assert "Licence Ouverte 2.0" in text


def test_an_archive_has_the_same_bytes_twice() -> None:
    files = {"a.csv": b"x", "b/é.txt": b"y"}
    assert zip_bytes(files) == zip_bytes(files)
    with zipfile.ZipFile(io.BytesIO(zip_bytes(files))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def _facts() -> SimpleNamespace:
    communes = gpd.GeoDataFrame(
        {"commune": ["93059", "93066", "93001"], "in_territory": [True, True, True]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 5, 6, 6)],
        crs=2154,
    )
    qpv = gpd.GeoDataFrame(
        {"qpv": ["QN09301A", "QN09302A"]}, geometry=[None, box(0, 0, 1, 1)], crs=2154
    )
    return SimpleNamespace(communes=communes, qpv=qpv)


def test_the_merged_commune_has_both_outlines_in_the_newer_geography() -> None:
    table = pd.DataFrame({"level": "commune", "cog": "cog_2025", "code": ["93066", "93001"]})
    found = layer(table, _facts())  # type: ignore[arg-type]  # the tables used
    assert found.geometry.area.tolist() == [2.0, 1.0]
    before = layer(table.assign(cog="cog_2024"), _facts())  # type: ignore[arg-type]  # the tables used
    assert before.geometry.area.tolist() == [1.0, 1.0]


def test_a_qpv_without_outline_stays_in_the_layer() -> None:
    table = pd.DataFrame({"level": "qpv", "code": ["QN09301A", "QN09302A"]})
    found = layer(table, _facts())  # type: ignore[arg-type]  # the tables used
    assert found.geometry.isna().tolist() == [True, False]
    assert found.crs.to_epsg() == 2154
