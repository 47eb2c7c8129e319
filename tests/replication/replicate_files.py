"""The points and residents of a build computed again from the official files, by the method page.

Where the page speaks of a file, its name and columns are here.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from replicate_tables import Edition
from scipy.special import logit

AGES = ["pop_0_14", "pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75p"]
THEIRS = [f"P16_POP{band}" for band in ("0014", "1529", "3044", "4559", "6074", "75P")]
PEOPLE = "census/epidia_IRIS_population_RP2016_habitat_dept{}.csv"
ACTIVITY = "census/base-ic-activite-residents-2016_dept{}.csv"
DIPLOMAS = "fragility/d4g_scol_menage_demandeurEmplois_com_dept{}.csv"
CELLS = "census/filosofi2021_pop200m_4ronan"
OUTLINES = "iris/grasland_map_iris_dept93.shp"
COMMUNES = "national/cog/communes.json"


def read(folder: Path, name: str, sep: str = ",") -> pd.DataFrame:
    """Return a file of the 93 and that of the départements around, codes as text."""
    parts = [folder / name.format("93"), folder / "neighbours" / name.format("75-92-95")]
    return pd.concat([pd.read_csv(part, sep=sep, dtype=str) for part in parts], ignore_index=True)


def ages(e: Edition, folder: Path) -> pd.DataFrame:
    """Return the residents by age of each IRIS: steps 2, 6."""
    activity = read(folder, ACTIVITY, sep=";").set_index("IRIS")
    activity = activity[activity["COM"].isin(e.communes.index)]
    commune, working = activity["COM"], activity["P16_POP1564"].astype(float)
    known = read(folder, PEOPLE).set_index("IRIS")[THEIRS].astype(float).set_axis(AGES, axis=1)
    known = known.reindex(activity.index)
    told = known["pop_0_14"].notna()

    def to_working(by: pd.Series) -> pd.DataFrame:
        """Return each row's ratios of every age to the 15-64 in its commune or département."""
        people, of_age = (part[told].groupby(by[told]).sum() for part in (known, working))
        return people.div(of_age, axis=0).reindex(by).set_axis(by.index)

    ratio = to_working(commune).fillna(to_working(commune.str[:2]))
    filled = known.where(told, ratio.mul(working, axis=0)).where(told | (working > 0), 0.0)
    drawn = filled.index.isin(e.iris["iris"])
    zone = np.where(drawn, filled.index, commune + "0000")
    return filled.groupby(zone).sum().reindex(e.iris["iris"])


def latest_population(e: Edition, folder: Path) -> pd.Series:
    """Return the latest population of each commune, before rounding: step 7."""
    listed = json.loads((folder / COMMUNES).read_text(encoding="utf-8"))
    today = [
        one for one in listed if one["type"] in ("commune-actuelle", "arrondissement-municipal")
    ]
    population = {one["code"]: one.get("population") for one in today}
    merged = {old: one["code"] for one in today for old in one.get("anciensCodes", [])}
    code = e.communes.index.map(lambda c: c if c in population else merged[c])
    census = e.communes["population"]
    return census / census.groupby(code).transform("sum") * code.map(population).astype(float)


def diploma_fit(e: Edition, folder: Path) -> np.ndarray:
    """Return b0 to b3, fitted between the communes: step 9."""
    people = read(folder, PEOPLE)
    people = people[people["IRIS"].str[:5].isin(e.communes.index)]
    groups = [f"C16_POP15P_CS{group}" for group in range(1, 7)]
    sums = people[[*THEIRS, *groups]].astype(float).groupby(people["IRIS"].str[:5]).sum()
    published = read(folder, DIPLOMAS).dropna(subset="TX_NSCOL15P").set_index("CODE_INSEE")
    known = sums.join(published["TX_NSCOL15P"].astype(float), how="inner")
    occupied, adults = known[groups].sum(axis=1), known[THEIRS[1:]].sum(axis=1)
    columns = [known[groups[2]] / occupied, known[groups[5]] / occupied, known[THEIRS[1]] / adults]
    design = np.column_stack([np.ones(len(known)), *columns])
    return np.linalg.lstsq(design, logit(known["TX_NSCOL15P"] / 100), rcond=None)[0]


def cells(e: Edition, folder: Path) -> pd.DataFrame:
    """Return the inhabited cells of the territory, each in its IRIS: step 3."""
    files = [json.loads(path.read_text()) for path in sorted((folder / CELLS).glob("*.json"))]
    rows = [(str(one["c"]), *cell) for one in files for cell in one["p"]]
    table = pd.DataFrame(rows, columns=["commune", "lon", "lat", "residents"])
    at = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs=4326)
    grid = at.to_crs(3035)
    north, east = (np.floor(axis / 200).astype(int) * 200 for axis in (grid.y, grid.x))
    table["point"] = [f"CRS3035RES200mN{n}E{x}" for n, x in zip(north, east, strict=True)]
    layer = gpd.GeoDataFrame(table, geometry=at).to_crs(2154)
    lived = e.iris.loc[e.iris["population"] > 0, "iris"]
    drawn = outlines(folder)
    drawn = drawn[drawn["iris"].isin(lived)]
    found = [
        gpd.sjoin_nearest(part, drawn.loc[drawn["iris"].str[:5] == code, ["iris", "geometry"]])
        for code, part in layer.groupby("commune")
    ]
    first = pd.concat(found).sort_values("iris").drop_duplicates("point").set_index("point")
    return first.assign(x_m=first.geometry.x, y_m=first.geometry.y)


def centres(folder: Path) -> pd.DataFrame:
    """Return a point inside each IRIS of the 93: step 4."""
    drawn = outlines(folder).set_index("iris").representative_point()
    return pd.DataFrame({"x_m": drawn.x, "y_m": drawn.y})


def outlines(folder: Path) -> gpd.GeoDataFrame:
    """Return the outlines of the IRIS of the 93."""
    drawn = gpd.read_file(folder / OUTLINES).rename(columns={"CODE_IRIS": "iris"})
    return drawn[["iris", "geometry"]].to_crs(2154)
