"""Compile what lies behind the maps: each layer simplified and cut, in a file of its own.

A layer keeps its own licence, which its file names: what is under ODbL is never joined to the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from observatory.geo.backdrop import LayerSource, load_sources
from observatory.geo.geometry import METRIC, WORLD, generalise, mend, project
from observatory.geo.perimeter import find_perimeter
from observatory.places.french_communes import commune_table
from observatory.places.search.stops import STATION_NAMES
from observatory.read.digests import digest
from observatory.read.layers import read_layer
from observatory.read.registry import load_registry
from observatory.read.source_reading import read_source
from observatory.read.text_files import read_text_table
from observatory.settings import Settings
from observatory.tables.atomic import write_whole
from observatory.tables.transit_tables import METRO, RAIL, TRAM

#: How far around the territory the backdrop goes.
AROUND_M = 3000.0
PARIS = "75056"
#: How far the borders around may move when they are simplified.
BORDER_M = 25
#: A commune of which less than this is seen has no name.
NARROWEST_M = 350
#: A road of which less than this is known is left out.
SHORTEST_M = 300
#: Lines nearer than this run side by side; what is left of one must be this long to be drawn.
BESIDE_M, PIECE_M, REACH_M = 30, 90, 45
#: About one metre.
DECIMALS = 5
#: Modes of the file of rails -> kinds; trains of all names run on the same rails, drawn once.
MODES = {"METRO": "metro", "TRAMWAY": "tram", "RER": "train", "TRAIN": "train", "TER": "train"}
LINES = ("metro", "tram")
#: Kinds of lines -> what people call a stop of theirs, before its name.
STATIONS = {
    "train": STATION_NAMES[RAIL],
    "metro": STATION_NAMES[METRO],
    "tram": STATION_NAMES[TRAM],
}
LANDMARKS = {
    "bibliotheque": "library",
    "hopital": "hospital",
    "enseignement superieur": "university",
}


@dataclass(frozen=True)
class LayerReport:
    """What was written of a layer.

    Attributes
    ----------
    source
        Where it comes from.
    features, size
        How many features, in how many bytes.
    pinned
        Whether it was read from the bytes that the register names.
    """

    source: LayerSource
    features: int
    size: int
    pinned: bool


@dataclass(frozen=True)
class _Ground:
    """The communes of the source, those of the territory, and the window to draw."""

    communes: gpd.GeoDataFrame
    territory: frozenset[str]
    window: Any


def compile_backdrop(
    folder: Path, territory: str, where: Settings, target: Path
) -> tuple[LayerReport, ...]:
    """Write each layer of the register as GeoJSON, whole or not at all.

    Parameters
    ----------
    folder
        The folder of source files.
    territory
        Its code, as a build takes it: the layers are cut to it and 3 km around.
    where
        Where the registry and the register of layers are.
    target
        The folder to write in.

    Raises
    ------
    ObservatoryError
        A source is not there, cannot be read or has other columns than known.
    """
    ground = _ground(folder, territory, where)
    return tuple(
        _written(source, folder, ground, target) for source in load_sources(where.backdrop)
    )


def _ground(folder: Path, territory: str, where: Settings) -> _Ground:
    registry = load_registry(where.registry)
    inside = frozenset(find_perimeter(territory, commune_table(where.data)).communes)
    communes, _ = read_source("communes", folder, registry=registry)
    outlines = gpd.GeoDataFrame(communes.frame)
    bounds = outlines[outlines["commune"].isin(inside)].total_bounds
    return _Ground(outlines, inside, shapely.box(*bounds).buffer(AROUND_M, join_style="mitre"))


def _written(source: LayerSource, folder: Path, ground: _Ground, target: Path) -> LayerReport:
    path = folder / source.path
    pieces = _simple(READERS[source.kind](path, ground), source, ground)
    content = _geojson(source, pieces)
    write_whole(target / f"{source.id}.geojson", content)
    return LayerReport(source, len(pieces), len(content), digest(path) == source.sha256)


def _neighbours(_: Path, ground: _Ground) -> gpd.GeoDataFrame:
    """Return the borders around, drawn once, and a point well inside each commune for its name."""
    # Paris stands twice in the source: whole, and by arrondissement.
    communes = ground.communes[ground.communes["commune"] != PARIS]
    near = communes[communes.intersects(ground.window)]
    coarse = generalise(near, BORDER_M)
    seen = coarse[~coarse["commune"].isin(ground.territory)].clip(ground.window)
    circles = [shapely.maximum_inscribed_circle(shape) for shape in seen.geometry]
    wide = [circle.length > NARROWEST_M for circle in circles]
    names = seen["commune_name"].str.replace(" Arrondissement", "")
    borders = shapely.union_all(coarse[coarse["commune"].isin(seen["commune"])].boundary.array)
    points = [shapely.Point(circle.coords[0]) for circle in circles]
    frame = gpd.GeoDataFrame({"name": names}, geometry=points, crs=seen.crs)[wide]
    lines = gpd.GeoDataFrame({"name": [""]}, geometry=[shapely.line_merge(borders)], crs=seen.crs)
    return pd.concat([lines.assign(kind="border"), frame.assign(kind="neighbour")])


def _named(path: Path, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    layer = read_layer(path, columns=columns)
    return project(layer, METRIC, name=str(path))


def _water(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    whole, _count = mend(_named(path, ("nom", "surface_m2")))
    called = whole["nom"].fillna("")
    # The lakes of the park need no name beside the park's own.
    return whole.assign(kind="water", name=called.mask(called.str.startswith("Plans d'eau"), ""))


def _park(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    park = _named(path, ("nom", "code_iris"))
    return park.assign(kind="park", name=park["nom"].str.replace(r" \(.*", "", regex=True))


def _roads(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    """Return the roads, one line a name; what runs in a tunnel is not seen."""
    roads = _named(path, ("ref", "name", "tunnel"))
    seen = roads[~roads["tunnel"].astype(bool)]
    called = seen["name"].fillna(seen["ref"]).fillna("")
    roads = _joined(seen.assign(kind="road", name=called))
    return roads[roads.length >= SHORTEST_M]


def _ring(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    ring = _named(path, ("sens", "troncon"))
    one_way = ring[ring["sens"] == "interieur"]
    return _joined(one_way.assign(kind="ring", name="Boulevard périphérique"))


def _rails(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    """Return the rails: one line for all trains, one a line of metro or tramway."""
    columns = ("res_com", "mode", "indice_lig", "couleur", "exploitant", "troncons")
    rails = _named(path, columns)
    kind = rails["mode"].map(MODES)
    first = kind.map({"metro": "M", "tram": "T"})
    name = (first + rails["indice_lig"].astype(str)).where(kind.isin(LINES), "")
    return _joined(rails.assign(kind=kind, name=name))


def _landmarks(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    """Return libraries, hospitals and universities."""
    table = _rows(path, ("type", "nom", "lon", "lat"))
    return _at(table["nom"], table["type"].map(LANDMARKS), table["lon"], table["lat"])


def _posts(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    """Return post offices, and the shops that stand in for one, without the codes of their kind."""
    table = _rows(path, ("nom", "lon", "lat"))
    name = table["nom"].str.replace(r"(?: (?:BP|RP|PAL|PRINCIPAL))+$", "", regex=True)
    return _at("La Poste " + _capitalised(name), "post", table["lon"], table["lat"])


def _stations(path: Path, _: _Ground) -> gpd.GeoDataFrame:
    """Return stations by name and kind, one point for all their lines."""
    table = _rows(path, ("nom_gares", "mode", "geo_point_2d"))
    kind = table["mode"].map(MODES).map(STATIONS)
    name = kind + " " + table["nom_gares"].str.replace("–", "-")
    degrees = table["geo_point_2d"].str.split(", ", expand=True).astype(float)
    lines = pd.DataFrame({"name": name, "lat": degrees[0], "lon": degrees[1]})
    one = lines[kind.notna()].groupby("name", sort=True).mean().reset_index()
    return _at(one["name"], "station", one["lon"], one["lat"])


def _rows(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    return read_text_table(path, sep=";", columns=columns, known=".+")


def _at(names: Any, kind: Any, lon: Any, lat: Any) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(lon.astype(float), lat.astype(float), crs=WORLD)
    frame = pd.DataFrame({"name": _capitalised(names), "kind": kind})
    return project(gpd.GeoDataFrame(frame, geometry=points), METRIC, name="landmarks")


def _capitalised(names: pd.Series[Any]) -> pd.Series[Any]:
    """Return names written all in capitals with capitals at their words' beginnings only."""
    return names.where(~names.str.isupper(), names.str.title())


