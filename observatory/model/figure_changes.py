"""How the figures of two builds differ, and what of it need, help, border and method did.

The parts of one build take the place of those of the other, one after the other, and each is given
the mean of what its turn changes over every order of turns (the Shapley value): no order is
preferred, a part in which the builds agree did nothing, and the parts add up to the difference.

All of it is computed by the code of today. Where two versions of the code made the builds, each
keeps the figures of its own, and what today's code makes of them otherwise is the method's part.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from observatory.geo.codes import Cog
from observatory.model.ground import Ground
from observatory.model.levels import Level
from observatory.model.mixed_facts import TwoBuilds
from observatory.model.model import Model
from observatory.tables.check import check
from observatory.tables.history_results import FIGURE_CHANGES, FIGURES, FIGURES_THEN, PARTS

LEVELS: tuple[Level, ...] = ("ept", "commune", "qpv")
#: Decimals that a difference has to reach to be one.
DECIMALS = 6


COGS: tuple[Cog, ...] = ("cog_2024", "cog_2025")
#: The figures of a build as its own code computed them; nothing where today's is the same.
Then = pd.DataFrame | None


def figures_then(model: Model) -> pd.DataFrame:
    """Return every figure of a new build, to be kept with it (``FIGURES_THEN``)."""
    parts = [_figures(model, cog).reset_index().assign(cog=cog) for cog in COGS]
    return pd.DataFrame(check(pd.concat(parts)[FIGURES_THEN.names], FIGURES_THEN))


def figure_changes(
    before: Model, after: Model, cog: Cog = "cog_2024", then: tuple[Then, Then] = (None, None)
) -> pd.DataFrame:
    """Return the figures that differ, zone by zone, the difference in its parts.

    Parameters
    ----------
    before, after
        The two builds, each under its own assumptions.
    then
        The figures of each as they were when it was made, where two versions of the code made
        them (:func:`figures_then`).

    Returns
    -------
    DataFrame
        ``tables.history_results.FIGURE_CHANGES``, from the territory to its QPV.
    """
    two = TwoBuilds(before.facts, after.facts)
    differ = two.differ | _method(before, after)
    changed = tuple(part for part in PARTS if part in differ)
    model_of = _models(two, before, after, changed)
    of = {
        frozenset(names): _figures(model_of(frozenset(names)), cog)
        for count in range(len(changed) + 1)
        for names in combinations(changed, count)
    }
    first, last = of[frozenset()], of[frozenset(changed)]
    rows = pd.DataFrame({"before": first["value"], "after": last["value"]})
    for part in PARTS:
        rows[part] = _share(part, changed, of).reindex(rows.index) if part in changed else 0.0
    rows = _as_then(rows, then, cog)
    rows[list(PARTS)] = rows[list(PARTS)].where(rows["difference"].notna(), np.nan)
    rows["name"] = last["name"].reindex(rows.index).fillna(first["name"].reindex(rows.index))
    return _told(rows)


def _as_then(rows: pd.DataFrame, then: tuple[Then, Then], cog: Cog) -> pd.DataFrame:
    """Return the figures as they were, what today's code makes otherwise given to the method."""
    rows = rows.copy()
    for side, noted in zip(("before", "after"), then, strict=True):
        if noted is None:
            continue
        known = noted[noted["cog"] == cog].set_index(["level", "code", "figure"])["value"]
        was = known.reindex(rows.index).fillna(rows[side])
        by_code = (rows[side] - was).fillna(0.0)
        rows["method"] += by_code if side == "before" else -by_code
        rows[side] = was
    rows["difference"] = rows["after"] - rows["before"]
    return rows


def _method(before: Model, after: Model) -> frozenset[str]:
    same = before.assumptions.digest == after.assumptions.digest
    return frozenset() if same else frozenset({"method"})


def _models(
    two: TwoBuilds, before: Model, after: Model, changed: tuple[str, ...]
) -> Callable[[frozenset[str]], Model]:
    """Return what gives the model of each mixture; the two builds themselves are those given.

    Where the method differs by assumptions alone, the models of a mixture share their ground.
    """
    assumed_alone = "method" not in two.differ
    grounds: dict[frozenset[str], Ground] = {}

    def of(newer: frozenset[str]) -> Model:
        if not newer:
            return before
        if newer == frozenset(changed):
            return after
        method = after if "method" in newer else before
        if not assumed_alone:
            return Model(two.mixed(newer), method.assumptions)
        parts = newer - {"method"}
        if parts not in grounds:
            whole = parts == frozenset(changed) - {"method"}
            facts = after.facts if whole else two.mixed(parts)
            grounds[parts] = Ground(facts)
        return Model(grounds[parts].facts, method.assumptions, ground=grounds[parts])

    return of


def _figures(model: Model, cog: Cog) -> pd.DataFrame:
    """Return every figure of every zone: ``value`` and ``name`` by level, code and figure."""
    parts = []
    for level in LEVELS:
        table = model.figures(level, cog)
        long = table.melt(["code", "name"], list(FIGURES), "figure", "value")
        parts.append(long.assign(level=level))
    whole = pd.concat(parts, ignore_index=True)
    return whole.set_index(["level", "code", "figure"])


def _share(
    part: str, changed: tuple[str, ...], of: dict[frozenset[str], pd.DataFrame]
) -> pd.Series[float]:
    """Return the mean, over every order of turns, of what a part's turn changes."""
    others = [name for name in changed if name != part]
    total = factorial(len(changed))
    found: list[pd.Series[float]] = []
    for count in range(len(others) + 1):
        weight = factorial(count) * factorial(len(others) - count) / total
        for names in combinations(others, count):
            without = of[frozenset(names)]["value"]
            found.append(weight * (of[frozenset({*names, part})]["value"] - without))
    return sum(found[1:], start=found[0])


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that differ, in the order of levels, codes and figures."""
    rounded = rows[["before", "after"]].round(DECIMALS)
    same = rounded["before"].eq(rounded["after"]) | rounded.isna().all(axis=1)
    table = rows[~same].reset_index()
    at = pd.DataFrame(
        {
            "level": table["level"].map(LEVELS.index),
            "code": table["code"],
            "figure": table["figure"].map(FIGURES.index),
        }
    )
    kept = table.loc[at.sort_values(["level", "code", "figure"]).index, FIGURE_CHANGES.names]
    return pd.DataFrame(check(kept.reset_index(drop=True), FIGURE_CHANGES))
