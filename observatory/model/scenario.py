"""What would change: a base, and changes of its help; the same model on other facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandas as pd

from observatory import settings
from observatory.geo.codes import Cog
from observatory.model.comparison import Comparison
from observatory.model.ground import Ground
from observatory.model.levels import Level
from observatory.model.model import SEED, Model
from observatory.model.norms import refuse_share
from observatory.model.scenario_changes import (
    Budget,
    Change,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
    refusal,
)
from observatory.model.scenario_help import ChangedHelp, apply, position

#: How many paired draws the intervals of a comparison come from, unless asked otherwise.
DRAWS = 200
MOST_CHANGES = 200


@dataclass(frozen=True)
class Scenario:
    """A model, and changes to its help, one after another; a change gives another scenario.

    A place is named as in the table of sites; the place that change ``N`` opens is ``scenario-N``.

    Parameters
    ----------
    base : Model
        The territory as it is.
    changes : tuple of Change
        What changes (``observatory.model.scenario_changes``), in order.
    """

    base: Model
    changes: tuple[Change, ...] = ()

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
        return self.with_change(Open(lat, lon, posts, name))

    def stop(self, *, lat: float, lon: float, hours: float, name: str = "") -> Scenario:
        """Return the scenario with one more weekly stop of a bus or of outreach.

        Parameters
        ----------
        lat, lon : float
            Where, WGS 84 degrees: inside an IRIS of the build.
        hours : float
            Hours a week in which one person helps there.
        name : str, default ""
            What to call it.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            Hours that no week has, a point outside the build, or a build with streets.
        """
        return self.with_change(Stop(lat, lon, hours, name))

    def close(self, place: str) -> Scenario:
        """Return the scenario without the help of one place.

        Parameters
        ----------
        place : str
            The place.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            No help is known there, or the place is closed already.
        """
        return self.with_change(Close(place))

    def move(self, place: str, *, lat: float, lon: float) -> Scenario:
        """Return the scenario with the help of one place at another point.

        Parameters
        ----------
        place : str
            The place; its help keeps its chance of having closed already.
        lat, lon : float
            Where to, WGS 84 degrees: inside an IRIS of the build.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            No help is known there, a point outside the build, or a build with streets.
        """
        return self.with_change(Move(place, lat, lon))

    def posts(self, place: str, posts: float) -> Scenario:
        """Return the scenario with counsellors' posts added to a place, or taken from it.

        Parameters
        ----------
        place : str
            The place, whose position must be known where posts are added.
        posts : float
            How many, in halves; below zero to take away.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            Posts that are not halves, more taken than there are, or an unknown place.
        """
        return self.with_change(Posts(place, posts))

    def hours(self, place: str, hours: float) -> Scenario:
        """Return the scenario with other weekly hours of a France Services or of a stop.

        Parameters
        ----------
        place : str
            The place.
        hours : float
            Hours a week, of opening or in which one person helps.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            Hours that no week has, or a place whose help is counted by posts or aidants.
        """
        return self.with_change(Hours(place, hours))

    def offer(
        self,
        place: str,
        *,
        services: Sequence[str] = (),
        publics: Sequence[str] = (),
        languages: Sequence[str] = (),
    ) -> Scenario:
        """Return the scenario with services, publics or languages offered by a place.

        Parameters
        ----------
        place : str
            The place, whose position must be known. Its hours stay.
        services, publics : sequence of str
            Values of the national standard.
        languages : sequence of str
            Codes, such as ``ar``.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            An unknown place, service or public, what is no code of a language, or nothing offered.
        """
        return self.with_change(Offer(place, tuple(services), tuple(publics), tuple(languages)))

    def budget(self, eur: float) -> Scenario:
        """Return the scenario with the money there is for its changes; the last one counts.

        Parameters
        ----------
        eur : float
            EUR a year.

        Returns
        -------
        Scenario
            This one is not changed; ``totals`` says whether the changes cost more.

        Raises
        ------
        ChoiceError
            What is no sum of money.
        """
        return self.with_change(Budget(eur))

    def with_change(self, change: Change) -> Scenario:
        """Return the scenario with one more change.

        Parameters
        ----------
        change : Change
            One of ``observatory.model.scenario_changes``.

        Returns
        -------
        Scenario
            This one is not changed.

        Raises
        ------
        ChoiceError
            It cannot be made, or there are too many.
        """
        found = replace(self, changes=(*self.changes, change))
        _ = found.help
        return found

    def undo(self) -> Scenario:
        """Return the scenario without its last change.

        Returns
        -------
        Scenario
            This one is not changed.
        """
        return replace(self, changes=self.changes[:-1])

    @cached_property
    def help(self) -> ChangedHelp:
        """The rows of help that change.

        Raises
        ------
        ChoiceError
            A change that cannot be made, or too many of them.
        """
        if len(self.changes) > MOST_CHANGES:
            found = f"{len(self.changes)}"
            raise refusal("changes", f"at most {MOST_CHANGES}", found, "make two scenarios of it")
        return _help(self.changes, self.base.ground)

    @cached_property
    def ground(self) -> Ground:
        """What the facts say after the changes; all but the help is that of the base."""
        return self.base.ground.with_help(self.help.facts(self.base.facts))

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
        return Model(self.ground.facts, fixed, ground=self.ground)

    def position(self, place: str) -> tuple[float, float]:
        """Return where a place stands after the changes.

        Parameters
        ----------
        place : str
            A place of the table of sites, or ``scenario-N``.

        Returns
        -------
        tuple of float
            Metres.
        """
        return position(place, self.changes, self.base.ground)

    def comparison(self, draws: int | None = None, seed: int = SEED) -> Comparison:
        """Return everything before and after: by zone, in all, by school and by offer.

        Parameters
        ----------
        draws : int, optional
            How many paired draws the 90 % intervals come from: 200 by default; 0 for none, which
            takes some hundredths of a second.
        seed : int, default 1
            Seed of the draws.

        Returns
        -------
        Comparison
            ``.table(level)``, ``.totals``, ``.schools``, ``.offers``.

        Raises
        ------
        ChoiceError
            The base has a norm that is a share of the help there is, or no such number of draws.
        """
        refuse_share(self.base.norm_name, "scenario")
        count = min(DRAWS, settings.load().draws) if draws is None else draws
        if not 0 <= count <= settings.MOST_DRAWS:
            raise refusal("draws", f"0 to {settings.MOST_DRAWS}", str(count))
        return Comparison(self, count, seed)

    def compare(
        self, level: Level = "commune", cog: Cog = "cog_2024", *, draws: int | None = None
    ) -> pd.DataFrame:
        """Return each zone before and after.

        Parameters
        ----------
        level : str, default "commune"
            One of ``iris``, ``qpv``, ``commune``, ``ept``.
        cog : str, default "cog_2024"
            Communes before or since the mergers of 2025-01-01.
        draws : int, optional
            As for :meth:`comparison`.

        Returns
        -------
        pandas.DataFrame
            One row a zone (``tables.decision_results.COMPARISON``).
        """
        return self.comparison(draws).table(level, cog)


@lru_cache(maxsize=32)
def _help(changes: tuple[Change, ...], ground: Ground) -> ChangedHelp:
    """Return what changes of the help, kept for the scenarios of the same changes."""
    return apply(changes, ground)
