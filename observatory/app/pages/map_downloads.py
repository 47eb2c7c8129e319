"""The map of a page as an image to paste in a note, and the command that draws the same."""

from __future__ import annotations

from collections.abc import Callable

from observatory.app import assumption_state, cache
from observatory.app.pages import download_button, table_downloads
from observatory.app.pages.download_button import Download
from observatory.app.pages.shell import Screen
from observatory.app.selection import NONE, Selection
from observatory.sheets.map_image import IMAGE_FORMS, ImageForm, map_bytes
from observatory.sheets.map_image_content import MapImage
from observatory.words.catalogue import Words

KEY = "take_map"


def show(screen: Screen, shown: Selection) -> None:
    """Draw the buttons of the image of a map, and its command.

    Parameters
    ----------
    shown
        What the map shows; what is chosen in it has a thick edge on the image.
    """
    download_button.row(images(screen, shown), screen.words("take.map_holds"), KEY)
    table_downloads.printed(screen, command(screen, shown), said="map")


def offer(words: Words, name: str, make: Callable[[], MapImage]) -> None:
    """Draw the buttons of an image that a page composes itself.

    Parameters
    ----------
    name
        End of the names of the files.
    make
        What composes the image, at the click alone.
    """
    files = _files(words, name, lambda form: map_bytes(make(), form))
    download_button.row(files, words("take.image_holds"), KEY)


def images(screen: Screen, shown: Selection) -> list[Download]:
    """Return the image of a map as files to take away."""
    level, suffix = cache.level_of(shown), screen.build.assumption_state.suffix()
    name = f"{level}_{shown.colour}_{shown.cog}{suffix}"
    return _files(screen.words, name, lambda form: cache.map_file(screen.build, shown, form))


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


def _files(words: Words, name: str, make: Callable[[ImageForm], bytes]) -> list[Download]:
    return [_file(words, f"plaine-connexion_carte_{name}", form, make) for form in IMAGE_FORMS]


def _file(words: Words, name: str, form: ImageForm, make: Callable[[ImageForm], bytes]) -> Download:
    return Download(form, words(f"carte.{form}"), f"{name}.{form}", lambda: make(form))
