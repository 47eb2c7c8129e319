"""A territory of which the files draw some communes only: said wherever its sums stand.

The small cut has the outlines of three of the nine communes of Plaine Commune: two of today's
eight, since Pierrefitte-sur-Seine is in Saint-Denis.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from screens import page_of, spaced, told
from sources import PlainBuild, Sources

import observatory as obs
from observatory.cli import main
from observatory.files.notes import silent_lines
from observatory.words.remark_words import say, sentence

SAID = "sans contour dans les sources : 6 sur 8"


@pytest.fixture(scope="module")
def part(plain_build: PlainBuild, cut: Sources) -> obs.Observatory:
    return obs.load(plain_build(cut)[1])


def test_the_build_counts_what_lacks_and_names_the_file_that_would_have_it(
    plain_build: PlainBuild, cut: Sources
) -> None:
    report = plain_build(cut)[0]
    facts = report.manifest.facts
    assert (facts["communes"], facts["communes_missing"], facts["communes_today"]) == (3, 6, 8)
    (files,) = (one for one in report.warnings if one.code == "build.communes_files")
    assert files.get("files") == ("iris/contours_iris_dept93.geojson",)
    assert SAID in spaced(" ".join(sentence(one, "fr") for one in report.warnings))


def test_the_row_of_the_territory_and_no_other_says_so(part: obs.Observatory) -> None:
    whole, communes = part.gaps("ept"), part.gaps("commune")
    assert SAID in spaced(say(whole["note"].iloc[0], "fr"))
    assert "sans contour" not in " ".join(say(note, "fr") for note in communes["note"])


def test_exports_and_state_say_so(part: obs.Observatory) -> None:
    assert SAID in next(iter(silent_lines(part.manifest)))


def test_a_whole_territory_says_nothing_of_it(edition_folder: Path) -> None:
    edition = obs.load(edition_folder)
    assert edition.facts.not_covered == {}
    assert edition.gaps("ept")["note"].isna().all()


def test_screens_the_sheet_and_printed_tables_say_so(
    part: obs.Observatory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(part.folder))
    screen = page_of("carte")
    assert not screen.exception
    assert SAID in told(screen)
    here = ["--build", str(part.folder)]
    for command in (["gaps"], ["status"], ["gaps", "--format", "json"]):
        assert main([*command, *here]) == 0
        assert SAID in spaced(" ".join(capsys.readouterr().out.split()))
    # A table for programs stays one; what is to know of it stands beside.
    assert main(["gaps", "--level", "ept", "--format", "csv", *here]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 2
    assert SAID in spaced(printed.err)
    asked = ["sheet", "--zone", "ept", "--format", "html", "--to", str(tmp_path)]
    assert main([*asked, *here]) == 0
    (sheet,) = tmp_path.glob("*.html")
    assert SAID in spaced(re.sub(r"<[^>]+>", " ", sheet.read_text(encoding="utf-8")))


def test_the_state_for_programs_counts_it(
    part: obs.Observatory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--format", "json", "--build", str(part.folder)]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["facts"]["communes_missing"] == 6
