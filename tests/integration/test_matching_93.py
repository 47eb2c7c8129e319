"""Matching on the real site files of the 93, against pairs labelled by hand.

The labels (``tests/golden/pairs_93.csv``) were set before the rules' points, by reading all 202
records: "same" is one door of one organisation. Pairs not listed were judged different. The
points were then set on the same records, so these figures are not a forecast for another
département.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from benchmarks.national import national_groups
from observatory.geo.codes import commune_index, find_commune
from observatory.places.cleaning import clean_records
from observatory.places.matching import MatchResult, match

pytestmark = pytest.mark.real_files

LABELS = Path(__file__).parents[1] / "golden" / "pairs_93.csv"
Pairs = set[tuple[str, str]]


def _mednum(path: Path, prefix: str) -> pd.DataFrame:
    raw = pd.read_json(path, dtype=False)
    frame = raw.rename(
        columns={
            "id": "source_id",
            "nom": "name",
            "adresse": "address",
            "code_postal": "postcode",
            "commune": "commune_name",
            "longitude": "lon",
            "latitude": "lat",
            "telephone": "phone",
            "courriel": "email",
            "site_web": "website",
            "pivot": "siret",
            "horaires": "hours",
            "labels_nationaux": "programmes",
            "date_maj": "confirmed_on",
        }
    )
    frame["programmes"] = frame["programmes"].str.replace(";", "|")
    return frame.assign(record=prefix + ":" + frame["source_id"], source=prefix)


def _france_services(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str).rename(
        columns={
            "id_fs": "source_id",
            "lib_fs": "name",
            "adresse": "address",
            "complement_adresse": "address_more",
            "code_postal": "postcode",
            "lib_com": "commune_name",
            "longitude": "lon",
            "latitude": "lat",
            "mail": "email",
            "telephone": "phone",
        }
    )
    return frame.assign(
        record="fs:" + frame["source_id"], source="fs", programmes="France Services"
    )


def _aidants(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str).rename(
        columns={
            "ID": "source_id",
            "Name": "name",
            "Address": "address",
            "Zip Code": "postcode",
            "City": "commune_name",
            "Siret": "siret",
        }
    )
    labelled = frame["France Services Label"] == "true"
    programmes = labelled.map({True: "Aidants Connect|France Services", False: "Aidants Connect"})
    return frame.assign(record="ac:" + frame["source_id"], source="ac", programmes=programmes)


FIELDS = [
    "record",
    "source",
    "source_id",
    "name",
    "address",
    "address_more",
    "postcode",
    "commune_name",
    "lon",
    "lat",
    "phone",
    "email",
    "website",
    "siret",
    "programmes",
    "hours",
    "confirmed_on",
]


@pytest.fixture(scope="module")
def records(source_folder: Path) -> pd.DataFrame:
    folder = source_folder / "sites"
    every = pd.concat(
        [
            _mednum(folder / "mednumcli_cnfs_2022-12_dept93.json", "cnfs"),
            _mednum(folder / "mednumcli_data-inclusion_2023-02_dept93.json", "di"),
            _france_services(folder / "liste-fs-20240801_dept93.csv"),
            _aidants(folder / "aidants-connect_structures_2024-02_dept93.csv"),
        ]
    ).reindex(columns=FIELDS)
    outlines = gpd.read_file(source_folder / "communes" / "gdavid_communes-93.geojson")
    outlines = outlines.rename(columns={"code": "commune"}).to_crs(2154)
    named = [*zip(outlines["commune"], outlines["nom"], strict=True)]
    # The outlines are older than its name of today.
    index = commune_index([*named, ("93070", "Saint-Ouen-sur-Seine")])
    every["commune"] = [find_commune(n.split(" Bp")[0], index) for n in every["commune_name"]]
    every[["lon", "lat"]] = every[["lon", "lat"]].astype(float)
    clean, _ = clean_records(every, outlines[["commune", "geometry"]])
    return clean


@pytest.fixture(scope="module")
def result(records: pd.DataFrame) -> MatchResult:
    return match(records)


def _labelled() -> tuple[Pairs, Pairs]:
    table = pd.read_csv(LABELS)
    pairs = {
        kind: {(a, b) for a, b in rows[["id_a", "id_b"]].itertuples(index=False)}
        for kind, rows in table.groupby("same")
    }
    return pairs[1], pairs[0]


def _pairs(groups: list[list[str]]) -> Pairs:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def _ours(result: MatchResult) -> Pairs:
    return _pairs([list(g) for _, g in result.members.groupby("site")["record"]])


def _republished(pair: tuple[str, str]) -> bool:
    return pair[0].split(":")[1] == pair[1].split(":")[1]


def _scores(found: Pairs, same: Pairs) -> tuple[float, float]:
    right = len(found & same)
    return round(right / len(found), 3), round(right / len(same), 3)


def test_every_label_names_two_real_records(records: pd.DataFrame) -> None:
    same, different = _labelled()
    assert {name for pair in same | different for name in pair} <= set(records["record"])
    assert not same & different
    assert (len(same), len(different)) == (119, 100)


def test_no_record_is_lost(records: pd.DataFrame, result: MatchResult) -> None:
    assert len(records) == len(result.places) + result.merged == 202
    assert set(result.members["record"]) == set(records["record"])


def test_ours_against_the_labels(result: MatchResult) -> None:
    same, _ = _labelled()
    precision, recall = _scores(_ours(result), same)
    assert precision == 1.0
    assert recall >= 0.975


def test_ours_on_the_pairs_that_were_not_republished_under_one_identifier(
    result: MatchResult,
) -> None:
    same, _ = _labelled()
    precision, recall = _scores(
        {pair for pair in _ours(result) if not _republished(pair)},
        {pair for pair in same if not _republished(pair)},
    )
    assert precision == 1.0
    assert recall >= 0.967


def test_the_national_rule_is_beaten(records: pd.DataFrame, result: MatchResult) -> None:
    same, _ = _labelled()
    national = _scores(_pairs(national_groups(records)), same)
    ours = _scores(_ours(result), same)
    assert national == (0.918, 0.563)
    assert ours[0] > national[0]
    assert ours[1] > national[1]


def test_the_same_places_come_out_of_the_rows_in_another_order(
    records: pd.DataFrame, result: MatchResult
) -> None:
    again = match(records.sample(frac=1, random_state=93))
    pd.testing.assert_frame_equal(again.members, result.members)
    pd.testing.assert_frame_equal(again.places, result.places)
    pd.testing.assert_frame_equal(again.ledger, result.ledger)


def test_without_identifiers_of_a_third_system_no_pair_is_wrong(records: pd.DataFrame) -> None:
    same, _ = _labelled()
    precision, recall = _scores(_ours(match(records.drop(columns="source_id"))), same)
    assert precision == 1.0
    assert recall >= 0.975
