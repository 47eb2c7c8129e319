"""The table of mergers, made from vintages of the list of communes or from the INSEE's movements.

Three small communes: B joins A in 2020, C changes its code to C' in 2021, and D, a part of A,
parts from it in 2021.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observatory.build.joined_communes import (
    DAYS,
    HISTORY,
    VINTAGES,
    Today,
    compile_mergers,
    known_days,
    table_text,
)
from observatory.errors import ColumnsError, ContractError, FileFormatError
from observatory.geo.mergers import JOINED, PARTED, RECODED
from observatory.read.commune_movements import read_movements, vintage_of

HEADER = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP"
)
TODAY = Today({"01001": "A neuve", "01004": "D", "01009": "C"}, frozenset())
#: Former, commune, what happened, vintage and day.
WANTED = [
    ("01001", "01004", PARTED, "2022"),
    ("01002", "01001", JOINED, "2021"),
    ("01003", "01009", RECODED, "2022"),
]


def _now(code: str, name: str, *former: str) -> dict[str, Any]:
    return {"code": code, "nom": name, "type": "commune-actuelle", "anciensCodes": [*former]}


def _part(code: str, whole: str) -> dict[str, Any]:
    return {"code": code, "nom": code, "type": "commune-deleguee", "chefLieu": whole}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    first = [_now("01001", "A"), _now("01002", "B"), _now("01003", "C")]
    then = [_now("01001", "A neuve", "01002"), _part("01004", "01001"), _now("01003", "C")]
    last = [_now("01001", "A neuve", "01002"), _now("01004", "D"), _now("01009", "C", "01003")]
    for year, version in VINTAGES.items():
        folder = tmp_path / version / "package" / "data"
        folder.mkdir(parents=True)
        items = first if year == min(VINTAGES) else then if year == 2021 else last
        (folder / "communes.json").write_text(json.dumps(items))
    whole = {"id": "COM-01001@2012-03-01", "code": "01001", "nom": "A", "type": "COM"}
    gone = {
        "id": "COM-01005@1943-01-01",
        "code": "01005",
        "nom": "E",
        "type": "COM",
        "dateFin": "2012-03-01",
        "raisonFin": "fusion simple",
        "successeur": "COMD-01005",
    }
    below = {"id": "COMD-01005", "code": "01005", "nom": "E", "type": "COMD", "pole": whole["id"]}
    history = tmp_path / HISTORY / "package" / "data" / "historique-communes.json"
    history.write_text(json.dumps([whole, gone, below]))
    return tmp_path


def test_vintages_say_who_joined_by_when_and_the_history_says_the_day(packages: Path) -> None:
    rows = compile_mergers(packages, TODAY)
    of_vintages = [one for one in rows if one.former != "01005"]
    assert [(r.former, r.commune, r.change, r.cog) for r in of_vintages] == WANTED
    assert {one.since for one in of_vintages} == {""}
    (old,) = [one for one in rows if one.former == "01005"]
    assert (old.commune, old.commune_name) == ("01001", "A neuve")
    assert (old.cog, old.since) == ("2013", "2012-03-01")
    assert table_text(rows).splitlines()[1] == "01001,A neuve,01004,D,parted,2022,"


def test_a_day_known_from_an_act_stands_where_the_vintages_say_none(packages: Path) -> None:
    (packages / DAYS).write_text("former,since\n01003,2021-09-01\n01005,2000-01-01\n")
    rows = compile_mergers(packages, TODAY, known_days(packages))
    since = {one.former: one.since for one in rows}
    assert (since["01003"], since["01005"]) == ("2021-09-01", "2012-03-01")


def test_a_commune_that_nothing_later_knows_is_refused(packages: Path) -> None:
    lost = packages / VINTAGES[2021] / "package" / "data" / "communes.json"
    lost.write_text(json.dumps([_now("01001", "A"), _now("01003", "C")]))
    with pytest.raises(ContractError, match="01002"):
        compile_mergers(packages, TODAY)
    lost.write_text("{}")
    with pytest.raises(FileFormatError):
        compile_mergers(packages, TODAY)


def _movements(folder: Path, *lines: str) -> Path:
    path = folder / "v_mvt_commune_2022.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def _line(mod: str, day: str, before: str, after: str, kinds: str = "COM COM") -> str:
    one, two = kinds.split()
    return f'"{mod}","{day}","{one}","{before}","0","X","X","X","{two}","{after}","0","X","X","X"'


def test_movements_give_the_same_rows_with_their_days(tmp_path: Path) -> None:
    """A commune nouvelle has a line for its own commune and for what is delegated: no merger."""
    _movements(
        tmp_path,
        _line("21", "2021-03-01", "01001", "01001"),
        _line("21", "2021-03-01", "01001", "01004"),
        _line("32", "2020-06-01", "01001", "01001"),
        _line("32", "2020-06-01", "01002", "01001"),
        _line("32", "2020-06-01", "01002", "01002", "COM COMD"),
        _line("50", "2022-01-01", "01003", "01009"),
        _line("10", "2020-06-01", "01001", "01001"),
    )
    rows = compile_mergers(tmp_path, TODAY)
    assert [(r.former, r.commune, r.change, r.cog) for r in rows] == WANTED
    assert [one.since for one in rows] == ["2021-03-01", "2020-06-01", "2022-01-01"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (_line("99", "2020-01-01", "01001", "01002"), "column MOD, line 2"),
        (_line("32", "01/01/2020", "01001", "01002"), "column DATE_EFF, line 2"),
        (_line("32", "2020-01-01", "1001", "01002"), "column COM_AV, line 2"),
    ],
)
def test_movements_that_are_none_are_refused(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        read_movements(_movements(tmp_path, line))


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v_mvt_commune_2022.csv"
    path.write_text("mod,date_eff\n32,2020-01-01\n")
    with pytest.raises(ColumnsError):
        read_movements(path)


def test_a_vintage_is_the_first_that_a_day_is_in() -> None:
    assert (vintage_of("2025-01-01"), vintage_of("2015-12-15")) == ("2025", "2016")
