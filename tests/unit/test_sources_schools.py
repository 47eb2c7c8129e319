from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from observatory.errors import (
    CodeError,
    ColumnsError,
    ContractError,
    FileFormatError,
    MissingInputError,
    ObservatoryError,
)
from observatory.geo.codes import commune_index, uai_letter
from observatory.read import priority_education, school_directory, schools, social_index
from observatory.read.cut import OUTSIDE, UNKNOWN, WRONG_UAI

COMMUNES = commune_index(
    [("93070", "Saint-Ouen-sur-Seine"), ("93031", "Épinay-sur-Seine"), ("93066", "Saint-Denis")]
)
REP_HEAD = "COMMUNE;UAI tête de réseau;NUMERO;NOM DE L'ETABLISSEMENT;TYPE_DETABLISSEMENT;EP\n"
IPS_HEAD = (
    "uai;nom_de_l_etablissment;code_insee_de_la_commune;secteur;effectifs;ips\n"
    "0930168C;ECOLE ELEMENTAIRE LOUISE MICHEL;93066;public;183.0;85,7\n"
)
SEED_HEAD = "Département,zipcode,Commune,ETABLISSEMENT,Code UAI,coordinates\n"
MS3E_HEAD = "name,city,zipcode,code_uai,coordinates,kind\n"
QPV_HEAD = "Numéro établissement;Situation relative à un QPV (quartier prioritaire de la Ville)\n"
LYCEE_HEAD = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Code_postal;Code_commune;Nombre_d_eleves;"
    "latitude;longitude;etat\n"
)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "source.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_rep_finds_communes_named_in_capitals(written: Any) -> None:
    path = written(
        REP_HEAD
        + "SAINT-OUEN;0931184G;0931184G;JEAN MOULIN;COLLEGE;REP+\n"
        + "EPINAY-SUR-SEINE;0931184G;0930194F;JEAN MACE;ECOLE ELEMENTAIRE OU PRIMAIRE;REP\n"
    )
    reading = priority_education.read_rep_schools_2022(path, COMMUNES)
    assert reading.frame["commune"].tolist() == ["93070", "93031"]
    assert reading.frame["school_type"].tolist() == ["college", "elementary"]
    assert reading.frame["network"].tolist() == ["REP+", "REP"]
    assert reading.frame["network_head"].tolist() == ["0931184G", "0931184G"]
    assert (reading.rows_in, reading.aside) == (2, ())


def test_rep_sets_an_exact_repeat_aside(written: Any) -> None:
    line = "SAINT-OUEN;0931184G;0931184G;JEAN MOULIN;COLLEGE;REP+\n"
    reading = priority_education.read_rep_schools_2022(written(REP_HEAD + line + line), COMMUNES)
    assert reading.rows_in == 2
    assert len(reading.frame) == 1
    assert [(a.reason, a.rows, a.examples) for a in reading.aside] == [
        ("the same line twice", 1, ("JEAN MOULIN",))
    ]


def test_ips_reads_numbers_and_sets_other_communes_aside(written: Any) -> None:
    path = written(IPS_HEAD + "0930178N;ECOLE EDGAR QUINET;93001;public;188.0;\n")
    everything = social_index.read_ips_ecoles_2022(path)
    assert everything.frame["pupils"].tolist() == [183.0, 188.0]
    assert everything.frame["ips"].tolist()[0] == 85.7
    assert everything.frame["ips"].isna().tolist() == [False, True]
    assert everything.frame["school_type"].tolist() == ["elementary", "school"]
    within = social_index.read_ips_ecoles_2022(path, COMMUNES)
    assert within.frame["uai"].tolist() == ["0930168C"]
    assert [(a.reason, a.rows) for a in within.aside] == [("outside the communes of the build", 1)]


def test_lycees_that_are_not_open_are_set_aside(written: Any) -> None:
    path = written(
        LYCEE_HEAD
        + "0932030B;Lycée Utrillo;93240;93066;;48.95;2.37;OUVERT\n"
        + "0932121A;Lycée Suger;93200;93066;900;48.92;2.34;FERME\n"
    )
    reading = schools.read_lycees_2024(path)
    assert reading.frame["uai"].tolist() == ["0932030B"]
    assert reading.frame["pupils"].isna().all()
    assert reading.frame[["lon", "lat"]].to_numpy().tolist() == [[2.37, 48.95]]
    assert reading.rows_in == len(reading.frame) + reading.rows_aside == 2


