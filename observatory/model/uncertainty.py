"""How sure the ranking is: rank intervals over draws, and which assumption counts.

Rank 1 is the worst, by default the highest figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from observatory.model.assumptions import Assumptions
from observatory.model.draws import ENDS, bounded, refusal

Measure = Callable[[Assumptions], "pd.Series[Any]"]


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
    spread = ranks.quantile([ENDS[0], 0.5, ENDS[1]]).T.set_axis(
        ["rank_p05", "rank_p50", "rank_p95"], axis=1
    )
    seen = values.notna().sum()
    return spread.assign(worst_share=among.sum() / seen.where(seen > 0))


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
        raise refusal(f"assumption {name}", "a low and a high bound", "none")
    bounds = {"low": item.low, "high": item.high}
    bar: dict[str, Any] = {"name": name, "value": item.number, **bounds}
    for end, bound in bounds.items():
        moved = measure(assumptions.changed({name: float(bound)}))
        bar[f"distance_{end}"] = kendall_distance(base, moved)
        bar[f"total_{end}"] = moved.sum() / base.sum() - 1 if base.sum() else float("nan")
    bar["distance"] = max(bar["distance_low"], bar["distance_high"])
    return bar
