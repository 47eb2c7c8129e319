"""What differs between two builds, in words: the page, the terminal and the feed say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from observatory.model.build_changes import CODE
from observatory.model.build_comparison import Comparison
from observatory.tables.history import Kept
from observatory.tables.history_results import HELP_KINDS, PARTS, PLACE_KINDS
from observatory.words.catalogue import Words
from observatory.words.numbers import UNKNOWN, day_text, is_known, number, signed

Rows = tuple[list[str], list[list[str]]]
#: Decimals of hours; a change below half of the last one is none.
DECIMALS = 1
#: Decimals of a figure, by the end of its name.
_FINE = {"_per_100": 2, "_per_week": 1}


def build_name(kept: Kept, words: Words, *, edition: bool = False) -> str:
    """Return what a person calls a build: its day and hash, or the edition."""
    day = day_text(kept.day, words.lang)
    if edition:
        return words("history.edition", day=day)
    return words("history.build", day=day, hash=kept.name.rpartition("-")[2])


def answer(found: Comparison, words: Words) -> str:
    """Return in one or two sentences what changed: places, help, sources, and hours missing."""
    told = {**_days(found, words), "territory": found.after.manifest.territory_name}
    counts = counted(found, words)
    if not counts and found.figures.empty:
        return words("history.nothing", **told)
    said = counts or words("history.unchanged_parts")
    return f"{words('history.answer', **told, changes=said)} {_missing(found, words)}"


def _days(found: Comparison, words: Words) -> dict[str, str]:
    """Return what the two builds are called: their days, where these tell them apart."""
    both = {"before": found.before, "after": found.after}
    if found.before.day == found.after.day:
        return {when: build_name(kept, words) for when, kept in both.items()}
    return {when: day_text(kept.day, words.lang) for when, kept in both.items()}


def counted(found: Comparison, words: Words) -> str:
    """Return how many places, helps, sources and items of the method changed, in the territory."""
    kinds = [
        (kind, int((table["kind"] == kind).sum()))
        for table, names in (
            (_inside(found.places), PLACE_KINDS),
            (_inside(found.help), HELP_KINDS),
        )
        for kind in names
    ]
    kinds += [("sources", len(found.sources)), ("method", len(found.method))]
    return ", ".join(
        words(
            f"history.count.{kind}{'_many' if count > 1 else ''}", count=number(count, words.lang)
        )
        for kind, count in kinds
        if count
    )


def _inside(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["in_territory"]]


def _missing(found: Comparison, words: Words) -> str:
    """Return the hours missing in the territory, and what each part did to them."""
    lang = words.lang
    whole = found.figures
    row = whole[(whole["level"] == "ept") & (whole["figure"] == "missing_h_per_week")]
    after = number(found.total[1], lang, DECIMALS)
    if row.empty or not round(abs(float(row["difference"].iloc[0])), DECIMALS):
        return words("history.no_missing", after=after)
    parts = ", ".join(
        f"{words(f'history.part.{part}')} {signed(float(row[part].iloc[0]), lang, DECIMALS)}"
        for part in PARTS
        if round(abs(float(row[part].iloc[0])), DECIMALS)
    )
    change = signed(float(row["difference"].iloc[0]), lang, DECIMALS)
    return words("history.missing", after=after, change=change, parts=parts)


def place_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return the places that changed, those of the territory first."""
    names = ("name", "kind", "commune", "before", "after", "distance")
    rows = [
        [
            row["name"],
            words(f"history.kind.{row['kind']}"),
            _commune(row, words),
            _text(row["before"]),
            _text(row["after"]),
            words("history.metres", value=number(row["distance_m"], words.lang))
            if is_known(row["distance_m"])
            else "",
        ]
        for row in table.to_dict("records")
    ]
    return _headings(names, words), rows


def renumbered(table: pd.DataFrame, words: Words) -> list[str]:
    """Return a sentence for each source that changed its identifiers, from the table of sources."""
    known = table.dropna(subset="places_again")
    return [
        words(
            f"history.renumbered{'_many' if count > 1 else ''}",
            title=title,
            count=number(float(count), words.lang),
        )
        for title, count in zip(known["title"], known["places_again"], strict=True)
    ]


def help_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return the help that begins, ends or changes."""
    figures = ("posts_before", "posts_after", "open_before", "open_after")
    rows = [
        [
            row["name"],
            words(f"history.kind.{row['kind']}"),
            _commune(row, words),
            row["programme"],
            *(_quantity(row[name], words) for name in figures),
        ]
        for row in table.to_dict("records")
    ]
    return _headings(("name", "kind", "commune", "programme", *figures), words), rows


def source_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return the sources that changed."""
    names = ("source", "kind", "publisher", "before", "after", "rows_before", "rows_after")
    rows = [
        [
            row["title"],
            words(f"history.kind.{row['kind']}"),
            row["publisher"],
            *(_edition(row, when, words) for when in ("before", "after")),
            *(number(row[name], words.lang, 0, "") for name in ("rows_before", "rows_after")),
        ]
        for row in table.to_dict("records")
    ]
    return _headings(names, words), rows


