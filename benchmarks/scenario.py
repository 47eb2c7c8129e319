"""A scenario on the edition: one change recomputed, and its paired draws."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from observatory import settings
from observatory.model import paired_draws
from observatory.model.scenario import Scenario
from observatory.observatory import load

#: Half a post, moved a little each time so that nothing is found again.
LAT, LON, STEP = 48.9585, 2.3125, 0.0002
ROUNDS = 9


def measure(draws: int, level: str = "commune") -> dict[str, Any]:
    """Return seconds of one change at one level, and of its draws; medians of some rounds."""
    model = load(settings.load().edition).model
    base = Scenario(model)
    first = _seconds(lambda: _plan(base, 0).comparison(0).table(level))  # type: ignore[arg-type]  # a level
    kept = _seconds(lambda: paired_draws.drawn(model, draws, 1))
    central = [
        _seconds(lambda n=n: _plan(base, n).comparison(0).table(level))  # type: ignore[misc]  # a level
        for n in range(1, ROUNDS + 1)
    ]
    paired = [
        _seconds(lambda n=n: _plan(base, n).comparison(draws).table(level))  # type: ignore[misc]  # a level
        for n in range(1, ROUNDS + 1)
    ]
    return {
        "level": level,
        "draws": draws,
        "first_s": first,
        "base_draws_s": kept,
        "change_s": statistics.median(central),
        "change_best_s": min(central),
        "paired_draws_s": statistics.median(paired),
        "paired_draws_best_s": min(paired),
    }


def _plan(base: Scenario, number: int) -> Scenario:
    return base.open(lat=LAT + number * STEP, lon=LON, posts=0.5)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 4)
