"""The words the directory filters by are those of the national standard, letter by letter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observatory.contracts import needs

pytestmark = pytest.mark.real_files


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        ("services", needs.SERVICES),
        ("publics_specifiquement_adresses", needs.PUBLICS),
        ("prise_en_charge_specifique", needs.CARE),
        ("frais_a_charge", needs.FEES),
        ("modalites_acces", needs.WAYS),
        ("modalites_accompagnement", needs.SUPPORT),
    ],
)
def test_the_lists_are_the_standards(
    source_folder: Path, field: str, ours: tuple[str, ...]
) -> None:
    text = (source_folder / "sites" / "standard_enums.json").read_text(encoding="utf-8")
    assert set(ours) == set(_find(json.loads(text), field))


def test_programmes_are_the_standards(source_folder: Path) -> None:
    text = (source_folder / "sites" / "standard_enums.json").read_text(encoding="utf-8")
    known = set(_find(json.loads(text), "dispositif_programmes_nationaux"))
    assert set(needs.PROGRAMME_SERVICES) <= known


def _find(tree: dict[str, Any], field: str) -> list[str]:
    """Give the closed list of a field."""
    found = next(item for item in tree["fields"] if item["name"] == field)
    return list(found["values"])
