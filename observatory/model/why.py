"""Why a zone is shorter of help than the territory: the parts of the difference, that sum to it.

The access of a zone's people to help of known place is, exactly::

    walked = 100 x (Q_in + Q_out) x n / (k x r + K_others)

``Q_in`` and ``Q_out`` are the hours that a person in difficulty has in reach in the zone and
beyond it, whatever the distance and however many share them; ``n`` the share of them that the
walk leaves (the decay); ``k x r + K_others`` the people in difficulty who share them: those of the
zone, its residents ``k`` times its rate of difficulty ``r``, and those of other zones.

The difference of two such values is shared out by Shapley's value: each factor in turn goes from
the territory's value to the zone's, in every order, and what it changes is averaged over the
orders. No order is chosen, and the parts sum to the difference. ``r`` has three factors of its
own: the rate of the same zone with the ages, the poverty or the diplomas of the territory's mean.

Two parts are plain differences: help of unknown place, and the hours beyond the norm in some
quarters of the zone, which fill no lack in others.

The interval of a part holds 90 % of its values in the first draws of the series that every interval
comes from: in each of them the whole decomposition is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from observatory import settings
from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog
from observatory.model import access, precision
from observatory.model.draws import series
from observatory.model.levels import Level, zone_of
from observatory.model.model import SEED, Model
from observatory.model.need_causes import CAUSES, rates_by_cause
from observatory.model.norms import refuse_share
from observatory.tables.check import check
from observatory.tables.comparison_results import PARTS, WHY

FloatArray = NDArray[np.float64]
Values = Mapping[str, FloatArray]
#: The factors of the access on foot, in the order of the table.
FACTORS = (*CAUSES, "residents", "neighbours", "on_the_spot", "around", "distance")
#: Draws of the decomposition: enough for the ends of an interval.
EACH = 200


def why(
    model: Model,
    *,
    level: Level = "commune",
    zone: str | None = None,
    cog: Cog = "cog_2024",
    draws: int | None = None,
) -> pd.DataFrame:
    """Return the parts of what sets each zone's missing rate apart from the territory's.

    Parameters
    ----------
    level
        ``commune``, ``iris`` or ``qpv``.
    zone
        One zone alone; by default every zone with people in difficulty.
    draws
        How many draws the intervals come from, 0 for none; by default :data:`EACH`, or those of
        the settings if fewer.

    Raises
    ------
    ChoiceError
        The norm is a share of the help there is, or no such zone.
    """
    refuse_share(model.norm_name, "study why")
    zones, whole = _described(model, level, check_cog(cog))
    count = min(EACH, settings.load().draws) if draws is None else draws
    parts = _parts(zones, whole)
    low, high = _ends(model, level, cog, zones.index, count)
    names = model.figures(level, cog).set_index("code")["name"]
    table = pd.concat(
        pd.DataFrame(
            {
                "part": name,
                "effect_h_per_100": parts[name],
                "effect_h_per_100_low": low[name],
                "effect_h_per_100_high": high[name],
                "here": here,
                "reference": there,
                "unit": unit,
            },
            index=zones.index,
        )
        for name, here, there, unit in _compared(zones, whole)
    )
    table = table.join(zones[["missing"]].rename(columns={"missing": "missing_h_per_100"}))
    table = table.assign(
        name=names.reindex(table.index),
        territory_h_per_100=whole["missing"],
        norm=model.norm_name,
        draws=count,
    )
    table = table.reset_index().sort_values("code", kind="stable", ignore_index=True)
    return pd.DataFrame(check(_only(table, zone)[WHY.names], WHY))


def _ends(
    model: Model, level: Level, cog: Cog, codes: pd.Index, count: int
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return the ends of the interval of each part; missing where a draw has nobody in need."""
    if not count:
        nothing = dict.fromkeys(PARTS, np.full(len(codes), np.nan))
        return nothing, nothing
    _, models = series(model, count, SEED)
    drawn = np.full((count, len(codes), len(PARTS)), np.nan)
    for number, one in enumerate(models):
        zones, whole = _described(one, level, cog)
        effects = pd.DataFrame(_parts(zones, whole), index=zones.index)
        drawn[number] = effects.reindex(codes)[list(PARTS)].to_numpy()
    low, high = (dict(zip(PARTS, end.T, strict=True)) for end in precision.interval(drawn))
    return low, high


