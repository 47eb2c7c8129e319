"""The zones of a map: outlines in the geography asked for, joined to their figures."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from observatory.errors import ContractError
from observatory.geo.codes import Cog, in_cog


def outlines(
    iris: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, level: str, cog: Cog
) -> gpd.GeoDataFrame:
    """Return the territory's outlines of a level.

    Returns
    -------
    GeoDataFrame
        One row a zone, EPSG:2154: ``code``, ``commune`` (code in the geography asked for),
        ``geometry``; communes merged since are dissolved into one outline.
    """
    source, key = (iris, "iris") if level == "iris" else (communes, "commune")
    inside = source[source["in_territory"]]
    moved = inside["commune"].map(lambda code: in_cog(code, cog))
    frame = gpd.GeoDataFrame(
        {"code": inside[key] if level == "iris" else moved, "commune": moved},
        geometry=inside.geometry,
        crs=source.crs,
    )
    whole = frame if level == "iris" else frame.dissolve("code", as_index=False)
    return whole[["code", "commune", "geometry"]].sort_values("code", ignore_index=True)


def qpv_outlines(qpv: gpd.GeoDataFrame, cog: Cog) -> gpd.GeoDataFrame:
    """Return the known outlines of the QPV as :func:`outlines` does, with their first commune."""
    known = qpv[qpv["outline_known"]]
    first = known["communes"].str.split("|").str[0].map(lambda code: in_cog(code, cog))
    frame = known.assign(code=known["qpv"], commune=first)
    return frame[["code", "commune", "geometry"]].sort_values("code", ignore_index=True)


def zone_table(shapes: gpd.GeoDataFrame, gaps: pd.DataFrame) -> gpd.GeoDataFrame:
    """Join outlines and gaps by code; both must hold the same zones.

    Raises
    ------
    ContractError
        A zone has an outline and no figures, or figures and no outline.
    """
    lone = set(shapes["code"]) ^ set(gaps["code"])
    if lone:
        raise ContractError(
            "zones of the map",
            expected="the same zones among the outlines and the gaps",
            found=f"{len(lone)} on one side only, such as {min(lone)}",
            next_step="build the tables again: observatory build",
        )
    return gpd.GeoDataFrame(
        shapes.merge(gaps, on="code", validate="1:1"), geometry="geometry", crs=shapes.crs
    )


def commune_names(zones: pd.DataFrame) -> dict[str, str]:
    """Return code -> name of the zones of a level, in order of name."""
    names = dict(zip(zones["code"], zones["name"], strict=True))
    return dict(sorted(names.items(), key=_by_name))


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold().replace("é", "e").replace("î", "i")
