"""The commune of an address, by its code or its name; in Paris, by its post code."""

from __future__ import annotations

import pytest

from observatory.geo.codes import commune_index
from observatory.read.code_columns import locate
from observatory.tables.remarks import remark

AROUND = commune_index(
    [
        ("75118", "Paris 18e Arrondissement"),
        ("75119", "Paris 19e Arrondissement"),
        ("75056", "Paris"),
        ("92024", "Clichy"),
    ]
)


@pytest.mark.parametrize(
    ("code", "name", "postcode", "found"),
    [
        ("", "PARIS 18", "75018", "75118"),
        ("75056", "Paris", "75019", "75119"),
        ("75118", "Paris", "75018", "75118"),
        ("75056", "Paris", "75000", "75056"),
        ("", "Clichy", "92110", "92024"),
    ],
)
def test_an_address_of_paris_is_put_in_its_arrondissement(
    code: str, name: str, postcode: str, found: str
) -> None:
    assert locate(code, name, postcode, AROUND) == (found, "", None)


def test_a_code_that_disagrees_with_the_post_code_is_kept_and_said() -> None:
    found = locate("75118", "Paris", "75019", AROUND)
    said = remark("cleaning.commune_disagrees", commune="Paris", insee="75118")
    assert (found.code, found.note) == ("75118", said)


def test_where_no_arrondissement_is_known_paris_is_elsewhere() -> None:
    home = commune_index([("93066", "Saint-Denis")])
    assert locate("", "Paris", "75018", home).code is None


#: Outlines since the mergers of 2017, and before those of 2025: Aurseulles is 14011.
SINCE_2017 = commune_index([("14011", "Aurseulles"), ("14047", "Bayeux")])


@pytest.mark.parametrize(
    ("code", "name", "postcode", "found", "said"),
    [
        ("14695", "Torteval-Quesnay", "14240", "14011", "commune_joined"),
        ("14581", "Aurseulles", "14240", "14011", "commune_joined"),
        ("", "Torteval Quesnay", "14240", "14011", "commune_joined_name"),
        # A post code that does not serve the commune of today tells another place of that name.
        ("", "Torteval Quesnay", "14400", None, ""),
        ("", "Torteval Quesnay", "", None, ""),
        ("93059", "Pierrefitte-sur-Seine", "93380", None, ""),
    ],
)
def test_a_place_of_a_commune_of_another_year_is_in_that_of_the_build(
    code: str, name: str, postcode: str, found: str | None, said: str
) -> None:
    there = locate(code, name, postcode, SINCE_2017)
    assert there.code == found
    if found:
        assert there.note == remark(f"cleaning.{said}", text=code or name, insee=found)
