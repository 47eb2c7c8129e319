"""Made-up places, as clustered as a country's, of which it is known which records are one place.

Communes of very unequal size, names and streets that repeat from one commune to the next, a second
record of some places by another source, spelt otherwise, and what misleads: two places at one
door, two of one name in a commune, records without a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.geometry import to_degrees
from observatory.tables.place_tables import CLOSED

SEED = 20261122
#: Shares of the places: told by a second source; at the door of another; of another's name; and of
#: the records without a point.
TWINS, SAME_DOOR, SAME_NAME, NO_POINT = 0.4, 0.05, 0.05, 0.15
#: Places a commune, on average; the largest's share; the country's side and a commune's spread, m.
PLACES_A_COMMUNE, LARGEST, SIDE, SPREAD = 12, 50.0, 800_000.0, 900.0
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


@dataclass(frozen=True)
class Made:
    """Records of made-up places: ``records`` as the pipeline gives them, ``truth`` the place."""

    records: pd.DataFrame
    truth: pd.Series[Any]


def make(places: int, seed: int = SEED) -> Made:
    """Return the records of as many places, the same for the same seed."""
    draw = np.random.default_rng(seed)
    communes = max(1, places // PLACES_A_COMMUNE)
    # The largest commune has a few hundred places, as a large city's arrondissement could.
    share = np.minimum(draw.pareto(1.2, communes) + 0.2, LARGEST)
    commune = draw.choice(communes, places, p=share / share.sum())
    centre = np.column_stack([draw.uniform(200_000, 200_000 + SIDE, communes) for _ in "xy"])
    centre[:, 1] += 6_100_000
    xy = centre[commune] + draw.normal(0, SPREAD, (places, 2))
    first = _mislead(draw, _records(draw, places, commune, xy))
    twin = np.flatnonzero(draw.random(places) < TWINS)
    second = first.iloc[twin].copy()
    second["name"] = second["name"].str.upper()
    second["address"] = second["address"].str.replace("avenue", "av.").str.upper()
    second[["lon", "lat"]] += draw.normal(0, 0.0002, (len(twin), 2))
    second["source"] = "b"
    second["confirmed_on"] = "2025-06-01"
    both = pd.concat([first, second], ignore_index=True)
    both.loc[draw.random(len(both)) < NO_POINT, ["lon", "lat"]] = np.nan
    truth = pd.Series(np.concatenate([np.arange(places), twin]))
    both["source_id"] = [f"{rank}" for rank in range(len(both))]
    both["record"] = both["source"] + ":" + both["source_id"]
    return Made(both, truth)


def _mislead(draw: Any, places: pd.DataFrame) -> pd.DataFrame:
    """Put some places at the door of another, and give some the name of another nearby."""
    area = ["commune", "commune_name", "postcode"]
    made = places.copy()
    chance = draw.random(len(places))
    other = draw.integers(0, len(places), len(places))
    for chosen, copied in (
        (chance < SAME_DOOR, [*area, "address", "lon", "lat"]),
        (chance > 1 - SAME_NAME, [*area, "name", "lon", "lat"]),
    ):
        made.loc[chosen, copied] = places[copied].to_numpy()[other[chosen]]
    away = chance > 1 - SAME_NAME
    made.loc[away, ["lon", "lat"]] += draw.normal(0, 0.01, (int(away.sum()), 2))
    return made.astype({"lon": float, "lat": float})


def _records(draw: Any, places: int, commune: Any, xy: Any) -> pd.DataFrame:
    def some(values: Any) -> Any:
        return np.array(values, dtype=object)[draw.integers(0, len(values), places)]

    lon, lat = to_degrees(xy[:, 0], xy[:, 1])
    code = pd.Series(10_000 + commune % 85_000).astype("str")
    number = pd.Series(draw.integers(1, 180, places)).astype("str")
    phone = pd.Series(draw.integers(100_000_000, 199_999_999, places)).astype("str")
    said = pd.Series(draw.random(places) < 0.5)
    services = ["|".join(pair) for pair in pairwise(CLOSED["services"])]
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


def agreement(members: pd.DataFrame, truth: pd.Series[Any]) -> dict[str, float]:
    """Count the pairs joined that are one place, and the pairs of one place that are joined.

    Parameters
    ----------
    members
        ``record`` and the ``site`` it was put in.
    truth
        The place of each record, by record.
    """
    frame = members.assign(truth=members["record"].map(truth))
    both = _pairs(frame.groupby(["site", "truth"]).size())
    joined, real = (_pairs(frame.groupby(name).size()) for name in ("site", "truth"))
    return {
        "precision": both / joined if joined else float("nan"),
        "recall": both / real if real else float("nan"),
    }


def _pairs(sizes: pd.Series[Any]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
