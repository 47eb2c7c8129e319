"""What a change of help does at every point, in the central figure and in paired draws.

Access is a sum over rows of help: with the same people, a change adds the shares of the rows that
come and takes away those of the rows that go. So the draws of the base are kept, and each scenario
computes its own few rows in the same draws: the same assumptions, the same sample of the census,
the same places closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.model import access, gap
from observatory.model.assumptions import Assumptions
from observatory.model.draws import Chance, collect, series
from observatory.model.ground import Ground
from observatory.model.model import Model
from observatory.model.scenario_help import ChangedHelp

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
#: How many bases are kept at once; one takes some ten megabytes for 200 draws.
KEPT = 2


@dataclass(frozen=True, eq=False)
class Before:
    """A base in several worlds: its central figures alone, or its draws. One row a world.

    Equal to itself alone, so that what is computed of it is kept for the scenarios on it.

    Attributes
    ----------
    model
        The base.
    people
        People in need at every point, (worlds, points).
    reached
        Hours of help within reach of those points that a zone takes a share of, (worlds, kept).
    norm
        The norm of each world, h/week per 100 people in need.
    assumptions, chances
        What holds in each world; no chance in the central one.
    """

    model: Model
    people: FloatArray
    reached: FloatArray
    norm: FloatArray
    assumptions: tuple[Assumptions, ...]
    chances: tuple[Chance | None, ...]

    @property
    def kept(self) -> NDArray[np.intp]:
        """The rows of the points that a zone of the territory takes a share of."""
        return self.model.ground.counted


@dataclass(frozen=True)
class After:
    """What a change of help does in each world of its base, at the points kept: (worlds, kept).

    Attributes
    ----------
    before
        The base.
    need
        People in need.
    reached, missing
        Hours within reach and hours missing, before and after.
    area_change
        What changes of the hours that serve an area.
    near
        Whether a place is within the near walk, before and after.
    rows, hours_change
        The rows of help that change, and the hours of each, below zero where it goes:
        (worlds, rows).
    """

    before: Before
    need: FloatArray
    reached: tuple[FloatArray, FloatArray]
    missing: tuple[FloatArray, FloatArray]
    area_change: FloatArray
    near: tuple[BoolArray, BoolArray]
    rows: pd.DataFrame
    hours_change: FloatArray


@lru_cache(maxsize=KEPT)
def central(model: Model) -> Before:
    """Return the central figures of a base as one world, kept for the scenarios on it."""
    kept = model.ground.counted
    people, norm = model.need_persons[None], np.array([model.norm])
    return Before(
        model, people, model.reached_hours[None, kept], norm, (model.assumptions,), (None,)
    )


@lru_cache(maxsize=KEPT)
def drawn(model: Model, count: int, seed: int) -> Before:
    """Return the draws of a base, kept for the scenarios on it; the same seed, the same draws."""
    people: list[FloatArray] = []
    held: list[tuple[Assumptions, Chance | None]] = []

    def noted(models: Iterator[Model]) -> Iterator[Model]:
        for one in models:
            people.append(one.need_persons)
            held.append((one.assumptions, one.chance))
            yield one

    values, models = series(model, count, seed)
    found = collect(values, noted(models), model.ground.counted)
    assumptions, chances = zip(*held, strict=True)
    return Before(model, np.array(people), found.reached, found.norm, assumptions, chances)


def after(before: Before, changed: ChangedHelp, ground: Ground) -> After:
    """Return what a change of help does in each world of a base.

    Parameters
    ----------
    changed
        The rows of help that change.
    ground
        That of all the help after the change.
    """
    base = before.model.ground
    rows = base.with_help(changed.alone(base.facts))
    parts = [_one(before, world, changed, rows) for world in range(len(before.people))]
    walked, area, hours = (np.array(part) for part in zip(*parts, strict=True))
    need = before.people[:, before.kept]
    now = np.divide(100 * before.reached, need, out=np.zeros_like(need), where=need > 0)
    change = np.maximum(walked + area, -now)  # none less than there is, whatever the last digit
    then = now + change
    norm = before.norm[:, None]
    return After(
        before,
        need,
        (before.reached, before.reached + change * need / 100),
        (gap.shortfall(need, now, norm), gap.shortfall(need, then, norm)),
        area * need / 100,
        (near(before, base.nearest_m[before.kept]), near(before, ground.nearest_m[before.kept])),
        rows.facts.supply,
        hours,
    )


def _one(
    before: Before, world: int, changed: ChangedHelp, rows: Ground
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the change of walking and of area access at the points kept, and of hours by row."""
    chance = before.chances[world]
    drawn_chance = chance and changed.chance(chance)
    model = Model(rows.facts, before.assumptions[world], ground=rows, chance=drawn_chance)
    hours = changed.sign * model.help_hours
    walked, area = model.reached(before.people[world], hours)
    return walked[before.kept], area[before.kept], hours


def near(before: Before, metres: FloatArray, detour: bool = False) -> BoolArray:
    """Return whether each of some walks is a near one, in each world: (worlds, walks).

    Parameters
    ----------
    metres
        Of straight line; of street where the base has walks along streets.
    detour
        Whether they are straight lines whatever the base has.
    """
    return np.array([_is_near(metres, known, before.model, detour) for known in before.assumptions])


def _is_near(metres: FloatArray, known: Assumptions, model: Model, detour: bool) -> BoolArray:
    longer = known.number("walk.detour") if detour else model.under(known).detour
    minutes = access.walk_minutes(metres, known.number("walk.speed_kmh"), longer)
    return np.asarray(minutes <= known.number("access.near_min"))
