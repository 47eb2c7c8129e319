"""Names around a build that its tables do not hold: landmarks, main roads, post codes.

Landmarks and roads stand in the backdrop of the maps, each layer under its own licence; they are
joined to a build's names in memory only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from observatory.geo.backdrop import BackdropLayer, Piece, backdrop_layers, landmark_layers
from observatory.geo.codes import in_cog
from observatory.geo.communes import Communes
from observatory.geo.geometry import WORLD, to_degrees

#: What OpenStreetMap gives as a road's name begins so where it is a reference, not a name.
REFERENCES = ("D ", "N ", "RNIL ")


def landmarks(
    communes: gpd.GeoDataFrame,
    layers: Iterable[BackdropLayer] | None = None,
) -> pd.DataFrame:
    """Return the landmarks inside some communes: ``name, kind, commune_name, lon, lat``.

    Parameters
    ----------
    communes
        Outlines in metres with ``commune_name`` and ``in_territory``.
    layers
        The layers to read; the project's own by default.
    """
    pieces = _pieces(landmark_layers() if layers is None else layers)
    return _within(pieces, communes)


def main_roads(
    communes: gpd.GeoDataFrame,
    layers: Iterable[BackdropLayer] | None = None,
) -> pd.DataFrame:
    """Return the named main roads as :func:`landmarks` does: the middle of each in each commune."""
    drawn = _pieces(backdrop_layers() if layers is None else layers)
    roads = [
        Piece("street", one.name, one.shape)
        for one in drawn
        if one.kind == "road" and one.name and not one.name.startswith(REFERENCES)
    ]
    return _within(roads, communes)


def _pieces(layers: Iterable[BackdropLayer]) -> list[Piece]:
    return [piece for layer in layers for piece in layer.pieces]


def _within(pieces: list[Piece], communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the middle of each piece in each commune that it lies in."""
    frame = gpd.GeoDataFrame(
        {"name": [one.name for one in pieces], "kind": [one.kind for one in pieces]},
        geometry=[one.shape for one in pieces],
        crs=WORLD,
    ).to_crs(communes.crs)
    known = communes[["commune_name", "in_territory", "geometry"]]
    parts = gpd.overlay(frame, known, how="intersection", keep_geom_type=True)
    middle = [_middle(shape) for shape in parts.geometry]
    x, y = (np.array([getattr(point, axis) for point in middle], dtype=float) for axis in "xy")
    lon, lat = to_degrees(x, y)
    return pd.DataFrame(parts.drop(columns="geometry")).assign(lon=lon, lat=lat)


def _middle(shape: shapely.Geometry) -> shapely.Point:
    """Return the middle of the longest line, or the point itself."""
    longest = max(shapely.get_parts(shape), key=shapely.length)
    at = longest if longest.geom_type == "Point" else longest.interpolate(0.5, normalized=True)
    return shapely.Point(at)


def postcodes(sites: pd.DataFrame, communes: gpd.GeoDataFrame, country: Communes) -> pd.DataFrame:
    """Return the post codes of a build's communes, each at a point inside its commune.

    Parameters
    ----------
    sites
        The table of places: ``postcode``, ``commune``. A code that the country's table gives to a
        commune of today is that of the commune before its merger where places there have it.
    communes
        Outlines in metres with ``commune``, ``commune_name`` and ``in_territory``.
    country
        Every commune of the country, in the geography of today.
    """
    inside = communes.geometry.representative_point()
    lon, lat = to_degrees(inside.x.to_numpy(dtype=float), inside.y.to_numpy(dtype=float))
    known = pd.DataFrame(communes[["commune", "commune_name", "in_territory"]])
    found = dict(_codes(sites, known["commune"].tolist(), country))
    pairs = pd.DataFrame(list(found.items()), columns=["name", "commune"])
    return pairs.merge(known.assign(lon=lon, lat=lat), on="commune")


def _codes(
    sites: pd.DataFrame, communes: list[str], country: Communes
) -> Iterator[tuple[str, str]]:
    """Return code and commune; of two for one code, the one with places comes last, and stays."""
    today = {in_cog(code, "cog_2025"): code for code in sorted(communes, reverse=True)}
    for postcode, served in sorted(country.by_postcode.items()):
        here = sorted(served & set(today))
        if len(here) == 1:
            yield postcode, today[here[0]]
    counts = sites[["postcode", "commune"]].value_counts().sort_values(kind="stable")
    for postcode, code in counts.index:
        if in_cog(code, "cog_2025") in (country.serves(postcode) or ()):
            yield str(postcode), str(code)
