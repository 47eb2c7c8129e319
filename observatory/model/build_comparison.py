"""Two builds of one territory compared, and figures over the builds of a history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from observatory.errors import ChoiceError, InputError
from observatory.geo.codes import Cog
from observatory.model.assumptions import Assumptions
from observatory.model.build_changes import (
    KnownAgain,
    help_changes,
    method_changes,
    place_changes,
    renumbered,
    same_places,
    source_changes,
)
from observatory.model.figure_changes import LEVELS, figure_changes
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import load_facts, stored_facts
from observatory.tables.check import check
from observatory.tables.history import Kept
from observatory.tables.history_results import FIGURES, OVER_TIME


@dataclass(frozen=True)
class Comparison:
    """What differs between two builds.

    Attributes
    ----------
    before, after
        The builds.
    places, help, sources, method, figures
        The tables of ``tables.history_results.BETWEEN_BUILDS``, in its order.
    total
        The hours missing in the territory before and after.
    """

    before: Kept
    after: Kept
    places: pd.DataFrame
    help: pd.DataFrame
    sources: pd.DataFrame
    method: pd.DataFrame
    figures: pd.DataFrame
    total: tuple[float, float]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables, by the name of each part."""
        names = ("places", "help", "sources", "method", "figures")
        return {name: getattr(self, name) for name in names}


def compare_kept(
    before: Kept,
    after: Kept,
    today: Assumptions,
    cog: Cog = "cog_2024",
    known_again: KnownAgain | None = None,
) -> Comparison:
    """Return what differs between two builds, each under the assumptions noted with it.

    Parameters
    ----------
    today
        The assumptions of today: what a build has no note of is as it is there.
    known_again
        What knows places again whose sources changed their identifiers.

    Raises
    ------
    InputError
        The builds are of two territories, or one cannot be read.
    """
    if before.manifest.territory != after.manifest.territory:
        raise ChoiceError(
            f"builds {before.name} and {after.name}",
            expected="two builds of one territory",
            found=f"{before.manifest.territory_name} and {after.manifest.territory_name}",
            next_step="choose two builds of one territory; observatory history lists them",
        )
    facts = load_facts(before.folder), load_facts(after.folder)
    assumed = assumptions_of(before, today), assumptions_of(after, today)
    models = [Model(*one) for one in zip(facts, assumed, strict=True)]
    same = same_places(*facts, known_again)
    then = (before.then, after.then) if _of_two_codes(before, after) else (None, None)
    first, second = (_missing(*one, cog) for one in zip(models, then, strict=True))
    return Comparison(
        before=before,
        after=after,
        places=place_changes(*facts, same),
        help=help_changes(*facts, same),
        sources=source_changes(
            before.manifest.sources, after.manifest.sources, renumbered(facts[1], same)
        ),
        method=method_changes((before, facts[0], assumed[0]), (after, facts[1], assumed[1])),
        figures=figure_changes(models[0], models[1], cog, then),
        total=(first, second),
    )


def _of_two_codes(before: Kept, after: Kept) -> bool:
    """Return whether two versions of the code made two builds, as far as it was noted."""
    return bool(before.code and after.code) and before.code != after.code


def _missing(model: Model, then: pd.DataFrame | None, cog: Cog) -> float:
    """Return the hours missing in the territory, as they were where that was noted."""
    if then is not None:
        whole = then[(then["cog"] == cog) & (then["level"] == "ept")]
        noted = whole.loc[whole["figure"] == "missing_h_per_week", "value"]
        if noted.notna().any():
            return float(noted.sum())
    return float(model.missing("ept", cog).sum())


def assumptions_of(kept: Kept, today: Assumptions) -> Assumptions:
    """Return the assumptions noted with a build; what it has no note of is as today.

    A name that today's assumptions do not have acts on nothing any more.
    """
    known = {one.name: one.value for one in today}
    noted = {
        name: value
        for name, value in kept.method.items()
        if name in known and isinstance(value, str) == isinstance(known[name], str)
    }
    return today.changed(noted)


def over_time(builds: Sequence[Kept], assumptions: Assumptions, cog: Cog) -> pd.DataFrame:
    """Return the figures of each zone in each build, all under one set of assumptions.

    A build that this version does not read is left out.

    Returns
    -------
    DataFrame
        ``tables.history_results.OVER_TIME``, in the order of the builds.
    """
    parts = [part for one in builds for part in _figures(one, assumptions, cog)]
    table = pd.concat(parts) if parts else pd.DataFrame(columns=OVER_TIME.names)
    return pd.DataFrame(check(table[OVER_TIME.names], OVER_TIME))


def _figures(one: Kept, assumptions: Assumptions, cog: Cog) -> Iterator[pd.DataFrame]:
    try:
        model = Model(stored_facts(one.folder), assumptions)
    except InputError:
        return
    levels: tuple[Level, ...] = (*LEVELS, "iris")
    for level in levels:
        table = model.figures(level, cog)
        long = table.melt(["code", "name"], list(FIGURES), "figure", "value")
        yield long.assign(build=one.name, day=one.day)
