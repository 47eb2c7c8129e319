"""The map of the screen as one image to paste in a note: title, legend, source, credits.

Drawn from the same figures, classes and signs as the page's map (:mod:`observatory.app.maps`);
SVG, and PNG from that SVG.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from observatory.errors import ChoiceError
from observatory.geo.backdrop import Piece
from observatory.geo.codes import Cog
from observatory.geo.geometry import WORLD, inner_point, project_to_metres
from observatory.model.gap_table import shown_gaps
from observatory.model.levels import Level
from observatory.model.measures import MEASURES, MISSING, Measure
from observatory.model.model import Model
from observatory.sheets import map_signs
from observatory.sheets.cog_words import cog_words
from observatory.sheets.hatching import hatching, withheld, without_place
from observatory.sheets.map_classes import CIRCLE, colour_of, radius_of
from observatory.sheets.map_content import backdrop_credit, drawn_zones, layer_counts, overlays
from observatory.sheets.map_frame import Name, View, paragraph, shapes, sign, written
from observatory.sheets.map_legend import Legend, legend
from observatory.sheets.overlays import Overlays
from observatory.sheets.svg_parts import Frame, north, scale
from observatory.sheets.territory_texts import publishers, zone_sentence
from observatory.sheets.typst_pdf import compile_png
from observatory.tables.manifest import Manifest
from observatory.words.catalogue import Words
from observatory.words.numbers import day_text, number, quarter_name

WIDTH, HEIGHT = 1200.0, 900.0
EDGE = 24.0
MAP = (EDGE, 112.0, 880.0, 690.0)
#: Kinds of the backdrop that are named on the image: rank, size and look.
NAMED: dict[str, tuple[int, float, str]] = {
    "neighbour": (5, 12, 'fill="#5b6675"'),
    "water": (4, 12, 'fill="#1f5f8f" font-style="italic"'),
    "park": (4, 12, 'fill="#47623f" font-style="italic"'),
    "ring": (3, 11, 'fill="#4a5566"'),
}
_TOWN = 'fill="#1b2330" font-weight="bold"'
_INK = 'fill="#1b2330"'


@dataclass(frozen=True)
class MapTexts:
    """What the image says around the map.

    Attributes
    ----------
    title, under
        The finding or the measure, and what it is of.
    source
        What stands under the map: the norm, the publishers, the product and the day of its data.
    """

    title: str
    under: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class MapImage:
    """A map to be drawn as an image.

    Attributes
    ----------
    zones, communes
        As :func:`observatory.model.map_zones.zone_table` gives them, in metres.
    measure
        What colours the zones, or gives each its circle.
    over
        What lies over and behind them.
    counts
        Each layer drawn: how many of its things are placed, and how many there are.
    texts, words
        What is said around it, and the language.
    chosen
        Code of the zone whose edge is drawn over the others, or the empty string.
    """

    zones: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    measure: Measure
    over: Overlays
    counts: Mapping[str, tuple[int, int]]
    texts: MapTexts
    words: Words
    chosen: str = ""
    view: View = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "view", View.around(self.communes.total_bounds, MAP))

    @property
    def legend(self) -> Legend:
        """What the legend speaks of."""
        return Legend(self.zones, self.measure, self.over, self.counts, self.words)


def map_svg(image: MapImage) -> str:
    """Draw the map and all that is said of it as SVG."""
    x, y, width, height = MAP
    parts = [
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#ffffff"/>',
        *_head(image.texts),
        f'<clipPath id="frame"><rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>'
        "</clipPath>",
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'fill="{map_signs.GROUND}"/>',
        '<g clip-path="url(#frame)">',
        *_ground(image),
        *_signs(image),
        *_names(image),
        *_chosen(image),
        "</g>",
        f'<g transform="translate({x:g} {y:g})">',
        north(Frame(width, height)),
        scale(image.view.per_metre, Frame(width, height)),
        "</g>",
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="none" '
        'stroke="#cfd6e1"/>',
        *legend(image.legend, MAP[1]),
        *_foot(image),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{HEIGHT:g}" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img"><title>{escape(image.texts.title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def map_png(svg: str) -> bytes:
    """Return the image as PNG, at twice the size of its SVG."""
    return compile_png(svg, WIDTH, HEIGHT)


# ---- The map --------------------------------------------------------------------------------
def _ground(image: MapImage) -> Iterator[str]:
    """Draw the zones, what their figure is worth, the backdrop and the outlines over them."""
    zones, measure, view = image.zones, image.measure, image.view
    fine = len(zones) != len(image.communes)
    values = measure.values(zones).to_numpy(dtype=float)
    for shape, value in zip(zones.geometry, values, strict=True):
        yield from shapes([shape], view, _zone_style(value, measure, fine))
    unknown = without_place(zones, measure, image.over.placed)
    for which, falling in ((withheld(zones, measure), False), (unknown, True)):
        yield from shapes(hatching(zones, which, falling=falling).geometry, view, map_signs.HATCH)
    for piece, shape in _behind(image):
        if piece.kind in map_signs.BACKDROP:
            yield from shapes([shape], view, map_signs.BACKDROP[piece.kind])
    if fine:
        yield from shapes(image.communes.geometry, view, map_signs.OUTLINE)
    if image.over.qpv is not None:
        known = image.over.qpv[image.over.qpv["outline_known"]]
        yield from shapes(known.geometry, view, map_signs.QPV)


def _zone_style(value: float, measure: Measure, fine: bool) -> dict[str, Any]:
    fill = colour_of(value, measure)
    known = bool(np.isfinite(value))
    ground = "#eef1f5" if known else MISSING
    return {
        "fillColor": fill or ground,
        "fillOpacity": 0.9,
        "color": map_signs.EDGE if known else map_signs.INK,
        "weight": 0.7 if fine else 1,
        "dashArray": None if known else "4 4",
    }


def _behind(image: MapImage) -> list[tuple[Piece, Any]]:
    """Return the pieces of the backdrop with their shapes in metres."""
    pieces = [piece for layer in image.over.backdrop for piece in layer.pieces]
    found = gpd.GeoSeries([piece.shape for piece in pieces], crs=WORLD).to_crs(image.zones.crs)
    return list(zip(pieces, found, strict=True))


def _signs(image: MapImage) -> Iterator[str]:
    """Draw the circles of a count, then schools, then places."""
    measure, view = image.measure, image.view
    if measure.circles:
        fill = measure.colours[CIRCLE]
        values = measure.values(image.zones).to_numpy(dtype=float)
        for shape, value in zip(image.zones.geometry, values, strict=True):
            radius = radius_of(value, measure)
            if radius is not None:
                at = inner_point(shape)
                yield sign("circle", view.xy(at.x, at.y), radius, fill, edge=1, opacity=0.85)
    if image.over.schools is not None:
        schools = image.over.schools[image.over.schools["network"].notna()]
        yield from _points(schools, schools["network"], view)
    if image.over.sites is not None:
        sites = image.over.sites[image.over.sites["located"] == "point"]
        yield from _points(sites, pd.Series("sites", index=sites.index), view)


def _points(rows: pd.DataFrame, kinds: Any, view: View) -> Iterator[str]:
    known = (rows["lon"].notna() & rows["lat"].notna()).to_numpy(dtype=bool)
    metres = project_to_metres(rows["lon"][known], rows["lat"][known])
    for (x, y), kind in zip(metres, kinds[known], strict=True):
        look = map_signs.SIGNS[kind]
        yield sign(look["shape"], view.xy(float(x), float(y)), look["radius"], look["fillColor"])


def _names(image: MapImage) -> list[str]:
    """Write the communes' names, then those of what lies around them."""
    view, names = image.view, []
    for name, shape in zip(image.communes["name"], image.communes.geometry, strict=True):
        at = inner_point(shape)
        names.append(Name(str(name), [view.xy(at.x, at.y)], 9, 14.0, _TOWN, shifted=True))
    for piece, shape in _behind(image):
        if piece.name and piece.kind in NAMED:
            rank, size, style = NAMED[piece.kind]
            names.append(Name(piece.name, _middle_first(shape, view), rank, size, style))
    return written(names, view)


