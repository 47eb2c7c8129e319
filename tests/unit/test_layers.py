"""The house's table of layers holds: import-linter runs on the contracts of pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"


def test_the_table_of_layers_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout


def test_few_rooms_import_streamlit() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for folder in ("observatory", ".")
        for path in sorted((PROJECT / folder).glob("*.py" if folder == "." else "**/*.py"))
        if any(
            line.split()[:2] in (["import", "streamlit"], ["from", "streamlit"])
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    }
    allowed = (
        "app.py",
        "observatory/app/main.py",
        "observatory/app/first_html.py",
        "observatory/app/cache.py",
        "observatory/app/territory.py",
        "observatory/app/pages/",
    )
    assert found, "the app is there"
    assert {name for name in found if not name.startswith(allowed)} == set()


def test_requests_stays_in_the_downloader_and_the_geocoders() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "observatory").glob("**/*.py")
        if "import requests" in path.read_text(encoding="utf-8")
    }
    assert found <= {
        "observatory/read/answers.py",
        "observatory/read/download.py",
        "observatory/read/batch_geocoder.py",
        "observatory/places/geocoder.py",
    }
