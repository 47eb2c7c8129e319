"""The build on the official files: every row accounted for, nobody lost, the same bytes twice.

Each test runs on the small cut of tests/data, and on the full files where they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from readings import read_again
from sources import PLAINE_COMMUNE, PlainBuild, Sources, on_full_files, on_the_cut

from observatory.build.steps import BuildReport, build
from observatory.errors import ChoiceError, CodeError, InputError
from observatory.model.assumptions_file import load_assumptions
from observatory.settings import Settings
from observatory.tables.integrity import build_problems
from observatory.tables.remarks import remark
from observatory.tables.storage import STORED, read_table
from observatory.tables.transit_tables import STOPS
from observatory.words.remark_words import sentence

#: What a reader can count in the publishers' own files: in the cut, and in the full ones.
FACTS = {
    "cut": {
        "communes": 3,
        "iris": 53,
        "cells": 344,
        "cell_population": 149_373,
        "rep_schools": 103,
        "rep_colleges": 8,
        "rep_plus_colleges": 6,
        "france_services": 5,
        "host_structures": 4,
        "counsellor_posts": 5,
    },
    "full": {
        "communes": 9,
        "iris": 151,
        "cells": 869,
        "cell_population": 410_568,
        "rep_schools": 259,
        "rep_colleges": 17,
        "rep_plus_colleges": 17,
        "france_services": 11,
        "host_structures": 10,
        "counsellor_posts": 15,
    },
}


@pytest.fixture(scope="module")
def built(official: Sources, plain_build: PlainBuild) -> tuple[BuildReport, dict[str, Any], Path]:
    report, out = plain_build(official)
    return report, {table.name: read_table(table, out) for table in STORED}, out


def test_the_facts_are_those_of_the_publishers(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources
) -> None:
    expected = FACTS[official.name]
    facts = built[0].manifest.facts
    assert {name: facts[name] for name in expected} == expected


@on_full_files
def test_epinay_has_no_france_services(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    supply = built[1]["supply"]
    services = supply[supply["programme"] == "France Services"]
    inside = built[1]["communes"].query("in_territory")["commune"]
    held = services[services["commune"].isin(inside)]["commune"].value_counts()
    assert held.sum() == 11
    assert "93031" not in held.index


def test_rows_in_are_rows_out_plus_rows_aside(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    for source in built[0].sources:
        assert source.rows_in == source.rows_out + source.rows_aside, source.id
        assert source.rows_aside == sum(item.rows for item in source.aside), source.id
        assert all(item.reason for item in source.aside), source.id


def test_nobody_is_lost_from_iris_to_commune_to_ept(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    tables = built[1]
    by_commune = tables["iris"].groupby("commune")["population"].sum()
    communes = tables["communes"].set_index("commune")
    pd.testing.assert_series_equal(
        by_commune, communes["population"].rename("population"), check_names=False
    )
    inside = communes[communes["in_territory"]]
    assert int(inside["population"].sum()) == int(tables["ept"]["population"].iloc[0])


def test_points_hold_the_people_of_their_iris(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    tables = built[1]
    columns = ["population"]
    points = tables["points"].groupby("iris")[columns].sum()
    iris = tables["iris"].set_index("iris").loc[points.index, columns].astype(float)
    pd.testing.assert_frame_equal(points, iris, check_names=False, rtol=1e-9)
    assert set(tables["iris"].query("population > 0")["iris"]) == set(points.index)


@on_full_files
def test_suppressed_figures_are_missing_with_their_reason(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    iris = built[1]["iris"]
    iris = iris[iris["in_territory"]]
    hidden = iris[iris["poverty_declared_pct"].isna()]
    assert hidden["poverty_declared_pct_why"].notna().all()
    assert int(iris["caf_rsa"].isna().sum()) == 4


def test_the_posts_of_the_ept_serve_all_its_communes(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources
) -> None:
    supply = built[1]["supply"]
    ept = supply[supply["serves"] == "ept"].set_index("area")
    assert ept.loc[PLAINE_COMMUNE, "name"] == "PLAINE COMMUNE"
    assert ept.loc[PLAINE_COMMUNE, "posts"] == 1
    inside = set(built[1]["communes"].query("in_territory")["commune"])
    posts = supply[
        (supply["programme"] == "Conseillers numériques") & supply["commune"].isin(inside)
    ]
    assert posts["posts"].sum() == pytest.approx(FACTS[official.name]["counsellor_posts"])


@on_full_files
def test_franc_moisin_lies_in_four_communes_bobigny_among_them(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    qpv = built[1]["qpv"].set_index("qpv")
    row = qpv.loc["QN09328M"]
    assert row["qpv_name"] == "Franc Moisin - Cosmonautes - Cristino Garcia - Landy"
    assert row["communes"].split("|") == ["93001", "93008", "93027", "93066"]
    assert len(qpv) == 22
    assert qpv["outline_known"].all()


@on_full_files
def test_cells_give_the_qpv_their_share_by_surface(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    """As counted apart, by overlay of the cells' squares: 245 262 of 410 568 people."""
    tables = built[1]
    assert tables["qpv"]["population_cells"].sum() == pytest.approx(245_262, abs=10)
    taken = tables["point_qpv"].groupby("point")["share"].sum()
    assert taken.max() <= 1
    cut = tables["point_qpv"].query("share < 1")
    assert cut["point"].nunique() > 400


