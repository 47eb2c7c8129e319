"""What would change: a base, and places opened or closed; the same model on other facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.geo.geometry import METRIC, place, project_to_metres
from observatory.model.help_hours import COUNSELLORS
from observatory.model.levels import Level, qpv_of
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.observed import Facts
from observatory.tables.check import check
from observatory.tables.decision_results import COMPARISON
from observatory.tables.facts import SUPPLY

HALF = 0.5


class Opening(NamedTuple):
    """A place opened by a scenario: WGS 84 degrees, and its counsellors' posts."""

    lat: float
    lon: float
    posts: float
    name: str


@dataclass(frozen=True)
class Scenario:
    """A model, and changes to what it observes; a change gives another scenario.

    Parameters
    ----------
    base : Model
        The territory as it is.
    opened : tuple of Opening
        Places opened.
    closed : tuple of str
        Places of the table of sites whose help ends.
    """

    base: Model
    opened: tuple[Opening, ...] = ()
    closed: tuple[str, ...] = ()

    def open(self, *, lat: float, lon: float, posts: float, name: str = "") -> Scenario:
        """Return the scenario with one more place of counsellors, open to everybody.

        Parameters
        ----------
        lat, lon : float
            Where, WGS 84 degrees: inside an IRIS of the build.
        posts : float
            Counsellors' posts, in halves.
        name : str, default ""
            What to call it.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            Posts that are not halves, a point outside the build, or a build with streets, whose
            walks to a new place are not known.
        """
        if not (posts > 0 and (posts / HALF).is_integer()):
            raise _refusal("posts", "a number of halves above 0, such as 0.5", repr(posts))
        if self.base.facts.street_distances is not None:
            raise _refusal("place", "a build without streets", "one with walks along streets")
        opening = Opening(lat, lon, posts, name or f"{lat:.5f}, {lon:.5f}")
        _homes(self.base.facts, [opening])
        return replace(self, opened=(*self.opened, opening))

    def close(self, site: str) -> Scenario:
        """Return the scenario without the help of one place.

        Parameters
        ----------
        site : str
            The place, as in the table of sites.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            No help is known there, or the place is closed already.
        """
        known = set(self.base.facts.supply["site"].dropna()) - set(self.closed)
        if site not in known:
            raise _refusal("place to close", "a place with help, still open", repr(site))
        return replace(self, closed=(*self.closed, site))

    @cached_property
    def model(self) -> Model:
        """The territory with the changes, under the norm of the base.

        Raises
        ------
        ChoiceError
            The base has a norm that is a share of the help there is: it cannot be held.
        """
        refuse_share(self.base.norm_name, "scenario")
        fixed = self.base.assumptions.changed({"gap.norm": repr(float(self.base.norm))})
        return Model(self._facts(), fixed)

    def compare(self, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
        """Return each zone before and after.

        Parameters
        ----------
        level : str, default "commune"
            One of ``iris``, ``qpv``, ``commune``, ``ept``.
        cog : str, default "cog_2024"
            Communes before or since Pierrefitte-sur-Seine joined Saint-Denis.

        Returns
        -------
        pandas.DataFrame
            One row a zone (``tables.decision_results.COMPARISON``).
        """
        before, after = (model.figures(level, cog) for model in (self.base, self.model))
        table = before[["code", "name"]].assign(norm_h_per_100=self.base.norm)
        for name in ("missing_h_per_week", "help_h_per_week", "access_h_per_100"):
            table[f"{name}_before"], table[f"{name}_after"] = before[name], after[name]
            table[f"{name}_change"] = after[name] - before[name]
        near = after["within_15_pct"] - before["within_15_pct"]
        # Where nobody is in need nobody is newly near; without an outline it is not known.
        table["newly_near_persons"] = (before["need_persons"] * near / 100).mask(
            before["need_persons"] == 0, 0.0
        )
        return pd.DataFrame(check(table[COMPARISON.names], COMPARISON))

    def _facts(self) -> Facts:
        known = self.base.facts
        kept = known.supply[~known.supply["site"].isin(self.closed)]
        if not self.opened:
            return replace(known, supply=kept.reset_index(drop=True))
        rows = pd.concat([kept, _rows(known, self.opened)], ignore_index=True)
        return replace(known, supply=pd.DataFrame(check(rows[SUPPLY.names], SUPPLY)))


def _rows(facts: Facts, opened: Sequence[Opening]) -> pd.DataFrame:
    """Return openings as rows of help."""
    homes = _homes(facts, opened)
    return pd.DataFrame(
        {
            "supply": [f"scenario-{number}" for number in range(1, len(opened) + 1)],
            "programme": COUNSELLORS,
            "name": [one.name for one in opened],
            "commune": homes["iris"].map(facts.iris.set_index("iris")["commune"]),
            "serves": "point",
            "iris": homes["iris"],
            "qpv": homes["qpv"],
            "qpv_edge": homes["qpv_edge"],
            "x_m": homes["x_m"],
            "y_m": homes["y_m"],
            "posts": [one.posts for one in opened],
            "open_h_per_week": np.nan,
            "counted_elsewhere": False,
            "age_months": 0.0,
        },
    ).reindex(columns=SUPPLY.names)


def _homes(facts: Facts, opened: Sequence[Opening]) -> pd.DataFrame:
    """Return where openings lie: their metres, IRIS and known QPV."""
    metres = project_to_metres([one.lon for one in opened], [one.lat for one in opened])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*metres.T, crs=METRIC))
    iris = place(points, facts.iris, zone="iris")
    if iris.isna().any():
        lost = opened[int(iris.isna().to_numpy().argmax())]
        raise _refusal("place", "a point inside an IRIS of the build", f"{lost.lat}, {lost.lon}")
    at = pd.DataFrame({"x_m": metres[:, 0], "y_m": metres[:, 1], "iris": iris})
    return at.join(qpv_of(points, facts.qpv))


def _refusal(what: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(
        f"scenario, {what}", expected=expected, found=found, next_step="mend this change"
    )
