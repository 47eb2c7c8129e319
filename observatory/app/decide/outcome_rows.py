"""Before and after a scenario: the sentence, the rows of figures, zones, schools and offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.app.decide.spots import Spots
from observatory.model.precision import CLASSES
from observatory.tables.language_names import language_name
from observatory.words.catalogue import Words
from observatory.words.numbers import UNKNOWN, is_known, number, signed

HOURS, RATE, NEAR = "missing_h_per_week", "missing_h_per_100", "newly_near_persons"
#: Figures of the whole territory that stand before and after, with their decimals.
FIGURES = {
    HOURS: 1,
    RATE: 3,
    "access_h_per_100": 3,
    "gini": 3,
    "rep_schools_near": 0,
    "rep_plus_schools_near": 0,
}
#: A change of fewer hours a week, or of fewer people, shows in no figure of the tables.
LEAST_HOURS, LEAST_PEOPLE = 0.05, 0.5
Rows = list[list[str]]


def answer(totals: Mapping[str, Any], minutes: float, words: Words) -> str:
    """Return in a sentence what a scenario changes."""
    lang = words.lang
    said = words(
        "decide.answer",
        after=number(totals[f"{HOURS}_after"], lang, 1),
        before=number(totals[f"{HOURS}_before"], lang, 1),
        change=_between(totals, f"{HOURS}_change", 1, words, "between_hours"),
    )
    newly = totals[NEAR]
    if is_known(newly) and abs(newly) >= LEAST_PEOPLE:
        name = "decide.answer_near" if newly > 0 else "decide.answer_far"
        people, near = number(abs(newly), lang), number(minutes, lang)
        said += " " + words(name, people=people, minutes=near)
    cost = totals["cost_eur_change"]
    if cost > 0:
        said += " " + words("decide.answer_cost", eur=number(cost, lang))
    elif cost < 0:
        said += " " + words("decide.answer_saved", eur=number(-cost, lang))
    uncosted = abs(totals["uncosted_h_per_week"])
    if uncosted >= LEAST_HOURS:
        said += " " + words("decide.answer_uncosted", hours=number(uncosted, lang, 1))
    if totals["over_budget"] is True:
        budget = number(totals["budget_eur"], lang)
        said += " " + words("decide.answer_over", budget=budget)
    return said


def _between(
    row: Mapping[str, Any], name: str, decimals: int, words: Words, text: str = "between"
) -> str:
    """Return a change with its sign and, where it is known, its interval."""
    change = signed(row[name], words.lang, decimals)
    ends = _ends(row, name, decimals, words)
    return words(f"decide.{text}", change=change, ends=ends) if ends else change


def _ends(row: Mapping[Any, Any], name: str, decimals: int, words: Words) -> str:
    """Return the ends of the interval of a change, or the empty text where it has none."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if not (is_known(low) and is_known(high)):
        return ""
    first, last = (signed(end, words.lang, decimals) for end in (low, high))
    return words("decide.ends", low=first, high=last)


def figure_rows(totals: Mapping[str, Any], minutes: float, words: Words) -> tuple[list[str], Rows]:
    """Return the headers and the rows of the figures of the whole territory."""
    near = number(minutes, words.lang)
    rows = []
    for name, decimals in FIGURES.items():
        ends = (number(totals[f"{name}_{when}"], words.lang, decimals) for when in _WHEN)
        change = f"{name}_change"
        told = _ends(totals, change, decimals, words) or UNKNOWN
        figure = words(f"decide.figure.{name}", minutes=near)
        rows.append([figure, *ends, signed(totals[change], words.lang, decimals), told])
    people = signed(totals[NEAR], words.lang)
    told = _ends(totals, NEAR, 0, words) or UNKNOWN
    rows.insert(2, [words(f"decide.figure.{NEAR}", minutes=near), "", "", people, told])
    posts = signed(totals["posts_change"], words.lang, 1)
    rows.append([words("decide.figure.posts"), "", "", posts, ""])
    rows.append(_cost_row(totals, words))
    uncosted = totals["uncosted_h_per_week"]
    if abs(uncosted) >= LEAST_HOURS:
        row = [words("decide.figure.uncosted"), "", "", signed(uncosted, words.lang, 1), ""]
        rows.append(row)
    return [words(f"decide.column.{name}") for name in ("figure", *_WHEN, "change", "ends")], rows


_WHEN = ("before", "after")


def _cost_row(totals: Mapping[str, Any], words: Words) -> list[str]:
    low, high = (totals[f"cost_eur_{end}"] for end in ("low", "high"))
    ends = words("decide.ends", low=signed(low, words.lang), high=signed(high, words.lang))
    shown = _cost(totals, words)
    known = abs(totals["cost_eur_change"]) >= 1
    return [words("decide.figure.cost"), "", "", shown, ends if known else ""]


def _cost(totals: Mapping[str, Any], words: Words) -> str:
    """Return the cost of the changes; not 0 where all that changes has a cost nobody knows."""
    cost = totals["cost_eur_change"]
    if abs(cost) < 1 and abs(totals["uncosted_h_per_week"]) >= LEAST_HOURS:
        return UNKNOWN
    return signed(cost, words.lang)


