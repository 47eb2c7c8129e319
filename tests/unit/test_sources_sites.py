from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from observatory.errors import (
    CodeError,
    ColumnsError,
    ContractError,
    FileFormatError,
    MissingInputError,
    ObservatoryError,
)
from observatory.geo.codes import commune_index
from observatory.places.opening_hours import week_hours
from observatory.read import counsellors, place_lists
from observatory.read.code_columns import locate
from observatory.read.written_hours import mend_hours, read_spans, to_osm
from observatory.tables.place_tables import MEDNUM_SITES, NO_PIVOT
from observatory.tables.remarks import Remark, remark, remarks_of, stored

COMMUNES = commune_index(
    [
        ("93001", "Aubervilliers"),
        ("93027", "La Courneuve"),
        ("93063", "Romainville"),
        ("93066", "Saint-Denis"),
        ("93070", "Saint-Ouen-sur-Seine"),
    ]
)
FS_HEAD = (
    "id_fs,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,longitude,"
    "mail,telephone,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,prise_rdv,"
    "commentaire,type_fs,format_fs,labellisation_fs\n"
)
AC_HEAD = (
    "Name,ID,UUID,Is Active,City Insee Code,Address,Zip Code,Siret,France Services Label,City,"
    "Nombre d'aidants\n"
)
HOST_HEAD = (
    "Raison sociale;Commune INSEE;Nombre de conseillers validés par le COSELEC;"
    "Date de validation en comité de sélection;Type;SIRET;Code département;Adresse;"
    "Code commune INSEE;Code postal;Investissement financier estimatif total de l’Etat;"
    "France services\n"
)
ACTS_HEAD = (
    "CodePostal,Somme de Moins12ans,Somme de De12a18ans,Somme de De18a35ans,Somme de De35a60ans,"
    "Somme de Plus60ans,Somme de Etudiant,Somme de SansEmploi,Somme de EnEmploi,"
    "Somme de Retraite,Somme de Heterogene\n"
)


def old(**changes: Any) -> dict[str, Any]:
    place = {
        "id": "a",
        "nom": "Maison de quartier",
        "pivot": NO_PIVOT,
        "commune": "SAINT-OUEN",
        "code_postal": "93400",
        "adresse": "37 Rue du Landy",
        "latitude": 48.91,
        "longitude": 2.33,
        "services": "Prendre en main un ordinateur;Approfondir ma culture numérique",
        "conditions_access": "Gratuit : Je peux accéder gratuitement au lieu et à ses services",
        "labels_nationaux": "CNFS;France Services",
        "source": "conseiller-numerique",
        "date_maj": "2022-05-03",
        "structureId": "s1",
    }
    return {**place, **changes}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Any], Path]:
    def write(content: Any) -> Path:
        path = tmp_path / "source.txt"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_place_of_the_old_schema_comes_out_in_the_standard(written: Any) -> None:
    reading = place_lists.read_sites_cnfs_2022(written([old()]), COMMUNES)
    place = reading.frame.iloc[0]
    assert list(reading.frame.columns) == MEDNUM_SITES.names
    assert place["code_insee"] == "93070"
    assert place["services"] == (
        "Maîtrise des outils numériques du quotidien|Compréhension du monde numérique"
    )
    assert place["frais_a_charge"] == "Gratuit"
    assert place["dispositif_programmes_nationaux"] == "Conseillers numériques|France Services"
    assert place["pivot"] == NO_PIVOT
    assert reading.frame[["siret", "structure_siret", "note"]].isna().all(axis=None)


def test_every_place_is_kept_or_set_aside_with_its_reason(written: Any) -> None:
    places = [
        old(),
        old(id="b", nom="Mission", commune="DEUIL LA BARRE", code_postal="93160"),
        old(id="c", nom="Ailleurs", commune="Saint-Denis", code_postal="97400"),
        old(id="d", commune="Aubervillier", code_postal="93300"),
        old(id="e", commune="la courneuve", code_postal="93120"),
        old(id="f", nom="ANCT Test"),
        old(id="g", nom="Atelier de l'attestation", commune="la courneuve", code_postal="93120"),
    ]
    reading = place_lists.read_sites_data_inclusion_2023(written(places), COMMUNES)
    assert reading.frame["code_insee"].tolist() == ["93070", "93001", "93027", "93027"]
    read = remark("cleaning.commune_read", text="Aubervillier", commune="aubervilliers")
    assert reading.frame["note"].dropna().tolist() == [stored([read])]
    assert {a.reason: a.examples for a in reading.aside} == {
        "its commune is not one of the département's": ("Mission (93160 DEUIL LA BARRE)",),
        "outside the département, by its post code": ("Ailleurs (97400 Saint-Denis)",),
        "the name says that it is a test, not a place": ("ANCT Test",),
    }
    assert reading.rows_in == len(reading.frame) + reading.rows_aside


