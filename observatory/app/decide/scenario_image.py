"""The map of a scenario as an image: the quarters before, after or by difference, and its marks."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from observatory.app.decide.painted_map import CHANGE, RATE, View, change_classes
from observatory.model.levels import Level
from observatory.model.measures import MEASURES, Measure
from observatory.sheets.map_image_content import MapImage, MapTexts, Stamp
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

_MISSING = MEASURES["missing_rate"]


def measure_of(view: View) -> Measure:
    """Return what colours the quarters in a view."""
    return CHANGE if view == "change" else _MISSING


def title(view: View, level: Level, words: Words) -> str:
    """Return the title of the image in a view."""
    text = "title" if view == "change" else view
    measure = words(f"measure.{measure_of(view).name}.label")
    return words(f"map_image.{text}", measure=measure, level=words(f"level_one.{level}"))


def scenario_image(
    zones: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    table: pd.DataFrame,
    view: View,
    texts: MapTexts,
    words: Words,
    over: Overlays,
    counts: Mapping[str, tuple[int, int]],
    stamps: tuple[Stamp, ...],
) -> MapImage:
    """Return the image of what a page paints over its map.

    Parameters
    ----------
    zones, communes
        Outlines with the figures of today.
    table
        The zones before and after (``tables.decision_results.COMPARISON``).
    view
        What the colours say.
    texts, words, over, counts, stamps
        As the image has them.
    """
    values = zones["code"].map(table.set_index("code")[f"{RATE}_{view}"])
    drawn = zones.assign(**{f"{RATE}_change" if view == "change" else RATE: values})
    classes = change_classes(words) if view == "change" else ()
    return MapImage(
        drawn, communes, measure_of(view), over, counts, texts, words, stamps=stamps,
        classes=classes,
    )  # fmt: skip
