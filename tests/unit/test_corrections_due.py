"""Which corrections apply to a build: those of rows that it holds and that still need them."""

from __future__ import annotations

import pandas as pd
import pytest

from observatory.build.corrections import Correction, apply_corrections, of_these, sort_corrections
from observatory.errors import ChoiceError
from observatory.tables.provenance import Reading

FRAME = pd.DataFrame({"id": ["a", "b", "c"], "postcode": ["93800", "93240", "75000"]})


def _correction(row: str) -> Correction:
    return Correction("source", {"id": row}, "set", "postcode", "93800", "93240", "its address")


def test_a_correction_applies_where_its_row_still_needs_it() -> None:
    found = sort_corrections(FRAME, (_correction("a"), _correction("b"), _correction("elsewhere")))
    assert [one.row["id"] for one in found.due] == ["a"]
    assert (found.away, found.mended) == (1, 1)
    assert len(found.notes) == 2
    done = apply_corrections(Reading(FRAME, 3), found.due)
    assert done.frame["postcode"].tolist() == ["93240", "93240", "75000"]


def test_another_value_than_both_is_refused() -> None:
    (due,) = sort_corrections(FRAME, (_correction("c"),)).due
    with pytest.raises(ChoiceError, match="the producer may have mended it"):
        apply_corrections(Reading(FRAME, 3), (due,))


def test_nothing_is_said_where_every_correction_applies() -> None:
    assert sort_corrections(FRAME, (_correction("a"),)).notes == ()


def test_a_decision_on_two_records_of_elsewhere_is_left_out_and_a_misprint_stays() -> None:
    forced = pd.DataFrame({"record_a": ["s:1", "s:2", "s:8"], "record_b": ["s:2", "s:3", "s:9"]})
    kept = of_these(forced, {"s:1", "s:2"})
    assert kept["record_b"].tolist() == ["s:2", "s:3"]
