"""What an image of a map shows: its panels, what colours them, and the words around them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from shapely import box
from shapely.geometry.base import BaseGeometry

from observatory.model.measures import Measure
from observatory.sheets.map_legend import Legend
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

Box = tuple[float, float, float, float]
WIDTH, HEIGHT, EDGE = 1200.0, 900.0, 24.0
#: The frame of the map, in pixels: left, top, width and height.
MAP: Box = (EDGE, 112.0, 880.0, 690.0)
#: Between two panels, the most of them in a row, and the least height of one.
BETWEEN, MOST_ACROSS, LEAST_HEIGHT = 10.0, 6, 130.0


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
class Panel:
    """A window of an image.

    Attributes
    ----------
    zones, communes
        What is coloured, and the outlines and names above it, in metres.
    bounds
        What it shows: west, south, east, north.
    name, figures
        The words above it; may be empty.
    outline
        What has a thick edge in it.
    """

    zones: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    bounds: Box
    name: str = ""
    figures: str = ""
    outline: BaseGeometry | None = None


@dataclass(frozen=True)
class Stamp:
    """A numbered mark at a point: what would change there, or be gone from there."""

    lat: float
    lon: float
    text: str
    gone: bool = False


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
    panels
        Windows beside each other, in the colours of one legend; one of everything where none are
        given.
    stamps
        Numbered marks over the map.
    classes
        Colour and words of each class, where the legend does not say the measure's own.
    """

    zones: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    measure: Measure
    over: Overlays
    counts: Mapping[str, tuple[int, int]]
    texts: MapTexts
    words: Words
    chosen: str = ""
    panels: tuple[Panel, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()

    @property
    def legend(self) -> Legend:
        """What the legend speaks of."""
        return Legend(self.zones, self.measure, self.over, self.counts, self.words, self.classes)

    @property
    def windows(self) -> tuple[Panel, ...]:
        """The panels, or one of everything."""
        bounds: Box = tuple(self.communes.total_bounds)
        row = self.chosen_row
        edge = None if row is None else row.geometry
        return self.panels or (Panel(self.zones, self.communes, bounds, outline=edge),)

    @property
    def chosen_row(self) -> Any:
        """The zone chosen, or ``None``."""
        for table in (self.zones, self.communes):
            found = table[table["code"] == self.chosen]
            if len(found):
                return found.iloc[0]
        return None

    @property
    def fine(self) -> bool:
        """Whether the zones are smaller than communes, whose outlines then stand above them."""
        return len(self.zones) != len(self.communes)


def frames(count: int) -> Iterator[Box]:
    """Return where panels stand, row by row: as many across as down, as far as there is room."""
    x, y, width, height = MAP
    across = min(math.ceil(math.sqrt(count)), MOST_ACROSS)
    down = math.ceil(count / across)
    wide = (width - (across - 1) * BETWEEN) / across
    high = max((height - (down - 1) * BETWEEN) / down, LEAST_HEIGHT)
    for place in range(count):
        row, column = divmod(place, across)
        yield x + column * (wide + BETWEEN), y + row * (high + BETWEEN), wide, high


def square(shape: BaseGeometry, side: float) -> Box:
    """Return the bounds of a square around a shape."""
    west, south, east, north = shape.bounds
    x, y = (west + east) / 2, (south + north) / 2
    bounds: Box = box(x - side / 2, y - side / 2, x + side / 2, y + side / 2).bounds
    return bounds


def widest(shapes: gpd.GeoSeries) -> float:
    """Return the longer side of the widest shape, in its units."""
    bounds = shapes.bounds
    sides = (bounds["maxx"] - bounds["minx"], bounds["maxy"] - bounds["miny"])
    return max(float(side.max()) for side in sides)
