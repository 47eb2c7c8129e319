from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from observatory.errors import ColumnsError, FileFormatError, MissingInputError, ObservatoryError
from observatory.places import standard
from observatory.places.french_communes import french_communes
from observatory.places.standard.upgrading import upgrade
from observatory.tables.place_tables import CLOSED, NO_PIVOT, STANDARD_NAMES, TYPOLOGIES
from observatory.tables.remarks import remark

COMMUNES = standard.Known({"93001": "Aubervilliers", "93027": "La Courneuve"}, french_communes())


def place(**changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = dict.fromkeys(STANDARD_NAMES)
    record |= {
        "id": "a",
        "pivot": "21930001900011",
        "nom": "Médiathèque",
        "commune": "Aubervilliers",
        "code_postal": "93300",
        "adresse": "2 rue Verte",
        "date_maj": "2024-04-02",
    }
    return {**record, **changes}


def as_csv(text: str) -> bytes:
    return text.encode("utf-8")


def test_the_standard_has_32_fields_and_its_lists() -> None:
    assert len(STANDARD_NAMES) == 32
    assert STANDARD_NAMES[0] == "id"
    assert STANDARD_NAMES[-1] == "prise_rdv"
    assert len(CLOSED["services"]) == 9
    assert len(TYPOLOGIES) == 92


def test_a_valid_record_has_no_problem() -> None:
    full = place(
        latitude=48.9,
        longitude=2.38,
        telephone="+33148090000",
        services="|".join(CLOSED["services"]),
        formations_labels="Étapes numériques(La Poste)|ORDI 3.0",
        code_insee="93001",
        presentation_resume="x" * 280,
    )
    assert standard.validate([full], communes=COMMUNES) == []


BAD: list[tuple[str, Any, str, str, str]] = [
    ("nom", None, "required", "error", ""),
    ("pivot", None, "required", "error", NO_PIVOT),
    ("pivot", "219 300 019 00011", "pattern", "error", "21930001900011"),
    ("pivot", "21930001900012", "siret", "warning", ""),
    ("commune", "Aubervillier", "commune", "error", "Aubervilliers, 93001"),
    ("commune", "obervillier", "commune", "error", "Aubervilliers, 93001"),
    ("commune", "la courneuv", "commune", "error", ""),
    ("commune", "Brest", "commune", "error", ""),
    ("code_insee", "93027", "commune", "error", "93001"),
    ("code_insee", "9301", "pattern", "error", ""),
    ("code_postal", "1300", "pattern", "error", "01300"),
    ("latitude", "48,9 N", "type", "error", ""),
    ("longitude", 200.0, "pattern", "error", ""),
    ("telephone", "01 48 09 00 00", "pattern", "error", "+33148090000"),
    ("date_maj", "31/01/2026", "type", "error", "2026-01-31"),
    ("date_maj", "2026-02-30", "type", "error", ""),
    ("presentation_resume", "x" * 281, "length", "error", ""),
    (
        "services",
        "Aide aux demarches",
        "closed list",
        "error",
        "Aide aux démarches administratives",
    ),
    ("frais_a_charge", "gratuit", "closed list", "error", "Gratuit"),
    ("itinerance", "fixe", "closed list", "error", "Fixe"),
    ("typologie", "BIBL", "closed list", "warning", "BIB"),
]


@pytest.mark.parametrize(("field", "value", "kind", "severity", "suggestion"), BAD)
def test_each_problem_is_told_with_its_line_and_a_suggestion(
    field: str, value: Any, kind: str, severity: str, suggestion: str
) -> None:
    rows = [place(), place(id="b", **{field: value})]
    problems = standard.validate(rows, lines=[2, 7], communes=COMMUNES)
    assert [(p.line, p.field, p.kind, p.severity) for p in problems if p.field == field] == [
        (7, field, kind, severity)
    ]
    told = next(p for p in problems if p.field == field)
    assert told.suggestion == suggestion
    assert told.expected
    assert {p.line for p in problems} == {7}


def test_an_identifier_used_twice_is_told_on_the_second_line() -> None:
    problems = standard.validate([place(), place()])
    assert [(p.line, p.field, p.kind) for p in problems] == [(3, "id", "unique")]


def test_an_empty_record_lacks_every_required_field() -> None:
    problems = standard.validate([{}])
    assert [p.field for p in problems] == [
        "id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj"
    ]  # fmt: skip


def test_no_rows_no_problems() -> None:
    assert standard.validate([]) == []


def test_each_value_of_a_list_is_told_apart() -> None:
    problems = standard.validate([place(publics_specifiquement_adresses="Jeunes|Senior|Chats")])
    assert [(p.found, p.suggestion) for p in problems] == [("Senior", "Seniors"), ("Chats", "")]


def test_a_place_without_services_keeps_its_other_fields() -> None:
    record = place(
        publics_specifiquement_adresses="Femmes",
        prise_en_charge_specifique="Surdité",
        frais_a_charge="Gratuit",
        itinerance="Itinérant",
        modalites_accompagnement="À distance",
        modalites_acces="Téléphoner",
    )
    assert standard.validate([record]) == []
    assert standard.read_csv(standard.write_csv([record])).rows == [record]
    assert standard.read_json(standard.write_json([record])).rows == [record]


@pytest.mark.parametrize("space", ["Étapes numériques(La Poste)", "Étapes numériques (La Poste)"])
def test_la_poste_is_accepted_with_and_without_the_space(space: str) -> None:
    record = place(formations_labels=space)
    assert standard.validate([record]) == []
    read = standard.read_csv(standard.write_csv([record])).rows[0]
    assert read["formations_labels"] == "Étapes numériques(La Poste)"


def test_csv_is_read_with_any_separator_and_header_a_planner_writes() -> None:
    for mark in ",;\t":
        text = mark.join(["Nom", "Adresse", "Commune", "Code postal", "Services", "Remarque"])
        line = mark.join(["Lieu", "2 rue Verte", "Stains", "93240", "ORDI|Wifi", "ok"])
        sheet = standard.read_csv(as_csv(f"\ufeff{text}\r\n\r\n{line}\r\n"))
        assert sheet.rows[0]["nom"] == "Lieu"
        assert sheet.rows[0]["code_postal"] == "93240"
        assert sheet.rows[0]["services"] == "ORDI|Wifi"
        assert sheet.lines == [3]
        assert sheet.unknown == ("Remarque",)


def test_csv_of_older_spreadsheets_is_read() -> None:
    sheet = standard.read_csv("nom;commune\nMédiathèque;Épinay\n".encode("cp1252"))
    assert sheet.rows[0]["nom"] == "Médiathèque"
    assert sheet.rows[0]["commune"] == "Épinay"


def test_lists_of_before_1_0_are_read() -> None:
    text = 'nom,commune,services,site_web\nA,B,"Accéder à du matériel;Créer avec le numérique","'
    text += 'https://a.fr/x;y,https://b.fr"\n'
    row = standard.read_csv(as_csv(text)).rows[0]
    assert row["services"] == (
        "Accès internet et matériel informatique|Loisirs et créations numériques"
    )
    assert row["site_web"] == "https://a.fr/x;y|https://b.fr"


def test_xlsx_is_read_as_csv_is(tmp_path: Path) -> None:
    import datetime as dt

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "nom", "commune", "code postal", "Latitude", "date_maj", "siret"])
    sheet.append([])
    sheet.append([1, "Lieu", "Stains", 93240.0, 48.95, dt.date(2024, 4, 2), 21930072000014])
    path = tmp_path / "lieux.xlsx"
    book.save(path)
    for source in (path, path.read_bytes()):
        read = standard.read_spreadsheet(source)
        assert read.lines == [3]
        assert read.unknown == ()
        assert {name: value for name, value in read.rows[0].items() if value is not None} == {
            "id": "1",
            "nom": "Lieu",
            "commune": "Stains",
            "code_postal": "93240",
            "latitude": 48.95,
            "date_maj": "2024-04-02",
            "pivot": "21930072000014",
        }


