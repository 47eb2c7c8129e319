"""A report on packages that leaves some out, or speaks of none, is no good news."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "counted.py"
LOCK = """altair==6.0 \\
    --hash=sha256:00
Typing_Extensions==4.1 ; python_version >= '3' \\
    --hash=sha256:01
colorama==0.4 ; sys_platform == 'nowhere' \\
    --hash=sha256:02
"""
BOTH = [{"name": "altair"}, {"name": "typing-extensions"}]
SKIPPED = [BOTH[0], {**BOTH[1], "skip_reason": "not found"}]


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        ({"components": BOTH}, 0, ""),
        ({"components": BOTH[:1]}, 1, "typing-extensions"),
        (
            {"components": [BOTH[0], {**BOTH[1], "skip_reason": "not found"}]},
            1,
            "typing-extensions",
        ),
        ({"components": []}, 1, "altair"),
        ({}, 1, "no list components"),
        (None, 1, "no list components"),
    ],
)
def test_every_package_of_the_lock_has_to_be_in_the_report(
    tmp_path: Path, report: object, code: int, said: str
) -> None:
    (tmp_path / "lock").write_text(LOCK, encoding="utf-8")
    if report is not None:
        (tmp_path / "report").write_text(json.dumps(report), encoding="utf-8")
    done = _run(tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "colorama" not in done.stderr


def test_a_lock_that_pins_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "report").write_text('{"components": []}', encoding="utf-8")
    done = _run(tmp_path)
    assert done.returncode == 1
    assert "pins no package" in done.stderr


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "report", "components", "lock"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
