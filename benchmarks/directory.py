"""The directory at the scale of a country: clean, match, find and draw, with time and memory.

The places are made up from a seed, as clustered as a country's: communes of very unequal size,
names and streets that repeat from one commune to the next, and a second record of some places by
another source, spelt otherwise. The truth being known, what matching joins is counted too.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.memory import peak_mb
from observatory import settings
from observatory.app.markup import NONE, html_table
from observatory.app.quality import place_rows
from observatory.app.words import load_words
from observatory.contracts.places import CLOSED
from observatory.core.cleaning import clean_records
from observatory.core.directory import Directory, find
from observatory.core.directory.request import Request
from observatory.core.freshness import quality_table
from observatory.core.geometry import to_degrees
from observatory.core.matching import match
from observatory.exports.directory import FORMS, directory_bytes
from observatory.store.assumptions import load_assumptions

SEED, TWINS, NOW = 20261122, 0.4, datetime(2026, 11, 24, 10, 30)
#: Places a commune, on average; the largest's share; the country's side and a commune's spread, m.
PLACES_A_COMMUNE, LARGEST, SIDE, SPREAD = 12, 50.0, 800_000.0, 900.0
ROWS_DRAWN, REPEATS = 500, 5
KINDS = (
    *("Médiathèque", "Bibliothèque", "Centre social", "Maison de quartier", "Mairie", "CCAS"),
    *("France services", "Espace numérique", "Association", "Mission locale", "Tiers-lieu"),
)
FIRST = (
    *("Louis", "Elsa", "Jean", "Simone", "Aimé", "Rosa", "Victor", "Louise", "Gabriel", "Pablo"),
    *("George", "Angela", "Émile", "Marie", "Jacques", "Olympe", "Nelson", "Paul", "Danielle"),
)
LAST = (
    *("Aragon", "Triolet", "Jaurès", "Veil", "Césaire", "Parks", "Hugo", "Michel", "Péri"),
    *("Neruda", "Sand", "Davis", "Zola", "Curie", "Prévert", "de Gouges", "Mandela", "Éluard"),
)
PEOPLE = tuple(f"{first} {last}" for first in FIRST for last in LAST)
WAYS = ("rue", "avenue", "boulevard", "place", "allée", "impasse")
HOURS = (
    "Mo-Fr 09:00-12:00,14:00-17:00",
    "Tu-Sa 10:00-18:00",
    "Mo-Fr 08:30-12:30; We 14:00-17:00",
    "We,Sa 10:00-12:00,14:00-18:00",
    None,
)
REQUESTS = (
    Request(need="CAF"),
    Request(need="mon CV", open_when="maintenant"),
    Request(need="ordinateur", fees=("Gratuit",)),
    Request(open_when="samedi"),
    Request(),
)


@dataclass(frozen=True)
class Made:
    """Records of made-up places: ``records`` as the pipeline gives them, ``truth`` the place."""

    records: pd.DataFrame
    truth: pd.Series[Any]


def make(places: int, seed: int = SEED) -> Made:
    """Give the records of as many places, the same for the same seed."""
    draw = np.random.default_rng(seed)
    communes = max(1, places // PLACES_A_COMMUNE)
    # The largest commune has a few hundred places, as a large city's arrondissement could.
    share = np.minimum(draw.pareto(1.2, communes) + 0.2, LARGEST)
    commune = draw.choice(communes, places, p=share / share.sum())
    centre = np.column_stack([draw.uniform(200_000, 200_000 + SIDE, communes) for _ in "xy"])
    centre[:, 1] += 6_100_000
    xy = centre[commune] + draw.normal(0, SPREAD, (places, 2))
    first = _records(draw, places, commune, xy)
    twin = np.flatnonzero(draw.random(places) < TWINS)
    second = first.iloc[twin].copy()
    second["name"] = second["name"].str.upper()
    second["address"] = second["address"].str.replace("avenue", "av.").str.upper()
    second[["lon", "lat"]] += draw.normal(0, 0.0002, (len(twin), 2))
    second["source"] = "b"
    second["confirmed_on"] = "2025-06-01"
    both = pd.concat([first, second], ignore_index=True)
    truth = pd.Series(np.concatenate([np.arange(places), twin]))
    both["source_id"] = [f"{rank}" for rank in range(len(both))]
    both["record"] = both["source"] + ":" + both["source_id"]
    return Made(both, truth)


def _records(draw: Any, places: int, commune: Any, xy: Any) -> pd.DataFrame:
    def some(values: Any) -> Any:
        return np.array(values, dtype=object)[draw.integers(0, len(values), places)]

    lon, lat = to_degrees(xy[:, 0], xy[:, 1])
    code = pd.Series(10_000 + commune % 85_000).astype("str")
    number = pd.Series(draw.integers(1, 180, places)).astype("str")
    phone = pd.Series(draw.integers(100_000_000, 199_999_999, places)).astype("str")
    said = pd.Series(draw.random(places) < 0.5)
    services = ["|".join(pair) for pair in zip(CLOSED["services"], CLOSED["services"][1:])]  # noqa: B905  # pairs of neighbours: one less than the list
    return pd.DataFrame(
        {
            "name": pd.Series(some(KINDS)) + " " + pd.Series(some(PEOPLE)),
            "commune": code,
            "commune_name": "Commune " + code,
            "address": number + " " + pd.Series(some(WAYS)) + " " + pd.Series(some(PEOPLE)),
            "postcode": code,
            "lon": lon,
            "lat": lat,
            "phone": ("+33" + phone).where(said),
            "hours": some(HOURS),
            "services": some(services),
            "fees": some([*CLOSED["frais_a_charge"], None]),
            "programmes": some(["Conseillers numériques", "France Services", None]),
            "access": some(["Se présenter", "Téléphoner", None]),
            "confirmed_on": some(["2026-05-01", "2025-02-01", "2023-09-01", None]),
            "source": "a",
        }
    )


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    done = work()
    return done, time.perf_counter() - begin


def measure(places: int) -> dict[str, Any]:
    """Build, search, draw and write a directory of as many places; seconds and MB.

    Returns
    -------
    dict
        ``clean_s, match_s`` (the build), ``ready_s, find_first_ms, find_ms`` (median of several
        requests, warm), ``quality_s`` and ``page_ms`` (the list as drawn), a time for each form of
        the export, ``peak_mb`` of the whole process, and how matching agrees with the truth.
    """
    made, make_s = _timed(lambda: make(places))
    (records, _), clean_s = _timed(lambda: clean_records(made.records))
    matched, match_s = _timed(lambda: match(records))
    sites = matched.places.assign(in_territory=True)
    built_mb = peak_mb()
    told = {
        "places": places,
        "records": len(records),
        "places_out": len(sites),
        "make_s": make_s,
        "clean_s": clean_s,
        "match_s": match_s,
        "build_peak_mb": built_mb,
        **_agreement(matched.members, made),
        **_searched(sites),
        **_drawn(sites),
        **_written(sites),
    }
    return {**told, "peak_mb": peak_mb()}


def _agreement(members: pd.DataFrame, made: Made) -> dict[str, float]:
    """Count the pairs joined that are one place, and the pairs of one place that are joined."""
    place = dict(zip(made.records["record"], made.truth, strict=True))
    frame = members.assign(truth=members["record"].map(place))
    both = _pairs(frame.groupby(["site", "truth"]).size())
    joined, real = (_pairs(frame.groupby(name).size()) for name in ("site", "truth"))
    return {
        "precision": both / joined if joined else float("nan"),
        "recall": both / real if real else float("nan"),
    }


def _pairs(sizes: pd.Series[Any]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _searched(sites: pd.DataFrame) -> dict[str, float]:
    assumptions = load_assumptions(settings.load().assumptions)
    ready, ready_s = _timed(lambda: Directory(sites))
    spots = ready.xy[~np.isnan(ready.xy[:, 0])][:: max(1, len(sites) // 7)][:7]
    times: list[float] = []
    for _ in range(REPEATS):
        for spot in spots:
            origin = (float(spot[0]), float(spot[1]))
            for request in REQUESTS:
                times.append(_timed(lambda: find(ready, origin, request, NOW, assumptions))[1])  # noqa: B023  # called at once
    return {
        "ready_s": ready_s,
        "find_first_ms": 1000 * times[0],
        "find_ms": 1000 * float(np.median(times)),
        "find_p95_ms": 1000 * float(np.quantile(times, 0.95)),
    }


def _drawn(sites: pd.DataFrame) -> dict[str, float]:
    words, names = load_words("fr"), dict(zip(sites["commune"], sites["commune_name"], strict=True))
    table, quality_s = _timed(lambda: quality_table(sites, date(2026, 11, 22)))

    def page() -> str:
        headers, rows = place_rows(table, names, words, most=ROWS_DRAWN)
        return html_table("x", headers, rows, numeric=NONE)

    text, _ = _timed(page)
    times = [_timed(page)[1] for _ in range(REPEATS)]
    return {
        "quality_s": quality_s,
        "page_ms": 1000 * float(np.median(times)),
        "page_kb": len(text.encode()) / 1000,
    }


def _written(sites: pd.DataFrame) -> dict[str, float]:
    kept = sites.assign(site=sites["site"].astype("str"))
    return {
        f"export_{form.replace('-', '_')}_s": _timed(lambda: directory_bytes(kept, form))[1]  # noqa: B023  # called at once
        for form in FORMS
        if form in ("geojson", "vcard")
    }


def write(found: dict[str, Any], folder: Path, command: str) -> Path:
    """Write the page of results, ``directory.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"| {name} | {value:,.3g} |" for name, value in found.items() if value == value]
    text = [
        "# The directory at the scale of a country",
        "",
        "Made-up places from one seed, 40 % of them told by a second source too. Times in seconds",
        "(`_s`) or milliseconds (`_ms`), memory in MB (peak of the process).",
        "",
        f"Made by `{command}`, Python {platform.python_version()}, {os.cpu_count()} processors.",
        "The truth is known since the places are made up: `precision` and `recall` count pairs of",
        "records. The second source only spells otherwise, so this is no measure on real places.",
        "",
        "| measure | value |",
        "|---|---|",
        *rows,
        "",
    ]
    path = folder / "directory.md"
    path.write_text("\n".join(text), encoding="utf-8")
    return path
