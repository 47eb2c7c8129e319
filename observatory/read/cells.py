"""Population of the 200 m cells of Filosofi: the file of the country, or one file a commune.

The INSEE serves 2.3 million cells, as CSV or GeoPackage in a zip of some 300 MB. Only the cells of
the communes asked for are kept while the file is read, so that memory does not grow with it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyogrio
from pyproj import Transformer

from observatory.errors import ColumnsError, ContractError, FileFormatError, MissingInputError
from observatory.geo.geometry import CELL_M, GRID, METRIC, WORLD, metric_of, project_to_metres
from observatory.read.cut import MOST_UNKNOWN, OUTSIDE, cut
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, read_json, validate
from observatory.tables import census_tables as tables
from observatory.tables.provenance import Aside, Reading

#: A centre given to six decimals of a degree lies within this distance of the true one.
CENTRE_TOLERANCE_M = 2.0
#: The columns of the file of the country that are used.
COLUMNS = ("idcar_200m", "lcog_geo", "ind")
_CELL = r"CRS(\d+)RES200mN(\d+)E(\d+)"
#: Cells read at a time.
CHUNK = 50_000
#: The part of the zip that holds metropolitan France; the islands are of other grids.
METROPOLITAN = r"(?:.*/)?carreaux_200m_met\.csv"


@reader("cells_population_2021")
def read_cells_population_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the population of the 200 m cells, one JSON file for each commune in a folder.

    The files give the centre of each cell in degrees; its INSPIRE identifier is found again from
    the centre in EPSG:3035 (overseas in the projection of the place), and a centre that is no
    cell's centre is refused.
    """
    frames = [_cells_of(file) for file in _json_files(path)]
    every = pd.concat(frames, ignore_index=True)
    found, outside = cut(every, "commune", communes, str(path))
    found = found.reset_index(drop=True)
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    metres = project_to_metres(lon, lat)
    found["x_m"], found["y_m"] = metres.T
    grid = metric_of(metres)
    found["cell"] = _inspire(lon, lat, path, GRID if grid == METRIC else grid)
    frame = validate(found, tables.CELLS_POPULATION_2021, path)
    note = f"{len(frames)} files, one for each commune"
    return account(frame, len(every), *outside, note=note)


def _json_files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.json")) if path.is_dir() else []
    if not files:
        raise MissingInputError(
            str(path),
            expected="a folder with one JSON file for each commune",
            found="no JSON file" if path.exists() else "nothing there",
            next_step="check the folder given with --from, or " + FETCH,
        )
    return files


def _cells_of(file: Path) -> pd.DataFrame:
    content = read_json(file)
    try:
        code, cells = content["c"], content["p"]
        found = pd.DataFrame(cells, columns=["lon", "lat", "residents"]).astype("float64")
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(
            str(file),
            expected='an object {"m": year, "c": commune, "p": [[lon, lat, people], ...]}',
            found=f"something else ({error})",
            next_step=FETCH,
        ) from error
    return found.assign(commune=str(code))


def _inspire(lon: Any, lat: Any, path: Path, grid: int) -> list[str]:
    move = Transformer.from_crs(WORLD, grid, always_xy=True)
    east, north = (np.asarray(axis) for axis in move.transform(lon, lat))
    left, low = (CELL_M * np.floor(axis / CELL_M) for axis in (east, north))
    off = np.hypot(east - left - CELL_M / 2, north - low - CELL_M / 2)
    if (off > CENTRE_TOLERANCE_M).any():
        worst = int(off.argmax())
        raise ContractError(
            f"{path}, cell {worst + 1}",
            expected=f"the centre of a {CELL_M:g} m cell of EPSG:{grid}, within "
            f"{CENTRE_TOLERANCE_M:g} m",
            found=f"{lon[worst]}, {lat[worst]}: {off[worst]:.1f} m off",
            next_step="check that the file gives centres, in longitude and latitude",
        )
    return [f"CRS{grid}RES200mN{int(n)}E{int(e)}" for n, e in zip(low, left, strict=True)]


@reader("cells_population_2021", "file of the country, CSV in its zip or GeoPackage", *COLUMNS)
def read_cells_of_the_country(path: Path, communes: Communes = None) -> Reading:
    """Read the population of the cells of the communes known, from the file of the country.

    A cell across communes is counted in the first that ``lcog_geo`` names: the one that holds most
    of it.

    Raises
    ------
    FileFormatError, ColumnsError
        No zip with the cells of metropolitan France; a file without the columns.
    ContractError
        More than a few cells whose identifier or number of people is not one.
    """
    there = None if communes is None else frozenset(communes.values())
    layer = path.suffix.lower() == ".gpkg"
    pieces = _of_layer(path, there) if layer else _of_csv(path, there)
    kept, rows, wrong = [], 0, []
    for piece, count, odd in pieces:
        kept.append(piece)
        rows += count
        wrong += odd
    if len(wrong) > MOST_UNKNOWN * rows:
        raise ContractError(
            f"{path}, cell {wrong[0]}",
            expected=f"cells such as CRS{GRID}RES200mN2894200E3762000, with a number of people",
            found=f"others ({len(wrong)} in all)",
            next_step=FETCH,
        )
    found = pd.concat(kept, ignore_index=True)
    frame = validate(_placed(found), tables.CELLS_POPULATION_2021, path)
    apart = (
        Aside(OUTSIDE, rows - len(frame) - len(wrong)),
        Aside("a cell or a number of people that is not one", len(wrong), tuple(wrong[:5])),
    )
    return account(frame, rows, *apart, note="cells of the file of the country")


