"""The texts of the command line: gaps, build report, status and checks, headings in French."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from observatory.model.programmes import Programme
from observatory.tables.manifest import Manifest
from observatory.tables.provenance import Provenance
from observatory.tables.vintages import Vintage

#: The counts of ``status``, in this order; others follow by name.
FACTS = {
    "communes": "communes",
    "iris": "IRIS",
    "cells": "carreaux habités de 200 m",
    "cell_population": "habitants des carreaux",
    "rep_schools": "écoles et collèges REP et REP+",
    "rep_colleges": "collèges REP",
    "rep_plus_colleges": "collèges REP+",
    "france_services": "France Services",
    "host_structures": "structures d'accueil de conseillers numériques",
    "counsellor_posts": "postes de conseillers numériques",
    "counsellor_posts_departement": "postes de conseillers numériques du département",
    "sites": "lieux de médiation numérique",
    "seats": "sièges de structures sans lieu connu",
}
ZONES = {"iris": "IRIS", "qpv": "QPV", "commune": "Commune", "ept": "EPT"}
#: The last two are left out of a narrow terminal.
HEADINGS = (
    "Habitants",
    "En difficulté\nnumérique\n(pers.)",
    "Aide à\nportée\n(h/sem./\n100 p.)",
    "Il manque\n(h/sem.)",
    "Soit\n(ETP)",
    "Aide\nsur place\n(h/sem.)",
)
#: Columns of a terminal that hold figures and intervals side by side.
ROOMY = 110
WIDE = 200
THIN = "\u202f"
UNKNOWN = "n.c."


def french(value: float | None, digits: int = 0) -> str:
    """Give a number as people read it: thin spaces between thousands, a comma for decimals."""
    if value is None or pd.isna(value) or not math.isfinite(value):
        return UNKNOWN
    text = f"{round(value, digits) + 0.0:,.{digits}f}"
    return text.replace(",", THIN).replace(".", ",")


def interval(value: float, low: float, high: float, digits: int = 0, gap: str = " ") -> str:
    """Give a figure with its interval beside it: ``4 321 [3 900–5 000]``."""
    if pd.isna(value):
        return UNKNOWN
    return f"{french(value, digits)}{gap}[{french(low, digits)}–{french(high, digits)}]"


def gap_table(gaps: pd.DataFrame, total: pd.DataFrame, level: str, width: int = WIDE) -> Table:
    """Give the gaps of one level as a table for the terminal.

    Parameters
    ----------
    gaps
        One row a zone, columns of ``contracts.built.GAPS``.
    total
        The one row of the whole territory, shown last; empty for none.
    level
        ``iris``, ``qpv``, ``commune`` or ``ept``.
    width
        Columns of the terminal; a narrow one has intervals below their figures and less beside.
    """
    table = Table(
        title=_title(gaps, level),
        caption=_caption(gaps),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Code", no_wrap=True)
    table.add_column(ZONES[level], overflow="fold", min_width=12)
    roomy = width >= ROOMY
    for heading in HEADINGS if roomy else HEADINGS[:4]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in gaps.itertuples(index=False):
        table.add_row(str(row.code), *_gap_cells(row, roomy))
    for row in total.itertuples(index=False):
        table.add_section()
        table.add_row("Total", *_gap_cells(row, roomy), style="bold")
    return table


def _gap_cells(row: Any, roomy: bool) -> list[str]:
    between = " " if roomy else "\n"
    missing = (row.missing_h_per_week, row.missing_low, row.missing_high)
    cells = [
        str(row.name),
        french(row.population),
        interval(row.need_persons, row.need_low, row.need_high, gap=between),
        french(row.access_h_per_100, 2),
        interval(*missing, digits=1, gap=between),
    ]
    return [*cells, french(row.missing_etp, 1), french(row.help_h_per_week, 1)] if roomy else cells


def _title(gaps: pd.DataFrame, level: str) -> str:
    cog = "cog_2024" if gaps.empty else str(gaps["cog"].iloc[0])
    words = "Pierrefitte à part" if cog == "cog_2024" else "Pierrefitte dans Saint-Denis"
    return f"Heures d'aide numérique manquantes par {ZONES[level]} ({cog} : {words})"


def _caption(gaps: pd.DataFrame) -> str:
    if gaps.empty:
        return ""
    norm = french(float(gaps["norm_h_per_100"].iloc[0]), 2)
    said = [
        f"Norme : {norm} h/sem. d'aide à portée de marche pour 100 personnes en difficulté.",
        "[ – ] : de la valeur basse à la valeur haute. h/sem. : heures par semaine.",
        "ETP : équivalent temps plein. Les surplus ne comblent pas les manques d'ailleurs.",
    ]
    said.append("L'aide et les besoins au-delà du département ne sont connus d'aucune source.")
    if gaps["need_persons"].isna().any():
        said.append(f"{UNKNOWN} : non connu, le contour du QPV manque.")
    noted = gaps[gaps["note"].notna() & gaps["need_persons"].notna()]
    said += [f"{row.code} : {row.note}." for row in noted.itertuples(index=False)]
    return "\n".join(said)


def source_rows(sources: Sequence[Provenance]) -> list[tuple[str, str, int, int, int, str]]:
    """Give, for each source in order: id, vintage, rows in, out and aside, and the reasons."""
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
    """Give the report of a build for the terminal: each source's rows, tables, counts, warnings."""
    table = Table(title=f"Sources de {manifest.territory_name}", title_justify="left")
    table.add_column("Source", no_wrap=True)
    table.add_column("Millésime")
    for heading in ("Lignes lues", "Gardées", "Écartées"):
        table.add_column(heading, justify="right")
    table.add_column("Pourquoi")
    for name, vintage, read, kept, aside, why in source_rows(sources or manifest.sources):
        table.add_row(name, vintage, french(read), french(kept), french(aside), why)
    parts: list[RenderableType] = [table, _counts("Lignes construites", rows or {}, {})]
    parts.append(_counts("Comptes à comparer avec les producteurs", manifest.facts, FACTS))
    parts += [Text(f"À savoir : {line}", style="yellow") for line in warnings]
    return Group(*(part for part in parts if not isinstance(part, Table) or part.row_count))


