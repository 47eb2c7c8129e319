"""Sources that a build of one's own may hold: what is refused, before anything is read."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from observatory import settings
from observatory.build.optional import OPTIONAL, allowed
from observatory.cli import main
from observatory.errors import ChoiceError
from observatory.read.registry import Registry, load_registry
from observatory.settings import Settings
from observatory.tables.provenance import OPEN_LICENCE
from observatory.tables.transit_tables import STOPS_SOURCE

AT = ("--territory", "200057867")


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """Return settings whose edition is a folder of the test's own."""
    return replace(settings.load({}), edition=tmp_path / "data" / "edition")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(settings.load({}).registry)


def test_no_optional_source_is_in_every_build(registry: Registry) -> None:
    assert not any(registry.source(name).in_edition for name in OPTIONAL)


def test_nothing_asked_is_allowed_everywhere(registry: Registry, here: Settings) -> None:
    assert allowed((), registry, here.edition, here) == frozenset()


def test_a_source_asked_twice_counts_once_in_a_build_of_one_s_own(
    registry: Registry, here: Settings, tmp_path: Path
) -> None:
    asked = [STOPS_SOURCE, STOPS_SOURCE]
    assert allowed(asked, registry, tmp_path / "mine", here) == {STOPS_SOURCE}


@pytest.mark.parametrize("way", ["edition", "edition/../edition", "link"])
def test_the_edition_is_refused_however_it_is_named(
    way: str, registry: Registry, here: Settings
) -> None:
    here.edition.mkdir(parents=True)
    (here.edition.parent / "link").symlink_to(here.edition)
    with pytest.raises(ChoiceError, match="'unconfirmed'") as caught:
        allowed([STOPS_SOURCE], registry, here.edition.parent / way, here)
    assert OPEN_LICENCE in caught.value.expected
    assert "--out" in caught.value.next_step


def test_an_open_licence_would_be_let_into_the_edition(registry: Registry, here: Settings) -> None:
    freed = replace(registry.source(STOPS_SOURCE), licence=OPEN_LICENCE)
    opened = Registry({**registry.sources, STOPS_SOURCE: freed}, {})
    assert allowed([STOPS_SOURCE], opened, here.edition, here) == {STOPS_SOURCE}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--edition", "--with", STOPS_SOURCE), ("unconfirmed", "--out FOLDER")),
        (("--with", "transit_stops"), ("did you mean 'transit_stops_2024'", "one of")),
        (
            ("--with", "caf_iris_2021"),
            ("one of transit_stops_2024, transit_lines_2025, birth", "in every build"),
        ),
        (("--with", STOPS_SOURCE, "--with", "x"), ("optional source x", "one of")),
    ],
)
def test_the_command_says_why_and_writes_nothing(
    options: tuple[str, ...],
    said: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    shutil.copytree(settings.load({}).data, data, ignore=shutil.ignore_patterns("edition"))
    monkeypatch.setenv("OBSERVATORY_DATA", str(data))
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "build"))
    (tmp_path / "sources").mkdir()
    assert main(["build", "--from", str(tmp_path / "sources"), *AT, *options]) == 2
    error = capsys.readouterr().err
    assert all(words in error for words in said)
    assert not (data / "edition").exists()
    assert not (tmp_path / "build").exists()
