"""Bad input by the command line: each gets code 2 and four lines, or its line set aside."""

from __future__ import annotations

import json
import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_wrong_input import CASES

from observatory import cli, settings
from observatory.errors import ChoiceError, InputError
from observatory.model.observed import load_facts
from observatory.places.french_communes import french_communes
from observatory.places.search.named import entry_of, gazetteer_of
from observatory.places.standard import Intake, Known, read_list, sort_lines
from observatory.tables.atomic import whole_folder

HEADER = "id,pivot,nom,commune,code_postal,adresse,date_maj,latitude,longitude\n"
GOOD = "a,00000000000000,Maison,Stains,93240,1 rue A,2026-01-02,48.95,2.38\n"
LIST = HEADER + GOOD
TABLE = "a table of places in CSV"
ROW = dict(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True))


def items(*values: Any) -> bytes:
    return json.dumps(list(values)).encode()


#: What is wrong with a file -> its bytes, and words of what the error says was found.
FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blanks": (b" \n\t\r\n", "empty"),
    "bom only": (b"\xef\xbb\xbf", ""),
    "commas": (b",,,\n,,\n", ""),
    "header only": (HEADER.encode(), "header only"),
    "header twice in a line": (b"nom,nom\na,b\n", "twice nom"),
    "two names of one field": (b"nom,ville,commune\na,b,c\n", "twice commune"),
    "no column of a place": (b"uai,ips\n1,2\n", "uai, ips"),
    "no header": (GOOD.encode(), ""),
    "prose": (b"Bonjour, voici la liste.\n", "Bonjour"),
    "html": (b"<!doctype html><html><body>404</body></html>\n", "html"),
    "xml": (b"<?xml version='1.0'?><a/>\n", ""),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "no UTF-8"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ""),
    "gzip": (b"\x1f\x8b\x08\0" + b"\0" * 30, "no UTF-8"),
    "elf": (b"\x7fELF\x02\x01\x01" + b"\0" * 50, "no UTF-8"),
    "parquet": (b"PAR1" + b"\0" * 40 + b"PAR1", "no UTF-8"),
    "null bytes": (b"nom,commune\n\0,b\n", "no UTF-8"),
    "utf-32": (LIST.encode("utf-32"), "no UTF-"),
    "utf-16 without mark": (LIST.encode("utf-16-le"), "no UTF-8"),
    "utf-16 cut short": (LIST.encode("utf-16")[:-1], "no UTF-16"),
    "utf-16 half a pair": (b"\xff\xfe\x00\xd8", "no UTF-16"),
    "utf-16 header only": (HEADER.encode("utf-16"), "header only"),
    "quote not closed": (b'nom,commune\n"a,b\n', "does not close"),
    "quote not closed, late": ((LIST + '"b,').encode(), "does not close"),
    "text after a quote": (b'nom,commune\n"a"b,c\n', "does not close"),
    "every line too wide": (b"nom,commune\na,b,c\nd,e,f\n", "2 of 2 lines"),
    "most lines too wide": (b"nom,commune\na,b\nd,e,f\ng,h,i\n", "2 of 3 lines"),
    "a cell too long": (b"nom,commune\n" + b"x" * 40_000 + b",b\n", "1 of 1 lines"),
    "a cell beyond the reader": (b"nom,commune\n" + b"x" * 200_000 + b",b\n", "1 of 1 lines"),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0" + b"\0" * 20, "before 2007"),
    "archive cut short": (b"PK\x03\x04", "spoilt"),
    "archive of nothing": (b"PK\x05\x06" + b"\0" * 18, "spoilt"),
    "json cut short": (b'[{"nom": "a"', "no JSON"),
    "json trailing comma": (b'[{"nom": "a"},]', "no JSON"),
    "json object": (b"{}", "JSON dict"),
    "json one place": (json.dumps(ROW).encode(), "JSON dict"),
    "json empty list": (b"[]", "empty list"),
    "json numbers": (b"[1, 2]", "2 of 2 lines"),
    "json null": (b"[null]", "1 of 1 lines"),
    "json lists": (b"[[], []]", "2 of 2 lines"),
    "json texts": (b'["a"]', "1 of 1 lines"),
    "json mostly numbers": (items(ROW, 1, 2), "2 of 3 lines"),
    "json of another kind": (b'[{"uai": "1"}]', "without one field"),
    "json empty objects": (b"[{}]", "without one field"),
    "json too deep": (b"[" * 100_000, ""),
    "json too deep, objects": (b'[{"a":' * 20_000, ""),
    "json number too long": (b"[" + b"9" * 5_000 + b"]", ""),
    "json twice": (b"[{}][{}]", "no JSON"),
    "geojson": (b'{"type": "FeatureCollection", "features": []}', "JSON dict"),
    "json with comments": (b"[// a\n]", "no JSON"),
    "json single quotes": (b"[{'nom': 'a'}]", "no JSON"),
}

