"""Streets that can be walked, from an extract of OpenStreetMap (.osm.pbf, .osm, .osm.bz2).

Every way is taken both ways: one-way signs are for vehicles. What is walked: streets, paths, steps
and squares; not motorways and trunk roads unless they say that people on foot are welcome, nor
anything closed to the public or to people on foot. A cycleway counts only where it says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from observatory.errors import FileFormatError, MissingInputError
from observatory.geo.geometry import project_to_metres
from observatory.tables.provenance import Aside

FloatArray = NDArray[np.float64]

WALKED = {
    *("footway", "path", "pedestrian", "steps", "living_street", "residential", "service"),
    *("track", "unclassified", "road", "corridor", "bridleway", "crossing", "elevator"),
    *("tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link"),
}
IF_WELCOME = {"cycleway", "trunk", "trunk_link"}
WELCOME = {"yes", "designated", "permissive", "destination", "official"}
CLOSED = {"no", "private", "use_sidepath", "military", "delivery", "agricultural", "forestry"}
# Places are joined to the nearest node: long straight streets need nodes along them.
SPACING_M = 25.0
NEXT = "fetch the extract again; an extract of the region as .osm.pbf will do"


@dataclass(frozen=True)
class Streets:
    """Streets as nodes and edges, all walked both ways.

    Attributes
    ----------
    nodes_xy
        (k, 2) metres.
    start, end, metres
        Nodes of each edge and its length.
    rows_in
        Ways that OpenStreetMap tags as some kind of highway.
    aside
        Those that are not walked, with the reason.
    named
        Name of each way that has one, with the longitude and latitude of a node near its middle.
    """

    nodes_xy: FloatArray
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: FloatArray
    rows_in: int
    aside: tuple[Aside, ...]
    named: tuple[tuple[str, float, float], ...] = ()


def read_streets(path: Path, *, spacing_m: float = SPACING_M) -> Streets:
    """Read the streets of an extract of OpenStreetMap.

    Parameters
    ----------
    path
        The file; its name says its format.
    spacing_m
        Longest stretch without a node; longer ones are cut evenly.

    Raises
    ------
    MissingInputError
        The file is not there.
    FileFormatError
        It is empty, cut short, of another format, or holds no street that is walked.
    """
    if not path.is_file():
        raise MissingInputError(
            str(path), expected="an extract of OpenStreetMap", found="no such file", next_step=NEXT
        )
    aside: Counter[str] = Counter()
    where: dict[int, tuple[float, float]] = {}
    links: list[tuple[int, int]] = []
    named: list[tuple[str, float, float]] = []
    ways = 0
    try:
        found = osmium.FileProcessor(str(path)).with_locations()
        for way in found.with_filter(osmium.filter.KeyFilter("highway")):
            if not isinstance(way, osmium.osm.Way):
                continue
            ways += 1
            reason = why_not_walked(dict(way.tags))
            if reason is not None:
                aside[reason] += 1
                continue
            # an extract cut by its bounds names nodes beyond them: the way ends where its nodes do
            chain = [n.ref if n.location.valid() else None for n in way.nodes]
            where.update((n.ref, (n.lon, n.lat)) for n in way.nodes if n.location.valid())
            known = [ref for ref in chain if ref is not None]
            if known and (name := way.tags.get("name")):
                named.append((name, *where[known[len(known) // 2]]))
            links += [(a, b) for a, b in pairwise(chain) if a and b and a != b]
    except RuntimeError as error:
        raise _refusal(path, str(error)) from error
    if not links:
        raise _refusal(path, f"{ways} streets, none of which can be walked")
    names, ends = np.unique(np.array(links, dtype=np.int64), return_inverse=True)
    degrees = np.array([where[name] for name in names.tolist()])
    nodes = project_to_metres(degrees[:, 0], degrees[:, 1])
    start, end = ends.reshape(-1, 2).T
    metres = np.hypot(*(nodes[start] - nodes[end]).T)
    account = tuple(Aside(reason, count) for reason, count in sorted(aside.items()))
    streets = Streets(nodes, start, end, metres, ways, account, tuple(named))
    return _cut(streets, spacing_m)


def _refusal(path: Path, found: str) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected="an extract of OpenStreetMap with streets (.osm.pbf or .osm)",
        found=found,
        next_step=NEXT,
    )


def why_not_walked(tags: Mapping[str, str]) -> str | None:
    """Return why people on foot do not take a way, or ``None`` if they do."""
    kinds = set(re.findall(r"[a-z_]+", tags.get("highway", "")))
    foot, access = tags.get("foot", ""), tags.get("access", "")
    welcome = foot in WELCOME
    if not kinds:
        return "not a street"
    if not kinds & WALKED and not (kinds & IF_WELCOME and welcome):
        return f"not for walking: {min(kinds)}"
    if foot in CLOSED:
        return "closed to people on foot"
    if access in CLOSED and not welcome:
        return "closed to the public"
    return None


def _cut(streets: Streets, spacing_m: float) -> Streets:
    """Cut long edges into even parts, with nodes between them on the straight line."""
    parts = np.maximum(np.ceil(streets.metres / spacing_m), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(parts)), parts)
    rank = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = ((rank + 1) / parts[edge])[:, None]
    a, b = streets.nodes_xy[streets.start[edge]], streets.nodes_xy[streets.end[edge]]
    inner = rank + 1 < parts[edge]
    new = len(streets.nodes_xy) + np.cumsum(inner) - 1
    end = np.where(inner, new, streets.end[edge])
    start = np.where(rank == 0, streets.start[edge], np.roll(end, 1))
    nodes = np.vstack([streets.nodes_xy, (a + (b - a) * share)[inner]])
    metres = streets.metres[edge] / parts[edge]
    return replace(streets, nodes_xy=nodes, start=start, end=end, metres=metres)
