"""Wrong input, as a table: what is done to a small file, and what the error must say.

Every error says where, what was expected, what was found and what to do next; each case names the
words that a reader needs to see. To add a case, append a ``Case`` to ``CASES``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from observatory import settings
from observatory.errors import (
    ChoiceError,
    CodeError,
    ColumnsError,
    ContractError,
    CrsError,
    FileFormatError,
    MissingInputError,
    ObservatoryError,
)
from observatory.geo import codes
from observatory.read import cells as grid
from observatory.read import census, fragility, geography, priority_districts
from observatory.read.registry import load_registry
from observatory.read.source_reading import files_of, read_source
from observatory.tables import geography_tables as geography_tables
from observatory.tables.check import check

COMMUNES = codes.commune_index([("93001", "Aubervilliers"), ("93066", "Saint-Denis")])


@dataclass(frozen=True)
class Case:
    """One kind of wrong input.

    Attributes
    ----------
    name
        What is wrong.
    act
        Writes what it needs in a folder of its own and does what must fail.
    error
        The class of the error.
    where, expected, found, next_step
        Words that must stand in that part of the message.
    """

    name: str
    act: Callable[[Path], object]
    error: type[ObservatoryError]
    where: str
    expected: str
    found: str
    next_step: str


EPT = "CODGEO,LIBGEO,EPT,LIBEPT,DEP\n93001,Aubervilliers,200057867,Plaine Commune,93\n"
DECLARED = (
    "IRIS;DEC_PIMP21;DEC_TP6021;DEC_INCERT21;DEC_MED21;DEC_D121;DEC_NOTE21\n"
    "930010101;35,0;57,0;1;6440;2110;0\n930660101;ns;ns;so;ns;ns;so\n"
)
DIPLOMAS = (
    ",CODE_INSEE,LIBCOM,DEP,TX_NSCOL15P,TX_MENSEUL,TX_FAMMONO,TX_65ETPLUS,TX_25ETMOINS\n"
    "1,93001,Aubervilliers,93,55.4,32.2,14.8,12.3,16.3\n"
)
COVERAGE = "CODE_INSEE,DEP,LIBCOM,TAUX_COUVERTURE_THD\n93001,93,Aubervilliers,9.9\n"
TYPES = "CODE_IRIS,TYP_IRIS,CODE_INSEE,LIBCOM\n930010101,H,93001,Aubervilliers\n"
CELL_FOLDER = {"m": 2021, "c": "93001", "p": [[2.382566, 48.902185, 50]]}


def text(
    reader: Callable[..., Any], content: str | bytes, *, communes: Any = None, name: str = "f.csv"
) -> Callable[[Path], object]:
    """Write a file and read it."""

    def act(folder: Path) -> object:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return reader(path, communes)

    return act


def outlines(**changes: Any) -> gpd.GeoDataFrame:
    """Return one commune as the publisher's layer has it, with changes."""
    columns = {"CODE_COM": ["93001"], "NOM_COM": ["Aubervilliers"], "CODE_EPT": ["T6"], **changes}
    shape = box(652000, 6866000, 654000, 6868000)
    return gpd.GeoDataFrame(columns, geometry=[shape] * len(columns["CODE_COM"]), crs=2154)


def shapefile(
    spoil: Callable[[Path], object], layer: gpd.GeoDataFrame | None = None
) -> Callable[[Path], object]:
    """Write a shapefile of one commune, spoil it, and read it."""

    def act(folder: Path) -> object:
        path = folder / "communes.shp"
        (outlines() if layer is None else layer).to_file(path)
        spoil(path)
        return geography.read_communes(path)

    return act


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def qpv(properties: dict[str, str], *, cut: int | None = None) -> Callable[[Path], object]:
    """Write the list of QPV of one commune, and read it."""
    feature = {
        "type": "Feature",
        "properties": {
            "insee_com": "93066",
            "lib_com": "Saint-Denis",
            "code_qp": "QN09328M",
            "lib_qp": "Franc Moisin",
            **properties,
        },
        "geometry": {"type": "Point", "coordinates": [2.35, 48.93]},
    }
    whole = json.dumps({"type": "FeatureCollection", "features": [feature]})
    return text(
        priority_districts.read_qpv_2024_by_commune,
        whole[:cut],
        communes=COMMUNES,
        name="q.geojson",
    )