def _middle_first(shape: Any, view: View) -> list[tuple[float, float]]:
    """Return the points of a shape that are seen, from the middle of the frame outwards."""
    middle = view.box.centroid
    seen = [(float(x), float(y)) for x, y in shapely.get_coordinates(view.drawn(shape))]
    return sorted(seen, key=lambda at: math.dist(at, (middle.x, middle.y)))


def _chosen(image: MapImage) -> list[str]:
    found = _chosen_row(image)
    return [] if found is None else shapes([found.geometry], image.view, map_signs.CHOSEN)


def _chosen_row(image: MapImage) -> Any:
    """Return the zone chosen, or ``None``."""
    for table in (image.zones, image.communes):
        found = table[table["code"] == image.chosen]
        if len(found):
            return found.iloc[0]
    return None


# ---- What is said around it -----------------------------------------------------------------
def _head(texts: MapTexts) -> list[str]:
    bold = f'{_INK} font-weight="bold"'
    title, below = paragraph(texts.title, (EDGE, 16), WIDTH - 2 * EDGE, 25, bold)
    under, _ = paragraph(texts.under, (EDGE, below + 2), WIDTH - 2 * EDGE, 15)
    return [*title, *under]


def _foot(image: MapImage) -> list[str]:
    y = MAP[1] + MAP[3] + 8
    parts: list[str] = []
    for text in (*_chosen_words(image), *_credits(image)):
        lines, y = paragraph(text, (EDGE, y), WIDTH - 2 * EDGE, 12)
        parts += lines
    return parts


def _chosen_words(image: MapImage) -> tuple[str, ...]:
    """Return whose edge is thick, and its figure in words."""
    row, words = _chosen_row(image), image.words
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
        texts=_texts(model, manifest, words, level, cog, measure),
        words=words,
        chosen=chosen,
    )


def _texts(
    model: Model, manifest: Manifest, words: Words, level: Level, cog: Cog, measure: Measure
) -> MapTexts:
    whole = shown_gaps(model, "ept", cog).iloc[0]
    norm = number(whole["norm_h_per_100"], words.lang, 2)
    return MapTexts(
        title=words(
            "map_image.title",
            measure=words(f"measure.{measure.name}.label"),
            level=words(f"level_one.{level}"),
        ),
        under=words(
            "map_image.under",
            name=whole["name"],
            cog=cog_words(model.facts, cog, words),
            sentence=zone_sentence(whole, words),
        ),
        source=(
            words(f"carte.norm.{whole['norm']}", norm=norm),
            words(
                "map_image.source",
                product=words("app.name"),
                publishers=publishers(manifest.sources),
                day=day_text(manifest.day, words.lang),
            ),
        ),
    )
