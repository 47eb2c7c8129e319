"""The tables of the study as rows of text, and the sentences over them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.app.place_rows import Rows
from observatory.model.assumptions import Assumptions
from observatory.model.precision import CLASSES
from observatory.words.catalogue import Words
from observatory.words.numbers import interval, number, percent, signed_percent

#: A zone is said to be surely among the worst, or surely not, beyond these shares of the draws.
SURELY, HARDLY = 95.0, 5.0
#: Effects on the total too small to be drawn, %.
FAINT = 0.5


def _head(words: Words, *names: str) -> list[str]:
    return [words(f"study.column.{name}") for name in names]


def listed(names: list[str], words: Words) -> str:
    """Join names as the language does."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {words('study.and')} {names[-1]}"


def sure_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return how sure it is that the first zone is among the worst."""
    first = table.iloc[0]
    return words(
        "study.sure",
        name=str(first["name"]),
        worst=int(first["worst"]),
        share=percent(first["worst_pct"], words.lang),
        draws=number(int(first["draws"]), words.lang),
    )


def groups_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return which zones are among the worst nearly always, sometimes, hardly ever."""
    share = table["worst_pct"]
    parts = []
    for name, kept in (
        ("always", share >= SURELY),
        ("sometimes", (share > HARDLY) & (share < SURELY)),
        ("hardly", share <= HARDLY),
    ):
        zones = [str(text) for text in table.loc[kept, "name"]]
        if zones:
            parts.append(words(f"study.group_{name}", zones=listed(zones, words)))
    return " ".join(parts)


def rank_rows(table: pd.DataFrame, names: list[str], words: Words) -> Rows:
    """Return each zone's hours and ranks over the draws."""
    lang = words.lang
    rows = [
        [
            name,
            *_hours(row, words),
            number(row["rank"], lang),
            interval(row["rank_p05"], row["rank_p95"], lang),
            percent(row["worst_pct"], lang),
        ]
        for name, row in zip(names, table.to_dict("records"), strict=True)
    ]
    return _head(words, "zone", "missing", "missing_90", "rank", "rank_90", "worst"), rows


def _hours(row: Any, words: Words) -> list[str]:
    """Return the hours of a row and their interval, or that they are not published."""
    if row["missing_class"] == CLASSES[-1]:
        return [words("table.withheld")] * 2
    ends = interval(row["missing_p05"], row["missing_p95"], words.lang, 1)
    return [number(row["missing_h_per_week"], words.lang, 1), ends]