def qpv_in_metres(folder: Path) -> object:
    path = folder / "q.geojson"
    columns = {"code_qp": ["QN09328M"], "lib_qp": ["Landy"], "insee_dep": ["93"]}
    # GDAL writes the coordinates as they are: this is a Lambert-93 layer said to be in degrees.
    layer = gpd.GeoDataFrame(columns, geometry=[Point(652000, 6866000).buffer(100)], crs=4326)
    layer.to_file(path, driver="GeoJSON", engine="pyogrio", RFC7946="NO")
    return priority_districts.read_qpv_2024_outlines(path)


def cells(content: Any) -> Callable[[Path], object]:
    """Write a folder with the cells of one commune, and read it."""

    def act(folder: Path) -> object:
        if content is not None:
            (folder / "93001.json").write_text(
                content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
            )
        return grid.read_cells_population_2021(folder, COMMUNES)

    return act


ENTRY = {
    "title": "EPT",
    "publisher": "Insee",
    "licence": "Licence Ouverte 2.0",
    "vintage": "2023",
    "covers": "everything",
    "as_of": "2023-01-01",
    "url": "https://www.insee.fr/",
    "path": "ept.csv",
    "sha256": "0" * 64,
    "read_on": "2026-11-22",
    "in_edition": True,
    "stale_after_months": 60,
}


def toml(changes: dict[str, Any], *, without: str = "") -> str:
    """Write a registry of one source, with changes."""
    fields = {**ENTRY, **changes}
    fields.pop(without, None)
    return "[ept_communes]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in fields.items())


def registry(content: str) -> Callable[[Path], object]:
    """Write a registry, and load it."""
    return text(lambda path, _: load_registry(path), content, name="registry.toml")


def unknown_source(folder: Path) -> object:
    (folder / "registry.toml").write_text(toml({}), encoding="utf-8")
    known = load_registry(folder / "registry.toml")
    return read_source("ept_commune", folder, registry=known)


def absent_source(folder: Path) -> object:
    (folder / "registry.toml").write_text(toml({}), encoding="utf-8")
    known = load_registry(folder / "registry.toml")
    return read_source("ept_communes", folder, registry=known)


def packed_source(folder: Path) -> object:
    (folder / "census").mkdir()
    (folder / "census" / "Filosofi2021_carreaux_200m_csv.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    return files_of(
        load_registry(settings.load({}).registry).source("cells_population_2021"), folder
    )


def no_prj(path: Path) -> None:
    path.with_suffix(".prj").unlink()


EPT_ROW = {
    "commune": ["93001"],
    "commune_name": ["Aubervilliers"],
    "ept": ["200057867"],
    "ept_name": ["Plaine Commune"],
    "departement": ["93"],
}


def contract(**changes: list[Any]) -> Callable[[Path], object]:
    """Hold a frame to the contract of the EPT's communes."""
    return lambda _: check(
        pd.DataFrame({**EPT_ROW, **changes}), geography_tables.EPT_COMMUNES, where="ept.csv"
    )


read_ept, read_declared = geography.read_ept_communes, census.read_income_declared_iris_2021
FETCH = "fetch the file again"