def test_colleges_ms3e_reads_wkt_longitude_first(written: Any) -> None:
    path = written(
        MS3E_HEAD
        + "Michelet,Saint-Ouen,93400,0931144N,POINT (2.345742 48.904373),rep_plus\n"
        + "Suger,Saint-Denis,93200,0932121a,POINT (2.34 48.92),qpv_proche\n"
        + "SUGER,Saint-Denis,93200,0932121A,POINT (2.35 48.93),rep\n"
        + "Cesaria Evora,Saint-Denis,93200,0932529Y,POINT (2.46 48.86),rep\n"
    )
    reading = schools.read_colleges_ms3e(path, COMMUNES)
    assert reading.frame["uai"].tolist() == ["0931144N", "0932121A"]
    assert reading.frame["lon"].tolist() == [2.345742, 2.34]
    assert reading.frame["lat"].tolist() == [48.904373, 48.92]
    assert reading.frame["network"].tolist()[0] == "REP+"
    assert reading.frame["network"].isna().tolist() == [False, True]
    assert {a.reason: a.examples for a in reading.aside} == {
        "a UAI with a wrong check letter": ("0932529Y Cesaria Evora",),
        "a school that stands twice": ("0932121A SUGER",),
    }
    assert reading.rows_in == len(reading.frame) + reading.rows_aside == 4


def test_colleges_seed_reads_geojson_text(written: Any) -> None:
    line = (
        "Seine-Saint-Denis,93200,Saint-Denis,Lucie Aubrac,0931144N,"
        '"{""type"":""Point"",""coordinates"":[2.44,48.94]}"\n'
    )
    reading = schools.read_colleges_seed(written(SEED_HEAD + line), COMMUNES)
    assert reading.frame[["lon", "lat"]].to_numpy().tolist() == [[2.44, 48.94]]
    assert reading.frame["commune"].tolist() == ["93066"]


def _directory(path: Path, *natures: str) -> Path:
    """Write a directory of schools, one of each nature."""
    codes = ("0930168C", "0931184G", "0930194F", "0930900Y")
    columns = {
        "identifiant_de_l_etablissement": codes[: len(natures)],
        "nom_etablissement": [f"Ecole  {n}" for n in range(len(natures))],
        "code_commune": "93066",
        "nom_commune": "Saint-Denis",
        "type_etablissement": "Ecole",
        "libelle_nature": natures,
    }
    points = gpd.points_from_xy([2.35] * len(natures), [48.93] * len(natures))
    gpd.GeoDataFrame(columns, geometry=points, crs=4326).to_file(path, driver="GeoJSON")
    return path


def test_the_directory_names_the_type_of_each_school_and_sets_sections_aside(
    tmp_path: Path,
) -> None:
    natures = (
        "ECOLE MATERNELLE D APPLICATION",
        "ECOLE DE NIVEAU ELEMENTAIRE SPECIALISEE",
        "LYCEE POLYVALENT",
        "SECTION ENSEIGNT GEN. ET PROF. ADAPTE",
    )
    path = _directory(tmp_path / "schools.geojson", *natures)
    reading = school_directory.read_schools_directory_2025(path, COMMUNES)
    assert reading.frame["school_type"].tolist() == ["nursery", "elementary", "lycee"]
    assert reading.frame["school_name"].tolist() == ["Ecole 0", "Ecole 1", "Ecole 2"]
    assert reading.frame[["lon", "lat"]].drop_duplicates().to_numpy().tolist() == [[2.35, 48.93]]
    assert [(item.reason, item.rows) for item in reading.aside] == [
        ("a section of another school", 1)
    ]


def _many(path: Path, reader: Reader, head: str, line: str, odd: str) -> list[tuple[str, int]]:
    """Read two hundred lines and an odd one; return why lines are set aside, and how many."""
    codes = [f"0932{n:03d}" for n in range(200)]
    lines = [line.format(uai=code + uai_letter(code)) for code in codes]
    path.write_text(head + "".join(lines) + odd, encoding="utf-8")
    reading = reader(path, COMMUNES)
    assert (reading.rows_in, len(reading.frame)) == (201, 200)
    return [(one.reason, one.rows) for one in reading.aside]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ("0932201Z;A;93240;93066;9;48.95;2.37;OUVERT\n", WRONG_UAI),
        ("0932030B;A;93240;93999;9;48.95;2.37;OUVERT\n", UNKNOWN),
        ("0932030B;A;93240;93066;9;north;2.37;OUVERT\n", "a figure that is no number"),
    ],
)
def test_an_odd_lycee_among_many_is_set_aside_with_its_reason(
    tmp_path: Path, odd: str, reason: str
) -> None:
    line = "{uai};A;93240;93066;9;48.95;2.37;OUVERT\n"
    path = tmp_path / "lycees.csv"
    assert _many(path, schools.read_lycees_2024, LYCEE_HEAD, line, odd) == [(reason, 1)]


