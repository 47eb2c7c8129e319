"""Population of the 200 m cells of Filosofi, as the INSEE serves them for the whole country.

There are three grids, each a file of its own: metropolitan France (``_met``, 2.3 million cells of
EPSG:3035), Martinique (``_mart``, EPSG:5490) and La Réunion (``_reun``, EPSG:2975). They come as
CSV or GeoPackage, bare or in one zip. Only the cells of the communes asked for are kept while a
file is read, so that memory does not grow with it.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
import pyogrio
from pyproj import Transformer

from observatory.errors import ColumnsError, ContractError, FileFormatError
from observatory.geo.codes import departement_of
from observatory.geo.geometry import CELL_M, GRID, WORLD, project_to_metres
from observatory.geo.mergers import lying_in
from observatory.read.cut import OUTSIDE, refused, too_many
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, validate
from observatory.read.zipped import RATIO_LIMIT
from observatory.tables import census_tables as tables
from observatory.tables.provenance import Aside, Reading

#: The columns that are used.
COLUMNS = ("idcar_200m", "lcog_geo", "ind")
_CELL = rf"CRS({GRID}|5490|2975)RES200mN(\d+)E(\d+)"
#: Cells read at a time.
CHUNK = 100_000
#: What the file of each grid is called, and the départements of those that are not metropolitan.
METROPOLITAN, ISLANDS = "met", {"972": "mart", "974": "reun"}
_MEMBER = r"(?:.*/)?\w*carreaux_200m_(met|mart|reun)\.(csv|gpkg)"
#: Larger than the GeoPackage of the country; a zip whose GeoPackage unpacks to more is refused.
LIMIT_BYTES = 4_000_000_000

Codes = frozenset[str] | None
#: The cells kept of a piece of a file, how many it holds, and the names of the wrong ones.
Piece = tuple[pd.DataFrame, int, list[str]]
NOTHING = pd.DataFrame({"cell": [], "commune": [], "residents": []}, dtype="str")


@reader(
    "cells_population_2021",
    "file of the country, CSV or GeoPackage, bare or in its zip",
    *COLUMNS,
    seen=False,
)
def read_cells_of_the_country(path: Path, communes: Communes = None) -> Reading:
    """Read the population of the cells of the communes known, from the file of the country.

    A cell across communes is counted in the first that ``lcog_geo`` names: the one that holds most
    of it. One of a commune of another year is that of the commune known that it lies in.

    Raises
    ------
    FileFormatError, ColumnsError
        No zip with the cells of the communes asked for; a file without the columns.
    ContractError
        More than a few cells whose identifier or number of people is not one.
    """
    known = None if communes is None else frozenset(communes.values())
    carried = lying_in(known or ())
    there = None if known is None else known | carried.keys()
    kept, rows, wrong = [], 0, []
    for piece, count, odd in _pieces(path, there):
        kept.append(piece)
        rows += count
        wrong += odd
    if too_many(len(wrong), rows):
        raise refused(
            ContractError(
                f"{path}, cell {wrong[0]}",
                expected=f"cells such as CRS{GRID}RES200mN2894200E3762000, with a number of people",
                found=f"others ({len(wrong)} in all)",
                next_step=FETCH,
            )
        )
    found = pd.concat(kept, ignore_index=True).replace({"commune": carried})
    frame = validate(_placed(found), tables.CELLS_POPULATION_2021, path)
    apart = (
        Aside(OUTSIDE, rows - len(frame) - len(wrong)),
        Aside("a cell or a number of people that is not one", len(wrong), tuple(wrong[:5])),
    )
    return account(frame, rows, *apart, note="cells of the file of the country")


def _pieces(path: Path, there: Codes) -> Iterator[Piece]:
    """Yield the pieces of a file, or of the files of a zip that hold the communes asked for."""
    end = path.suffix.lower()
    if end == ".zip":
        yield from _of_zip(path, there)
    elif end == ".gpkg":
        yield from _of_layer(path, path, there)
    else:
        with path.open("rb") as stream:
            yield from _of_csv(path, stream, there)


def _of_zip(path: Path, there: Codes) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(path) as box:
            for member in _members(path, box, there):
                if member.lower().endswith(".gpkg"):
                    with _unpacked(path, box, member) as layer:
                        yield from _of_layer(path, layer, there)
                else:
                    with box.open(member) as stream:
                        yield from _of_csv(path, stream, there)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise _no_cells(path, METROPOLITAN, f"something else ({error})") from error


def _members(path: Path, box: zipfile.ZipFile, there: Codes) -> list[str]:
    """Return the files of a zip to read: those of the grids that the communes lie on."""
    found: dict[str, str] = {}
    for name in sorted(box.namelist(), reverse=True):  # the CSV rather than the GeoPackage
        if named := re.fullmatch(_MEMBER, name, re.IGNORECASE):
            found[named[1].lower()] = name
    wanted = {ISLANDS.get(departement_of(code), METROPOLITAN) for code in there or ()}
    for grid in sorted(wanted or {METROPOLITAN}):
        if grid not in found:
            raise _no_cells(path, grid, ", ".join(box.namelist()[:5]) or "an empty archive")
    return [found[grid] for grid in sorted(wanted or found)]


def _no_cells(path: Path, grid: str, found: str) -> FileFormatError:
    unpack = "unpack the .7z and put its CSV or GeoPackage into the folder"
    return FileFormatError(
        str(path),
        expected=f"a zip with carreaux_200m_{grid}.csv or .gpkg",
        found=found,
        next_step=unpack if ".7z" in found else FETCH,
    )


@contextmanager
def _unpacked(path: Path, box: zipfile.ZipFile, member: str) -> Iterator[Path]:
    """Unpack a GeoPackage under our own name, for its driver to leap about in it."""
    most, size = min(LIMIT_BYTES, RATIO_LIMIT * path.stat().st_size), 0
    with tempfile.TemporaryDirectory(prefix="cells-") as folder:
        layer = Path(folder) / "cells.gpkg"
        with box.open(member) as source, layer.open("wb") as sink:
            while piece := source.read(1 << 20):
                size += len(piece)
                if size > most:
                    raise FileFormatError(
                        f"{path}, {member}",
                        expected=f"at most {most} bytes unpacked",
                        found="more",
                        next_step=FETCH,
                    )
                sink.write(piece)
        yield layer


def _of_csv(path: Path, stream: IO[bytes], there: Codes) -> Iterator[Piece]:
    """Yield the pieces of a CSV."""
    first = stream.readline(1 << 16).decode("utf-8-sig", "replace")
    sep = max(",;", key=first.count)
    names = [name.strip().strip('"').lower() for name in first.split(sep)]
    _require(path, names)
    try:
        for piece in pd.read_csv(
            stream,
            sep=sep,
            names=names,
            header=None,
            usecols=list(COLUMNS),
            dtype="str",
            chunksize=CHUNK,
            na_filter=False,
        ):
            yield _kept(piece, there)
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise FileFormatError(
            str(path), expected="a whole CSV", found=f"a spoilt one ({error})", next_step=FETCH
        ) from error


def _of_layer(path: Path, layer: Path, there: Codes) -> Iterator[Piece]:
    """Yield the pieces of a GeoPackage: the driver leaves the other communes on the disk."""
    faults = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError)
    try:
        info = pyogrio.read_info(layer)
    except faults as error:
        raise _no_layer(path, error) from error
    names = {str(name).lower(): str(name) for name in info["fields"]}
    _require(path, [*names])
    away = int(info["features"])
    try:
        with pyogrio.open_arrow(
            layer,
            columns=[names[name] for name in COLUMNS],
            read_geometry=False,
            where=None if there is None else _where(names["lcog_geo"], there),
            batch_size=CHUNK,
            use_pyarrow=True,
        ) as (_, batches):
            for batch in batches:
                piece = batch.to_pandas().rename(columns=str.lower).astype("str")
                away -= len(piece)
                yield _kept(piece, there)
    except faults as error:
        raise _no_layer(path, error) from error
    yield NOTHING, away, []


def _no_layer(path: Path, error: Exception) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected="a GeoPackage of cells with " + ", ".join(COLUMNS),
        found=f"something else ({error})",
        next_step=FETCH,
    )


def _where(column: str, there: frozenset[str]) -> str:
    codes = ",".join(f"'{code}'" for code in sorted(there))
    return f'substr("{column}", 1, 5) IN ({codes})'


def _require(path: Path, names: list[str]) -> None:
    lost = [name for name in COLUMNS if name not in names]
    if lost:
        raise ColumnsError(
            f"{path}, header",
            expected=", ".join(COLUMNS),
            found=f"without {', '.join(lost)}: {', '.join(names)}"[:200],
            next_step=FETCH,
        )


def _kept(piece: pd.DataFrame, there: Codes) -> Piece:
    commune = _first_commune(piece["lcog_geo"])
    mine = slice(None) if there is None else commune.isin(there)
    cells, people = piece.loc[mine, "idcar_200m"], pd.to_numeric(piece.loc[mine, "ind"], "coerce")
    fit = cells.str.fullmatch(_CELL) & people.notna()
    kept = pd.DataFrame({"cell": cells, "commune": commune[mine], "residents": people})
    return kept[fit], len(piece), [str(cell) for cell in cells[~fit]]


def _first_commune(listed: pd.Series[str]) -> pd.Series[str]:
    """Return the first commune of each list of codes, joined without a sign or by one.

    A program that read the codes as one number took the zero off the first.
    """
    lost = listed.str.len().mod(5).eq(4) & listed.str.isdigit()
    return listed.mask(lost, "0" + listed).str[:5]


def _placed(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells with the places of their middles, in metres and in degrees."""
    parts = cells["cell"].str.extract(_CELL).astype("int64")
    lon, lat = np.empty(len(cells)), np.empty(len(cells))
    for grid in parts[0].unique():
        mine = (parts[0] == grid).to_numpy()
        move = Transformer.from_crs(int(grid), WORLD, always_xy=True)
        east, north = parts.loc[mine, 2] + CELL_M / 2, parts.loc[mine, 1] + CELL_M / 2
        lon[mine], lat[mine] = np.round(move.transform(east, north), 6)
    x, y = project_to_metres(lon, lat).T
    return cells.assign(lon=lon, lat=lat, x_m=x, y_m=y)
