"""Names of IRIS that a person knows: INSEE's own, and what lies near where it says little.

``Iris 19`` becomes ``Iris 19, vers le collège Jean Vigo``. Like every name of a place it is French
in any language; screens and sheets in another one say ``near`` (``words.numbers.quarter_name``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from observatory.geo.geometry import in_metres, project_to_metres
from observatory.model.proper_names import folded, proper_name

#: Names that say nothing to whoever lives there: a number, a side, a kind of zone.
_NUMBERED = re.compile(r"\d+$")
_SAYS_LITTLE = frozenset({"nord", "sud", "est", "ouest", "centre", "zone industrielle"})
#: A collège or lycée so near the middle of an IRIS is known better than any other school.
WELL_KNOWN_M = 500.0
#: Beyond, a landmark says nothing of where an IRIS is.
FURTHEST_M = 1_500.0
_WELL_KNOWN = ("college", "lycee")
#: Communes are moved apart by more than any is wide, to be looked at all at once.
_APART_M = 1_000_000.0
#: How what an IRIS lies near is joined to its name.
_NEAR = ", vers "
#: What stands before the name of a landmark, by its kind.
TOWARDS = {
    "college": "le collège {}",
    "lycee": "le lycée {}",
    "elementary": "l'école {}",
    "school": "l'école {}",
    "nursery": "l'école maternelle {}",
    "house": "la {}",
    "qpv": "le quartier {}",
    "place": "{}",
    "train": "la gare {}",
    "metro": "le métro {}",
}
#: How the names of stations begin, by what stops there; a tram stop is no landmark.
_STATION = {"Gare ": "train", "Métro ": "metro"}
#: The kind of a school, said before its name, and what its name goes on with.
_KIND = re.compile(
    r"^(?:lycee|college|ecole)(?:[ -](?:enseignement|general|et|technologique|polyvalent|"
    r"professionnel|privee?|primaire|elementaires?|maternelle|specialisee|d'application))*\s+"
)
_TRADES = re.compile(r"\s+lycée des métiers .*$", re.IGNORECASE)


#: A number in Roman letters at the end of a name, of which the IGN leaves one capital or none.
_ROMAN = re.compile(r"(?<= )(?:i{1,3}|iv|vi{0,3}|ix|x)$", re.IGNORECASE)


def named_iris(
    iris: gpd.GeoDataFrame,
    schools: pd.DataFrame,
    qpv: Any,
    sites: Any,
    stations: Iterable[tuple[str, float, float]] = (),
) -> Any:
    """Return the IRIS with names that a person knows, each once in its commune.

    Parameters
    ----------
    iris
        ``iris``, ``iris_name`` as INSEE writes it, ``commune``, ``in_territory``, outlines.
    schools, qpv, sites
        What an IRIS can be near: their names, already proper ones, and where they are.
    stations
        Names of stations, as ``Gare Saint-Denis`` or ``Métro Front Populaire``, with longitude and
        latitude.

    Returns
    -------
    GeoDataFrame
        The same rows. Names outside the territory have their accents and no landmark.
    """
    names = iris["iris_name"].map(_tidy)
    vague = iris["in_territory"] & names.map(_says_little)
    if vague.any():
        near = _landmarks(iris[vague], schools, qpv, sites, _station_points(iris, stations))
        names = names.mask(near.reindex(iris.index).notna(), names + _NEAR + near)
    same = pd.DataFrame({"commune": iris["commune"], "name": names}).duplicated(keep=False)
    return iris.assign(iris_name=names.mask(same, names + " (" + iris["iris"].str[5:] + ")"))


def own_name(name: str) -> str:
    """Return the name of an IRIS without what it lies near."""
    return name.partition(_NEAR)[0]


def _tidy(name: str) -> str:
    """Return INSEE's name with its accents; ``Plaine 4`` for ``04``, ``Mairie IV`` for ``Iv``."""
    known = re.sub(r"\b0+(?=\d)", "", proper_name(name))
    return _ROMAN.sub(lambda found: found[0].upper(), known)


def _says_little(name: str) -> bool:
    return bool(_NUMBERED.search(name)) or folded(name) in _SAYS_LITTLE