def _only(table: pd.DataFrame, zone: str | None) -> pd.DataFrame:
    if zone is None:
        return table
    if zone not in set(table["code"]):
        raise ChoiceError(
            "zone",
            expected="the code of a zone of the level where people are in difficulty",
            found=repr(zone),
            next_step="choose one of `observatory gaps --level ... --format csv`",
        )
    return pd.DataFrame(table[table["code"] == zone].reset_index(drop=True))


def _compared(
    zones: pd.DataFrame, whole: dict[str, float]
) -> list[tuple[str, FloatArray, FloatArray | float, str]]:
    """Return, for each part, the zone's value, what it is set against, and their unit."""
    rate = 100 * zones["r"].to_numpy()
    causes = [(name, rate, 100 * zones[f"without_{name}"].to_numpy(), "%") for name in CAUSES]
    factors = [
        ("residents", "residents", 1.0, "persons"),
        ("neighbours", "neighbours", 1.0, "persons"),
        ("on_the_spot", "on_the_spot", 1.0, "h/week"),
        ("around", "around", 1.0, "h/week"),
        ("distance", "distance", 100.0, "%"),
        ("unplaced", "unplaced", 1.0, "h/week per 100"),
        ("uneven", "uneven", 1.0, "h/week per 100"),
    ]
    return causes + [
        (part, scale * zones[name].to_numpy(), scale * whole[name], unit)
        for part, name, scale, unit in factors
    ]


def _parts(zones: pd.DataFrame, whole: dict[str, float]) -> dict[str, FloatArray]:
    """Return what each part adds to the missing rate of each zone, h/week per 100 people."""
    size = len(zones)
    here = {name: zones[name].to_numpy() for name in FACTORS[len(CAUSES) :]}
    there = {name: np.full(size, whole[name]) for name in here}
    # The residents of the mean are such that, at the mean's rate, they are the mean's people.
    there["residents"] = whole["own"] / zones["r_none"].to_numpy()
    rates = {
        frozenset(kept): zones[_rate_name(kept)].to_numpy()
        for count in range(len(CAUSES) + 1)
        for kept in combinations(CAUSES, count)
    }

    def walked(own: frozenset[str]) -> FloatArray:
        value = {name: (here if name in own else there)[name] for name in here}
        people = value["residents"] * rates[own & set(CAUSES)] + value["neighbours"]
        hours = (value["on_the_spot"] + value["around"]) * value["distance"]
        return np.asarray(100 * hours / people)

    found = {name: -part for name, part in shapley(FACTORS, walked).items()}
    found["unplaced"] = whole["unplaced"] - zones["unplaced"].to_numpy()
    found["uneven"] = zones["uneven"].to_numpy() - whole["uneven"]
    return found


def shapley(
    players: tuple[str, ...], value: Callable[[frozenset[str]], FloatArray]
) -> dict[str, FloatArray]:
    """Share out ``value(all) - value(none)`` among players, whatever the order they come in.

    Parameters
    ----------
    players
        Their names.
    value
        What some of them make together.

    Returns
    -------
    dict
        Each player's part: what it adds, averaged over every order. The parts sum to the whole.
    """
    count = len(players)
    worth = {
        frozenset(some): value(frozenset(some))
        for size in range(count + 1)
        for some in combinations(players, size)
    }
    return {
        player: sum(
            (
                (worth[some | {player}] - worth[some]) / (count * comb(count - 1, len(some)))
                for some in worth
                if player not in some
            ),
            start=np.zeros_like(worth[frozenset()]),
        )
        for player in players
    }


def _rate_name(kept: tuple[str, ...]) -> str:
    """Return the column of the rate with some causes of the zone's own, the others at the mean."""
    return "r" if len(kept) == len(CAUSES) else f"r_{'_'.join(kept) or 'none'}"