def test_an_odd_situation_among_many_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    path, line = tmp_path / "qpv.csv", "{uai};hors QPV\n"
    odd = "0932201Z;hors QPV\n"
    assert _many(path, schools.read_school_qpv_2024, QPV_HEAD, line, odd) == [(WRONG_UAI, 1)]


def test_a_nature_of_school_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = _directory(tmp_path / "schools.geojson", "ECOLE MATERNELLE", "INTERNAT")
    with pytest.raises(ContractError, match=r"line 2(?s:.)*'INTERNAT'"):
        school_directory.read_schools_directory_2025(path)


def test_school_qpv_keeps_the_filled_line_and_its_apostrophe(written: Any) -> None:
    path = written(
        QPV_HEAD
        + "0930900Y;\n0930900Y;à moins de 300 m d’un QPV\n0930900Y;à moins de 300 m d'un QPV\n"
        + "0931195U;\n0931195U;\n"
    )
    reading = schools.read_school_qpv_2024(path)
    known = dict(zip(reading.frame["uai"], reading.frame["qpv_situation"], strict=True))
    assert known["0930900Y"] == "within_300_m"
    assert reading.frame["qpv_situation"].isna().sum() == 1
    assert reading.rows_in == len(reading.frame) + reading.rows_aside == 5
    assert sorted(a.rows for a in reading.aside) == [1, 2]


Reader = Callable[..., Any]
REP, ECOLES, MS3E = (
    priority_education.read_rep_schools_2022,
    social_index.read_ips_ecoles_2022,
    schools.read_colleges_ms3e,
)
SEED, SITUATION, LYCEES = (
    schools.read_colleges_seed,
    schools.read_school_qpv_2024,
    schools.read_lycees_2024,
)
WRONG: list[tuple[str, Reader, str, type[ObservatoryError], str]] = [
    (
        "a commune that does not exist",
        REP,
        REP_HEAD + "SAINT-OUIN;0931184G;0931184G;X;COLLEGE;REP\n",
        CodeError,
        r"line 2.*'SAINT-OUIN'; the nearest name is 'saint ouen'.*93070",
    ),
    (
        "a UAI with a wrong letter",
        REP,
        REP_HEAD + "SAINT-OUEN;0931184G;0931184A;X;COLLEGE;REP\n",
        ContractError,
        "line 2.*its check letter right.*0931184A",
    ),
    (
        "a head of network with a wrong letter",
        REP,
        REP_HEAD + "SAINT-OUEN;0931184H;0931184G;X;COLLEGE;REP\n",
        CodeError,
        "line 2, UAI code",
    ),
    (
        "an unknown type",
        REP,
        REP_HEAD + "SAINT-OUEN;0931184G;0931184G;X;LYCEE;REP\n",
        ContractError,
        "TYPE_DETABLISSEMENT, line 2.*'LYCEE'",
    ),
    (
        "an unknown network",
        REP,
        REP_HEAD + "SAINT-OUEN;0931184G;0931184G;X;COLLEGE;ECLAIR\n",
        ContractError,
        "column EP, line 2.*REP.*'ECLAIR'",
    ),
    (
        "a missing column",
        REP,
        "COMMUNE;NUMERO\nSAINT-OUEN;0931184G\n",
        ColumnsError,
        "without UAI tête de réseau",
    ),
    ("the header only", REP, REP_HEAD, FileFormatError, "the header only"),
    ("an empty file", REP, " \n", FileFormatError, "an empty file"),
    (
        "a number that is text",
        ECOLES,
        IPS_HEAD + "0930178N;ECOLE;93066;public;many;80\n",
        ContractError,
        "column effectifs, line 3.*'many'",
    ),
    (
        "an INSEE code with a lost zero",
        ECOLES,
        IPS_HEAD + "0930178N;ECOLE;9301;public;10;80\n",
        CodeError,
        "column code_insee_de_la_commune, line 3.*'9301'",
    ),
    (
        "an unknown sector",
        ECOLES,
        IPS_HEAD + "0930178N;ECOLE;93066;mixte;10;80\n",
        ContractError,
        "column secteur.*'mixte'",
    ),
    (
        "one school twice with different figures",
        ECOLES,
        IPS_HEAD + "0930168C;ECOLE ELEMENTAIRE LOUISE MICHEL;93066;public;184.0;85,7\n",
        ContractError,
        "key uai.*0930168C",
    ),
    (
        "a place that is no WKT point",
        MS3E,
        MS3E_HEAD + "A,Saint-Denis,93200,0931144N,2.3 48.9,rep\n",
        ContractError,
        "column coordinates, line 2.*WKT",
    ),
    (
        "a place that is no GeoJSON point",
        SEED,
        SEED_HEAD + "93,93200,Saint-Denis,A,0931144N,{}\n",
        ContractError,
        "column coordinates, line 2.*GeoJSON",
    ),
    (
        "a latitude out of the world",
        LYCEES,
        LYCEE_HEAD + "0932030B;Lycée;93240;93066;;489.5;2.37;OUVERT\n",
        ContractError,
        "column lat.*489.5",
    ),
    (
        "two situations for one school",
        SITUATION,
        QPV_HEAD + "0930900Y;hors QPV\n0930900Y;dans un QPV\n",
        ContractError,
        "0930900Y: expected one situation",
    ),
    (
        "an unknown situation",
        SITUATION,
        QPV_HEAD + "0930900Y;près d'un QPV\n",
        ContractError,
        "line 2.*'près d'un QPV'|près d",
    ),
]


