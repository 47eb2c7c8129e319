"""The gap table: the points of a model summed to the zones of a level, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from observatory.geo.codes import Cog
from observatory.model import gap, zone_draws
from observatory.model.levels import Level, parts_of, zone_of, zones
from observatory.model.need import weak_skills
from observatory.model.norms import SHARES
from observatory.model.to_move import as_missing, told_apart
from observatory.tables.gap_results import GAPS

if TYPE_CHECKING:
    from observatory.model.model import Model

#: What is zero in a zone where nobody lives: counts of people and of hours, no mean of them.
_COUNTS = (
    "population_15",
    "population_latest",
    "need_age",
    "need_persons",
    "missing_h_per_week",
    "balance_h_per_week",
    "help_h_per_week",
)


def shown_gaps(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the gap table of a level as screens and sheets read it (:func:`as_missing`)."""
    return as_missing(model.gaps(level, cog))


def figures(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the central figures of each zone: no interval, whichever the norm is.

    Returns
    -------
    DataFrame
        ``code``, ``name``, ``note``, ``population``, ``need_*``, ``help_h_per_week``,
        ``access_h_per_100``, ``missing_h_per_week``, ``missing_h_per_100``, ``balance_h_per_week``,
        ``nearest_min``, ``within_15_pct``, ``population_15``, ``population_latest``, ``need_pct``,
        ``weak_skills_persons``.
    """
    facts, done = model.facts, model.measured
    listed = zones(facts, level, cog)
    parts, zone = parts_of(done.points, model.ground.memberships(level, cog))
    sums = gap.sum_points(parts, zone)
    whom = ["population_15", "population_latest"]
    sums[whom] = parts[whom].groupby(zone).sum()
    sums = sums.join(_help(model, parts, zone, level, cog), how="outer")
    if level != "qpv":
        # The IRIS hold whole persons: summing them, not their cells' shares, conserves the count.
        residents = facts.iris[facts.iris["in_territory"]]
        by = zone_of(residents, level, cog, facts)
        sums["population"] = residents["population"].groupby(by).sum()
    table = listed.join(sums, on="code")
    empty = table["population"] == 0
    table = table.assign(**{n: table[n].mask(empty & table[n].isna(), 0.0) for n in _COUNTS})
    people = table["need_persons"]
    rate = 100 * table["missing_h_per_week"] / people.where(people > 0)
    adults = table["population_15"]
    share = 100 * people / adults.where(adults > 0)
    counts = (adults.to_numpy(dtype=float), people.to_numpy(dtype=float))
    weak = weak_skills(*counts, model.assumptions)
    return table.assign(missing_h_per_100=rate, need_pct=share, weak_skills_persons=weak)


def _help(
    model: Model, points: pd.DataFrame, zone: pd.Series[Any], level: Level, cog: Cog
) -> pd.Series[Any]:
    """Return the hours of the zone's own places, and its share of the help of wider areas."""
    at = model.facts.supply[model.ground.located]
    hours = pd.Series(model.help_hours[model.ground.located], index=at.index)
    own = hours.groupby(zone_of(at, level, cog, model.facts)).sum()
    shared = (points["area_h_per_100"] * points["need_persons"] / 100).groupby(zone).sum()
    # A zone of offices has places and no resident: its hours count all the same.
    return shared.add(own, fill_value=0.0).rename("help_h_per_week")


def gap_table(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the gap table of a level: central figures, intervals and classes of precision.

    Under a norm that is a share of the help there is, nothing is missing: the hours are to move,
    and stand in columns of their own.
    """
    table = figures(model, level, cog)
    table = table.join(zone_draws.intervals(model, level, cog), on="code")
    empty = table["population"] == 0
    for name in ("need_low", "need_high", "missing_low", "missing_high"):
        table[name] = table[name].mask(empty, 0.0)
    table["missing_etp"] = gap.to_etp(table["missing_h_per_week"], model.assumptions)
    if model.norm_name in SHARES:
        table["missing_etp"] = np.nan
    table = table.assign(level=level, cog=cog, **origin(model))
    return told_apart(table, GAPS, model.norm_name)


def origin(model: Model) -> dict[str, Any]:
    """Return where figures come from, by column of ``tables.gap_results.ORIGIN``."""
    facts = model.facts
    return {
        "norm": model.norm_name,
        "norm_h_per_100": model.norm,
        "edition": facts.edition or None,
        "vintage": facts.vintage or None,
        "read_on": facts.read_on or None,
    }
