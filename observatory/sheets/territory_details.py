"""The two pages of detail of a territory sheet: zones, method, places, schools, sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from observatory.geo.codes import in_cog
from observatory.geo.territories import leveled_region
from observatory.model.precision import CLASSES
from observatory.sheets.sheet_text import plain
from observatory.sheets.territory_texts import Section, Table, Writer, grade_text, iris_name
from observatory.sheets.territory_zones import OF_QPV, Territory, Zone
from observatory.tables.plain_text import text_or_empty
from observatory.words.assumption_texts import assumption_texts, bounds_text, value_words
from observatory.words.numbers import (
    day_text,
    hours_text,
    interval,
    number,
    percent,
    phone_text,
)

#: IRIS named on the sheet of the whole territory.
MOST_IRIS = 20
#: The assumptions that move the figures most, in the order of the computation.
MAIN = (
    "need.model",
    "need.level_departement_pct",
    "capacity.counsellor.contract_h_per_week",
    "capacity.counsellor.public_share",
    "capacity.france_services.digital_share",
    "capacity.aidant.h_per_week",
    "freshness.weight_very_stale",
    "walk.speed_kmh",
    "walk.detour",
    "access.near_min",
    "gap.norm",
    "gap.etp_h_per_week",
    "gap.post_cost_eur",
)


def details(territory: Territory, zone: Zone, write: Writer) -> dict[str, Any]:
    """Return what stands on pages 2 and 3, by the names of ``TerritoryContent``."""
    words, assumptions = write.words, territory.model.assumptions
    moved = assumptions.moved_from(territory.usual)
    reach = assumptions.number("access.step.edge_min.e3") * assumptions.number(
        "access.step.stretch"
    )
    level = "level" if leveled_region(territory.model.facts.departement) else "no_level"
    method = [
        words(f"method.{name}", minutes=number(reach, write.lang))
        for name in ("need", level, "help", "access", "missing", "ends")
    ]
    method.append(territory.silent("cells", write.lang))
    named = {text.item.name: text.label for text in assumption_texts(assumptions, write.lang)}
    listed = ", ".join(named[name] for name in moved)
    return {
        "zones": _zones(territory, zone, write),
        "method": Section(words("detail.method"), tuple(filter(None, method))),
        "assumptions": _assumptions(territory, moved, write),
        "changed": words("detail.assumptions_changed", names=listed) if moved else "",
        "places": _places(territory, zone, write),
        "seats": _seats(territory, zone, write),
        "schools": _schools(territory, zone, write),
        "all_sources": Section(words("detail.sources"), tuple(_sources(territory, write))),
    }


def _zones(territory: Territory, zone: Zone, write: Writer) -> tuple[Table, ...]:
    words, note = write.words, write.words("detail.ranges")
    if zone.level != "ept":
        pct = percent(100 * OF_QPV, write.lang)
        key = "detail.iris_qpv" if zone.level == "qpv" else "detail.iris"
        rows = territory.iris_of(zone)
        return (_gaps(words(key, pct=pct), _named(territory, zone, rows, write), write, note),)
    every = territory.iris_of(zone)
    worst = every[every["missing_class"].isin(CLASSES[:2])].head(MOST_IRIS)
    title = words("detail.iris_worst", count=len(worst), total=len(every))
    communes, qpv = (
        _gaps(words(f"detail.{name}"), _plain_rows(territory, level, write), write)
        for name, level in (("communes", "commune"), ("qpv", "qpv"))
    )
    others = (communes, replace(qpv, nothing=territory.silent("qpv", write.lang)))
    return (*others, _gaps(title, _named(territory, zone, worst, write), write, note))


def _named(
    territory: Territory, zone: Zone, rows: pd.DataFrame, write: Writer
) -> list[tuple[str, str, dict[Any, Any]]]:
    records = rows.to_dict("records")
    return [(*iris_name(territory, zone, row, write), row) for row in records]


def _plain_rows(
    territory: Territory, level: Any, write: Writer
) -> list[tuple[str, str, dict[Any, Any]]]:
    """Return the zones of a level, the worst first; a QPV with the communes that it touches."""
    where: dict[str, str] = {}
    if level == "qpv":
        where = {
            one.code: ", ".join(territory.commune_names[code] for code in one.communes)
            for one in territory.zones
            if one.level == "qpv"
        }
    table = territory.gaps(level).sort_values(
        ["missing_h_per_100", "code"], ascending=[False, True], na_position="last"
    )
    return [
        (plain(str(row["name"]), 60), plain(where.get(str(row["code"]), ""), 60), row)
        for row in table.to_dict("records")
    ]


def _gaps(
    title: str, rows: Iterable[tuple[str, str, dict[Any, Any]]], write: Writer, note: str = ""
) -> Table:
    lang, words = write.lang, write.words
    hidden = words("figure.withheld")

    def ranged(value: str, low: Any, high: Any, decimals: int) -> str:
        between = interval(low, high, lang, decimals).replace(" – ", "–")
        return f"{value} ({between})" if between else value

    found: list[tuple[str, ...]] = []
    for name, known, row in rows:
        need = ranged(number(row["need_persons"], lang), row["need_low"], row["need_high"], 0)
        hours = number(row["missing_h_per_week"], lang, 1)
        missing = ranged(hours, row["missing_low"], row["missing_high"], 1)
        rate = number(row["missing_h_per_100"], lang, 2)
        if row["need_class"] == CLASSES[-1]:
            need = hidden
        if row["missing_class"] == CLASSES[-1]:
            rate = missing = hidden
        access = number(row["access_h_per_100"], lang, 2)
        grade = hidden if missing == hidden else grade_text(row["missing_class"], write)
        found.append((name, known, need, access, rate, missing, grade))
    headers = write.headers("zone", "known", "need", "access", "rate", "missing", "grade")
    if not any(row[1] for row in found):
        kept = (0, 2, 3, 4, 5, 6)
        headers = tuple(headers[place] for place in kept)
        found = [tuple(row[place] for place in kept) for row in found]
        return Table(title, headers, tuple(found), (1, 2, 3, 4), note)
    return Table(title, headers, tuple(found), (2, 3, 4, 5), note)


def _assumptions(territory: Territory, moved: list[str], write: Writer) -> Table:
    texts = {
        text.item.name: text
        for text in assumption_texts(territory.model.assumptions, write.lang)
        if text.item.name in (*MAIN, *moved)
    }
    order = [name for name in dict.fromkeys((*MAIN, *moved)) if name in texts]
    rows = []
    for text in (texts[name] for name in order):
        value = value_words(text.item, write.screens)
        whole = f"{value} {text.unit}".strip()
        rows.append((plain(text.label, 90), plain(whole, 90), bounds_text(text.item, write.lang)))
    headers = write.headers("assumption", "value", "bounds")
    return Table(write.words("detail.assumptions"), headers, tuple(rows))


def _places(territory: Territory, zone: Zone, write: Writer) -> Table:
    sites = territory.sites_of(zone)
    sites = sites[~sites["seat"]]
    several = len(zone.communes) > 1
    rows = []
    for row in sites.to_dict("records"):
        cells = [plain(str(row["name"]), 70)]
        if several:
            cells.append(plain(str(row["commune_name"]), 40))
        cells += [
            plain(text_or_empty(row["address"]), 60),
            plain(text_or_empty(row["programmes"]).replace("|", ", "), 80),
            plain(hours_text(text_or_empty(row["hours"]), write.lang), 120),
            plain(phone_text(text_or_empty(row["phone"])), 24),
            plain(day_text(text_or_empty(row["confirmed_on"]), write.lang), 24),
        ]
        rows.append(tuple(cells))
    names = ["place", "address", "programmes", "hours", "phone", "confirmed"]
    if several:
        names.insert(1, "commune")
    return Table(write.words("detail.places"), write.headers(*names), tuple(rows))


def _seats(territory: Territory, zone: Zone, write: Writer) -> str:
    sites = territory.sites_of(zone)
    names = [plain(str(name), 70) for name in sites.loc[sites["seat"], "name"]]
    return write.words("detail.seats", names=", ".join(names)) if names else ""


def _schools(territory: Territory, zone: Zone, write: Writer) -> Table:
    rows = territory.schools_of(zone)
    if silent := territory.silent("schools", write.lang):
        return Table(write.words("detail.schools_by"), (), (), nothing=silent)
    if zone.level == "ept":
        return _schools_by_commune(territory, rows, write)
    found = []
    for row in rows.to_dict("records"):
        kind = write.words(f"type.{row['school_type']}")
        name = f"{plain(str(row['school_name']), 60)}, {kind}"
        found.append((name, str(row["network"]), number(row["walk_min"], write.lang)))
    headers = write.headers("school", "network", "walk")
    note = write.words("detail.schools_note_list")
    return Table(write.words("detail.schools"), headers, tuple(found), (2,), note)


def _schools_by_commune(territory: Territory, rows: pd.DataFrame, write: Writer) -> Table:
    minutes = territory.model.assumptions.number("access.near_min")
    commune = rows["commune"].map(lambda code: in_cog(code, territory.cog))
    found = []
    for code, name in territory.gaps("commune")["name"].items():
        here = rows[commune == code]
        counts = (
            (here["network"] == "REP").sum(),
            (here["network"] == "REP+").sum(),
            (here["walk_min"] > minutes).sum(),
            here["walk_min"].isna().sum(),
        )
        found.append((plain(str(name), 40), *(number(int(one), write.lang) for one in counts)))
    names = ("commune", "rep", "rep_plus", "far", "unknown")
    headers = write.headers(*names, minutes=number(minutes, write.lang))
    title, note = (write.words(f"detail.{name}") for name in ("schools_by", "schools_note"))
    return Table(title, headers, tuple(found), (1, 2, 3, 4), note)


def _sources(territory: Territory, write: Writer) -> list[str]:
    """Return a line a publisher and licence: its sources with their vintages."""
    by: dict[tuple[str, str], list[str]] = {}
    for one in territory.sources:
        text = write.words("detail.source", title=one.title, vintage=one.vintage)
        by.setdefault((one.publisher, one.licence), []).append(plain(text, 160))
    between = "\u00a0; "
    return [
        f"{plain(who, 90)} ({plain(licence, 40)})\u00a0: {between.join(texts)}."
        for (who, licence), texts in by.items()
    ]