@pytest.mark.parametrize(
    ("lat", "lon", "note"),
    [
        (0, 0, remark("cleaning.no_point", text="0, 0")),
        (2.33, 48.91, remark("cleaning.no_point", text="2.33, 48.91")),
        ("x", 2.33, remark("cleaning.no_point", text="x, 2.33")),
        (43.5, 5.4, remark("cleaning.far_point", text="43.5, 5.4")),
        (48.91, None, remark("cleaning.no_point", text="48.91, ")),
    ],
)
def test_coordinates_that_are_no_place_are_taken_off_and_noted(
    written: Any, lat: Any, lon: Any, note: Remark
) -> None:
    places = [old(id=str(rank)) for rank in range(4)]
    reading = place_lists.read_sites_cnfs_2022(
        written([*places, old(id="odd", latitude=lat, longitude=lon)]), COMMUNES
    )
    odd = reading.frame.set_index("id").loc[["odd"]]
    assert odd[["latitude", "longitude"]].isna().all(axis=None)
    assert remarks_of(odd["note"].iloc[0]) == (note,)
    assert reading.frame["latitude"].notna().sum() == 4


def test_a_point_is_far_from_the_places_of_its_own_departement_alone(written: Any) -> None:
    """Two départements 400 km apart, one of them 150 km wide, and a slip in each."""
    wide = [(44.2, -0.2), (44.5, -1.1), (44.8, -0.6), (45.2, -1.0), (45.5, -0.9)]
    points = {
        "saint denis": ("93066", [(48.93, 2.35), (48.94, 2.36), (48.92, 2.34), (44.8, -0.6)]),
        "bordeaux": ("33063", [*wide, (48.93, 2.35)]),
    }
    places = [
        old(id=f"{code}-{n}", commune=name, code_postal="", latitude=lat, longitude=lon)
        for name, (code, found) in points.items()
        for n, (lat, lon) in enumerate(found)
    ]
    known = {name: code for name, (code, _) in points.items()}
    frame = place_lists.read_sites_cnfs_2022(written(places), known).frame.set_index("id")
    assert list(frame.index[frame["latitude"].isna()]) == ["93066-3", "33063-5"]


def test_a_structure_s_siret_goes_to_its_other_places(written: Any) -> None:
    places = [
        old(id="a", pivot="21930070400018"),
        old(id="b"),
        old(id="c", structureId="s2"),
        old(id="d", pivot="21930070400019", structureId="s2"),
    ]
    frame = place_lists.read_sites_cnfs_2022(written(places), COMMUNES).frame.set_index("id")
    assert frame["structure_siret"].fillna("").tolist() == [
        "21930070400018",
        "21930070400018",
        "",
        "",
    ]
    assert frame["siret"].isna().tolist() == [False, True, True, True]
    bad = remark("cleaning.no_siret", text="21930070400019")
    assert remarks_of(frame.loc["d", "note"]) == (bad,)
    assert frame.loc["d", "pivot"] == "21930070400019"


def test_a_place_twice_in_a_file_is_kept_once(written: Any) -> None:
    places = [old(), old(), old(adresse="2 rue Verte"), old(id=None)]
    reading = place_lists.read_sites_cnfs_2022(written(places), COMMUNES)
    assert len(reading.frame) == 3
    assert reading.frame["id"].is_unique
    assert [(a.reason, a.rows) for a in reading.aside] == [("the same place twice in the file", 1)]


def fs_line(**changes: str) -> str:
    line = {
        "id_fs": "668",
        "lib_fs": "France services",
        "adresse": "1 Square",
        "complement_adresse": "",
        "insee_com": "93066",
        "code_postal": "93200",
        "lib_com": "Saint-Denis",
        "latitude": "48.94",
        "longitude": "2.38",
        "mail": "a@b.fr",
        "telephone": "01 58 34 34 27",
        "h_lundi": "09:30 - 12:00 / 14:30 - 17:00",
        "h_mardi": "09:30 - 12:00 / 14:30 - 17:00",
        "h_mercredi": "",
        "h_jeudi": "",
        "h_vendredi": "",
        "h_samedi": "08:30 - 12:30",
        "prise_rdv": "Non",
        "commentaire": "Fermé en août",
        "type_fs": "Principal",
        "format_fs": "Fixe",
        "labellisation_fs": "Espace labellisé 01/02/2020",
    }
    return ",".join({**line, **changes}.values()) + "\n"


