"""What a build stores and its other tables let compute again, from the method page alone."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from replicate_need import BANDS
from replicate_tables import Edition
from scipy.special import expit

LISTED = {
    "Conseillers numériques": "2023-04-05",
    "Aidants Connect": "2024-02-01",
    "France Services": "2024-08-01",
}
CELL_M = 200


def population(e: Edition) -> pd.Series:
    """Return the residents of each IRIS, whole persons: step 6."""
    people = e.iris.filter(regex="^pop_").sum(axis=1)
    commune, floor = e.iris["commune"], np.floor(people)
    short = people.groupby(commune).sum().round() - floor.groupby(commune).sum()
    rank = (people - floor).groupby(commune).rank(method="first", ascending=False)
    return floor + (rank <= commune.map(short))


def shared_population(e: Edition) -> pd.Series:
    """Return the residents of each IRIS that its points have: step 5."""
    share = e.points["residents"] / e.points.groupby("iris")["residents"].transform("sum")
    return e.points["iris"].map(e.iris.set_index("iris")["population"]) * share.fillna(0)


def expected_diploma(e: Edition, fit: pd.Series) -> np.ndarray:
    """Return what occupations and ages let expect, from the stored fit, %: step 9."""
    adults = e.iris[[name for names in BANDS.values() for name in names]].sum(axis=1)
    terms = {
        "managers": e.iris["managers_pct"] / 100,
        "manual_workers": e.iris["manual_workers_pct"] / 100,
        "young": e.iris["pop_15_29"] / adults,
    }
    return 100 * expit(fit["intercept"] + sum(fit[name] * part for name, part in terms.items()))


def ages(e: Edition, sites: pd.DataFrame, reference: str) -> pd.Series:
    """Return the age of the information of each row of help, months: step 27."""
    confirmed = e.supply["site"].map(sites.set_index("site")["confirmed_on"])
    days = [pd.to_datetime(one) for one in (confirmed, e.supply["programme"].map(LISTED))]
    newest = pd.concat(days, axis=1).max(axis=1)
    return ((pd.Timestamp(reference) - newest).dt.days / 30.4375).round(1)


def qpv_shares(e: Edition, folder: Path) -> pd.DataFrame:
    """Return the share of each cell inside each QPV, from their outlines: step 40."""
    cells = e.points[e.points["kind"] == "cell"]
    centres = gpd.GeoSeries.from_xy(cells["x_m"], cells["y_m"], crs=2154).to_crs(3035)
    x, y = (np.floor(at.to_numpy() / CELL_M) * CELL_M for at in (centres.x, centres.y))
    squares = gpd.GeoSeries(shapely.box(x, y, x + CELL_M, y + CELL_M), crs=3035).to_crs(2154)
    layer = gpd.GeoDataFrame({"point": cells["point"].to_numpy()}, geometry=squares)
    outlines = gpd.read_parquet(folder / "qpv.parquet")[["qpv", "geometry"]]
    cut = gpd.overlay(layer, outlines, how="intersection")
    cut["share"] = cut.area / cut["point"].map(layer.set_index("point").area)
    return pd.DataFrame(cut[["point", "qpv", "share"]])
