"""A small dataset of territories: the edition, and a made-up one elsewhere."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
from worlds import GRID, tables, write_build

from observatory import settings
from observatory.build.kept import in_dataset
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.zone_draws import KeptDraws
from observatory.tables.catalogue_tables import CATALOGUE
from observatory.tables.dataset import GAPS, Dataset
from observatory.tables.manifest import MANIFEST, read_manifest

#: Plaine Commune, and the territory that is called Ailleurs.
HERE, AWAY = "200057867", "200000001"


def write_dataset(folder: Path) -> Dataset:
    """Write the dataset in a folder and return it."""
    named = tables(GRID)["ept"].assign(ept_name="Ailleurs")
    away = write_build(folder / "away", {"ept": named}, world=GRID)
    record = json.loads((away / MANIFEST).read_text())
    record |= {"territory": AWAY, "territory_name": "Ailleurs"}
    (away / MANIFEST).write_text(json.dumps(record))
    whole = Dataset(str(folder / "france"))
    for build, area in ((settings.load({}).edition, "93"), (away, "01")):
        put(whole, build, area)
    return whole


def put(dataset: Dataset, build: Path, area: str, made_at: datetime | None = None) -> None:
    """Put a build into a dataset as the command does, kept in its history."""
    manifest, assumptions = read_manifest(build), load_assumptions(settings.load({}).assumptions)
    model = Model(load_facts(build), assumptions)
    gaps = pd.DataFrame(model.gaps("ept", "cog_2024"))
    gaps = gaps.assign(
        code=manifest.territory,
        name=manifest.territory_name,
        edition=manifest.edition,
        read_on=manifest.day,
    )
    with in_dataset(dataset, build, area, settings.load({}), made_at):
        known = dataset.put(build, area)
        dataset.put_draws(KeptDraws.of(model, known).tables, area, manifest.territory)
    row = {
        "territory": manifest.territory,
        "name": manifest.territory_name,
        "kind": "ept",
        "departement": area,
        "communes": 1,
        "population": float(gaps["population"].iloc[0]),
        "places": 3,
        "hash": known,
        "assumptions": assumptions.digest,
        "built_at": "2026-11-27T20:00:00+00:00",
        "inputs": None,
        "not_covered": None,
    }
    shape = gpd.read_parquet(build / "ept.parquet").to_crs(4326).geometry.array
    entry = gpd.GeoDataFrame([row], geometry=shape, crs=4326)
    dataset.record({CATALOGUE.name: entry, GAPS.name: gaps[GAPS.names]})