#: Options of ``find`` that name nothing.
FINDS: dict[str, list[str]] = {
    "nowhere": [],
    "two starts": ["--near", "Stains", "--lat", "48.9", "--lon", "2.4"],
    "half a point": ["--lat", "48.9"],
    "other half": ["--lon", "2.4"],
    "swapped": ["--lat", "2.38", "--lon", "48.95"],
    "sydney": ["--lat", "-33.9", "--lon", "151.2"],
    "lyon": ["--lat", "45.76", "--lon", "4.83"],
    "null island": ["--lat", "0", "--lon", "0"],
    "pole": ["--lat", "90", "--lon", "0"],
    "beyond the pole": ["--lat", "91", "--lon", "2"],
    "nan": ["--lat", "nan", "--lon", "2.4"],
    "infinite": ["--lat", "inf", "--lon", "2.4"],
    "metres": ["--lat", "6868000", "--lon", "654000"],
    "no such name": ["--near", "{{7*7}}"],
    "a script": ["--near", "<script>alert(1)</script>"],
    "blank": ["--near", "   "],
    "a need of nothing": ["--near", "Stains", "--need", "zzzzqqqq"],
    "a language of nowhere": ["--near", "Stains", "--language", "xx"],
    **{
        f"at {text!r}": ["--near", "Stains", "--at", text]
        for text in (
            *("0001-01-01", "9999-12-31T23:59", "1999-12-31", "2101-01-01", "-1", "0"),
            *("hier", "2026-02-30", "2026-13-01", "2026-01-01T25:00", "31/01/2026", "1e9"),
            *("2026-01-01T10:00:00+99:00", "{{7*7}}", "NaN"),
        )
    },
}


@pytest.fixture
def four_lines(capsys: pytest.CaptureFixture[str]) -> Any:
    def refused(arguments: list[str]) -> str:
        assert cli.main(arguments) == 2
        said = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
        told = next(n for n, line in enumerate(said) if line.startswith("error: "))
        parts = said[told:]
        heads = [line.split(":")[0].strip() for line in parts if ":" in line]
        assert [h for h in heads if h in ("error", "expected", "found", "what next")] == [
            "error", "expected", "found", "what next"
        ]  # fmt: skip
        assert "Traceback" not in "".join(said)
        return "\n".join(parts)

    return refused


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_is_refused(name: str, four_lines: Any, tmp_path: Path) -> None:
    data, found = FILES[name]
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    assert found in four_lines(["places", "check", str(path)])


@pytest.mark.parametrize("name", FINDS)
def test_a_search_that_cannot_be_made_is_refused(name: str, four_lines: Any) -> None:
    four_lines(["find", *FINDS[name]])


def test_swapped_coordinates_are_told_as_such(four_lines: Any) -> None:
    assert "turn the two round: latitude 48.95" in four_lines(["find", *FINDS["swapped"]])


@pytest.mark.parametrize("label", ["{{7*7}}", "7", "../../etc/passwd", "Iris", "3 rue A, Stains"])
def test_a_link_that_names_nothing_starts_nowhere(label: str) -> None:
    gazetteer = gazetteer_of(load_facts(settings.load({}).edition))
    assert entry_of(label, gazetteer) is None
    assert entry_of("Iris 7, Bagnolet", gazetteer) is not None


@pytest.mark.parametrize("what", ["absent", "folder", "null device"])
def test_what_is_no_file_is_refused(what: str, four_lines: Any, tmp_path: Path) -> None:
    path = {"absent": tmp_path / "no.csv", "folder": tmp_path, "null device": Path(os.devnull)}
    four_lines(["places", "check", str(path[what])])


#: Field and value of one line among good ones -> the kind of its problem, and whether it is out.
LINES: list[tuple[str, str, str, bool]] = [
    ("latitude", "0", "far", True),
    ("latitude", "nan", "pattern", True),
    ("latitude", "inf", "pattern", True),
    ("latitude", "1e999", "pattern", True),
    ("latitude", "-33.9", "far", True),
    ("latitude", "91", "pattern", True),
    ("latitude", "6868000", "pattern", True),
    ("latitude", "48°57", "type", True),
    ("latitude", "", "point", True),
    ("longitude", "151.2", "far", True),
    ("longitude", "-2.38", "far", True),
    ("longitude", "181", "pattern", True),
    ("code_postal", "95000", "outside", True),
    ("code_postal", "97400", "outside", True),
    ("code_postal", "93300", "postcode", False),
    ("code_postal", "932", "pattern", True),
    ("code_postal", "932400", "pattern", True),
    ("code_postal", "ABCDE", "pattern", True),
    ("code_postal", "", "required", True),
    ("commune", "Argenteuil", "postcode", True),
    ("commune", "Stain", "commune", True),
    ("commune", "Brest", "commune", True),
    ("commune", "{{7*7}}", "commune", True),
    ("commune", "' OR 1=1 --", "commune", True),
    ("commune", "", "required", True),
    ("nom", "", "required", True),
    ("nom", "Mai\u202eson", "marks", False),
    ("nom", "Mai\x1b[31mson", "marks", False),
    ("adresse", "", "required", True),
    ("id", "", "required", True),
    ("pivot", "", "required", True),
    ("pivot", "123", "pattern", True),
    ("pivot", "12345678901234", "siret", False),
    ("date_maj", "0001-01-01T", "type", True),
    ("date_maj", "2026-02-30", "type", True),
    ("date_maj", "31/02/2026", "type", True),
    ("date_maj", "2999-01-01", "future", True),
    ("date_maj", "demain", "type", True),
    ("date_maj", "", "required", True),
    ("telephone", "appelez-moi", "pattern", True),
    ("telephone", "+33148090000+cmd|x", "pattern", True),
    ("site_web", "javascript:alert(1)", "link", True),
    ("site_web", "data:text/html;x", "link", True),
    ("site_web", "file:///etc/passwd", "link", True),
    ("prise_rdv", "Oui", "link", True),
    ("services", "Massage", "closed list", True),
    ("frais_a_charge", "100 euros", "closed list", True),
    ("itinerance", "parfois", "closed list", True),
    ("typologie", "ZZZ", "closed list", False),
    ("presentation_resume", "x" * 281, "length", True),
    ("presentation_resume", "x" * 33_000, "cell", True),
]


