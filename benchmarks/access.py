"""Access at scale: ours beside its peers on the same points, with time, memory and agreement."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from benchmarks import contest, limit, points
from benchmarks.contenders import BYTES_A_PAIR, PACKAGES, PEERS

MODULES = {"scikit-learn": "sklearn"}


@dataclass(frozen=True)
class Contest:
    """What to measure.

    Attributes
    ----------
    cells, sites, catchment
        How many of each, and the reach in metres.
    peers
        Names of the contenders beside ours.
    max_peer_cells
        Above as many cells peers sit out; ``None`` for no limit.
    timeout_s
        Longest run of a contender.
    """

    cells: int
    sites: int
    catchment: float
    peers: Sequence[str] = PEERS
    max_peer_cells: int | None = None
    timeout_s: float = 900.0
    seed: int = 93


def measure(what: Contest) -> dict[str, Any]:
    """Run ours and the peers on the same points; give what the command prints as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = points.make(what.cells, what.sites, what.seed)
        given.save(folder / "points.npz")
        site_tree, demand_tree = cKDTree(given.site_xy), cKDTree(given.demand_xy)
        pairs = int(site_tree.count_neighbors(demand_tree, what.catchment))
        del given, site_tree, demand_tree
        result = _ours(what, pairs, folder)
        speed = limit.bytes_a_second()
        floor = limit.seconds(pairs, speed)
        result |= {
            "pairs": pairs,
            "bandwidth_gb_s": speed / 1e9,
            "bandwidth_limit_s": floor,
            "bandwidth_formula": limit.FORMULA,
            "times_the_limit": result["national_s"] / floor if floor else None,
        }
        result["peers"] = {peer: _peer(peer, what, pairs, folder) for peer in what.peers}
    asked = {key: value for key, value in asdict(what).items() if key not in ("peers", "timeout_s")}
    return asked | result


def _ours(what: Contest, pairs: int, folder: Path) -> dict[str, Any]:
    """Run the compiled engine twice, in a process that compiles and in one that need not; scipy."""
    at = (folder / "points.npz", what.catchment)
    options: dict[str, Any] = {"cache": folder / "machine code", "timeout_s": what.timeout_s}
    cold = contest.run("ours_national", *at, folder / "national.npy", **options)
    warm = contest.run("ours_national", *at, folder / "national.npy", **options)
    told = {
        "national_s": warm.s,
        "compile_s": max(cold.first_s - warm.first_s, 0.0),
        "load_s": max(warm.first_s - warm.s, 0.0),
        "national_peak_mb": max(cold.peak_mb, warm.peak_mb),
    }
    reason = too_large("ours", pairs)
    if reason:
        return told | {"ours": {"skipped": reason}}
    mine = contest.run("ours", *at, folder / "ours.npy", **options)
    far = _difference(folder, "ours")
    return told | {"ours": {"s": mine.s, "peak_mb": mine.peak_mb, "max_abs_diff": far}}


def _peer(name: str, what: Contest, pairs: int, folder: Path) -> dict[str, Any]:
    reason = why_not(name, what, pairs)
    if reason:
        return {"skipped": reason}
    try:
        outcome = contest.run(
            name,
            folder / "points.npz",
            what.catchment,
            folder / f"{name}.npy",
            cache=folder / "machine code",
            timeout_s=what.timeout_s,
        )
    except RuntimeError as error:
        return {"skipped": f"did not finish: {error}"}
    difference = _difference(folder, name)
    (folder / f"{name}.npy").unlink()
    return {"s": outcome.s, "peak_mb": outcome.peak_mb, "max_abs_diff": difference}


def why_not(name: str, what: Contest, pairs: int) -> str | None:
    """Return why a peer sits out, or ``None``."""
    package = PACKAGES[name]
    if find_spec(MODULES.get(package, package)) is None:
        return f"{package} is not installed (pip install '.[bench]')"
    if what.max_peer_cells is not None and what.cells > what.max_peer_cells:
        return f"{what.cells} cells, above --max-peer-cells {what.max_peer_cells}"
    return too_large(name, pairs)


def too_large(name: str, pairs: int) -> str | None:
    """Return how much memory a contender would lack, or ``None``."""
    needed, free = BYTES_A_PAIR[name] * pairs, free_memory()
    if needed > free:
        return f"needs about {needed / 1e9:.1f} GB for {pairs} pairs; {free / 1e9:.1f} GB are free"
    return None


def free_memory() -> float:
    """Return the bytes of memory free for a new process, or infinity where it is not told."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError):
        return float("inf")


def _difference(folder: Path, name: str) -> float:
    ours, other = np.load(folder / "national.npy"), np.load(folder / f"{name}.npy")
    return float(np.abs(ours - other).max(initial=0.0))
