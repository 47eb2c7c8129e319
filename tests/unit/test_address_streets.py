"""Streets of the Base adresse nationale: read in parts, one row a street, a start of a search."""

from __future__ import annotations

import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from observatory.build.own_streets import StreetFiles, tables_of
from observatory.errors import ColumnsError, FileFormatError, InputError, MissingInputError
from observatory.model.observed import Facts
from observatory.places.search.gazetteer import build_gazetteer, search
from observatory.read.address_streets import read_address_streets
from observatory.tables.check import check
from observatory.tables.street_tables import ADDRESSES_SOURCE, STREET_NAMES, STREETS_SOURCE

#: The header of the published file, format csv.
HEADER = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;"
    "code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;"
    "libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;"
    "cad_parcelles"
)
SAINT_DENIS, PIERREFITTE, STAINS = "93066", "93059", "93072"
COMMUNES = {SAINT_DENIS, PIERREFITTE, STAINS}
#: Number, street, post code, commune, former commune, longitude, latitude.
ADDRESSES = (
    ("1", "Rue des Lilas", "93240", STAINS, "", "2.3800", "48.9500"),
    ("3", "Rue des Lilas", "93240", STAINS, "", "2.3810", "48.9500"),
    ("7", "Rue des Lilas", "93241", STAINS, "", "2.3830", "48.9500"),
    ("1", "Rue de Paris", "93200", SAINT_DENIS, SAINT_DENIS, "2.3550", "48.9360"),
    ("1", "Rue de Paris", "93380", SAINT_DENIS, PIERREFITTE, "2.3610", "48.9660"),
    ("2", "Rue de Paris", "93380", SAINT_DENIS, PIERREFITTE, "2.3611", "48.9661"),
    ("5", "", "93240", STAINS, "", "2.3800", "48.9500"),
    ("9", "Rue Perdue", "93240", STAINS, "", "", ""),
    ("11", "Rue aux Antipodes", "93240", STAINS, "", "151.2", "-33.9"),
    ("1", "Rue Ailleurs", "75001", "75101", "", "2.3400", "48.8600"),
)


def _line(row: tuple[str, ...]) -> str:
    number, street, postcode, today, former, lon, lat = row
    said = f"{today}_0000_{number};;{number};;{street};{postcode};{today};X;{former};;"
    return f"{said}650000.1;6870000.2;{lon};{lat};entrée;;;X;X;commune;commune;1;"


def _file(tmp_path: Path, rows: tuple[tuple[str, ...], ...] = ADDRESSES) -> Path:
    path = tmp_path / "adresses-93.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEADER, *map(_line, rows), ""]).encode()))
    return path


@pytest.mark.parametrize("part", [1, 3, 1000])
def test_a_street_is_one_row_at_its_middle_number_however_the_file_is_cut(
    tmp_path: Path, part: int
) -> None:
    found = read_address_streets(_file(tmp_path), COMMUNES, part=part)
    assert found.streets.to_numpy().tolist() == [
        [PIERREFITTE, "Rue de Paris", 2.361, 48.966, "93380"],
        [SAINT_DENIS, "Rue de Paris", 2.355, 48.936, "93200"],
        [STAINS, "Rue des Lilas", 2.381, 48.95, "93240"],
    ]
    assert found.rows_in == 10
    assert {(item.reason, item.rows) for item in found.aside} == {
        ("outside the communes of the build", 1),
        ("no name of a street", 1),
        ("no position in metropolitan France", 2),
    }


def test_a_former_commune_that_the_build_holds_no_more_is_that_of_today(tmp_path: Path) -> None:
    found = read_address_streets(_file(tmp_path), {SAINT_DENIS}).streets
    assert found["commune"].tolist() == [SAINT_DENIS]
    assert found["postcode"].tolist() == ["93380"]


