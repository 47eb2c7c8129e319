"""The built wheel in an empty folder: everything that the README promises runs from it alone.

The dependencies are those of the environment; no network is used.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from observatory import __version__, settings

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60
Run = Callable[..., subprocess.CompletedProcess[str]]
#: Commands, and what each of them shows.
SHOWN = {
    "gaps": "Saint-Denis",
    "gaps --level iris --format csv": "930390",
    "find --near Stains --need caf": "min",
    "status": "Plaine Commune",
    "check": "all is well",
    "study ranks --draws 20": "Stains",
    "study method": "Indicateurs",
    "export --format csv --level commune --to out": "gaps_commune_cog_2024.csv",
}
AS_JSON = "gaps --format json"
EACH = """
import contextlib, io, json, sys
from observatory.cli import main
printed = {}
for command in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(command.split())
    printed[command] = code, out.getvalue()
print(json.dumps(printed))
"""
OPENS = (
    "from streamlit.testing.v1 import AppTest\n"
    "from observatory.settings import PROJECT\n"
    "page = AppTest.from_file(str(PROJECT / 'app.py'), default_timeout=120).run()\n"
    "assert not page.exception, page.exception\n"
    "print(page.title[0].value)\n"
)


_COMPILED = shutil.ignore_patterns("*.pyc")


def _container(instruction: str) -> list[str]:
    """Return what follows an instruction of the container's recipe, each time that it stands."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    return [
        line.removeprefix(instruction).strip() for line in lines if line.startswith(instruction)
    ]


def _context(folder: Path) -> Path:
    """Copy what the container's recipe copies, and no more."""
    for line in _container("COPY "):
        *names, target = line.split()
        for name in names if not line.startswith("--from") else ():
            if (ROOT / name).is_dir():
                shutil.copytree(
                    ROOT / name, folder / target, ignore=shutil.ignore_patterns("*.pyc")
                )
            else:
                shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the wheel, made and installed as the container does."""
    folder = tmp_path_factory.mktemp("wheel")
    known = {**os.environ, "OBSERVATORY_COMMIT": settings.commit(project=ROOT) or ""}
    context = _context(tmp_path_factory.mktemp("context"))
    quiet: dict[str, Any] = {"check": True, "capture_output": True, "cwd": context, "env": known}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], **quiet
    )
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", str(site), str(wheel)],
        **quiet,
    )  # fmt: skip
    return site


@pytest.fixture(scope="module")
def environment(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables of a user who has the wheel, an empty home and no settings."""
    home = str(tmp_path_factory.mktemp("home"))
    kept = {name: text for name, text in os.environ.items() if not name.startswith("OBSERVATORY_")}
    kept["OBSERVATORY_DRAWS"] = os.environ["OBSERVATORY_DRAWS"]
    return {**kept, "PYTHONPATH": str(installed), "HOME": home, "XDG_DATA_HOME": home}


@pytest.fixture(scope="module")
def run(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs Python in an empty folder with the wheel alone."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=elsewhere,
            env=environment,
        )

    return run


def test_the_package_and_all_it_reads_are_the_wheels_own(run: Run, installed: Path) -> None:
    code = (
        "import observatory as obs; from observatory import settings\n"
        "print(obs.__file__, settings.PROJECT, settings.load().build, obs.__version__, sep='\\n')\n"
    )
    done = run("-c", code)
    package, project, build, version = done.stdout.splitlines()
    assert Path(package).is_relative_to(installed)
    assert Path(project).is_relative_to(installed)
    assert not Path(build).is_relative_to(ROOT)
    assert not Path(build).is_relative_to(installed)
    assert version == __version__
    assert (Path(package).parent / "py.typed").is_file()


def test_the_command_is_the_wheel_s(run: Run) -> None:
    done = run("-m", "observatory", "--version")
    assert done.returncode == 0, done.stderr
    assert __version__ in done.stdout


@pytest.fixture(scope="module")
def printed(run: Run, edition_folder: Path) -> dict[str, tuple[int, str]]:
    """Return the code and the output of each command, all run in one process of the wheel."""
    commands = [*SHOWN, AS_JSON, f"{AS_JSON} --build {edition_folder}"]
    done = run("-c", EACH, *commands)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return {command: tuple(told) for command, told in json.loads(done.stdout).items()}


@pytest.mark.parametrize("command", SHOWN)
def test_a_command_works_in_an_empty_folder(
    printed: dict[str, tuple[int, str]], command: str
) -> None:
    code, text = printed[command]
    assert code == 0
    assert SHOWN[command] in text


def test_the_figures_are_those_of_the_checkout(
    printed: dict[str, tuple[int, str]], edition_folder: Path
) -> None:
    wheel, here = (printed[AS_JSON + more] for more in ("", f" --build {edition_folder}"))
    assert json.loads(wheel[1])["gaps"] == json.loads(here[1])["gaps"]


def test_the_wheel_knows_the_commit_that_it_was_built_from(run: Run) -> None:
    done = run("-c", "from observatory import settings; print(settings.commit())")
    assert done.stdout.strip() == str(settings.commit(project=ROOT)), done.stderr


def test_the_library_opens_the_edition(run: Run) -> None:
    done = run("-c", "import observatory as obs; print(len(obs.load().gaps('commune')))")
    assert done.stdout.strip() == "9", done.stderr


def test_the_app_opens_on_the_map(run: Run) -> None:
    done = run("-c", OPENS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_containers_command_serves_the_app_and_its_check_finds_it_well(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (command,) = (json.loads(line) for line in _container("CMD "))
    (check,) = (json.loads(line.partition("CMD ")[2]) for line in _container("HEALTHCHECK "))
    assert (command[0], command[-1], check[0]) == ("observatory", "8501", "python")
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command[:-1], str(port)],
            cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            assert _answer(f"http://localhost:{port}/_stcore/health", server) == b"ok"
            script = f"http://localhost:{port}/app/static/vendor/leaflet/leaflet.js"
            assert b"Leaflet" in _answer(script, server)
            well = [sys.executable, check[1], check[2].replace("8501", str(port))]
            assert subprocess.run(well, check=False).returncode == 0
        finally:
            server.terminate()
            server.wait(timeout=30)


def _answer(address: str, server: subprocess.Popen[bytes]) -> bytes:
    """Return what the server answers, asked until it does; a server that ends is noticed."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # ours
                return bytes(answer.read())
        except (urllib.error.URLError, OSError):
            assert time.monotonic() < deadline, f"no answer from {address}"
        try:
            pytest.fail(f"the app ended with code {server.wait(timeout=0.1)}")
        except subprocess.TimeoutExpired:
            continue
