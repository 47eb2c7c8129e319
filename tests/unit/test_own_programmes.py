"""A planner's own programmes: good rows become records, the others are set aside with a reason."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.errors import ColumnsError, FileFormatError, InputError
from observatory.files import csv_bytes
from observatory.model.own_programmes import COLUMNS, MOST_ROWS, NEEDED, read_own, sort_rows
from observatory.words.programme_words import labels

LABELS = labels([("93072", "Stains"), ("200057867", "Plaine Commune")])
ROW = {"programme": "P", "actor": "A", "says": "S", "status": "promised", "date": "2024",
       "source": "mine"}  # fmt: skip


def problems(**changed: str) -> list[tuple[str, str]]:
    found = sort_rows([{**ROW, **changed}], LABELS)
    assert found.aside == (1 if found.problems else 0) == 1 - len(found.records)
    return [(one.column, one.kind) for one in found.problems]


def test_a_french_list_in_the_form_of_a_spreadsheet_is_read() -> None:
    text = (
        "Programme;Acteur;Contenu;État;Date;Source;Montant EUR;Type;Territoire;Public;Couleur\n"
        "Prêt;Ville;20 PC;Promis;15/03/2024;conseil;1 234,50;Équipement;Stains;habitants;bleu\n"
        "\n"
        "Prêt;;20 PC;Promis;15/03/2024;conseil;beaucoup;thé;Atlantide;;\n"
    )
    found = read_own(text.encode("cp1252"), LABELS)
    (good,) = found.records.to_dict("records")
    assert (good["id"], good["kind"], good["status"]) == ("own_2", "equipment", "promised")
    assert (good["amount_eur"], good["territory"]) == (1234.5, "93072")
    assert (good["date"], good["public"]) == ("2024-03-15", "residents")
    assert [(one.line, one.column, one.kind) for one in found.problems] == [
        (4, "actor", "required"),
        (4, "kind", "closed_list"),
        (4, "amount_eur", "number"),
        (4, "territory", "territory"),
    ]
    assert (found.aside, found.unknown) == (1, ("Couleur",))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"date": "2024-13"}, [("date", "date")]),
        ({"date": "2023-02-30"}, [("date", "date")]),
        ({"date": "31/12/2023"}, []),
        ({"amount_eur": "-1"}, [("amount_eur", "number")]),
        ({"amount_eur": "nan"}, [("amount_eur", "number")]),
        ({"amount_eur": "1e400"}, [("amount_eur", "number")]),
        ({"quantity": "3"}, [("unit", "unit")]),
        ({"unit": "computers"}, [("quantity", "unit")]),
        ({"quantity": "3", "unit": "ordinateurs"}, []),
        ({"url": "javascript:alert(1)"}, [("url", "link")]),
        ({"url": "https://example.org/a"}, []),
        ({"source": "  "}, [("source", "required")]),
        ({"says": "x" * 501}, [("says", "too_long")]),
    ],
)
def test_each_wrong_cell_has_its_reason(
    changed: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert problems(**changed) == expected


def test_the_same_row_stands_once() -> None:
    found = sort_rows([ROW, ROW], LABELS)
    assert len(found.records) == 1
    assert [(one.line, one.kind) for one in found.problems] == [(3, "twice")]


def test_a_download_is_read_again_and_holds_no_formula() -> None:
    row = {**ROW, "says": "=HYPERLINK(1)", "amount_eur": "10", "funders": "État|CAF"}
    kept = sort_rows([row], LABELS).records
    data = csv_bytes(kept.reindex(columns=list(COLUMNS)))
    cells = pd.read_csv(io.BytesIO(data), dtype=str)
    assert cells["says"][0] == "'=HYPERLINK(1)"
    again = read_own(data, LABELS).records
    pd.testing.assert_frame_equal(again, kept)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileFormatError),
        (b"  \n", FileFormatError),
        (b"a,b\n1,2,3,4\n", InputError),
        (b"programme,acteur\nP,A\n", ColumnsError),
        (b"programme,programme,acteur,contenu,etat,date,source\n", ColumnsError),
        (b"x" * 1_000_001, FileFormatError),
    ],
)
def test_a_file_that_is_no_list_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_own(data, LABELS)


def test_a_list_is_bounded() -> None:
    head = ",".join(NEEDED)
    rows = [f"P{rank},A,S,promised,2024,mine" for rank in range(MOST_ROWS)]
    with pytest.raises(FileFormatError, match="more than"):
        read_own("\n".join([head, *rows]).encode(), LABELS)
    found = read_own("\n".join([head, *rows[: MOST_ROWS - 1]]).encode(), LABELS)
    assert len(found.records) == MOST_ROWS - 1


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), max_size=len(COLUMNS)))
def test_any_text_is_a_record_or_is_set_aside(row: dict[str, str]) -> None:
    found = sort_rows([{**ROW, **row}], LABELS)
    assert len(found.records) + found.aside == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_own(data, LABELS)
    except InputError:
        return
    assert set(found.records["id"]) == {f"own_{n}" for n in range(2, 9999)} & set(
        found.records["id"]
    )