READERS: dict[str, Callable[[Path, _Ground], gpd.GeoDataFrame]] = {
    "neighbour": _neighbours,
    "park": _park,
    "water": _water,
    "road": _roads,
    "ring": _ring,
    "rail": _rails,
    "landmark": _landmarks,
    "post": _posts,
    "station": _stations,
}


def _joined(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one line a kind and name, what runs side by side drawn once."""
    groups = lines.groupby(["kind", "name"], sort=True).geometry
    merged = groups.agg(drawn_once)
    whole = gpd.GeoDataFrame(merged.reset_index(), geometry="geometry", crs=lines.crs)
    return whole[~whole.geometry.is_empty]


def drawn_once(shapes: gpd.GeoSeries) -> Any:
    """Return lines without what lies beside a longer one, such as the other carriageway."""
    parts = shapely.get_parts(shapely.line_merge(shapely.union_all(shapes.array, grid_size=1.0)))
    drawn: list[Any] = []
    beside: Any = shapely.Polygon()
    for part in sorted(parts, key=lambda line: (-line.length, line.wkt)):
        rest = shapely.get_parts(part.difference(beside))
        kept = [line for line in rest if line.length >= PIECE_M]
        # A little of the way beside it, so that a branch reaches the line that it leaves.
        drawn += [part.intersection(line.buffer(REACH_M)) for line in kept]
        beside = shapely.union_all([beside, *(line.buffer(BESIDE_M) for line in kept)])
    return shapely.line_merge(shapely.MultiLineString(list(shapely.get_parts(drawn))))


def _simple(layer: gpd.GeoDataFrame, source: LayerSource, ground: _Ground) -> gpd.GeoDataFrame:
    """Return what is in the window, simplified, in degrees, in order of kind and name."""
    shapes = layer.geometry.intersection(ground.window)
    shapes = shapes.simplify(source.tolerance_m)
    kept = layer.assign(geometry=shapes)[["kind", "name", "geometry"]]
    kept = kept[~kept.geometry.is_empty & (kept.geometry.area >= source.smallest_m2)]
    world = project(gpd.GeoDataFrame(kept, crs=layer.crs), WORLD, name=source.id)
    return world.sort_values(["kind", "name"], kind="stable", ignore_index=True)


def _geojson(source: LayerSource, pieces: gpd.GeoDataFrame) -> bytes:
    rounded = shapely.transform(pieces.geometry.array, lambda xy: xy.round(DECIMALS))
    head = {
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "vintage": source.vintage,
        "url": source.url,
    }
    said = json.dumps(head, ensure_ascii=False)[1:-1]
    rows = pd.DataFrame(pieces[["kind", "name"]]).to_dict("records")
    features = ",\n".join(
        f'{{"type":"Feature","properties":{json.dumps(row, ensure_ascii=False)},'
        f'"geometry":{shapely.to_geojson(shape).replace(" ", "")}}}'
        for row, shape in zip(rows, rounded, strict=True)
    )
    return f'{{"type":"FeatureCollection",{said},"features":[\n{features}\n]}}\n'.encode()
