"""Each download of the registry, served in its official envelope, reaches its readers.

The page of the sources shows the same table: a source, an edition, its envelope, its reader.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import official
import pandas as pd
import pytest
import sources_page
from file_server import Server, body

from observatory import settings
from observatory.build.refresh import Refreshed, refresh, taken_by_hand
from observatory.errors import DownloadError
from observatory.geo.codes import commune_index
from observatory.places.french_communes import commune_table
from observatory.read.answers import Limits
from observatory.read.download import fetch, plan, read_record
from observatory.read.readers import edition_of, editions, readers
from observatory.read.registry import Download, Registry, load_registry, sources_of
from observatory.tables.region_tables import SOURCES as REGION

REGISTRY = load_registry(settings.load({}).registry)
#: The Hub's export is a list of one's own (`observatory build --places`), not a source.
OWN_LIST = "francilin"
ENTRIES = [item for name, item in REGISTRY.downloads.items() if name != OWN_LIST]
QUICK = Limits(tries=1, read_s=2.0)
DAY = dt.date(2026, 11, 27)
#: Editions whose files are at hand only by name of a former one, read by tests of their own.
OF_NOW = {
    "ages_iris_2016": "base-ic-evol-struct-pop",
    "households_iris_2016": "base-ic-couples-familles-menages",
    "housing_iris_2016": "base-ic-logement",
    "activity_iris_2016": "base-ic-activite-residents, since RP2017",
    "commune_diplomas": "base-ic-diplomes-formation, summed by commune",
    "communes": "IRIS of the Géoplateforme (WFS), dissolved",
    "cells_population_2021": "file of the country, CSV or GeoPackage, bare or in its zip",
    "fixed_coverage_communes": "commune_debit, Ma connexion internet",
    "rep_schools_2022": "list of the service, a column a year",
    "qpv_2024_outlines": "QPV of the country, GeoJSON of the ANCT",
    "schools_directory_2025": "records of the service",
}


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    france = commune_table()
    here = france[france["commune"].isin(["93066", "93079", "92078"])]
    pairs = [*zip(here["commune"], here["commune_name"], strict=True)]
    return commune_index([*pairs, ("93059", "Pierrefitte-sur-Seine")])


def served(server: Server, item: Download) -> Download:
    """Return an entry of one area whose address is on the local server."""
    code = {"departement": "93", "commune": "93066", "": ""}[item.area]
    one = item.of_area(code) if code else item
    (path, answer), *_ = official.answers(server, item, code).items()
    return replace(one, url=server.url(path, answer) + ("?f=json" if item.pages else ""))


@pytest.mark.parametrize("item", ENTRIES, ids=lambda item: item.id)
def test_a_download_reaches_its_readers(
    item: Download, server: Server, tmp_path: Path, names: dict[str, str]
) -> None:
    one = served(server, item)
    found = fetch(plan(one, tmp_path, limits=QUICK))
    assert found == tmp_path / one.path
    sources = sources_of(REGISTRY, one)
    assert sources, "no reader knows this file"
    for source in sources:
        path = tmp_path / source.path if source.id.startswith("birth_countries") else found
        reading = readers()[source.id](path, names)
        assert reading.rows_in > 0
        assert len(reading.frame) > 0, source.id
        assert OF_NOW.get(source.id, "") in ("", edition_of(source.id, found).name)


def test_every_entry_says_how_large_it_is_and_how_it_changes() -> None:
    for item in REGISTRY.downloads.values():
        assert item.size_mb <= item.limit_mb
        assert item.size_mb > 0
        assert bool(item.as_of) != bool(item.changes_every), f"{item.id}: one vintage, or renewed?"


def test_every_source_is_fetched_or_says_how_it_comes() -> None:
    fetched = {s.id for item in ENTRIES for s in sources_of(REGISTRY, item)}
    for source in REGISTRY.sources.values():
        told = bool(source.by_hand) + bool(source.given_by)
        assert told == (source.id not in fetched), source.id
        assert bool(source.envelope) == bool(source.at_hand_kb) == bool(told), source.id


def test_the_line_of_files_taken_by_hand_is_of_the_build() -> None:
    here = taken_by_hand(REGISTRY, (), in_region=True)
    there = taken_by_hand(REGISTRY, (), in_region=False)
    assert {"mobile_coverage_communes", "school_qpv_2024", "caf_iris_2021"} < {*there}
    assert {*here} - {*there} == {*REGION}
    assert "sites_cnfs_2022" not in here


def test_the_same_pages_are_the_same_bytes_and_missing_ones_are_refused(
    server: Server, tmp_path: Path
) -> None:
    item = served(server, REGISTRY.downloads["iris"])
    first = fetch(plan(item, tmp_path, limits=QUICK)).read_bytes()
    features = json.loads(first)["features"]
    assert len(features) == len(official.iris("93")) == 53
    fetch(plan(item, tmp_path, again=True, limits=QUICK))
    assert (tmp_path / item.path).read_bytes() == first
    server.answers["/iris_93"] = official.wfs(official.iris("93"), matched=60)
    with pytest.raises(DownloadError, match="53 features of 60: pages are missing"):
        fetch(plan(item, tmp_path, again=True, limits=QUICK))
    server.answers["/iris_93"] = body(b'{"error": "quota"}', kind="application/json")
    with pytest.raises(DownloadError, match="a page with numberMatched"):
        fetch(plan(item, tmp_path, again=True, limits=QUICK))
    assert (tmp_path / item.path).read_bytes() == first


def test_a_file_is_found_by_its_titles_and_the_newest_is_taken(
    server: Server, tmp_path: Path
) -> None:
    item = served(server, REGISTRY.downloads["national_map"])
    found = fetch(plan(item, tmp_path, limits=QUICK))
    record = read_record(found)
    assert record["resource"].startswith("20261126-")
    assert record["changed"] == "2026-11-26"
    assert record["url"].endswith("/national_map/file.csv")

    def refused(**changes: str) -> str:
        with pytest.raises(DownloadError) as caught:
            fetch(plan(replace(item, **changes), tmp_path, again=True, limits=QUICK))
        return str(caught.value)

    assert "(archives)" in refused(dataset="Lieux de médiation")
    assert "20260901-" in refused(resource=r"\d{8}-autre\.csv")
    url = server.url("/national_map/file.csv", body(official.national_map()))
    wrong = official.catalogue(item, url, sha256="0" * 64)
    server.answers["/national_map"] = body(wrong, kind="application/json")
    assert "other bytes" in refused()
    moved = official.catalogue(item, "file:///etc/passwd")
    server.answers["/national_map"] = body(moved, kind="application/json")
    assert "an https:// address" in refused()


def test_the_map_says_the_same_in_csv_and_in_json(tmp_path: Path, names: dict[str, str]) -> None:
    item = REGISTRY.downloads["national_map"]
    read = []
    for one in (item, REGISTRY.downloads[item.fallback]):
        path = tmp_path / Path(one.path).name
        path.write_bytes(official.CONTENT[one.id]())
        read.append(readers()["national_map"](path, names))
    pd.testing.assert_frame_equal(read[0].frame, read[1].frame)
    assert (read[0].rows_in, read[0].aside) == (read[1].rows_in, read[1].aside)


def test_an_update_takes_the_json_where_the_data_set_has_no_csv(
    server: Server, tmp_path: Path
) -> None:
    item = REGISTRY.downloads["national_map"]
    spare = served(server, REGISTRY.downloads[item.fallback])
    # One data set for both, whose only files are JSON.
    both = {item.id: replace(item, url=spare.url), spare.id: spare}
    known = Registry(REGISTRY.sources, both)

    def renewed() -> Refreshed:
        (done,) = refresh([both[item.id]], tmp_path, known, ["93"], DAY, limits=QUICK)
        return done

    file = f"/{spare.id}/file.json"
    listed = official.catalogue(spare, server.url(file, server.answers[file]))
    no_csv = listed.replace(b"national.csv", b"national.xlsx")
    server.answers[f"/{spare.id}"] = body(no_csv, kind=official.JSON)
    done = renewed()
    assert (done.item.id, done.state) == (spare.id, "updated")
    assert (tmp_path / spare.path).is_file()
    assert not (tmp_path / item.path).exists()
    assert renewed().state == "unchanged"
    # A data set that has neither is told by the file that is wanted first.
    server.answers[f"/{spare.id}"] = body(b'{"data": []}', kind=official.JSON)
    done = renewed()
    assert (done.item.id, done.state) == (item.id, "failed")


def test_a_source_has_one_first_edition_and_each_other_its_signs() -> None:
    for source, found in editions().items():
        assert [bool(one.signs) for one in found] == [False] + [True] * (len(found) - 1), source
        assert len({one.name for one in found}) == len(found)


def test_the_page_of_the_sources_is_that_of_the_registry() -> None:
    assert sources_page.PAGE.read_text(encoding="utf-8") == sources_page.page(), (
        "python tests/sources_page.py writes it again"
    )
