"""The directory in the standard's form, in GeoJSON and in vCard, on the edition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from observatory import cli, settings
from observatory.errors import ChoiceError
from observatory.files.directory_files import FIELDS, directory_bytes, to_standard
from observatory.files.vcard import escaped, vcards
from observatory.model.moving_places import each_once
from observatory.places.standard import read_csv, read_json, validate
from observatory.tables.facts import SITES
from observatory.tables.place_tables import NO_PIVOT, SEAT_SUMMARY
from observatory.tables.storage import read_table


@pytest.fixture(scope="module")
def sites() -> Any:
    return read_table(SITES, settings.load({}).edition)


def test_no_place_is_lost_between_the_standard_and_the_list_beside(sites: pd.DataFrame) -> None:
    written = to_standard(sites)
    kept = {record["id"] for record in written.records}
    assert kept.isdisjoint(written.aside["site"])
    assert kept | set(written.aside["site"]) == set(sites["site"])
    assert written.aside["reason"].notna().all()


@pytest.mark.parametrize("form", ["standard-csv", "standard-json"])
def test_what_is_written_is_valid_and_reads_back(sites: pd.DataFrame, form: str) -> None:
    data = directory_bytes(sites, form)
    rows = (read_csv(data) if form.endswith("csv") else read_json(data)).rows
    assert [p for p in validate(rows) if p.severity == "error"] == []
    assert rows == to_standard(sites).records


def test_the_standard_says_of_each_place_what_the_directory_knows(sites: pd.DataFrame) -> None:
    rows = pd.DataFrame(read_csv(directory_bytes(sites, "standard-csv")).rows).set_index("id")
    mine = sites.set_index("site", drop=False).loc[rows.index]
    told = {
        **{field: mine[ours] for ours, field in FIELDS.items() if field not in ("id", "pivot")},
        "pivot": mine["siret"].fillna(NO_PIVOT),
        "itinerance": mine["itinerant"].map({True: "Itinérant", False: "Fixe"}),
        "presentation_resume": mine["seat"].map({True: SEAT_SUMMARY, False: None}),
    }
    assert mine["seat"].any()
    for field, wanted in told.items():
        written = rows[field].astype(object).where(rows[field].notna(), None)
        given = wanted.astype(object).where(wanted.notna(), None)
        assert written.tolist() == given.tolist(), field


def test_geojson_has_every_place_and_no_made_up_point(sites: pd.DataFrame) -> None:
    content = json.loads(directory_bytes(sites, "geojson"))
    points = [feature["geometry"] for feature in content["features"]]
    assert len(points) == len(sites)
    assert sum(point is None for point in points) == int(sites["lon"].isna().sum())


def unfolded(data: bytes) -> list[list[tuple[str, str]]]:
    """Read cards back the plain way: unfold, part at BEGIN, split each line at its colon."""
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    cards: list[list[tuple[str, str]]] = []
    for line in lines[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            cards.append([])
        cards[-1].append((name, value))
    return cards


def test_each_place_is_one_card_in_short_lines(sites: pd.DataFrame) -> None:
    data = directory_bytes(sites, "vcard")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    cards = unfolded(data)
    assert len(cards) == len(sites)
    for card, site in zip(cards, sites.to_dict("records"), strict=True):
        assert card[0] == ("BEGIN", "VCARD")
        assert card[1] == ("VERSION", "4.0")
        assert card[-1] == ("END", "VCARD")
        assert dict(card)["UID;VALUE=text"] == site["site"]


def test_a_card_escapes_its_marks() -> None:
    row = {"site": "s", "name": "A;B,C\\D\nEND:VCARD", "website": "https://a.fr/\r\nX:1"}
    card = dict(unfolded(vcards(pd.DataFrame([row])))[0])
    assert card["FN"] == "A\\;B\\,C\\\\D\\nEND:VCARD"
    assert card["URL"] == "https://a.fr/%0D%0AX:1"


def test_the_card_of_a_seat_says_so_first() -> None:
    usual = {"site": "s", "name": "N", "hours": "Mo 09:00-12:00"}
    table = pd.DataFrame([usual | {"seat": True}, usual | {"seat": False}])
    seat, place = (dict(card)["NOTE"] for card in unfolded(vcards(table)))
    assert seat == f"{escaped(SEAT_SUMMARY)}\\nMo 09:00-12:00"
    assert place == "Mo 09:00-12:00"


def test_an_unknown_form_is_refused(sites: pd.DataFrame) -> None:
    with pytest.raises(ChoiceError, match="standard-csv"):
        directory_bytes(sites, "pdf")


def test_the_command_writes_the_directory_with_its_licences(
    tmp_path: Path, sites: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["places", "export", "--build", str(settings.load({}).edition), "--to", str(out)]
    assert cli.main([*asked, "--format", "standard-json"]) == 0
    assert cli.main([*asked, "--format", "vcard", "--all"]) == 0
    named = capsys.readouterr().out.split()
    assert str(out / "places.json") in named
    here = int(each_once(sites)["in_territory"].sum())
    aside = pd.read_csv(out / "places_set_aside.csv")["site"].nunique()
    assert len(read_json(out / "places.json").rows) == here - aside
    assert len(unfolded((out / "places.vcf").read_bytes())) == len(each_once(sites))
    assert "Licence Ouverte" in (out / "LICENCE.txt").read_text(encoding="utf-8")
