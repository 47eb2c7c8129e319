"""The communes around the territory in a build of the official files, cut and full."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sources import PLAINE_COMMUNE, PlainBuild, Sources, on_full_files

from observatory import settings
from observatory.build.steps import BuildReport, build
from observatory.geo.codes import departement_of
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import Facts, load_facts
from observatory.read.digests import digest_all
from observatory.read.registry import load_registry
from observatory.tables.integrity import build_problems
from observatory.tables.shared_columns import TOGETHER

#: Communes held, those around the département, and the zones that stand for a whole commune.
HELD = {"cut": (5, 2, 1), "full": (93, 53, 21)}


@pytest.fixture(scope="module")
def report(official: Sources, plain_build: PlainBuild) -> tuple[BuildReport, Path]:
    return plain_build(official)


@pytest.fixture(scope="module")
def facts(report: tuple[BuildReport, Path]) -> Facts:
    return load_facts(report[1])


def _around(table: pd.DataFrame) -> Any:
    return table[table["commune"].map(departement_of) != "93"]


def test_the_communes_near_the_territory_are_held(facts: Facts, official: Sources) -> None:
    held, around, whole = HELD[official.name]
    assert len(facts.communes) == held
    assert len(_around(facts.communes)) == around
    assert (facts.iris["population_basis"] == TOGETHER).sum() == whole
    assert not _around(facts.communes)["in_territory"].any()
    assert "75056" not in set(facts.communes["commune"])


def test_a_commune_without_iris_outlines_is_one_zone_with_cells_of_its_own(facts: Facts) -> None:
    montmagny = facts.iris[facts.iris["commune"] == "95427"]
    assert montmagny["iris"].tolist() == ["954270000"]
    assert montmagny["population_basis"].tolist() == [TOGETHER]
    assert montmagny["population"].tolist() == [13_603]
    assert montmagny["ept"].isna().all()
    points = facts.points[facts.points["commune"] == "95427"]
    assert set(points["kind"]) == {"cell"}
    assert points["population"].sum() == pytest.approx(13_603)


def test_a_drawn_commune_keeps_its_iris(facts: Facts) -> None:
    assert (facts.iris["commune"] == "92078").sum() == 10
    name = facts.communes.set_index("commune").loc["92078", "ept_name"]
    assert name == "Boucle Nord de Seine"


def test_nobody_is_lost_around_and_keys_hold(report: tuple[BuildReport, Path]) -> None:
    assert build_problems(report[1]) == []


def test_rows_set_aside_are_told(report: tuple[BuildReport, Path], official: Sources) -> None:
    known = {source.id: source for source in report[0].sources}
    far = [item.rows for item in known["iris_types"].aside if item.reason.startswith("further")]
    assert far == ([] if official.name == "cut" else [1_036])
    assert "alentour" in known["iris_types"].covers


@on_full_files
def test_every_file_around_has_the_bytes_that_were_read(official: Sources) -> None:
    for source in load_registry(official.settings.registry).sources.values():
        if source.also:
            found = digest_all([official.folder / path for path in source.also])
            assert found == source.also_sha256, source.id


@on_full_files
def test_the_cells_around_are_those_that_were_counted(facts: Facts) -> None:
    inside = facts.communes.loc[facts.communes["in_territory"], "commune"]
    cells = facts.points[(facts.points["kind"] == "cell")]
    around = cells[~cells["commune"].isin(inside)]
    assert around["commune"].nunique() == 20
    assert len(around) == 2_137
    assert around["residents"].sum() == pytest.approx(1_189_906, abs=1)


@on_full_files
def test_the_places_around_are_places_of_their_communes(facts: Facts) -> None:
    around = _around(facts.sites)
    assert not around["in_territory"].any()
    paris = around[around["commune"].str.startswith("75")]
    assert paris["commune"].str.match("751[0-2][0-9]").all()
    assert set(paris["commune_name"]) <= {
        f"Paris {n}{'er' if n == 1 else 'e'} Arrondissement" for n in range(1, 21)
    }
    sarcelles = facts.supply[(facts.supply["commune"] == "95585")]
    assert sarcelles["programme"].eq("France Services").any()
    # The posts of the Val-d'Oise serve all of it, and are not crowded into its edge.
    assert "95" not in set(facts.supply["area"].dropna())


@on_full_files
def test_the_departement_s_norm_is_that_of_the_93(facts: Facts) -> None:
    assumptions = load_assumptions(settings.load({}).assumptions)
    done = Model(facts, assumptions.changed({"gap.norm": "departement"})).measured
    home = done.points[done.points["commune"].str.startswith("93")]
    mean = np.average(home["access_h_per_100"], weights=home["need_persons"])
    assert done.norm == pytest.approx(mean)
    whole = np.average(done.points["access_h_per_100"], weights=done.points["need_persons"])
    assert whole < done.norm


@on_full_files
def test_more_communes_around_would_change_nothing_inside(
    official: Sources, facts: Facts, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(official.settings.data, data, ignore=shutil.ignore_patterns("edition"))
    text = (data / "assumptions.toml").read_text(encoding="utf-8")
    assert text.count("value = 5000.0") == 1
    wider = text.replace("value = 5000.0", "value = 10000.0")
    (data / "assumptions.toml").write_text(wider, encoding="utf-8")
    build(official.folder, PLAINE_COMMUNE, replace(official.settings, data=data), tmp_path / "wide")
    wide = load_facts(tmp_path / "wide")
    assert len(wide.communes) > len(facts.communes)
    base = load_assumptions(settings.load({}).assumptions).changed({"gap.norm": "2"})
    longer = base.changed({f"access.step.edge_min.e{n}": 15.0 * n for n in (1, 2, 3)})
    for assumptions in (base, longer):
        near, far = (
            Model(known, assumptions).gaps("commune").set_index("code")["missing_h_per_week"]
            for known in (facts, wide)
        )
        assert (near - far).abs().max() < 0.2
