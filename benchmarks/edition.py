"""What the edition takes to compute: its draws, one change of a scenario, the change's draws."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from benchmarks import draws, page, scenario

DRAWS, PAIRED = 1000, 200
#: What each must stay under, seconds: a thousand draws of processor, the others of clock.
LIMITS = {"draws": draws.LIMIT_S, "change": 0.05, "paired": 1.0}


def measure(count: int = DRAWS, paired: int = PAIRED) -> dict[str, Any]:
    """Return the seconds of each, and how busy the machine was (load over a minute)."""
    whole, plan = draws.measure(count), scenario.measure(paired)
    return {
        "draws": {"count": count, "best_s": whole["cpu_s"], "clock_s": whole["wall_s"]},
        "change": {"count": 1, "best_s": plan["change_best_s"], "clock_s": plan["change_s"]},
        "paired": {
            "count": paired,
            "best_s": plan["paired_draws_best_s"],
            "clock_s": plan["paired_draws_s"],
        },
        "peak_mb": whole["peak_mb"],
        "load": round(os.getloadavg()[0], 1),
        "machine": page.machine(),
    }


def write(found: dict[str, Any], folder: Path, command: str) -> None:
    """Write the page of results and their JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "edition.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "edition.md").write_text(text(found, command), encoding="utf-8")


def text(found: dict[str, Any], command: str) -> str:
    """Return the page of results."""
    named = {
        "draws": f"{found['draws']['count']} draws, whence every interval (processor; clock)",
        "change": "one change of a scenario, by commune (best; median of nine)",
        "paired": f"its {found['paired']['count']} paired draws (best; median of nine)",
    }
    lines = [
        "# Time of the edition",
        "",
        f"Made by `{command}` on {found['machine']}, load {found['load']} (programs that wanted a "
        f"processor, this one among them). The draws took up to {found['peak_mb']} MB.",
        "",
        "| what | limit, s | first, s | second, s |",
        "|---|---:|---:|---:|",
    ]
    for name, says in named.items():
        one = found[name]
        lines.append(f"| {says} | {LIMITS[name]:g} | {one['best_s']:g} | {one['clock_s']:g} |")
    held = [name for name in LIMITS if found[name]["best_s"] <= LIMITS[name]]
    over = sorted(set(LIMITS) - set(held))
    lines += ["", f"Over the limit: {', '.join(over)}." if over else "All are within the limits."]
    return "\n".join(lines) + "\n"
