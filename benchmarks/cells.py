"""The 200 m cells of the country read for one territory: seconds and memory, beside the plain way.

The file is made: the 2.3 million cells of metropolitan France in the publisher's columns, on
made-up ground, as CSV and as GeoPackage, bare and in its zip. The plain way reads the file whole
(``geopandas.read_file``, ``pandas.read_csv``) and keeps the rows of the same communes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from benchmarks.memory import peak_mb
from observatory.places.french_communes import commune_table
from observatory.read.national_cells import read_cells_of_the_country

#: Cells of metropolitan France in Filosofi 2021, as its users count them.
CELLS = 2_298_582
SEED, SIDE = 20211231, 200
#: The publisher's columns after the identifiers, in its order.
FIGURES = (
    *("ind", "men", "men_pauv", "men_1ind", "men_5ind", "men_prop", "men_fmp", "ind_snv"),
    *("men_surf", "men_coll", "men_mais", "log_av45", "log_45_70", "log_70_90", "log_ap90"),
    *("log_inc", "log_soc", "ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17", "ind_18_24"),
    *("ind_25_39", "ind_40_54", "ind_55_64", "ind_65_79", "ind_80p", "ind_inc"),
)
NAME = "carreaux_200m_met"
#: Rows written at a time.
PIECE = 200_000
#: The territory: the communes of a département.
AREA = "93"
#: Each way of reading, by its name: whose it is, and the file that it reads.
WAYS: Mapping[str, tuple[str, str]] = {
    "ours, CSV": ("ours", f"{NAME}.csv"),
    "ours, zip of the CSV": ("ours", "csv.zip"),
    "ours, GeoPackage": ("ours", f"{NAME}.gpkg"),
    "ours, zip of the GeoPackage": ("ours", "gpkg.zip"),
    "pandas.read_csv": ("pandas", f"{NAME}.csv"),
    "geopandas.read_file, GeoPackage": ("geopandas", f"{NAME}.gpkg"),
}


def make(folder: Path, cells: int = CELLS) -> Path:
    """Write the files that are not there yet, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table, layer = folder / f"{NAME}.csv", folder / f"{NAME}.gpkg"
    done = folder / "gpkg.zip"
    if done.exists():
        return folder
    for path in (table, layer):
        path.unlink(missing_ok=True)
    draw = np.random.default_rng(SEED)
    for start in range(0, cells, PIECE):
        rows, shapes = _piece(start, min(PIECE, cells - start), draw)
        rows.to_csv(table, index=False, mode="a", header=not start)
        piece = gpd.GeoDataFrame(rows, geometry=shapes, crs=2154)
        piece.to_file(layer, layer=NAME, mode="a" if start else "w", engine="pyogrio")
    for name, path in (("csv.zip", table), ("gpkg.zip", layer)):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
            box.write(path, path.name)
    return folder


