"""What the tests share: the official source files, cut and full, the edition, and the profiles."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from functools import cache as once
from pathlib import Path

import pytest
import sources
import typer
from file_server import Server
from filelock import FileLock
from hypothesis import settings as hypothesis_settings
from readings import models_made_once, read_once
from sources import PlainBuild, Sources

from observatory import settings
from observatory.build.steps import BuildReport, build
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts

BESIDE = settings.PROJECT.parent / "shared" / "data"
if (BESIDE / "INDEX.md").exists():
    os.environ.setdefault("OBSERVATORY_SOURCES", str(BESIDE))

# Intervals of a test that looks at none of their values come from few draws, so that they come
# soon; `all_draws` asks for the real number.
FEW_DRAWS = os.environ.setdefault("OBSERVATORY_DRAWS", "40")

# `quick` looks for the gross mistakes, `full` is what `make test` runs; nothing depends on the
# speed of the machine. A test sets no number of its own but through `examples.at_most`.
hypothesis_settings.register_profile("quick", max_examples=10, deadline=None)
hypothesis_settings.register_profile("full", max_examples=40, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "full"))

LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the full files where those are not there; the cut is always tested."""
    if sources.full_folder() is not None:
        return
    left = [item for item in items if item.get_closest_marker("real_files")]
    if left:
        items[:] = [item for item in items if not item.get_closest_marker("real_files")]
        config.hook.pytest_deselected(items=left)
        config.stash[LEFT_OUT] = len(left)


def pytest_report_collectionfinish(config: pytest.Config) -> str | list[str]:
    """Return in one line how many tests were left out, and why."""
    left = config.stash.get(LEFT_OUT, 0)
    return sources.NO_FULL_FILES.format(left) if left else []


@pytest.fixture(scope="module")
def all_draws() -> Iterator[None]:
    """Draw as often as a user does, in a module that looks at the values of intervals."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OBSERVATORY_DRAWS")
        yield


@pytest.fixture(scope="session", autouse=True)
def _commands_made_once() -> Iterator[None]:
    """Make the command line of its functions once, not at each command: a process asks for one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", once(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def _components_looked_for_once() -> Iterator[None]:
    """Read the metadata of every package once, not at each page: a server does it at its start."""
    if "streamlit.testing.v1" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", once(scan))
        yield


@pytest.fixture(scope="session", autouse=True)
def _models_made_once() -> Iterator[None]:
    """Give commands on one build under the same assumptions one model: a process asks for one."""
    with models_made_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _files_read_once() -> Iterator[None]:
    """Read each official file once for the many builds of a run (``readings``)."""
    with read_once():
        yield


@pytest.fixture(scope="session")
def source_folder() -> Path:
    """Return the folder of the full official files; only tests marked ``real_files`` ask for it."""
    folder = sources.full_folder()
    assert folder is not None, "a test of the full files is marked real_files"
    return folder


@pytest.fixture(scope="session", params=["cut", pytest.param("full", marks=pytest.mark.real_files)])
def official(request: pytest.FixtureRequest, cut: Sources) -> Sources:
    """Give the official files: the small cut of tests/data always, the full ones where they are."""
    return sources.full() if request.param == "full" else cut


@pytest.fixture(scope="session")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Return the small cut of the official files that lies in tests/data."""
    return sources.cut(tmp_path_factory.mktemp("cut"))


@pytest.fixture(scope="session")
def plain_build(tmp_path_factory: pytest.TempPathFactory) -> PlainBuild:
    """Return the build of some sources as they are, made once; its folder is only read.

    The first worker that asks for it makes it in the folder of the run, the others find it there.
    """
    run = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        run = run.parent

    @once
    def built(official: Sources) -> tuple[BuildReport, Path]:
        folder = run / f"plain-{official.name}"
        out, report = folder / "tables", folder / "report.pickle"
        with FileLock(run / f"plain-{official.name}.lock"):
            if not report.exists():
                made = build(official.folder, sources.PLAINE_COMMUNE, official.settings, out)
                report.write_bytes(pickle.dumps(made))
        return pickle.loads(report.read_bytes()), out  # noqa: S301  # our own, of this run

    return built


@pytest.fixture(scope="session")
def edition_folder() -> Path:
    """Return the folder of the compiled edition."""
    return settings.load({}).edition


@pytest.fixture(scope="session")
def model() -> Model:
    """Return the model of the compiled edition, for all who only ask it for figures."""
    here = settings.load({})
    return Model(load_facts(here.edition), load_assumptions(here.assumptions))


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a local server that answers as a test tells it to."""
    running = Server()
    yield running
    running.close()
