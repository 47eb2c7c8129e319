"""The library's promises: every public name documented in numpydoc, typed, and imported late."""

from __future__ import annotations

import inspect
import subprocess
import sys
from functools import cached_property
from typing import Any

import pytest
from numpydoc.validate import validate

import observatory

#: What this house does otherwise: the summary stands on the first line (GL01, GL02), types stand in
#: the signature (PR04); examples, "see also" and a longer text are given where they help.
NOT_ASKED = {"GL01", "GL02", "GL03", "PR04", "SA01", "EX01", "ES01"}
HEAVY = ("pandas", "geopandas", "numpy", "scipy", "streamlit", "requests", "folium")


def _shown(path: str) -> list[str]:
    """Return a name and, where it is a class, its public methods and properties."""
    value: Any = getattr(observatory, path.split(".", 1)[1])
    if not inspect.isclass(value):
        return [path]
    kinds = (property, cached_property)
    members = [
        name
        for name, member in vars(value).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, kinds))
    ]
    return [path, *(f"{path}.{name}" for name in members)]


NAMES = [
    shown
    for name in observatory.__all__
    if name != "__version__"
    for shown in _shown(f"observatory.{name}")
]


@pytest.mark.parametrize("path", [*NAMES, "observatory.model.model.Model"])
def test_a_public_name_says_what_it_takes_and_returns(path: str) -> None:
    errors = validate(path)["errors"]
    assert [(code, text) for code, text in errors if code not in NOT_ASKED] == []


def test_all_that_is_promised_is_there_and_listed() -> None:
    for name in observatory.__all__:
        assert getattr(observatory, name) is not None
        assert name in dir(observatory)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        observatory.nothing  # noqa: B018  # the access itself raises


def test_the_library_and_the_help_import_nothing_heavy() -> None:
    code = (
        "import sys, observatory, observatory.settings, observatory.cli.commands\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_command_line_never_imports_the_screens() -> None:
    code = (
        "import sys; from observatory.cli import main\n"
        "main(['gaps', '--format', 'csv'])\n"
        "print([n for n in sys.modules if n in ('streamlit', 'folium', 'openpyxl', 'requests')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
