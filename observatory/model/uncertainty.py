"""How sure the ranking is: seeded draws over the assumptions, rank intervals, which one counts.

Every draw is the model itself under other assumptions. Rank 1 is the worst, by default the highest
figure.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.model.assumptions import Assumptions
from observatory.model.help_hours import freshness_weight
from observatory.model.levels import Level
from observatory.model.model import Model

Measure = Callable[[Assumptions], "pd.Series[Any]"]
#: What an assumption must act on to be drawn; the norm's own number is asked, not drawn.
DRAWN = frozenset({"need", "help", "access", "closure"})
#: The decays among which a draw chooses.
DECAYS = {"access.decay": ("step", "gaussian", "binary")}
#: Decimals of a drawn value whose effect is solved by iteration and kept.
SOLVED_ONCE = {"need.iris_poverty": 2, "need.iris_diploma": 2}


def bounded(assumptions: Assumptions) -> list[str]:
    """List the assumptions that have both bounds and can therefore be drawn, in order of name."""
    return sorted(
        item.name
        for item in assumptions
        if not isinstance(item.value, str) and item.low is not None and item.high is not None
    )


def draws(
    n: int,
    seed: int,
    assumptions: Assumptions,
    *,
    names: Sequence[str] | None = None,
    texts: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Draw values of the assumptions, independently, each from a triangular law.

    The law goes from the low bound through the value in use, its mode, to the high bound. Each
    assumption has a stream of its own, from the seed and its name: its draws stay the same when
    others are added or left out.

    Parameters
    ----------
    n
        How many draws, one row each.
    names
        Assumptions drawn; all those with bounds by default.
    texts
        Assumptions in words and the options among which to draw evenly, such as
        ``{"access.decay": ["step", "gaussian", "binary"]}``.

    Raises
    ------
    ChoiceError
        No draws are asked for, or an assumption has no bounds to draw between.
    """
    if n < 1:
        raise _refusal("number of draws", "1 or more", str(n))
    out: dict[str, Any] = {}
    for name in bounded(assumptions) if names is None else names:
        item = assumptions[name]
        if item.low is None or item.high is None:
            raise _refusal(f"assumption {name}", "a low and a high bound", "none")
        low, mode, high = min(item.low, item.number), item.number, max(item.high, item.number)
        stream = _stream(seed, name)
        out[name] = stream.triangular(low, mode, high, n) if low < high else np.full(n, mode)
    for name, options in (texts or {}).items():
        assumptions.text(name)
        out[name] = _stream(seed, name).choice(np.array(list(options), dtype=object), n)
    return pd.DataFrame(out, index=pd.RangeIndex(n, name="draw"))


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def simulate(model: Model, draws_: int, seed: int, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the missing hours of each zone under drawn assumptions, with places that closed.

    A place whose information is old is drawn closed with the chance that ``freshness.*`` gives it.
    One row a draw, one column a zone; the same seed gives the same rows.
    """
    drawn = draws(
        draws_, seed, model.assumptions, names=drawn_names(model.assumptions), texts=DECAYS
    )
    drawn = drawn.round(SOLVED_ONCE)
    ages = model.facts.supply["age_months"]
    chance = np.random.default_rng([seed, 1]).random((draws_, len(ages)))
    rows = []
    for place, row in enumerate(drawn.to_dict("records")):
        values = {str(name): value for name, value in row.items()}
        moved = model.assumptions.changed(values)
        standing = (chance[place] < freshness_weight(ages, moved).to_numpy()).astype(float)
        rows.append(model.under(moved, standing).missing(level, cog))
    return pd.DataFrame(rows).reset_index(drop=True)


def drawn_names(assumptions: Assumptions) -> list[str]:
    """Return the assumptions that a draw moves: those with bounds that act on the ranking."""
    return [name for name in bounded(assumptions) if assumptions[name].acts_on & DRAWN]


def rank_intervals(
    values: pd.DataFrame, *, worst: int = 3, highest_is_worst: bool = True
) -> pd.DataFrame:
    """Return each zone's interval of rank over the draws, and how often it is among the worst.

    Parameters
    ----------
    values
        One row a draw, one column a zone; a zone missing in a draw is not ranked in it.
    worst
        How many zones count as the worst.

    Returns
    -------
    DataFrame
        By zone: ``rank_p05``, ``rank_p50``, ``rank_p95`` (1 is the worst; ties share their mean
        rank) and ``worst_share``, the share of draws in which fewer than ``worst`` zones are worse.
    """
    ranks = values.rank(axis=1, ascending=not highest_is_worst)
    among = values.rank(axis=1, ascending=not highest_is_worst, method="min") <= worst
    spread = ranks.quantile([0.05, 0.5, 0.95]).T.set_axis(
        ["rank_p05", "rank_p50", "rank_p95"], axis=1
    )
    seen = values.notna().sum()
    return spread.assign(worst_share=among.sum() / seen.where(seen > 0))


def value_intervals(values: pd.DataFrame) -> pd.DataFrame:
    """Return each zone's figure over the draws: ``p05``, ``p50``, ``p95``."""
    return values.quantile([0.05, 0.5, 0.95]).T.set_axis(["p05", "p50", "p95"], axis=1)


def kendall_distance(first: pd.Series[Any], second: pd.Series[Any]) -> float:
    """Return the share of pairs of zones that two measures put in another order.

    0 the same order, 1 the reverse; a pair tied in one measure alone counts for a half. Zones
    without both figures are left out; NaN with fewer than two.
    """
    both = pd.concat([first, second], axis=1, keys=["first", "second"]).dropna()
    if len(both) < 2:
        return float("nan")
    signs = [
        np.sign(np.subtract.outer(both[name].to_numpy(), both[name].to_numpy()))
        for name in ("first", "second")
    ]
    pairs = np.triu_indices(len(both), 1)
    return float(np.abs(signs[0] - signs[1])[pairs].mean() / 2)


def tornado(
    measure: Measure, assumptions: Assumptions, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Move one assumption at a time to its bounds and say how far the ranking moves.

    Parameters
    ----------
    measure
        From assumptions to one figure by zone.
    names
        The assumptions moved; all those with bounds by default.

    Returns
    -------
    DataFrame
        One row an assumption, the most influential first: ``name``, ``low``, ``value``, ``high``;
        ``distance_low``, ``distance_high``, the Kendall distance to the ranking in use;
        ``total_low``, ``total_high``, the relative change of the sum of the figures (NaN where it
        is zero); ``distance``, the larger of the two distances.
    """
    base = measure(assumptions)
    rows = [
        _bar(measure, assumptions, base, name)
        for name in (bounded(assumptions) if names is None else names)
    ]
    columns = ["name", "low", "value", "high", "distance_low", "distance_high"]
    columns += ["total_low", "total_high", "distance"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["distance", "name"], ascending=[False, True], ignore_index=True)


def _bar(
    measure: Measure, assumptions: Assumptions, base: pd.Series[Any], name: str
) -> dict[str, Any]:
    item = assumptions[name]
    if item.low is None or item.high is None:
        raise _refusal(f"assumption {name}", "a low and a high bound", "none")
    bounds = {"low": item.low, "high": item.high}
    bar: dict[str, Any] = {"name": name, "value": item.number, **bounds}
    for end, bound in bounds.items():
        moved = measure(assumptions.changed({name: float(bound)}))
        bar[f"distance_{end}"] = kendall_distance(base, moved)
        bar[f"total_{end}"] = moved.sum() / base.sum() - 1 if base.sum() else float("nan")
    bar["distance"] = max(bar["distance_low"], bar["distance_high"])
    return bar


def _refusal(where: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(
        where,
        expected=expected,
        found=found,
        next_step="leave it out, or give it bounds in data/assumptions.toml",
    )
