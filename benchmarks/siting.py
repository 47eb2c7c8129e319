"""Where to place posts: our solver beside spopt's, on the two problems that both know.

The points are drawn on a square of the size of a département, with people at each. Maximal covering
is what the aims ``near`` and ``rep_plus`` solve. The p-median is ours here alone, for the contest:
greedy with swaps, and a bound from a Lagrangian relaxation. Each contender runs in a process of its
own, so that its memory is its own; spopt may live in another environment (``--spopt-python``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb

FloatArray = NDArray[np.float64]
SIDE_M, RADIUS_M, SEED = 30_000.0, 1_500.0, 1
PROBLEMS = ("covering", "pmedian")
#: spopt writes one term or variable for each pair: above so many it is not run.
PEER_PAIRS = {"covering": 10_000_000, "pmedian": 100_000}
_PEER = Path(__file__).with_name("spopt_peer.py")


@dataclass(frozen=True)
class Case:
    """A problem of the contest.

    Attributes
    ----------
    problem
        ``covering`` or ``pmedian``.
    demand, candidates, posts
        How many points, places to choose among and places chosen.
    """

    problem: str
    demand: int
    candidates: int
    posts: int


def points(case: Case) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the points, the candidates and the people at each point."""
    random = np.random.default_rng(SEED)
    demand = random.random((case.demand, 2)) * SIDE_M
    candidates = random.random((case.candidates, 2)) * SIDE_M
    return demand, candidates, random.integers(1, 500, case.demand).astype(float)


def ours(case: Case) -> dict[str, Any]:
    """Return our answer, its bound, its seconds and its memory."""
    demand, candidates, people = points(case)
    _import()
    begun = time.perf_counter()
    solved = _covering if case.problem == "covering" else _p_median
    objective, bound = solved(demand, candidates, people, case.posts)
    seconds = time.perf_counter() - begun
    return {"s": seconds, "objective": objective, "bound": bound, "peak_mb": peak_mb()}


def _import() -> None:
    """Import what solves before the clock starts, as spopt is imported before its own."""
    import observatory.model.access
    import observatory.model.siting_solve  # noqa: F401  # imported for its time alone


def _covering(
    demand: FloatArray, candidates: FloatArray, people: FloatArray, posts: int
) -> tuple[float, float]:
    from scipy.sparse import csc_array

    from observatory.model.access import distances
    from observatory.model.siting_problem import Limits, Problem
    from observatory.model.siting_solve import Watch, solve

    near = csc_array(distances(demand, candidates, RADIUS_M))
    near.data[:] = 1.0
    count = len(candidates)
    limits = Limits(posts, np.zeros(count, int), np.ones(count, int), np.ones(count, bool), posts)
    found = solve(Problem(people, np.ones(len(people)), near, limits), Watch(600))
    return found.gain, found.bound


def _p_median(
    demand: FloatArray, candidates: FloatArray, people: FloatArray, posts: int
) -> tuple[float, float]:
    from scipy.spatial.distance import cdist

    from benchmarks.p_median import solve

    return solve(people[:, None] * cdist(demand, candidates), posts)


def measure(case: Case, peer_python: str, timeout_s: float) -> dict[str, Any]:
    """Run both, one after the other, each in its own process."""
    mine = _played([sys.executable, "-m", "benchmarks", "play-siting", json.dumps(asdict(case))])
    found = {
        **asdict(case),
        "ours_s": mine["s"],
        "ours_objective": mine["objective"],
        "bound": mine["bound"],
        "ours_peak_mb": mine["peak_mb"],
    }
    peer: dict[str, Any]
    if case.demand * case.candidates > PEER_PAIRS[case.problem]:
        peer = {"skipped": f"not run: more than {PEER_PAIRS[case.problem]} pairs"}
    else:
        peer = _peer(case, peer_python, timeout_s)
    names = {"s": "spopt_s", "objective": "spopt_objective", "peak_mb": "spopt_peak_mb"}
    found |= {long: peer.get(short) for short, long in names.items()}
    found |= {f"spopt_{name}": peer[name] for name in ("skipped", "version") if name in peer}
    if peer.get("s"):
        found["times_faster"] = peer["s"] / mine["s"]
    return found


def _peer(case: Case, python: str, timeout_s: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "case.npz"
        demand, candidates, people = points(case)
        np.savez(at, demand=demand, candidates=candidates, people=people)
        command = [python, str(_PEER), str(at), case.problem, str(case.posts), str(RADIUS_M)]
        try:
            return _played(command, timeout_s)
        except subprocess.TimeoutExpired:
            return {"skipped": f"not done after {timeout_s:g} s"}
        except subprocess.CalledProcessError as error:
            return {"skipped": (error.stderr or "failed").strip().splitlines()[-1]}


def _played(command: list[str], timeout_s: float | None = None) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=timeout_s)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def write(results: list[dict[str, Any]], folder: Path, command: str) -> None:
    """Write the page of results and their JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "siting.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "siting.md").write_text(page(results, command), encoding="utf-8")


def page(results: list[dict[str, Any]], command: str) -> str:
    """Return the page of results."""
    lines = [
        "# Benchmark of siting",
        "",
        "Our solver (relaxation, greedy with swaps, HiGHS for the proof) beside "
        "[spopt](https://pysal.org/spopt/) (PuLP with HiGHS), each in a process of its own, on "
        "points drawn at random on a square of 30 km. The time is from coordinates to answer.",
        "",
        "Maximal covering counts the people within 1 500 m of a place chosen (more is better); the "
        "p-median sums metres times people to the nearest one (less is better). The bound is the "
        "best that any choice could reach.",
        "",
        "| problem | points, candidates, chosen | ours | spopt | times | ours finds | "
        "spopt finds | bound | memory, ours and spopt |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        peer = one.get("spopt_s")
        spent = f"{peer:.1f} s" if peer else one.get("spopt_skipped", "")
        times = f"{one['times_faster']:.0f}" if "times_faster" in one else ""
        theirs = f"{one['spopt_objective']:,.0f}" if peer else ""
        size = f"{one['demand']}, {one['candidates']}, {one['posts']}"
        memory = f"{one['ours_peak_mb']:.0f} MB"
        memory += f", {one['spopt_peak_mb']:.0f} MB" if peer else ""
        lines.append(
            f"| {one['problem']} | {size} | {one['ours_s']:.2f} s | {spent} | {times} | "
            f"{one['ours_objective']:,.0f} | {theirs} | {one['bound']:,.0f} | {memory} |"
        )
    lines += ["", f"Made by `{command}`.", ""]
    return "\n".join(lines)
