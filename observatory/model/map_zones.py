"""The zones of a map: outlines in the geography asked for, joined to their figures."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from observatory.errors import ContractError
from observatory.geo.codes import Cog, in_cog
from observatory.model.levels import Level, zones
from observatory.model.observed import Facts


def outlines(
    iris: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, level: str, cog: Cog
) -> gpd.GeoDataFrame:
    """Return the territory's outlines of a level.

    Returns
    -------
    GeoDataFrame
        One row a zone, in metres: ``code``, ``commune`` (code in the geography asked for),
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


def commune_names(listed: pd.DataFrame) -> dict[str, str]:
    """Return code -> name of the zones of a level, in order of name."""
    names = dict(zip(listed["code"], listed["name"], strict=True))
    return dict(sorted(names.items(), key=_by_name))


def named_zones(facts: Facts, level: Level, cog: Cog) -> dict[str, str]:
    """Return code -> name of the zones of a level: an IRIS and a QPV with their communes.

    An IRIS has its number too, since names are used again; in order of what is shown.
    """
    listed = zones(facts, level, cog)
    communes = commune_names(zones(facts, "commune", cog))
    if level == "commune":
        return communes
    if level == "qpv":
        of = facts.qpv.set_index("qpv")["communes"]
        every = facts.communes.set_index("commune")["commune_name"].to_dict() | communes
        names = {
            code: f"{name} ({', '.join(every.get(one, one) for one in of[code].split('|'))})"
            for code, name in zip(listed["code"], listed["name"], strict=True)
        }
    else:
        names = {
            code: f"{communes.get(in_cog(code[:5], cog), code[:5])} | {name} ({code[5:]})"
            for code, name in zip(listed["code"], listed["name"], strict=True)
        }
    return dict(sorted(names.items(), key=_by_name))


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold().replace("é", "e").replace("î", "i")