def test_france_services_hours_by_day_become_osm_text(written: Any) -> None:
    reading = place_lists.read_france_services_2024(written(FS_HEAD + fs_line()), COMMUNES)
    place = reading.frame.iloc[0]
    assert place["horaires"] == "Mo-Tu 09:30-12:00,14:30-17:00; Sa 08:30-12:30"
    assert place["open_h_per_week"] == 14.0
    assert place["telephone"] == "+33158343427"
    assert place["dispositif_programmes_nationaux"] == "France Services"
    assert place["comment"] == "Fermé en août"
    assert not place["itinerant"]


def test_france_services_overlapping_hours_are_united_and_noted(written: Any) -> None:
    hours = "09:00 - 17:30 / 09:00 - 12:00 / 13:30 - 17:30"
    text = FS_HEAD + fs_line(h_lundi=hours, h_mardi="", h_samedi="", prise_rdv="Oui")
    place = place_lists.read_france_services_2024(written(text), COMMUNES).frame.iloc[0]
    assert (place["horaires"], place["open_h_per_week"]) == ("Mo 09:00-17:30", 8.5)
    assert place["note"] == stored([remark("cleaning.hours_united", days=("Mo",))])


@pytest.mark.parametrize(("written_as", "made"), [("Oui", True), ("Non", False), ("", None)])
def test_france_services_say_whether_they_make_appointments(
    written: Any, written_as: str, made: bool | None
) -> None:
    text = FS_HEAD + fs_line(prise_rdv=written_as)
    frame = place_lists.read_france_services_2024(written(text), COMMUNES).frame
    assert frame["appointments"].astype(object).where(
        frame["appointments"].notna(), None
    ).tolist() == [made]
    assert frame["prise_rdv"].isna().all()  # no web address


def test_a_bus_moves_and_may_have_no_hours(written: Any) -> None:
    text = FS_HEAD + fs_line(format_fs="Bus_équivalent", h_lundi="", h_mardi="", h_samedi="")
    frame = place_lists.read_france_services_2024(written(text), COMMUNES).frame
    assert frame["itinerant"].tolist() == [True]
    assert frame["itinerance"].tolist() == ["Itinérant"]
    assert frame[["horaires", "open_h_per_week"]].isna().all(axis=None)
    assert frame["note"].tolist() == [stored([remark("cleaning.bus_without_hours")])]


def test_aidants_connect_lines(written: Any) -> None:
    text = (
        AC_HEAD
        + "Artis,1,u1,true,93066,5 RUE,93200,48220129000038.0,false,St Denis,4\n"
        + '"SPADA, 93",2,u2,true,,"3 rue\nde Rome\n\nAutre adresse :\nJeanne D",93300,,true,'
        + "Aubervilliers,0\n"
        + "Marnay,3,u3,true,93066,2 Rue,70150,21700334200011.0,true,Marnay,1\n"
        + "Closed,4,u4,false,93066,2 Rue,93200,,true,Saint-Denis,1\n"
        + "Lilas,5,u5,true,93066,96 rue,932360,,false,Saint-Denis,\n"
    )
    reading = place_lists.read_aidants_connect_2024(written(text), COMMUNES)
    frame = reading.frame.set_index("id")
    assert frame["code_insee"].tolist() == ["93066", "93001", "93066"]
    assert frame["siret"].fillna("").tolist() == ["48220129000038", "", ""]
    assert frame["aidants"].iloc[:2].tolist() == [4.0, 0.0]
    assert frame["aidants"].isna().tolist() == [False, False, True]
    assert frame.loc["u2", "adresse"] == "3 rue de Rome"
    assert frame.loc["u2", "dispositif_programmes_nationaux"] == "Aidants Connect|France Services"
    assert frame["code_postal"].isna().tolist() == [False, False, True]
    assert {a.reason: a.rows for a in reading.aside} == {
        "not active": 1,
        "its post code and commune's name are not of the département of its code": 1,
    }
    assert reading.rows_in == len(frame) + reading.rows_aside == 5


