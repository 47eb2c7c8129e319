"""The file of a scenario, and the command that replays it with the figures of the page."""

from __future__ import annotations

import shlex

from observatory.geo.codes import Cog
from observatory.model.levels import Level
from observatory.model.scenario import DRAWS
from observatory.settings import EDITION

FILE = "scenario.toml"


def command(level: Level, cog: Cog, draws: int, build: str = EDITION, show: str = "") -> str:
    """Return the command that prints the figures of the page from the file.

    Parameters
    ----------
    level, cog, draws
        The zones, the geography of the communes, and how many draws.
    build
        What the option ``--build`` takes.
    show
        The part of the comparison to print as CSV; all for people where none is named.
    """
    parts = [f"observatory scenario run {FILE} --level {level}"]
    if cog != "cog_2024":
        parts.append(f"--cog {cog}")
    if draws != DRAWS:
        parts.append(f"--draws {draws}")
    parts.append(f"--build {shlex.quote(build)}")
    if show:
        parts.append(f"--show {show} --format csv")
    return " ".join(parts)
