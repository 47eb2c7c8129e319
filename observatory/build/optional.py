"""Tables that a person's own build may hold although the compiled edition may not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.errors import ChoiceError, InputError
from observatory.geo.geometry import WORLD
from observatory.model.walks import far_from_streets, street_graph, walks
from observatory.read.registry import Registry, day_read, digest
from observatory.read.streets import Streets, read_streets
from observatory.settings import Settings
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.newer_census_tables import AGES_IRIS_2022, DIPLOMAS_IRIS_2022
from observatory.tables.plain_text import visible
from observatory.tables.provenance import OPEN_LICENCE, Provenance
from observatory.tables.street_tables import STREET_NAMES, STREETS_SOURCE, WALK_LIMIT_M
from observatory.tables.table import Table
from observatory.tables.toml_files import did_you_mean
from observatory.tables.transit_tables import STOPS, STOPS_SOURCE

#: A point further than this from every street is not covered; more of them and none is believed.
FAR_M, MOST_AWAY = 500.0, 0.02
#: Sources read only when they are asked for (the newer census also when it is there), and the
#: table that each one gives.
OPTIONAL: Mapping[str, Table] = {
    STOPS_SOURCE: STOPS,
    "birth_countries_2022": ORIGINS_COMMUNES,
    "migrants_iris_2022": MIGRANTS_IRIS,
    "ages_iris_2022": AGES_IRIS_2022,
    "diplomas_iris_2022": DIPLOMAS_IRIS_2022,
}


def allowed(
    asked: Collection[str], registry: Registry, out: Path, settings: Settings
) -> frozenset[str]:
    """Return the optional sources asked for, refusing those that may not be written there.

    Raises
    ------
    ChoiceError
        No such optional source; or its licence is not open and ``out`` is the compiled edition.
    """
    for name in asked:
        if name not in OPTIONAL:
            raise ChoiceError(
                f"optional source {name}",
                expected="one of " + ", ".join(OPTIONAL),
                found=repr(name) + did_you_mean(name, OPTIONAL),
                next_step="the other sources are in every build",
            )
        licence = registry.source(name).licence
        if licence != OPEN_LICENCE and out.resolve() == settings.edition.resolve():
            raise ChoiceError(
                f"optional source {name}",
                expected=f"sources under {OPEN_LICENCE} only, in the compiled edition {out}",
                found=f"the licence {licence!r}",
                next_step="write it into a build of your own: --out FOLDER, without --edition",
            )
    return frozenset(asked)


def optional_tables(
    frames: Mapping[str, Any], communes: pd.DataFrame, asked: Collection[str]
) -> Iterator[tuple[pd.DataFrame, Table]]:
    """Return the tables of the optional sources asked for, their communes under official names."""
    names = communes.set_index("commune")["commune_name"]
    for source in sorted(asked):
        frame, table = frames[source], OPTIONAL[source]
        if "commune_name" in table.names:
            frame = frame.assign(commune_name=frame["commune"].map(names))
        yield frame, table


def refuse_streets(path: Path | None, out: Path, settings: Settings) -> None:
    """Refuse streets of OpenStreetMap in the compiled edition: their licence is ODbL.

    Raises
    ------
    ChoiceError
        ``out`` is the compiled edition.
    """
    if path is not None and out.resolve() == settings.edition.resolve():
        raise ChoiceError(
            f"option --streets {path}",
            expected=f"sources under {OPEN_LICENCE} only, in the compiled edition {out}",
            found="OpenStreetMap, whose licence is ODbL 1.0",
            next_step="write it into a build of your own: --out FOLDER, without --edition",
        )


def street_names(streets: Streets, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the names of streets by commune, each at the way nearest to the middle of its own.

    Returns
    -------
    DataFrame
        ``STREET_NAMES``.
    """
    ways = pd.DataFrame(list(streets.named), columns=["name", "lon", "lat"])
    ways["name"] = ways["name"].map(visible).str.strip()
    at = gpd.points_from_xy(ways["lon"], ways["lat"])
    points = gpd.GeoDataFrame(ways, geometry=at, crs=WORLD)
    known = communes[["commune", "commune_name", "geometry"]]
    inside = points[points["name"] != ""].to_crs(known.crs).sjoin(known, predicate="within")
    x, y = inside.geometry.x, inside.geometry.y
    keys = [inside["commune"], inside["name"]]
    away = np.hypot(x - x.groupby(keys).transform("mean"), y - y.groupby(keys).transform("mean"))
    order = inside.assign(away=away).sort_values(["commune", "name", "away", "lon", "lat"])
    first = order.drop_duplicates(["commune", "name"], ignore_index=True)
    return pd.DataFrame(first[STREET_NAMES.names])


def street_walks(
    path: Path, points: pd.DataFrame, supply: pd.DataFrame, communes: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, Provenance]:
    """Compute the walks from every point to the help in reach of it along an extract's streets.

    Returns
    -------
    tuple
        ``STREET_DISTANCES``, ``STREET_NAMES``, and the record of the extract.

    Raises
    ------
    InputError
        The file cannot be used, or does not cover the points.
    """
    streets = read_streets(path)
    nodes, graph = street_graph(streets.nodes_xy, streets.start, streets.end, streets.metres)
    at = supply[supply["serves"] == "point"]
    cells, places = (frame[["x_m", "y_m"]].to_numpy(dtype=float) for frame in (points, at))
    away = far_from_streets(nodes, np.vstack([cells, places]), FAR_M)
    if away > MOST_AWAY:
        raise InputError(
            f"option --streets {path}",
            expected="streets in every commune of the build",
            found=f"{away:.0%} of the points and places further than {FAR_M:g} m from any street",
            next_step="give an extract of the region, such as Île-de-France",
        )
    near = walks(nodes, graph, cells, places, WALK_LIMIT_M).tocoo()
    table = pd.DataFrame(
        {
            "point": points["point"].to_numpy()[near.row],
            "supply": at["supply"].to_numpy()[near.col],
            "metres": near.data,
        }
    )
    aside = sum(item.rows for item in streets.aside)
    record = Provenance(
        id=STREETS_SOURCE,
        title="Rues, chemins et places où l'on marche",
        publisher="contributeurs OpenStreetMap",
        licence="ODbL 1.0",
        vintage=f"extrait du {day_read(path)}",
        covers="les rues de l'extrait donné",
        url="https://www.openstreetmap.org/copyright",
        path=path.name,
        sha256=digest(path),
        read_on=day_read(path),
        rows_in=streets.rows_in,
        rows_out=streets.rows_in - aside,
        rows_aside=aside,
        aside=streets.aside,
        note="walking distances are along streets, not straight lines times a detour",
    )
    return table, street_names(streets, communes), record