def changed_zones(table: pd.DataFrame) -> pd.DataFrame:
    """Return the zones whose missing hours or near people change, the most hours first."""
    hours, near = table[f"{HOURS}_change"].abs(), table[NEAR].abs()
    moved = (hours >= LEAST_HOURS) | (near >= LEAST_PEOPLE)
    rows = table[moved.fillna(False)]
    return rows.assign(_size=hours).sort_values("_size", ascending=False).drop(columns="_size")


def zone_rows(
    table: pd.DataFrame, grades: Mapping[str, str], names: Mapping[str, str], words: Words
) -> tuple[list[str], Rows]:
    """Return the headers and rows of the zones before and after.

    Parameters
    ----------
    table
        ``tables.decision_results.COMPARISON``.
    grades
        Class of precision of each zone's missing hours: what is not published is not shown.
    names
        Code -> name of the zones.
    """
    rows = []
    for row in table.to_dict("records"):
        code = str(row["code"])
        hidden = grades.get(code) == CLASSES[-1]
        before, after = (
            words("table.withheld") if hidden else number(row[f"{HOURS}_{when}"], words.lang, 1)
            for when in _WHEN
        )
        rows.append(
            [
                names.get(code, str(row["name"])),
                before,
                after,
                signed(row[f"{HOURS}_change"], words.lang, 1),
                _ends(row, f"{HOURS}_change", 1, words) or UNKNOWN,
                signed(row[f"{RATE}_change"], words.lang, 2),
                signed(row[NEAR], words.lang),
                _ends(row, NEAR, 0, words) or UNKNOWN,
                signed(row["rep_schools_near_change"], words.lang),
                signed(row["posts_change"], words.lang, 1),
            ]
        )
    columns = ("zone", "hours_before", "hours_after", "hours_change", "ends", "rate_change",
               "near", "near_ends", "rep_schools", "posts")  # fmt: skip
    return [words(f"decide.column.{name}") for name in columns], rows


def equipment_rows(
    table: pd.DataFrame, names: Mapping[str, str], words: Words
) -> tuple[list[str], Rows]:
    """Return the zones where the places that declare equipment or a connection change."""
    figures = ("equipment_persons", "declared_places_before", "declared_places_after",
               "equipment_near_persons_before", "equipment_near_persons_after")  # fmt: skip
    moved = table["declared_places_change"].abs() >= LEAST_PEOPLE
    moved |= table["equipment_near_persons_change"].fillna(0.0).abs() >= LEAST_PEOPLE
    rows = [
        [
            names.get(str(row["code"]), str(row["name"])),
            *(number(row[figure], words.lang) for figure in figures),
        ]
        for row in table[moved].to_dict("records")
    ]
    return [words(f"decide.column.{name}") for name in ("zone", *figures)], rows


def school_rows(table: pd.DataFrame, words: Words) -> tuple[list[str], Rows]:
    """Return the schools that come within the near walk of a place, or leave it."""
    rows = [
        [
            str(row["school_name"]),
            str(row["network"]),
            str(row["commune_name"]),
            number(row["walk_min_before"], words.lang),
            number(row["walk_min_after"], words.lang),
        ]
        for row in table.sort_values(["network", "commune_name"], ascending=[False, True]).to_dict(
            "records"
        )
    ]
    columns = ("school", "network", "commune", "walk_before", "walk_after")
    return [words(f"decide.column.{name}") for name in columns], rows


def offer_rows(
    table: pd.DataFrame, spots: Spots, minutes: float, words: Words
) -> tuple[list[str], Rows]:
    """Return what places would offer, and the people in need whom it would newly reach."""
    names = {spot.code: spot.name for spot in spots.values()}
    rows = []
    for row in table.to_dict("records"):
        offer = str(row["offer"])
        if row["kind"] == "languages":
            offer = language_name(offer, words.lang) or offer
        near, newly = (number(row[n], words.lang) for n in ("near_persons", NEAR))
        rows.append([names.get(str(row["place"]), str(row["place"])), offer, near, newly])
    columns = ("place", "offer", "offer_near", "offer_newly")
    near = number(minutes, words.lang)
    return [words(f"decide.column.{name}", minutes=near) for name in columns], rows


def beside_rows(
    first: Mapping[str, Any], second: Mapping[str, Any], minutes: float, words: Words
) -> Rows:
    """Return the figures of two scenarios: each change with its interval."""
    names = {**{f"{name}_change": places for name, places in FIGURES.items()}, NEAR: 0}
    near = number(minutes, words.lang)
    rows = []
    for name, places in names.items():
        figure = words(f"decide.figure.{name.removesuffix('_change')}", minutes=near)
        rows.append([figure, *(_between(one, name, places, words) for one in (first, second))])
    posts = [signed(one["posts_change"], words.lang, 1) for one in (first, second)]
    rows.append([words("decide.figure.posts"), *posts])
    rows.append([words("decide.figure.cost"), *(_cost(one, words) for one in (first, second))])
    return rows
