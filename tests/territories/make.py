"""Write ``docs/real-runs.md``: territories built from real files, checked and opened in the app.

``python tests/territories/make.py --from FOLDER`` from the project's root. All territories are
built in one call into one dataset, with what lies around each; each is opened there, held to the
contracts of its tables, and its pages are opened. The facts stand in one table, beside the
population that the INSEE gives.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.build.engine import Engine
from observatory.build.many import Outcome, Task, build_many, missing
from observatory.errors import ObservatoryError
from observatory.geo.perimeter import find_perimeter
from observatory.model.observed import load_facts
from observatory.places.french_communes import commune_table
from observatory.tables.dataset import Dataset
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import read_manifest
from observatory.tables.not_covered import ALL_COMMUNES, LACKING
from observatory.words.numbers import number

PAGE = Path("docs/real-runs.md")
#: The EPT of the 93, those of the other side of its border and Paris, all of the 93; and the EPT
#: whose outlines are not at hand.
TERRITORIES = (
    "200057867",
    "200057875",
    "200058097",
    "200058790",
    "200057990",
    "200057982",
    "200057974",
    "200057966",
    "75",
    "93",
    "200057941",
    "200058006",
    "200058014",
)
AROUND_KM = 3
#: Pages that are opened once a territory's first page stands.
SHOWN = ("fiche", "priorites", "trouver", "donnees")
NOT_COVERED = "not covered"
HEAD = """# Territories built from real files

All of these are built in one call, each with what lies within 3 km of it, into one dataset that
the app opens ([how](how-to/many-territories.md)): the EPT of the Métropole du Grand Paris whose
outlines are in the files at hand, Paris, and the whole of Seine-Saint-Denis. `python
tests/territories/make.py --from FOLDER` writes this page again.

The residents of the census (RP2016) are summed from the IRIS, and need is carried to the latest
municipal populations; "INSEE" is their sum in the list of communes of the country: an equal figure
says that no commune of the territory lacks. Communes and IRIS are those before 2025. Cells are the
communes whose 200 m cells are at hand. QPV are those that touch the territory, with how many
outlines are known: the others have no figure. A check that is not well is one of the sources: in
Paris an IRIS without residents in the census of 2016 has some in the benefits of 2021. The first
page is that of a running app that has nothing of the territory yet, in seconds of a processor;
four more pages are opened after it.
"""
REFUSED = """## Refused

A territory is built of its communes whose outlines are at hand. Where some lack, every page, its
sheet, `gaps`, `status`, the exports and the choice of a territory say of how many its figures are
without; where all lack, as here, nothing is built, and the files to get are named. The others are
built all the same.
"""


def main() -> None:
    """Build, check and open every territory, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--from", dest="source", type=Path, required=True)
    asked.add_argument("--keep", type=Path, help="dataset to write, or to take up where it stopped")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--page", type=Path, default=PAGE)
    asked.add_argument("codes", nargs="*", help="these only")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        dataset = Dataset(str((given.keep or Path(passing) / "france").resolve()))
        codes = given.codes or TERRITORIES
        failed = built(codes, given.source.resolve(), dataset, given.workers)
        there = [code for code in codes if code not in failed]
        table = pd.DataFrame(known(there, dataset, Path(passing)))
    text = f"{HEAD}\n{_markdown(table)}\n" + (f"\n{REFUSED}\n{_refused(failed)}" if failed else "")
    given.page.write_text(text, encoding="utf-8")


def built(
    codes: tuple[str, ...], source: Path, dataset: Dataset, workers: int
) -> dict[str, Outcome]:
    """Build what the dataset does not have yet, in one call; return what could not be."""
    tasks = [
        Task(code, source, dataset.url, settings.load({}), around_m=1000 * AROUND_KM)
        for code in missing(codes, dataset.url)
    ]
    done = build_many(tasks, Engine(workers=workers)) if tasks else ()
    return {one.territory: one for one in done if one.error is not None}


def known(codes: list[str], dataset: Dataset, passing: Path) -> list[dict[str, str]]:
    """Return what is to know of each territory, as text."""
    os.environ |= {"OBSERVATORY_DATASET": dataset.url, "XDG_CACHE_HOME": str(passing)}
    first_page(codes[-1])  # what a server does once
    rows = []
    for code in codes:
        began = time.process_time()
        wrong = first_page(code)
        seconds = time.process_time() - began
        out = dataset.open(dataset.entry(code), settings.load().kept)
        wrong += [f"{name}: {error}" for name in SHOWN for error in _open(name, code)]
        rows.append(
            {
                **facts(out),
                "check": "; ".join(build_problems(out)) or "all is well",
                "first page, s": "-" if code == codes[-1] else f"{seconds:.1f}",
                "pages": "; ".join(wrong) or "open",
            }
        )
    return rows


def first_page(code: str) -> list[str]:
    """Open the first page of a territory, and return what goes wrong."""
    screen = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=300)
    screen.query_params["territory"] = code
    return [error.message for error in screen.run().exception]


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
        "communes": f"{len(inside)}{_lacking(counts)}",
        "IRIS": _count(counts["iris"]),
        "residents 2016": _count(counts["population"]),
        "latest": _count(int(latest)),
        "INSEE": _count(int(official)),
        "places": _count(counts["places"]),
        "France Services": _count(counts.get("france_services")),
        "counsellors' posts": _count(counts.get("counsellor_posts")),
        "REP schools": _count(counts.get("rep_schools")),
        "QPV (outlines)": f"{len(found.qpv)} ({known})",
        "cells": f"{cells} of {len(inside)}",
    }


def _lacking(counts: Mapping[str, int]) -> str:
    """Return how many communes of a territory no file draws; nothing where every one is."""
    lacking = counts.get(LACKING)
    return f" ({lacking} of {counts[ALL_COMMUNES]} of today not drawn)" if lacking else ""


def _count(value: int | None) -> str:
    return NOT_COVERED if value is None else number(value, "en")


def page() -> None:
    """Show the page that the link names."""
    import importlib

    import streamlit as st

    importlib.import_module(f"observatory.app.pages.{st.query_params['page']}").show()


def _open(name: str, code: str) -> list[str]:
    """Return what goes wrong when a page of a territory is opened."""
    screen = AppTest.from_function(page, default_timeout=300)
    screen.query_params["page"] = name
    screen.query_params["territory"] = code
    return [error.message for error in screen.run().exception]


def _refused(failed: dict[str, Outcome]) -> str:
    lines = []
    for code, outcome in failed.items():
        name, error = find_perimeter(code, commune_table()).name, outcome.error
        known = isinstance(error, ObservatoryError)
        why = f"{error.expected}: {error.found}; {error.next_step}" if known else str(error)
        lines.append(f"- {name} ({code}): {why}.\n")
    return "".join(lines)


def _markdown(table: pd.DataFrame) -> str:
    lines = [table.columns.tolist(), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    main()
