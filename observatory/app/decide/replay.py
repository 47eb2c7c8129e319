"""The file of a scenario, and the command that replays it with the figures of the page."""

from __future__ import annotations

from observatory.geo.codes import Cog
from observatory.model.levels import Level
from observatory.model.scenario import DRAWS

FILE = "scenario.toml"


def command(level: Level, cog: Cog, draws: int) -> str:
    """Return the command that prints the figures of the page from the file."""
    parts = [f"observatory scenario run {FILE} --level {level}"]
    if cog != "cog_2024":
        parts.append(f"--cog {cog}")
    if draws != DRAWS:
        parts.append(f"--draws {draws}")
    return " ".join(parts)
