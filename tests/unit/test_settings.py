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


def test_the_commit_is_read_from_the_files_of_a_checkout(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert settings.commit({}, tmp_path) is None
    (git / "packed-refs").write_text(f"# pack-refs\n{'b' * 40} refs/heads/main\n")
    assert settings.commit({}, tmp_path) == "b" * 40
    (git / "refs/heads/main").write_text("c" * 40 + "\n")
    assert settings.commit({}, tmp_path) == "c" * 40
    (git / "HEAD").write_text("d" * 40 + "\n")
    assert settings.commit({}, tmp_path) == "d" * 40
    assert settings.commit({"OBSERVATORY_COMMIT": "v1"}, tmp_path) == "v1"


def test_a_linked_tree_knows_its_commit_and_a_package_none(tmp_path: Path) -> None:
    tree, own = tmp_path / "tree", tmp_path / "main/.git/worktrees/tree"
    tree.mkdir()
    own.mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {own}\n")
    (own / "HEAD").write_text("ref: refs/heads/h\n")
    (own / "commondir").write_text("../..\n")
    (tmp_path / "main/.git/refs/heads").mkdir(parents=True)
    (tmp_path / "main/.git/refs/heads/h").write_text("e" * 40)
    assert settings.commit({}, tree) == "e" * 40
    assert settings.commit({}, tmp_path / "nowhere") is None


def test_a_wheel_says_the_commit_that_it_noted(tmp_path: Path) -> None:
    (tmp_path / settings.NOTED).write_text("f" * 40 + "\n")
    assert settings.commit({}, tmp_path) == "f" * 40