def _edition(row: dict[Any, Any], when: str, words: Words) -> str:
    """Return what a source was of, and the day it was read where that alone tells two apart."""
    vintage = _text(row[f"vintage_{when}"])
    if row["vintage_before"] != row["vintage_after"] or pd.isna(row[f"read_{when}"]):
        return vintage
    day = day_text(str(row[f"read_{when}"]), words.lang)
    return words("history.read_on", vintage=vintage, day=day)


def method_rows(table: pd.DataFrame, labels: dict[str, str], words: Words) -> Rows:
    """Return what of the method changed; ``labels`` says what to call each assumption."""
    rows = [
        [
            words("history.code") if row["name"] == CODE else labels.get(row["name"], row["name"]),
            words(f"history.kind.{row['kind']}"),
            _text(row["before"]),
            _text(row["after"]),
        ]
        for row in table.to_dict("records")
    ]
    return _headings(("item", "kind", "before", "after"), words), rows


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the figures whose change shows as it is written; those known once only are kept."""
    places = table["figure"].map(decimals_of)
    sizes = zip(table["difference"].abs(), places, strict=True)
    shown = [not is_known(size) or bool(round(size, count)) for size, count in sizes]
    return pd.DataFrame(table[shown])


def smaller(table: pd.DataFrame, words: Words) -> str:
    """Return the sentence that counts the changes too small to be written; empty without any."""
    count = len(table) - len(listed(table))
    many = "_many" if count > 1 else ""
    value = number(float(count), words.lang)
    return words(f"history.smaller{many}", count=value) if count else ""


def figure_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return one figure zone by zone: before, after, the difference and its parts."""
    names = ("difference", *PARTS)
    rows = [
        [
            row["name"],
            *(figure(row["figure"], row[name], words) for name in ("before", "after")),
            *(change(row["figure"], row[name], words) for name in names),
        ]
        for row in table.to_dict("records")
    ]
    return _headings(("zone", "before", "after", *names), words), rows


def time_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return the figures of a zone build by build, one column a figure."""
    names = list(dict.fromkeys(table["figure"]))
    wide = table.pivot(index=["build", "day"], columns="figure", values="value")
    rows = [
        [
            words("history.build", day=day_text(day, words.lang), hash=build.rpartition("-")[2]),
            *(figure(name, wide.at[(build, day), name], words) for name in names),
        ]
        for build, day in dict.fromkeys(zip(table["build"], table["day"], strict=True))
    ]
    heads = [words(f"history.figure_of.{name}") for name in names]
    return [*_headings(("build",), words), *heads], rows


def figure(name: str, value: Any, words: Words) -> str:
    """Return the value of a figure."""
    return number(value, words.lang, decimals_of(name))


def change(name: str, value: Any, words: Words) -> str:
    """Return the change of a figure, with its sign."""
    return signed(value, words.lang, decimals_of(name)) if is_known(value) else UNKNOWN


def decimals_of(name: str) -> int:
    """Return how many decimals a figure is written with."""
    return next((places for end, places in _FINE.items() if name.endswith(end)), 0)


def told_lines(found: Comparison, words: Words) -> Iterator[str]:
    """Yield a line for each place, help and source of the territory that changed.

    The last one counts the figures whose change is too small to be written.
    """
    for row in _inside(found.places).to_dict("records"):
        both = " → ".join(part for part in (_text(row["before"]), _text(row["after"])) if part)
        yield _line(row, row["name"], both, words)
    yield from renumbered(found.sources, words)
    for row in _inside(found.help).to_dict("records"):
        yield _line(row, row["name"], f"{row['programme']}, {row['commune_name']}", words)
    for row in found.sources.to_dict("records"):
        told = (_edition(row, when, words) for when in ("before", "after"))
        both = " → ".join(part for part in told if part)
        yield _line(row, row["title"], both, words)
    if small := smaller(found.figures, words):
        yield small


def _line(row: dict[Any, Any], name: str, more: str, words: Words) -> str:
    kind = words("frame.pair", name=words(f"history.kind.{row['kind']}"), value=name)
    return f"{kind} ({more})" if more else kind


def _commune(row: dict[Any, Any], words: Words) -> str:
    name = str(row["commune_name"])
    return name if row["in_territory"] else words("history.around", name=name)


def _quantity(value: Any, words: Words) -> str:
    whole = is_known(value) and float(value).is_integer()
    return number(value, words.lang, 0 if whole else 1, "")


def _headings(names: tuple[str, ...], words: Words) -> list[str]:
    return [words(f"history.heading.{name}") for name in names]


def _text(value: Any) -> str:
    return str(value) if pd.notna(value) else ""
