"""Help within a walk: steps 29 to 32 of `docs/methode.md`."""

import numpy as np
import pandas as pd
from by_page_help_hours import line_hours
from by_page_tables import Given, assumptions, table


def walking_minutes(points: pd.DataFrame, lines: pd.DataFrame, given: Given) -> np.ndarray:
    """Give t(i, j), in minutes (step 29)."""
    dx = points["x_m"].to_numpy()[:, None] - lines["x_m"].to_numpy()
    dy = points["y_m"].to_numpy()[:, None] - lines["y_m"].to_numpy()
    speed = float(given["walk.speed_kmh"]) * 1000 / 60
    return np.hypot(dx, dy) * float(given["walk.detour"]) / speed


def step_weights(minutes: np.ndarray, given: Given) -> np.ndarray:
    """Give W of the steps (step 30)."""
    stretch = float(given["access.step.stretch"])
    edges = [float(given[f"access.step.edge_min.e{k}"]) * stretch for k in (1, 2, 3)]
    weights = [float(given[f"access.step.weight.w{k}"]) for k in (1, 2, 3)]
    return np.select([minutes <= edge for edge in edges], weights, default=0.0)


def walking_access(need: np.ndarray, hours: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give A(i), in hours a week for 100 people in difficulty (step 31)."""
    reached = need @ weights
    ratio = np.divide(hours, reached, out=np.zeros_like(hours), where=reached > 0)
    return 100 * weights @ ratio


def area_access(need: pd.Series, points: pd.DataFrame, given: Given) -> np.ndarray:
    """Give a(i), of the help without a known place (step 32)."""
    supply = table("supply")
    here = supply["serves"].ne("point")
    areas = line_hours(supply, given)[here].groupby([supply["serves"], supply["area"]]).sum()
    codes = _area_codes(points)
    given_hours = np.zeros(len(points))
    for (kind, code), hours in areas.items():
        inside = codes[kind].eq(code).fillna(False).to_numpy(dtype=bool)
        people = need.to_numpy()[inside].sum()
        if people > 0:
            given_hours[inside] += 100 * hours / people
    return given_hours


def _area_codes(points: pd.DataFrame) -> dict[str, pd.Series]:
    ept = table("communes").set_index("commune")["ept"]
    return {
        "commune": points["commune"],
        "ept": points["commune"].map(ept),
        "departement": points["commune"].str[:2],
    }


def access_by_point(need: pd.Series, given: Given | None = None) -> pd.DataFrame:
    """Give the access of each point, on foot and to the help of its areas (steps 29 to 32)."""
    given = given or assumptions()
    points, supply = table("points"), table("supply")
    lines = supply[supply["serves"].eq("point")]
    weights = step_weights(walking_minutes(points, lines, given), given)
    hours = line_hours(lines, given).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "walking": walking_access(need.to_numpy(), hours, weights),
            "area": area_access(need, points, given),
        },
        index=points["point"],
    )
