"""What a person takes away: a GeoPackage, a data package, a workbook, CSV for Excel, Parquet."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import worlds
from frictionless import Package

from observatory import settings
from observatory.errors import ChoiceError
from observatory.files import Notes, content, export_whole, package
from observatory.files.map_layers import map_layer
from observatory.files.map_styles import cell_styles, zone_styles
from observatory.files.package import gaps_layer, place_tables
from observatory.files.whole import (
    assumption_rows,
    cells,
    datapackage_all,
    draws_of,
    geopackage_all,
)
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.observatory import Observatory, load
from observatory.tables.facts import GAPS
from observatory.tables.manifest import Manifest
from observatory.tables.take_away import DRAWS, GAPS_IRIS
from observatory.words.column_words import headers

LAYERS = {
    "gaps_iris_cog_2024", "gaps_qpv_cog_2024", "gaps_commune_cog_2024", "gaps_ept_cog_2024",
    "sites", "supply", "schools", "cells",
}  # fmt: skip


@pytest.fixture(scope="module")
def edition() -> Observatory:
    return load(settings.load({}).edition)


def told(edition: Observatory) -> Notes:
    asked = {"level": "all", "cog": "cog_2024", "norm": edition.assumptions.text("gap.norm")}
    return Notes(edition.manifest, edition.assumptions, asked, commit="a" * 40)


@pytest.fixture(scope="module")
def made() -> Model:
    return Model(worlds.facts(), load_assumptions(settings.load({}).assumptions))


def made_notes(model: Model) -> Notes:
    source = worlds.source(rows_out=10, rows_aside=0, aside=())
    manifest = Manifest("0.1.0", "200057867", "Plaine Commune", "cog_2024", {}, (source,), {})
    asked = {"level": "iris", "cog": "cog_2024", "norm": "2,5"}
    return Notes(manifest, model.assumptions, asked, commit=None)


# ---- One GeoPackage ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def base(
    edition: Observatory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, sqlite3.Connection]]:
    path = tmp_path_factory.mktemp("gpkg") / "observatoire.gpkg"
    files = geopackage_all(edition.model, told(edition), "cog_2024")
    path.write_bytes(files["observatoire.gpkg"])
    with closing(sqlite3.connect(path)) as opened:
        yield path, opened


def test_every_level_and_every_place_is_a_layer_in_one_system(
    base: tuple[Path, sqlite3.Connection], edition: Observatory
) -> None:
    path, opened = base
    rows = opened.execute(
        "select table_name, srs_id, description from gpkg_contents where data_type = 'features'"
    ).fetchall()
    assert {name for name, _, _ in rows} == LAYERS
    assert {system for _, system, _ in rows} == {2154}
    assert all(described for _, _, described in rows)
    for level in ("iris", "commune", "qpv", "ept"):
        back = gpd.read_file(path, layer=f"gaps_{level}_cog_2024")
        whole = edition.gaps(level)  # type: ignore[arg-type]  # each level by its name
        assert back["code"].tolist() == whole["code"].tolist()
        assert back["missing_h_per_week"].sum() == pytest.approx(whole["missing_h_per_week"].sum())
        assert back.geometry.area.sum() == pytest.approx(whole.geometry.area.sum())


def test_points_in_degrees_come_out_in_metres(base: tuple[Path, sqlite3.Connection]) -> None:
    left, bottom, right, top = gpd.read_file(base[0], layer="schools").total_bounds
    assert 640_000 < left < right < 680_000
    assert 6_850_000 < bottom < top < 6_890_000


def test_help_without_a_place_stays_in_its_layer(
    base: tuple[Path, sqlite3.Connection], edition: Observatory
) -> None:
    back = gpd.read_file(base[0], layer="supply")
    assert len(back) == len(edition.model.help_table)
    assert (back.geometry.isna() == (back["serves"] != "point")).all()
    assert back["help_h_per_week"].sum() == pytest.approx(edition.model.help_hours.sum())


def test_every_layer_has_one_style_that_opens_with_it(
    base: tuple[Path, sqlite3.Connection],
) -> None:
    rows = (
        base[1]
        .execute(
            "select f_table_name, f_geometry_column, useAsDefault, styleQML, styleName "
            "from layer_styles"
        )
        .fetchall()
    )
    assert sorted(name for name, _, default, _, _ in rows if default) == sorted(LAYERS)
    columns = dict(
        base[1].execute("select table_name, column_name from gpkg_geometry_columns").fetchall()
    )
    assert all(0 < len(called) <= 30 for *_, called in rows)
    for name, geometry, _, qml, _ in rows:
        assert geometry == columns[name]
        renderer = ElementTree.fromstring(qml).find("renderer-v2")  # noqa: S314  # our own text
        assert renderer is not None
        drawn = {symbol.get("name") for symbol in renderer.iter("symbol")}
        used = {one.get("symbol") for one in renderer.iter() if one.tag in ("range", "category")}
        assert used <= drawn
        asked = renderer.get("attr", "").replace('"', " ").split()
        names = {row[1] for row in base[1].execute(f"pragma table_info({name})")}
        assert {word for word in asked if word.isidentifier()} <= names


def test_columns_are_described_and_the_method_travels_inside(
    base: tuple[Path, sqlite3.Connection],
) -> None:
    rows = (
        base[1]
        .execute(
            "select column_name, title, description from gpkg_data_columns "
            "where table_name = 'gaps_iris_cog_2024'"
        )
        .fetchall()
    )
    assert {name for name, _, _ in rows} == set(GAPS_IRIS.names)
    titles = {name: title for name, title, _ in rows}
    assert titles["need_persons"] == "En difficulté numérique (pers.)"
    notes = dict(base[1].execute("select mime_type, metadata from gpkg_metadata").fetchall())
    assert json.loads(notes["application/json"])["commit"] == "a" * 40
    assert "Licence Ouverte 2.0" in notes["text/plain"]
    (state,) = base[1].execute("pragma integrity_check").fetchone()
    assert state == "ok"


def test_codes_are_text_in_every_layer(base: tuple[Path, sqlite3.Connection]) -> None:
    for layer, column in (("gaps_iris_cog_2024", "code"), ("sites", "siret"), ("schools", "uai")):
        info = pyogrio.read_info(base[0], layer=layer)
        assert dict(zip(info["fields"], info["dtypes"], strict=True))[column] == "object"


def test_the_same_figures_give_the_same_geopackage(made: Model) -> None:
    first, second = (geopackage_all(made, made_notes(made), "cog_2024") for _ in range(2))
    assert first == second


def test_classes_hold_every_zone_and_fall_together_where_figures_repeat() -> None:
    frame = pd.DataFrame(
        {"missing_h_per_week": [0.0, 0, 0, 4.0], "need_persons": [100.0, 0, 50, 100],
         "need_pct": [10.0, 12, 14, 16]}
    )  # fmt: skip
    missing, need = (ElementTree.fromstring(one.qml) for one in zone_styles(frame))  # noqa: S314
    for tree, least, most in ((missing, 0.0, 4.0), (need, 10.0, 16.0)):
        ends = [(float(r.get("lower", "")), float(r.get("upper", ""))) for r in tree.iter("range")]
        assert ends[0][0] <= least
        assert ends[-1][1] >= most
        assert all(one[1] == other[0] for one, other in pairwise(ends))
    assert len(list(missing.iter("range"))) < len(list(need.iter("range"))) == 5
    (nothing,) = cell_styles(frame.assign(need_persons=0.0))
    assert len(list(ElementTree.fromstring(nothing.qml).iter("range"))) == 1  # noqa: S314


def test_a_layer_of_a_table_that_has_no_style_is_a_layer_all_the_same() -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([0], [0]), crs=2154)
    assert map_layer("a", frame).styles == ()


# ---- One data package -------------------------------------------------------------------------
def test_the_whole_data_package_is_valid(edition: Observatory, tmp_path: Path) -> None:
    notes = told(edition)
    written = export_whole(edition.model, tmp_path, "datapackage-all", notes, draws=20)
    assert written[0].name == "datapackage.json"
    found = Package(str(written[0]))
    assert found.validate().flatten(["name", "fieldName", "note"]) == []
    tables = {one.name: one for one in found.resources}
    besides = {"point-qpv", "draws-commune", "draws-iris", "assumptions"}
    assert set(tables) == {name.replace("_", "-") for name in LAYERS} | besides
    listed = {path.name for path in tmp_path.iterdir()}
    assert {one.path for one in found.resources} <= listed
    assert {"LICENCE.txt", "method.json", "methode.md", "dictionary.csv", "CITATION.cff"} <= listed
    codes = {
        "gaps-iris-cog-2024": ("code", "commune"), "sites": ("siret", "postcode", "commune"),
        "supply": ("iris", "area"), "schools": ("uai", "network_head"), "cells": ("iris",),
        "draws-iris": ("code",),
    }  # fmt: skip
    for name, columns in codes.items():
        assert {tables[name].schema.get_field(one).type for one in columns} == {"string"}


def test_a_broken_link_between_files_is_found(made: Model, tmp_path: Path) -> None:
    export_whole(made, tmp_path, "datapackage-all", made_notes(made), draws=2)
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    for one in described["resources"]:
        del one["hash"], one["bytes"]
    (tmp_path / "datapackage.json").write_text(json.dumps(described), "utf-8")
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
    sites = pd.read_csv(tmp_path / "sites.csv", dtype="str").iloc[:0]
    sites.to_csv(tmp_path / "sites.csv", index=False)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert [kind for (kind,) in report.flatten(["type"])] == ["foreign-key"]


def test_draws_are_long_numbered_and_the_same_twice(made: Model) -> None:
    first, second = (
        datapackage_all(made, made_notes(made), "cog_2024", draws=3, seed=7) for _ in range(2)
    )
    assert first == second
    rows = pd.read_csv(io.BytesIO(first["draws_commune.csv"]), dtype={"code": str})
    assert list(rows.columns) == DRAWS.names
    assert sorted(rows["draw"].unique()) == [0, 1, 2]
    by_iris = pd.read_csv(io.BytesIO(first["draws_iris.csv"]), dtype={"code": str})
    for name in ("need_persons", "missing_h_per_week"):
        sums = by_iris.groupby("draw")[name].sum()
        whole = rows.groupby("draw")[name].sum()
        assert sums.tolist() == pytest.approx(whole.tolist(), abs=1e-4)


def test_the_draws_are_those_of_the_intervals(made: Model) -> None:
    communes, _ = draws_of(made, "cog_2024")
    found = communes.frame.groupby("code")["missing_h_per_week"].quantile([0.05, 0.95]).unstack()
    table = made.gaps("commune").set_index("code")
    assert found[0.05].tolist() == pytest.approx(table["missing_low"].tolist())
    assert found[0.95].tolist() == pytest.approx(table["missing_high"].tolist())


def test_hours_to_move_are_never_missing_in_cells_nor_draws(made: Model) -> None:
    shared = made.with_assumptions({"gap.norm": "share"})
    communes, _ = draws_of(shared, "cog_2024", 2, 1)
    for frame in (cells(shared), communes.frame):
        assert frame["missing_h_per_week"].isna().all()
        assert (frame["to_move_h_per_week"] >= 0).all()
    (style,) = cell_styles(cells(shared))
    assert "to_move_h_per_week" in style.qml


def test_the_cells_sum_to_the_territory(made: Model) -> None:
    inside = cells(made).query("in_territory")
    whole = made.gaps("ept").iloc[0]
    for name in ("need_persons", "missing_h_per_week", "population_15"):
        assert inside[name].sum() == pytest.approx(whole[name])


def test_assumptions_are_written_as_they_are_used(made: Model) -> None:
    changed = made.assumptions.changed({"walk.speed_kmh": 3.6})
    rows = assumption_rows(changed).set_index("name")
    assert rows.loc["walk.speed_kmh", "value"] == "3.6"
    assert rows.loc["access.decay", "value"] == changed.text("access.decay")
    assert pd.isna(rows.loc["access.decay", "low"])


def test_an_unknown_whole_is_refused(made: Model, tmp_path: Path) -> None:
    with pytest.raises(ChoiceError, match="geopackage-all or datapackage-all"):
        export_whole(made, tmp_path, "zip", made_notes(made))


def test_a_citation_says_edition_day_and_commit(edition: Observatory, made: Model) -> None:
    files = datapackage_all(made, told(edition), "cog_2024", draws=2)
    lines = files["CITATION.cff"].decode().splitlines()
    manifest = edition.manifest
    assert f'version: "{manifest.observatory}, {manifest.edition}"' in lines
    assert f'date-released: "{manifest.day}"' in lines
    assert f'commit: "{"a" * 40}"' in lines
    unknown = datapackage_all(made, made_notes(made), "cog_2024", draws=2)
    assert "commit:" not in unknown["CITATION.cff"].decode()


# ---- A workbook -------------------------------------------------------------------------------
def book(model: Model) -> openpyxl.Workbook:
    name, frame, table = gaps_layer(model.gaps("iris"), model.facts)
    files = package(frame, table, "xlsx", name, made_notes(model))
    return openpyxl.load_workbook(io.BytesIO(files[f"{name}.xlsx"]))


def test_a_workbook_begins_with_a_read_me_and_ends_with_a_dictionary(made: Model) -> None:
    made_book = book(made)
    assert made_book.sheetnames == ["Lisez-moi", "gaps_iris_cog_2024", "Dictionnaire"]
    said = [[cell.value for cell in row] for row in made_book["Lisez-moi"].iter_rows()]
    facts = {row[0]: row[1] for row in said[:10] if row[0]}
    assert facts["Contenu"] == "Besoin, aide et écart à la norme par IRIS"
    assert facts["Norme"] == "2,5 h/sem. pour 100 pers. en difficulté"
    assert facts["Édition"].endswith("(version 0.1.0, sources lues le 1er novembre 2026)")
    assert facts["Niveau"] == "IRIS"
    names = {row[5] for row in said if len(row) > 5}
    assert {item.name for item in made.assumptions} <= names
    assert "Ministère de l'Éducation nationale" in {row[1] for row in said}
    lines = list(made_book["Dictionnaire"].iter_rows(min_row=2, values_only=True))
    assert [line[1] for line in lines] == GAPS_IRIS.names
    assert all(line[0] and line[3] and line[4] and line[5] for line in lines)


def test_figures_have_french_headers_in_sight_a_filter_and_few_digits(made: Model) -> None:
    sheet = book(made)["gaps_iris_cog_2024"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == headers(GAPS_IRIS.names, {c.name: c for c in GAPS_IRIS.columns}, "gaps")
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == sheet.dimensions
    first = dict(zip(GAPS_IRIS.names, sheet[2], strict=True))
    assert (first["code"].value, first["code"].data_type) == ("930590101", "s")
    assert first["need_persons"].number_format == "#,##0"
    assert first["access_h_per_100"].number_format == "0.00"
    whole = made.gaps("iris").iloc[0]
    assert first["access_h_per_100"].value == pytest.approx(whole["access_h_per_100"], abs=1e-6)


# ---- CSV for Excel in French, Parquet ---------------------------------------------------------
def test_french_csv_has_commas_semicolons_a_mark_and_no_formula() -> None:
    frame = pd.DataFrame(
        {"code": ["93059"], "name": ["=1+1"], "missing_h_per_week": [1234.5], "note": [None],
         "balance_h_per_week": [-0.5], "in_territory": [True]}
    )  # fmt: skip
    text = content(frame, "csv-fr", "gaps", GAPS)
    assert text.startswith(b"\xef\xbb\xbf")
    head, row, end = text.decode("utf-8-sig").split("\r\n")
    assert head.split(";")[:3] == ["Code", "Nom", "Heures manquantes (h/sem.)"]
    assert row == "93059;'=1+1;1234,5;;-0,5;oui"
    assert end == ""


def test_a_french_csv_has_its_dictionary_in_french(made: Model) -> None:
    name, frame, table = gaps_layer(made.gaps("iris"), made.facts)
    files = package(frame, table, "csv-fr", name, made_notes(made))
    assert f"{name}.fr.csv" in files
    stream = io.BytesIO(files[f"{name}.dictionary.fr.csv"])
    lines = pd.read_csv(stream, sep=";", encoding="utf-8-sig")
    assert lines["Nom technique"].tolist() == GAPS_IRIS.names
    data = pd.read_csv(io.BytesIO(files[f"{name}.fr.csv"]), sep=";", encoding="utf-8-sig")
    assert data.columns.tolist() == lines["Colonne"].tolist()


def test_geoparquet_states_its_system_its_columns_and_its_method(made: Model) -> None:
    name, frame, table = gaps_layer(made.gaps("commune"), made.facts)
    data = content(frame, "geoparquet", name, table, made_notes(made))
    assert gpd.read_parquet(io.BytesIO(data)).crs.to_epsg() == 2154
    schema = pq.read_schema(io.BytesIO(data))
    assert json.loads(schema.metadata[b"observatory:method"])["choices"]["norm"] == "2,5"
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["crs"]["id"]["code"] == 2154
    said = schema.field("need_persons").metadata[b"description"].decode()
    assert said == GAPS.column("need_persons").description


def test_iris_say_their_commune_type_and_quality(edition: Observatory, tmp_path: Path) -> None:
    data, *_ = edition.export(tmp_path, "csv", "iris")
    rows = pd.read_csv(data, dtype="str").set_index("code")
    known = edition.facts.iris.set_index("iris")
    labels = ["commune", "commune_name", "iris_type", "iris_quality", "population_basis"]
    assert rows.columns[-5:].tolist() == labels
    one = rows.loc["930390101"]
    assert (one["commune"], one["commune_name"]) == ("93039", "L'Île-Saint-Denis")
    assert one["iris_quality"] == known.loc["930390101", "iris_quality"]


def test_schools_without_a_name_are_missing_one(made: Model) -> None:
    schools = made.facts.schools.assign(school_name="")
    model = Model(worlds.facts(schools=schools), made.assumptions)
    frame, table = place_tables(model)[2]
    assert frame["school_name"].isna().all()
    assert table.column("school_name").missing == "the source gives no name"
