"""What stands on a territory sheet, in one language, ready for either layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.geo.perimeter import body_of
from observatory.model.assumption_link import link_params
from observatory.model.precision import CLASSES
from observatory.model.scenario import Scenario
from observatory.model.scenario_file import link
from observatory.places.french_communes import commune_table
from observatory.sheets.qr import qr_svg
from observatory.sheets.sheet_text import plain, web_link
from observatory.sheets.territory_details import details
from observatory.sheets.territory_map import swatch, territory_map
from observatory.sheets.territory_sections import cost, places, scenario_section, schools
from observatory.sheets.territory_texts import (
    Section,
    Table,
    Writer,
    grade_text,
    iris_name,
    publishers,
    zone_sentence,
)
from observatory.sheets.territory_zones import Territory, Zone
from observatory.tables.map_scales import MISSING_RATE, ORANGES
from observatory.tables.not_covered import OUTLINES
from observatory.words.catalogue import LANGS, Lang
from observatory.words.numbers import is_known, long_date, number


@dataclass(frozen=True)
class Figure:
    """One of the four figures: its texts, and how sure it is."""

    label: str
    value: str
    unit: str
    between: str
    grade: str


@dataclass(frozen=True)
class Quarter:
    """One of the quarters that lack most: its number on the map, its name, its figures."""

    number: int
    name: str
    line: str


@dataclass(frozen=True)
class TerritoryContent:
    """Every text of a territory sheet, its drawings, and the tables of its two pages of detail."""

    lang: Lang
    day: date
    code: str
    name: str
    title: str
    kind: str
    project: str
    sentence: str
    norm: str
    estimates: str
    figures: tuple[Figure, ...]
    map_title: str
    map_unit: str
    map_alt: str
    map_svg: str
    legend: tuple[tuple[str, str], ...]
    worst_title: str
    worst: tuple[Quarter, ...]
    worst_none: str
    sections: tuple[Section, ...]
    live: str
    live_at: str
    live_url: str
    qr: str
    sources: str
    edition: str
    printed: str
    parts: tuple[str, str]
    zones: tuple[Table, ...]
    method: Section
    assumptions: Table
    changed: str
    places: Table
    seats: str
    schools: Table
    all_sources: Section


def territory_content(
    territory: Territory,
    zone: Zone,
    printed_on: date,
    lang: Lang = "fr",
    *,
    address: str = "",
    scenario: Scenario | None = None,
    scenario_name: str = "",
    opened: Mapping[str, str] | None = None,
) -> TerritoryContent:
    """Return everything that stands on the sheet of a zone.

    Parameters
    ----------
    territory
        The measured territory.
    zone
        One of its zones.
    printed_on
        The day printed on the sheet.
    lang
        ``fr`` or ``en``.
    address
        Where the app is served, for the code to scan; empty where nowhere. The link says the
        assumptions that are not the usual ones.
    scenario
        What would change, to be said too; the link then opens it, where a code can hold it.
    scenario_name
        What it is called.
    opened
        What a link says besides: which territory, where the app serves several.

    Raises
    ------
    ChoiceError
        No such language; or a scenario, and a norm that moves with the help there is.
    """
    if lang not in LANGS:
        raise ChoiceError(
            "sheet, language",
            expected=" or ".join(LANGS),
            found=repr(lang)[:40],
            next_step="choose one of these languages",
        )
    write = Writer(lang, territory.to_move)
    row = territory.figures(zone)
    words, name = write.words, plain(zone.name, 90)
    title = words(f"title.{zone.level}", name=name)
    live = _live(territory, zone, write, address, scenario, opened or {})
    sections = [places(territory, zone, row, write), schools(territory, zone, write)]
    sections.append(cost(territory, zone, write))
    if scenario is not None:
        sections.append(scenario_section(scenario, scenario_name, territory, zone, write))
    return TerritoryContent(
        lang=lang,
        day=printed_on,
        code=zone.code,
        name=name,
        title=title,
        kind=_kind(territory, zone, write),
        project=words("page.name"),
        sentence=_sentence(territory, zone, row, write),
        norm=write.screens(
            f"carte.norm.{row['norm']}", norm=number(row["norm_h_per_100"], lang, 2)
        ),
        estimates=words("page.estimates"),
        figures=_figures(territory, row, write),
        **_map(territory, zone, write),
        worst_title=words("worst.title"),
        worst=_worst(territory, zone, write),
        worst_none=words("worst.none"),
        sections=tuple(sections),
        **live,
        sources=words("page.sources", publishers=plain(publishers(territory.sources), 300)),
        edition=words("page.edition", edition=plain(str(row["edition"] or "—"), 60)),
        printed=words("page.printed", date=long_date(printed_on, lang)),
        parts=(words("page.part", title=title, page=2), words("page.part", title=title, page=3)),
        **details(territory, zone, write),
    )


def _sentence(territory: Territory, zone: Zone, row: dict[Any, Any], write: Writer) -> str:
    """Return what the figures say in one sentence, and of which part of the territory."""
    part = territory.silent(OUTLINES, write.lang) if zone.level == "ept" else ""
    return " ".join(filter(None, (zone_sentence(row, write.screens), part)))


def _kind(territory: Territory, zone: Zone, write: Writer) -> str:
    names = territory.commune_names
    count = len(territory.gaps("commune"))
    ept, code = territory.gaps("ept").loc[:, ["name", "code"]].astype(str).iloc[0]
    communes = ", ".join(names[code] for code in zone.communes)
    if zone.level == "ept":
        return write.words(f"kind.body.{body_of(code, commune_table())}", count=count)
    return write.words(
        f"kind.{zone.level}", ept=ept, count=count, code=zone.code, communes=plain(communes, 120)
    )


def _figures(territory: Territory, row: dict[Any, Any], write: Writer) -> tuple[Figure, ...]:
    def one(name: str, values: tuple[Any, Any, Any], decimals: int, grade: object) -> Figure:
        value, low, high = (number(v, write.lang, decimals) for v in values)
        hidden = grade == CLASSES[-1]
        norm = number(row["norm_h_per_100"], write.lang, 2)
        return Figure(
            label=write.words(f"figure.{name}"),
            value=write.words("figure.withheld") if hidden else value,
            unit=write.words(f"figure.{name}_unit", norm=norm),
            between=write.words("figure.between", low=low, high=high)
            if not hidden and is_known(values[1])
            else "",
            grade=grade_text(grade, write) if isinstance(grade, str) else "",
        )

    def of(column: str, ends: str) -> tuple[Any, Any, Any]:
        return row[column], row[f"{ends}_low"], row[f"{ends}_high"]

    return (
        one("need", of("need_persons", "need"), 0, row["need_class"]),
        one("access", of("access_h_per_100", "access"), 2, None),
        one("missing", of("missing_h_per_week", "missing"), 0, row["missing_class"]),
        one("rate", of("missing_h_per_100", "missing_h_per_100"), 2, row["missing_class"]),
    )


def _map(territory: Territory, zone: Zone, write: Writer) -> dict[str, Any]:
    words = write.words
    zero, *bounds = MISSING_RATE
    texts = [number(zero, write.lang), *(number(bound, write.lang, 2) for bound in bounds)]
    ranges = [words("map.range", first=first, last=last) for first, last in pairwise(texts)]
    said = [words("map.reached"), *ranges, words("map.over", first=texts[-1])]
    items = list(zip(ORANGES, said, strict=True))
    items += [(sign, words(f"map.{text}")) for sign, text in _SIGNS]
    return {
        "map_title": words("map.title"),
        "map_unit": words("map.unit"),
        "map_alt": words("map.alt", name=zone.name),
        "map_svg": territory_map(territory, zone),
        "legend": tuple((swatch(fill), text) for fill, text in items),
    }


_SIGNS = (("hatch", "withheld"), ("dot", "place"), ("qpv", "qpv"))


def _worst(territory: Territory, zone: Zone, write: Writer) -> tuple[Quarter, ...]:
    found = []
    for place, row in enumerate(territory.worst(zone).to_dict("records"), 1):
        line = write.words(
            "worst.line",
            rate=number(row["missing_h_per_100"], write.lang, 2),
            hours=number(row["missing_h_per_week"], write.lang, 1),
            low=number(row["missing_low"], write.lang, 1),
            high=number(row["missing_high"], write.lang, 1),
            grade=grade_text(row["missing_class"], write),
        )
        name, known = iris_name(territory, zone, row, write)
        whole = write.words("worst.name", name=name, landmark=known) if known else name
        found.append(Quarter(place, whole, line))
    return tuple(found)


#: What a code as wide as that of the sheet can hold and a telephone still read.
MOST_SCANNED = 450


def _live(
    territory: Territory,
    zone: Zone,
    write: Writer,
    address: str,
    scenario: Scenario | None,
    opened: Mapping[str, str],
) -> dict[str, Any]:
    """Return where the sheet leads, in words, as an address and as a code to scan."""
    words = write.words
    asked = {**opened, **link_params(territory.model.assumptions, territory.usual)}
    of_zone = _zone_params(zone, territory.cog, write.lang, asked)
    url, kind = _page_of(address, "" if zone.level == "ept" else "fiche", of_zone), "live"
    held = _scenario_url(address, of_zone, scenario) if scenario is not None else ""
    if held:
        url, kind = held, "live_scenario"
    if not url:
        page = words(f"page.page_{zone.level}")
        return {"live": words("page.live_none", page=page), "live_at": "", "live_url": "", "qr": ""}
    said = words(f"page.{kind}"), words(f"page.{kind}_at", url=url)
    return {"live": said[0], "live_at": said[1], "live_url": url, "qr": qr_svg(url)}


def _scenario_url(address: str, of_zone: Mapping[str, str], scenario: Scenario) -> str:
    """Return the address that opens a scenario, or nothing where a code cannot hold it."""
    try:
        url = _page_of(address, "decider", {**of_zone, "scenario": link(scenario)})
    except ChoiceError:  # longer than a link can be
        return ""
    return url if len(url) <= MOST_SCANNED else ""


def _zone_params(zone: Zone, cog: Cog, lang: Lang, more: Mapping[str, str]) -> dict[str, str]:
    asked = {**more, **({"cog": cog} if cog != "cog_2024" else {})}
    if zone.level != "ept":
        asked["zone" if zone.level == "qpv" else "commune"] = zone.code
    if lang != "fr":
        asked["lang"] = lang
    return asked


def _page_of(address: str, page: str, asked: Mapping[str, str]) -> str:
    """Return the address of a page of the app, or nothing where the app is nowhere."""
    base = web_link(address).rstrip("/")
    if not base or "?" in base or "#" in base:
        return ""
    found = f"{base}/{page}"
    return f"{found}?{urlencode(sorted(asked.items()), safe='!,')}" if asked else found
