"""Find a place by its name without a network: communes, QPV, IRIS, schools, sites, stations.

Street addresses cannot be resolved offline, except those of the sites themselves: the answer
then is the commune's centre, with a note.
"""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from observatory.geo.geometry import to_degrees
from observatory.places.cleaning import fold
from observatory.tables.directory_tables import GAZETTEER
from observatory.tables.remarks import Remark, remark

#: Entries found with less than this likeness (0-100) are not shown.
LEAST = 70.0
#: Of equal likeness, the wider kind first.
KINDS = ("commune", "qpv", "station", "place", "school", "iris", "address")
_BONUS = {kind: -0.1 * i for i, kind in enumerate(KINDS)}
_STREET = re.compile(
    r"\b(?:rue|avenue|av|boulevard|bd|place|allee|impasse|square|chemin|quai|cours|route)\b"
)
_LITTLE = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et"})
#: Words that name a kind of place: without a site of that kind the commune is only nearby.
_LOCAL = frozenset(
    {"mairie", "gare", "bibliotheque", "mediatheque", "ccas", "poste", "ecole", "college", "lycee"}
)


def build_gazetteer(
    *,
    communes: gpd.GeoDataFrame | None = None,
    qpv: gpd.GeoDataFrame | None = None,
    iris: gpd.GeoDataFrame | None = None,
    schools: pd.DataFrame | None = None,
    sites: pd.DataFrame | None = None,
    stations: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make the gazetteer from the built tables; what has no point is left out.

    Parameters
    ----------
    communes, qpv, iris
        Outlines in EPSG:2154 with ``commune_name``, ``qpv_name``, ``iris_name``: a point inside
        each stands for it. A QPV without an outline is left out.
    schools, sites
        The built tables: ``school_name`` or ``name``, ``commune_name``, ``lon``, ``lat``; the
        sites' own ``address`` can be found too.
    stations
        ``name``, ``lon``, ``lat`` (``commune_name`` where known).

    Returns
    -------
    DataFrame
        :data:`~observatory.tables.directory_tables.GAZETTEER`, sorted by kind and name.
    """
    parts = [
        _outlined(communes, "commune_name", "commune"),
        _outlined(qpv, "qpv_name", "qpv"),
        _outlined(iris, "iris_name", "iris"),
        _pointed(schools, "school_name", "school"),
        _pointed(sites, "name", "place"),
        _pointed(sites, "address", "address"),
        _pointed(stations, "name", "station"),
    ]
    columns = ["name", "kind", "commune_name", "lon", "lat"]
    table = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    table["folded"] = [
        _folded(n, c) for n, c in zip(table["name"], table["commune_name"], strict=True)
    ]
    order = ["kind", "name", "commune_name", "lon", "lat"]
    unique = table.drop_duplicates(["kind", "folded", "lon", "lat"])
    found = unique.sort_values(order, ignore_index=True)
    return found.assign(entry=np.arange(len(found), dtype=np.int64))[GAZETTEER.names]


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(dtype="str"),
            "kind": pd.Series(dtype="str"),
            "commune_name": pd.Series(dtype="str"),
            "lon": pd.Series(dtype=float),
            "lat": pd.Series(dtype=float),
        }
    )


def _outlined(layer: gpd.GeoDataFrame | None, name: str, kind: str) -> pd.DataFrame:
    if layer is None or layer.empty:
        return _empty()
    known = layer[layer.geometry.notna() & ~layer.geometry.is_empty & layer[name].notna()]
    inside = known.geometry.representative_point()
    lon, lat = to_degrees(inside.x.to_numpy(dtype=float), inside.y.to_numpy(dtype=float))
    table = pd.DataFrame({"name": known[name].astype("str"), "kind": kind, "lon": lon, "lat": lat})
    if "commune_name" in known:
        table["commune_name"] = known["commune_name"].astype("str")
    return table


def _pointed(frame: pd.DataFrame | None, name: str, kind: str) -> pd.DataFrame:
    if frame is None or frame.empty or name not in frame:
        return _empty()
    known = frame[frame[name].notna() & frame["lon"].notna() & frame["lat"].notna()]
    there = [c for c in ("commune_name", "lon", "lat") if c in known]
    return known[there].assign(name=known[name].astype("str"), kind=kind)


def _folded(name: Any, commune: Any) -> str:
    """Fold a name and its commune together, so that "mairie de Stains" meets "Mairie", Stains."""
    own = _words(fold(str(name)))
    town = _words(fold(commune)) if isinstance(commune, str) else []
    return " ".join([*own, *(word for word in town if word not in own)])


def _words(text: str) -> list[str]:
    swap = {"st": "saint", "ste": "sainte", "av": "avenue", "bd": "boulevard", "pl": "place"}
    return [swap.get(word, word) for word in text.split() if word not in _LITTLE]


def search(text: str, gazetteer: pd.DataFrame, limit: int = 8) -> pd.DataFrame:
    """Return the entries most like a text, accents, case and small slips forgiven.

    Returns
    -------
    DataFrame
        At most ``limit`` rows ``entry, name, kind, commune_name, lon, lat, score, note``, best
        first; ``note`` is a remark where the point only stands near what was asked, ``None``
        elsewhere. Empty where nothing is like it.
    """
    words = _words(fold(text[:300]))
    asked = " ".join(words)
    if not re.search(r"[a-z]|^\d{5}$", asked) or gazetteer.empty:  # figures alone name nothing
        return _shown(gazetteer.iloc[:0], np.empty(0))
    scores = _scores(asked, gazetteer)
    best = _best(scores, gazetteer, limit)
    found = _shown(gazetteer.iloc[best], scores[best])
    address = bool(_STREET.search(fold(text)))
    if not address and not set(words) & _LOCAL:
        return found
    sure = found[found["score"] >= _sure(words, address)]
    sure = sure[sure["kind"] != "commune"]
    if address:  # a school and a street often bear the same name, far from each other
        in_a_street = sure["name"].map(lambda name: bool(_STREET.search(fold(name))))
        sure = sure[(sure["kind"] != "school") | in_a_street.astype(bool)]
    if len(sure):
        return sure
    return _centre(words, gazetteer, "address_not_found" if address else "place_not_found")


def _sure(words: list[str], address: bool) -> float:
    """Ask more of an address: one figure or letter wrong is another door."""
    return 92.0 if address or len(words) < 2 else 85.0


def _scores(asked: str, gazetteer: pd.DataFrame) -> NDArray[np.float64]:
    names = gazetteer["folded"].tolist()
    whole, shared = (
        process.cdist([asked], names, scorer=scorer, dtype=np.float64, workers=-1)[0]
        for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio)
    )
    # A name that only holds a word of the text, or the reverse, is less than the name itself.
    return np.asarray(np.maximum(whole, 0.7 * shared + 0.3 * whole), dtype=float)


def _best(scores: NDArray[np.float64], gazetteer: pd.DataFrame, limit: int) -> NDArray[np.int64]:
    rows = np.flatnonzero(scores >= LEAST)
    bonus = gazetteer["kind"].map(_BONUS).to_numpy(dtype=float)
    order = np.lexsort((rows, -(scores[rows] + bonus[rows])))
    return np.asarray(rows[order][:limit], dtype=np.int64)


def _centre(words: list[str], gazetteer: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the commune that the end of the text names, as a point nearby; or nothing."""
    communes = gazetteer[gazetteer["kind"] == "commune"]
    if communes.empty:
        return _shown(communes, np.empty(0))
    tails = [" ".join(words[-n:]) for n in range(1, min(len(words), 5) + 1)]
    likeness = process.cdist(tails, communes["folded"].tolist(), scorer=fuzz.ratio).max(axis=0)
    best = int(np.argmax(likeness))
    if likeness[best] < 85:
        return _shown(communes.iloc[:0], np.empty(0))
    note = remark(f"start.{code}", of_commune=str(communes["name"].iloc[best]))
    return _shown(communes.iloc[[best]], np.array([likeness[best] / 2], dtype=float), note)


def _shown(rows: pd.DataFrame, scores: NDArray[Any], note: Remark | None = None) -> pd.DataFrame:
    kept = rows[["entry", "name", "kind", "commune_name", "lon", "lat"]]
    notes: list[Any] = [note] * len(kept)
    table = kept.assign(score=np.round(scores, 1), note=notes)
    return table.reset_index(drop=True)
