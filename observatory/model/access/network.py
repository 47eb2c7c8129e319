"""Walking distances over a network of streets, many to many, within a cut-off.

A network is a directed graph in CSR form, with costs in metres or in minutes. Places are joined to
their nearest node by a straight line, which counts. No matrix of all pairs is ever made: the
result is sparse, a row a site.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from observatory.errors import InputError
from observatory.model.access import network_kernels as kernels
from observatory.model.access.decay import walk_minutes
from observatory.model.access.kernels import in_parts
from observatory.model.access.pairs_within import Pairs, points

FloatArray = NDArray[np.float64]
Found = tuple[NDArray[np.int64], NDArray[np.int32], FloatArray]


@dataclass(frozen=True)
class Network:
    """Streets as a graph.

    Attributes
    ----------
    nodes_xy
        (k, 2) metres, EPSG:2154.
    indptr, indices, cost
        CSR: ways out of each node, the node each leads to, and its cost, none negative.
    cost_a_metre
        What a metre off the network costs, in the unit of ``cost``: 1 where costs are metres.
    """

    nodes_xy: FloatArray
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    cost: FloatArray
    cost_a_metre: float = 1.0

    @classmethod
    def of_edges(
        cls,
        nodes_xy: ArrayLike,
        start: ArrayLike,
        end: ArrayLike,
        metres: ArrayLike,
        *,
        both_ways: bool = True,
    ) -> Network:
        """Build a network from its edges; of parallel edges the shortest counts.

        Parameters
        ----------
        nodes_xy
            (k, 2) metres, EPSG:2154.
        start, end
            Node numbers of each edge.
        metres
            Length of each edge, 0 or more.
        both_ways
            Whether each edge can be walked in both directions.

        Raises
        ------
        InputError
            An edge to a node that does not exist, or a length missing or negative.
        """
        nodes = points(nodes_xy, "nodes of the network")
        a, b = np.asarray(start, np.int64), np.asarray(end, np.int64)
        length = np.asarray(metres, float)
        known = (np.minimum(a, b) >= 0) & (np.maximum(a, b) < len(nodes))
        wrong = int((~(known & (length >= 0) & np.isfinite(length))).sum())
        if wrong:
            raise InputError(
                "edges of the network",
                expected=f"nodes below {len(nodes)} and lengths of 0 or more",
                found=f"{wrong} edges of another kind",
                next_step="read the streets again, or drop those edges and say so",
            )
        if both_ways:
            a, b, length = np.concatenate([a, b]), np.concatenate([b, a]), np.tile(length, 2)
        order = np.lexsort((length, b, a))
        a, b, length = a[order], b[order], length[order]
        keep = np.ones(len(a), dtype=bool)
        keep[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
        return cls(nodes, _ends(a[keep], len(nodes)), b[keep].astype(np.int32), length[keep])

    def __post_init__(self) -> None:
        if len(self.indptr) != len(self.nodes_xy) + 1 or len(self.indices) != len(self.cost):
            raise InputError(
                "network",
                expected="a CSR graph with a row a node and a cost a way",
                found=f"{len(self.nodes_xy)} nodes, {len(self.indptr)} row ends, "
                f"{len(self.indices)} ways, {len(self.cost)} costs",
                next_step="build it with Network.of_edges",
            )

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.nodes_xy)

    def in_minutes(self, speed_kmh: float) -> Network:
        """Give the same network with costs in walking minutes, snapping included."""
        minutes = walk_minutes(self.cost, speed_kmh, 1.0)
        a_metre = float(walk_minutes(self.cost_a_metre, speed_kmh, 1.0))
        return Network(self.nodes_xy, self.indptr, self.indices, minutes, a_metre)

    def reversed(self) -> Network:
        """Give the network with every way walked the other way round."""
        start = np.repeat(np.arange(self.size), np.diff(self.indptr))
        order = np.lexsort((start, self.indices))
        ends = _ends(self.indices, self.size)
        return Network(
            self.nodes_xy,
            ends,
            start[order].astype(np.int32),
            self.cost[order],
            self.cost_a_metre,
        )

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.nodes_xy)

    def _labels(self) -> NDArray[np.int32]:
        graph = csr_array(
            (np.ones(len(self.indices)), self.indices, self.indptr), shape=(self.size, self.size)
        )
        labels: NDArray[np.int32] = connected_components(graph, connection="strong")[1]
        return labels

    def connected_share(self) -> float:
        """Give the share (0-1) of the nodes in the largest part that is connected both ways."""
        return float(np.bincount(self._labels()).max() / self.size) if self.size else 0.0

    def largest(self) -> Network:
        """Give the largest connected part, so that no place is joined to an island of streets."""
        if not self.size:
            return self
        labels = self._labels()
        keep = labels == np.bincount(labels).argmax()
        number = np.cumsum(keep) - 1
        start = np.repeat(np.arange(self.size), np.diff(self.indptr))
        inside = keep[start] & keep[self.indices]
        ends = _ends(number[start[inside]], int(keep.sum()))
        return Network(
            self.nodes_xy[keep],
            ends,
            number[self.indices[inside]].astype(np.int32),
            self.cost[inside],
            self.cost_a_metre,
        )

    def snap(self, xy: ArrayLike) -> tuple[NDArray[np.int64], FloatArray]:
        """Give the nearest node of each place and what the straight way there costs.

        Raises
        ------
        InputError
            The network has no node.
        """
        places = points(xy, "places to join to the network")
        if not self.size:
            raise InputError(
                "network",
                expected="at least one node",
                found="none",
                next_step="read streets that cover the territory",
            )
        if not len(places):
            return np.zeros(0, np.int64), np.zeros(0)
        metres, node = self._tree.query(places, workers=-1)
        return np.asarray(node, np.int64), np.asarray(metres, float) * self.cost_a_metre

    def pairs(
        self,
        demand_xy: ArrayLike,
        site_xy: ArrayLike,
        cutoff: float,
        *,
        towards: Literal["site", "demand"] = "site",
    ) -> Pairs:
        """List the demand within a walk of each site.

        Parameters
        ----------
        demand_xy, site_xy
            (n, 2) and (m, 2) metres, EPSG:2154; each is joined to its nearest node by a straight
            line, which counts.
        cutoff
            The longest walk, included, in the unit of the costs.
        towards
            Which way the walk goes; it matters where ways have two costs.

        Returns
        -------
        Pairs
            A row a site, demand in increasing number, in the unit of the costs.
        """
        graph = self.reversed() if towards == "site" else self
        site_node, site_extra = self.snap(site_xy)
        node, extra = self.snap(demand_xy)
        order = np.argsort(node, kind="stable")
        standing = (_ends(node, self.size), order.astype(np.int32), extra[order])

        def share(begin: int, end: int) -> Found:
            found: Found = kernels.reach_targets(
                site_node[begin:end],
                site_extra[begin:end],
                graph.indptr,
                graph.indices,
                graph.cost,
                *standing,
                float(cutoff),
            )
            return found

        found = in_parts(share, len(site_node), 4)
        counts = np.concatenate([np.zeros(1, np.int64), *(one[0] for one in found)])
        indices = np.concatenate([np.zeros(0, np.int32), *(one[1] for one in found)])
        costs = np.concatenate([np.zeros(0), *(one[2] for one in found)])
        rows = csr_array((costs, indices, np.cumsum(counts)), shape=(len(site_node), len(node)))
        rows.sort_indices()
        return Pairs(np.cumsum(counts), rows.indices.astype(np.int32), rows.data, len(node))


def _ends(rows: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Give the row pointer of a CSR structure from the row of each entry."""
    counts = np.bincount(rows, minlength=count)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).astype(np.int64)