Piece = tuple[pd.DataFrame, int, list[str]]


def _of_csv(path: Path, there: frozenset[str] | None) -> Iterator[Piece]:
    """Yield the cells kept of each piece of the CSV, how many it holds, and the wrong ones."""
    with _opened(path) as stream:
        header = pd.read_csv(stream, nrows=0).columns
    names = {str(name).strip().lower(): str(name) for name in header}
    lost = [name for name in COLUMNS if name not in names]
    if lost:
        raise ColumnsError(
            f"{path}, header",
            expected=", ".join(COLUMNS),
            found=f"without {', '.join(lost)}: {', '.join(names)}"[:200],
            next_step=FETCH,
        )
    wanted = [names[name] for name in COLUMNS]
    with _opened(path) as stream:
        reader_ = pd.read_csv(stream, usecols=wanted, dtype="str", chunksize=CHUNK, na_filter=False)
        try:
            for piece in reader_:
                yield _kept(piece.rename(columns=str.lower), there)
        except (pd.errors.ParserError, zlib.error, EOFError, zipfile.BadZipFile) as error:
            raise FileFormatError(
                str(path), expected="a whole CSV", found=f"a spoilt one ({error})", next_step=FETCH
            ) from error


def _of_layer(path: Path, there: frozenset[str] | None) -> Iterator[Piece]:
    """Yield the cells kept of a GeoPackage: the driver leaves the others on the disk."""
    try:
        whole = int(pyogrio.read_info(path)["features"])
        codes = None if there is None else ",".join(f"'{code}'" for code in sorted(there))
        found = pyogrio.read_dataframe(
            path,
            columns=list(COLUMNS),
            read_geometry=False,
            where=None if codes is None else f"substr(lcog_geo, 1, 5) IN ({codes})",
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise FileFormatError(
            str(path),
            expected="a GeoPackage of cells with " + ", ".join(COLUMNS),
            found=f"something else ({error})",
            next_step=FETCH,
        ) from error
    piece, _, odd = _kept(found.astype("str"), there)
    yield piece, whole, odd


def _kept(piece: pd.DataFrame, there: frozenset[str] | None) -> Piece:
    commune = piece["lcog_geo"].str[:5]
    mine = piece if there is None else piece[commune.isin(there)]
    people = pd.to_numeric(mine["ind"], errors="coerce")
    fit = mine["idcar_200m"].str.fullmatch(_CELL) & people.notna()
    kept = pd.DataFrame(
        {"cell": mine["idcar_200m"], "commune": mine["lcog_geo"].str[:5], "residents": people}
    )
    return kept[fit], len(piece), [str(cell) for cell in mine.loc[~fit, "idcar_200m"]]


def _placed(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells with the places of their middles, in metres and in degrees."""
    parts = cells["cell"].str.extract(_CELL).astype("int64")
    other = cells[parts[0] != GRID]
    if len(other):
        raise ContractError(
            f"cell {other['cell'].iloc[0]}",
            expected=f"cells of the grid EPSG:{GRID}, of metropolitan France",
            found="those of another grid",
            next_step="overseas cells are not known here: choose another territory",
        )
    move = Transformer.from_crs(GRID, WORLD, always_xy=True)
    lon, lat = move.transform(parts[2] + CELL_M / 2, parts[1] + CELL_M / 2)
    lon, lat = np.round(lon, 6), np.round(lat, 6)
    x, y = project_to_metres(lon, lat).T
    return cells.assign(lon=lon, lat=lat, x_m=x, y_m=y)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open the CSV, or that of metropolitan France in its zip, to be read as a stream."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(path) as box:
            names = [name for name in box.namelist() if re.fullmatch(METROPOLITAN, name)]
            if len(names) != 1:
                raise _no_cells(path, ", ".join(box.namelist()[:5]) or "an empty archive")
            with box.open(names[0]) as stream:
                yield stream
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _no_cells(path, f"something else ({error})") from error


def _no_cells(path: Path, found: str) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected="a zip with carreaux_200m_met.csv",
        found=found,
        next_step=FETCH,
    )
