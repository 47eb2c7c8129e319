"""Matching on records that its rules had never met: the seats of the counsellors' structures.

The pairs (``tests/golden/pairs_hosts_93.csv``) were labelled by hand before the seats entered the
directory. The rules were later changed on pairs of other départements only
(``pairs_neighbours.csv``): these figures are out of sample. "Same" is one door of one organisation;
pairs not listed were judged different.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sources import alone

from benchmarks.national import national_groups
from observatory import settings
from observatory.build import directory
from observatory.build.corrections import load_corrections
from observatory.build.steps import read_all
from observatory.geo.perimeter import find_perimeter
from observatory.model.assumptions_file import load_assumptions
from observatory.places.cleaning import clean_records
from observatory.places.french_communes import commune_table
from observatory.places.matching import match
from observatory.read.registry import load_registry
from observatory.tables.facts import COMMUNE_TABLE
from observatory.tables.storage import read_table

pytestmark = pytest.mark.real_files

LABELS = Path(__file__).parents[1] / "golden" / "pairs_hosts_93.csv"
Pairs = set[tuple[str, str]]


@pytest.fixture(scope="module")
def frames(source_folder: Path) -> dict[str, Any]:
    here = settings.load({})
    return read_all(
        source_folder,
        alone(load_registry(here.registry)),
        load_corrections(here.corrections),
        lambda step: None,
        find_perimeter("200057867", commune_table()),
        load_assumptions(here.assumptions),
    )[0]


@pytest.fixture(scope="module")
def records(frames: dict[str, Any]) -> pd.DataFrame:
    return clean_records(directory.records_of(frames), frames["communes"])[0]


def _across(groups: list[list[str]]) -> Pairs:
    """Return the pairs of a seat and a record of another source that stand in one group."""
    pairs = {pair for group in groups for pair in combinations(sorted(group), 2)}
    return {
        p for p in pairs if p[0].startswith(directory.HOSTS) != p[1].startswith(directory.HOSTS)
    }


def _labelled() -> dict[int, Pairs]:
    table = pd.read_csv(LABELS)
    return {
        int(same): {tuple(sorted(p)) for p in rows[["id_a", "id_b"]].itertuples(index=False)}
        for same, rows in table.groupby("same")
    }


def _scores(found: Pairs, same: Pairs) -> tuple[float, float]:
    right = len(found & same)
    return round(right / len(found), 3), round(right / len(same), 3)


def test_every_label_names_two_real_records(records: pd.DataFrame) -> None:
    labels = _labelled()
    assert {name for pair in labels[0] | labels[1] for name in pair} <= set(records["record"])
    assert (len(labels[1]), len(labels[0])) == (52, 31)
    assert not labels[0] & labels[1]


def test_ours_and_the_national_rule_out_of_sample(records: pd.DataFrame) -> None:
    same = _labelled()[1]
    ours = match(records.drop(columns="seat")).members.groupby("site")["record"].agg(list)
    assert _scores(_across(list(ours)), same) == (1.0, 0.981)
    assert _scores(_across(national_groups(records)), same) == (0.875, 0.808)


def test_no_record_is_lost_and_every_correction_serves(frames: dict[str, Any]) -> None:
    forced = pd.read_csv(settings.load({}).corrections / "places.csv")
    records, _ = clean_records(directory.records_of(frames), frames["communes"])
    matched = directory._matched(records.drop(columns="seat"), forced)
    assert len(records) == len(matched.places) + matched.merged == 249
    assert sorted(matched.members["record"]) == sorted(records["record"])
    plain = match(records.drop(columns="seat")).members.set_index("record")["site"]
    mended = matched.members.set_index("record")["site"]
    for line in forced.itertuples():
        together = mended[line.record_a] == mended[line.record_b]
        assert together == (line.action == "merge")
        assert together != (plain[line.record_a] == plain[line.record_b]), line.reason


def test_seats_rename_no_place_that_was_known_before_them(frames: dict[str, Any]) -> None:
    records, _ = clean_records(directory.records_of(frames), frames["communes"])
    nothing = pd.DataFrame(columns=["action", "record_a", "record_b", "reason"])
    before = match(
        records[records["source"] != directory.HOSTS].drop(columns="seat")
    ).members.set_index("record")["site"]
    after = directory._matched(records.drop(columns="seat"), nothing).members.set_index("record")[
        "site"
    ]
    assert (after[before.index] == before).all()


def test_two_seats_made_one_stay_a_seat(frames: dict[str, Any], edition_folder: Path) -> None:
    records, _ = clean_records(directory.records_of(frames), frames["communes"])
    names = [f"{directory.HOSTS}:{key}-93430" for key in ("21930079500123", "84239992500010")]
    forced = pd.DataFrame(
        [["merge", *names, "a test"]], columns=["action", "record_a", "record_b", "reason"]
    )
    plain = records.drop(columns="seat")
    alone = plain[plain["source"] == directory.HOSTS]
    communes = read_table(COMMUNE_TABLE, edition_folder)
    sites, _ = directory._sites(records, match(alone, forced), communes, directory.NO_POSITIONS)
    both = sites[sites["source_ids"].str.contains("84239992500010")].iloc[0]
    assert both["sources"] == f"{directory.HOSTS}|{directory.HOSTS}"
    assert both["seat"]
