"""Streets that can be walked, from raw OpenStreetMap XML or from GraphML.

Every way is taken both ways: one-way signs are for vehicles. What is walked: streets, paths, steps
and squares; not motorways and trunk roads unless they say that people on foot are welcome, nor
anything closed to the public or to people on foot. A cycleway counts only where it says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import CRSError

from observatory.errors import CrsError, FileFormatError, MissingInputError
from observatory.geo.geometry import METRIC, project_to_metres
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
NEXT = "fetch the file again, or give raw OSM XML (.osm) or GraphML"


@dataclass(frozen=True)
class Streets:
    """Streets as nodes and edges, all walked both ways.

    Attributes
    ----------
    nodes_xy
        (k, 2) metres, EPSG:2154.
    start, end, metres
        Nodes of each edge and its length.
    rows_in
        Ways (or edges, in GraphML) read.
    aside
        Those that cannot be walked, with the reason.
    """

    nodes_xy: FloatArray
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: FloatArray
    rows_in: int
    aside: tuple[Aside, ...]


def read_streets(path: Path, *, spacing_m: float = SPACING_M) -> Streets:
    """Read streets from a file, by what it holds: OSM XML or GraphML.

    Parameters
    ----------
    path
        The file.
    spacing_m
        Longest stretch without a node; longer ones are cut evenly.

    Raises
    ------
    MissingInputError
        The file is not there.
    FileFormatError
        It is empty, cut short, of another format, or holds no street.
    CrsError
        A GraphML without a reference system.
    """
    if not path.is_file():
        raise MissingInputError(
            str(path), expected="a file of streets", found="nothing there", next_step=NEXT
        )
    try:
        root = next(_parse(path, ("start",)))[1].tag
        kind = root.rpartition("}")[2]
        if kind == "osm":
            streets = _read_osm(path)
        elif kind == "graphml":
            streets = _read_graphml(path)
        else:
            raise _refusal(path, f"a file whose root is <{kind}>")
    except ParseError as error:
        raise _refusal(path, f"XML that is cut short or malformed ({error})") from error
    except DefusedXmlException as error:
        raise _refusal(path, f"XML with entities or external parts ({error})") from error
    if not len(streets.start):
        raise _refusal(path, f"{streets.rows_in} ways, none of which can be walked")
    return _cut(streets, spacing_m)


def _refusal(path: Path, found: str) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected="streets as OSM XML (root <osm>) or GraphML (root <graphml>)",
        found=found,
        next_step=NEXT,
    )


def _parse(path: Path, events: tuple[str, ...] = ("end",)) -> Iterator[tuple[str, Any]]:
    parsed: Iterator[tuple[str, Any]] = iterparse(str(path), events=events)
    return parsed


def why_not_walked(tags: Mapping[str, str]) -> str | None:
    """Say why people on foot do not take a way, or ``None`` if they do."""
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


def _read_osm(path: Path) -> Streets:
    where: dict[str, tuple[float, float]] = {}
    chains: list[list[str]] = []
    aside: Counter[str] = Counter()
    ways = 0
    for _, item in _parse(path):
        if item.tag == "node":
            where[item.get("id", "")] = _degrees(path, item)
            item.clear()
        elif item.tag == "way":
            ways += 1
            tags = {tag.get("k", ""): tag.get("v", "") for tag in item.iter("tag")}
            reason = why_not_walked(tags)
            if reason is None:
                chains.append([node.get("ref", "") for node in item.iter("nd")])
            else:
                aside[reason] += 1
            item.clear()
    # a file cut by its bounds names nodes beyond them: the way ends where its nodes do
    links = [
        (a, b)
        for chain in chains
        for a, b in pairwise(chain)
        if a in where and b in where and a != b
    ]
    names = list(dict.fromkeys(name for link in links for name in link))
    number = {name: k for k, name in enumerate(names)}
    degrees = np.array([where[name] for name in names], dtype=float).reshape(-1, 2)
    nodes = project_to_metres(degrees[:, 0], degrees[:, 1])
    ends = np.array([(number[a], number[b]) for a, b in links], dtype=np.int64).reshape(-1, 2)
    return _streets(nodes, ends, None, ways, aside)


def _degrees(path: Path, node: Any) -> tuple[float, float]:
    try:
        lon, lat = float(node.get("lon")), float(node.get("lat"))
    except (TypeError, ValueError):
        lon = lat = float("nan")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _refusal(path, f"node {node.get('id')} without a longitude and latitude")
    return lon, lat


def _read_graphml(path: Path) -> Streets:
    keys: dict[str, str] = {}
    whole: dict[str, str] = {}
    where: dict[str, tuple[float, float]] = {}
    edges: list[tuple[str, str, dict[str, str]]] = []
    for _, item in _parse(path):
        tag = item.tag.rpartition("}")[2]
        if tag == "key":
            keys[item.get("id", "")] = item.get("attr.name", "")
        elif tag in ("node", "edge", "graph"):
            data = {
                keys.get(part.get("key", ""), ""): (part.text or "").strip()
                for part in item
                if part.tag.endswith("data")
            }
            if tag == "node":
                where[item.get("id", "")] = _place(path, item.get("id", ""), data)
            elif tag == "edge":
                edges.append((item.get("source", ""), item.get("target", ""), data))
            else:
                whole = data
    return _from_graph(path, whole, where, edges)


def _place(path: Path, name: str, data: Mapping[str, str]) -> tuple[float, float]:
    try:
        return float(data["x"]), float(data["y"])
    except (KeyError, ValueError) as error:
        raise _refusal(path, f"node {name} without x and y") from error


def _from_graph(
    path: Path,
    whole: Mapping[str, str],
    where: Mapping[str, tuple[float, float]],
    edges: list[tuple[str, str, dict[str, str]]],
) -> Streets:
    aside: Counter[str] = Counter()
    number = {name: k for k, name in enumerate(where)}
    ends, metres = [], []
    for source, target, data in edges:
        # a graph made for walking may not repeat the kind of each street
        reason = why_not_walked(data) if "highway" in data else None
        if source not in number or target not in number:
            reason = "a node that is not in the file"
        if reason:
            aside[reason] += 1
            continue
        ends.append((number[source], number[target]))
        metres.append(_length(path, data))
    nodes = _projected(path, whole.get("crs", ""), np.array(list(where.values())).reshape(-1, 2))
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    return _streets(nodes, pairs, np.array(metres), len(edges), aside)


def _length(path: Path, data: Mapping[str, str]) -> float:
    """Length in metres of an edge; not given, it will be the straight line."""
    text = data.get("length", "")
    try:
        return float(text) if text else float("nan")
    except ValueError as error:
        raise _refusal(path, f"an edge of length {text!r}") from error


def _projected(path: Path, crs: str, xy: FloatArray) -> FloatArray:
    try:
        move = Transformer.from_crs(crs, METRIC, always_xy=True)
    except CRSError as error:
        raise CrsError(
            f"streets {path.name}",
            expected="a graph attribute crs, such as epsg:4326",
            found=repr(crs) if crs else "none",
            next_step="write the graph again with its reference system",
        ) from error
    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))


def _streets(
    nodes: FloatArray,
    ends: NDArray[np.int64],
    metres: FloatArray | None,
    rows_in: int,
    aside: Counter[str],
) -> Streets:
    straight = np.hypot(*(nodes[ends[:, 0]] - nodes[ends[:, 1]]).T)
    # a length given in another projection may fall short of the straight line by a few millimetres
    length = straight if metres is None else np.fmax(metres, straight)
    told = tuple(Aside(reason, count) for reason, count in sorted(aside.items()))
    return Streets(nodes, ends[:, 0], ends[:, 1], length, rows_in, told)


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
    return Streets(nodes, start, end, metres, streets.rows_in, streets.aside)
