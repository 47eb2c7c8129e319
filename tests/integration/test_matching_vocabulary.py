"""The words the directory filters by are those of the national standard, letter by letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sources import Sources

from observatory.tables import person_needs


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        ("services", person_needs.SERVICES),
        ("publics_specifiquement_adresses", person_needs.PUBLICS),
        ("prise_en_charge_specifique", person_needs.CARE),
        ("frais_a_charge", person_needs.FEES),
        ("modalites_acces", person_needs.WAYS),
        ("modalites_accompagnement", person_needs.SUPPORT),
    ],
)
def test_the_lists_are_the_standards(official: Sources, field: str, ours: tuple[str, ...]) -> None:
    text = (official.folder / "sites" / "standard_enums.json").read_text(encoding="utf-8")
    assert set(ours) == set(_find(json.loads(text), field))


def test_programmes_are_the_standards(official: Sources) -> None:
    text = (official.folder / "sites" / "standard_enums.json").read_text(encoding="utf-8")
    known = set(_find(json.loads(text), "dispositif_programmes_nationaux"))
    assert set(person_needs.PROGRAMME_SERVICES) <= known


def _find(tree: dict[str, Any], field: str) -> list[str]:
    """Return the closed list of a field."""
    found = next(item for item in tree["fields"] if item["name"] == field)
    return list(found["values"])
