"""The page of results: a table, a plot and the command that makes them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.contenders import PACKAGES, PEERS

NAMES = {
    "ours": "ours (scipy)",
    "pysal": "pysal access",
    "dwithin": "geopandas dwithin",
    "balltree": "scikit-learn BallTree",
    "duckdb": "DuckDB",
    "ckdtree": "scipy cKDTree",
}


def write(results: Sequence[dict[str, Any]], folder: Path, command: str) -> None:
    """Write ``access.md``, ``access.json`` and ``access.svg``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "access.json").write_text(json.dumps(list(results), indent=1) + "\n", "utf-8")
    (folder / "access.md").write_text(text(results, command), "utf-8")
    _plot(results, folder / "access.svg")


def text(results: Sequence[dict[str, Any]], command: str) -> str:
    """Return the page as Markdown."""
    lines = [
        "# Access, ours beside its peers",
        "",
        "E2SFCA with three steps on synthetic places: people clustered in towns on a 200 m grid,",
        "sites where people are. Seconds, with the peak of memory in MB in brackets; each",
        "contender in a process of its own, all in one run on the same points. Ours is scipy's",
        "sparse matrices, which a territory needs; ours, national, is compiled (numba, an extra),",
        "never keeps the pairs, and is warm: compiling, once for a machine, stands apart.",
        "",
        f"Machine: {machine()}. Versions: {_versions()}.",
        "",
        "| cells | sites | reach m | pairs | ours (scipy) | ours, national (numba) | "
        + " | ".join(NAMES[peer] for peer in PEERS)
        + " | compiling s | reading limit s | national / limit |",
        "|" + "---|" * (9 + len(PEERS)),
        *(_row(result) for result in results),
        "",
        f"Reading limit: {results[0]['bandwidth_formula']}. It is the least that a method could",
        "take which keeps the pairs.",
        "",
        f"Largest difference from ours, national, over all runs: {_agreement(results)}.",
        "",
        *_skipped(results),
        "![Time and memory by number of cells](access.svg)",
        "",
        "Made by:",
        "",
        "```",
        command,
        "```",
        "",
    ]
    return "\n".join(lines)


def _row(result: dict[str, Any]) -> str:
    peers = (_cell(result["peers"].get(peer, {})) for peer in PEERS)
    national = {"s": result["national_s"], "peak_mb": result["national_peak_mb"]}
    return (
        f"| {result['cells']:,} | {result['sites']:,} | {result['catchment']:,.0f} "
        f"| {result['pairs']:,} | {_cell(result['ours'])} | {_cell(national)} | "
        + " | ".join(peers)
        + f" | {result['compile_s']:.1f} | {result['bandwidth_limit_s']:.3g} "
        f"| {result['times_the_limit'] or float('nan'):.1f} |"
    )


def _cell(found: dict[str, Any]) -> str:
    return f"{found['s']:.3g} ({found['peak_mb']:.0f})" if "s" in found else "-"


def _agreement(results: Sequence[dict[str, Any]]) -> str:
    worst: dict[str, float] = {}
    for result in results:
        for peer, found in {"ours": result["ours"], **result["peers"]}.items():
            if "max_abs_diff" in found:
                worst[peer] = max(worst.get(peer, 0.0), found["max_abs_diff"])
    told = [f"{NAMES[peer]} {value:.1e}" for peer, value in worst.items()]
    return ", ".join(told) or "no peer ran"


def _skipped(results: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        f"- {NAMES[peer]} at {result['cells']:,} cells: {found['skipped']}"
        for result in results
        for peer, found in {"ours": result["ours"], **result["peers"]}.items()
        if "skipped" in found
    ]
    return ["Not run:", "", *lines, ""] if lines else []


def machine() -> str:
    """Return what this runs on, in a few words."""
    cores = os.cpu_count()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return f"{cores} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}"


def _versions() -> str:
    told = [f"Python {platform.python_version()}"]
    for package in ("numpy", "numba", *PACKAGES.values()):
        try:
            told.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(told)


def _plot(results: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw time and memory by number of cells, at the reach that most runs have."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "access"
    reaches = [result["catchment"] for result in results]
    usual = max(set(reaches), key=reaches.count)
    shown = sorted((r for r in results if r["catchment"] == usual), key=lambda r: r["cells"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5))
    for name in ("national", "ours", *PEERS):
        found = [(r["cells"], _outcome(r, name)) for r in shown]
        at = [(cells, one) for cells, one in found if "s" in one]
        style = {"marker": "o", "linewidth": 3 if name in ("national", "ours") else 1.2}
        label = NAMES.get(name, "ours, national (numba)")
        left.plot([c for c, _ in at], [one["s"] for _, one in at], label=label, **style)
        right.plot([c for c, _ in at], [one["peak_mb"] for _, one in at], label=label, **style)
    limits = [r["bandwidth_limit_s"] for r in shown]
    left.plot([r["cells"] for r in shown], limits, "k:", label="reading the pairs once a step")
    for axes, title in ((left, "seconds"), (right, "peak memory, MB")):
        axes.set(xscale="log", yscale="log", xlabel="cells", title=title)
        axes.grid(alpha=0.3)
    left.legend(fontsize=8)
    figure.suptitle(f"E2SFCA, reach {usual:,.0f} m")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _outcome(result: dict[str, Any], name: str) -> dict[str, Any]:
    if name == "national":
        return {"s": result["national_s"], "peak_mb": result["national_peak_mb"]}
    found: dict[str, Any] = result["ours"] if name == "ours" else result["peers"].get(name, {})
    return found
