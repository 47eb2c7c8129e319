"""Break each formula on purpose, one line at a time, and name the test that notices.

Run by hand, since it is slow::

    python tests/mutations.py --to docs/mutations.md

Each mutation is made in a copy of the project; the copy's own tests are run on it.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("observatory", "tests", "data")
WORKERS = 2


@dataclass(frozen=True)
class Mutation:
    """One line of a module, what it becomes, and what is thereby wrong."""

    module: str
    line: str
    becomes: str
    wrong: str


MUTATIONS = (
    Mutation("need/zones", "by_age = people @ np.array(fitted.margins.age_rate)",
             "by_age = people.sum(axis=1) * fitted.margins.rate", "ages no longer weigh"),
    Mutation("need/zones", "high = most + noise(most, assumptions)",
             "high = most - noise(most, assumptions)", "sign of the noise"),
    Mutation("need/zones", 'assumptions.number("need.census.deff") * (1 - fraction) / fraction',
             'assumptions.number("need.census.deff") / fraction',
             "no correction for the share asked"),
    Mutation("need/zones", "slope = contrast * logit(declared.to_numpy())",
             "slope = logit(declared.to_numpy())", "no contrast between IRIS"),
    Mutation("need/zones", "np.bincount(at, people[held] * expit(slope[held] + middle[at]), count)",
             "np.bincount(at, expit(slope[held] + middle[at]), count)",
             "residents no longer weigh"),
    Mutation("need/model",
             "shift = logit(np.asarray(poverty_pct, dtype=float) / 100) - logit(known.poverty)",
             "shift = logit(np.asarray(poverty_pct, dtype=float) / 100) + logit(known.poverty)",
             "sign of the national poverty"),
    Mutation("need/model",
             "return float(expit(logit(rate_2021) + logit(known.rate) - logit(known.total_2021)))",
             "return rate_2021", "rates of 2021 not carried to the level of 2019"),
    Mutation("capacity",
             'return at("capacity.counsellor.contract_h_per_week") '
             '* at("capacity.counsellor.public_share")',
             'return at("capacity.counsellor.contract_h_per_week")', "no share with the public"),
    Mutation("capacity", 'names = ("agents", "digital_share")', 'names = ("digital_share",)',
             "agents not counted"),
    Mutation("capacity", 'age > assumptions.number("freshness.stale_months"),',
             'age >= assumptions.number("freshness.stale_months"),', "the limit is stale too soon"),
    Mutation("access/floating", "access[i] += weight[i] * ratio[j]", "access[i] += ratio[j]",
             "distance no longer weighs in the second step"),
    Mutation("access/floating",
             "AccessResult(sites.sums(ratio, demand, decay), ratio, reached, heard)",
             "AccessResult(sites.sums(hours, demand, decay), ratio, reached, heard)",
             "help not shared among those who reach it"),
    Mutation("access/floating", "people[far <= limit].sum() / whole",
             "people[far < limit].sum() / whole", "the threshold itself is left out"),
    Mutation("access/decay", "return speed_kmh * 1000.0 / 60.0 / detour",
             "return speed_kmh * 1000.0 / 60.0 * detour", "the detour shortens the walk"),
    Mutation("access/decay", "return speed_kmh * 1000.0 / 60.0 / detour",
             "return speed_kmh * 1000.0 / 3600.0 / detour", "metres a second for metres a minute"),
    Mutation("gap",
             "surplus: FloatArray = (np.asarray(access_h_per_100, dtype=float) - norm) "
             "/ 100 * people",
             "surplus: FloatArray = (norm - np.asarray(access_h_per_100, dtype=float)) "
             "/ 100 * people", "sign of the balance"),
    Mutation("gap",
             "surplus: FloatArray = (np.asarray(access_h_per_100, dtype=float) - norm) "
             "/ 100 * people",
             "surplus: FloatArray = (np.asarray(access_h_per_100, dtype=float) - norm) * people",
             "per 100 people taken as per person"),
    Mutation("gap", "return float(people @ reached / people.sum())",
             "return float(reached.mean())", "the norm no longer weighs need"),
    Mutation("gap", "return hours / given",
             'return hours / assumptions.number("gap.etp_h_per_week")',
             "posts that never prepare nor travel"),
    Mutation("gap", 'return etp * assumptions.number("gap.post_cost_eur")',
             'return etp / assumptions.number("gap.post_cost_eur")', "cost divided by its price"),
    Mutation("gap", "held = (points[source].where(weight > 0, 0.0) * weight)",
             "held = (points[source].where(weight > 0, 0.0))", "means that no longer weigh need"),
    Mutation("equity", "return float(1.0 - np.sum(np.diff(people) * (help_[1:] + help_[:-1])))",
             "return float(1.0 + np.sum(np.diff(people) * (help_[1:] + help_[:-1])))",
             "sign of the area"),
    Mutation("equity", "return max(float(share @ (ratio * logs)), 0.0)",
             "return max(float(share @ logs), 0.0)", "Theil without its weight"),
    Mutation("equity", "pooled = np.bincount(group, weights=weight * value) / held",
             "pooled = np.bincount(group, weights=value) / held", "people no longer weigh"),
    Mutation("equity", "return float(means[0] / means[1]) if",
             "return float(means[1] / means[0]) if", "outside over inside"),
    Mutation("sensitivity", "ranks = values.rank(axis=1, ascending=not highest_is_worst)",
             "ranks = values.rank(axis=1, ascending=highest_is_worst)", "the best is called worst"),
    Mutation("sensitivity", "return float(np.abs(signs[0] - signs[1])[pairs].mean() / 2)",
             "return float(np.abs(signs[0] - signs[1])[pairs].mean())", "pairs counted twice"),
    Mutation("observe", "return 100 * walked, 100 * spread", "return walked, 100 * spread",
             "hours a person mixed with hours per 100"),
    Mutation("observe", "access[inside] += hours / people", "access[inside] += hours",
             "help to an area not shared in it"),
    Mutation("observe", 'points["in_territory"].to_numpy() if choice == "ept" else',
             'points["in_territory"].to_numpy() if choice != "ept" else', "norms swapped"),
    Mutation("replay", "heard = need_at @ weight", "heard = need_at @ (weight > 0)",
             "distance no longer weighs in the draws"),
    Mutation("replay", "return np.asarray(self._held * by_row, dtype=float)",
             "return np.asarray(self._held, dtype=float)", "drawn shares change no hours"),
)  # fmt: skip

SPEC = "tests/spec/test_tables.py"
#: The tests of a module: those of the spec first, so that they are named where they notice.
TESTS = {
    "need/zones": (SPEC, "tests/unit/test_need.py"),
    "need/model": (SPEC, "tests/unit/test_need.py"),
    "capacity": (SPEC, "tests/unit/test_capacity.py"),
    "access/floating": ("tests/spec/test_access_tables.py", "tests/unit/test_access.py"),
    "access/decay": ("tests/spec/test_access_tables.py", "tests/unit/test_access.py"),
    "gap": (SPEC, "tests/unit/test_gap.py", "tests/unit/test_observe.py"),
    "equity": (SPEC, "tests/unit/test_equity.py"),
    "sensitivity": (SPEC, "tests/unit/test_sensitivity.py"),
    "observe": ("tests/unit/test_observe.py",),
    "replay": ("tests/unit/test_replay.py",),
}


def module_path(root: Path, module: str) -> Path:
    """Give the file of a module of the core."""
    return root / "observatory" / "core" / f"{module}.py"


def caught_by(mutation: Mutation) -> str:
    """Give the first test that fails on the mutation, or the empty string."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name)
        shutil.copy2(ROOT / "pyproject.toml", copy)
        path = module_path(copy, mutation.module)
        path.write_text(path.read_text("utf-8").replace(mutation.line, mutation.becomes), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *TESTS[mutation.module]], cwd=copy, capture_output=True, text=True
        )
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if failed is None and done.returncode != 0:
        return f"pytest stopped with code {done.returncode}"
    return failed[1] if failed else ""


