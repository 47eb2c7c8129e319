"""The small drawings that stand before each line of a card, for who reads with difficulty."""

from __future__ import annotations

from functools import cache
from importlib import resources

ICONS = ("clock", "phone", "walk", "calendar", "help", "euro", "pin", "mail", "info")


@cache
def icons() -> dict[str, str]:
    """Return the icons of the rows, as SVG by name."""
    folder = resources.files("observatory.sheets") / "templates" / "icons"
    return {name: (folder / f"{name}.svg").read_text(encoding="utf-8").strip() for name in ICONS}