def test_host_structures_say_whom_they_serve(written: Any) -> None:
    text = (
        HOST_HEAD
        + "ST OUEN;X;2;16/06/2021;publique;21930070400018;93;7 PL;93070;93400;110858;oui\n"
        + "SAINT DENIS;X;2;16/06/2021;publique;21974011500015;93;14 RUE;97411;93200;;non\n"
        + "EST ENSEMBLE;X;7;22/12/2022;publique;20005787500011;93;100 AV;93063;93230;388002;non\n"
        + "DEPARTEMENT DE LA SEINE SAINT DENIS;X;10;;publique;22930008201453;93;3 E;93066;93000;;\n"
        + "SFM;X;1;16/06/2021;privée;39988868400011;93;7 RUE;93001;93800;74858;non renseigné\n"
    )
    for communes in (COMMUNES, None):
        reading = counsellors.read_host_structures_2023(written(text), communes)
        frame = reading.frame
        assert frame["serves"].tolist() == ["commune", "ept", "departement", "commune"]
        assert frame["area"].tolist() == ["93070", "200057875", "93", "93001"]
        assert frame["posts"].tolist() == [2, 7, 10, 1]
        assert frame["approved_on"].fillna("").tolist() == [
            "2021-06-16",
            "2022-12-22",
            "",
            "2021-06-16",
        ]
        assert frame["siret"].isna().tolist() == [False, False, False, True]
        assert frame["structure"].tolist()[3] == "sfm-93800"
        assert frame["france_services"].isna().tolist() == [False, False, True, True]
        assert [(a.rows, a.examples) for a in reading.aside] == [(1, ("SAINT DENIS (97411)",))]


def test_counsellor_acts_add_up_the_ages(written: Any) -> None:
    text = ACTS_HEAD + "93000,1,2,3,4,5,9,9,9,9,9\n75019,1,1,1,1,1,1,1,1,1,1\n"
    reading = counsellors.read_counsellor_acts_2023(written(text), COMMUNES)
    assert reading.frame[["postcode", "people_helped"]].to_numpy().tolist() == [["93000", 15]]
    assert [(a.rows, a.examples) for a in reading.aside] == [(1, ("75019",))]


CNFS, FS = place_lists.read_sites_cnfs_2022, place_lists.read_france_services_2024
AC, HOST = place_lists.read_aidants_connect_2024, counsellors.read_host_structures_2023
ACTS = counsellors.read_counsellor_acts_2023
HOST_LINE = "X;Y;{};{};{};39988868400012;93;7 RUE;{};93400;1;non\n"
WRONG: list[tuple[str, Callable[..., Any], Any, type[ObservatoryError], str]] = [
    ("JSON cut short", CNFS, '[{"id": "a", "nom": "b"', FileFormatError, "cut short"),
    ("JSON of another shape", CNFS, {"places": []}, FileFormatError, "a JSON dict"),
    ("an empty list", CNFS, [], FileFormatError, "an empty list"),
    ("an unknown field", CNFS, [old(couleur="bleu")], ColumnsError, "unknown couleur"),
    ("no name at all", CNFS, [{"id": "a"}], ColumnsError, "without commune, nom"),
    ("a service of no schema", CNFS, [old(services="Cuisine")], ContractError, "services.*Cuisine"),
    ("a page of HTML", CNFS, "<!doctype html><html>", FileFormatError, "a web page"),
    (
        "hours that end before they begin",
        FS,
        FS_HEAD + fs_line(h_lundi="17:00 - 09:00"),
        ContractError,
        "line 2, column h_lundi.*17:00 - 09:00",
    ),
    (
        "hours in words",
        FS,
        FS_HEAD + fs_line(h_samedi="sur rendez-vous"),
        ContractError,
        "line 2, column h_samedi",
    ),
    (
        "a minute that does not exist",
        FS,
        FS_HEAD + fs_line(h_lundi="09:75 - 10:00"),
        ContractError,
        "09:75",
    ),
    ("a line cut short", FS, FS_HEAD + "668,France services,1", FileFormatError, "cut short"),
    (
        "aidants in words",
        AC,
        AC_HEAD + "Artis,1,u1,true,93066,5 RUE,93200,,false,St Denis,four\n",
        ContractError,
        "line 2, column Nombre d'aidants.*'four'",
    ),
    ("a missing column", AC, "Name,UUID\nA,b\n", ColumnsError, "without Is Active"),
    (
        "posts that are no number",
        HOST,
        HOST_HEAD + HOST_LINE.format("deux", "16/06/2021", "privée", "93066"),
        ContractError,
        "line 2.*'deux'",
    ),
    (
        "a day that does not exist",
        HOST,
        HOST_HEAD + HOST_LINE.format("2", "31/02/2021", "privée", "93066"),
        ContractError,
        "line 2.*dd/mm/yyyy.*31/02/2021",
    ),
    (
        "a malformed commune's code",
        HOST,
        HOST_HEAD + HOST_LINE.format("2", "16/06/2021", "privée", "936"),
        CodeError,
        "line 2, INSEE code",
    ),
    (
        "a malformed post code",
        ACTS,
        ACTS_HEAD + "930,1,2,3,4,5,9,9,9,9,9\n",
        ContractError,
        "CodePostal, line 2.*five digits",
    ),
    (
        "a suppressed count",
        ACTS,
        ACTS_HEAD + "93000,s,2,3,4,5,9,9,9,9,9\n",
        ContractError,
        "Moins12ans, line 2.*'s'",
    ),
]


