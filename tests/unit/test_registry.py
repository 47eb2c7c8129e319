"""The registry's promises, and the provenance that a reading carries."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from observatory import settings
from observatory.errors import ChoiceError
from observatory.read.digests import digest, digest_all, sidecar
from observatory.read.readers import readers
from observatory.read.registry import Registry, Source, load_registry
from observatory.read.side_by_side import REPEATED
from observatory.read.source_reading import read_source
from observatory.tables.provenance import OPEN_LICENCE, Aside

EPT = "CODGEO,LIBGEO,EPT,LIBEPT,DEP\n93001,Aubervilliers,200057867,Plaine Commune,93\n"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(settings.load({}).registry)


def test_every_reader_has_its_entry_and_every_entry_its_reader(registry: Registry) -> None:
    assert set(registry.sources) == set(readers())


def test_each_source_has_a_file_of_its_own(registry: Registry) -> None:
    paths = [source.path for source in registry.sources.values()]
    assert len(set(paths)) == len(paths)


def test_only_open_licences_go_into_the_edition(registry: Registry) -> None:
    closed = {s.id for s in registry.sources.values() if s.licence != OPEN_LICENCE}
    assert closed == {"transit_stops_2024"}
    assert not any(registry.source(name).in_edition for name in closed)


def test_every_entry_says_enough_for_an_attribution(registry: Registry) -> None:
    for entry in (*registry.sources.values(), *registry.downloads.values()):
        assert entry.title
        assert entry.publisher
        assert entry.vintage
        assert entry.url.startswith("https://")


def test_downloads_never_write_over_a_pinned_source(registry: Registry) -> None:
    sources = {source.path for source in registry.sources.values() if source.sha256}
    assert not sources & {download.path for download in registry.downloads.values()}
    assert {"qpv_2024", "census_population_2022", "rep_schools"} <= set(registry.downloads)


def test_an_unknown_download_is_refused_with_the_closest_name(registry: Registry) -> None:
    with pytest.raises(ChoiceError, match="did you mean 'qpv_2024'"):
        registry.download("qpv_2025")


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1")
    assert digest(tmp_path / "a.csv") == hashlib.sha256(b"1").hexdigest()


def test_the_hash_of_a_folder_follows_names_and_bytes_not_records(tmp_path: Path) -> None:
    for name, content in (("b.json", b"2"), ("a.json", b"1")):
        (tmp_path / name).write_bytes(content)
    first = digest(tmp_path)
    assert first == hashlib.sha256(b"a.json1b.json2").hexdigest()
    (tmp_path / "a.json.provenance.json").write_text("{}", encoding="utf-8")
    assert digest(tmp_path) == first
    (tmp_path / "a.json").rename(tmp_path / "c.json")
    assert digest(tmp_path) != first


def test_the_hash_of_a_shapefile_covers_its_parts_only(tmp_path: Path) -> None:
    for name in ("x.shp", "x.dbf", "y.dbf"):
        (tmp_path / name).write_bytes(name.encode())
    first = digest(tmp_path / "x.shp")
    (tmp_path / "y.dbf").write_bytes(b"changed")
    assert digest(tmp_path / "x.shp") == first
    (tmp_path / "x.dbf").write_bytes(b"changed")
    assert digest(tmp_path / "x.shp") != first


def test_the_hash_covers_the_files_beside(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"1")
    (tmp_path / "headers.csv").write_bytes(b"a")
    first = digest(tmp_path / "data.csv", ("headers.csv",))
    (tmp_path / "headers.csv").write_bytes(b"b")
    assert digest(tmp_path / "data.csv", ("headers.csv",)) != first


@pytest.fixture
def ept(registry: Registry, tmp_path: Path) -> Source:
    """Return a small source in a folder, pinned to its bytes."""
    path = tmp_path / "ept.csv"
    path.write_text(EPT, encoding="utf-8")
    os.utime(path, (0, 0))
    pinned = hashlib.sha256(EPT.encode()).hexdigest()
    return replace(registry.source("ept_communes"), path="ept.csv", sha256=pinned)


def test_pinned_bytes_were_read_when_the_registry_says(ept: Source, tmp_path: Path) -> None:
    reading, record = read_source("ept_communes", tmp_path, registry=Registry({ept.id: ept}, {}))
    assert len(reading.frame) == 1
    assert record.read_on == ept.read_on
    assert record.sha256 == ept.sha256
    assert (record.rows_in, record.rows_out, record.rows_aside) == (1, 1, 0)
    assert record.note == ""


def test_other_bytes_are_read_and_said_with_the_file_s_date(ept: Source, tmp_path: Path) -> None:
    other = Registry({ept.id: replace(ept, sha256="0" * 64)}, {})
    _, record = read_source("ept_communes", tmp_path, registry=other)
    assert record.read_on == "1970-01-01"
    assert "other bytes than those pinned" in record.note
    assert record.sha256 == ept.sha256


def test_the_record_of_a_download_dates_other_bytes(ept: Source, tmp_path: Path) -> None:
    other = Registry({ept.id: replace(ept, sha256="0" * 64)}, {})
    beside = sidecar(tmp_path / "ept.csv")
    beside.write_text(json.dumps({"read_on": "2026-12-01"}), "utf-8")
    _, record = read_source("ept_communes", tmp_path, registry=other)
    assert (record.read_on, record.as_of) == ("2026-12-01", "2026-12-01")
    # What the publisher says of it goes before the day it came.
    beside.write_text(json.dumps({"read_on": "2026-12-01", "as_of": "2022-01-01"}), "utf-8")
    _, record = read_source("ept_communes", tmp_path, registry=other)
    assert (record.read_on, record.as_of) == ("2026-12-01", "2022-01-01")
    # A file put there by hand, with no whole date in its name, is as old as the registry says.
    beside.unlink()
    _, record = read_source("ept_communes", tmp_path, registry=other)
    assert record.as_of == ""
    assert "as_of" not in record.as_dict()


AROUND = "CODGEO,LIBGEO,EPT,LIBEPT,DEP\n92004,Asnières,200057990,Boucle Nord de Seine,92\n"


def _with_neighbours(ept: Source, folder: Path, text: str = AROUND) -> Registry:
    """Return a registry whose source has a second file beside the first, pinned too."""
    (folder / "around.csv").write_text(text, encoding="utf-8")
    pinned = digest_all([folder / "around.csv"])
    source = replace(
        ept, also=("around.csv",), also_covers="et les communes voisines", also_sha256=pinned
    )
    return Registry({ept.id: source}, {})


def test_a_source_in_several_files_is_read_as_one(ept: Source, tmp_path: Path) -> None:
    known = _with_neighbours(ept, tmp_path)
    reading, record = read_source("ept_communes", tmp_path, registry=known)
    assert list(reading.frame["commune"]) == ["93001", "92004"]
    assert (record.rows_in, record.rows_out, record.rows_aside) == (2, 2, 0)
    assert record.covers == f"{ept.covers} ; et les communes voisines"
    assert record.read_on == ept.read_on
    assert record.note == ""
    assert record.sha256 not in (ept.sha256, known.source(ept.id).also_sha256)


def test_a_file_that_is_not_there_is_left_out_and_not_covered(ept: Source, tmp_path: Path) -> None:
    known = _with_neighbours(ept, tmp_path)
    (tmp_path / "around.csv").unlink()
    reading, record = read_source("ept_communes", tmp_path, registry=known)
    assert list(reading.frame["commune"]) == ["93001"]
    assert (record.covers, record.sha256, record.note) == (ept.covers, ept.sha256, "")


@pytest.mark.parametrize(
    ("home", "also", "covers"),
    [
        (("93",), (), "les communes du 93"),
        (("92", "93"), (), "les communes du 93"),
        (("92",), (), "le département 93 seulement"),
        (("95",), ("ept_dept75-92.csv",), "les départements 75, 92, 93 seulement"),
    ],
)
def test_elsewhere_a_file_of_other_departements_covers_these_alone(
    ept: Source, tmp_path: Path, home: tuple[str, ...], also: tuple[str, ...], covers: str
) -> None:
    (tmp_path / ept.path).rename(tmp_path / "ept_dept93.csv")
    for name in also:
        (tmp_path / name).write_text(AROUND, encoding="utf-8")
    source = replace(
        ept,
        path="ept_dept93.csv",
        covers="les communes du 93",
        also=also,
        also_covers="et, alentour, d'autres" if also else "",
    )
    known = Registry({ept.id: source}, {})
    assert read_source(ept.id, tmp_path, registry=known, home=home)[1].covers == covers


def test_one_file_of_several_that_lacks_is_named(ept: Source, tmp_path: Path) -> None:
    two = replace(_with_neighbours(ept, tmp_path).source(ept.id), also=("around.csv", "more.csv"))
    _, record = read_source("ept_communes", tmp_path, registry=Registry({ept.id: two}, {}))
    assert "without more.csv" in record.note
    assert record.covers == ept.covers


def test_the_first_file_keeps_a_row_that_another_repeats(ept: Source, tmp_path: Path) -> None:
    again = AROUND + "93001,Autre nom,200057990,Boucle Nord de Seine,93\n"
    known = _with_neighbours(ept, tmp_path, again)
    reading, record = read_source("ept_communes", tmp_path, registry=known)
    assert list(reading.frame["commune_name"]) == ["Aubervilliers", "Asnières"]
    assert (record.rows_in, record.rows_out, record.rows_aside) == (3, 2, 1)
    assert record.aside == (Aside(REPEATED, 1, ("93001",)),)


def test_other_bytes_around_are_said(ept: Source, tmp_path: Path) -> None:
    known = _with_neighbours(ept, tmp_path)
    (tmp_path / "around.csv").write_text(AROUND.replace("Asnières", "Asnieres"), encoding="utf-8")
    _, record = read_source("ept_communes", tmp_path, registry=known)
    assert "other bytes than those pinned" in record.note


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"also_covers": ""}, "also_covers"),
        ({"also_sha256": "0"}, "also_sha256"),
        ({"also": ["../x.csv"]}, "also"),
    ],
)
def test_an_entry_of_several_files_says_what_they_cover_and_their_bytes(
    changed: dict[str, object], where: str, tmp_path: Path
) -> None:
    project = settings.load({}).registry.read_text(encoding="utf-8")
    start = project.index("[ept_communes]")
    lines = project[start : project.index("\n[", start)].splitlines()
    kept = [line for line in lines if not line.startswith("also")]
    fields = {"also": ["x.csv"], "also_covers": "et", "also_sha256": "0" * 64} | changed
    text = "\n".join([*kept, *(f"{name} = {json.dumps(value)}" for name, value in fields.items())])
    (tmp_path / "registry.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ChoiceError, match=rf"\[ept_communes\], {where}"):
        load_registry(tmp_path / "registry.toml")
