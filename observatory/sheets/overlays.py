"""What lies over and behind the zones of a map."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from observatory.geo.backdrop import BackdropLayer


@dataclass(frozen=True)
class Overlays:
    """What lies over and behind the zones of a map; ``None`` where it is not shown.

    Attributes
    ----------
    qpv, schools, sites
        Tables of :mod:`observatory.tables.facts`.
    placed
        Codes of the communes where a place of help is known.
    backdrop
        What lies behind, as :func:`observatory.geo.backdrop.backdrop_layers` gives it.
    """

    qpv: gpd.GeoDataFrame | None = None
    schools: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    placed: frozenset[str] | None = None
    backdrop: tuple[BackdropLayer, ...] = ()