def test_spoilt_files_say_what_is_wrong_and_what_next(tmp_path: Path) -> None:
    whole = _file(tmp_path)
    with pytest.raises(MissingInputError, match="no such file"):
        read_address_streets(tmp_path / "none.csv.gz", COMMUNES)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(whole.read_bytes()[:-30])
    bad = {"empty.csv": b"", "page.csv": b"<!doctype html>\n<p>404", "no.csv.gz": b"not packed"}
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    for path in (cut, tmp_path / "empty.csv", tmp_path / "no.csv.gz"):
        with pytest.raises(FileFormatError, match="cut short or spoilt") as told:
            read_address_streets(path, COMMUNES)
        assert "adresse.data.gouv.fr" in told.value.next_step
    with pytest.raises((ColumnsError, FileFormatError)):
        read_address_streets(tmp_path / "page.csv", COMMUNES)
    (tmp_path / "few.csv").write_text("id;nom_voie;code_insee\n1;Rue;93072\n", encoding="utf-8")
    with pytest.raises(ColumnsError, match="without code_postal, lon, lat"):
        read_address_streets(tmp_path / "few.csv", COMMUNES)
    with pytest.raises(InputError, match="none of a street of these communes"):
        read_address_streets(whole, {"13055"})


def _facts() -> Facts:
    """Return facts of two communes side by side, and nothing in them."""
    west, east = box(2.35, 48.94, 2.37, 48.97), box(2.37, 48.94, 2.39, 48.97)
    communes = gpd.GeoDataFrame(
        {"commune": [PIERREFITTE, STAINS], "commune_name": ["Pierrefitte-sur-Seine", "Stains"],
         "in_territory": [True, True]},
        geometry=gpd.GeoSeries([west, east], crs=4326).to_crs(2154),
    )  # fmt: skip
    points = pd.DataFrame({"point": ["a"], "x_m": [654_500.0], "y_m": [6_873_000.0]})
    supply = pd.DataFrame(
        {"supply": ["h"], "serves": ["point"], "x_m": [654_500.0], "y_m": [6_873_000.0]}
    )
    facts = object.__new__(Facts)
    for name, frame in (("communes", communes), ("points", points), ("supply", supply)):
        object.__setattr__(facts, name, frame)
    return facts


OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="48.95" lon="2.3795"/><node id="2" lat="48.951" lon="2.3795"/>
<way id="10"><nd ref="1"/><nd ref="2"/>
  <tag k="highway" v="residential"/><tag k="name" v="Rue des lilas"/></way>
<way id="11"><nd ref="1"/><nd ref="2"/>
  <tag k="highway" v="residential"/><tag k="name" v="Sente des Vignes"/></way>
</osm>"""


def test_a_search_starts_from_a_street_of_either_file_and_each_is_there_once(
    tmp_path: Path,
) -> None:
    extract = tmp_path / "x.osm"
    extract.write_text(OSM, encoding="utf-8")
    facts = _facts()
    tables, records = tables_of(StreetFiles(None, (_file(tmp_path),)), facts)
    assert [table.name for _, table in tables] == ["street_names"]
    tables, records = tables_of(StreetFiles(extract, (_file(tmp_path),)), facts)
    assert [record.id for record in records] == [ADDRESSES_SOURCE, STREETS_SOURCE]
    assert (records[0].rows_in, records[0].rows_out) == (10, 5)
    names = check(tables[-1][0], STREET_NAMES)
    assert names[["name", "commune_name"]].to_numpy().tolist() == [
        ["Rue de Paris", "Pierrefitte-sur-Seine"],
        ["Rue des Lilas", "Stains"],
        ["Sente des Vignes", "Stains"],
    ]
    assert names["postcode"].isna().tolist() == [False, False, True]
    known = build_gazetteer(
        communes=facts.communes, landmarks=names.assign(kind="street", in_territory=True)
    )
    for typed in (
        "12 rue des Lilas, Stains",
        "12 rue des Lilas 93240 Stains",
        "rue de lila stains",
    ):
        first = search(typed, known).iloc[0]
        assert (first["name"], first["sure"]) == ("Rue des Lilas", True), typed
