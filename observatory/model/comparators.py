"""The known indices of digital fragility, recomputed from their formulas, beside ours.

IFN V2 (La Mednum, 2023) is the mean of five scores; IFN V1 (2020) averages four axes; a DERI-like
score follows the Digital Exclusion Risk Index (Greater Manchester). None of them holds the help
that exists: :func:`explain` says in one sentence why their rank differs from ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from observatory.errors import ColumnsError

#: The five scores of IFN V2, by what they score; published under names that end in ``_rate``.
IFN_V2: dict[str, str] = {
    "no_thd_coverage_rate": "no fixed high-speed internet",
    "no_4g_coverage_rate": "no 4G",
    "poverty_rate": "poverty",
    "older_65_rate": "people aged 65 and over",
    "nscol15p_rate": "low diploma",
}
_IN_FRENCH: dict[str, str] = {
    "no_thd_coverage_rate": "l'absence de très haut débit",
    "no_4g_coverage_rate": "l'absence de 4G",
    "poverty_rate": "la pauvreté",
    "older_65_rate": "les 65 ans et plus",
    "nscol15p_rate": "le faible diplôme",
}
#: Weights of DERI v1.2-1.4 for which French open data have a like; the published scheme also has
#: pension credit, disability, mobile and broadband speeds, and social grade.
DERI: dict[str, dict[str, float]] = {
    "demography": {"share_75p_pct": 5.0, "share_60_74_pct": 5.0},
    "deprivation": {"low_diploma_pct": 4.0, "unemployment_pct": 2.0, "poverty_pct": 2.0},
    "broadband": {"no_thd_pct": 3.0},
}


def ifn_v2(scores: pd.DataFrame) -> pd.Series[Any]:
    """Return the total of IFN V2: the mean of its five scores (1-10), NaN where one is missing."""
    _need(scores, tuple(IFN_V2), "scores of IFN V2")
    return scores[list(IFN_V2)].mean(axis=1, skipna=False).rename("ifn_v2")


def decile_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Score each column from 1 (lowest) to 10 (highest) by rank within the set, ties alike.

    The like of IFN V2's scores from open inputs. IFN's own rank among all the communes of France;
    within a territory the same formula gives another scale, and the comparison is of ranks.
    """
    ranks = values.rank()
    most = values.notna().sum()
    return (1 + 9 * (ranks - 1) / (most - 1).where(most > 1)).where(values.notna())


def minmax(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return ``10 (x - min) / (max - min)`` within the set; 0 where all are alike."""
    span = values.max() - values.min()
    return 10 * (values - values.min()) / span if span > 0 else values * 0.0


def deri(zones: pd.DataFrame, weights: Mapping[str, Mapping[str, float]] = DERI) -> pd.DataFrame:
    """Return a DERI-like score (0-10, higher is riskier) within the set of zones.

    Each indicator is scaled by :func:`minmax`, averaged in its component with weights that are
    made to sum to one, and the components are averaged evenly.

    Parameters
    ----------
    zones
        One column for each indicator named in ``weights``, higher meaning more at risk.
    weights
        Component -> indicator -> weight.

    Returns
    -------
    DataFrame
        One column a component, and ``deri``; NaN where an indicator is missing.
    """
    _need(zones, tuple(name for part in weights.values() for name in part), "indicators of DERI")
    out = pd.DataFrame(index=zones.index)
    for component, parts in weights.items():
        total = sum(parts.values())
        out[component] = sum(minmax(zones[name]) * (w / total) for name, w in parts.items())
    out["deri"] = out[list(weights)].mean(axis=1, skipna=False)
    return out


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank each column, 1 for the highest (most fragile, or most missing hours); ties share it."""
    return scores.rank(ascending=False, method="min").astype("Int64").add_prefix("rank_")


@dataclass(frozen=True)
class Explanation:
    """One sentence on a commune's ranks, in French and in English."""

    fr: str
    en: str


def explain(
    code: str, table: pd.DataFrame, *, index: tuple[str, str] = ("IFN V2", "IFN V2")
) -> Explanation:
    """Return in one sentence, with figures, why IFN V2 and the gap rank a commune otherwise.

    Parameters
    ----------
    code
        The commune, in the index of ``table``.
    table
        One row a commune of the territory: ``name``, ``missing_h_per_week``,
        ``access_h_per_100``, ``need_persons`` and the five scores of IFN V2.
    index
        What to call the index in French and in English: published, or recomputed.
    """
    wanted = ("name", "missing_h_per_week", "access_h_per_100", "need_persons")
    _need(table, (*wanted, *IFN_V2), "comparison by commune")
    scored = table.assign(ifn=ifn_v2(table))
    known = ranks(pd.DataFrame({"gap": scored["missing_h_per_week"], "ifn": scored["ifn"]}))
    row = scored.join(known).to_dict("index")[code]
    unknown = [name for name in (*wanted, *IFN_V2) if pd.isna(row[name])]
    if unknown:
        return Explanation(
            f"{row['name']} : comparaison impossible, faute de {', '.join(unknown)}.",
            f"{row['name']}: no comparison, for want of {', '.join(unknown)}.",
        )
    by_score = sorted(IFN_V2, key=lambda name: (row[name], name))
    low, high = by_score[0], by_score[-1]
    (row["index"], row["index_en"]), row["count"] = index, len(table)
    return Explanation(_french(row, low, high), _english(row, low, high))


def _french(row: Mapping[Any, Any], low: str, high: str) -> str:
    def number(value: float) -> str:
        return f"{value:.1f}".replace(".", ",")

    def nth(rank: int) -> str:
        return "1er" if rank == 1 else f"{rank}e"

    people = f"{row['need_persons']:,.0f}".replace(",", "\u202f")
    return (
        f"{row['name']} : {nth(row['rank_gap'])} rang sur {row['count']} pour les heures d'aide "
        f"manquantes ({number(row['missing_h_per_week'])} h par semaine), "
        f"{nth(row['rank_ifn'])} pour l'{row['index']} ({number(row['ifn'])} sur 10) ; "
        f"l'IFN compte à parts égales {_IN_FRENCH[high]} ({number(row[high])}) et "
        f"{_IN_FRENCH[low]} ({number(row[low])}), et ne voit ni les {people} personnes en "
        f"difficulté, ni l'aide à leur portée ({number(row['access_h_per_100'])} h par semaine "
        f"pour 100 d'entre elles)."
    )


def _english(row: Mapping[Any, Any], low: str, high: str) -> str:
    return (
        f"{row['name']}: rank {row['rank_gap']} of {row['count']} by missing hours of help "
        f"({row['missing_h_per_week']:.1f} h a week), rank {row['rank_ifn']} by {row['index_en']} "
        f"({row['ifn']:.1f} out of 10); the IFN gives equal parts to {IFN_V2[high]} "
        f"({row[high]:.1f}) and {IFN_V2[low]} ({row[low]:.1f}), and sees neither the "
        f"{row['need_persons']:,.0f} people in difficulty nor the help within their reach "
        f"({row['access_h_per_100']:.1f} h a week per 100 of them)."
    )


def _need(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    lacking = [name for name in names if name not in frame.columns]
    if lacking:
        raise ColumnsError(
            what,
            expected="columns " + ", ".join(names),
            found="no " + ", ".join(lacking),
            next_step="join the columns that are lacking",
        )
