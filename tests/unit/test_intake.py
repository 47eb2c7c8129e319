"""A planner's list of places: each line told, good lines kept, the others set aside."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from observatory import cli, settings
from observatory.build.intake import take_in
from observatory.errors import FileFormatError
from observatory.places.french_communes import french_communes
from observatory.places.standard import (
    Known,
    problems_csv,
    read_csv,
    read_list,
    sort_lines,
    validate,
    write_csv,
)

NAMES = {"93001": "Aubervilliers", "93072": "Stains"}
KNOWN = Known(NAMES, french_communes())
HEADER = "id,pivot,nom,commune,code_postal,adresse,date_maj,site_web,latitude,longitude\n"
GOOD = "a,00000000000000,Maison,Stains,93240,1 rue A,2026-01-02,https://a.fr,48.95,2.38\n"


def sort(text: str, **options: Any) -> Any:
    return sort_lines(read_list(text.encode()), communes=KNOWN, **options)


def test_good_lines_are_kept_and_bad_ones_set_aside_with_their_reason() -> None:
    bad = "b,00000000000000,Mairie,Aubervillier,93300,2 rue B,2026-01-02,,,\n"
    done = sort(HEADER + GOOD + bad)
    assert [row["id"] for row in done.good] == ["a"]
    assert done.lines == [2]
    assert [(item.line, item.reasons[0].suggestion) for item in done.aside] == [
        (3, "Aubervilliers, 93001")
    ]
    assert validate(read_csv(write_csv(done.good)).rows, communes=KNOWN) == []


def test_a_line_dated_in_the_future_is_set_aside() -> None:
    late = GOOD.replace("2026-01-02", "2026-01-04").replace("a,", "b,", 1)
    done = sort(HEADER + GOOD + late, today=date(2026, 1, 3))
    assert done.lines == [2]
    assert [(p.line, p.field, p.kind) for p in done.problems] == [(3, "date_maj", "future")]
    assert sort(HEADER + GOOD + late).lines == [2, 3]


SUSPECT = [
    ("site_web", "javascript:alert(1)", "link", "error", ""),
    ("site_web", "www.stains.fr", "link", "warning", "https://www.stains.fr"),
    ("site_web", "https://a.fr|data:text/html;x", "link", "error", ""),
    ("nom", "Mai\u202eson", "marks", "warning", "Maison"),
]


@pytest.mark.parametrize(("field", "value", "kind", "severity", "suggestion"), SUSPECT)
def test_what_could_hurt_a_reader_is_told(
    field: str, value: str, kind: str, severity: str, suggestion: str
) -> None:
    row = read_list((HEADER + GOOD).encode()).rows[0] | {field: value}
    told = [p for p in validate([row]) if p.field == field]
    assert [(p.kind, p.severity, p.suggestion) for p in told] == [(kind, severity, suggestion)]


@pytest.mark.parametrize(
    ("latitude", "longitude", "suggestion"),
    [(0.0, 0.0, ""), (2.38, 48.95, "48.95 2.38"), (48.95, None, "")],
)
def test_points_that_are_no_place_are_told(
    latitude: float, longitude: float | None, suggestion: str
) -> None:
    row = read_list((HEADER + GOOD).encode()).rows[0]
    row |= {"latitude": latitude, "longitude": longitude}
    assert [(p.kind, p.suggestion) for p in validate([row])] == [("point", suggestion)]


def test_mending_puts_the_suggestions_in_and_lists_each() -> None:
    text = (
        "nom,adresse,commune,code_postal,telephone,services,latitude,longitude\n"
        "Maison,2 rue Verte,Aubervillier,93300,01 48 09 00 00,Aide aux demarches,2.38,48.95\n"
    )
    assert sort(text).good == []
    done = sort(text, mend=True, day=date(2026, 11, 22))
    row = done.good[0]
    assert (row["commune"], row["code_insee"]) == ("Aubervilliers", "93001")
    assert row["telephone"] == "+33148090000"
    assert row["services"] == "Aide aux démarches administratives"
    assert (row["latitude"], row["longitude"]) == (48.95, 2.38)
    assert row["date_maj"] == "2026-11-22"
    assert row["id"].startswith("lieu-")
    assert {p.severity for p in done.problems} == {"mended"}
    assert validate(done.good, communes=KNOWN) == []
    assert sort(text, mend=True, day=date(2026, 11, 22)).good == done.good


def test_a_day_is_never_made_up() -> None:
    done = sort("nom,adresse,commune,code_postal\nMaison,2 rue A,Stains,93240\n", mend=True)
    assert done.good == []
    assert [p.field for p in done.aside[0].reasons] == ["date_maj"]


def test_the_file_of_problems_holds_no_formula() -> None:
    done = sort(HEADER + "=1+1,+cmd,@x,-2,\uff1d3,\t=4,=5,=6,,\n")
    for row in csv.reader(io.StringIO(problems_csv(done).decode("utf-8-sig"))):
        assert not any(cell.startswith(tuple("=+-@\t\r\uff1d")) for cell in row)


def test_any_kind_of_file_is_told_by_its_bytes(tmp_path: Path) -> None:
    row = read_list((HEADER + GOOD).encode()).rows
    book = openpyxl.Workbook()
    book.active.append(["nom", "commune"])
    book.active.append(["Maison", "Stains"])
    book.save(tmp_path / "x.dat")
    assert read_list(tmp_path / "x.dat").rows[0]["nom"] == "Maison"
    assert read_list(b"\xef\xbb\xbf [" + json.dumps(row[0]).encode() + b"]").rows == row


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[" + b"9" * 5_000 + b"]", b"[1]"])
def test_hostile_json_is_refused_not_run(data: bytes) -> None:
    with pytest.raises(FileFormatError):
        read_list(data)


def test_half_a_character_in_json_can_still_be_written() -> None:
    sheet = read_list(b'[{"id": "a", "nom": "x\\ud800", "commune": "Stains"}]')
    assert read_csv(write_csv(sheet.rows)).rows[0]["nom"] == "x?"


@pytest.fixture
def edition() -> Path:
    return settings.load({}).edition


def test_the_communes_are_those_of_the_build(edition: Path) -> None:
    done = take_in(HEADER.encode() + GOOD.encode().replace(b"Stains", b"Brest"), edition)
    assert [p.kind for p in done.intake.problems] == ["commune"]
    assert done.good_csv.decode().count("\r\n") == 1


def test_the_command_lists_keeps_and_exits_as_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, good, wrong = (tmp_path / name for name in ("l.csv", "good.csv", "wrong.csv"))
    path.write_text(HEADER + GOOD + "b,,X\x1b[31m,Aubervillier,93300,2 rue,2026-01-02,,,\n")
    asked = ["places", "check", str(path), "--keep", str(good), "--problems", str(wrong)]
    assert cli.main(asked) == 0
    said = capsys.readouterr().out
    assert "Aubervilliers, 93001" in said
    assert "\x1b[31m" not in said
    assert "2 lines: 1 good, 1 set aside" in said
    assert [row["id"] for row in read_csv(good).rows] == ["a"]
    assert wrong.read_bytes().startswith(b"\xef\xbb\xbfline,")
    assert cli.main([*asked[:3], "--format", "json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["lines"], values["good"], values["set_aside"]) == (2, 1, [3])
    path.write_text(HEADER + "b,,,,,,,,,\n")
    assert cli.main(asked[:3]) == 2
    assert cli.main(["places", "check", str(tmp_path / "absent.csv")]) == 2


def test_the_hub_s_export_is_checked_as_a_list(edition: Path, tmp_path: Path) -> None:
    place = {"francilin_id": "a", "lieu_nom": "Maison", "commune": "Stains", "adresse": "1 rue A"}
    place |= {"code_postal": "93240", "mise_a_jour": "2026-03-04", "services": ["205"]}
    path = tmp_path / "hub.json"
    path.write_text(json.dumps([place]), encoding="utf-8")
    done = take_in(path, edition, layout="francilin").intake
    assert len(done.good) == 1
    assert done.good[0]["services"] == "Aide aux démarches administratives"
