"""The map of the screen as one image to paste in a note: title, legend, source, credits.

Drawn from the same figures, classes and signs as the page's map (:mod:`observatory.app.maps`);
SVG, and PNG from that SVG.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Literal

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.model.gap_table import shown_gaps
from observatory.model.levels import Level
from observatory.model.measures import MEASURES, Measure
from observatory.model.model import Model
from observatory.sheets import map_signs
from observatory.sheets.cog_words import cog_words
from observatory.sheets.map_content import backdrop_credit, drawn_zones, layer_counts, overlays
from observatory.sheets.map_frame import paragraph
from observatory.sheets.map_image_content import (
    EDGE,
    HEIGHT,
    MAP,
    WIDTH,
    MapImage,
    MapTexts,
    frames,
)
from observatory.sheets.map_legend import legend
from observatory.sheets.map_panel import behind, heads, panel_svg
from observatory.sheets.territory_texts import publishers, zone_sentence
from observatory.sheets.typst_pdf import compile_png
from observatory.tables.manifest import Manifest
from observatory.words.catalogue import Words
from observatory.words.numbers import day_text, number, quarter_name

ImageForm = Literal["svg", "png"]
IMAGE_FORMS: tuple[ImageForm, ...] = ("png", "svg")
_INK = f'fill="{map_signs.INK}"'


def map_svg(image: MapImage) -> str:
    """Draw the map and all that is said of it as SVG."""
    drawn, bottom = _windows(image)
    foot, end = _foot(image, bottom + 8)
    height = max(HEIGHT, end + 6)
    parts = [
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
        *_head(image.texts),
        *drawn,
        *legend(image.legend, MAP[1]),
        *foot,
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" role="img"><title>{escape(image.texts.title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def map_png(svg: str) -> bytes:
    """Return the image as PNG, at twice the size of its SVG."""
    size = re.match(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"', svg)
    width, height = size.groups() if size else (WIDTH, HEIGHT)
    return compile_png(svg, float(width), float(height))


def map_bytes(image: MapImage, form: ImageForm) -> bytes:
    """Return the image as the bytes of a file."""
    svg = map_svg(image)
    return svg.encode("utf-8") if form == "svg" else map_png(svg)


def _windows(image: MapImage) -> tuple[list[str], float]:
    """Draw the panels; return them and where the lowest ends."""
    panels, back = image.windows, behind(image)
    places = list(frames(len(panels)))
    parts, head = heads(panels, places)
    for place, (panel, (x, y, width, height)) in enumerate(zip(panels, places, strict=True)):
        parts += panel_svg(image, panel, (x, y + head, width, height - head), back, place)
    return parts, places[-1][1] + places[-1][3]


# ---- What is said around it -----------------------------------------------------------------
def _head(texts: MapTexts) -> list[str]:
    bold = f'{_INK} font-weight="bold"'
    title, below = paragraph(texts.title, (EDGE, 16), WIDTH - 2 * EDGE, 25, bold)
    under, _ = paragraph(texts.under, (EDGE, below + 2), WIDTH - 2 * EDGE, 15)
    return [*title, *under]


def _foot(image: MapImage, y: float) -> tuple[list[str], float]:
    """Write what stands under the map, from a height downwards; return it and where it ends."""
    parts: list[str] = []
    for text in (*_chosen_words(image), *_credits(image)):
        lines, y = paragraph(text, (EDGE, y), WIDTH - 2 * EDGE, 12)
        parts += lines
    return parts, y


def _chosen_words(image: MapImage) -> tuple[str, ...]:
    """Return whose edge is thick, and its figure in words."""
    row, words = image.chosen_row, image.words
    if row is None:
        return ()
    town = image.communes.loc[image.communes["code"] == row["commune"], "name"]
    where = f" ({town.iloc[0]})" if row["code"] != row["commune"] and len(town) else ""
    named = quarter_name(str(row["name"]), words.lang) + where
    return (words("map_image.chosen", name=named, sentence=zone_sentence(row, words)),)


def _credits(image: MapImage) -> Iterable[str]:
    words, said = image.words, image.texts.source
    behind = backdrop_credit(image.over.backdrop, words)
    return (*said, words("map.credit_behind", credits=behind) if behind else words("map.credit"))


def territory_image(
    model: Model, manifest: Manifest, words: Words, *, level: Level, cog: Cog, colour: str,
    layers: tuple[str, ...] = (), chosen: str = "",
) -> MapImage:  # fmt: skip
    """Return the map of a measured territory, ready to be drawn.

    Parameters
    ----------
    model, manifest
        The territory under its assumptions, and what its build was made from.
    words
        The texts of the screens, that say whether hours are missing or to move.
    level, cog, colour, layers, chosen
        What the page's map is asked for: zones, geography, measure, layers, the zone chosen.

    Raises
    ------
    ChoiceError
        The zone chosen is not on the map.
    """
    facts, measure = model.facts, MEASURES[colour]
    counts = layer_counts(facts)
    zones = drawn_zones(facts, shown_gaps(model, level, cog), level, cog)
    communes = drawn_zones(facts, shown_gaps(model, "commune", cog), "commune", cog)
    if chosen and chosen not in {*zones["code"], *communes["code"]}:
        raise ChoiceError(
            "map, zone",
            expected=f"a commune of the territory, or one of the {len(zones)} zones drawn, such as "
            + str(zones["code"].iloc[0]),
            found=repr(chosen[:40]),
            next_step="observatory gaps lists their codes",
        )
    return MapImage(
        zones=zones,
        communes=communes,
        measure=measure,
        over=overlays(facts, layers, cog),
        counts={name: counts[name] for name in layers},
        texts=texts_around(model, manifest, words, cog, title_of(measure, level, words)),
        words=words,
        chosen=chosen,
    )


def title_of(measure: Measure, level: Level, words: Words) -> str:
    """Return the title of a map: what is measured, and by which zones."""
    return words(
        "map_image.title",
        measure=words(f"measure.{measure.name}.label"),
        level=words(f"level_one.{level}"),
    )


def texts_around(
    model: Model,
    manifest: Manifest,
    words: Words,
    cog: Cog,
    title: str,
    *,
    said: str | None = None,
    more: tuple[str, ...] = (),
    on_norm: bool = True,
) -> MapTexts:
    """Return what stands around a map of a measured territory.

    Parameters
    ----------
    model, manifest, words, cog
        As for :func:`territory_image`.
    title
        The finding or the measure.
    said
        The sentence under it; what the territory lacks where none is given.
    more
        What is said under the map before its sources.
    on_norm
        Whether the figures depend on the norm, which is then said.
    """
    whole = shown_gaps(model, "ept", cog).iloc[0]
    norm = number(whole["norm_h_per_100"], words.lang, 2)
    under = words(
        "map_image.under",
        name=whole["name"],
        cog=cog_words(model.facts, cog, words),
        sentence=zone_sentence(whole, words) if said is None else said,
    )
    measured = (words(f"carte.norm.{whole['norm']}", norm=norm),) if on_norm else ()
    source = words(
        "map_image.source",
        product=words("app.name"),
        publishers=publishers(manifest.sources),
        day=day_text(manifest.day, words.lang),
    )
    return MapTexts(title, under.rstrip(), (*more, *measured, source))
