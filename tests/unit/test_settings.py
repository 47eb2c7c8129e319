"""Where the observatory reads and writes: the environment, a checkout, or the user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory import settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that stands for the user's data."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "user")
    return tmp_path / "user"


def test_a_checkout_without_a_build_writes_to_the_users_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PROJECT", tmp_path / "checkout")
    here = settings.load({})
    assert here.build == home / "build"
    assert here.current == here.edition
    assert not home.exists()


def test_a_checkout_that_has_a_build_uses_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checkout" / "build").mkdir(parents=True)
    (tmp_path / "checkout" / "build" / "manifest.json").write_text("{}")
    monkeypatch.setattr(settings, "PROJECT", tmp_path / "checkout")
    here = settings.load({})
    assert here.build == here.current == tmp_path / "checkout" / "build"
    assert here.build != home / "build"


def test_the_wheel_never_writes_beside_itself(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_resources" / "build").mkdir(parents=True)
    monkeypatch.setattr(settings, "PROJECT", tmp_path / "_resources")
    assert settings.load({}).build == home / "build"


def test_the_environment_wins_and_nothing_set_is_not_set(home: Path) -> None:
    named = settings.load({"OBSERVATORY_BUILD": "mine", "OBSERVATORY_SOURCES": "files"})
    assert (named.build, named.sources, named.named) == (Path("mine"), Path("files"), True)
    bare = settings.load({"OBSERVATORY_BUILD": "", "OBSERVATORY_SOURCES": ""})
    assert (bare.sources, bare.named) == (None, False)
