"""Find a place by its name without a network.

Communes and post codes, QPV, IRIS, schools, places and their addresses, stations, libraries,
hospitals, universities, post offices, main roads. Another street address cannot be resolved
offline: the answer then is the commune's centre, with a note. A name that is only like what was
asked is a guess (``sure`` is false): whoever shows it asks.
"""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from observatory.geo.geometry import in_metres, project_to_metres, to_degrees
from observatory.places.cleaning import fold
from observatory.places.search.name_match import KIND_WORDS, NameMatch, folded, words_of
from observatory.tables.directory_tables import GAZETTEER
from observatory.tables.remarks import Remark, remark

#: Entries found with less than this likeness (0-100) are not shown.
LEAST = 45.0
#: A sure answer has this likeness, and this much of its own name in the text, 0 to 1: an address
#: has its number, and "Saint" alone is no commune.
SURE = 75.0
OWN, OWN_OTHER = {"commune": 0.5, "address": 0.985}, 0.2
#: Of equal likeness, the wider kind first.
KINDS = (
    "commune", "postcode", "qpv", "station", "place", "library", "university", "hospital", "post",
    "school", "street", "iris", "address",
)  # fmt: skip
_ORDER = {kind: -0.1 * i for i, kind in enumerate(KINDS)}
#: A quarter is asked for by its name more often than what bears it too: a school, a post office.
_ORDER |= {"school": -3.5, "post": -4.0, "iris": -3.2, "street": -3.0}
#: What being in the territory is worth beside likeness.
INSIDE = 4.0
#: Entries this near in likeness and this far apart (metres) are told apart by the person.
ALIKE, APART_M = 1.5, 900.0
_STREET = re.compile(
    r"\b(?:rue|avenue|av|ave|boulevard|bd|place|allee|impasse|square|chemin|quai|cours|route)\b"
)
_NUMBER = re.compile(r"^\d{1,4} (?:bis |ter |quater |[a-d] )?")
#: Words that name a kind of place: without a place of that kind the commune is only nearby.
_LOCAL = {*KIND_WORDS, "mairie", "ccas"}
#: What a school is called, where its name does not say it.
SCHOOL_WORDS = {
    "nursery": "École maternelle",
    "elementary": "École élémentaire",
    "college": "Collège",
    "lycee": "Lycée",
}
#: What a landmark is called besides its name.
KIND_NAMES = {
    "library": "Médiathèque",
    "hospital": "Hôpital",
    "university": "Université",
    "post": "La Poste",
}
_COLUMNS = ["name", "kind", "commune_name", "in_territory", "lon", "lat", "folded", "at_centre"]


