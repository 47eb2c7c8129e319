"""Which communes a build holds: those of the territory's département, and those around it.

A place just across the border helps people of the territory, and people across the border crowd
places of the territory. So the communes near the territory take part wherever a source covers
them; what lies further away changes nothing inside and is set aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.codes import IN_PARTS, departement_of
from observatory.tables.provenance import Aside, Reading

Frames = Mapping[str, Any]
PARTLY = "serves an area of which the build holds only a part"
#: What tells the commune of a row, whole or by its first five characters.
_PLACE = ("iris", "code_insee", "commune")


@dataclass(frozen=True)
class Scope:
    """The communes of a build.

    Attributes
    ----------
    communes
        Their codes.
    home
        The départements of the territory, which are held whole.
    around_m
        How far from the territory a commune of another one may lie (``edition.around_m``).
    """

    communes: frozenset[str]
    home: frozenset[str]
    around_m: float

    def keep(self, reading: Reading) -> Reading:
        """Return a reading without the rows of other communes, which are set aside."""
        frame = reading.frame
        column = next((name for name in _PLACE if name in frame), None)
        if column is None:
            return reading
        away = ~frame[column].str[:5].isin(self.communes)
        far = f"further than {self.around_m / 1000:g} km from the territory"
        reading = _set_aside(reading, away, far, column)
        if "serves" in frame:
            # The posts of a département around serve all of it: they are not those of its edge.
            rows = reading.frame
            partly = (rows["serves"] != "commune") & ~rows[column].map(self.at_home)
            reading = _set_aside(reading, partly, PARTLY, column)
        return reading

    def at_home(self, commune: str) -> bool:
        """Return whether a commune is of the territory's département."""
        return departement_of(commune) in self.home


def _set_aside(reading: Reading, rows: pd.Series[Any], reason: str, column: str) -> Reading:
    out = reading.frame.loc[rows, column]
    if out.empty:
        return reading
    kept = reading.frame[~rows].reset_index(drop=True)
    aside = Aside(reason, len(out), tuple(map(str, out.head(5))))
    return replace(reading, frame=kept, aside=(*reading.aside, aside))


def home_of(epts: pd.DataFrame, territory: str) -> frozenset[str]:
    """Return the départements of a territory's communes."""
    return frozenset(map(departement_of, epts.loc[epts["ept"] == territory, "commune"]))


def scope_of(
    outlines: gpd.GeoDataFrame, epts: pd.DataFrame, territory: str, around_m: float
) -> Scope:
    """Return the communes that a build of a territory holds.

    Parameters
    ----------
    outlines
        Every commune that the sources know (``commune``, geometry in EPSG:2154).
    epts
        The EPT of each commune (``commune``, ``ept``).
    territory
        SIREN of the EPT.
    around_m
        How far from the territory a commune of another département may lie, in metres.
    """
    home = home_of(epts, territory)
    inside = outlines["commune"].isin(epts.loc[epts["ept"] == territory, "commune"])
    whole = outlines.loc[inside, "geometry"].union_all()
    near = outlines.geometry.distance(whole) <= around_m
    kept = near | outlines["commune"].map(departement_of).isin(home)
    return Scope(frozenset(outlines.loc[kept, "commune"]) - IN_PARTS, home, around_m)
