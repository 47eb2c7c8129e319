"""Population of the 200 m cells of Filosofi, one file a commune."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from observatory.errors import ContractError, FileFormatError, MissingInputError
from observatory.geo.geometry import CELL_M, GRID, METRIC, WORLD, metric_of, project_to_metres
from observatory.read.carried import carry
from observatory.read.cut import cut
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, read_json, validate
from observatory.tables import census_tables as tables
from observatory.tables.provenance import Reading

#: A centre given to six decimals of a degree lies within this distance of the true one.
CENTRE_TOLERANCE_M = 2.0


@reader("cells_population_2021")
def read_cells_population_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the population of the 200 m cells, one JSON file for each commune in a folder.

    The files give the centre of each cell in degrees; its INSPIRE identifier is found again from
    the centre in EPSG:3035 (overseas in the projection of the place), and a centre that is no
    cell's centre is refused.
    """
    frames = [_cells_of(file) for file in _json_files(path)]
    every = pd.concat(frames, ignore_index=True)
    every, carried = carry(every, "commune", communes)
    found, outside = cut(every, "commune", communes, str(path))
    found = found.reset_index(drop=True)
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    metres = project_to_metres(lon, lat)
    found["x_m"], found["y_m"] = metres.T
    grid = metric_of(metres)
    found["cell"] = _inspire(lon, lat, path, GRID if grid == METRIC else grid)
    frame = validate(found, tables.CELLS_POPULATION_2021, path)
    note = "; ".join(filter(None, (f"{len(frames)} files, one for each commune", carried)))
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
