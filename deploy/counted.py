"""Check that a report of packages speaks of every package of a lock.

``python deploy/counted.py REPORT KEY LOCK``: the list ``KEY`` of the JSON file REPORT names each
package that LOCK pins, else the command fails: a report on nothing is no good news.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^[A-Za-z0-9][^\n\\]*==[^\n\\]*", re.MULTILINE)


def pins(lock: Path) -> set[str]:
    """Return the names of the packages that a lock pins for this machine."""
    asked = [Requirement(line) for line in _PIN.findall(lock.read_text(encoding="utf-8"))]
    here = (one for one in asked if one.marker is None or one.marker.evaluate())
    return {canonicalize_name(one.name) for one in here}


def missing(report: Path, key: str, lock: Path) -> list[str]:
    """Return the packages of the lock that the report does not name, or why it tells nothing."""
    pinned = pins(lock)
    if not pinned:
        return [f"{lock} pins no package"]
    try:
        listed = json.loads(report.read_text(encoding="utf-8"))[key]
    except (OSError, ValueError, KeyError):
        return [f"{report} holds no list {key}"]
    told = {canonicalize_name(one["name"]) for one in listed if "skip_reason" not in one}
    return sorted(pinned - told)


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    report, key, lock = arguments
    lost = missing(Path(report), key, Path(lock))
    for name in lost:
        print(f"not in {report}: {name}", file=sys.stderr)
    print(f"{report}: {'incomplete' if lost else 'every package of ' + lock}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