def drawn_bars(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep the assumptions that move something, at most so many."""
    effects = ["pairs_low_pct", "pairs_high_pct", "total_low_pct", "total_high_pct"]
    moves = table[effects].abs().max(axis=1) > FAINT
    return pd.DataFrame(table[moves].head(most))


def tornado_sentence(table: pd.DataFrame, labels: dict[str, str], pairs: int, words: Words) -> str:
    """Return which assumption moves the ranking most, and which the total."""
    if table.empty or pairs == 0:
        return words("study.tornado_nothing")
    first = table.iloc[0]
    moved = round(max(first["pairs_low_pct"], first["pairs_high_pct"]) / 100 * pairs, 1)
    reach = table[["total_low_pct", "total_high_pct"]].abs().max(axis=1)
    widest = table.iloc[int(reach.fillna(0.0).to_numpy().argmax())]
    return words(
        "study.tornado_said",
        ranking=labels[first["name"]],
        moved=number(moved, words.lang, 0 if float(moved).is_integer() else 1),
        pairs=number(pairs, words.lang),
        total=labels[widest["name"]],
        low=signed_percent(widest["total_low_pct"], words.lang),
        high=signed_percent(widest["total_high_pct"], words.lang),
    )


def tornado_rows(
    table: pd.DataFrame, assumptions: Assumptions, labels: dict[str, str], pairs: int, words: Words
) -> Rows:
    """Return each assumption's bounds and what each moves."""
    lang = words.lang
    rows = []
    for row in table.to_dict("records"):
        moved = [row[f"pairs_{end}_pct"] / 100 * pairs for end in ("low", "high")]
        rows.append(
            [
                labels[row["name"]],
                f"{row['value']:g}".replace(".", "," if lang == "fr" else "."),
                f"{row['low']:g} – {row['high']:g}".replace(".", "," if lang == "fr" else "."),
                " / ".join(number(round(value, 1), lang, 1) for value in moved),
                " / ".join(
                    signed_percent(row[f"total_{end}_pct"], words.lang) for end in ("low", "high")
                ),
            ]
        )
    return _head(words, "assumption", "value", "bounds", "pairs", "total"), rows


def equity_items(table: pd.DataFrame, words: Words) -> list[tuple[str, str, str]]:
    """Return each pure measure of equity: its name, its value, its sentence."""
    found = dict(zip(table["measure"], table["value"], strict=True))
    items = []
    for name, decimals in (
        ("gini", 2), ("theil", 2), ("concentration_poverty", 2), ("qpv_ratio", 2),
    ):  # fmt: skip
        value = found[name]
        items.append(
            (
                words(f"study.equity.{name}.label"),
                number(value, words.lang, decimals).replace("-", "−"),
                words(f"study.equity.{name}.{_side(name, value)}"),
            )
        )
    return items


def equity_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return whom the help serves: by poverty, then QPV against elsewhere."""
    said = {label: text for label, _, text in equity_items(table, words)}
    names = ("concentration_poverty", "qpv_ratio")
    return " ".join(said[words(f"study.equity.{name}.label")] for name in names)


def _side(name: str, value: float) -> str:
    """Return on which side of fairness a measure is."""
    if value != value:
        return "unknown"
    if name == "concentration_poverty":
        return "poor" if value > 0.02 else "rich" if value < -0.02 else "even"
    if name == "qpv_ratio":
        return "more" if value > 1.02 else "less" if value < 0.98 else "even"
    return "uneven" if value > 0.02 else "even"


def inside_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return need, help and gap inside the known QPV outlines and outside."""
    lang = words.lang
    rows = [
        [
            words(f"study.qpv_{row['where']}"),
            number(row["population"], lang),
            number(row["need_persons"], lang),
            number(row["access_h_per_100"], lang, 2),
            number(row["nearest_min"], lang),
            number(_per_100(row["missing_h_per_week"], row["need_persons"]), lang, 2),
            number(row["missing_h_per_week"], lang, 1),
        ]
        for row in table.to_dict("records")
    ]
    names = ("zone", "people", "need", "access", "walk", "missing_rate", "missing")
    return _head(words, *names), rows


def _per_100(hours: float, people: float) -> float | None:
    return 100 * hours / people if people > 0 else None


def network_rows(table: pd.DataFrame, communes: dict[str, str], words: Words) -> Rows:
    """Return each REP/REP+ network: its walk to help, and need and gap around its collège."""
    lang = words.lang
    rows = [
        [
            row["name"],
            row["network"],
            communes.get(row["commune"], row["commune"]),
            number(row["walk_min"], lang),
            number(row["need_persons"], lang),
            number(row["access_h_per_100"], lang, 2),
            number(row["missing_h_per_week"], lang, 1),
            number(row["schools"], lang),
            number(row["pupils"], lang),
        ]
        for row in table.to_dict("records")
    ]
    names = ("college", "network", "commune", "walk", "around", "access", "missing")
    return _head(words, *names, "schools", "pupils"), rows


def cost_rows(table: pd.DataFrame, total: pd.DataFrame, words: Words) -> Rows:
    """Return hours, least posts and what they cost in a year; the whole territory last."""
    lang = words.lang
    rows = [
        [
            str(row["name"]),
            number(row["missing_h_per_week"], lang, 1),
            number(row["missing_etp"], lang, 2),
            number(row["least_posts"], lang, 1),
            thousands(row["cost_eur"], lang),
            f"{thousands(row['cost_low_eur'], lang)} – {thousands(row['cost_high_eur'], lang)}",
        ]
        for row in [*table.to_dict("records"), *total.to_dict("records")]
    ]
    return _head(words, "zone", "missing", "etp", "posts", "cost", "cost_bounds"), rows


def thousands(euros: float, lang: Any) -> str:
    """Return euros to the nearest thousand: the cost of a post is not known better."""
    return number(round(euros, -3), lang)


def index_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return the ranks side by side: ours, need, IFN V2 and DERI."""
    lang = words.lang
    rows = [
        [
            str(row["name"]),
            number(row["missing_h_per_week"], lang, 1),
            number(row["rank_gap"], lang),
            number(row["rank_need"], lang),
            number(row["ifn"], lang, 1),
            number(row["rank_ifn"], lang),
            number(row["deri"], lang, 1),
            number(row["rank_deri"], lang),
        ]
        for row in table.to_dict("records")
    ]
    names = ("commune", "missing", "rank_gap", "rank_need", "ifn", "rank_ifn", "deri", "rank_deri")
    return _head(words, *names), rows