def test_formulas_are_defused_and_phones_stay_valid() -> None:
    nasty = place(nom='=HYPERLINK("http://x")', adresse="@2 rue", telephone="+33148090000")
    nasty |= {"latitude": -21.1, "longitude": 55.4, "source": "'=kept"}
    text = standard.write_csv([nasty]).decode()
    assert "\"'=HYPERLINK(" in text
    assert ",'@2 rue," in text
    assert ",+33148090000," in text
    assert ",-21.1,55.4," in text
    assert standard.read_csv(text.encode()).rows == [nasty]
    opened = standard.write_csv([nasty], spreadsheet=True)
    assert opened.startswith(b"\xef\xbb\xbf")
    assert b",'+33148090000," in opened
    assert standard.read_csv(opened).rows == [nasty]


def test_a_telephone_that_is_a_formula_is_defused() -> None:
    text = standard.write_csv([place(telephone="+33148090000+cmd|x")]).decode()
    assert ",'+33148090000+cmd|x," in text


WRONG: list[tuple[str, Any, Any, type[ObservatoryError], str]] = [
    ("an empty file", standard.read_csv, b" ", FileFormatError, "an empty file"),
    ("the header only", standard.read_csv, b"nom,commune\n", FileFormatError, "the header only"),
    ("no text", standard.read_csv, b"nom,\0\n", FileFormatError, "no UTF-8 text"),
    ("a quote that does not close", standard.read_csv, b'nom\n"a\n', FileFormatError, "line 2"),
    (
        "a line too wide",
        standard.read_csv,
        b"nom,commune\na,b,c\n",
        FileFormatError,
        "line 2.*the 2 cells of the header",
    ),
    ("a table of another kind", standard.read_csv, b"uai,ips\n1,2\n", ColumnsError, "uai, ips"),
    ("a column twice", standard.read_csv, b"nom,Nom\na,b\n", ColumnsError, "twice nom"),
    ("a spoilt XLSX", standard.read_spreadsheet, b"PK\x03\x04x", FileFormatError, "spoilt XLSX"),
    (
        "an old spreadsheet",
        standard.read_spreadsheet,
        b"\xd0\xcf\x11\xe0old",
        FileFormatError,
        "before 2007",
    ),
    ("no JSON", standard.read_json, b"{", FileFormatError, "line 1.*no JSON"),
    ("JSON that is no list", standard.read_json, b"{}", FileFormatError, "a JSON dict"),
    ("no file", standard.read_json, Path("/absent.json"), MissingInputError, "nothing there"),
]