def _piece(start: int, count: int, draw: np.random.Generator) -> tuple[pd.DataFrame, Any]:
    """Return some cells of a square of metropolitan France, and their outlines in Lambert-93."""
    number = np.arange(start, start + count)
    north, east = 2_000_000 + SIDE * (number // 1500), 3_200_000 + SIDE * (number % 1500)
    codes = commune_table()["commune"].to_numpy(dtype=object)
    codes = codes[[not code.startswith("97") for code in codes]]
    size = -(-CELLS // len(codes))
    home, next_ = codes[number // size % len(codes)], codes[(number // size + 1) % len(codes)]
    border = draw.random(count) < 0.05
    names = [f"N{n}E{e}" for n, e in zip(north, east, strict=True)]
    people = (np.round(2 * draw.lognormal(2.0, 1.2, count)) + 1) / 2
    columns: dict[str, Any] = {
        "idcar_200m": [f"CRS3035RES200m{name}" for name in names],
        "idcar_1km": [
            f"CRS3035RES1000mN{n // 1000 * 1000}E{e // 1000 * 1000}"
            for n, e in zip(north, east, strict=True)
        ],
        "idcar_nat": [f"CRS3035RES200m{name}" for name in names],
        "i_est_200": (people < 11).astype(int),
        "i_est_1km": 0,
        "lcog_geo": np.where(border, home + next_, home),
        "ind": people,
    }
    columns |= {name: np.round(people * draw.random(), 1) for name in FIGURES[1:]}
    move = Transformer.from_crs(3035, 2154, always_xy=True)
    corners = [(0, 0), (0, SIDE), (SIDE, SIDE), (SIDE, 0), (0, 0)]
    ring = np.stack([np.stack(move.transform(east + x, north + y), 1) for x, y in corners], 1)
    return pd.DataFrame(columns), shapely.polygons(ring)


def communes() -> dict[str, str]:
    """Return the communes asked for, by name."""
    every = commune_table()["commune"]
    return {code: code for code in every if code.startswith(AREA)}


def _ours(path: Path) -> pd.DataFrame:
    return pd.DataFrame(read_cells_of_the_country(path, communes()).frame[["cell", "residents"]])


def _pandas(path: Path) -> pd.DataFrame:
    return _mine(pd.read_csv(path, dtype={"lcog_geo": "str"}))


def _geopandas(path: Path) -> pd.DataFrame:
    return _mine(gpd.read_file(path))


def _mine(whole: pd.DataFrame) -> pd.DataFrame:
    kept = whole[whole["lcog_geo"].str[:5].isin(communes().values())]
    return pd.DataFrame(kept.rename(columns={"idcar_200m": "cell", "ind": "residents"}))


READ: Mapping[str, Callable[[Path], pd.DataFrame]] = {
    "ours": _ours,
    "pandas": _pandas,
    "geopandas": _geopandas,
}


def play(who: str, path: Path) -> None:
    """Read a file here, and print the seconds, the peak of memory and what was kept as JSON."""
    before, began = peak_mb(), time.perf_counter()
    found = READ[who](path)
    seconds = time.perf_counter() - began
    told = {"s": seconds, "more_mb": peak_mb() - before, "peak_mb": peak_mb(), "cells": len(found)}
    print(json.dumps({**told, "residents": float(found["residents"].sum())}))


def measure(folder: Path, cells: int = CELLS) -> dict[str, Any]:
    """Return what each way of reading takes, each in a process of its own.

    Raises
    ------
    RuntimeError
        Two ways do not keep the same cells.
    """
    make(folder, cells)
    root = Path(__file__).resolve().parent.parent
    found: dict[str, Any] = {}
    for name, (who, file) in WAYS.items():
        command = [sys.executable, "-m", "benchmarks", "play-cells", who, str(folder / file)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        told = json.loads(done.stdout)
        found[name] = {**told, "file_mb": (folder / file).stat().st_size / 1e6}
    kept = {(one["cells"], round(one["residents"], 1)) for one in found.values()}
    if len(kept) != 1:
        raise RuntimeError(f"the ways do not agree: {sorted(kept)}")
    return {"cells": cells, "kept": kept.pop()[0], "ways": found}


def write(found: Mapping[str, Any], folder: Path, command: str) -> Path:
    """Write the results as a page and as JSON; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cells.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    names = ("file_mb", "s", "peak_mb", "more_mb")
    forms = ("{:,.0f}", "{:.1f}", "{:,.0f}", "{:,.0f}")
    rows = "".join(
        f"| {way} | {' | '.join(f.format(one[n]) for n, f in zip(names, forms, strict=True))} |\n"
        for way, one in found["ways"].items()
    )
    page = folder / "cells.md"
    page.write_text(
        PAGE.format(rows=rows, command=command, cells=found["cells"], kept=found["kept"]),
        encoding="utf-8",
    )
    return page


PAGE = """\
# The 200 m cells of the country, read for one territory

{cells:,} cells in the publisher's 34 columns, on made-up ground; {kept:,} of them are kept, those
of the communes of one département. Each way is a process of its own, and keeps the same cells and
the same number of people. The peak holds Python and every package of the benchmarks; "for it" is
what reading added.

| way | file, MB | seconds | peak, MB | for it, MB |
|---|---:|---:|---:|---:|
{rows}
A GeoPackage in a zip is unpacked on the disk first, then read. The machine has two cores and was
shared with other work: the seconds are of one run, and tell an order of size.

Made by `{command}`.
"""
