"""Several zones beside each other: figures, ranks and differences, all over the same draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog
from observatory.model import uncertainty
from observatory.model.draws import ENDS
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.tables.check import check
from observatory.tables.comparison_results import COMPARED, MEASURES

FloatArray = NDArray[np.float64]
#: How many zones can stand beside each other.
FEWEST, MOST = 2, 9
UNITS = dict(
    zip(
        MEASURES,
        ("h/week per 100 persons in need", "h/week", "h/week per 100 persons in need", "%"),
        strict=True,
    )
)
#: The columns of the gap table with the class of precision of a measure.
CLASS_OF = {
    "missing_h_per_100": "missing_class",
    "missing_h_per_week": "missing_class",
    "need_pct": "need_class",
}


def compare(
    model: Model, *, level: Level = "commune", zones: Sequence[str] = (), cog: Cog = "cog_2024"
) -> pd.DataFrame:
    """Return zones beside each other: figures, ranks, and differences to the first, draw by draw.

    Parameters
    ----------
    zones
        From two to nine codes, the first one being what the others are compared with; by default
        every zone of the level, the one with the highest missing rate first.

    Raises
    ------
    ChoiceError
        One zone alone, or more than nine; a code that is none of the level's; or a norm that is a
        share of the help there is.
    """
    refuse_share(model.norm_name, "study compare")
    table = model.gaps(level, check_cog(cog)).set_index("code")
    chosen = _chosen(table, tuple(zones))
    drawn = drawn_figures(model, level, cog)
    parts = [
        _measure(name, table, drawn[name].reindex(columns=table.index), chosen) for name in MEASURES
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(name=rows["code"].map(table["name"]), norm=model.norm_name)
    place = {code: number for number, code in enumerate(chosen)}
    order = pd.DataFrame(
        {"zone": rows["code"].map(place), "measure": rows["measure"].map(MEASURES.index)}
    )
    kept = rows.loc[order.sort_values(["zone", "measure"]).index, COMPARED.names]
    return pd.DataFrame(check(kept.reset_index(drop=True), COMPARED))


def drawn_figures(model: Model, level: Level, cog: Cog) -> dict[str, pd.DataFrame]:
    """Return every figure that zones are compared by: one row a draw, one column a zone."""
    matrix, codes = model.ground.sum_matrix(level, cog)
    draws = model.draws
    need, reached, missing = (
        draws.sums(one, matrix) for one in (draws.need, draws.reached, draws.missing)
    )
    adults = np.broadcast_to(matrix @ model.population_15, need.shape)
    found = {
        "missing_h_per_100": _rate(missing, need),
        "missing_h_per_week": missing,
        "access_h_per_100": _rate(reached, need),
        "need_pct": _rate(need, adults),
    }
    return {name: pd.DataFrame(values, columns=codes) for name, values in found.items()}


def _rate(part: FloatArray, whole: FloatArray) -> FloatArray:
    found: FloatArray = np.full(part.shape, np.nan)
    np.divide(100 * part, whole, out=found, where=whole > 0)
    return found


def _chosen(table: pd.DataFrame, zones: tuple[str, ...]) -> list[str]:
    if not zones:
        return list(table.sort_values("missing_h_per_100", ascending=False).index)
    unknown = [code for code in zones if code not in table.index]
    if unknown or len(set(zones)) != len(zones) or not FEWEST <= len(zones) <= MOST:
        raise ChoiceError(
            "zones",
            expected=f"{FEWEST} to {MOST} different codes of the level",
            found=f"no {unknown[0]}" if unknown else ", ".join(zones),
            next_step="choose codes of `observatory gaps --level ... --format csv`",
        )
    return list(zones)


def _measure(
    name: str, table: pd.DataFrame, drawn: pd.DataFrame, chosen: list[str]
) -> pd.DataFrame:
    """Return the rows of one measure: figure, rank, difference to the first."""
    much = name != "access_h_per_100"
    values = table[name].astype(float)
    ranks = uncertainty.rank_intervals(drawn, highest_is_worst=much)
    apart = drawn[chosen].sub(drawn[chosen[0]], axis=0)
    low, high = (drawn[chosen].quantile(end).to_numpy() for end in ENDS)
    least, most = (apart.quantile(end).to_numpy() for end in ENDS)
    above = 100 * (apart > 0).mean().to_numpy()
    rows = pd.DataFrame(
        {
            "code": chosen,
            "measure": name,
            "unit": UNITS[name],
            "value": values[chosen].to_numpy(),
            "low": low,
            "high": high,
            "precision": table.loc[chosen, CLASS_OF[name]].to_numpy() if name in CLASS_OF else None,
            "rank": values.rank(ascending=not much, method="min")[chosen].to_numpy(),
            "rank_p05": ranks.loc[chosen, "rank_p05"].to_numpy(),
            "rank_p95": ranks.loc[chosen, "rank_p95"].to_numpy(),
            "difference": (values[chosen] - values[chosen[0]]).to_numpy(),
            "difference_low": least,
            "difference_high": most,
            "above_pct": above,
            "zones": float(values.notna().sum()),
        }
    )
    itself = (rows.index == 0) | rows["difference"].isna()
    ends = ["difference", "difference_low", "difference_high", "above_pct"]
    rows[ends] = rows[ends].mask(itself, np.nan)
    return rows
