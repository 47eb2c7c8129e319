"""Which communes a build holds: those of the territory's département, and those around it.

A place just across the border helps people of the territory, and people across the border crowd
places of the territory. So the communes near the territory take part wherever a source covers
them; what lies further away changes nothing inside and is set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.errors import CodeError
from observatory.geo.codes import IN_PARTS, commune_index, departement_of
from observatory.geo.perimeter import Perimeter
from observatory.places.french_communes import commune_table
from observatory.read.registry import Source
from observatory.read.source_files import departements_in
from observatory.read.source_reading import files_of
from observatory.tables.provenance import Aside, Reading

PARTLY = "serves an area of which the build holds only a part"
#: The one file of a département that gives both the outlines of IRIS and of communes.
OUTLINES_FILE = "iris/contours_iris_dept{}.geojson"
#: What tells the commune of a row, whole or by its first five characters.
_PLACE = ("iris", "code_insee", "commune")


@dataclass(frozen=True)
class Scope:
    """The communes of a build.

    Attributes
    ----------
    communes
        Their codes.
    perimeter
        The territory; the département of most of it is held whole.
    around_m
        How far from the territory a commune of another one may lie.
    """

    communes: frozenset[str]
    perimeter: Perimeter
    around_m: float

    @property
    def departements(self) -> frozenset[str]:
        """The départements of these communes."""
        return frozenset(map(departement_of, self.communes))

    def keep(self, reading: Reading) -> Reading:
        """Return a reading without the rows of other communes, which are set aside."""
        frame = reading.frame
        column = next((name for name in _PLACE if name in frame), None)
        if column is None:
            return reading
        away = ~frame[column].str[:5].isin(self.communes)
        far = f"further than {self.around_m / 1000:g} km from the territory"
        reading = _set_aside(reading, away, far, column)
        if "serves" in frame:
            reading = replace(reading, frame=self._served(reading.frame))
            # The posts of a département around serve all of it: they are not those of its edge.
            rows = reading.frame
            home = rows[column].map(self.perimeter.at_home)
            partly = (rows["serves"] != "commune") & ~home.astype(bool)
            reading = _set_aside(reading, partly, PARTLY, column)
        return reading

    def _served(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return help with that of a body that the build does not hold whole given to its commune.

        A build knows the territory and the EPT of its département.
        """
        france = commune_table()
        home = france["commune"].map(self.perimeter.at_home).astype(bool)
        known = {*france.loc[home, "ept"].dropna(), self.perimeter.code}
        other = (frame["serves"] == "ept") & ~frame["area"].isin(known)
        return frame.assign(
            serves=frame["serves"].mask(other, "commune"),
            area=frame["area"].mask(other, frame["commune"]),
        )


def _set_aside(reading: Reading, rows: pd.Series[Any], reason: str, column: str) -> Reading:
    out = reading.frame.loc[rows, column]
    if out.empty:
        return reading
    kept = reading.frame[~rows].reset_index(drop=True)
    aside = Aside(reason, len(out), tuple(map(str, out.head(5))))
    return replace(reading, frame=kept, aside=(*reading.aside, aside))


def scope_of(outlines: gpd.GeoDataFrame, perimeter: Perimeter, assumed_m: float) -> Scope:
    """Return the communes that a build of a territory holds.

    Parameters
    ----------
    outlines
        Every commune that the sources know (``commune``, geometry in metres).
    perimeter
        The territory.
    assumed_m
        How far from it a commune of another département may lie, in metres, where the perimeter
        does not say.

    Raises
    ------
    CodeError
        The sources have the outline of no commune of the territory.
    """
    inside = outlines["commune"].isin(list(perimeter.communes))
    if not inside.any():
        raise _not_drawn(outlines, perimeter)
    around_m = assumed_m if perimeter.around_m is None else perimeter.around_m
    whole = outlines.loc[inside, "geometry"].union_all()
    near = outlines.geometry.distance(whole) <= around_m
    kept = near | outlines["commune"].map(perimeter.at_home)
    return Scope(frozenset(outlines.loc[kept, "commune"]) - IN_PARTS, perimeter, around_m)


def outline_files(departements: Iterable[str]) -> tuple[str, ...]:
    """Return the files that would give the outlines of the communes of some départements."""
    return tuple(OUTLINES_FILE.format(area) for area in sorted(set(departements)))


def _not_drawn(outlines: pd.DataFrame, perimeter: Perimeter) -> CodeError:
    there = sorted(set(outlines["commune"].map(departement_of)))
    files = " and ".join(outline_files(perimeter.departements))
    return CodeError(
        f"option --territory {perimeter.code}",
        expected=f"outlines of the {len(perimeter.today)} communes of {perimeter.name}",
        found="none of them; the folder has communes of the départements " + ", ".join(there),
        next_step=f"put {files} into the folder: the outlines of IRIS, which give those of the "
        "communes; data/registry.toml, [iris_outlines], says where they come from",
    )


@dataclass(frozen=True)
class Area:
    """What the readers of a build are cut to.

    Attributes
    ----------
    scope
        The communes that the build holds.
    named
        Code and name of each commune that the outlines know, under every name that it has.
    """

    scope: Scope
    named: Sequence[tuple[str, str]]

    def in_its_metres(self, frame: Any) -> Any:
        """Return a layer in the projection of the territory; any other table as it is."""
        layer = isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None
        return frame.to_crs(self.scope.perimeter.metric) if layer else frame

    @cached_property
    def home(self) -> dict[str, str]:
        """Folded name -> code, for the communes of the territory and its département."""
        return commune_index(p for p in self.named if self.scope.perimeter.at_home(p[0]))

    @cached_property
    def around(self) -> dict[str, str]:
        """The same for every commune of the outlines."""
        return commune_index(self.named)

    def first(self, source: Source) -> dict[str, str]:
        """Return the same for the file that the registry names first: those of its départements."""
        areas = departements_in(source.path)
        if not (source.also and areas):
            return self.home
        return commune_index(pair for pair in self.named if departement_of(pair[0]) in areas)

    def wanted(self, source: Source) -> frozenset[str] | None:
        """Return the départements of which a source is read; ``None`` where it has one file."""
        if not source.pattern:
            return None
        return self.scope.departements if source.also else self.scope.perimeter.departements

    def uncovered(self, source: Source, folder: Path) -> frozenset[str]:
        """Return the départements of the territory of which the folder has no file of a source."""
        files = files_of(source, folder, self.wanted(source))
        areas = [departements_in(path.name) for path in files]
        own = self.scope.perimeter.departements
        return own.difference(*areas) if all(areas) else frozenset()


def area_of(outlines: gpd.GeoDataFrame, perimeter: Perimeter, assumed_m: float) -> Area:
    """Return what the readers of a build are cut to, from the outlines of the communes."""
    france = commune_table().set_index("commune")["commune_name"]
    names = zip(outlines["commune"], outlines["commune_name"], strict=True)
    official = france[france.index.isin(outlines["commune"])]
    every = tuple(dict.fromkeys([*names, *official.items()]))
    return Area(scope_of(outlines.to_crs(perimeter.metric), perimeter, assumed_m), every)