def build_gazetteer(
    *,
    communes: gpd.GeoDataFrame | None = None,
    qpv: gpd.GeoDataFrame | None = None,
    iris: gpd.GeoDataFrame | None = None,
    schools: pd.DataFrame | None = None,
    sites: pd.DataFrame | None = None,
    stations: pd.DataFrame | None = None,
    landmarks: pd.DataFrame | None = None,
    postcodes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make the gazetteer from the built tables; what has no point is left out.

    A place known by its address only stands at the centre of its commune (``at_centre``).

    Parameters
    ----------
    communes, qpv, iris
        Outlines in metres with ``commune_name``, ``qpv_name``, ``iris_name``: a point inside
        each stands for it. A QPV without an outline is left out.
    schools, sites
        The built tables: ``school_name`` or ``name``, ``commune_name``, ``lon``, ``lat``; the
        sites' own ``address`` can be found too.
    stations
        ``name``, ``lon``, ``lat`` (``commune_name`` where known).
    landmarks
        ``name``, ``kind``, ``commune_name``, ``lon``, ``lat``: libraries, hospitals, streets (with
        their ``postcode`` where it is known), ...
    postcodes
        ``name`` (the code), ``commune_name``, ``lon``, ``lat``.

    Returns
    -------
    DataFrame
        :data:`~observatory.tables.directory_tables.GAZETTEER`, sorted by kind and name.
    """
    parts = [
        _outlined(communes, "commune_name", "commune"),
        _outlined(_in_communes(qpv, communes), "qpv_name", "qpv"),
        _outlined(iris, "iris_name", "iris"),
        _pointed(schools, "school_name", "school"),
        _pointed(sites, "name", "place"),
        _pointed(sites, "address", "address"),
        _pointed(stations, "name", "station"),
        _pointed(landmarks, "name", None),
        _pointed(postcodes, "name", "postcode"),
    ]
    parts += neighbourhoods(qpv, communes, pd.concat(parts, ignore_index=True))
    bare = _at_centres(sites, communes)
    parts += [_pointed(bare, "name", "place"), _pointed(bare, "address", "address")]
    table = pd.concat([part.reindex(columns=_COLUMNS) for part in parts], ignore_index=True)
    for column in ("in_territory", "at_centre"):
        table[column] = table[column].astype("boolean").fillna(False).astype(bool)
    order = ["kind", "name", "commune_name", "lon", "lat"]
    unique = table.drop_duplicates(["kind", "folded", "lon", "lat"])
    found = unique.sort_values(order, ignore_index=True)
    return found.assign(entry=np.arange(len(found), dtype=np.int64))[GAZETTEER.names]


def _at_centres(
    sites: pd.DataFrame | None, communes: gpd.GeoDataFrame | None
) -> pd.DataFrame | None:
    """Return the places whose address alone is known, at the centre of their commune."""
    needed = {"commune", "located", "seat"}
    if sites is None or communes is None or not needed <= {*sites} or "commune" not in communes:
        return None
    bare = sites[(sites["located"] != "point") & ~sites["seat"].astype(bool)]
    centres = _outlined(communes, "commune", "commune").set_index("name")
    bare = bare[bare["commune"].isin(centres.index)]
    points = {one: bare["commune"].map(centres[one]) for one in ("lon", "lat")}
    return bare.assign(**points, at_centre=True)


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(dtype="str"),
            "kind": pd.Series(dtype="str"),
            "commune_name": pd.Series(dtype="str"),
            "in_territory": pd.Series(dtype=bool),
            "lon": pd.Series(dtype=float),
            "lat": pd.Series(dtype=float),
            "folded": pd.Series(dtype="str"),
        }
    )


def _outlined(layer: gpd.GeoDataFrame | None, name: str, kind: str) -> pd.DataFrame:
    if layer is None or layer.empty:
        return _empty()
    known = layer[layer.geometry.notna() & ~layer.geometry.is_empty & layer[name].notna()]
    inside = known.geometry.representative_point()
    lon, lat = to_degrees(inside.x.to_numpy(dtype=float), inside.y.to_numpy(dtype=float))
    table = pd.DataFrame({"name": known[name].astype("str"), "kind": kind, "lon": lon, "lat": lat})
    for column in ("commune_name", "in_territory"):
        if column in known:
            table[column] = known[column]
    return _with_folded(table)


def _in_communes(
    layer: gpd.GeoDataFrame | None, communes: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame | None:
    """Return outlines with the commune that a point inside each lies in."""
    if layer is None or communes is None:
        return layer
    known = layer[layer.geometry.notna() & ~layer.geometry.is_empty]
    inside = known.geometry.representative_point()
    return known.assign(**_commune_at(inside, communes))


def _commune_at(points: gpd.GeoSeries, communes: gpd.GeoDataFrame) -> dict[str, pd.Series[Any]]:
    """Return the name of the commune at each point, and whether it is of the territory."""
    columns = [c for c in ("commune_name", "in_territory") if c in communes]
    at = gpd.GeoDataFrame(geometry=points)
    joined = at.sjoin(communes[[*columns, "geometry"]], predicate="within")
    first = joined[~joined.index.duplicated()].reindex(points.index)
    return {column: first[column] for column in columns}


def neighbourhoods(
    qpv: gpd.GeoDataFrame | None, communes: gpd.GeoDataFrame | None, named: pd.DataFrame
) -> list[pd.DataFrame]:
    """Return the neighbourhoods that the names of QPV join: ``Franc Moisin - Cosmonautes``.

    Each stands where other names of the gazetteer that hold its own do inside the outline; failing
    that at a point inside the outline, if none of it is far from there.
    """
    if qpv is None or qpv.empty:
        return []
    points = in_metres(project_to_metres(named["lon"], named["lat"]), named.index)
    found = []
    for district in qpv[qpv.geometry.notna()].itertuples():
        parts = str(district.qpv_name).split(" - ")
        inside = points.within(district.geometry).to_numpy(dtype=bool)
        for part in parts if len(parts) > 1 else ():
            holds = [set(words_of(part)) <= set(words_of(name)) for name in named["name"][inside]]
            at = _centre_of(points[inside][holds], district.geometry)
            if at is not None:
                found.append({"name": part, "kind": "qpv", "geometry": at})
    if not found:
        return []
    table = gpd.GeoDataFrame(found, geometry="geometry", crs=qpv.crs)
    if communes is not None:
        table = table.assign(**_commune_at(table.geometry, communes))
    lon, lat = to_degrees(table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    return [_with_folded(pd.DataFrame(table.drop(columns="geometry")).assign(lon=lon, lat=lat))]


def _centre_of(points: gpd.GeoSeries, outline: BaseGeometry) -> Point | None:
    if len(points):
        return Point(points.x.mean(), points.y.mean())
    inside: Point = outline.representative_point()
    return inside if outline.hausdorff_distance(inside) <= APART_M else None


def _pointed(frame: pd.DataFrame | None, name: str, kind: str | None) -> pd.DataFrame:
    if frame is None or frame.empty or name not in frame:
        return _empty()
    known = frame[frame[name].fillna("").ne("") & frame["lon"].notna() & frame["lat"].notna()]
    columns = ["kind", "commune_name", "in_territory", "lon", "lat", "school_type", "at_centre"]
    columns += ["postcode"] if kind in (None, "address") else []
    table = known[[c for c in columns if c in known]].assign(name=known[name].astype("str"))
    return _with_folded(table if kind is None else table.assign(kind=kind))


def _with_folded(table: pd.DataFrame) -> pd.DataFrame:
    lines = table.to_dict("records")
    return table.assign(folded=[_folded(line) for line in lines])


def _folded(line: dict[Any, Any]) -> str:
    """Return the name by which an entry is known, with the word for what it is, and where it is."""
    town, code = line.get("commune_name"), line.get("postcode")
    name, kind = str(line["name"]), str(line["kind"])
    called = SCHOOL_WORDS.get(str(line.get("school_type")), "") or KIND_NAMES.get(kind, "")
    whole = f"{called} {name}" if called and not _says(name, called) else name
    where = [one for one in (town, code) if isinstance(one, str)]
    return folded(whole, " ".join(where) if kind != "commune" else "")


def _says(name: str, called: str) -> bool:
    return set(words_of(called)) <= set(words_of(name))


def search(text: str, gazetteer: pd.DataFrame, limit: int = 8) -> pd.DataFrame:
    """Return the entries most like a text, the likeliest first.

    Returns
    -------
    DataFrame
        At most ``limit`` rows ``entry, name, kind, commune_name, lon, lat, score, note, sure``;
        ``note`` is a remark where the point only stands near what was asked, ``None`` elsewhere;
        where ``sure`` is false the entry is a guess, to be asked about. Empty where nothing is
        like the text.
    """
    asked = fold(text[:300])
    words = _named(words_of(asked), gazetteer)
    if not re.search(r"[a-z]|^\d{5}$", " ".join(words)) or gazetteer.empty:
        return _shown(gazetteer.iloc[:0], np.empty(0), False)
    in_street = bool(_STREET.search(asked))
    found = _likest(words, gazetteer, limit, in_street)
    number = _NUMBER.match(asked)
    if in_street and number and not found["sure"].any():
        street = gazetteer[gazetteer["kind"] == "street"]
        found = _likest(words_of(asked[number.end() :]), street, limit, in_street)
        found["note"] = pd.Series(
            [remark("start.street", name=n) for n in found["name"]], dtype=object
        )
    sure = found[found["sure"]]
    if len(sure) or not (in_street or set(words) & _LOCAL):
        return sure if in_street else found
    centre = _centre(words, gazetteer, "address_not_found" if in_street else "place_not_found")
    return centre if len(centre) else found


def _named(words: list[str], gazetteer: pd.DataFrame) -> list[str]:
    """Leave out the number of the territory's département, which many write behind a commune."""
    codes = gazetteer.loc[(gazetteer["kind"] == "postcode") & gazetteer["in_territory"], "name"]
    areas = {str(code)[: 3 if str(code)[:2] in ("97", "98") else 2] for code in codes}
    return words[:1] + [word for word in words[1:] if word not in areas]


def _likest(
    words: list[str],
    gazetteer: pd.DataFrame,
    limit: int,
    in_street: bool,
    names: NameMatch | None = None,
) -> pd.DataFrame:
    """Return the likest entries, in order, and which of them is surely what was asked."""
    if gazetteer.empty:
        return _shown(gazetteer, np.empty(0), False)
    like = (names or NameMatch(gazetteer["folded"])).likeness(words)
    kinds = gazetteer["kind"].to_numpy(dtype=object)
    # The number of a quarter is no name to be guessed: "Iris 13".
    possible = (like.score >= LEAST) & (like.whole | (kinds != "iris"))
    if in_street:  # a school or a commune and a street often bear the same name
        says = gazetteer["name"].map(lambda name: bool(_STREET.search(fold(name))))
        possible &= says.to_numpy(dtype=bool)
    rows = np.flatnonzero(possible)
    inside = gazetteer["in_territory"].to_numpy(dtype=bool)[rows] * INSIDE
    rank = like.score[rows] + inside + np.array([_ORDER[kind] for kind in kinds[rows]])
    order = np.lexsort((rows, -rank))[:limit]
    best = rows[order]
    least = np.array([OWN.get(kind, OWN_OTHER) for kind in kinds[best]], dtype=float)
    sure = like.whole[best] & (like.own[best] >= least) & (like.score[best] >= SURE)
    sure &= not set(words) <= KIND_WORDS
    found = _shown(gazetteer.iloc[best], like.score[best], sure)
    return _asked_apart(found, (like.score[rows] + inside)[order])


def _asked_apart(found: pd.DataFrame, like: NDArray[np.float64]) -> pd.DataFrame:
    """Hold no entry for sure where another one, elsewhere, bears the name as well."""
    if len(found) < 2 or not found["sure"].iloc[0] or found["kind"].iloc[0] == "commune":
        return found
    xy = project_to_metres(found["lon"], found["lat"])
    away = np.hypot(*(xy - xy[0]).T) > APART_M
    rivals = away & (like >= like[0] - ALIKE) & found["sure"].to_numpy(dtype=bool)
    return found.assign(sure=found["sure"] & ~bool(rivals.any()))


def _centre(words: list[str], gazetteer: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the commune that the end of the text names, or its start, as a point nearby."""
    communes = gazetteer[gazetteer["kind"] == "commune"]
    if communes.empty:
        return _shown(communes, np.empty(0), False)
    names = NameMatch(communes["folded"])
    ends = range(1, min(len(words), 5) + 1)
    # The longest name first: L'Île-Saint-Denis before Saint-Denis.
    parts = [part for n in reversed(ends) for part in (words[-n:], words[:n])]
    found = [_likest(part, communes, 1, in_street=False, names=names) for part in parts]
    sure = [one for one in found if len(one) and one["sure"].iloc[0]]
    if not sure:
        return _shown(communes.iloc[:0], np.empty(0), False)
    best = max(sure, key=lambda one: float(one["score"].iloc[0]))
    note = remark(f"start.{code}", of_commune=str(best["name"].iloc[0]))
    return best.assign(note=pd.Series([note], dtype=object), score=best["score"] / 2)


def _shown(
    rows: pd.DataFrame,
    scores: NDArray[Any],
    sure: bool | NDArray[np.bool_],
    note: Remark | None = None,
) -> pd.DataFrame:
    kept = rows[["entry", "name", "kind", "commune_name", "lon", "lat"]]
    notes: list[Any] = [
        remark("start.at_centre", of_commune=str(town)) if rough else note
        for rough, town in zip(rows["at_centre"], rows["commune_name"], strict=True)
    ]
    table = kept.assign(score=np.round(scores, 1), note=notes, sure=sure)
    return table.reset_index(drop=True).astype({"sure": bool})
