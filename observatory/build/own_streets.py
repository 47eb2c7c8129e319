"""Streets that a person's own build may hold: walks along them, and their names to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.errors import ChoiceError, InputError
from observatory.geo.geometry import WORLD
from observatory.model.observed import Facts
from observatory.model.walks import far_from_streets, street_graph, walks
from observatory.places.cleaning import fold
from observatory.read.address_streets import AddressStreets, read_address_streets
from observatory.read.digests import day_read, digest, digest_all
from observatory.read.streets import Streets, read_streets
from observatory.settings import Settings
from observatory.tables.plain_text import visible
from observatory.tables.provenance import OPEN_LICENCE, Aside, Provenance
from observatory.tables.street_tables import (
    ADDRESSES_SOURCE,
    STREET_DISTANCES,
    STREET_NAMES,
    STREETS_SOURCE,
    WALK_LIMIT_M,
)
from observatory.tables.table import Table

#: A point further than this from every street is not covered; more of them and none is believed.
FAR_M, MOST_AWAY = 500.0, 0.02


@dataclass(frozen=True)
class StreetFiles:
    """Files of streets given to a build.

    Attributes
    ----------
    walked
        An extract of OpenStreetMap, whose streets are walked.
    addresses
        Files of the Base adresse nationale, one a département: names of streets only.
    """

    walked: Path | None = None
    addresses: tuple[Path, ...] = ()


NO_STREETS = StreetFiles()


def refuse_streets(files: StreetFiles, out: Path, settings: Settings) -> None:
    """Refuse streets in the compiled edition: OpenStreetMap is under ODbL, addresses change weekly.

    Raises
    ------
    ChoiceError
        ``out`` is the compiled edition.
    """
    if files == NO_STREETS or out.resolve() != settings.edition.resolve():
        return
    option, found = f"--streets {files.walked}", "OpenStreetMap, whose licence is ODbL 1.0"
    if files.walked is None:
        option = f"--addresses {files.addresses[0]}"
        found = "the Base adresse nationale, which is no source of the registry"
    raise ChoiceError(
        f"option {option}",
        expected=f"the registry's sources under {OPEN_LICENCE} only, in the compiled edition {out}",
        found=found,
        next_step="write it into a build of your own: --out FOLDER, without --edition",
    )


def tables_of(
    files: StreetFiles, facts: Facts
) -> tuple[list[tuple[pd.DataFrame, Table]], list[Provenance]]:
    """Return what a build holds from files of streets, and the record of each file.

    Raises
    ------
    InputError
        A file cannot be used, or does not cover the build.
    """
    tables: list[tuple[pd.DataFrame, Table]] = []
    names: list[pd.DataFrame] = []
    records: list[Provenance] = []
    if files.addresses:
        found = [
            read_address_streets(path, set(facts.communes["commune"])) for path in files.addresses
        ]
        names.append(address_names(found, facts.communes))
        records.append(_addresses_record(files.addresses, found))
    if files.walked is not None:
        walked, called, record = street_walks(
            files.walked, facts.points, facts.supply, facts.communes
        )
        tables.append((walked, STREET_DISTANCES))
        names.append(called)
        records.append(record)
    if names:
        tables.append((first_of_each(names), STREET_NAMES))
    return tables, records


def address_names(found: Sequence[AddressStreets], communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the streets of files of addresses.

    Returns
    -------
    DataFrame
        ``STREET_NAMES``.
    """
    streets = pd.concat([one.streets for one in found], ignore_index=True)
    called = communes.set_index("commune")["commune_name"]
    streets["name"] = streets["name"].map(visible).str.strip()
    streets["commune_name"] = streets["commune"].map(called)
    return pd.DataFrame(streets.loc[streets["name"] != "", STREET_NAMES.names])


def first_of_each(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the streets of several tables, each as the first that has it writes it."""
    streets = pd.concat(tables, ignore_index=True).astype({"postcode": "str"})
    alike = streets.assign(name=streets["name"].map(fold)).duplicated(["commune", "name"])
    return streets[~alike].sort_values(["commune", "name"], ignore_index=True)


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
    return pd.DataFrame(first.assign(postcode=np.nan)[STREET_NAMES.names])


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


def _addresses_record(paths: Sequence[Path], found: Sequence[AddressStreets]) -> Provenance:
    """Return the record of the files of the Base adresse nationale, as one source."""
    rows = sum(one.rows_in for one in found)
    counts: dict[str, int] = {}
    for item in (item for one in found for item in one.aside):
        counts[item.reason] = counts.get(item.reason, 0) + item.rows
    aside = sum(counts.values())
    days = sorted({day_read(path) for path in paths})
    return Provenance(
        id=ADDRESSES_SOURCE,
        title="Base adresse nationale",
        publisher="IGN, DINUM, ANCT, communes",
        licence=OPEN_LICENCE,
        vintage=f"fichier du {days[-1]}",
        covers="les adresses des départements donnés",
        url="https://adresse.data.gouv.fr/",
        path=", ".join(path.name for path in paths),
        sha256=digest(paths[0]) if len(paths) == 1 else digest_all(paths),
        read_on=days[-1],
        rows_in=rows,
        rows_out=rows - aside,
        rows_aside=aside,
        aside=tuple(Aside(reason, count) for reason, count in counts.items()),
        note="names of streets to start a search from; no walk is along them",
    )