@pytest.mark.parametrize(
    ("reader", "source", "error", "message"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_wrong_files_are_told(
    reader: Any, source: Any, error: type[ObservatoryError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        reader(source)
    assert caught.value.exit_code == 2


def test_upgrade_carries_every_old_value_over() -> None:
    record, notes = upgrade(
        {
            "id": "a",
            "courriel": "a@b.fr;c@d.fr",
            "labels_nationaux": "CNFS;Fabriques de Territoire;APTIC;Point numérique CAF",
            "labels_autres": "SudLabs",
            "publics_accueillis": "Uniquement femmes;Adultes;Personnes en situation d’illettrisme;"
            "Handicaps mentaux : déficiences limitant les activités d'une personne",
            "conditions_acces": "Adhésion : L'accès au lieu nécessite d'y adhérer;Payant : x",
            "modalites_accompagnement": "A ma place : une personne habilitée fait les démarches;"
            "Seul : j'ai accès à du matériel",
            "services": "S’équiper en matériel informatique;Soutenir la parentalité et l'éducation "
            "avec le numérique",
            "accessibilite": "https://acceslibre.beta.gouv.fr/a",
            "cle_ban": "13001",
        }
    )
    given = {name: value for name, value in record.items() if value is not None}
    assert given == {
        "id": "a",
        "courriels": "a@b.fr|c@d.fr",
        "dispositif_programmes_nationaux": "Conseillers numériques|Point d'accès numérique CAF",
        "formations_labels": "Fabriques de Territoire",
        "autres_formations_labels": "SudLabs|APTIC",
        "publics_specifiquement_adresses": "Femmes",
        "prise_en_charge_specifique": "Illettrisme|Handicaps mentaux",
        "frais_a_charge": "Gratuit sous condition|Payant",
        "modalites_accompagnement": "Accompagnement individuel|En autonomie",
        "services": "Acquisition de matériel informatique à prix solidaire|"
        "Parentalité et éducation avec le numérique",
        "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/a",
    }
    assert notes == [
        remark("cleaning.no_public", text="Adultes"),
        remark("cleaning.given_up", column="cle_ban"),
    ]


def test_json_without_missing_fields() -> None:
    content = json.loads(standard.write_json([place(latitude=48.9, nom=None)]))
    assert "nom" not in content[0]
    assert content[0]["latitude"] == 48.9


def test_notes_of_an_upgrade_have_their_line() -> None:
    text = io.StringIO("nom,commune,publics_accueillis\nA,B,Adultes\n").getvalue()
    assert standard.read_csv(as_csv(text)).notes == (
        (2, remark("cleaning.no_public", text="Adultes")),
    )
