"""``python -m benchmarks access --cells N --sites M --catchment METRES --json``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import (
    access,
    cells,
    contest,
    counsellor,
    directory,
    draws,
    load,
    matching,
    page,
    scenario,
    sessions,
    siting,
    steps,
    territories,
)
from benchmarks.contenders import CONTENDERS, PEERS

# Cells, sites and reach of the full run; the last two are every inhabited cell of France, a size
# for the compiled engine: with --max-peer-cells the peers sit out.
ALL = (
    (1_000, 50, 15_000.0),
    (5_000, 500, 15_000.0),
    (20_000, 3_000, 15_000.0),
    (100_000, 8_000, 15_000.0),
    (374_000, 20_000, 15_000.0),
    (2_300_000, 20_000, 2_500.0),
    (2_300_000, 20_000, 15_000.0),
)
DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Our measures beside their peers, in one run."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("access", help="E2SFCA by straight line: time, memory, agreement")
    one.add_argument("--cells", type=_count, default=20_000, help="demand cells of 200 m")
    one.add_argument("--sites", type=_count, default=3_000)
    one.add_argument("--catchment", type=float, default=15_000.0, help="reach in metres")
    one.add_argument(
        "--peers", default="all", help=f"all, none, or some of {','.join(PEERS)} (commas)"
    )
    one.add_argument(
        "--max-peer-cells", type=_count, default=None, help="above as many cells peers sit out"
    )
    one.add_argument("--timeout", type=float, default=1800.0, help="longest run of a peer, seconds")
    one.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    one.add_argument("--all", action="store_true", help="every size; writes the page of results")
    one.add_argument("--up-to", type=_count, default=None, help="with --all, no size above it")
    one.add_argument("--out", type=Path, default=DOCS, help="folder of the page (with --all)")
    whole = commands.add_parser("directory", help="places: clean, match, find, draw, memory")
    whole.add_argument("--places", type=_count, default=100_000)
    whole.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    whole.add_argument("--out", type=Path, default=None, help="folder of directory.md and .json")
    whole.add_argument(
        "--steps", type=_steps, default=tuple(steps.STEPS), help=f"some of {','.join(steps.STEPS)}"
    )
    minute = commands.add_parser("counsellor", help="server time of the page Trouver un lieu")
    minute.add_argument("--rounds", type=_count, default=15)
    series = commands.add_parser("draws", help="the draws of the edition: time and memory")
    series.add_argument("--draws", type=_count, default=1000)
    plan = commands.add_parser("scenario", help="one change, and its paired draws")
    plan.add_argument("--draws", type=_count, default=200)
    plan.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    many = commands.add_parser("sessions", help="visitors at once, each with its own scenario")
    many.add_argument("--sessions", type=_count, default=20)
    many.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    where = commands.add_parser("siting", help="places of posts: time, memory, agreement, bound")
    where.add_argument("--problem", choices=siting.PROBLEMS, default="covering")
    where.add_argument("--demand", type=_count, default=5_000)
    where.add_argument("--candidates", type=_count, default=1_000)
    where.add_argument("--posts", type=_count, default=40)
    where.add_argument("--spopt-python", default=sys.executable, help="the python that has spopt")
    where.add_argument(
        "--timeout", type=float, default=1800.0, help="longest run of spopt, seconds"
    )
    where.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    where.add_argument("--all", action="store_true", help="every case; writes the page of results")
    where.add_argument("--out", type=Path, default=DOCS, help="folder of the page (with --all)")
    many = commands.add_parser("load", help="visitors at once: seconds and processor of a page")
    many.add_argument("--visitors", type=_count, default=50)
    many.add_argument("--pages", type=_count, default=4, help="pages each opens in a row")
    many.add_argument(
        "--memory-pages", type=int, default=500, help="pages over which memory is looked at, or 0"
    )
    many.add_argument("--build", default="nowhere", help="folder of the build (else the edition)")
    many.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    pairs = commands.add_parser("matching", help="labelled pairs of real places, beside a peer")
    pairs.add_argument("--from", dest="sources", type=Path, default=Path("../shared/data"))
    pairs.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    pairs.add_argument("--out", type=Path, default=None, help="folder of matching.md and .json")
    grid = commands.add_parser("cells", help="the 200 m cells of the country for one territory")
    grid.add_argument("--ground", type=Path, required=True, help="folder of the made-up files")
    grid.add_argument("--cells", type=_count, default=cells.CELLS)
    grid.add_argument("--json", action="store_true", help="print JSON (else a line of text)")
    grid.add_argument("--out", type=Path, default=None, help="folder of cells.md and .json")
    country = commands.add_parser("national", help="many territories of a made-up France")
    country.add_argument("--from", dest="sources", type=Path, default=Path("../shared/data"))
    country.add_argument("--ground", type=Path, required=True, help="folder of the made-up files")
    country.add_argument("--territories", type=_counts, default=(10,), help="sizes, by commas")
    country.add_argument("--workers", type=_counts, default=(1, 2), help="workers, by commas")
    country.add_argument("--json", action="store_true", help="print JSON (else a line a run)")
    country.add_argument("--out", type=Path, default=None, help="folder of national.md and .json")
    built = commands.add_parser("play-territories", help="one run here (used by national)")
    built.add_argument("ground", type=Path)
    built.add_argument("territories", type=_count)
    built.add_argument("workers", type=_count)
    read = commands.add_parser("play-cells", help="one way of reading here (used by cells)")
    read.add_argument("who", choices=list(cells.READ))
    read.add_argument("path", type=Path)
    placed = commands.add_parser("play-siting", help="run our solver here (used by siting)")
    placed.add_argument("case", type=json.loads)
    play = commands.add_parser("play", help="run one contender here (used by the others)")
    play.add_argument("name", choices=list(CONTENDERS))
    play.add_argument("points", type=Path)
    play.add_argument("catchment", type=float)
    play.add_argument("answer", type=Path)
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a number of 1 or more")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(_count(one) for one in text.split(","))


def _steps(text: str) -> tuple[str, ...]:
    asked = text.split(",")
    unknown = [name for name in asked if name not in steps.STEPS]
    if unknown:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(steps.STEPS)}: {unknown}")
    # A step needs what those before it leave.
    return tuple(name for name in steps.STEPS if name in {"clean", "match", *asked})


def _peers(text: str) -> tuple[str, ...]:
    if text in ("all", "none"):
        return PEERS if text == "all" else ()
    asked = tuple(name.strip() for name in text.split(","))
    unknown = [name for name in asked if name not in PEERS]
    if unknown:
        raise SystemExit(f"--peers: expected some of {', '.join(PEERS)}; found {unknown}")
    return asked


def _contest(asked: argparse.Namespace, size: tuple[int, int, float]) -> access.Contest:
    return access.Contest(
        *size,
        peers=_peers(asked.peers),
        max_peer_cells=asked.max_peer_cells,
        timeout_s=asked.timeout,
    )


def _all(asked: argparse.Namespace, command: str) -> None:
    results: list[dict[str, Any]] = []
    for size in ALL:
        if asked.up_to is not None and size[0] > asked.up_to:
            continue
        print("cells {}, sites {}, reach {} m".format(*size), file=sys.stderr)
        results.append(access.measure(_contest(asked, size)))
        page.write(results, asked.out, command)
    if asked.json:
        print(json.dumps(results, indent=1))


def _directory(asked: argparse.Namespace, command: str) -> None:
    found = directory.measure(asked.places, asked.steps)
    if asked.out is not None:
        directory.write(found, asked.out, command)
    spent = ((name, one["wall_s"], one["peak_mb"]) for name, one in found["steps"].items())
    told = "; ".join(f"{name} {wall:.1f} s, {peak:.0f} MB" for name, wall, peak in spent)
    print(json.dumps(found, indent=1) if asked.json else told)


def _load(asked: argparse.Namespace) -> None:
    found = load.measure(asked.visitors, asked.pages, asked.memory_pages, asked.build)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, one in found.items():
        print(name, ", ".join(f"{key} {value}" for key, value in one.items()))


def _matching(asked: argparse.Namespace, command: str) -> None:
    found = matching.measure(asked.sources)
    if asked.out is not None:
        matching.write(found, asked.out, command)
    ours, peer = (found["report"][who] for who in ("ours", "national"))
    told = "; ".join(
        f"{name} {ours[name]['share']} (national rule {peer[name]['share']})"
        for name in ("precision", "recall")
    )
    print(json.dumps(found, indent=1) if asked.json else told)


def _cells(asked: argparse.Namespace, command: str) -> None:
    found = cells.measure(asked.ground, asked.cells)
    if asked.out is not None:
        cells.write(found, asked.out, command)
    told = (
        f"{name} {one['s']:.1f} s, {one['peak_mb']:.0f} MB" for name, one in found["ways"].items()
    )
    print(json.dumps(found, indent=1) if asked.json else "; ".join(told))


def _national(asked: argparse.Namespace, command: str) -> None:
    ground = territories.ground(asked.sources, asked.ground)
    found: dict[str, Any] = {"ground": ground, "runs": territories.former(asked.out)}
    for many in asked.territories:
        for workers in asked.workers:
            run = territories.measure(asked.ground, many, workers)
            found["runs"] = territories.with_run(found["runs"], run)
            if asked.out is not None:
                territories.write(found, asked.out, command)
    told = (f"{r['built']} with {r['workers']}: {r['cpu_s']} CPU s" for r in found["runs"])
    print(json.dumps(found, indent=1) if asked.json else "; ".join(told))


#: The cases of the page of siting.
SITED = (
    siting.Case("covering", 1_000, 200, 10),
    siting.Case("covering", 5_000, 1_000, 40),
    siting.Case("pmedian", 300, 60, 10),
    siting.Case("pmedian", 5_000, 1_000, 40),
)


def _siting(asked: argparse.Namespace, command: str) -> None:
    one = siting.Case(asked.problem, asked.demand, asked.candidates, asked.posts)
    results = []
    for case in SITED if asked.all else (one,):
        results.append(siting.measure(case, asked.spopt_python, asked.timeout))
        if asked.all:
            siting.write(results, asked.out, command)
    if asked.json:
        print(json.dumps(results if asked.all else results[0], indent=1))
        return
    for found in results:
        peer = found["spopt_s"]
        told = f"spopt {peer:.2f} s" if peer else f"spopt: {found.get('spopt_skipped')}"
        print(f"{found['problem']}: ours {found['ours_s']:.2f} s; {told}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    asked = _parser().parse_args(given)
    if asked.command == "play":
        contest.play(asked.name, asked.points, asked.catchment, asked.answer)
    elif asked.command == "counsellor":
        print(json.dumps(counsellor.measure(asked.rounds)))
    elif asked.command == "draws":
        print(json.dumps(draws.measure(asked.draws)))
    elif asked.command == "scenario":
        found = scenario.measure(asked.draws)
        told = f"a change {found['change_s']} s, its draws {found['paired_draws_s']} s"
        print(json.dumps(found) if asked.json else told)
    elif asked.command == "sessions":
        found = sessions.measure(asked.sessions)
        told = f"{found['wrong']} wrong of {found['answers']} answers; a rerun {found['rerun_s']} s"
        print(json.dumps(found) if asked.json else told)
    elif asked.command == "load":
        _load(asked)
    elif asked.command == "matching":
        _matching(asked, "python -m benchmarks " + " ".join(given))
    elif asked.command == "directory":
        _directory(asked, "python -m benchmarks " + " ".join(given))
    elif asked.command == "siting":
        _siting(asked, "python -m benchmarks " + " ".join(given))
    elif asked.command == "cells":
        _cells(asked, "python -m benchmarks " + " ".join(given))
    elif asked.command == "play-cells":
        cells.play(asked.who, asked.path)
    elif asked.command == "national":
        _national(asked, "python -m benchmarks " + " ".join(given))
    elif asked.command == "play-territories":
        print(json.dumps(territories.play(asked.ground, asked.territories, asked.workers)))
    elif asked.command == "play-siting":
        print(json.dumps(siting.ours(siting.Case(**asked.case))))
    elif asked.all:
        _all(asked, "python -m benchmarks " + " ".join(given))
    else:
        found = access.measure(_contest(asked, (asked.cells, asked.sites, asked.catchment)))
        mine = found["ours"]
        plain = f"{mine['s']:.3f} s, {mine['peak_mb']:.0f} MB" if "s" in mine else mine["skipped"]
        national = f"{found['national_s']:.3f} s, {found['national_peak_mb']:.0f} MB"
        told = f"ours (scipy) {plain}; ours, national (numba) {national}"
        print(json.dumps(found, indent=1) if asked.json else told)


if __name__ == "__main__":
    main()
