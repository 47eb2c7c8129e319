"""Walking on the real streets of the centre of Bondy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from observatory.model.access.network import Network

from observatory.model.access import Decay, e2sfca_pairs
from observatory.read.streets import Streets, read_streets

pytestmark = pytest.mark.real_files


@pytest.fixture(scope="module")
def streets(source_folder: Path) -> Streets:
    return read_streets(source_folder / "network" / "bondy_centre_map_2022.osm")


@pytest.fixture(scope="module")
def net(streets: Streets) -> Network:
    return Network.of_edges(streets.nodes_xy, streets.start, streets.end, streets.metres)


def test_every_way_is_accounted_for(streets: Streets) -> None:
    aside = {item.reason: item.rows for item in streets.aside}
    # 177 of the ways are streets: three cycleways and eleven closed ways are not walked
    assert streets.rows_in - aside["not a street"] == 177
    assert aside["not for walking: cycleway"] == 3
    assert 20_000 < streets.metres.sum() < 22_000
    assert streets.metres.max() <= 25


def test_the_streets_hold_together(net: Network) -> None:
    assert net.connected_share() > 0.98


def test_walks_are_longer_than_straight_lines_and_alike_both_ways(net: Network) -> None:
    rng = np.random.default_rng(93)
    low, high = net.nodes_xy.min(axis=0), net.nodes_xy.max(axis=0)
    places = rng.uniform(low, high, (60, 2))
    there = net.pairs(places, places, 5000, towards="demand")
    table = np.full((60, 60), np.nan)
    table[there.rows(), there.indices] = there.distance
    np.testing.assert_allclose(table, table.T, rtol=1e-12)
    straight = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert (table >= straight - 1e-6).all()
    # between nodes of the network itself, the detour of a dense town centre
    nodes = net.largest().nodes_xy[rng.integers(0, net.largest().size, 60)]
    walk = net.largest().pairs(nodes, nodes, 5000)
    gap = np.hypot(*(nodes[walk.rows()] - nodes[walk.indices]).T)
    far = gap > 200
    assert 1.1 < np.median(walk.distance[far] / gap[far]) < 1.7


def test_access_on_foot_shares_out_the_help(net: Network) -> None:
    rng = np.random.default_rng(1)
    homes, sites = net.nodes_xy[::7], net.nodes_xy[[50, 400, 900]]
    demand, supply = rng.integers(1, 50, len(homes)), [35.0, 21, 10]
    pairs = net.in_minutes(4.5).pairs(homes, sites, 30)
    found = e2sfca_pairs(
        pairs.indptr,
        pairs.indices,
        pairs.distance,
        demand,
        supply,
        Decay.steps([10, 20, 30], [1, 0.68, 0.22]),
    )
    assert found.reached.all()
    assert found.access @ demand == pytest.approx(66.0)
