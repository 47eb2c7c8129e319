"""What lies behind every map where there is no network: water, rails, roads, a park, neighbours.

With them stand the landmarks that a search may start from: their names are found, none is drawn.
Compiled once into ``data/backdrop`` (:mod:`observatory.build.backdrop`), read here by the screens
and the sheets alike. Nothing of it takes part in a figure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from observatory import settings
from observatory.errors import FileFormatError
from observatory.tables.provenance import OPEN_LICENCE
from observatory.tables.toml_files import read_entry, read_toml, wrong_entry

#: What a layer may be; each has its own colour on the map.
KINDS = ("neighbour", "park", "water", "road", "ring", "rail")
#: Layers of names to start a search from, which no map draws.
LANDMARK_KINDS = ("landmark", "post", "station")
SHARE_ALIKE = "ODbL 1.0"
#: What the file of a layer under that licence ends with.
SHARE_ALIKE_NAME = "_odbl"
REGISTER = "layers.toml"


@dataclass(frozen=True)
class LayerSource:
    """Where a layer of the backdrop comes from, and how far it is simplified.

    Attributes
    ----------
    id
        Its name, and that of its file.
    kind
        One of :data:`KINDS` or :data:`LANDMARK_KINDS`.
    title, publisher, licence, vintage, url
        What there is to say of it.
    credit
        The few words that the map itself shows.
    path, sha256
        The file that it is compiled from, and its bytes' hash.
    tolerance_m
        How far an outline may move when it is simplified.
    smallest_m2
        What is smaller is left out.
    """

    id: str
    kind: str
    title: str
    publisher: str
    credit: str
    licence: str
    vintage: str
    url: str
    path: str
    sha256: str
    tolerance_m: int
    smallest_m2: int = 0


@dataclass(frozen=True)
class Piece:
    """One line or surface of the backdrop.

    Attributes
    ----------
    kind
        ``border``, ``neighbour`` (a point, for its name), ``park``, ``water``, ``road``, ``ring``,
        ``train``, ``metro`` or ``tram``; of a landmark ``library``, ``hospital``, ``university``,
        ``post`` or ``station``.
    name
        Its name, or the empty string.
    shape
        Its geometry, in degrees (EPSG:4326).
    """

    kind: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True)
class BackdropLayer:
    """One layer, as the maps draw it: its source and its pieces."""

    source: LayerSource
    pieces: tuple[Piece, ...]


def load_sources(folder: Path) -> tuple[LayerSource, ...]:
    """Read the register of the backdrop's layers, in the order in which they are drawn.

    Raises
    ------
    MissingInputError, FileFormatError
        No register, or not TOML.
    ChoiceError
        An entry lacks a field, has an unknown one or a value that is not allowed; a layer under
        ODbL does not say so in its name, or another one does.
    """
    path = folder / REGISTER
    tree = read_toml(path, "the register of the backdrop's layers")
    return tuple(_source(name, node, path) for name, node in tree.items())


def _source(name: str, node: Any, path: Path) -> LayerSource:
    here = f"{path}, [{name}]"
    source = LayerSource(id=name, **read_entry(LayerSource, node, here))
    allowed = (*KINDS, *LANDMARK_KINDS)
    if source.kind not in allowed:
        raise wrong_entry(f"{here}, kind", " or ".join(allowed), repr(source.kind))
    if source.licence not in (OPEN_LICENCE, SHARE_ALIKE):
        raise wrong_entry(
            f"{here}, licence", f"{OPEN_LICENCE} or {SHARE_ALIKE}", repr(source.licence)
        )
    if (source.licence == SHARE_ALIKE) != name.endswith(SHARE_ALIKE_NAME):
        raise wrong_entry(here, f"a name that ends with {SHARE_ALIKE_NAME} under ODbL only", name)
    return source


@lru_cache(maxsize=2)
def backdrop_layers(folder: Path | None = None) -> tuple[BackdropLayer, ...]:
    """Return the layers of the backdrop that are there, in the order in which they are drawn.

    Parameters
    ----------
    folder
        Where they were compiled; the project's own folder by default.

    Returns
    -------
    tuple of BackdropLayer
        None where nothing was compiled: a map is then drawn without.

    Raises
    ------
    FileFormatError
        The file of a layer cannot be read.
    """
    return _layers(folder, KINDS)


@lru_cache(maxsize=2)
def landmark_layers(folder: Path | None = None) -> tuple[BackdropLayer, ...]:
    """Return the layers of landmarks that are there, as :func:`backdrop_layers` does the others."""
    return _layers(folder, LANDMARK_KINDS)


def _layers(folder: Path | None, kinds: tuple[str, ...]) -> tuple[BackdropLayer, ...]:
    there = settings.load().backdrop if folder is None else folder
    if not (there / REGISTER).exists():
        return ()
    asked = (source for source in load_sources(there) if source.kind in kinds)
    found = ((source, there / f"{source.id}.geojson") for source in asked)
    return tuple(BackdropLayer(one, _pieces(path)) for one, path in found if path.exists())


def _pieces(path: Path) -> tuple[Piece, ...]:
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_piece, tree["features"]))
    except (ValueError, KeyError, TypeError, OSError, shapely.errors.GEOSException) as error:
        raise FileFormatError(
            str(path),
            expected="a layer of the backdrop, as GeoJSON",
            found=str(error),
            next_step="compile it again: observatory backdrop --from FOLDER",
        ) from error


def _piece(feature: Mapping[str, Any]) -> Piece:
    said = feature["properties"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    return Piece(str(said["kind"]), str(said["name"]), shape)


def credits(layers: tuple[BackdropLayer, ...]) -> dict[str, tuple[str, ...]]:
    """Return licence -> who is to be credited under it, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for layer in layers:
        names = found.get(layer.source.licence, ())
        if layer.source.credit not in names:
            found[layer.source.licence] = (*names, layer.source.credit)
    return found