@pytest.mark.parametrize(
    ("reader", "text", "error", "message"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_wrong_input_is_told(
    written: Any, reader: Reader, text: str, error: type[ObservatoryError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        reader(written(text), COMMUNES)
    assert caught.value.exit_code == 2
    assert "source.csv" in str(caught.value)
    assert caught.value.next_step


def test_communes_are_needed_where_they_stand_by_name(written: Any) -> None:
    path = written(REP_HEAD + "SAINT-OUEN;0931184G;0931184G;X;COLLEGE;REP\n")
    with pytest.raises(MissingInputError, match="list of the département's communes"):
        priority_education.read_rep_schools_2022(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="nothing there"):
        schools.read_lycees_2024(tmp_path / "absent.csv")


BY_NAME: list[tuple[Reader, str, str]] = [
    (REP, REP_HEAD.replace("COMMUNE;", "COMMUNE;N°Département;"), "{0};0{1};{2};{2};A;COLLEGE;REP"),
    (MS3E, MS3E_HEAD, "A,{0},{1}100,{2},POINT (2.3 48.9),rep"),
    (SEED, SEED_HEAD, "X,{1}100,{0},A,{2},"),
]


@pytest.mark.parametrize(("reader", "head", "line"), BY_NAME, ids=["rep", "ms3e", "seed"])
def test_a_name_is_looked_up_in_its_departement_and_what_lies_away_is_set_aside(
    written: Any, reader: Reader, head: str, line: str
) -> None:
    # A territory of a commune of each of two départements; the file knows others of both.
    known = commune_index([("93066", "Saint-Denis"), ("92078", "Villeneuve-la-Garenne")])
    schools_of = [
        ("SAINT DENIS", "93", "93066"),
        ("Villeneuve-la-Garenne", "92", "92078"),
        ("Pierrefitte-sur-Seine", "93", "93066"),  # joined Saint-Denis in 2025
        ("Saint-Ouen", "93", None),
        ("Le Plessis-Robinson", "92", None),
        ("Saint-Denis", "11", None),  # in the Aude
    ]
    uais = [f"093000{n}{uai_letter(f'093000{n}')}" for n in range(len(schools_of))]
    rows = [line.format(*one[:2], uai) for one, uai in zip(schools_of, uais, strict=True)]
    reading = reader(written(head + "\n".join(rows) + "\n"), known)
    kept = [code for *_, code in schools_of if code]
    assert reading.frame["commune"].tolist() == kept
    assert {one.reason: one.rows for one in reading.aside} == {OUTSIDE: 3}
    assert reading.rows_in == len(schools_of)
