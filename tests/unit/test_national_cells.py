"""The 200 m cells of the country: three grids, CSV and GeoPackage, bare and in one zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from benchmarks.cells import FIGURES
from observatory.errors import ColumnsError, FileFormatError
from observatory.read.national_cells import read_cells_of_the_country
from observatory.read.readers import edition_of, readers
from observatory.tables.provenance import Reading

SOURCE = "cells_population_2021"
EDITION = "file of the country, CSV or GeoPackage, bare or in its zip"
#: Of each grid: cells, the communes that they lie in, and the projection of its GeoPackage.
GRIDS = {
    "met": (["CRS3035RES200mN2894200E3762000", "CRS3035RES200mN2894400E3761200"], 2154),
    "mart": (["CRS5490RES200mN1615400E708400"], 5490),
    "reun": (["CRS2975RES200mN7690400E338800", "CRS2975RES200mN7690600E338800"], 2975),
}
HOMES = {"met": ["7511893066", "93066"], "mart": ["97209"], "reun": ["9741197418", "97418"]}
#: Where the first cell of each grid lies, in degrees.
AT = {"met": (2.36, 48.9), "mart": (-61.07, 14.6), "reun": (55.46, -20.87)}
NAMES = {"saint denis": "93066", "paris 18": "75118", "fort de france": "97209", "s d": "97411"}


def rows(grid: str) -> pd.DataFrame:
    """Return the cells of a grid in the 34 columns of the publisher."""
    cells, _ = GRIDS[grid]
    kilometre = pd.Series(cells).str.replace("RES200m", "RES1000m")
    known = {"idcar_200m": cells, "idcar_1km": kilometre, "idcar_nat": kilometre}
    labels = {"i_est_200": 0, "i_est_1km": 0, "lcog_geo": HOMES[grid]}
    return pd.DataFrame({**known, **labels, **dict.fromkeys(FIGURES, 1.0)}).assign(ind=12.5)


def layer(grid: str, path: Path) -> Path:
    table = rows(grid)
    shapes = [shapely.box(0, 0, 200, 200)] * len(table)
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=GRIDS[grid][1])
    frame.to_file(path, layer=path.stem, engine="pyogrio")
    return path


def bare_csv(folder: Path, grid: str) -> Path:
    path = folder / f"carreaux_200m_{grid}.csv"
    rows(grid).to_csv(path, index=False)
    return path


def bare_layer(folder: Path, grid: str) -> Path:
    return layer(grid, folder / f"carreaux_200m_{grid}.gpkg")


def zip_of_csv(folder: Path, grid: str) -> Path:
    path = folder / "Filosofi2021_carreaux_200m_csv.zip"
    with zipfile.ZipFile(path, "w") as box:
        for one in GRIDS:
            box.writestr(f"carreaux_200m_{one}.csv", rows(one).to_csv(index=False))
    return path


def zip_of_layers(folder: Path, grid: str) -> Path:
    path = folder / "Filosofi2021_carreaux_200m_gpkg.zip"
    with zipfile.ZipFile(path, "w") as box:
        for one in GRIDS:
            box.write(layer(one, folder / f"carreaux_200m_{one}.gpkg"))
    return path


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("made", [bare_csv, bare_layer, zip_of_csv, zip_of_layers])
def test_each_grid_is_read_in_each_envelope(made: object, grid: str, tmp_path: Path) -> None:
    path = made(tmp_path, grid)  # type: ignore[operator]  # one of the four above
    assert edition_of(SOURCE, path).name == EDITION
    names = {name: code for name, code in NAMES.items() if code[:3] == HOMES[grid][0][:3]}
    names |= {"saint denis": "93066"} if grid == "met" else {}
    reading: Reading = readers()[SOURCE](path, names)
    assert reading.rows_in == len(rows(grid))
    frame = reading.frame
    kept = 2 if grid == "met" else 1
    assert frame["cell"].tolist() == GRIDS[grid][0][:kept]
    assert frame["commune"].tolist() == [home[:5] for home in HOMES[grid][:kept]]
    assert frame["residents"].tolist() == [12.5] * kept
    assert (frame["lon"][0], frame["lat"][0]) == pytest.approx(AT[grid], abs=0.02)
    # Overseas a cell is cut in the metres of the place: its middle is whole there.
    if grid != "met":
        assert frame["x_m"][0] % 200 == pytest.approx(100, abs=0.2)
    assert reading.rows_aside == len(rows(grid)) - kept


def test_all_grids_of_a_zip_come_where_no_commune_is_named(tmp_path: Path) -> None:
    reading = read_cells_of_the_country(zip_of_layers(tmp_path, "met"))
    assert len(reading.frame) == 5
    assert reading.frame["lat"].between(-21, 49).all()


def test_codes_that_lost_a_zero_and_other_separators_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "carreaux_200m_met.csv"
    table = rows("met").assign(lcog_geo=["100401005", "01004"])
    table.to_csv(path, index=False, sep=";")
    assert (
        read_cells_of_the_country(path, {"a": "01004"}).frame["commune"].tolist() == ["01004"] * 2
    )


def test_what_holds_no_cells_of_the_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cells.zip"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("carreaux_200m_met.csv", rows("met").to_csv(index=False))
    with pytest.raises(FileFormatError, match="carreaux_200m_reun"):
        read_cells_of_the_country(path, {"s d": "97411"})
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("Filosofi2019_carreaux_200m_csv.7z", b"7z")
    with pytest.raises(FileFormatError, match=r"unpack the \.7z"):
        read_cells_of_the_country(path, {"s d": "93066"})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("carreaux_200m_met.gpkg", b"0" * 20_000_000)
    with pytest.raises(FileFormatError, match="bytes unpacked"):
        read_cells_of_the_country(path)
    other = tmp_path / "carreaux_200m_met.gpkg"
    rows("met").drop(columns="ind").pipe(
        lambda table: gpd.GeoDataFrame(table, geometry=[shapely.Point(0, 0)] * 2, crs=2154)
    ).to_file(other, engine="pyogrio")
    with pytest.raises(ColumnsError, match="without ind"):
        read_cells_of_the_country(other)


def test_a_cell_of_a_commune_that_has_joined_one_of_the_build_is_that_ones(tmp_path: Path) -> None:
    path = tmp_path / "carreaux_200m_met.csv"
    rows("met").assign(lcog_geo=["93059", "93066"]).to_csv(path, index=False)
    after = read_cells_of_the_country(path, {"saint denis": "93066"}).frame
    assert after["commune"].tolist() == ["93066", "93066"]
    before = read_cells_of_the_country(path, {"pierrefitte": "93059"}).frame
    assert before["commune"].tolist() == ["93059"]
