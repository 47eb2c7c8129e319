"""Where new posts may stand: places, schools, stops, QPV, inhabited points and one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import geopandas as gpd
import pandas as pd

from observatory.geo.geometry import in_metres, place, project_to_metres, to_degrees
from observatory.model.levels import qpv_of
from observatory.model.observed import Facts
from observatory.model.siting_request import USUAL_KINDS, OwnPoint, Request, refusal
from observatory.tables.transit_tables import METRO, RAIL, TRAM

#: Stops where a place may stand: stations, and no stop of a bus.
STATIONS = (RAIL, METRO, TRAM)
_NAMES = ["place", "kind", "name", "commune", "lon", "lat"]


def candidates(
    facts: Facts,
    kinds: Iterable[str] = USUAL_KINDS,
    *,
    own: Sequence[OwnPoint] = (),
    stops: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the places of some kinds that may get posts, where a source gives their position.

    Parameters
    ----------
    facts
        The stored tables.
    kinds
        ``site`` (places where people are received), ``school``, ``stop`` (stations), ``qpv`` (a
        point inside the outline), ``cell`` (inhabited points); of the territory.
    own
        Points of one's own, anywhere in the build.
    stops
        The transit stops of the build, where it has them.

    Returns
    -------
    pandas.DataFrame
        ``place, kind, name, commune, lon, lat, x_m, y_m``.

    Raises
    ------
    ChoiceError
        Stops that the build does not have, or a point of one's own outside its IRIS.
    """
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "site": lambda: _sites(facts),
        "school": lambda: _schools(facts),
        "stop": lambda: _stops(facts, stops),
        "qpv": lambda: _districts(facts),
        "cell": lambda: _cells(facts),
    }
    parts = [makers[kind]().assign(kind=kind) for kind in dict.fromkeys(kinds)]
    if own:
        parts.append(_own(facts, own).assign(kind="own"))
    both = pd.concat([part[_NAMES] for part in parts], ignore_index=True)
    known = both.dropna(subset=["lon", "lat"]).reset_index(drop=True)
    # To the decimetre, as a build stores the help that stands there.
    metres = project_to_metres(known["lon"], known["lat"]).round(1)
    return known.assign(x_m=metres[:, 0], y_m=metres[:, 1])


def asked_candidates(
    facts: Facts, request: Request, stops: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the candidates of a request, with the fixed places of other kinds.

    Raises
    ------
    ChoiceError
        A fixed or forbidden place that the build does not know, or no place to choose from.
    """
    found = candidates(facts, request.kinds, own=request.own, stops=stops)
    named = {*request.fixed, *request.forbidden} - set(found["place"])
    if named:
        others = [kind for kind in ("site", "school", "qpv", "cell") if kind not in request.kinds]
        if stops is not None and "stop" not in request.kinds:
            others.append("stop")
        rest = candidates(facts, others, stops=stops) if others else found.iloc[:0]
        unknown = sorted(named - set(rest["place"]))
        if unknown:
            raise refusal("fixed and forbidden places with coordinates", ", ".join(unknown[:5]))
        extra = rest[rest["place"].isin(list(request.fixed))]
        found = pd.concat([found, extra], ignore_index=True)
    if found.empty:
        raise refusal("places or schools with coordinates", "none")
    return found


def homes(facts: Facts, places: pd.DataFrame) -> pd.DataFrame:
    """Return the IRIS and the QPV of each candidate: ``iris``, ``qpv``; missing in none."""
    points = gpd.GeoDataFrame(geometry=in_metres(places[["x_m", "y_m"]], places.index))
    found = qpv_of(points, facts.qpv)[["qpv"]]
    return found.assign(iris=place(points, facts.iris, zone="iris"))


def _sites(facts: Facts) -> pd.DataFrame:
    rows = facts.sites[facts.sites["in_territory"] & ~facts.sites["seat"]]
    return rows.rename(columns={"site": "place"})


def _schools(facts: Facts) -> pd.DataFrame:
    rows = facts.schools[facts.schools["in_territory"]]
    return rows.rename(columns={"uai": "place", "school_name": "name"})


def _stops(facts: Facts, stops: pd.DataFrame | None) -> pd.DataFrame:
    if stops is None:
        raise refusal(
            "a build with stops (observatory build --with transit_stops_2024)", "one without"
        )
    here = _territory(facts)
    rows = stops[stops["commune"].isin(list(here)) & stops["kind"].isin(STATIONS)]
    return rows.rename(columns={"stop": "place"})


def _districts(facts: Facts) -> pd.DataFrame:
    known = facts.qpv[facts.qpv.geometry.notna()].reset_index(drop=True)
    inside = gpd.GeoDataFrame(geometry=known.geometry.representative_point(), crs=known.crs)
    homes_of = place(inside, facts.iris, zone="iris")
    lon, lat = to_degrees(inside.geometry.x.to_numpy(), inside.geometry.y.to_numpy())
    rows = pd.DataFrame(
        {
            "place": known["qpv"],
            "name": known["qpv_name"],
            "commune": homes_of.map(facts.iris.set_index("iris")["commune"]),
            "lon": lon,
            "lat": lat,
        }
    )
    return rows[rows["commune"].isin(list(_territory(facts)))]


def _cells(facts: Facts) -> pd.DataFrame:
    points = facts.points
    rows = points[points["in_territory"] & (points["residents"] > 0)]
    names = facts.iris.set_index("iris")["iris_name"]
    return rows.assign(name=rows["iris"].map(names)).rename(columns={"point": "place"})


def _own(facts: Facts, own: Sequence[OwnPoint]) -> pd.DataFrame:
    metres = project_to_metres([one.lon for one in own], [one.lat for one in own])
    points = gpd.GeoDataFrame(geometry=in_metres(metres))
    iris = place(points, facts.iris, zone="iris")
    if iris.isna().any():
        lost = own[int(iris.isna().to_numpy().argmax())]
        raise refusal("points of one's own inside an IRIS of the build", f"{lost.lat}, {lost.lon}")
    return pd.DataFrame(
        {
            "place": [f"own-{number}" for number in range(1, len(own) + 1)],
            "name": [one.name or f"{one.lat:.5f}, {one.lon:.5f}" for one in own],
            "commune": iris.map(facts.iris.set_index("iris")["commune"]),
            "lon": [one.lon for one in own],
            "lat": [one.lat for one in own],
        }
    )


def _territory(facts: Facts) -> Mapping[str, str]:
    """Return the communes of the territory and their names."""
    rows = facts.communes[facts.communes["in_territory"]]
    return dict(zip(rows["commune"], rows["commune_name"], strict=True))
