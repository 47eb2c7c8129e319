"""The tables of the command line: gaps, build report, status and downloads, in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from observatory.cli.output import WIDE, table
from observatory.files.notes import silent_lines
from observatory.model.norms import SHARES
from observatory.model.precision import CLASSES
from observatory.model.to_move import as_missing
from observatory.tables.integrity import ROWS_OF_PLACES
from observatory.tables.manifest import Manifest
from observatory.tables.provenance import Provenance
from observatory.tables.vintages import Vintage
from observatory.words.catalogue import Words, load_words
from observatory.words.numbers import number, of_name
from observatory.words.origin_words import origin_line
from observatory.words.remark_words import say

WORDS = load_words("fr", "reports")
#: Columns of a terminal that hold figures and intervals side by side.
ROOMY = 110
UNKNOWN = "n.c."
#: Figures that a narrow terminal leaves out.
WIDE_ONLY = ("posts", "help")
#: Class of precision -> the figures that are withheld where it is the last.
GRADED = {"need_class": ("need",), "missing_class": ("rate", "missing", "posts")}


def figure(value: float | None, decimals: int = 0) -> str:
    """Return a number as a French reader reads it, or ``n.c.`` where it is not known."""
    return number(value, "fr", decimals, UNKNOWN)


def bounded(value: float, low: float, high: float, decimals: int = 0, gap: str = " ") -> str:
    """Return a figure with its interval beside it: ``4 321 [3 900–5 000]``."""
    if pd.isna(value):
        return UNKNOWN
    return f"{figure(value, decimals)}{gap}[{figure(low, decimals)}–{figure(high, decimals)}]"


def gap_table(gaps: pd.DataFrame, total: pd.DataFrame, level: str, width: int = WIDE) -> Table:
    """Return the gaps of one level as a table for the terminal.

    Parameters
    ----------
    gaps
        One row a zone, columns of ``tables.facts.GAPS``.
    total
        The one row of the whole territory, shown last; empty for none.
    level
        ``iris``, ``qpv``, ``commune`` or ``ept``.
    width
        Columns of the terminal; a narrow one has intervals below their figures and less beside.
    """
    roomy = width >= ROOMY
    moved = len(gaps) > 0 and gaps["norm"].iloc[0] in SHARES
    words = load_words("fr", "reports", to_move=moved)
    shown = words.group("gaps.heading_move" if moved else "gaps.heading")
    if not roomy:
        shown = {name: text for name, text in shown.items() if name not in WIDE_ONLY}
    gaps, total = (as_missing(one) for one in (gaps, total))
    headings = [words("gaps.code"), words(f"zone.{level}"), *shown.values()]
    made = table(
        headings,
        [(str(row.code), *_gap_cells(row, shown, roomy)) for row in gaps.itertuples(index=False)],
        title=_title(gaps, level, words),
        right=range(2, len(headings)),
        whole=(0, *range(2, len(headings))),
    )
    made.columns[1].min_width = 12
    made.padding = (0, 1, 0, 0)
    made.caption, made.caption_justify = _caption(gaps, words), "left"
    for row in total.itertuples(index=False):
        made.add_section()
        made.add_row(words("gaps.total"), *map(Text, _gap_cells(row, shown, roomy)), style="bold")
    return made


def _gap_cells(row: Any, shown: Iterable[str], roomy: bool) -> list[str]:
    """Return the name of a zone and the figures shown; those too uncertain are withheld."""
    between = " " if roomy else "\n"
    missing = (row.missing_h_per_week, row.missing_low, row.missing_high)
    cells = {
        "population": figure(row.population),
        "need": bounded(row.need_persons, row.need_low, row.need_high, gap=between),
        "access": figure(row.access_h_per_100, 2),
        "rate": figure(row.missing_h_per_100, 2),
        "missing": bounded(*missing, gap=between),
        "posts": figure(row.missing_etp, 1),
        "help": figure(row.help_h_per_week, 1),
    }
    for grade, names in GRADED.items():
        if getattr(row, grade) == CLASSES[-1]:
            cells |= dict.fromkeys(names, WORDS("gaps.not_published"))
    return [str(row.name), *(cells[name] for name in shown)]


def _title(gaps: pd.DataFrame, level: str, words: Words) -> str:
    cog = "cog_2024" if gaps.empty else str(gaps["cog"].iloc[0])
    return words("gaps.title", zone=words(f"zone_one.{level}"), cog=cog, where=words(f"gaps.{cog}"))


def _caption(gaps: pd.DataFrame, words: Words) -> str:
    if gaps.empty:
        return ""
    norm = figure(float(gaps["norm_h_per_100"].iloc[0]), 2)
    lines = [words(f"gaps.norm.{gaps['norm'].iloc[0]}", norm=norm)]
    lines += [words(f"gaps.{name}") for name in ("bounds", "surplus", "border")]
    if (gaps[list(GRADED)] == CLASSES[-1]).any(axis=None):
        lines.append(words("gaps.imprecise"))
    if gaps["need_persons"].isna().any():
        lines.append(words("gaps.outline", unknown=UNKNOWN))
    noted = gaps[gaps["note"].notna() & gaps["need_persons"].notna()]
    lines += [f"{row.code} : {say(str(row.note), 'fr')}." for row in noted.itertuples(index=False)]
    told = {name: gaps[name].iloc[0] for name in ("edition", "vintage", "cog", "read_on")}
    return "\n".join([*lines, origin_line(told, "fr")])


def source_rows(sources: Sequence[Provenance]) -> list[tuple[str, str, int, int, int, str]]:
    """Return, for each source in order: id, vintage, rows in, out and aside, and the reasons."""
    ordered = sorted(sources, key=lambda source: source.id)
    return [(s.id, s.vintage, s.rows_in, s.rows_out, s.rows_aside, _reasons(s)) for s in ordered]


def _reasons(source: Provenance) -> str:
    return "; ".join(
        f"{item.rows} × {item.reason}"
        + (f" ({', '.join(item.examples[:2])})" if item.examples else "")
        for item in source.aside
    )


def build_report(
    manifest: Manifest,
    sources: Sequence[Provenance] = (),
    rows: Mapping[str, int] | None = None,
    warnings: Sequence[str] = (),
) -> Group:
    """Return the report of a build for the terminal: sources, rows, counts and warnings."""
    read = table(
        [*WORDS.group("build.heading").values()],
        [
            (name, vintage, *map(figure, counts), why)
            for name, vintage, *counts, why in source_rows(sources or manifest.sources)
        ],
        title=WORDS("build.title", of_name=of_name(manifest.territory_name, "fr")),
        right=(2, 3, 4),
        whole=(0,),
    )
    parts: list[RenderableType] = [read, _counts(WORDS("build.rows"), rows or {}, {})]
    parts.append(_counts(WORDS("build.facts"), manifest.facts, WORDS.group("facts")))
    parts += [Text(WORDS("build.warning", line=line), style="yellow") for line in warnings]
    return Group(*(part for part in parts if not isinstance(part, Table) or part.row_count))


def _counts(title: str, values: Mapping[str, int], words: Mapping[str, str]) -> Table:
    rows = [(words.get(name, name), figure(values[name])) for name in ordered_facts(values)]
    return table(("", ""), rows, title=title, right=(1,))


def ordered_facts(values: Mapping[str, int]) -> dict[str, int]:
    """Return the counts in the order of the documentation, others after by name."""
    first = [name for name in WORDS.group("facts") if name in values]
    return {name: int(values[name]) for name in [*first, *sorted(set(values) - set(first))]}


def build_markdown(
    manifest: Manifest,
    sources: Sequence[Provenance] = (),
    rows: Mapping[str, int] | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """Return the same report as Markdown."""
    lines = [f"# Construction : {manifest.territory_name} ({manifest.territory})", ""]
    lines += ["| source | millésime | lues | gardées | écartées | pourquoi |"]
    lines += ["|---|---|---:|---:|---:|---|"]
    for row in source_rows(sources or manifest.sources):
        lines.append("| " + " | ".join(_cell(value) for value in row) + " |")
    lines += ["", "| table | lignes |", "|---|---:|"]
    lines += [f"| {_cell(name)} | {count} |" for name, count in (rows or {}).items()]
    lines += ["", "| compte | valeur |", "|---|---:|"]
    lines += [f"| {_cell(n)} | {count} |" for n, count in ordered_facts(manifest.facts).items()]
    lines += ["", *(f"- {line}" for line in warnings)]
    return "\n".join(lines).rstrip() + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def status_values(
    manifest: Manifest,
    vintages: Mapping[str, Vintage],
    today: dt.date,
    build: str,
    programmes: pd.DataFrame | None = None,
    places: int | None = None,
    by_hand: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the state of a build as plain values: counts, each source with its age, promises.

    ``by_hand`` names the sources that no download brings.
    """
    ordered = sorted(manifest.sources, key=lambda source: source.id)
    counts = {name: count for name, count in manifest.facts.items() if name != ROWS_OF_PLACES}
    counts |= {} if places is None else {"places": places}
    return {
        "observatory": manifest.observatory,
        "build": build,
        "territory": manifest.territory,
        "territory_name": manifest.territory_name,
        "cog": manifest.cog,
        "facts": ordered_facts(counts),
        "not_covered": list(silent_lines(manifest)),
        "sources": [_source_values(source, vintages.get(source.id), today) for source in ordered],
        "programmes": _promised(programmes, counts),
        "by_hand": [*by_hand],
    }


