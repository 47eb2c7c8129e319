"""Lists of places added to a build of one's own: a planner's, and the Hub Francil'in's export.

Each test runs on the small cut of tests/data, and on the full files where they are.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sources import PLAINE_COMMUNE, PlainBuild, Sources

from observatory import settings
from observatory.build.own_lists import OwnList
from observatory.build.steps import BuildReport, build
from observatory.errors import ChoiceError
from observatory.files.directory_files import directory_bytes
from observatory.files.notes import licence_text
from observatory.model import comparison
from observatory.model.assumptions_file import load_assumptions
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.priority_schools import rep_schools
from observatory.model.scenario import Scenario
from observatory.places.freshness import corrections_to_ask, quality_table
from observatory.settings import Settings
from observatory.tables.facts import SITES, SUPPLY
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import read_manifest
from observatory.tables.remarks import remark
from observatory.tables.storage import read_table

HEADER = (
    "id,pivot,nom,commune,code_postal,code_insee,adresse,latitude,longitude,services,date_maj,"
    "telephone\n"
)
NEW = (
    "n1,00000000000000,Tiers-lieu du Canal,Saint-Denis,93200,93066,12 quai du Square,48.9301,"
    "2.3502,Accès internet et matériel informatique,2026-10-01,+33148000000\n"
)
#: A France Services of Pierrefitte under the name a planner would give it, and its identifier.
KNOWN = (
    "n2,00000000000000,France services La Poste Pierrefitte,PIERREFITTE SUR SEINE,93380,93059,"
    "48 avenue Nungesser et Coli,,,Utilisation sécurisée du numérique,2026-10-01,+33148235021\n"
)
KNOWN_ID = "1679"
#: What a planner may say of the help: posts of a place, and hours a week at another's address.
WITH_HELP = HEADER.strip() + ",posts,open_h_per_week\n"
AT_THE_CANAL = NEW.replace("+33148000000\n", "+33148000000,2,\n")
BY_ADDRESS = (
    "n4,00000000000000,Atelier sans position,Villetaneuse,93430,93079,3 rue Inconnue,,,"
    "Accès internet et matériel informatique,2026-10-01,,,10\n"
)
BAD = "n3,00000000000000,Nulle part,Aubervillier,93300,,1 rue X,,,,2026-10-01,\n"


def hub(name: str, **changes: Any) -> dict[str, Any]:
    properties = {
        "francilin_id": "f1",
        "lieu_nom": name,
        "commune": "Villetaneuse",
        "code_postal": "93430",
        "adresse": "9 avenue de l'Université",
        "mise_a_jour": "2026-03-04",
        "services": ["209"],
    }
    point = {"type": "Point", "coordinates": [2.342, 48.957]}
    return {"type": "Feature", "geometry": point, "properties": properties | changes}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[OwnList]:
    folder = tmp_path_factory.mktemp("lists")
    mine, export = folder / "Nos lieux.csv", folder / "structures.geojson"
    mine.write_text(HEADER + NEW + KNOWN + BAD, encoding="utf-8")
    features = [hub("Médiathèque de l'Université"), hub("Ailleurs", commune="Lyon")]
    features[1]["properties"]["francilin_id"] = "f2"
    export.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return [OwnList(mine), OwnList(export, francilin=True)]


@pytest.fixture(scope="module")
def official(cut: Sources) -> Sources:
    """Give the cut alone: what a list adds does not depend on how much there is beside it."""
    return cut


@pytest.fixture(scope="module")
def plain(official: Sources, plain_build: PlainBuild) -> Path:
    """Return a build of the official files alone."""
    return plain_build(official)[1]


@pytest.fixture(scope="module")
def built(
    official: Sources, lists: list[OwnList], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("own") / "tables"
    _built(official, out, *lists)
    return out


@pytest.fixture(scope="module")
def sites(built: Path) -> pd.DataFrame:
    return read_table(SITES, built).set_index("name")


def test_a_new_place_enters_the_directory(sites: pd.DataFrame) -> None:
    place = sites.loc["Tiers-lieu du Canal"]
    assert (place["commune"], place["located"], place["seat"]) == ("93066", "point", False)
    assert place["sources"] == "liste_nos_lieux"
    hub_place = sites.loc["Médiathèque de l'Université"]
    assert (hub_place["sources"], hub_place["commune"]) == ("francilin", "93079")


def test_a_known_place_keeps_its_identifier_and_learns(sites: pd.DataFrame, plain: Path) -> None:
    before = read_table(SITES, plain).set_index("site")
    post = before.index[before["source_ids"].str.split("|").map(lambda ids: KNOWN_ID in ids)][0]
    after = sites.reset_index().set_index("site").loc[post]
    assert "liste_nos_lieux" in after["sources"].split("|")
    assert "Utilisation sécurisée du numérique" in after["services"].split("|")
    assert after["confirmed_on"] == "2026-10-01"
    assert set(before.index) <= set(sites["site"])


def test_every_line_is_told_and_the_build_keeps_its_promises(
    built: Path, lists: list[OwnList]
) -> None:
    manifest = read_manifest(built)
    records = {source.id: source for source in manifest.sources}
    mine, export = records["liste_nos_lieux"], records["francilin"]
    assert (mine.rows_in, mine.rows_out, mine.rows_aside) == (3, 2, 1)
    assert mine.aside[0].examples == ("line 4: code_postal",)
    assert mine.licence == export.licence == "unconfirmed"
    assert mine.path == "Nos lieux.csv"
    assert (export.rows_in, export.rows_aside) == (2, 1)
    assert export.publisher == "Hub Francil'in"
    assert build_problems(built) == []


def test_the_edition_takes_no_list_of_ones_own(
    official: Sources, lists: list[OwnList], tmp_path: Path
) -> None:
    here = settings.load({})
    kept = (here.edition / "manifest.json").read_bytes()
    with pytest.raises(ChoiceError, match="open licence"):
        build(official.folder, PLAINE_COMMUNE, here, here.edition, lists=lists)
    assert (here.edition / "manifest.json").read_bytes() == kept
    with pytest.raises(ChoiceError, match="different names"):
        _built(official, tmp_path / "x", lists[0], lists[0])


def test_exports_do_not_license_what_is_not_ours(built: Path, plain: Path) -> None:
    mixed, open_only = (licence_text(read_manifest(folder)) for folder in (built, plain))
    after = mixed.split("dont la licence n'est pas confirmée")[1]
    assert "Nos lieux.csv" in after
    assert "Hub Francil'in" in after
    assert "n'est pas confirmée" not in open_only


def _list(folder: Path, name: str, *lines: str) -> OwnList:
    path = folder / f"{name}.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return OwnList(path)


def _built(
    official: Sources, out: Path, *lists: OwnList, here: Settings | None = None
) -> BuildReport:
    return build(official.folder, PLAINE_COMMUNE, here or official.settings, out, lists=lists)


def test_our_own_export_comes_back_with_its_seats(
    official: Sources, plain: Path, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(directory_bytes(read_table(SITES, plain), "standard-csv"))
    report = _built(official, tmp_path / "tables", OwnList(path))
    facts = read_manifest(plain).facts
    assert report.manifest.facts["seats"] == facts["seats"] > 0
    assert report.manifest.facts["places"] == facts["places"]


def test_identifiers_that_hold_our_marks_break_nothing(official: Sources, tmp_path: Path) -> None:
    hostile = [NEW.replace("n1,", f"{name},", 1) for name in ("a|b", "a:b", "=1+1")]
    lines = [row.replace("Tiers-lieu", f"Lieu {n}") for n, row in enumerate(hostile)]
    _built(official, tmp_path / "tables", _list(tmp_path, "marks", *lines))
    sites = read_table(SITES, tmp_path / "tables")
    assert build_problems(tmp_path / "tables") == []
    split = sites[["sources", "source_ids"]].apply(lambda texts: texts.str.split("|").str.len())
    assert (split["sources"] == split["source_ids"]).all()
    quality = quality_table(sites, date(2026, 12, 1), stale_months=12, very_stale_months=24)
    assert len(corrections_to_ask(sites, quality))


def test_a_list_read_after_the_official_files_dates_the_build(
    official: Sources, plain: Path, tmp_path: Path
) -> None:
    fresh = _list(tmp_path, "fresh", KNOWN.replace("2026-10-01", "2026-12-01"))
    late = _list(tmp_path, "late", KNOWN.replace("2026-10-01", "2099-01-01"))
    for item in (fresh, late):
        os.utime(item.path, times=(1796083200, 1796083200))  # 2026-12-01
    report = _built(official, tmp_path / "tables", fresh, late)
    after, before = (
        read_table(SUPPLY, folder).set_index("supply")["age_months"]
        for folder in (tmp_path / "tables", plain)
    )
    post = f"france_services_2024:{KNOWN_ID}"
    assert after[post] == 0 < before[post]
    (record,) = (s for s in report.manifest.sources if s.id == "liste_late")
    assert (record.rows_out, record.rows_aside) == (0, 1)
    assert record.aside[0].examples == ("line 2: date_maj",)


def test_a_correction_of_a_list_waits_for_its_list(official: Sources, tmp_path: Path) -> None:
    base = official.settings
    shutil.copytree(base.data, tmp_path / "data", ignore=shutil.ignore_patterns("edition"))
    line = f"merge,liste_new:n1,france_services_2024:{KNOWN_ID},one door\n"
    with (tmp_path / "data/corrections/places.csv").open("a", encoding="utf-8") as file:
        file.write(line)
    here = replace(base, data=tmp_path / "data")
    without = _built(official, tmp_path / "without", here=here)
    assert remark("build.corrections_away", count=1) in without.warnings
    _built(official, tmp_path / "with", _list(tmp_path, "new", NEW), here=here)
    ids = read_table(SITES, tmp_path / "with")["source_ids"].str.split("|")
    assert ids.map(lambda found: {KNOWN_ID, "n1"} <= set(found)).any()


@pytest.fixture(scope="module")
def helped(official: Sources, tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildReport, Path]:
    folder = tmp_path_factory.mktemp("helped")
    path = folder / "own.csv"
    wrong = BY_ADDRESS.replace("n4,", "n5,").replace("3 rue", "5 rue").replace(",10\n", ",lots\n")
    path.write_text(WITH_HELP + AT_THE_CANAL + BY_ADDRESS + wrong, encoding="utf-8")
    return _built(official, folder / "tables", OwnList(path)), folder / "tables"


def test_help_that_no_source_knows_is_counted_and_marked(helped: tuple[BuildReport, Path]) -> None:
    report, out = helped
    rows = read_table(SUPPLY, out).set_index("supply")
    own = rows[rows["decided_by"] == "own"]
    assert set(own["programme"]) == {"own"}
    assert own.loc["liste_own:n1", ["posts", "commune", "serves"]].tolist() == [2, "93066", "point"]
    # Known by its address alone: its hours serve the whole commune.
    assert own.loc["liste_own:n4", ["open_h_per_week", "serves", "area"]].tolist() == [
        10,
        "commune",
        "93079",
    ]
    assert set(rows.drop(own.index)["decided_by"]) == {"sources"}
    # A line whose hours are no number is set aside, with its reason.
    assert len(own) == 2
    (record,) = (s for s in report.manifest.sources if s.id == "liste_own")
    assert record.aside[0].examples == ("line 4: open_h_per_week",)
    assert "2 d'entre eux" in record.covers
    assert remark("build.own_help", count=2) in report.warnings
    assert build_problems(out) == []


def test_ones_own_help_raises_help_and_lowers_what_is_missing(
    helped: tuple[BuildReport, Path], plain: Path, official: Sources
) -> None:
    assumptions = load_assumptions(official.settings.assumptions)
    before = Model(load_facts(plain), assumptions.changed({"gap.norm": "6"}))
    after = Model(load_facts(helped[1]), assumptions.changed({"gap.norm": "6"}))
    rows = after.help_table.set_index("supply")
    post = assumptions.number("capacity.counsellor.contract_h_per_week") * assumptions.number(
        "capacity.counsellor.public_share"
    )
    assert rows.loc["liste_own:n1", "help_h_per_week"] == pytest.approx(2 * post)
    assert rows.loc["liste_own:n4", "help_h_per_week"] == 10
    assert set(rows.loc[rows["decided_by"] == "own", "basis"]) == {"own"}
    one, two = (
        m.gaps("commune").set_index("code")[["help_h_per_week", "missing_h_per_week"]]
        for m in (before, after)
    )
    added = (two - one)["help_h_per_week"]
    assert added["93066"] == pytest.approx(2 * post)
    assert added["93079"] == pytest.approx(10)
    less = (two - one)["missing_h_per_week"]
    assert (less <= 1e-9).all(), "with a fixed norm, more help raises what is missing nowhere"
    assert less["93066"] < -1
    assert less["93079"] < 0


def test_a_scenario_is_a_build_with_the_same_place(
    helped: tuple[BuildReport, Path], plain: Path, official: Sources
) -> None:
    assumptions = load_assumptions(official.settings.assumptions)
    base, built = load_facts(plain), load_facts(helped[1])
    # The help known by its address alone serves its commune: no scenario opens such a place.
    kept = built.supply[built.supply["supply"] != "liste_own:n4"].reset_index(drop=True)
    rebuilt = Model(replace(built, supply=kept), assumptions)
    plan = Scenario(Model(base, assumptions)).open(lat=48.9301, lon=2.3502, posts=2)
    found = plan.comparison(draws=0)
    levels: tuple[Level, ...] = ("iris", "qpv", "commune", "ept")
    for level in levels:
        ours = found.table(level).set_index("code")
        theirs = rebuilt.figures(level).set_index("code").loc[ours.index]
        for name in comparison.BESIDE:
            figures = ours[f"{name}_after"], theirs[name]
            np.testing.assert_allclose(*figures, rtol=0, atol=1e-9, err_msg=f"{level} {name}")
    assert found.table("ept")["missing_h_per_week_change"].iloc[0] < 0
    total = found.totals.iloc[0]
    assert total["norm_h_per_100"] == pytest.approx(rebuilt.norm, rel=1e-12)
    assert total["rep_schools_near_after"] == (rep_schools(rebuilt)["walk_min"] <= 15).sum()
