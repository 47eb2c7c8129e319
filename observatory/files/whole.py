"""Everything that a researcher takes away, as one GeoPackage or as one data package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory import settings
from observatory.errors import ChoiceError
from observatory.files.citation import citation_text
from observatory.files.data_package import Resource, descriptor
from observatory.files.formats import as_layer, csv_bytes
from observatory.files.geopackage import geopackage_bytes
from observatory.files.map_layers import layer_title, map_layer
from observatory.files.method import markdown, read_method
from observatory.files.notes import Notes, carried_texts, dictionary, licence_text, method_text
from observatory.files.package import gaps_layer, place_tables
from observatory.files.published import published
from observatory.geo.codes import Cog
from observatory.geo.geometry import to_metres
from observatory.model.assumptions import Assumptions
from observatory.model.levels import Level
from observatory.model.model import SEED, Model
from observatory.model.norms import SHARES
from observatory.tables.atomic import write_whole
from observatory.tables.check import check
from observatory.tables.facts import POINT_QPV
from observatory.tables.provenance import Provenance
from observatory.tables.table import Table
from observatory.tables.table_schema import ForeignKey
from observatory.tables.take_away import ASSUMPTIONS, CELLS, SOURCES
from observatory.tables.take_away import DRAWS as DRAWS_TABLE
from observatory.words.column_words import file_words

#: The forms of the whole, by the name that the command line has for them.
WHOLE = ("geopackage-all", "datapackage-all")
NAME = "observatoire"
#: Zones that draws are written for.
DRAWN_LEVELS: tuple[Level, ...] = ("commune", "iris")
#: Columns that name rows of another file: by table, the column, the file and its column.
LINKS = {
    "supply": (ForeignKey("site", "sites", "site"),),
    "point_qpv": (ForeignKey("point", "cells", "point"),),
}


@dataclass(frozen=True)
class Part:
    """One table of the whole: its name, rows and contract."""

    name: str
    frame: pd.DataFrame
    table: Table

    @property
    def kept(self) -> Table:
        """The contract of the columns that the rows have, in their order, outlines left out."""
        names = [str(name) for name in self.frame.columns if name != "geometry"]
        return replace(self.table, columns=tuple(self.table.column(name) for name in names))


def parts(model: Model, cog: Cog) -> list[Part]:
    """Return the tables of the whole: gaps of every level, places, help, schools, cells."""
    found = [Part(*gaps_layer(model.gaps(level, cog), model.facts)) for level in get_args(Level)]
    found += [Part(table.name, frame, table) for frame, table in place_tables(model)]
    return [*found, Part(CELLS.name, cells(model), CELLS)]


def shares_of_cells(model: Model) -> Part:
    """Return which QPV take which share of which cells (``tables.facts.POINT_QPV``)."""
    return Part(POINT_QPV.name, model.facts.point_qpv, POINT_QPV)


def cells(model: Model) -> pd.DataFrame:
    """Return the points where need stands with what is measured there (``tables.CELLS``)."""
    return _settled(model.measured.points, model, CELLS)


def draws_of(model: Model, cog: Cog, draws: int | None = None, seed: int = SEED) -> Iterator[Part]:
    """Return communes and IRIS draw by draw (``tables.DRAWS``).

    By default these are the draws that every interval comes from.
    """
    drawn = model.drawn(draws, seed)
    for level in DRAWN_LEVELS:
        matrix, codes = model.ground.sum_matrix(level, cog)
        need, reached, missing = (
            drawn.sums(one, matrix).ravel() for one in (drawn.need, drawn.reached, drawn.missing)
        )
        count, total = len(codes), len(drawn.values)
        people = np.where(need > 0, need, np.nan)
        frame = pd.DataFrame(
            {
                "level": level,
                "cog": cog,
                "code": np.tile(np.asarray(codes, dtype=object), total),
                "draw": np.repeat(np.arange(total), count),
                "norm_h_per_100": np.repeat(drawn.norm, count),
                "need_persons": need,
                "access_h_per_100": 100 * reached / people,
                "missing_h_per_week": missing,
            }
        )
        yield Part(f"draws_{level}", _settled(frame, model, DRAWS_TABLE), DRAWS_TABLE)


def _settled(frame: pd.DataFrame, model: Model, table: Table) -> pd.DataFrame:
    """Return what lacks as missing, or as to move where the norm is a share of what there is."""
    lacking = frame["missing_h_per_week"]
    shared = model.norm_name in SHARES
    told = frame.assign(
        missing_h_per_week=np.nan if shared else lacking,
        to_move_h_per_week=lacking if shared else np.nan,
    )
    return pd.DataFrame(check(told[table.names], table))


def assumption_rows(assumptions: Assumptions) -> pd.DataFrame:
    """Return the assumptions as they are used (``tables.ASSUMPTIONS``)."""
    rows = [
        {
            "name": item.name,
            "value": item.value if isinstance(item.value, str) else f"{item.value:.10g}",
            "unit": item.unit or None,
            "low": item.low,
            "high": item.high,
            "source": item.source,
            "why": item.why,
        }
        for item in assumptions
    ]
    return pd.DataFrame(check(pd.DataFrame(rows, columns=ASSUMPTIONS.names), ASSUMPTIONS))


def source_rows(sources: Sequence[Provenance]) -> pd.DataFrame:
    """Return the sources that a build was made from (``tables.SOURCES``)."""
    rows = [{name: getattr(one, name) for name in SOURCES.names} for one in sources]
    return pd.DataFrame(check(pd.DataFrame(rows, columns=SOURCES.names), SOURCES))


def geopackage_all(model: Model, notes: Notes, cog: Cog) -> dict[str, bytes]:
    """Return every level, the places, the help, the schools and the cells as one GeoPackage.

    All layers are in metres; each has a description, columns with descriptions, and styles
    that QGIS opens it with. Method and licence travel inside, and beside it too.
    """
    kept = parts(model, cog)
    layers = [map_layer(one.name, _in_metres(one), one.table) for one in kept]
    return {
        f"{NAME}.gpkg": geopackage_bytes(layers, carried_texts(notes)),
        **_beside(model, notes, kept),
    }


def _in_metres(one: Part) -> gpd.GeoDataFrame:
    found = as_layer(published(one.frame))
    if found is None:
        raise ChoiceError(
            f"layer {one.name}",
            expected="a table with places",
            found="one without",
            next_step="take the data package",
        )
    return to_metres(found, name=one.name)


def datapackage_all(
    model: Model, notes: Notes, cog: Cog, draws: int | None = None, seed: int = SEED
) -> dict[str, bytes]:
    """Return every table as CSV with one ``datapackage.json`` that describes them all.

    Parameters
    ----------
    model, notes, cog
        What is computed, what it comes from, and the geography of the communes.
    draws, seed
        How many draws of the missing hours are written, and their seed.
    """
    used = Part(ASSUMPTIONS.name, assumption_rows(model.assumptions), ASSUMPTIONS)
    drawn = draws_of(model, cog, draws, seed)
    kept = [*parts(model, cog), shares_of_cells(model), *drawn, used]
    resources = [_resource(one) for one in kept]
    words = file_words()
    told = replace(notes, choices={**notes.choices, "draws": str(draws), "seed": str(seed)})
    described = descriptor(
        resources,
        NAME,
        told,
        words("package.title", territory=notes.manifest.territory_name),
        words("package.description"),
    )
    return {
        "datapackage.json": described,
        **{one.file: one.data for one in resources},
        **_beside(model, told, kept),
    }


def _resource(one: Part) -> Resource:
    return Resource(
        one.name,
        f"{one.name}.csv",
        one.kept,
        csv_bytes(published(one.frame)),
        layer_title(one.name, one.table),
        LINKS.get(one.name, ()),
    )


def _beside(model: Model, notes: Notes, kept: list[Part]) -> Mapping[str, bytes]:
    """Return what travels with the whole: dictionary, licences, method, how to cite it."""
    sources = notes.manifest.sources
    lines = pd.concat([dictionary(one.kept, sources).assign(table=one.name) for one in kept])
    method = read_method(settings.PROJECT, model, notes.manifest)
    return {
        "dictionary.csv": csv_bytes(lines),
        "LICENCE.txt": licence_text(notes.manifest).encode(),
        "method.json": method_text(notes).encode(),
        "methode.md": markdown(method).encode(),
        "CITATION.cff": citation_text(notes).encode(),
    }


def export_whole(
    model: Model,
    folder: Path,
    form: str,
    notes: Notes,
    cog: Cog = "cog_2024",
    *,
    draws: int | None = None,
    seed: int = SEED,
) -> tuple[Path, ...]:
    """Write everything in one form of :data:`WHOLE`.

    Returns
    -------
    tuple of Path
        The files written, the data first.

    Raises
    ------
    ChoiceError
        Unknown form.
    """
    if form == "geopackage-all":
        files = geopackage_all(model, notes, cog)
    elif form == "datapackage-all":
        files = datapackage_all(model, notes, cog, draws, seed)
    else:
        raise ChoiceError(
            "format", expected=" or ".join(WHOLE), found=repr(form), next_step="choose one of them"
        )
    for name, data in files.items():
        write_whole(folder / name, data)
    return tuple(folder / name for name in files)