@cache
def known_communes() -> Known:
    """Return the communes of the edition and of France."""
    from observatory.tables.facts import COMMUNE_TABLE
    from observatory.tables.storage import read_table

    table = read_table(COMMUNE_TABLE, settings.load({}).edition)
    names = dict(zip(table["commune"], table["commune_name"], strict=True))
    return Known(names, french_communes(), table)


@pytest.fixture(scope="module")
def known() -> Known:
    return known_communes()


def sorted_lines(field: str, value: str) -> Intake:
    """Return what becomes of three lines, the middle one with another value of a field."""
    from observatory.places.standard import table_csv

    rows = [ROW, ROW | {"id": "b", field: value}, ROW | {"id": "c"}]
    names = list(dict.fromkeys(name for row in rows for name in row))
    data = table_csv(names, [[row.get(name, "") for name in names] for row in rows])
    return sort_lines(read_list(data), communes=known_communes(), today=date(2026, 11, 27))


@pytest.mark.parametrize(("field", "value", "kind", "aside"), LINES)
def test_one_bad_line_is_told_and_the_others_are_kept(
    field: str, value: str, kind: str, aside: bool
) -> None:
    done = sorted_lines(field, value)
    assert kind in {p.kind for p in done.problems if p.line == 3}
    assert {p.line for p in done.problems} == {3}
    assert [item.line for item in done.aside] == [3] * aside
    assert done.lines == ([2, 4] if aside else [2, 3, 4])


def test_the_page_of_bad_inputs_counts_these() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "bad-inputs.md").read_text("utf-8")
    for title, cases in (
        ("Files given as a list of places", FILES),
        ("Searches", FINDS),
        ("One bad line among good ones", LINES),
        ("Source files, codes and registries", CASES),
    ):
        assert f"## {title} ({len(cases)})" in page


@pytest.mark.parametrize(
    "data",
    [
        (LIST + "b,,,,,,,,,,,,too,many\n" + GOOD.replace("a,", "c,", 1)).encode(),
        items(ROW, "no place", ROW | {"id": "c"}),
    ],
)
def test_a_line_that_is_no_record_is_set_aside(data: bytes, known: Known) -> None:
    done = sort_lines(read_list(data), communes=known)
    assert [row["id"] for row in done.good] == ["a", "c"]
    assert [(len(item.reasons), item.reasons[0].kind) for item in done.aside] == [(1, "cells")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, mark: str) -> None:
    text = LIST.replace("Maison", "Médiathèque").replace(",", mark)
    assert read_list(text.encode(encoding)).rows[0]["nom"] == "Médiathèque"


def test_json_in_utf_16_is_read() -> None:
    assert read_list(json.dumps([ROW]).encode("utf-16")).rows[0]["nom"] == "Maison"


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with pytest.raises(ChoiceError, match="No space left"), whole_folder(tmp_path / "out"):
        full.write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_full_output_is_told(four_lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from observatory.cli import commands

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(commands, "show", full)
    assert "No space left" in four_lines(["gaps"])


@pytest.mark.parametrize("spoil", ["a byte", "the manifest", "a table gone"])
def test_a_damaged_build_is_told(spoil: str, four_lines: Any, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "build"
    shutil.copytree(settings.load({}).edition, folder)
    sites = folder / "sites.parquet"
    if spoil == "a byte":
        data = bytearray(sites.read_bytes())
        data[5_000] ^= 1
        sites.write_bytes(data)
    elif spoil == "the manifest":
        (folder / "manifest.json").write_text("{")
    else:
        sites.unlink()
    for command in (["gaps"], ["find", "--near", "Stains"]):
        four_lines([*command, "--build", str(folder)])
    with pytest.raises(InputError):
        load_facts(folder)
