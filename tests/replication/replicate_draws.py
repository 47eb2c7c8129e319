"""The draws computed again, and the intervals and classes of precision that come from them."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from replicate import areas, replicate, still_there, zones
from replicate_need import need_of_iris
from replicate_tables import Chance, Edition, entries

SEED = 1
OPTIONS = {
    "access.decay": ["step", "gaussian", "binary"],
    "need.model": ["age", "poverty", "diploma", "diploma"],
}


def draws(e: Edition, path: Path, a: dict[str, Any], count: int, level: str) -> pd.DataFrame:
    """Return the figures of the zones of a level, a row for each draw and zone: step 42."""
    moves = drawn(path, a, count)
    found = []
    for number, (one, chance) in enumerate(zip(moves, chances(e, a, moves), strict=True)):
        result = replicate(e, one, chance)
        table = zones(e, one, result, level)
        found.append(table.assign(norm=result.norm, draw=number, code=table.index))
    return pd.concat(found, ignore_index=True)


def drawn(path: Path, a: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return the assumptions of each draw: steps 43, 44."""
    columns: dict[str, np.ndarray] = {}
    for name, entry in entries(path).items():
        acts = set(entry["acts_on"]) & {"need", "help", "closure", "access"}
        if acts and "low" in entry and "high" in entry:
            low, high = min(entry["low"], a[name]), max(entry["high"], a[name])
            columns[name] = stream(name).triangular(low, a[name], high, count)
    for name in ("need.iris_poverty", "need.iris_diploma"):
        columns[name] = columns[name].round(2)
    for name, among in OPTIONS.items():
        columns[name] = stream(name).choice(np.array(among, dtype=object), count)
    return [{**a, **{name: values[k] for name, values in columns.items()}} for k in range(count)]


def stream(name: str) -> np.random.Generator:
    """Return the generator of an assumption: step 43."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def chances(e: Edition, a: dict[str, Any], moves: list[dict[str, Any]]) -> list[Chance]:
    """Return what chance decides in each draw: steps 45-48."""
    random = np.random.default_rng([SEED, 1])
    place, names = pd.factorize(e.supply["site"].fillna(e.supply["supply"]))
    unplaced = np.cumsum(~e.located) - 1
    residents, served = e.points["residents"].to_numpy(), areas(e)
    deviation = sampling(need_of_iris(e, a), a)
    found = []
    for one in moves:
        lots = random.random(len(names))[place]
        stands_at = np.zeros((~e.located).sum(), dtype=int)
        for inside, rows in served:
            if len(inside):
                up_to = np.cumsum(residents[inside])
                lot = random.random(len(rows)) * up_to[-1]
                stands_at[unplaced[rows]] = inside[np.searchsorted(up_to, lot, side="right")]
        census = np.maximum(1 + deviation * random.standard_normal(len(deviation)), 0)
        standing = (lots < still_there(e.supply, one)).astype(float)
        found.append(Chance(census, standing, stands_at, random.random()))
    return found


def sampling(need: np.ndarray, a: dict[str, Any]) -> np.ndarray:
    """Return the relative standard deviation of the need of each IRIS: step 48."""
    asked = a["need.census.fraction"]
    variance = a["need.census.deff"] * (1 - asked) / asked
    return np.sqrt(np.divide(variance, need, out=np.zeros(len(need)), where=need > 0))


def precision(found: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals of each zone and the classes of two figures: steps 49, 50."""
    by = found.groupby("code")
    table = {}
    for figure, name in {
        "need_persons": "need",
        "access_h_per_100": "access",
        "missing_h_per_week": "missing",
        "missing_h_per_100": "missing_h_per_100",
    }.items():
        table[f"{name}_low"] = by[figure].quantile(0.05)
        table[f"{name}_high"] = by[figure].quantile(0.95)
    norm = found.drop_duplicates("draw")["norm"].mean()
    table["need_class"] = classes(by["need_persons"].std(ddof=0) / by["need_persons"].mean())
    table["missing_class"] = classes(by["missing_h_per_100"].std(ddof=0) / norm)
    return pd.DataFrame(table)


def classes(error: pd.Series) -> pd.Series:
    """Return the class of figures by their error, a share of one: step 50."""
    ends = [-np.inf, 0.15, 0.30, np.inf]
    return pd.cut(error, ends, labels=["reliable", "indicative", "not_published"]).astype(str)
