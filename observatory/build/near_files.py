"""Which départements' outlines a build reads: its own, and those that may come near it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pyproj import Transformer

from observatory.geo.perimeter import Perimeter
from observatory.read.registry import Source
from observatory.read.source_files import departements_in
from observatory.read.source_reading import files_of

#: More than an envelope can move by when it is turned from degrees into metres, in metres.
MARGIN_M = 1_000.0


def departements_near(
    source: Source, folder: Path, perimeter: Perimeter, assumed_m: float
) -> frozenset[str] | None:
    """Return the départements whose files of outlines may hold a commune of the build.

    A folder may hold the outlines of the whole country: those of a file whose envelope lies
    further from that of the territory's own files than a commune is taken in are not read.

    Parameters
    ----------
    source
        The outlines of communes.
    assumed_m
        How far a commune may lie where the perimeter does not say.

    Returns
    -------
    frozenset of str or None
        Codes; ``None`` where some file does not say which départements it holds, or cannot be
        opened: then every file is read, and says what is wrong with it.
    """
    files = files_of(source, folder)
    areas = [departements_in(path.name) for path in files]
    own = [path for path, held in zip(files, areas, strict=True) if held & perimeter.departements]
    if not own or not all(areas):
        return None
    try:
        envelopes = {path: _envelope(path, perimeter.metric, _state(path)) for path in files}
    except (pyogrio.errors.DataSourceError, ValueError, OSError):
        return None
    far = (assumed_m if perimeter.around_m is None else perimeter.around_m) + MARGIN_M
    home = np.array([envelopes[path] for path in own])
    near = (
        held
        for path, held in zip(files, areas, strict=True)
        if _apart(envelopes[path], home) <= far
    )
    return perimeter.departements.union(*near)


def _state(path: Path) -> tuple[int, ...]:
    """Return what a file that was written again has of its own."""
    parts = [path, *(one for one in [path.with_suffix(".prj")] if one.is_file())]
    found = [part.stat() for part in parts]
    return tuple(n for s in found for n in (s.st_mtime_ns, s.st_ctime_ns, s.st_size, s.st_ino))


@lru_cache(maxsize=512)
def _envelope(path: Path, metric: int, _: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the least and the most of each axis, in metres of a projection.

    A file that has not been written again is opened once: the builds of many territories ask.
    """
    known = pyogrio.read_info(path, force_total_bounds=True)
    bounds = known["total_bounds"]
    if known["crs"] in (None, f"EPSG:{metric}") or max(map(abs, bounds)) > 180:
        return np.array(bounds)
    move = Transformer.from_crs(known["crs"], metric, always_xy=True)
    return np.array(move.transform_bounds(*bounds))


def _apart(one: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return how far an envelope lies from the nearest of others."""
    gaps = np.maximum(others[:, :2] - one[2:], one[:2] - others[:, 2:]).clip(min=0.0)
    return float(np.hypot(gaps[:, 0], gaps[:, 1]).min())
