"""The sections of the first page: places, schools, cost, and what a scenario would change."""

from __future__ import annotations

from typing import Any

from observatory.model import gap
from observatory.model.least_posts import CLOSED
from observatory.model.precision import CLASSES
from observatory.model.scenario import Scenario
from observatory.sheets.sheet_text import plain
from observatory.sheets.territory_texts import Section, Writer
from observatory.sheets.territory_zones import Territory, Zone
from observatory.words.numbers import is_known, number, percent, signed


def places(territory: Territory, zone: Zone, row: dict[Any, Any], write: Writer) -> Section:
    """Return how many places are known, of which programmes, and how near they are."""
    words, sites = write.words, territory.sites_of(zone)
    sites = sites[~sites["seat"]]
    count, located = len(sites), int((sites["located"] == "point").sum())
    key = "none" if not count else "one" if count == 1 else ""
    lines = [words(f"places.count{'_' if key else ''}{key}", count=count, located=located)]
    programmes = sites["programmes"].dropna().str.split("|").explode()
    if key != "none":
        counts = programmes.value_counts().sort_index(kind="stable")
        named = (words("places.programmes", name=n, count=c) for n, c in counts.items())
        lines.append(plain(", ".join(named), 240))
    if is_known(row["within_15_pct"]):
        minutes = territory.model.assumptions.number("access.near_min")
        lines.append(
            words(
                "places.near",
                pct=percent(row["within_15_pct"], write.lang),
                minutes=number(minutes, write.lang),
                walk=number(row["nearest_min"], write.lang),
            )
        )
    lines += [territory.silent(what, write.lang) for what in ("france_services", "posts")]
    return Section(words("places.title"), tuple(filter(None, lines)))


def schools(territory: Territory, zone: Zone, write: Writer) -> Section:
    """Return how many REP and REP+ schools there are, and how many are far from help."""
    words, rows = write.words, territory.schools_of(zone)
    if rows.empty:
        none = territory.silent("schools", write.lang) or words("schools.none")
        return Section(words("schools.title"), (none,))
    minutes = territory.model.assumptions.number("access.near_min")
    lines = [
        words(
            "schools.count",
            rep=int((rows["network"] == "REP").sum()),
            rep_plus=int((rows["network"] == "REP+").sum()),
            far=int((rows["walk_min"] > minutes).sum()),
            minutes=number(minutes, write.lang),
        )
    ]
    unknown = int(rows["walk_min"].isna().sum())
    if unknown:
        lines.append(words("schools.unknown", count=unknown))
    return Section(words("schools.title"), tuple(lines))


def cost(territory: Territory, zone: Zone, write: Writer) -> Section:
    """Return the least posts that fill most of the gap, and their cost; nothing under a share."""
    words, assumptions = write.words, territory.model.assumptions
    title = words("cost.title")
    if territory.to_move:
        return Section(title, (words("cost.line"),))
    if territory.gaps(zone.level).loc[zone.code, "missing_class"] == CLASSES[-1]:
        return Section(title, (words("cost.withheld"),))
    row = territory.least_posts(zone.level).get(zone.code)
    if row is None or not is_known(row["least_posts"]):
        return Section(title, (words("cost.unknown"),))
    if row["least_posts"] == 0:
        return Section(title, (words("cost.nothing"),))
    if round(territory.figures(zone)["missing_h_per_week"]) == 0:
        return Section(title, (words("cost.few"),))
    eur = {
        name: number(round(row[column], -3), write.lang)
        for name, column in (
            ("cost", "cost_eur"),
            ("low", "cost_low_eur"),
            ("high", "cost_high_eur"),
        )
    }
    line = words(
        "cost.line",
        posts=number(row["least_posts"], write.lang, 0 if row["least_posts"] % 1 == 0 else 1),
        closed=percent(100 * CLOSED, write.lang),
        each=number(float(gap.cost_eur(1.0, assumptions)), write.lang),
        **eur,
    )
    return Section(title, (line,))


def scenario_section(
    scenario: Scenario, name: str, territory: Territory, zone: Zone, write: Writer
) -> Section:
    """Return what a scenario would change in the zone."""
    table = scenario.compare(zone.level, territory.cog).set_index("code")
    row: dict[Any, Any] = table.loc[zone.code].to_dict()
    words, title = write.words, write.words("scenario.title")

    def changed(name: str, decimals: int) -> dict[str, str]:
        ends = [row.get(f"{name}_{end}") for end in ("low", "high")]
        between = ""
        if is_known(ends[0]):
            low, high = (signed(end, write.lang, decimals) for end in ends)
            between = words("figure.between", low=low, high=high)
        change = signed(row[name], write.lang, decimals)
        return {"change": ", ".join(filter(None, (change, between)))}

    hours = "missing_h_per_week"
    hidden = territory.gaps(zone.level).loc[zone.code, "missing_class"] == CLASSES[-1]
    ends = {when: number(row[f"{hours}_{when}"], write.lang, 1) for when in ("before", "after")}
    change = changed(f"{hours}_change", 1)
    withheld = words("scenario.withheld", **change)
    lines = [withheld if hidden else words("scenario.line", **ends, **change)]
    if is_known(row["newly_near_persons"]):
        lines.append(words("scenario.near", **changed("newly_near_persons", 0)))
        posts = signed(row["posts_change"], write.lang, 0 if row["posts_change"] % 1 == 0 else 1)
        schools = {
            when: number(row[f"rep_schools_near_{when}"], write.lang)
            for when in ("before", "after")
        }
        lines.append(
            words("scenario.posts", posts=posts, **schools, **changed("rep_schools_near_change", 0))
        )
    whole = words("scenario.name", title=title, name=plain(name, 60)) if name else title
    return Section(whole, tuple(lines))
