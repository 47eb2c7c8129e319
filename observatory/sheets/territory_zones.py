"""The zones that have a sheet, and what the model says of each, computed once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog, in_cog
from observatory.model.assumptions import Assumptions
from observatory.model.gap_table import shown_gaps
from observatory.model.least_posts import least_posts
from observatory.model.levels import Level, qpv_of_degrees
from observatory.model.model import Model
from observatory.model.norms import SHARES
from observatory.model.precision import CLASSES
from observatory.model.priority_schools import rep_schools
from observatory.places.cleaning import fold
from observatory.tables.provenance import Provenance
from observatory.words.catalogue import Lang
from observatory.words.remark_words import listed

#: An IRIS is of a QPV's sheet from this share of the QPV's people in difficulty on, or where the
#: QPV holds IN_QPV of its own; a commune, from TOUCHED on.
OF_QPV, TOUCHED = 0.05, 0.01
#: An IRIS is named after a QPV that holds this share of its people in difficulty.
IN_QPV = 0.5
WORST = 3


@dataclass(frozen=True)
class Zone:
    """A zone that has a sheet.

    Attributes
    ----------
    level, code, name
        ``ept``, ``commune`` or ``qpv``; its code and its name.
    communes
        Codes (``cog_2024``) of the communes of the territory that it is made of, or touches.
    """

    level: Level
    code: str
    name: str
    communes: tuple[str, ...]


class Territory:
    """A measured territory, cut into the zones that have a sheet.

    Parameters
    ----------
    model
        The territory under its assumptions.
    sources
        Where the tables of its build come from.
    usual
        The project's assumptions, that those of the model are told apart from.
    cog
        Geography of the communes.
    """

    def __init__(
        self,
        model: Model,
        sources: Sequence[Provenance],
        usual: Assumptions,
        cog: Cog = "cog_2024",
    ) -> None:
        self.model, self.sources, self.usual = model, tuple(sources), usual
        self.cog = check_cog(cog)
        self._gaps: dict[Level, pd.DataFrame] = {}
        self._posts: dict[Level, dict[str, dict[str, Any]]] = {}

    @property
    def to_move(self) -> bool:
        """Whether what lacks to the norm is to move, not missing."""
        return self.model.norm_name in SHARES

    def silent(self, what: str, lang: Lang) -> str:
        """Return that no source of the build gives something; empty where one does."""
        known = self.model.facts.not_covered
        return listed([known[what]], lang) if what in known else ""

    def gaps(self, level: Level) -> pd.DataFrame:
        """Return the gap table of a level by code; what lacks stands in ``missing_*`` always."""
        if level not in self._gaps:
            table = shown_gaps(self.model, level, self.cog)
            self._gaps[level] = table.set_index("code", drop=False).rename_axis(None)
        return self._gaps[level]

    def least_posts(self, level: Level) -> dict[str, dict[str, Any]]:
        """Return the least posts of each zone by code; nothing where walks are along streets."""
        if self.model.facts.street_distances is not None:
            return {}
        if level not in self._posts:
            table = least_posts(self.model, level=level, cog=self.cog)
            self._posts[level] = {str(row["code"]): dict(row) for _, row in table.iterrows()}
        return self._posts[level]

    # ---- Zones --------------------------------------------------------------------------------
    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """The EPT, its communes and its QPV of known outline, in that order."""
        inside = self.commune_names
        of_commune = {code: in_cog(code, self.cog) for code in inside}
        found = [
            Zone("ept", str(row.code), str(row.name), tuple(inside))
            for row in self.gaps("ept")[["code", "name"]].itertuples(index=False)
        ]
        for row in self.gaps("commune")[["code", "name"]].itertuples(index=False):
            parts = tuple(old for old, new in of_commune.items() if new == row.code)
            found.append(Zone("commune", str(row.code), str(row.name), parts))
        known = self.model.facts.qpv
        for row in known[known["outline_known"]][["qpv", "qpv_name"]].itertuples(index=False):
            found.append(Zone("qpv", str(row.qpv), str(row.qpv_name), self._touched(str(row.qpv))))
        return tuple(found)

    def zone(self, asked: str) -> Zone:
        """Return a zone by its code, ``ept``, or the name of a commune or QPV that no other has.

        Raises
        ------
        ChoiceError
            No zone has that code or name, or several have it.
        """
        wanted = fold(asked)
        found = [
            one
            for one in self.zones
            if wanted in (fold(one.code), fold(one.name)) or wanted == fold(one.level) == "ept"
        ]
        if len(found) != 1:
            communes = ", ".join(f"{o.code} {o.name}" for o in self.zones if o.level == "commune")
            raise ChoiceError(
                "sheet, zone",
                expected=f"ept, a QPV of the build such as {self.zones[-1].code}, or a commune: "
                + communes,
                found=repr(asked[:60]),
                next_step="choose one of them, by its code",
            )
        return found[0]

    @cached_property
    def commune_names(self) -> dict[str, str]:
        """Code (``cog_2024``) -> name of the communes of the territory."""
        rows = self.model.facts.communes
        rows = rows[rows["in_territory"]].sort_values("commune")
        return dict(zip(rows["commune"], rows["commune_name"], strict=True))

    # ---- What is in a zone --------------------------------------------------------------------
    def figures(self, zone: Zone) -> dict[Any, Any]:
        """Return the row of a zone in the gap table of its level."""
        found: dict[Any, Any] = self.gaps(zone.level).loc[zone.code].to_dict()
        return found

    def iris_of(self, zone: Zone) -> pd.DataFrame:
        """Return the gaps of the IRIS of a zone, the worst first (see :data:`OF_QPV`)."""
        table = self.gaps("iris")
        if zone.level == "qpv":
            people = self._people.xs(zone.code, level="zone")
            mostly = people / table["need_persons"].reindex(people.index) >= IN_QPV
            kept = people.index[(people / people.sum() >= OF_QPV) | mostly]
            table = table[table["code"].isin(kept)]
        else:
            table = table[self._commune_of_iris.loc[table["code"]].isin(zone.communes).to_numpy()]
        return table.sort_values(
            ["missing_h_per_100", "code"], ascending=[False, True], na_position="last"
        )

    def worst(self, zone: Zone) -> pd.DataFrame:
        """Return the IRIS of a zone that lack most per person, of those that are published."""
        table = self.iris_of(zone)
        lacks = table["missing_h_per_100"].round(2) > 0
        return table[table["missing_class"].isin(CLASSES[:2]) & lacks].head(WORST)

    def sites_of(self, zone: Zone) -> pd.DataFrame:
        """Return the places of a zone, head offices too (``seat``), by commune and name."""
        sites = self._sites
        kept = (
            sites["qpv"] == zone.code
            if zone.level == "qpv"
            else sites["commune"].isin(zone.communes)
        )
        return sites[kept].sort_values(["commune_name", "name", "site"])

    def schools_of(self, zone: Zone) -> pd.DataFrame:
        """Return the REP and REP+ schools of a zone, the furthest from help first."""
        rows = self._schools
        kept = (
            rows["qpv"] == zone.code if zone.level == "qpv" else rows["commune"].isin(zone.communes)
        )
        return rows[kept].sort_values(
            ["walk_min", "school_name", "uai"], ascending=[False, True, True], na_position="last"
        )

    def main_qpv(self, iris: str, zone: Zone) -> str:
        """Return the QPV where most people in difficulty of an IRIS live, or an empty text.

        Parameters
        ----------
        iris
            Its code.
        zone
            The zone of the sheet; a QPV says nothing of the IRIS of its own sheet.
        """
        known = zone.level != "qpv" and iris in self._main_qpv.index
        return str(self._main_qpv[iris]) if known else ""

    def _touched(self, qpv: str) -> tuple[str, ...]:
        """Return the communes of the territory where people of a QPV live."""
        if qpv not in self._people.index.get_level_values("zone"):
            return ()
        people = self._people.xs(qpv, level="zone")
        by = people.groupby(self._commune_of_iris.reindex(people.index)).sum()
        return tuple(
            code for code in by.index[by / by.sum() >= TOUCHED] if code in self.commune_names
        )

    # ---- Computed once ------------------------------------------------------------------------
    @cached_property
    def _commune_of_iris(self) -> pd.Series[Any]:
        found: pd.Series[Any] = self.model.facts.iris.set_index("iris")["commune"]
        return found

    @cached_property
    def _people(self) -> pd.Series[Any]:
        """People in difficulty by IRIS and QPV."""
        taken = self.model.ground.memberships("qpv", self.cog)
        rows = taken["row"].to_numpy()
        people = taken["share"].to_numpy() * self.model.need_persons[rows]
        iris = self.model.facts.points["iris"].to_numpy()[rows]
        frame = pd.DataFrame({"iris": iris, "zone": taken["zone"], "people": people})
        found: pd.Series[Any] = frame.groupby(["iris", "zone"])["people"].sum()
        return found

    @cached_property
    def _main_qpv(self) -> pd.Series[Any]:
        whole = self.gaps("iris")["need_persons"]
        held = self._people.reset_index()
        share = held["people"] / held["iris"].map(whole)
        held = held[share >= IN_QPV].sort_values("people").drop_duplicates("iris", keep="last")
        names = self.model.facts.qpv.set_index("qpv")["qpv_name"]
        return held.set_index("iris")["zone"].map(names)

    @cached_property
    def _sites(self) -> pd.DataFrame:
        facts = self.model.facts
        known = facts.places
        sites = known[known["in_territory"]]
        return sites.assign(qpv=qpv_of_degrees(sites, facts.qpv)["qpv"])

    @cached_property
    def _schools(self) -> pd.DataFrame:
        return rep_schools(self.model)
