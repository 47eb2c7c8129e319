"""Built tables as files: GeoParquet or Parquet, held to their contracts on the way in and out.

The same rows give the same bytes: rows lie in the order of their key, minus zero is zero, and no
date is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj.exceptions import CRSError

from observatory.errors import FileFormatError, InputError, MissingInputError
from observatory.tables.activity_tables import ACTIVITY
from observatory.tables.check import check
from observatory.tables.directory_tables import CLEANING_NOTES, LEDGER, ORIGINS
from observatory.tables.facts import BUILT
from observatory.tables.fragility_tables import DIPLOMA_FIT
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.newer_census_tables import AGES_IRIS_2022, DIPLOMAS_IRIS_2022
from observatory.tables.region_tables import REGION_COMMUNES
from observatory.tables.street_tables import STREET_DISTANCES, STREET_NAMES
from observatory.tables.table import Table
from observatory.tables.transit_tables import STOP_LINES, STOPS

#: The tables that a build keeps; gaps are computed from them when they are asked for.
STORED: tuple[Table, ...] = tuple(table for table in BUILT if table.name != "gaps")
#: What a build keeps beside them: how places were matched, where each field comes from, how the
#: share of people without the baccalauréat was spread, the people helped by post code, and the
#: communes of the région.
BESIDE: tuple[Table, ...] = (
    LEDGER,
    ORIGINS,
    CLEANING_NOTES,
    DIPLOMA_FIT,
    ACTIVITY,
    REGION_COMMUNES,
)
#: What a build of one's own may hold besides, and the compiled edition may not.
OPTIONAL: tuple[Table, ...] = (
    STOPS,
    STOP_LINES,
    STREET_DISTANCES,
    STREET_NAMES,
    ORIGINS_COMMUNES,
    MIGRANTS_IRIS,
    AGES_IRIS_2022,
    DIPLOMAS_IRIS_2022,
    SCHOOL_HOLIDAYS,
)
REBUILD = "build the tables again: observatory build --from FOLDER"
ROWS_IN_GROUP = 65_536


def table_path(table: Table, folder: Path) -> Path:
    """Return the file of a table in a build."""
    return folder / f"{table.name}.parquet"


def write_table(frame: pd.DataFrame, table: Table, folder: Path) -> Path:
    """Write a table, checked, in the order of its key, and give its file.

    Raises
    ------
    ColumnsError, ContractError, CrsError
        The frame breaks the contract; nothing is written.
    """
    rows = _settled(check(frame, table), table)
    path = table_path(table, folder)
    folder.mkdir(parents=True, exist_ok=True)
    if table.crs is None:
        content = pa.Table.from_pandas(rows, preserve_index=False)
        pq.write_table(content, path, compression="zstd", row_group_size=ROWS_IN_GROUP)
    else:
        rows.to_parquet(path, index=False, compression="zstd", row_group_size=ROWS_IN_GROUP)
    return path


def _settled(frame: Any, table: Table) -> Any:
    """Return the rows in the order of their key, with no minus zero."""
    rows = frame.sort_values(list(table.key), ignore_index=True, kind="stable")
    numbers = {c.name: rows[c.name] + 0.0 for c in table.columns if c.kind == "float"}
    return rows.assign(**numbers)


def read_table(table: Table, folder: Path) -> Any:
    """Read a table and hold it to its contract.

    Returns
    -------
    DataFrame or GeoDataFrame
        Rows in the order of the key, the contract's columns and dtypes; a ``GeoDataFrame`` where
        the table has a reference system.

    Raises
    ------
    MissingInputError
        No such build, or no such table in it.
    FileFormatError
        The file is truncated or is no Parquet file.
    ColumnsError, ContractError, CrsError
        The file was written for another version of the contract.
    """
    path = _existing(table, folder)
    try:
        frame = _read(path, table)
    except (pa.ArrowException, OSError, ValueError, CRSError) as error:
        raise FileFormatError(
            str(path),
            expected="a whole Parquet file" if table.crs is None else "a whole GeoParquet file",
            found=f"{path.stat().st_size} bytes that do not read as one ({_first_line(error)})",
            next_step=REBUILD,
        ) from error
    try:
        return check(frame, table, where=str(path))
    except InputError as error:
        raise type(error)(
            error.where, expected=error.expected, found=error.found, next_step=REBUILD
        ) from error


def read_all(folder: Path) -> dict[str, Any]:
    """Read every table of a build, by name."""
    return {table.name: read_table(table, folder) for table in STORED}


def read_optional(table: Table, folder: Path) -> Any | None:
    """Read a table that a build may do without: ``None`` where the build has none."""
    return read_table(table, folder) if table_path(table, folder).is_file() else None


def _existing(table: Table, folder: Path) -> Path:
    path = table_path(table, folder)
    if path.is_file():
        return path
    raise MissingInputError(
        str(path if folder.is_dir() else folder),
        expected=f"the table {table.name} of a build",
        found="no such file" if folder.is_dir() else "no such folder",
        next_step=REBUILD,
    )


def _read(path: Path, table: Table) -> Any:
    if table.crs is not None:
        return gpd.read_parquet(path)
    return pq.read_table(path).to_pandas()


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
