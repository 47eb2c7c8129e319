"""What a map of the territory shows: zones with their figures, and what lies over and behind."""

from __future__ import annotations

from collections.abc import Container

import geopandas as gpd
import pandas as pd

from observatory.geo.backdrop import BackdropLayer, backdrop_layers, credits
from observatory.geo.codes import Cog, in_cog
from observatory.model.levels import Level
from observatory.model.map_zones import outlines, qpv_outlines, zone_table
from observatory.model.observed import Facts
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

#: What can lie over the zones, in the order in which it is drawn.
LAYERS = ("qpv", "schools", "sites")


def drawn_zones(facts: Facts, gaps: pd.DataFrame, level: Level, cog: Cog) -> gpd.GeoDataFrame:
    """Return the outlines of a level joined to its gap table; a QPV without outline is left out."""
    if level == "qpv":
        drawn = qpv_outlines(facts.qpv, cog)
        return zone_table(drawn, gaps[gaps["code"].isin(drawn["code"])])
    return zone_table(outlines(facts.iris, facts.communes, level, cog), gaps)


def overlays(facts: Facts, layers: Container[str], cog: Cog) -> Overlays:
    """Return what lies over and behind the zones of a map with some layers."""
    sites = _inside(facts.places)
    placed = sites.loc[~sites["seat"], "commune"].map(lambda code: in_cog(code, cog))
    return Overlays(
        qpv=facts.qpv if "qpv" in layers else None,
        schools=_inside(facts.schools) if "schools" in layers else None,
        sites=sites if "sites" in layers else None,
        placed=frozenset(placed),
        backdrop=backdrop_layers(),
    )


def layer_counts(facts: Facts) -> dict[str, tuple[int, int]]:
    """Return, for each layer, how many of its things have a known place, and how many there are."""
    sites, schools = _inside(facts.places), _inside(facts.schools)
    sites = sites[~sites["seat"]]
    ranked = schools[schools["network"].notna()]
    return {
        "qpv": (int(facts.qpv["outline_known"].sum()), len(facts.qpv)),
        "schools": (int(ranked["lon"].notna().sum()), len(ranked)),
        "sites": (int((sites["located"] == "point").sum()), len(sites)),
    }


def _inside(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["in_territory"]]


def backdrop_credit(layers: tuple[BackdropLayer, ...], words: Words) -> str:
    """Return who is to be credited for the backdrop, licence by licence."""
    return " · ".join(
        words("map.credit_under", names=", ".join(names), licence=licence)
        for licence, names in credits(layers).items()
    )
