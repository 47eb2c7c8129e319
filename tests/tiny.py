"""A territory small enough to check by hand: two communes, three points, two helps.

::

    commune 93059          commune 93066                      commune 93008 (outside)
    A: 100 in need         B: 200 in need   C: 100 in need    D: 50 in need
    0 m                    500 m            10 km              400 m north of B

One place at B gives 12 h a week to those who can walk there; the EPT's own post gives 8 h a week
to its whole territory.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from observatory.model.observed import Facts

TERRITORY = "200057867"
METRIC = 2154
POINTS = {
    "A": ("930590101", "93059", 0.0, 0.0, 100.0),
    "B": ("930660101", "93066", 500.0, 0.0, 200.0),
    "C": ("930660102", "93066", 10_000.0, 0.0, 100.0),
    "D": ("930080101", "93008", 500.0, 400.0, 50.0),
}
#: Hours a week of a post, and the rate of difficulty of the 75 and over: data/assumptions.toml.
A_POST, OLDEST_RATE = 35 * 0.6, 0.67
AGES = ("pop_0_14", "pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75p")
X0, Y0 = 652_000.0, 6_870_000.0


def points() -> pd.DataFrame:
    rows = []
    for name, (iris, commune, x, y, need) in POINTS.items():
        rows.append(
            {
                "point": name,
                "kind": "cell" if commune != "93008" else "iris",
                "iris": iris,
                "commune": commune,
                "in_territory": commune != "93008",
                "qpv_2015": "QP093028" if name == "B" else None,
                "x_m": X0 + x,
                "y_m": Y0 + y,
                "lon": 2.35,
                "lat": 48.93,
                "residents": need * 10,
                "population": need * 10,
            }
        )
    return pd.DataFrame(rows)


def supply() -> pd.DataFrame:
    common = {
        "programme": "Conseillers numériques",
        "open_h_per_week": np.nan,
        "counted_elsewhere": False,
        "age_months": 3.0,
    }
    at_b = {
        "supply": "s1",
        "name": "Place at B",
        "site": "p1",
        "commune": "93066",
        "serves": "point",
        "area": None,
        "iris": "930660101",
        "qpv_2015": "QP093028",
        "x_m": X0 + 500.0,
        "y_m": Y0,
        "posts": 12.0 / A_POST,
    }
    wide = {
        "supply": "s2",
        "name": "The EPT's post",
        "site": None,
        "commune": "93066",
        "serves": "ept",
        "area": TERRITORY,
        "iris": None,
        "qpv_2015": None,
        "x_m": np.nan,
        "y_m": np.nan,
        "posts": 8.0 / A_POST,
    }
    return pd.DataFrame([{**common, **at_b}, {**common, **wide}])


def facts() -> Facts:
    spots = points()
    outline = box(X0, Y0, X0 + 1, Y0 + 1)
    iris = gpd.GeoDataFrame(
        {
            "iris": spots["iris"],
            "iris_name": spots["point"],
            "commune": spots["commune"],
            "in_territory": spots["in_territory"],
            "population": spots["population"].astype("int64"),
            **dict.fromkeys(AGES, 0.0),
            "pop_75p": [need / OLDEST_RATE for *_, need in POINTS.values()],
            "poverty_declared_pct": np.nan,
            "low_diploma_pct": np.nan,
        },
        geometry=[outline] * len(spots),
        crs=METRIC,
    )
    names = {"93059": "Pierrefitte-sur-Seine", "93066": "Saint-Denis", "93008": "Bobigny"}
    communes = gpd.GeoDataFrame(
        {
            "commune": list(names),
            "commune_name": list(names.values()),
            "ept": [TERRITORY, TERRITORY, "200057875"],
            "in_territory": [True, True, False],
            "poverty_disposable_pct": np.nan,
        },
        geometry=[outline] * 3,
        crs=METRIC,
    )
    ept = gpd.GeoDataFrame(
        {"ept": [TERRITORY], "ept_name": ["Plaine Commune"]}, geometry=[outline], crs=METRIC
    )
    qpv = gpd.GeoDataFrame(
        {
            "qpv": ["QN09328M", "QN09348M"],
            "qpv_name": ["Franc Moisin", "Quartier"],
            "communes": ["93008|93066", "93066"],
            "outline_known": [True, False],
            "outline_2015": ["QP093028", None],
        },
        geometry=[outline, None],
        crs=METRIC,
    )
    return Facts(
        iris=iris,
        communes=communes,
        ept=ept,
        points=spots,
        sites=pd.DataFrame(),
        supply=supply(),
        schools=pd.DataFrame(),
        qpv=qpv,
    )
