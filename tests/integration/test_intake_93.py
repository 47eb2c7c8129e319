"""Lists of places as publishers really write them, taken in with the edition's communes."""

from __future__ import annotations

import json

import pytest
from sources import Sources

from observatory import settings
from observatory.build.intake import take_in
from observatory.places.standard import read_csv, read_list, validate

EDITION = settings.load({}).edition


def test_the_standard_s_own_example_is_valid(official: Sources) -> None:
    path = official.folder / "sites" / "LaMednum_exemple-valide.csv"
    sheet = read_list(path)
    assert sheet.unknown == ()
    assert [p for p in validate(sheet.rows) if p.severity == "error"] == []


@pytest.mark.parametrize(
    "name", ["mednumcli_cnfs_2022-12_dept93.json", "mednumcli_data-inclusion_2023-02_dept93.json"]
)
def test_no_line_of_a_list_of_before_1_0_is_lost(official: Sources, name: str) -> None:
    path = official.folder / "sites" / name
    total = len(json.loads(path.read_text(encoding="utf-8")))
    plain = take_in(path, EDITION).intake
    mended = take_in(path, EDITION, mend=True)
    assert len(plain.good) + len(plain.aside) == total
    assert len(mended.intake.good) + len(mended.intake.aside) == total
    assert len(mended.intake.good) >= len(plain.good)
    good = read_csv(mended.good_csv).rows
    assert [p for p in validate(good) if p.severity == "error"] == []
    for item in mended.intake.aside:
        assert item.reasons
