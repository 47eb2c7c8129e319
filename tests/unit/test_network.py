"""Walks over a network: against scipy, both ways, snapped, and refused where broken."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from observatory.errors import InputError
from observatory.model.access import Decay, e2sfca_pairs, round_trip
from observatory.model.access.network import Network

# a square of 100 m with a tail: 0 - 1 - 2 - 3 - 0, 3 - 4, and two nodes apart, 5 - 6
NODES = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 200], [900, 900], [950, 900]], float)
EDGES = ([0, 1, 2, 3, 3, 5], [1, 2, 3, 0, 4, 6], [100.0, 100, 100, 100, 100, 50])


def _random(seed: int, both_ways: bool) -> Network:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 80))
    nodes = rng.random((k, 2)) * 1000
    a, b = rng.integers(0, k, (2, 3 * k))
    straight = np.hypot(*(nodes[a] - nodes[b]).T)
    return Network.of_edges(nodes, a, b, straight * rng.uniform(1, 2, 3 * k), both_ways=both_ways)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), both_ways=st.booleans(), cutoff=st.floats(0, 3000))
def test_walks_are_scipy_s_shortest_paths_within_the_cutoff(
    seed: int, both_ways: bool, cutoff: float
) -> None:
    net = _random(seed, both_ways)
    rng = np.random.default_rng(seed)
    sites, demand = rng.random((7, 2)) * 1000, rng.random((20, 2)) * 1000
    found = net.pairs(demand, sites, cutoff, towards="demand")
    graph = csr_array((net.cost, net.indices, net.indptr), shape=(net.size, net.size))
    (i, i_extra), (j, j_extra) = net.snap(sites), net.snap(demand)
    whole = i_extra[:, None] + dijkstra(graph, indices=i)[:, j] + j_extra[None, :]
    dense = np.full(whole.shape, np.inf)
    dense[found.rows(), found.indices] = found.distance
    np.testing.assert_allclose(dense, np.where(whole <= cutoff, whole, np.inf), rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_a_walk_is_no_shorter_than_the_straight_line_and_the_same_both_ways(seed: int) -> None:
    net = _random(seed, both_ways=True)
    rng = np.random.default_rng(seed)
    sites, demand = rng.random((5, 2)) * 1000, rng.random((9, 2)) * 1000
    there = net.pairs(demand, sites, 2000, towards="demand")
    back = net.pairs(demand, sites, 2000)
    np.testing.assert_allclose(there.distance, back.distance, rtol=1e-12)
    gap = np.hypot(*(sites[there.rows()] - demand[there.indices]).T)
    assert (there.distance >= gap - 1e-9).all()


def test_joining_the_network_counts() -> None:
    net = Network.of_edges(NODES, *EDGES)
    found = net.pairs([[0, 210], [100, -5]], [[-20, 0]], 1000)
    assert found.distance.tolist() == [20 + 200 + 10, 20 + 100 + 5]
    assert found.indices.tolist() == [0, 1]
    minutes = net.in_minutes(6.0).pairs([[0, 210]], [[-20, 0]], 10)
    assert minutes.distance == pytest.approx([2.3])


def test_the_cutoff_is_included_and_holds_the_joining() -> None:
    net = Network.of_edges(NODES, *EDGES)
    assert len(net.pairs([[0, 210]], [[-20, 0]], 230.0).indices) == 1
    assert len(net.pairs([[0, 210]], [[-20, 0]], 229.9).indices) == 0
    assert len(net.pairs([[0, 210]], [[-20, 0]], 10.0).indices) == 0


def test_islands_are_told_and_can_be_left_out() -> None:
    net = Network.of_edges(NODES, *EDGES)
    assert net.connected_share() == pytest.approx(5 / 7)
    assert (net.largest().size, net.largest().connected_share()) == (5, 1.0)
    assert len(net.pairs([[900, 900]], [[0, 0]], 1e6).indices) == 0
    assert len(net.largest().pairs([[900, 900]], [[0, 0]], 1e6).indices) == 1


def test_of_parallel_edges_the_shortest_counts() -> None:
    net = Network.of_edges(NODES[:2], [0, 0, 1], [1, 1, 0], [300, 120, 200])
    assert net.pairs(NODES[[1]], NODES[[0]], 1000).distance.tolist() == [120]


def test_uphill_and_down_differ_and_a_round_trip_has_both() -> None:
    up = Network.of_edges(NODES[:2], [0, 1], [1, 0], [10.0, 4.0], both_ways=False)
    place, site = NODES[[0]], NODES[[1]]
    going, coming = up.pairs(place, site, 60), up.pairs(place, site, 60, towards="demand")
    assert (going.distance.tolist(), coming.distance.tolist()) == ([10], [4])
    trip = round_trip(going, coming)
    found = e2sfca_pairs(
        trip.indptr, trip.indices, trip.distance, [50.0], [5.0], Decay.steps([7, 9], [1, 0.5])
    )
    assert (trip.distance.tolist(), found.access.tolist()) == ([7], [0.1])


def test_the_same_bits_whatever_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    net = _random(93, both_ways=True)
    places = np.random.default_rng(1).random((500, 2)) * 1000
    found = set()
    for threads in (1, 2, 7):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
        pairs = net.pairs(places, places[:100], 700)
        found.add(pairs.indices.tobytes() + pairs.distance.tobytes())
    assert len(found) == 1


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [([0], [9], [1.0]), ([-1], [0], [1.0]), ([0], [1], [-1.0]), ([0], [1], [np.nan])],
)
def test_broken_edges_are_refused(start: list[int], end: list[int], metres: list[float]) -> None:
    with pytest.raises(InputError, match="edges of the network"):
        Network.of_edges(NODES, start, end, metres)


def test_a_network_of_nothing_is_refused_when_places_are_joined_to_it() -> None:
    empty = Network.of_edges(np.zeros((0, 2)), [], [], [])
    assert (empty.connected_share(), empty.largest().size) == (0.0, 0)
    with pytest.raises(InputError, match="at least one node"):
        empty.pairs([[0, 0]], [[0, 0]], 10)


def test_rows_that_are_not_the_nodes_are_refused() -> None:
    with pytest.raises(InputError, match="CSR graph"):
        Network(NODES, np.zeros(3, np.int64), np.zeros(0, np.int32), np.zeros(0))
