"""The worked examples of docs/how-to: one's own help, and decisions that a person settles."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sources import PLAINE_COMMUNE, PlainBuild, Sources, on_full_files

from observatory import settings
from observatory.build.own_lists import OwnList
from observatory.build.steps import build
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.open_decisions import decisions

HOW_TO = settings.PROJECT / "docs/how-to"


def _zones(folder: Path) -> pd.DataFrame:
    assumptions = load_assumptions(settings.load({}).assumptions).changed({"gap.norm": "6"})
    return Model(load_facts(folder), assumptions).gaps("commune").set_index("code")


@on_full_files
def test_emmaus_connect_raises_help_and_lowers_what_is_missing_in_its_two_towns(
    official: Sources,
    plain_build: PlainBuild,
    tmp_path: Path,
) -> None:
    here, (_, plain) = official.settings, plain_build(official)
    own = [OwnList(HOW_TO / "own_help.csv")]
    build(official.folder, PLAINE_COMMUNE, here, tmp_path / "own", lists=own)
    before, after = (_zones(at).select_dtypes("number") for at in (plain, tmp_path / "own"))
    change = after - before
    help_h, missing = change["help_h_per_week"], change["missing_h_per_week"]
    # A post, and 14 hours a week, said in 2022: each counts for the chance that it still stands.
    assumptions = load_assumptions(here.assumptions)
    names = ("contract_h_per_week", "public_share")
    contract, share = (assumptions.number(f"capacity.counsellor.{name}") for name in names)
    stands = assumptions.number("freshness.weight_very_stale")
    assert help_h["93031"] == pytest.approx(contract * share * stands)
    assert help_h["93066"] == pytest.approx(14 * stands)
    assert help_h.drop(["93031", "93066"]).abs().max() < 1e-9
    assert missing["93031"] < -5
    assert missing["93066"] < -5
    assert (missing <= 1e-9).all()


@on_full_files
def test_the_example_of_settled_decisions_is_taken_and_shown_as_confirmed(
    official: Sources, tmp_path: Path
) -> None:
    text = (HOW_TO / "decisions.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(help,put.*?)```", text, flags=re.DOTALL)
    data = tmp_path / "data"
    shutil.copytree(official.settings.data, data, ignore=shutil.ignore_patterns("edition"))
    (data / "corrections/help.csv").write_text(example, encoding="utf-8")
    build(official.folder, PLAINE_COMMUNE, replace(official.settings, data=data), tmp_path / "out")
    facts = load_facts(tmp_path / "out")
    settled = facts.supply[facts.supply["decided_by"] == "correction"].set_index("name")
    assert settled["serves"].to_dict() == {
        "COMMUNE DE VILLETANEUSE": "commune",
        "PLAINE COMMUNE": "point",
    }
    assert settled["posts"].to_dict() == {"COMMUNE DE VILLETANEUSE": 2, "PLAINE COMMUNE": 1}
    point = facts.sites.set_index("site").loc[settled.loc["PLAINE COMMUNE", "site"]]
    assert point["name"] == "Point d'accueil"
    model = Model(facts, load_assumptions(official.settings.assumptions))
    table = decisions(model)
    confirmed = table.loc[table["confirmed"], "decision"].unique()
    assert list(confirmed) == ["counsellors:21930079500123-93430"]
    # It has a post now: nothing more is asked of it.
    assert not table["decision"].str.contains("L4f9148392f59").any()
