"""Walks along streets from places to cells, and those that a build holds, for the access measure.

Points are joined to the nearest street of the largest connected part by a straight line, which
counts. Walks hold their detour already: turn minutes into metres with a detour of 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from observatory.errors import ChoiceError, InputError
from observatory.model.access import points
from observatory.tables.street_tables import WALK_LIMIT_M

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: Most distances held at once: places are walked from in turns.
_AT_ONCE = 20_000_000


def street_graph(
    nodes_xy: FloatArray, start: IntArray, end: IntArray, metres: FloatArray
) -> tuple[FloatArray, csr_array]:
    """Return the nodes and lengths of the largest connected part; of two streets, the shorter."""
    count = len(nodes_xy)
    a, b = np.concatenate([start, end]), np.concatenate([end, start])
    length = np.concatenate([metres, metres])
    order = np.lexsort((length, b, a))
    a, b, length = a[order], b[order], length[order]
    first = np.ones(len(a), dtype=bool)
    first[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    graph = csr_array((length[first], (a[first], b[first])), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    kept = np.flatnonzero(labels == np.bincount(labels).argmax())
    return nodes_xy[kept], graph[kept][:, kept]


def walks(
    nodes_xy: FloatArray,
    graph: csr_array,
    cells_xy: ArrayLike,
    places_xy: ArrayLike,
    reach: float,
) -> csr_array:
    """Compute the walks from cells to the places within a reach, included.

    Parameters
    ----------
    nodes_xy, graph
        Of :func:`street_graph`.
    cells_xy, places_xy
        (n, 2) and (m, 2) metres.
    reach
        Metres along the streets.

    Returns
    -------
    csr_array
        (n, m) metres, as :func:`observatory.model.access.distances` gives them: what is stored is
        in reach, at 0 too.
    """
    cells, places = points(cells_xy, "cells"), points(places_xy, "places")
    if not (len(cells) and len(places)):
        return csr_array((len(cells), len(places)), dtype=float)
    tree = cKDTree(nodes_xy)
    (to_cell, cell_node), (to_place, place_node) = tree.query(cells), tree.query(places)
    found: list[tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]] = []
    turn = max(1, _AT_ONCE // len(nodes_xy))
    for begin in range(0, len(places), turn):
        part = slice(begin, begin + turn)
        along = dijkstra(graph, indices=place_node[part], limit=reach)[:, cell_node]
        whole = to_place[part, None] + along + to_cell[None, :]
        place, cell = np.nonzero(whole <= reach)
        found.append((cell, place + begin, whole[place, cell]))
    cell, place, metres = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return csr_array((metres, (cell, place)), shape=(len(cells), len(places)))


def far_from_streets(nodes_xy: FloatArray, xy: ArrayLike, limit_m: float) -> float:
    """Return the share (0-1) of points that stand further than a limit from every street."""
    away, _ = cKDTree(nodes_xy).query(points(xy, "points"))
    return float(np.mean(away > limit_m)) if len(away) else 0.0


def distances_of(
    table: pd.DataFrame, cells: pd.Series[str], places: pd.Series[str], reach: float
) -> csr_array:
    """Return the walks that a build holds, in the order of its cells and places.

    Parameters
    ----------
    table
        ``STREET_DISTANCES``.
    cells, places
        ``point`` of the table of points and ``supply`` of the help at a known place, in the order
        of the rows and columns wanted.
    reach
        The reach of the decay, metres along the streets.

    Returns
    -------
    csr_array
        (n, m) metres within the longest walk kept; those beyond ``reach`` weigh nothing anyway.

    Raises
    ------
    ChoiceError
        A reach beyond the longest walk that builds keep.
    InputError
        A point or place of the table that the build does not have.
    """
    if reach > WALK_LIMIT_M:
        raise ChoiceError(
            "reach on foot along the streets",
            expected=f"at most {WALK_LIMIT_M:g} m, the longest walk that a build keeps",
            found=f"{reach:g} m",
            next_step="lower walk.speed_kmh or the last access.step.edge_min",
        )
    row = pd.Index(cells).get_indexer(pd.Index(table["point"]))
    column = pd.Index(places).get_indexer(pd.Index(table["supply"]))
    if min(row.min(initial=0), column.min(initial=0)) < 0:
        raise InputError(
            "table street_distances",
            expected="points and places of the build",
            found="others",
            next_step="build the tables again with --streets",
        )
    metres = table["metres"].to_numpy(dtype=float)
    return csr_array((metres, (row, column)), shape=(len(cells), len(places)))


def nearest(near: csr_array) -> FloatArray:
    """Return the shortest stored distance of each cell; NaN where no place is in reach."""
    found = np.full(near.shape[0], np.inf)
    rows = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    np.minimum.at(found, rows, near.data)
    return np.where(np.isinf(found), np.nan, found)
