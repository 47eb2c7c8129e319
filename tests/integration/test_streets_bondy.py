"""Walking on the real streets of the centre of Bondy, and on a grid of streets over the cut."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from sources import PLAINE_COMMUNE, Sources

from observatory.build.own_streets import street_names
from observatory.cli import main
from observatory.model.access import Decay, minutes_to_metres, share, weights
from observatory.model.walks import street_graph, walks
from observatory.read.source_reading import read_source
from observatory.read.streets import Streets, read_streets
from observatory.tables.manifest import read_manifest
from observatory.tables.storage import read_optional
from observatory.tables.street_tables import (
    ADDRESSES_SOURCE,
    STREET_DISTANCES,
    STREET_NAMES,
    STREETS_SOURCE,
    WALK_LIMIT_M,
)

STREET = '<tag k="highway" v="residential"/></way>'


@pytest.fixture(scope="module")
def streets(source_folder: Path) -> Streets:
    return read_streets(source_folder / "network" / "bondy_centre_map_2022.osm")


@pytest.mark.real_files
def test_every_street_is_accounted_for(streets: Streets) -> None:
    aside = {item.reason: item.rows for item in streets.aside}
    # 177 of the ways are streets: three cycleways and eleven closed ways are not walked
    assert streets.rows_in == 177
    assert aside["not for walking: cycleway"] == 3
    assert 20_000 < streets.metres.sum() < 22_000
    assert streets.metres.max() <= 25


@pytest.mark.real_files
def test_the_streets_hold_together_and_have_the_detour_of_a_town(streets: Streets) -> None:
    nodes, graph = street_graph(streets.nodes_xy, streets.start, streets.end, streets.metres)
    assert len(nodes) > 0.98 * len(streets.nodes_xy)
    some = nodes[np.random.default_rng(93).integers(0, len(nodes), 60)]
    walk = walks(nodes, graph, some, some, 5000).toarray()
    straight = np.hypot(*(some[:, None] - some[None]).transpose(2, 0, 1))
    assert (walk >= straight - 1e-6).all()
    far = straight > 200
    assert 1.1 < np.median(walk[far] / straight[far]) < 1.7


@pytest.mark.real_files
def test_access_on_foot_shares_out_the_help(streets: Streets) -> None:
    nodes, graph = street_graph(streets.nodes_xy, streets.start, streets.end, streets.metres)
    homes, places = nodes[::7], nodes[[50, 400, 900]]
    need = np.random.default_rng(1).integers(1, 50, len(homes)).astype(float)
    decay = Decay.steps(minutes_to_metres([10, 20, 30], 4.5, 1.0), [1, 0.68, 0.22])
    near = walks(nodes, graph, homes, places, decay.reach)
    found = share(weights(near, decay), need, np.array([35.0, 21, 10]))
    assert found.reached.all()
    assert found.access @ need == pytest.approx(66.0)


def test_a_build_of_one_s_own_holds_the_walks_and_says_it(
    cut: Sources,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
    extract, out = tmp_path / "grid.osm", tmp_path / "build"
    extract.write_text(_grid(), encoding="utf-8")
    addresses = tmp_path / "adresses-93.csv"
    addresses.write_text(
        "code_insee;code_insee_ancienne_commune;nom_voie;code_postal;lon;lat\n"
        "93066;93059;Rue des Essais;93380;2.361;48.966\n"
        "93079;;Rue des Essais;93430;2.344;48.957\n",
        encoding="utf-8",
    )
    told = ["--from", str(cut.folder), "--territory", PLAINE_COMMUNE, "--out", str(out)]
    with_streets = ["--streets", str(extract), "--addresses", str(addresses)]
    assert main(["build", *told, *with_streets]) == 0
    names = read_optional(STREET_NAMES, out)
    assert names[["commune_name", "name", "postcode"]].to_numpy().tolist() == [
        ["Pierrefitte-sur-Seine", "Rue des Essais", "93380"],
        ["Villetaneuse", "Rue des Essais", "93430"],
    ]
    table = read_optional(STREET_DISTANCES, out)
    assert table["metres"].max() <= WALK_LIMIT_M
    record = {source.id: source for source in read_manifest(out).sources}[STREETS_SOURCE]
    assert record.licence == "ODbL 1.0"
    capsys.readouterr()
    assert main(["check", "--build", str(out)]) == 0
    assert main(["status", "--build", str(out)]) == 0
    shown = capsys.readouterr().out
    assert STREETS_SOURCE in shown
    assert ADDRESSES_SOURCE in shown
    near = ["find", "--near", "3 rue des Essais 93380 Pierrefitte", "--build", str(out)]
    assert main(near) == 0
    assert "Rue des Essais, Pierrefitte-sur-Seine" in capsys.readouterr().err


def _grid() -> str:
    """Return streets every 700 m or so over the département and the communes around."""
    lons, lats = np.arange(2.19, 2.62, 0.008), np.arange(48.79, 49.03, 0.005)
    name = np.arange(1, len(lons) * len(lats) + 1).reshape(len(lons), len(lats))
    nodes = [
        f'<node id="{name[i, j]}" lon="{lon:.4f}" lat="{lat:.4f}"/>'
        for i, lon in enumerate(lons)
        for j, lat in enumerate(lats)
    ]
    ways = [
        f'<way id="{k}">' + "".join(f'<nd ref="{n}"/>' for n in chain) + STREET
        for k, chain in enumerate([*name, *name.T], 1)
    ]
    return '<osm version="0.6">' + "".join([*nodes, *ways]) + "</osm>"


@pytest.mark.real_files
def test_the_streets_of_bondy_have_their_names(streets: Streets, source_folder: Path) -> None:
    communes = read_source("communes", source_folder)[0].frame
    table = street_names(streets, gpd.GeoDataFrame(communes))
    assert set(table["commune_name"]) == {"Bondy", "Les Pavillons-sous-Bois"}
    assert not table.duplicated(["commune", "name"]).any()
    assert {"Avenue Jean Lebas", "Rue des Écoles"} <= set(table["name"])
