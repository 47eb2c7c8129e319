"""The map of a page as an image to paste in a note, and the command that draws the same."""

from __future__ import annotations

from collections.abc import Callable

from observatory.app import assumption_state, cache
from observatory.app.pages import download_button, table_downloads
from observatory.app.pages.download_button import Download
from observatory.app.pages.shell import Screen
from observatory.app.selection import NONE, Selection

IMAGES = ("png", "svg")


def show(screen: Screen, shown: Selection) -> None:
    """Draw the buttons of the image of a map, and its command.

    Parameters
    ----------
    shown
        What the map shows; what is chosen in it has a thick edge on the image.
    """
    download_button.row(images(screen, shown), screen.words("take.map_holds"), "take_map")
    table_downloads.printed(screen, command(screen, shown), said="map")


def images(screen: Screen, shown: Selection) -> list[Download]:
    """Return the image of a map as files to take away."""
    level, suffix = cache.level_of(shown), screen.build.assumption_state.suffix()
    name = f"plaine-connexion_carte_{level}_{shown.colour}_{shown.cog}{suffix}"
    return [
        Download(form, screen.words(f"carte.{form}"), f"{name}.{form}", _maker(screen, shown, form))
        for form in IMAGES
    ]


def command(screen: Screen, shown: Selection) -> str:
    """Return the command that draws the image of a map."""
    parts = {
        "level": shown.level,
        "cog": shown.cog,
        "colour": shown.colour,
        "layers": ",".join(shown.layers) or NONE,
        "zone": cache.chosen_of(shown),
        "lang": shown.lang,
    }
    asked = " ".join(f"--{name} {value}" for name, value in parts.items() if value)
    option = cache.option_of(screen.build)
    return assumption_state.map_command(screen.build.assumption_state, asked, option)


def _maker(screen: Screen, shown: Selection, form: str) -> Callable[[], bytes]:
    return lambda: cache.map_file(screen.build, shown, form)