def _landmarks(
    iris: gpd.GeoDataFrame, schools: pd.DataFrame, qpv: Any, sites: Any, stops: gpd.GeoDataFrame
) -> Any:
    """Return what each IRIS lies near, in words; missing where nothing known is near.

    A collège, a lycée or a station within :data:`WELL_KNOWN_M`, else the nearest school; a QPV or a
    place where no school is known. All are of the commune: what lies across a river is no landmark.
    """
    middle = iris[["commune", "geometry"]].set_geometry(iris.geometry.representative_point())
    usual = schools[~schools["school_name"].map(_unsayable).astype(bool)]
    well = usual[usual["school_type"].isin(_WELL_KNOWN)]
    # No point of a kind is no point of any projection.
    seen = [points for points in (_school_points(well), stops) if not points.empty]
    steps = (
        (pd.concat(seen) if seen else stops, WELL_KNOWN_M),
        (_school_points(usual), FURTHEST_M),
        (_qpv_points(qpv), FURTHEST_M),
        (_site_points(sites), FURTHEST_M),
    )
    found = pd.Series(None, index=iris.index, dtype="str")
    for known, furthest in steps:
        found = found.where(found.notna(), _nearest(middle, known, furthest))
    return found


def _unsayable(name: str) -> bool:
    return not name.strip() or folded(name).startswith("etablissement experimental")


def _nearest(middle: gpd.GeoDataFrame, known: gpd.GeoDataFrame, furthest: float) -> Any:
    """Return what is nearest to each middle in its commune, within so many metres."""
    here = known[known["commune"].isin(middle["commune"])]
    if here.empty:
        return pd.Series(None, index=middle.index, dtype="str")
    codes = sorted(set(middle["commune"]))
    apart = {code: n * _APART_M for n, code in enumerate(codes)}
    near = gpd.sjoin_nearest(_moved(middle, apart), _moved(here, apart), max_distance=furthest)
    # Of those at one distance, the first by name: schools share an address.
    return near.groupby(level=0)["said"].min().reindex(middle.index)


def _moved(rows: gpd.GeoDataFrame, east_m: Mapping[str, float]) -> gpd.GeoDataFrame:
    """Return shapes moved east by what their commune is: no two communes are near each other."""
    count = shapely.get_num_coordinates(rows.geometry.array)
    by = np.repeat(rows["commune"].map(east_m).to_numpy(dtype=float), count)
    shift = np.column_stack([by, np.zeros(len(by))])
    moved = shapely.transform(np.asarray(rows.geometry.array), lambda xy: xy + shift)
    return rows.drop(columns="commune").set_geometry(gpd.GeoSeries(moved, rows.index, rows.crs))


def _school_points(schools: pd.DataFrame) -> gpd.GeoDataFrame:
    said = [
        TOWARDS["house" if name.startswith("Maison ") else kind].format(_bare(name))
        for kind, name in zip(schools["school_type"], schools["school_name"], strict=True)
    ]
    return _points(schools, said)


def _bare(name: str) -> str:
    """Return the name of a school without its kind and its trades."""
    short = _TRADES.sub("", name)
    kind = _KIND.match(folded(short))
    return short[kind.end() :] if kind else short


def _site_points(sites: pd.DataFrame) -> gpd.GeoDataFrame:
    known = sites[(sites["located"] == "point") & ~sites["seat"]]
    return _points(known, [TOWARDS["place"].format(name) for name in known["name"]])


def _station_points(
    iris: gpd.GeoDataFrame, stations: Iterable[tuple[str, float, float]]
) -> gpd.GeoDataFrame:
    """Return the stations of trains and metros, each with the commune that it stands in."""
    found = [
        (TOWARDS[kind].format(name.removeprefix(start)), lon, lat)
        for name, lon, lat in stations
        for start, kind in _STATION.items()
        if name.startswith(start)
    ]
    table = pd.DataFrame(found, columns=["said", "lon", "lat"]).assign(commune="")
    points = _points(table, table["said"].tolist()).to_crs(iris.crs).drop(columns="commune")
    inside = gpd.sjoin(points, iris[["commune", "geometry"]], predicate="within")
    return inside[["said", "geometry", "commune"]].drop_duplicates(["said", "commune"])


def _points(rows: pd.DataFrame, said: list[str]) -> gpd.GeoDataFrame:
    placed = (rows["lon"].notna() & rows["lat"].notna()).to_numpy(dtype=bool)
    metres = project_to_metres(rows["lon"][placed], rows["lat"][placed])
    where = in_metres(metres)
    named = {"said": pd.array(said, dtype="str")[placed], "commune": rows["commune"][placed].array}
    return gpd.GeoDataFrame(named, geometry=where)


def _qpv_points(qpv: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the outlines of the QPV, once for each commune that one lies in."""
    known = qpv.loc[qpv["outline_known"], ["qpv_name", "communes", "geometry"]]
    each = known.assign(
        said=[TOWARDS["qpv"].format(name) for name in known["qpv_name"]],
        commune=known["communes"].str.split("|", regex=False),
    ).explode("commune")
    return each[["said", "commune", "geometry"]]