def _counts(title: str, values: Mapping[str, int], words: Mapping[str, str]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("Quoi")
    table.add_column("Combien", justify="right")
    for name in ordered_facts(values):
        table.add_row(words.get(name, name), french(values[name]))
    return table


def ordered_facts(values: Mapping[str, int]) -> dict[str, int]:
    """Give the counts in the order of the documentation, others after by name."""
    first = [name for name in FACTS if name in values]
    return {name: int(values[name]) for name in [*first, *sorted(set(values) - set(first))]}


def build_markdown(
    manifest: Manifest,
    sources: Sequence[Provenance] = (),
    rows: Mapping[str, int] | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """Give the same report as Markdown."""
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
    programmes: Iterable[Programme] = (),
) -> dict[str, Any]:
    """Give the state of a build as plain values: counts, each source with its age, promises."""
    ordered = sorted(manifest.sources, key=lambda source: source.id)
    return {
        "observatory": manifest.observatory,
        "build": build,
        "territory": manifest.territory,
        "territory_name": manifest.territory_name,
        "cog": manifest.cog,
        "facts": ordered_facts(manifest.facts),
        "sources": [_source_values(source, vintages.get(source.id), today) for source in ordered],
        "programmes": [_promise(programme, manifest.facts) for programme in programmes],
    }


def _promise(programme: Programme, facts: Mapping[str, int]) -> dict[str, Any]:
    """Set what the build knows beside a promise; None where no source holds it."""
    return {
        "id": programme.id,
        "name": programme.name,
        "promise": programme.promise,
        "quantity": programme.quantity,
        "known": facts.get(programme.known) if programme.known else None,
        "source": programme.source,
    }


def _source_values(source: Provenance, vintage: Vintage | None, today: dt.date) -> dict[str, Any]:
    names = ("id", "title", "publisher", "licence", "vintage", "read_on", "url", "sha256")
    counts = ("rows_in", "rows_out", "rows_aside")
    return {
        **{name: getattr(source, name) for name in (*names, *counts)},
        "as_of": None if vintage is None else vintage.as_of.isoformat(),
        "age_months": None if vintage is None else vintage.age_months(today),
        "stale_after_months": None if vintage is None else vintage.stale_after_months,
        "stale": None if vintage is None else vintage.is_stale(today),
    }


def status_table(values: Mapping[str, Any]) -> Group:
    """Give the state of a build for the terminal; stale sources are said first and last."""
    sources = values["sources"]
    stale = [source for source in sources if source["stale"]]
    table = Table(title="Sources", title_justify="left")
    for heading in ("Source", "Producteur", "Millésime", "Lu le"):
        table.add_column(heading, no_wrap=heading == "Source")
    for heading in ("Lignes gardées", "Écartées", "Âge (mois)"):
        table.add_column(heading, justify="right")
    table.add_column("État", no_wrap=True)
    for source in sources:
        table.add_row(*_status_cells(source), style="bold red" if source["stale"] else None)
    head = Text(f"{values['territory_name']} ({values['territory']}), {values['build']}")
    return Group(
        head,
        _counts("Comptes", values["facts"], FACTS),
        _promises(values["programmes"]),
        table,
        _loud(len(stale), len(sources)),
    )


def _promises(programmes: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(title="Programmes publics", title_justify="left")
    table.add_column("Promesse")
    table.add_column("Connu des sources", justify="right")
    for programme in programmes:
        known = programme["known"]
        table.add_row(programme["promise"], "non connu" if known is None else french(known))
    return table


def _status_cells(source: Mapping[str, Any]) -> list[str]:
    state = {True: "PÉRIMÉE", False: "à jour", None: "âge non connu"}[source["stale"]]
    return [
        source["id"],
        source["publisher"],
        source["vintage"],
        source["read_on"],
        french(source["rows_out"]),
        french(source["rows_aside"]),
        french(source["age_months"]),
        state,
    ]


def downloads_table(rows: Iterable[Sequence[str]]) -> Table:
    """Give the files that can be fetched, for the terminal: one row a file, in five words."""
    table = Table(title="Fichiers à télécharger", title_justify="left")
    for heading in ("Nom", "Jeu de données", "Producteur", "Millésime", "Licence"):
        table.add_column(heading, no_wrap=heading == "Nom")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _loud(stale: int, total: int) -> Text:
    if not stale:
        return Text("Aucune source n'a dépassé son âge limite.")
    return Text(
        f"ATTENTION : {stale} sources sur {total} ont dépassé leur âge limite. "
        "Les chiffres qui en viennent sont à vérifier avant de décider.",
        style="bold red",
    )