@on_full_files
def test_the_ministry_and_the_outlines_agree_on_the_schools_inside(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    schools = built[1]["schools"]
    inside = schools[schools["in_territory"] & (schools["qpv_situation"] == "inside")]
    assert len(inside) == 13
    assert inside["qpv"].notna().all()


@on_full_files
def test_the_directory_of_schools_comes_before_the_older_places(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources
) -> None:
    schools = built[1]["schools"].set_index("uai")
    directory = official.read("schools_directory_2025")[0].frame.set_index("uai")
    both = schools.index.intersection(directory.index)
    for name in ("lon", "lat"):
        assert (schools.loc[both, name] == directory.loc[both, name]).all()
    ranked = schools[schools["network"].notna()]
    located = ranked["lon"].notna()
    assert (int(located.sum()), len(ranked)) == (583, 589)
    assert ranked.index[~located & ranked["in_territory"]].tolist() == ["0930241G"]


def test_only_open_licences_enter_the_tables(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources
) -> None:
    licences = {source.licence for source in built[0].manifest.sources}
    assert licences == {"Licence Ouverte 2.0"}


@on_the_cut
def test_the_same_files_give_the_same_bytes(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    with read_again():
        build(official.folder, PLAINE_COMMUNE, official.settings, again)
    first = {path.name: path.read_bytes() for path in built[2].iterdir()}
    second = {path.name: path.read_bytes() for path in again.iterdir()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@on_full_files
def test_the_edition_is_what_the_build_gives(
    built: tuple[BuildReport, dict[str, Any], Path], edition_folder: Path
) -> None:
    """Compare values, not bytes: another version of Arrow may write the same rows otherwise."""
    for table in STORED:
        ours = read_table(table, edition_folder)
        new = built[1][table.name]
        compare = pd.testing.assert_frame_equal
        if isinstance(new, gpd.GeoDataFrame):
            same = ours.geometry.geom_equals(new.geometry) | (
                ours.geometry.isna() & new.isna().geometry
            )
            assert bool(same.all()), table.name
            ours, new = ours.drop(columns="geometry"), new.drop(columns="geometry")
        compare(pd.DataFrame(ours), pd.DataFrame(new), rtol=1e-9)


def test_the_edition_stays_small(edition_folder: Path) -> None:
    assert sum(path.stat().st_size for path in edition_folder.iterdir()) < 3_000_000


# What goes wrong with a folder of sources, and the words that the error must say.
BROKEN: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "a source is missing": (
        lambda f: (f / "national/cog/communes.json").unlink(),
        ("communes.json", "nothing there"),
    ),
    "a source is empty": (
        lambda f: (f / "capacity/20230405-3925-cnfs_dept93.csv").write_text(""),
        ("20230405-3925-cnfs_dept93.csv", "empty"),
    ),
    "the outlines lost an IRIS": (
        lambda f: _without_text(f / "iris/table_iris_insee_epci_2019_dept93.csv", ",930590103,"),
        ("IRIS", "the same codes", "930590103"),
    ),
}


def _without_text(path: Path, text: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if text not in line]
    path.write_text("".join(kept), encoding="utf-8")


@pytest.fixture
def writable(official: Sources, tmp_path: Path) -> Path:
    copy = tmp_path / "sources"
    shutil.copytree(official.folder, copy, copy_function=shutil.copyfile)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)
    return copy


@on_the_cut
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_source_says_why_and_leaves_the_last_build(
    case: str,
    official: Sources,
    built: tuple[BuildReport, dict[str, Any], Path],
    writable: Path,
    tmp_path: Path,
) -> None:
    harm, words = BROKEN[case]
    harm(writable)
    out = tmp_path / "build"
    shutil.copytree(built[2], out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError) as caught:
        build(writable, PLAINE_COMMUNE, official.settings, out)
    for word in words:
        assert word in str(caught.value)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_an_unknown_territory_says_what_a_code_can_be(official: Sources, tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="the SIREN of an EPT or EPCI, a département"):
        build(official.folder, "200000000", official.settings, tmp_path / "build")


@on_full_files
def test_an_ept_without_commune_in_the_sources_is_refused_before_they_are_read(
    official: Sources, tmp_path: Path
) -> None:
    said: list[str] = []
    with pytest.raises(CodeError, match="24 communes of Grand-Orly Seine Bièvre") as caught:
        build(official.folder, "200058014", official.settings, tmp_path / "build", said.append)
    assert "départements 75, 92, 93, 95" in caught.value.found
    assert said == ["communes"]


@on_full_files
def test_another_ept_has_its_own_figures_and_counts_no_cell(
    official: Sources, tmp_path: Path
) -> None:
    report = build(official.folder, "200057875", official.settings, tmp_path / "build")
    assert report.manifest.territory_name == "Est Ensemble"
    assert report.manifest.facts["communes"] == 9
    assert not {"cells", "cell_population"} & set(report.manifest.facts)
    # Bobigny and Pantin, which touch Plaine Commune, alone have cells.
    assert remark("build.some_cells", count=2, total=9) in report.warnings
    assert build_problems(tmp_path / "build") == []


@on_full_files
def test_nobody_of_the_territory_lives_within_a_walk_of_what_no_source_covers(
    built: tuple[BuildReport, dict[str, Any], Path],
) -> None:
    assert "build.border" not in {one.code for one in built[0].warnings}


@on_full_files
def test_what_lies_beyond_the_sources_is_a_warning_without_the_files_around(
    writable: Path, official: Sources, tmp_path: Path
) -> None:
    shutil.rmtree(writable / "neighbours")
    report = build(writable, PLAINE_COMMUNE, official.settings, tmp_path / "build")
    (beyond,) = [one for one in report.warnings if one.code == "build.border"]
    assert beyond.get("share") == pytest.approx(0.667, abs=0.001)
    assert sentence(beyond, "fr").startswith("67\xa0% des personnes en difficulté vivent")
    assert report.rows["communes"] == 40
    covers = {source.id: source.covers for source in report.sources}
    assert not any("alentour" in text for text in covers.values())
    assert build_problems(tmp_path / "build") == []


def _with_correction(base: Settings, folder: Path, text: str, name: str) -> Settings:
    data = folder / "data"
    shutil.copytree(base.data, data, ignore=shutil.ignore_patterns("edition"))
    (data / "corrections" / name).write_text(text, encoding="utf-8")
    return replace(base, data=data)


@on_full_files
def test_a_correction_whose_cause_is_gone_stops_the_build(
    official: Sources, tmp_path: Path
) -> None:
    text = """
[[correction]]
row = { siret = "39988868400012" }
action = "set"
column = "postcode"
found = "75001"
put = "93240"
reason = "made up"
"""
    changed = _with_correction(official.settings, tmp_path, text, "host_structures_2023.toml")
    with pytest.raises(ChoiceError, match="remove the correction"):
        build(official.folder, PLAINE_COMMUNE, changed, tmp_path / "build")


@on_the_cut
def test_a_build_holds_no_assumption(
    official: Sources, built: tuple[BuildReport, dict[str, Any], Path], tmp_path: Path
) -> None:
    base = official.settings
    data = tmp_path / "data"
    shutil.copytree(base.data, data, ignore=shutil.ignore_patterns("edition"))
    text = (data / "assumptions.toml").read_text(encoding="utf-8")
    # The first of each is the rate of the 75 and over, the counsellors' share, an unknown opening.
    for old, new in (("67.0", "64.0"), ("0.60", "0.55"), ("24.0\nlow = 24.0", "26.0\nlow = 24.0")):
        text = text.replace(f"value = {old}", f"value = {new}", 1)
    (data / "assumptions.toml").write_text(text, encoding="utf-8")
    other = replace(base, data=data)
    before, after = (load_assumptions(one.assumptions) for one in (base, other))
    assert len(after.moved_from(before)) == 3
    report = build(official.folder, PLAINE_COMMUNE, other, tmp_path / "build")
    assert report.manifest.tables == built[0].manifest.tables


@on_full_files
def test_an_optional_source_adds_its_table_and_changes_no_other(
    built: tuple[BuildReport, dict[str, Any], Path], official: Sources, tmp_path: Path
) -> None:
    out = tmp_path / "build"
    optional = ["transit_stops_2024"]
    report = build(official.folder, PLAINE_COMMUNE, official.settings, out, optional=optional)
    before, after = built[0].manifest, report.manifest
    assert {k: v for k, v in after.tables.items() if k != "stops"} == before.tables
    licences = {source.id: source.licence for source in after.sources}
    assert licences.pop("transit_stops_2024") == "unconfirmed"
    assert licences.keys() == {source.id for source in before.sources}
    assert "transit_stops_2024" not in {source.id for source in built[0].sources}
    stops = read_table(STOPS, out)
    assert len(stops) == report.rows["stops"] == 1598
    official = built[1]["communes"].set_index("commune")["commune_name"]
    assert (stops["commune_name"] == stops["commune"].map(official)).all()
    assert build_problems(out) == []


@on_the_cut
def test_an_optional_source_asked_for_has_to_be_there(official: Sources, tmp_path: Path) -> None:
    here, out = official.settings, tmp_path / "build"
    with pytest.raises(InputError, match="zones-d-arrets"):
        build(official.folder, PLAINE_COMMUNE, here, out, optional=["transit_stops_2024"])
    assert not out.exists()