@pytest.mark.parametrize(
    ("reader", "content", "error", "message"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_wrong_input_is_told(
    written: Any,
    reader: Callable[..., Any],
    content: Any,
    error: type[ObservatoryError],
    message: str,
) -> None:
    with pytest.raises(error, match=message) as caught:
        reader(written(content), COMMUNES)
    assert caught.value.exit_code == 2
    assert "source.txt" in caught.value.where


@pytest.mark.parametrize("reader", [CNFS, FS, AC])
def test_the_list_of_communes_is_needed(written: Any, reader: Callable[..., Any]) -> None:
    with pytest.raises(MissingInputError, match="list of the département's communes"):
        reader(written([old()]))


@pytest.mark.parametrize(
    ("code", "name", "postcode", "found"),
    [
        ("93066", "St Denis", "93200", "93066"),
        ("", "ST DENIS", "93200", "93066"),
        ("", "COMMUNE DE LA COURNEUVE", "", "93027"),
        ("93066", "Saint Denis La Plaine Bp11", "93214", "93066"),
        ("97411", "Saint-Denis", "97400", None),
        ("", "Saint-Denis", "97400", None),
        ("", "Deuil-la-Barre", "93160", None),
        ("", "Aubervillier", "93300", "93001"),
        ("", "Aubervillier", "", None),
        ("", "", "93300", None),
        ("93066", "Marnay", "70150", None),
    ],
)
def test_locate_believes_codes_then_names(
    code: str, name: str, postcode: str, found: str | None
) -> None:
    assert locate(code, name, postcode, COMMUNES)[0] == found


def test_hours_join_days_that_have_the_same_spans() -> None:
    morning, day = ((540, 720),), ((540, 720), (840, 1020))
    week = {"Mo": day, "Tu": day, "We": morning, "Th": day, "Sa": morning, "Su": ()}
    assert to_osm(week) == "Mo-Tu,Th 09:00-12:00,14:00-17:00; We,Sa 09:00-12:00"
    assert week_hours(to_osm(week)) == 24.0
    assert to_osm({}) == ""


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00", 41.0),
        ("Mo-Fr 09:00-12:00; We off", 12.0),
        ("We[1] 14:00-18:00", 1.0),
        ("24/7", 168.0),
        ("sur rendez-vous", None),
        ("", None),
        ("Mo-Fr 9h-12h30,13h30-17h", None),
    ],
)
def test_week_hours(text: str, hours: float | None) -> None:
    assert week_hours(text) == hours


def test_french_hours_are_rewritten() -> None:
    assert mend_hours("Mo-Fr 9h-12h30,13h30-17h") == "Mo-Fr 09:00-12:30,13:30-17:00"
    assert week_hours(mend_hours("Mo-Fr 9h-12h30,13h30-17h")) == 35.0


def test_spans_that_touch_are_one_and_do_not_overlap() -> None:
    assert read_spans("10:00 - 13:00 / 13:00 - 18:00") == (((600, 1080),), False)
    assert read_spans("") == ((), False)


def test_midnight_to_midnight_is_how_some_write_closed() -> None:
    assert read_spans("00:00 - 00:00") == ((), False)
    assert read_spans("00:00 - 00:00 / 14:00 - 17:00") == (((840, 1020),), False)
    with pytest.raises(ValueError, match="12:00"):
        read_spans("12:00 - 12:00")
