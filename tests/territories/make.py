"""Write ``docs/real-runs.md``: territories built from real files, checked and opened in the app.

``python tests/territories/make.py --from FOLDER`` from the project's root. Each territory is built
from the files at hand, held to the contracts of its tables, and its pages are opened; the facts
stand in one table, beside the population that the INSEE gives.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.build.steps import build
from observatory.geo.perimeter import find_perimeter
from observatory.model.observed import load_facts
from observatory.places.french_communes import commune_table
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import read_manifest
from observatory.words.numbers import number

PAGE = Path("docs/real-runs.md")
#: The four EPT of the 93, three territories on the other side of its border, and all of the 93.
TERRITORIES = (
    "200057867",
    "200057875",
    "200058097",
    "200058790",
    "200057990",
    "200057982",
    "75",
    "93",
)
SHOWN = ("carte", "fiche", "priorites", "trouver", "donnees")
NOT_COVERED = "not covered"
HEAD = """# Territories built from real files

Each line is a build from the official files at hand: `observatory build --from FOLDER --territory
CODE`. `python tests/territories/make.py --from FOLDER` writes this page again.

The residents of the census (RP2016) are summed from the IRIS, and need is carried to the latest
municipal populations; "INSEE" is their sum in the list of communes of the country: an equal figure
says that no commune of the territory lacks. Communes and IRIS are those before 2025. Cells are the
communes whose 200 m cells are at hand. QPV are those that touch the territory, with how many
outlines are known: the others have no figure. A check that is not well is one of the sources: in
Paris an IRIS without residents in the census of 2016 has some in the benefits of 2021.
"""


def main() -> None:
    """Build, check and open every territory, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--from", dest="source", type=Path, required=True)
    asked.add_argument("--keep", type=Path, help="folder to keep the builds in, and find them in")
    asked.add_argument("codes", nargs="*", help="build these only, and write no page")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        kept = given.keep or Path(passing)
        rows = [known(code, given.source, kept) for code in given.codes or TERRITORIES]
    if not given.codes:
        PAGE.write_text(f"{HEAD}\n{_markdown(pd.DataFrame(rows))}\n", encoding="utf-8")


def known(code: str, source: Path, kept: Path) -> dict[str, str]:
    """Return what is to know of one territory, from the last run where it was kept."""
    path = kept / f"{code}.json"
    if not path.is_file():
        path.write_text(json.dumps(run(code, source, kept / code)), encoding="utf-8")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def run(code: str, source: Path, out: Path) -> dict[str, str]:
    """Return what is to know of one territory, as text."""
    if not out.is_dir():
        build(source, code, settings.load({}), out)
    problems = build_problems(out)
    return {
        **facts(out),
        "check": "; ".join(problems) or "all is well",
        "pages": "; ".join(opened(out)) or "open",
    }


def facts(out: Path) -> dict[str, str]:
    """Return the counts of a build; what no source covers is said to be so."""
    manifest, found = read_manifest(out), load_facts(out)
    counts, perimeter = manifest.facts, find_perimeter(manifest.territory, commune_table())
    france = commune_table().set_index("commune")["population"]
    inside = found.communes[found.communes["in_territory"]]
    latest, official = found.ept["population_latest"].iloc[0], france[list(perimeter.today)].sum()
    cells = int(inside["cell_population"].notna().sum())
    known = int(found.qpv["outline_known"].sum())
    return {
        "territory": f"{perimeter.name} ({perimeter.code})",
        "communes": f"{len(inside)}",
        "IRIS": _count(counts["iris"]),
        "residents 2016": _count(counts["population"]),
        "latest": _count(int(latest)),
        "INSEE": _count(int(official)),
        "places": _count(counts["sites"]),
        "France Services": _count(counts.get("france_services")),
        "counsellors' posts": _count(counts.get("counsellor_posts")),
        "REP schools": _count(counts.get("rep_schools")),
        "QPV (outlines)": f"{len(found.qpv)} ({known})",
        "cells": f"{cells} of {len(inside)}",
    }


def _count(value: int | None) -> str:
    return NOT_COVERED if value is None else number(value, "en")


def page() -> None:
    """Show the page that the link names."""
    import importlib

    import streamlit as st

    importlib.import_module(f"observatory.app.pages.{st.query_params['page']}").show()


def opened(out: Path) -> list[str]:
    """Return what goes wrong when the pages of a build are opened."""
    os.environ["OBSERVATORY_BUILD"] = str(out)
    return [f"{name}: {error.message}" for name in SHOWN for error in _open(name).exception]


def _open(name: str) -> AppTest:
    screen = AppTest.from_function(page, default_timeout=300)
    screen.query_params["page"] = name
    return screen.run()


def _markdown(table: pd.DataFrame) -> str:
    lines = [table.columns.tolist(), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    main()
