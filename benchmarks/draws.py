"""A thousand draws of the edition: seconds of processor and of clock, and the memory they take."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.memory import peak_mb
from observatory import settings
from observatory.model.draws import draw
from observatory.model.model import SEED
from observatory.observatory import load

#: A thousand draws must stay under this, seconds.
LIMIT_S = 4.0


def measure(draws: int) -> dict[str, Any]:
    """Return what so many draws take on the edition, where its central figures are there."""
    model = load(settings.load().edition).model
    model.measured  # noqa: B018  # the central figures, computed once whatever is drawn
    before, began, busy = peak_mb(), time.perf_counter(), time.process_time()
    found = draw(model, draws, SEED)
    return {
        "draws": draws,
        "points": len(found.kept),
        "cpu_s": round(time.process_time() - busy, 2),
        "wall_s": round(time.perf_counter() - began, 2),
        "limit_s": LIMIT_S,
        "peak_mb": round(peak_mb()),
        "peak_before_mb": round(before),
    }
