"""Run one contender in a process of its own: its time and its peak of memory are then its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.memory import peak_mb
from benchmarks.points import Points

# A contender faster than this is run again, and the median counts.
QUICK_S, REPEATS = 5.0, 5


@dataclass(frozen=True)
class Outcome:
    """What a contender's process told.

    Attributes
    ----------
    first_s, s
        The first run in the process, and the median of the runs after it (the first itself where
        it took long).
    peak_mb
        Peak resident memory of the process: Python, packages and points included.
    """

    first_s: float
    s: float
    peak_mb: float


def play(name: str, points: Path, catchment: float, answer: Path) -> None:
    """Run a contender here, keep its answer, and print its times and peak as JSON."""
    given = Points.load(points)
    times: list[float] = []
    # ours may compile at first: what comes after is what counts
    least = 2 if name in OURS else 1
    while len(times) < least or (min(times) < QUICK_S and len(times) <= REPEATS):
        begin = time.perf_counter()
        access = CONTENDERS[name](given, catchment)
        times.append(time.perf_counter() - begin)
    peak = peak_mb()
    np.save(answer, access)
    warm = float(np.median(times[1:])) if len(times) > 1 else times[0]
    print(json.dumps({"first_s": times[0], "s": warm, "peak_mb": peak}))


def run(
    name: str, points: Path, catchment: float, answer: Path, *, cache: Path, timeout_s: float
) -> Outcome:
    """Run a contender in a process of its own.

    Raises
    ------
    RuntimeError
        It failed or took too long; the message is its last line.
    """
    where = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "benchmarks", "play", name, str(points), str(catchment)]
    try:
        done = subprocess.run(
            [*command, str(answer)],
            cwd=where,
            env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"took more than {timeout_s:.0f} s") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        killed = f"ended by signal {-done.returncode}" if done.returncode < 0 else last
        raise RuntimeError(killed)
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return Outcome(told["first_s"], told["s"], told["peak_mb"])