def page(found: list[tuple[Mutation, str]]) -> str:
    """Give the results as Markdown."""
    caught = sum(bool(test) for _, test in found)
    lines = [
        "# Formulas broken on purpose",
        "",
        f"{caught} of {len(found)} mutations are caught. Each breaks one line of",
        "`observatory/core` in a copy of the project and runs that module's tests; the first that",
        "fails is named.",
        "",
        "| module | what is wrong | the line becomes | test that fails |",
        "|---|---|---|---|",
        *(
            f"| `{mutation.module}` | {mutation.wrong} | `{mutation.becomes}` "
            f"| {f'`{test}`' if test else '**none**'} |"
            for mutation, test in found
        ),
        "",
        "Made by:",
        "",
        "```sh",
        "python tests/mutations.py --to docs/mutations.md",
        "```",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run every mutation; exit code 1 if one is not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, help="write the table there; print it otherwise")
    parser.add_argument("--module", help="only the mutations of one module")
    asked = parser.parse_args()
    chosen = [item for item in MUTATIONS if asked.module in (None, item.module)]
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(zip(chosen, pool.map(caught_by, chosen), strict=True))
    text = page(found)
    if asked.to is None:
        sys.stdout.write(text)
    else:
        asked.to.write_text(text, "utf-8")
    return 0 if all(test for _, test in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