#: The fact of a manifest that counts what programmes promised.
COUNTED = {"posts_departement": "counsellor_posts_departement", "places_territory": "places"}


def _promised(
    records: pd.DataFrame | None, facts: Mapping[str, int | None]
) -> list[dict[str, Any]]:
    """Set what the build knows beside each promise; None where its manifest does not count it."""
    if records is None:
        return []
    told = records[records["found_by"].notna()]
    return [
        {
            "id": row["id"],
            "name": row["programme"],
            "promise": row["says"],
            "quantity": None if pd.isna(row["quantity"]) else int(row["quantity"]),
            "known": facts.get(COUNTED.get(row["found_by"].split("|")[0], "")),
            "source": row["source"],
        }
        for row in told.to_dict("records")
    ]


def _source_values(source: Provenance, vintage: Vintage | None, today: dt.date) -> dict[str, Any]:
    names = ("id", "title", "publisher", "licence", "vintage", "covers", "read_on", "url", "sha256")
    counts = ("rows_in", "rows_out", "rows_aside")
    return {
        **{name: getattr(source, name) for name in (*names, *counts)},
        "as_of": None if vintage is None else vintage.as_of.isoformat(),
        "age_months": None if vintage is None else vintage.age_months(today),
        "stale_after_months": None if vintage is None else vintage.stale_after_months,
        "stale": None if vintage is None else vintage.is_stale(today),
        **_change(source, today),
    }


