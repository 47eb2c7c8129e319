"""The lists of the neighbouring départements, never seen before: every commune mended is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from observatory import settings
from observatory.build.intake import take_in
from observatory.places.french_communes import french_communes
from observatory.read.cog import read_french_communes

EDITION = settings.load({}).edition
DOCS = Path(__file__).resolve().parents[2] / "docs"
#: Each list, with its lines, those that are good, and the communes mended.
LISTS = (
    ("mednumcli_cnfs_2022-12_dept75-92-95.json", 166, 95, 31),
    ("mednumcli_data-inclusion_2023-02_dept75-92-95.json", 98, 56, 9),
)


def test_the_page_says_what_the_lists_give() -> None:
    lines, mended = sum(one[1] for one in LISTS), sum(one[3] for one in LISTS)
    said = f"({lines} lines), {mended} communes are mended"
    assert said in (DOCS / "places.md").read_text(encoding="utf-8")


@pytest.mark.real_files
@pytest.mark.parametrize(("name", "lines", "good", "mended"), LISTS)
def test_every_commune_that_is_mended_is_right(
    source_folder: Path, name: str, lines: int, good: int, mended: int
) -> None:
    path = source_folder / "neighbours" / "sites" / name
    given = json.loads(path.read_text(encoding="utf-8"))
    intake = take_in(path, EDITION, mend=True).intake
    rows = dict(zip(intake.lines, intake.good, strict=True))
    put = [p.line for p in intake.problems if p.field == "commune" and p.severity == "mended"]
    assert (len(given), len(intake.good), len(put)) == (lines, good, mended)
    served = french_communes().by_postcode
    for line in put:
        # Told from the raw file and the post codes alone: one commune has that post code.
        raw = given[line - 1]
        code = rows[line]["code_insee"] if line in rows else None
        assert code is None or {code} == served[raw["code_postal"]]
        assert code is None or raw.get("code_insee", code) in {code, "75056"}
    # Nothing good has another commune than the one that was written.
    assert not [
        row
        for row in intake.good
        if row["code_postal"][:2] != str(row["code_insee"] or row["code_postal"])[:2]
    ]


@pytest.mark.real_files
def test_the_list_of_communes_is_what_the_official_file_says(source_folder: Path) -> None:
    frame = read_french_communes(source_folder / "national" / "cog" / "communes.json")
    stored = french_communes()
    assert dict(zip(frame["commune"], frame["commune_name"], strict=True)) == stored.names
    assert frame["postcodes"].notna().sum() == len(set().union(*stored.by_postcode.values()))
