"""Walks along the streets from where a person starts, in a build that holds them."""

from __future__ import annotations

import pandas as pd
from scipy.spatial import cKDTree

#: A person starts from a cell's middle when they are this near it, metres: cells are 200 m wide.
NEAR_M = 150.0


class StreetWalks:
    """The walks of a build, ready to be asked from any point.

    Parameters
    ----------
    points
        Inhabited points: ``point``, ``x_m``, ``y_m``.
    supply
        Help: ``supply``, ``site``.
    distances
        ``point``, ``supply``, ``metres`` along the streets.
    """

    def __init__(self, points: pd.DataFrame, supply: pd.DataFrame, distances: pd.DataFrame) -> None:
        site = distances["supply"].map(dict(zip(supply["supply"], supply["site"], strict=True)))
        known = distances.assign(site=site).dropna(subset=["site"])
        self._metres = known.groupby(["point", "site"])["metres"].min()
        held = points[points["point"].isin(known["point"])]
        self._points = held["point"].tolist()
        self._tree = cKDTree(held[["x_m", "y_m"]].to_numpy(dtype=float)) if len(held) else None

    def metres(self, x_m: float, y_m: float) -> dict[str, float]:
        """Return the walk to each place within an hour of a point; none far from every cell."""
        if self._tree is None:
            return {}
        away, nearest = self._tree.query((x_m, y_m))
        if away > NEAR_M:
            return {}
        found: dict[str, float] = self._metres.loc[self._points[int(nearest)]].to_dict()
        return found
