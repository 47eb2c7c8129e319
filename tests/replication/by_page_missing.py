"""The norm, the hours missing and the sums by zone: steps 33, 37 and 40 to 42 of the page."""

import pandas as pd
from by_page_access import access_by_point
from by_page_help_hours import AIDANTS, COUNTERS, POSTS, located_hours, standing, unit_hours
from by_page_margins import nation
from by_page_need import need_by_point
from by_page_tables import Given, assumptions, table

LEVELS = ("iris", "commune", "ept", "qpv")


def france_norm(given: Given) -> float:
    """Give the norm `france`, in hours a week for 100 people in difficulty (step 33)."""
    national = table("national").set_index("item")
    standing_units = national["quantity"] * standing(national["age_months"], given)
    hours = unit_hours(given)
    aidants = standing_units["aidants"] - standing_units["aidants_in_france_services"]
    total = (
        standing_units["counsellor_posts"] * hours[POSTS]
        + standing_units["france_services_hours"] * hours[COUNTERS]
        + aidants * hours[AIDANTS]
    )
    return 100 * total / (national.at["residents_15p", "quantity"] * nation(given).rate)


def figures_by_point(given: Given | None = None) -> pd.DataFrame:
    """Give what each point adds to its zones (steps 31, 32 and 37)."""
    given = given or assumptions()
    need = need_by_point(given)
    access = access_by_point(need, given)
    reach = access.sum(axis=1)
    return pd.DataFrame(
        {
            "need": need,
            "reached": reach * need / 100,
            "area_hours": access["area"] * need / 100,
            "missing": (france_norm(given) - reach).clip(lower=0) * need / 100,
            "population": table("points").set_index("point")["population"],
        }
    )


def figures_by_zone(points: pd.DataFrame, level: str, given: Given | None = None) -> pd.DataFrame:
    """Give the figures of the zones of a level, as the command names them (steps 40 to 42)."""
    sums = _qpv_sums(points) if level == "qpv" else _whole_sums(points, level)
    hours = _hours_in(level, given or assumptions()).reindex(sums.index, fill_value=0.0)
    return pd.DataFrame(
        {
            "population": sums["population"],
            "need_persons": sums["need"],
            "help_h_per_week": hours + sums["area_hours"],
            "access_h_per_100": 100 * sums["reached"] / sums["need"],
            "missing_h_per_week": sums["missing"],
            "missing_h_per_100": 100 * sums["missing"] / sums["need"],
        }
    )


def _whole_sums(points: pd.DataFrame, level: str) -> pd.DataFrame:
    """Sum the points of the territory over the zones of their IRIS (step 40)."""
    where = table("points").set_index("point")
    iris = table("iris").query("in_territory").set_index("iris")
    inside = points[where["in_territory"]].drop(columns="population")
    of_iris = inside.groupby(where["iris"]).sum().reindex(iris.index, fill_value=0.0)
    of_iris["population"] = iris["population"]
    return of_iris if level == "iris" else of_iris.groupby(iris[level]).sum()


def _qpv_sums(points: pd.DataFrame) -> pd.DataFrame:
    """Sum the shares of the points in each QPV (step 41)."""
    shares = table("point_qpv").set_index("point")
    parts = points.loc[shares.index].mul(shares["share"].to_numpy(), axis=0)
    return parts.groupby(shares["qpv"].to_numpy()).sum()


def _hours_in(level: str, given: Given) -> pd.Series:
    """Give the hours of the lines located in the zones of a level (step 42)."""
    if level != "ept":
        return located_hours(level, given)
    ept = table("communes").query("in_territory").set_index("commune")["ept"]
    hours = located_hours("commune", given)
    return hours.groupby(ept.reindex(hours.index)).sum()
