"""Whether the commune of a line is one that a build knows, and agrees with the rest of the line.

A proposal is made only where two things that do not come from each other agree: the name as it is
written with the post code, with the point, or with the SIRET of a town hall. A post code that
serves no commune known is "outside the territory", whatever the name looks like, and nothing is
proposed. A place whose point lies far from its commune is set aside: one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz

from observatory.geo.codes import (
    arrondissement,
    commune_index,
    departement_of,
    find_commune,
    fold_name,
    without_head,
)
from observatory.geo.communes import Communes
from observatory.geo.geometry import project_to_metres
from observatory.geo.mergers import today_of
from observatory.places.cleaning.coordinates import far_from_commune
from observatory.places.standard.problems import Problem
from observatory.tables.plain_text import text_or_empty

#: A name this close (0-100) to that of a commune which the post code or the point tells is it.
NEAR = 80
#: A point this far out of its commune, metres, is not in it: the line is set aside.
FAR_M = 2_000
#: A point this near to a commune's outline, metres, is taken as in it: outlines are generalised.
ON_BORDER_M = 300
OUTSIDE = "a post code of the territory known here: it is outside"
#: Words that many names share: alone they tell no commune.
COMMON = frozenset(
    (
        *("saint", "sainte", "sur", "sous", "en", "l", "la", "le", "les", "d", "de", "des", "du"),
        *("ville", "mairie", "commune", "arrondissement"),
    )
)
NOWHERE = (np.nan, np.nan)


@dataclass(frozen=True)
class Known:
    """The communes that a build knows, and those of the country to tell them from.

    Attributes
    ----------
    names
        INSEE code -> official name of the communes of the build.
    france
        The communes of the country; without them no post code is compared.
    outlines
        ``commune`` and geometry (metres) of those of the build; without them no point is.
    """

    names: Mapping[str, str]
    france: Communes | None = None
    outlines: gpd.GeoDataFrame | None = field(default=None, compare=False)

    @cached_property
    def index(self) -> dict[str, str]:
        """Folded name -> INSEE code of the communes of the build."""
        return commune_index(self.names.items())

    @cached_property
    def areas(self) -> frozenset[str]:
        """The départements that the build knows communes of."""
        return frozenset(map(departement_of, self.names))

    @cached_property
    def _by_today(self) -> dict[str, frozenset[str]]:
        """Code of today -> the known communes that it stands for, joined since or not."""
        found: dict[str, frozenset[str]] = {}
        for code in self.names:
            found[today_of(code)] = found.get(today_of(code), frozenset()) | {code}
        return found

    def here(self, codes: Iterable[str]) -> frozenset[str]:
        """Return the known communes among communes of today."""
        return frozenset().union(*(self._by_today.get(code, ()) for code in codes))

    def served(self, postcode: str) -> frozenset[str] | None:
        """Return the known communes that a post code serves; ``None`` where that is not told.

        Empty where it serves others only: another département's code, or a commune not known.
        """
        if self.france is None or not (postcode.isdigit() and len(postcode) == 5):
            return None
        served = self.france.serves(postcode)
        if served is None:
            return None if self.france.areas(postcode) & self.areas else frozenset()
        return self.here(served)


@dataclass(frozen=True)
class Evidence:
    """What a line says of its commune.

    Attributes
    ----------
    name, postcode
        As written.
    code
        Its INSEE code as written, else empty.
    served
        The known communes that the post code serves; ``None`` where it tells nothing.
    others
        The known communes that its point and the SIRET of its town hall tell.
    point
        Its point as written.
    away
        How far its point lies from the commune that its name gives, metres; NaN where not known.
    """

    name: str
    postcode: str
    code: str
    served: frozenset[str] | None
    others: frozenset[str]
    point: str
    away: float

    @property
    def told(self) -> frozenset[str]:
        """The communes that something else than the name and the code tells."""
        return (self.served or frozenset()) | self.others


def commune_problems(
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[int],
    known: Known,
    spoilt: Collection[int] = (),
) -> Iterator[Problem]:
    """Yield what is wrong with the communes of records, and with the points in them.

    Parameters
    ----------
    rows, lines
        Records of the standard, and the line of each.
    known
        The communes known.
    spoilt
        Lines whose point is told to be none already.
    """
    given = [find_commune(text_or_empty(row.get("commune")), known.index) for row in rows]
    points = [
        _point(row) if line not in spoilt else NOWHERE
        for line, row in zip(lines, rows, strict=True)
    ]
    inside, away = _places(points, given, known)
    for line, row, found, there, far in zip(lines, rows, given, inside, away, strict=True):
        evidence = _evidence(row, known, there, far)
        if evidence.name:
            yield from _judged(line, evidence, found, known)


def _evidence(row: Mapping[str, Any], known: Known, there: frozenset[str], far: float) -> Evidence:
    postcode, pivot = text_or_empty(row.get("code_postal")), text_or_empty(row.get("pivot"))
    hall = known.france.by_siren.get(pivot[:9]) if known.france and len(pivot) == 14 else None
    return Evidence(
        name=text_or_empty(row.get("commune")),
        postcode=postcode,
        code=text_or_empty(row.get("code_insee")),
        served=known.served(postcode),
        others=there | known.here([hall] if hall else []),
        point=f"{row.get('latitude')} {row.get('longitude')}",
        away=far,
    )


def _judged(line: int, said: Evidence, found: str | None, known: Known) -> Iterator[Problem]:
    if said.served is not None and not said.served:
        yield Problem(line, "code_postal", said.postcode, OUTSIDE, "", "outside")
    elif found is None:
        near = _proposed(said, known)
        suggestion = f"{known.names[near]}, {near}" if near else ""
        expected = "a commune of the territory known here"
        yield Problem(line, "commune", said.name[:200], expected, suggestion, "commune")
    else:
        yield from _disagreeing(line, said, found, known)


def _disagreeing(line: int, said: Evidence, found: str, known: Known) -> Iterator[Problem]:
    """Yield what does not agree with a name that is known."""
    name = known.names[found]
    if len(said.code) == 5 and today_of(said.code) != today_of(found):
        agreed = found if found in said.told else ""
        yield Problem(line, "code_insee", said.code, f"the code of {name}", agreed, "commune")
    if said.served is not None and found not in said.served:
        expected = f"a post code of {name}"
        near = known.france and departement_of(found) in known.france.areas(said.postcode)
        severity = "warning" if near else "error"
        yield Problem(line, "code_postal", said.postcode, expected, "", "postcode", severity)
    if said.away > FAR_M:
        expected = f"a point in {name}, or at most {FAR_M // 1000} km from it"
        yield Problem(line, "latitude", said.point, expected, "", "far")


def _proposed(said: Evidence, known: Known) -> str | None:
    """Return the commune that a name which is not known surely stands for, if there is one."""
    part = arrondissement(said.name, said.postcode)
    if part is not None:
        return part if part in known.names else None
    named = known.france.named(said.name) if known.france else frozenset()
    if named and not named & frozenset(map(today_of, said.told)):
        return None  # A commune has that very name, and it is none of those told.
    like = [code for code in sorted(said.told) if alike(said.name, known.names[code])]
    # The post code settles between two that the point and it tell.
    served = [code for code in like if said.served and code in said.served]
    best = served or like
    return best[0] if len(best) == 1 else None


def alike(written: str, official: str) -> bool:
    """Return whether a name is that of a commune, misspelt, shortened or drawn out."""
    one, two = _words(written), _words(official)
    if not one or not two:
        return False
    whole = set(one) <= set(two) or set(two) <= set(one)
    distinct = any(word not in COMMON for word in set(one) & set(two))
    return (whole and distinct) or fuzz.ratio(" ".join(one), " ".join(two)) >= NEAR


def _words(name: str) -> list[str]:
    return without_head(fold_name(name)).split()


def _point(row: Mapping[str, Any]) -> tuple[float, float]:
    lon, lat = row.get("longitude"), row.get("latitude")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        return float(lon), float(lat)
    return NOWHERE


def _places(
    points: Sequence[tuple[float, float]], given: Sequence[str | None], known: Known
) -> tuple[list[frozenset[str]], list[float]]:
    """Return the known communes that each point is in, and how far it is from the one given."""
    inside: list[frozenset[str]] = [frozenset()] * len(points)
    if known.outlines is None or not points:
        return inside, [np.nan] * len(points)
    lon, lat = np.array(points, dtype=float).T
    outlines = known.outlines
    away = far_from_commune(lon, lat, pd.Series(given, dtype=object), outlines)
    metres = project_to_metres(lon, lat)
    there = np.isfinite(metres).all(axis=1)
    # Beyond where the projection reaches, a point is out of every commune.
    away[~there & np.isfinite(lon) & [code is not None for code in given]] = np.inf
    at = np.flatnonzero(there)
    near = shapely.STRtree(outlines.geometry.array).query(
        shapely.points(metres[there]), predicate="dwithin", distance=ON_BORDER_M
    )
    codes = outlines["commune"].to_numpy()
    for which, zone in near.T:
        inside[at[which]] |= {str(codes[zone])}
    return inside, away.tolist()
