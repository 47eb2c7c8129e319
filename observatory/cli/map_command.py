"""The command that draws the map as an image, to paste in a note."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    Cog,
    CogOption,
    Level,
    NormOption,
    SetOption,
    wrong,
)

EXAMPLES = (
    "Examples: observatory map --to map.png; observatory map --level iris --zone 930310601 "
    "--layers qpv,sites --to map.svg"
)
FORMS = (".svg", ".png")


class MapLanguage(StrEnum):
    """The languages of a map."""

    FRENCH = "fr"
    ENGLISH = "en"


def map_image(
    to: Annotated[Path, typer.Option("--to", metavar="FILE.svg|FILE.png", help="File to write.")],
    level: Annotated[Level, typer.Option(help="The zones drawn; ept is none.")] = Level.COMMUNE,
    colour: Annotated[
        str,
        typer.Option(
            metavar="MEASURE",
            help="missing_rate, need_rate, access and nearest colour the zones; missing, need and "
            "capacity are circles.",
        ),
    ] = "missing_rate",
    layers: Annotated[
        str, typer.Option(metavar="NAMES", help="Over the zones: qpv,schools,sites, or none.")
    ] = "sites",
    zone: Annotated[
        str, typer.Option(metavar="CODE", help="The zone whose edge is drawn thick.")
    ] = "",
    lang: Annotated[MapLanguage, typer.Option("--lang", help="Language.")] = MapLanguage.FRENCH,
    cog: CogOption = Cog.BEFORE,
    norm: NormOption = DEFAULT_NORM,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Draw the map as an image with its title, legend, sources and backdrop.

    The figures are those of `observatory gaps`, in the classes of the app's map. The same build
    and assumptions give the same bytes.
    """
    from observatory.model.measures import MEASURES
    from observatory.model.norms import SHARES
    from observatory.sheets.map_content import LAYERS
    from observatory.sheets.map_image import map_bytes, territory_image
    from observatory.tables.atomic import write_whole
    from observatory.tables.manifest import read_manifest
    from observatory.words.catalogue import load_words

    zones: Any = level.value
    form = to.suffix.lower()
    if form not in FORMS:
        raise wrong("--to", "a file whose name ends in .svg or .png", to.name)
    if level is Level.EPT:
        raise wrong("--level", "commune, iris or qpv", level.value)
    if colour not in MEASURES:
        raise wrong("--colour", ", ".join(MEASURES), colour[:40])
    asked = Asked.of(build, norm, changes)
    model = asked.model()
    image = territory_image(
        model,
        read_manifest(asked.folder),
        load_words(lang.value, to_move=model.norm_name in SHARES),
        level=zones,
        cog=cog.value,
        colour=colour,
        layers=_layers(layers, LAYERS),
        chosen=zone,
    )
    write_whole(to, map_bytes(image, "svg" if form == ".svg" else "png"))
    typer.echo(str(to))


def _layers(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    asked = [] if text in ("", "none") else [one.strip() for one in text.split(",")]
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise wrong("--layers", f"{', '.join(known)}, or none", unknown[0][:40])
    return tuple(one for one in known if one in asked)
