"""A territory of another département, built from the small real files: what covers it, what not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from screens import spaced
from sources import Sources

from observatory.build.steps import BuildReport, build
from observatory.cli import main
from observatory.tables.integrity import build_problems
from observatory.tables.storage import read_all

#: Villeneuve-la-Garenne, whose IRIS the files of the départements around draw.
CODE = "commune:92078"
Built = tuple[BuildReport, dict[str, Any], Path]


@pytest.fixture(scope="module")
def built(cut: Sources, tmp_path_factory: pytest.TempPathFactory) -> Built:
    out = tmp_path_factory.mktemp("other") / "build"
    report = build(cut.folder, CODE, cut.settings, out, around_m=3000.0)
    return report, read_all(out), out


def test_it_is_whole_and_named(built: Built) -> None:
    report, tables, out = built
    assert build_problems(out) == []
    assert report.manifest.territory == CODE
    assert report.manifest.territory_name == "Villeneuve-la-Garenne"
    inside = tables["communes"].query("in_territory")
    assert inside["commune"].tolist() == ["92078"]
    assert inside["ept"].tolist() == [CODE]
    epts = tables["communes"].set_index("commune")["ept"]
    assert set(epts.index) == {"92078", "93059", "93066", "93079", "95427"}
    # A commune that has joined another one since is in its EPT.
    assert epts["93059"] == epts["93066"] == "200057867"


def test_what_no_source_covers_is_said_and_is_no_zero(built: Built) -> None:
    report = built[0]
    said = {one.code: dict(one.values) for one in report.warnings}
    silent = set(said["build.not_covered"]["sources"])
    assert {"rep_schools_2022", "ips_ecoles_2022", "qpv_2024_by_commune"} <= silent
    assert not {"rep_schools", "rep_colleges"} & set(report.manifest.facts)
    assert "host_structures" in report.manifest.facts


def test_rows_in_are_rows_kept_and_rows_aside(built: Built) -> None:
    for source in built[0].sources:
        assert source.rows_in == source.rows_out + source.rows_aside


def test_its_method_names_the_level_of_its_region_and_nothing_of_the_edition(
    built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "method", "--build", str(built[2])]) == 0
    said = spaced(capsys.readouterr().out)
    assert "Le territoire est Villeneuve-la-Garenne" in said
    assert "Le reste de la région (Île-de-France : 75, 77, 78, 91, 92, 94, 95)" in said
    assert "aucune promesse de postes" in said
    assert not re.search(r"Plaine Commune|Pierrefitte|\bl'EPT\b|200057867", said)


def test_a_territory_of_two_departements_has_what_files_say_of_both(
    cut: Sources, tmp_path: Path
) -> None:
    out = tmp_path / "two"
    report = build(cut.folder, "commune:92078,93066", cut.settings, out, around_m=0.0)
    assert build_problems(out) == []
    tables = read_all(out)
    inside = tables["communes"].query("in_territory")
    assert set(inside["commune"]) == {"92078", "93059", "93066"}
    # The files of schools name those of Villetaneuse too, by name alone: it is of neither part.
    assert set(tables["schools"]["commune"]) == {"93059", "93066"}
    assert tables["schools"]["in_territory"].all()
    facts = report.manifest.facts
    hosts = _posts(cut, {"92078": "92", "93059": "93", "93066": "93"})
    assert facts["counsellor_posts"] == hosts["92"] + hosts["93"]
    # "Of the département" is of the Hauts-de-Seine alone, where most of the territory lies.
    assert facts["counsellor_posts_departement"] == hosts["92"]


def _posts(cut: Sources, areas: dict[str, str]) -> dict[str, int]:
    """Return the posts that the lists of hosts give to some communes, by département."""
    listed = cut.read_around("host_structures_2023")[0].frame
    posts = listed["posts"].groupby(listed["commune"].map(areas)).sum()
    return {"92": 0, "93": 0} | {str(area): int(number) for area, number in posts.items()}