# fmt: off
CASES: list[Case] = [
    # Text tables
    Case("no file", lambda f: read_ept(f / "ept.csv"), MissingInputError,
         "ept.csv", "a file", "nothing there", "--from"),
    Case("a 7z archive for a file", packed_source, FileFormatError,
         "carreaux_200m_csv.7z", "in a zip", "a 7z archive", "unpack it with 7-Zip"),
    Case("a folder for a file", lambda f: read_ept(f), MissingInputError,
         "", "a file", "a folder", "--from"),
    Case("empty file", text(read_ept, ""), FileFormatError,
         "f.csv", "a file with content", "an empty file", FETCH),
    Case("blank file", text(read_ept, "\n \n"), FileFormatError,
         "f.csv", "a file with content", "an empty file", FETCH),
    Case("header only", text(read_ept, EPT.splitlines()[0] + "\n"), FileFormatError,
         "f.csv", "at least one record", "the header only", FETCH),
    Case("last line cut", text(read_ept, EPT + "93066,Saint-De"), FileFormatError,
         "line 3", "5 fields", "2 fields: the file is cut short", FETCH),
    Case("a field too many", text(read_ept, EPT.replace("Plaine ", "Plaine,") + EPT[29:]),
         FileFormatError, "line 2", "5 fields", "6 fields", FETCH),
    Case("a quote that never closes", text(read_ept, EPT + '93066,"Saint-Denis,1,2,3\n'),
         FileFormatError, "line 3", "quotes", "cut short", FETCH),
    Case("Windows encoding", text(read_ept, EPT.replace("Aub", "Épi").encode("cp1252")),
         FileFormatError, "line 2", "utf-8", "byte 0xc9", "save the file as utf-8"),
    Case("UTF-16", text(read_ept, EPT.encode("utf-16")), FileFormatError,
         "f.csv", "utf-8", "UTF-16", "save the file as utf-8"),
    Case("a web page", text(read_ept, "<!DOCTYPE html>\n<html></html>"), FileFormatError,
         "f.csv", "a data file", "a web page", FETCH),
    Case("another separator", text(read_ept, EPT.replace(",", ";")), ColumnsError,
         "header", "CODGEO, LIBGEO", "without CODGEO", "check the separator"),
    Case("a column lost", text(read_ept, "CODGEO,LIBGEO\n93001,Aubervilliers\n"), ColumnsError,
         "header", "EPT", "without EPT, LIBEPT, DEP", "vintage"),
    Case("a column misspelt", text(read_ept, EPT.replace("LIBEPT", "LIB_EPT")), ColumnsError,
         "header", "LIBEPT", "unknown 'LIB_EPT' (did you mean 'LIBEPT'?)", "vintage"),
    Case("a column nobody knows", text(read_ept, EPT.replace("DEP\n", "DEP,x\n").replace(
        ",93\n", ",93,1\n")), ColumnsError, "header", "CODGEO", "unknown 'x'", "vintage"),
    Case("a column twice", text(read_ept, EPT.replace("LIBEPT", "EPT")), ColumnsError,
         "header", "LIBEPT", "twice EPT", "vintage"),
    # Values
    Case("a word for a number", text(read_declared, DECLARED.replace("57,0", "beaucoup")),
         ContractError, "DEC_TP6021, line 2", "a number (decimal comma or point), or s, ns",
         "'beaucoup'", "data/corrections"),
    Case("two commas in a number", text(read_declared, DECLARED.replace("57,0", "57,0,0")),
         ContractError, "DEC_TP6021, line 2", "a number", "'57,0,0'", "data/corrections"),
    Case("not a number at all (NaN)", text(read_declared, DECLARED.replace("57,0", "NaN")),
         ContractError, "line 2", "a number", "'NaN'", "data/corrections"),
    Case("a share above 100", text(read_declared, DECLARED.replace("57,0", "570")),
         ContractError, "poverty_declared_pct, row 1", "at most 100", "570", "mend"),
    Case("a negative share", text(fragility.read_fixed_coverage_communes,
                                  COVERAGE.replace("9.9", "-9.9")),
         ContractError, "no_thd_pct", "at least 0", "-9.9", "mend"),
    Case("an unknown degree of uncertainty", text(read_declared, DECLARED.replace(";1;", ";9;")),
         ContractError, "uncertainty", "one of 1, 2, 3", "'9'", "mend"),
    Case("the same IRIS twice", text(read_declared, DECLARED + DECLARED.splitlines()[1] + "\n"),
         ContractError, "key iris", "each key once", "930010101", "set the others aside"),
    Case("a commune with two filled lines", text(
        fragility.read_commune_diplomas, DIPLOMAS + DIPLOMAS.splitlines()[1] + "\n"),
         ContractError, "key commune", "each key once", "93001", "set the others aside"),
    Case("a commune that does not exist", text(
        read_declared, DECLARED.replace("93066", "93099"), communes=COMMUNES),
         CodeError, "IRIS, line 3", "list of communes", "'930990101'", "data/corrections"),
    Case("a code that lost its last digit", text(read_declared, DECLARED.replace(
        "930010101", "93001010")), ContractError, "column iris, row 1", "text like",
         "'93001010'", "mend"),
    Case("an IRIS of another commune", text(
        geography.read_iris_types, TYPES.replace("93001,", "93066,")),
         ContractError, "line 2", "begins with its commune's code",
         "IRIS 930010101 in commune 93066", "kept as text"),
    Case("an unknown type of IRIS", text(geography.read_iris_types, TYPES.replace("H", "X")),
         ContractError, "iris_type", "one of H, A, D, Z", "'X'", "mend"),
    # Layers
    Case("a shapefile without .prj", shapefile(no_prj), CrsError,
         "communes.shp", "a declared reference system", "no .prj", "add the .prj"),
    Case("a shapefile without .dbf", shapefile(lambda p: p.with_suffix(".dbf").unlink()),
         MissingInputError, "communes.shp", ".dbf", "without .dbf", "every part"),
    Case("a shapefile cut short", shapefile(shorten), FileFormatError,
         "communes.shp", "as its header says", "cut short", FETCH),
    Case("a layer without a feature", shapefile(
        lambda p: None, outlines(CODE_COM=[], NOM_COM=[], CODE_EPT=[])), FileFormatError,
         "layer", "at least one feature", "none", FETCH),
    Case("a layer of another dataset", shapefile(
        lambda p: None, outlines().rename(columns={"CODE_EPT": "CODE_EPCI"})), ColumnsError,
         "header", "CODE_EPT", "unknown 'CODE_EPCI'", "vintage"),
    Case("a GeoJSON cut short", qpv({}, cut=-30), FileFormatError,
         "q.geojson, line 1", "complete JSON", "cut short", FETCH),
    Case("metres said to be degrees", qpv_in_metres, CrsError,
         "q.geojson", "degrees", "likely metres", "EPSG:2154"),
    Case("text for a GeoPackage", text(
        priority_districts.read_qpv_2024_outlines, "QPV\n", name="q.gpkg"), FileFormatError,
         "q.gpkg", "a readable layer", "another format", FETCH),
    # QPV and cells
    Case("a comma in a QPV's name", qpv({"lib_qp": "Franc Moisin, Landy"}), ContractError,
         "column lib_qp, line 1", "a name for each", "Franc Moisin, Landy", "data/corrections"),
    Case("a QPV of 2015 among those of 2024", qpv({"code_qp": "QP093028"}), ContractError,
         "column code_qp, line 1", "never mix", "QP093028", "data/corrections"),
    Case("a QPV in no known commune", qpv({"insee_com": "93999"}), CodeError,
         "insee_com", "list of communes", "'93999'", "data/corrections"),
    Case("a folder without cells", cells(None), MissingInputError,
         "", "one JSON file for each commune", "no JSON file", "--from"),
    Case("cells cut short", cells(json.dumps(CELL_FOLDER)[:-9]), FileFormatError,
         "93001.json", "complete JSON", "cut short", FETCH),
    Case("cells of another form", cells({"cells": []}), FileFormatError,
         "93001.json", '"p": [[lon, lat, people]', "something else", FETCH),
    Case("a point that is no cell's centre", cells({**CELL_FOLDER, "p": [[2.3830, 48.9022, 5]]}),
         ContractError, "cell 1", "the centre of a 200 m cell", "m off", "gives centres"),
    Case("latitude before longitude", cells({**CELL_FOLDER, "p": [[48.902185, 2.382566, 5]]}),
         ContractError, "cell 1", "the centre of a 200 m cell", "48.902185, 2.382566",
         "longitude and latitude"),
    # Contracts and codes
    Case("a frame without a column", lambda _: check(
        pd.DataFrame({"commune": ["93001"]}), geography_tables.EPT_COMMUNES, where="ept.csv"),
         ColumnsError, "ept.csv", "commune_name", "without", "data dictionary"),
    Case("a name that is missing", contract(commune_name=[None]), ContractError,
         "commune_name, row 1", "never missing", "nan", "set the row"),
    Case("a blank name", text(read_ept, EPT.replace("Aubervilliers", " ")), ContractError,
         "commune_name, row 1", "never missing", "nan", "set the row"),
    Case("a SIREN too short", contract(ept=["20005786"]), ContractError,
         "column ept, row 1", "text like", "'20005786'", "mend"),
    Case("a code read as a number", lambda _: codes.check_insee(93001), CodeError,
         "INSEE code", "text", "a int", "never as a number"),
    Case("a SIRET with a wrong digit", lambda _: codes.check_siret("31240962600066"), CodeError,
         "SIRET", "a valid check digit", "31240962600066", "Sirene"),
    Case("a UAI with a wrong letter", lambda _: codes.check_uai("0931184A"), CodeError,
         "UAI", "check letter", "0931184A", "directory"),
    Case("an unknown geography", lambda _: codes.check_cog("cog_2019"), CodeError,
         "geography", "cog_2024 or cog_2025", "'cog_2019'", "joined"),
    # Registry
    Case("no registry", lambda f: load_registry(f / "registry.toml"), MissingInputError,
         "registry.toml", "the registry of sources", "no such file", "OBSERVATORY_DATA"),
    Case("bad TOML", registry("[ept_communes\n"), FileFormatError,
         "registry.toml", "TOML", "line 1", "mend"),
    Case("a registry entry without a field", registry(toml({}, without="licence")), ChoiceError,
         "[ept_communes]", "licence", "no licence", "mend the entry"),
    Case("a registry entry with an unknown field", registry(toml({"licens": "x"})), ChoiceError,
         "[ept_communes]", "licence", "unknown field 'licens' (did you mean 'licence'?)", "mend"),
    Case("a registry field of another type", registry(toml({"stale_after_months": "60"})),
         ChoiceError, "stale_after_months", "type int", "'60'", "mend"),
    Case("an unknown licence", registry(toml({"licence": "free"})), ChoiceError,
         "licence", "Licence Ouverte 2.0", "'free'", "mend"),
    Case("ODbL in the edition", registry(toml({"licence": "ODbL 1.0"})), ChoiceError,
         "in_edition", "Licence Ouverte", "ODbL 1.0", "mend"),
    Case("a hash that is none", registry(toml({"sha256": "abc"})), ChoiceError,
         "sha256", "64 hexadecimal digits", "'abc'", "mend"),
    Case("a date in words", registry(toml({"as_of": "août 2024"})), ChoiceError,
         "as_of", "2024-08-01", "'août 2024'", "mend"),
    Case("a source that covers nothing", registry(toml({"covers": " "})), ChoiceError,
         "covers", "what the source covers", "nothing", "mend"),
    Case("a path out of the folder", registry(toml({"path": "../ept.csv"})), ChoiceError,
         "path", "inside the folder", "../ept.csv", "mend"),
    Case("a plain http address", registry(toml({"url": "http://www.insee.fr/"})), ChoiceError,
         "url", "https://", "http://www.insee.fr/", "mend"),
    Case("an unknown source", unknown_source, ChoiceError,
         "source ept_commune", "one of ept_communes", "did you mean 'ept_communes'?", "registry"),
    Case("a source whose file is not there", absent_source, MissingInputError,
         "ept.csv", "a file", "nothing there", "--from"),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wrong_input_is_refused_in_words(case: Case, tmp_path: Path) -> None:
    with pytest.raises(ObservatoryError) as caught:
        case.act(tmp_path)
    error = caught.value
    assert type(error) is case.error
    assert error.exit_code == 2
    said = {
        "where": error.where,
        "expected": error.expected,
        "found": error.found,
        "next_step": error.next_step,
    }
    missing = {part: words for part, words in said.items() if getattr(case, part) not in words}
    assert not missing


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 25
