"""The lines of ``docs/territory.md``, run as they stand, to the app on another territory."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from screens import page_of, told
from sources import CUT, Sources

from observatory import settings
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import read_manifest

PAGE = settings.PROJECT / "docs" / "territory.md"
#: What is of the territory of the edition, and of no other.
FOREIGN = re.compile(r"Plaine Commune|Pierrefitte|200057867|93059")


def lines() -> list[str]:
    """Return the lines of the page from files at hand to the app."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = (one for one in blocks if "$FILES" in one)
    return block.splitlines()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def environment(home: Path, cut: Sources) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if "OBSERVATORY" not in name}
    return here | {
        "HOME": str(home),
        "FILES": str(CUT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(settings.PROJECT),
        # The cut has other bytes than the full files, and a registry that says so.
        "OBSERVATORY_DATA": str(cut.settings.data),
        "OBSERVATORY_DRAWS": os.environ["OBSERVATORY_DRAWS"],
    }


@pytest.fixture(scope="module")
def built(home: Path, environment: dict[str, str]) -> Path:
    """Run every line but the last, which serves the app."""
    script = "\n".join(["set -e", *lines()[:-1]])
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Heures d'aide" in done.stdout
    return home / "observatoire" / "build"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  # ours
            return bool(answer.read() == b"ok")
    except OSError:
        return False


def test_the_page_has_ten_lines() -> None:
    assert len(lines()) == 10


def test_the_build_is_whole_and_named_and_its_sheet_is_there(built: Path, home: Path) -> None:
    assert build_problems(built) == []
    manifest = read_manifest(built)
    assert (manifest.territory, manifest.territory_name) == ("200057990", "Boucle Nord de Seine")
    assert list((home / "observatoire" / "sheets").glob("*.pdf"))


def test_the_last_line_serves_the_app(built: Path, environment: dict[str, str]) -> None:
    port = _free_port()
    exports = [line for line in lines() if line.startswith("export")]
    script = "\n".join([*exports, "exec " + lines()[-1].replace("8600", str(port))])
    app = subprocess.Popen(
        ["bash", "-c", script],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 90
        while not _answers(f"http://127.0.0.1:{port}/_stcore/health"):
            assert time.monotonic() < until
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the app left with {app.wait(timeout=0.2)}")
    finally:
        app.terminate()
        app.wait(timeout=30)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", ["carte", "fiche", "trouver", "decider", "priorites"])
def test_the_pages_open_and_name_nothing_of_the_editions_territory(
    built: Path, name: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(built))
    params = {"lang": lang, **({"commune": "92078"} if name == "fiche" else {})}
    screen = page_of(name, **params)
    assert not screen.exception
    assert not screen.error
    text = told(screen)
    assert "Boucle Nord de Seine" in text
    assert FOREIGN.findall(text) == []