def _described(model: Model, level: Level, cog: Cog) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the factors of each zone with people in difficulty, and those of the territory."""
    if level not in ("commune", "iris", "qpv"):
        raise ChoiceError(
            "level",
            expected="commune or iris or qpv",
            found=repr(level),
            next_step="choose one of these levels",
        )
    matrix, codes = model.ground.sum_matrix(level, cog)
    kept = np.flatnonzero(matrix @ model.need_persons > 0)
    matrix, codes = csr_array(matrix[kept]), codes[kept]
    located = model.facts.supply[model.ground.located]
    stands = zone_of(located, level, cog, model.facts).to_numpy()
    own_place = np.asarray(codes.to_numpy()[:, None] == stands[None, :])
    inside = csr_array(model.ground.inside.astype(float)[None, :])
    zones = _reach(model, matrix, own_place).set_axis(codes, axis=0)
    nowhere = np.zeros((1, len(located)), dtype=bool)
    whole = {str(n): float(v) for n, v in _reach(model, inside, nowhere).iloc[0].items()}
    for name in ("distance", "crowd"):  # with no place at all neither says anything
        whole[name] = 1.0 if np.isnan(whole[name]) else whole[name]
        zones[name] = zones[name].fillna(whole[name])
    people = matrix @ model.need_persons
    # At the mean, what is own is own to the zone that each person lives in.
    spot = float(np.average(zones["on_the_spot"], weights=people))
    hours = float(np.average(zones["on_the_spot"] + zones["around"], weights=people))
    whole["on_the_spot"] = whole["around"] * spot / hours if hours > 0 else 0.0
    whole["around"] -= whole["on_the_spot"]
    walked = (people * zones["walked"]).to_numpy()
    known = zones["own_share"].fillna(0.0)
    ratio = float(np.average(known, weights=walked)) if walked.sum() > 0 else 1.0
    whole["own"] = whole["crowd"] * ratio
    whole["neighbours"] = whole["crowd"] - whole["own"]
    zones["own_share"] = zones["own_share"].fillna(ratio)
    zones["own"] = zones["crowd"] * zones["own_share"]
    zones["neighbours"] = zones["crowd"] - zones["own"]
    for kept_causes, rate in rates_by_cause(model, matrix).items():
        zones[_rate_name(kept_causes)] = rate
    for cause in CAUSES:
        zones[f"without_{cause}"] = zones[_rate_name(tuple(c for c in CAUSES if c != cause))]
    zones["residents"] = zones["own"] / zones["r"]
    whole["residents"] = whole["own"] / float(np.average(zones["r_none"], weights=people))
    return zones.rename_axis("code"), whole


def _reach(model: Model, matrix: csr_array, own_place: NDArray[np.bool_]) -> pd.DataFrame:
    """Return what each zone has in reach and who shares it.

    Parameters
    ----------
    matrix
        Which share of each point's people each zone takes.
    own_place
        Which rows of located help stand in each zone.
    """
    people = model.need_persons
    hours = model.help_hours[model.ground.located]
    shared = access.share(model.weights, people, hours)
    near = model.weights.copy()
    near.data = (near.data > 0).astype(float)
    zone_people = matrix @ people
    whose = csr_array(matrix * people[None, :])
    weighted = (whose @ model.weights).toarray()
    plain = (whose @ near).toarray() * hours
    by_place = weighted * shared.ratio
    in_reach, walked = plain.sum(axis=1), by_place.sum(axis=1)
    kept = (weighted * np.where(shared.reached, hours, 0.0)).sum(axis=1)
    own = np.divide(
        weighted, shared.need_in_reach, out=np.zeros_like(weighted), where=shared.need_in_reach > 0
    )
    spread = model.area_access * people
    missing = 100 * (matrix @ model.missing_at) / zone_people
    with np.errstate(divide="ignore", invalid="ignore"):
        table = {
            "on_the_spot": np.where(own_place, plain, 0.0).sum(axis=1) / zone_people,
            "around": np.where(own_place, 0.0, plain).sum(axis=1) / zone_people,
            "distance": np.where(in_reach > 0, kept / in_reach, np.nan),
            "crowd": np.where(walked > 0, kept / walked, np.nan),
            "own_share": np.where(
                walked > 0, np.minimum((by_place * own).sum(axis=1) / walked, 1.0), np.nan
            ),
            "walked": walked / zone_people,
            "unplaced": (matrix @ spread) / zone_people,
            "missing": missing,
        }
    had = 100 * table["walked"] + table["unplaced"]
    beyond = np.maximum(missing - model.norm + had, 0.0)  # what rounding leaves below zero is zero
    return pd.DataFrame(table).assign(uneven=beyond)
