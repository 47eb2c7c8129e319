"""The evidence of the ledger in words, from its own columns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.words.evidence_words import evidence_text

ROW: dict[str, Any] = {
    "reason": None,
    "score": 6.5,
    "needed": 4.0,
    "name_score": 90.0,
    "name_points": 3.0,
    "street_score": float("nan"),
    "address_points": 0.0,
    "distance_m": 1250.4,
    "distance_points": -2.52,
    "same_siret": True,
    "same_phone": pd.NA,
    "same_upstream_id": False,
    "other_points": 1.0,
}


def test_the_evidence_is_written_from_the_ledger_s_columns() -> None:
    assert evidence_text(ROW, "fr") == (
        "6,5 points pour 4 demandés\u00a0; noms 90/100 (+3,0)\u00a0; "
        "rues non connues, sans effet\u00a0; "
        "distance 1\u202f250\u00a0m (−2,5)\u00a0; même SIRET\u00a0; autres indices +1,0"
    )
    assert evidence_text(ROW, "en") == (
        "6.5 points for 4 asked; names 90/100 (+3.0); streets not known, no effect; "
        "distance 1,250 m (−2.5); same SIRET; other evidence +1.0"
    )


def test_a_person_s_reason_comes_before_the_evidence() -> None:
    assert evidence_text(ROW | {"reason": "vu sur place"}, "en") == "vu sur place"
