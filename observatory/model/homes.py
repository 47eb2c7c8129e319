"""Where a point lies: its IRIS and its known QPV, for points that come one at a time."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import shapely
from shapely import STRtree

from observatory.geo.geometry import project_to_metres
from observatory.model.observed import Facts
from observatory.tables.keys import QPV_EDGE_M


class Home(NamedTuple):
    """Where a point lies, as a row of help says it (``tables.facts.SUPPLY``)."""

    x_m: float
    y_m: float
    commune: str
    iris: str
    qpv: str | None
    qpv_edge: bool


class Homes:
    """The outlines of a build, ready to be asked again and again; the answers of ``qpv_of``.

    Parameters
    ----------
    facts
        The stored tables.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def at(self, lat: float, lon: float) -> Home | None:
        """Return where a point lies (WGS 84 degrees), to the decimetre, as a build stores it.

        Nothing is returned outside every IRIS of the build.
        """
        x, y = project_to_metres([lon], [lat]).round(1)[0]
        point = shapely.Point(x, y) if x == x else shapely.Point()
        iris = _first(self._iris, point)
        if iris is None:
            return None
        near = bool(len(self._edges.query(point, predicate="intersects")))
        return Home(x, y, self._commune_of[iris], iris, _first(self._qpv, point), near)

    @cached_property
    def _iris(self) -> tuple[STRtree, list[str]]:
        return STRtree(self._facts.iris.geometry.to_numpy()), list(self._facts.iris["iris"])

    @cached_property
    def _qpv(self) -> tuple[STRtree, list[str]]:
        known = self._facts.qpv[self._facts.qpv.geometry.notna()]
        return STRtree(known.geometry.to_numpy()), list(known["qpv"])

    @cached_property
    def _edges(self) -> STRtree:
        known = self._facts.qpv[self._facts.qpv.geometry.notna()]
        return STRtree(known.boundary.buffer(QPV_EDGE_M).to_numpy())

    @cached_property
    def _commune_of(self) -> dict[str, str]:
        return dict(zip(self._facts.iris["iris"], self._facts.iris["commune"], strict=True))


def _first(zones: tuple[STRtree, list[str]], point: Any) -> str | None:
    """Return the zone that holds a point, the first by code on a border."""
    tree, codes = zones
    return min((codes[row] for row in tree.query(point, predicate="intersects")), default=None)