def _change(source: Provenance, today: dt.date) -> dict[str, Any]:
    """Return since when a downloaded file has not changed, and whether that is too long."""
    if not source.changed_on:
        return {"changed_on": None, "late_after": None, "late": False}
    days = (today - dt.date.fromisoformat(source.changed_on)).days
    late = bool(source.late_after) and days > source.late_after
    return {"changed_on": source.changed_on, "late_after": source.late_after or None, "late": late}


def alarms(values: Mapping[str, Any], today: dt.date) -> Iterator[str]:
    """Yield a line for each source whose file has not changed for longer than it should have."""
    for source in values["sources"]:
        if source["late"]:
            days = (today - dt.date.fromisoformat(source["changed_on"])).days
            every = number(source["late_after"], "fr")
            yield WORDS("update.late", id=source["id"], days=number(days, "fr"), every=every)


def status_table(values: Mapping[str, Any]) -> Group:
    """Return the state of a build for the terminal; stale sources are said first and last."""
    sources = values["sources"]
    stale = [source for source in sources if source["stale"]]
    made = table(
        [*WORDS.group("status.heading").values()],
        map(_status_cells, sources),
        title=WORDS("status.title"),
        right=(5, 6, 7),
        whole=(0, 8),
        styles=("bold red" if source["stale"] or source["late"] else None for source in sources),
    )
    return Group(
        Text(f"{values['territory_name']} ({values['territory']}), {values['build']}"),
        _counts(WORDS("status.facts"), values["facts"], WORDS.group("facts")),
        _promises(values["programmes"]),
        made,
        *(Text(line) for line in values["not_covered"]),
        *([Text(hand_line(values["by_hand"]))] if values["by_hand"] else []),
        _loud(len(stale), len(sources)),
    )


def hand_line(sources: Iterable[str]) -> str:
    """Return the line that names the sources that no download brings."""
    return WORDS("update.by_hand", sources=", ".join(sources))


def _promises(programmes: Iterable[Mapping[str, Any]]) -> Table:
    rows = [
        (one["promise"], number(one["known"], "fr", unknown=WORDS("status.not_known")))
        for one in programmes
    ]
    headings = (WORDS("status.promise"), WORDS("status.known"))
    return table(headings, rows, title=WORDS("status.programmes"), right=(1,))


def _status_cells(source: Mapping[str, Any]) -> list[str]:
    state = {True: "stale", False: "current", None: "unknown"}[source["stale"]]
    state = "late" if source["late"] else state
    return [
        *(source[name] for name in ("id", "publisher", "vintage", "covers", "read_on")),
        *(figure(source[name]) for name in ("rows_out", "rows_aside", "age_months")),
        WORDS(f"status.state.{state}"),
    ]


def _loud(stale: int, total: int) -> Text:
    if not stale:
        return Text(WORDS("status.none_stale"))
    return Text(WORDS("status.some_stale", stale=stale, total=total), style="bold red")


def downloads_table(rows: Iterable[Sequence[str]]) -> Table:
    """Return the files that can be fetched, for the terminal: one row a file, in five words."""
    headings = [*WORDS.group("downloads.heading").values()]
    return table(headings, rows, title=WORDS("downloads.title"), whole=(0,))
