"""The page of an IRIS or a QPV: its figures beside its commune and the territory, its places."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import (
    age_line,
    directory_downloads,
    history_part,
    map_downloads,
    shell,
    study_cache,
    table_downloads,
    territory_sheet_button,
    url_choice,
    why_section,
)
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import places_rows, school_rows
from observatory.app.profile import members
from observatory.app.ranking import COLUMNS, as_text, gap_sentence, ranked
from observatory.app.selection import level_of_zone
from observatory.app.study.priority_rows import public_rows
from observatory.geo.codes import in_cog
from observatory.model.levels import Level
from observatory.model.measures import MEASURES
from observatory.model.places_in import zone_of_places
from observatory.words.markup import NONE, html_table, plain

#: The tabs of an IRIS or a QPV.
PARTS = ("figures", "why", "places", "schools")


def choose(screen: Screen) -> None:
    """Offer the IRIS and QPV of the chosen commune; without a commune, every QPV."""
    words, build, cog = screen.words, screen.build, screen.shown.cog
    names = {**_of_commune(screen, "qpv"), **_of_commune(screen, "iris")}
    chosen = screen.shown.zone
    if chosen and chosen not in names:
        known = cache.zone_names(build, level_of_zone(chosen), cog, words.lang)
        names[chosen] = known.get(chosen, chosen)
    st.session_state["sheet_zone"] = chosen or None
    st.selectbox(
        words("zone.choose"),
        list(names),
        index=None,
        placeholder=words("zone.choose_hint"),
        format_func=lambda code: words(
            "frame.pair", name=words(f"level_one.{level_of_zone(code)}"), value=names[code]
        ),
        key="sheet_zone",
        on_change=lambda: shell.update(zone=st.session_state["sheet_zone"] or ""),
    )


def _of_commune(screen: Screen, level: Level) -> dict[str, str]:
    """Return the zones of a level that touch the chosen commune."""
    shown = screen.shown
    names = cache.zone_names(screen.build, level, shown.cog, screen.words.lang)
    if not shown.commune:
        return names if level == "qpv" else {}
    mine = set(members(shown.commune, shown.cog))
    if level == "iris":
        return {code: name for code, name in names.items() if code[:5] in mine}
    touched = {code for code, whole in _communes_of_qpv(screen).items() if whole & _later(mine)}
    return {code: name for code, name in names.items() if code in touched}


def _later(codes: set[str]) -> set[str]:
    return {in_cog(code, "cog_2025") for code in codes}


def _communes_of_qpv(screen: Screen) -> dict[str, set[str]]:
    qpv = cache.facts(screen.build).qpv
    return {c: set(text.split("|")) for c, text in zip(qpv["qpv"], qpv["communes"], strict=True)}


def show(screen: Screen, code: str) -> None:
    """Draw the page of a zone."""
    words, level, cog = screen.words, level_of_zone(code), screen.shown.cog
    table = cache.gaps(screen.build, level, cog)
    name = cache.zone_names(screen.build, level, cog, words.lang)[code]
    st.title(words("commune.title", name=name), anchor=False)
    order = ranked(table, MEASURES["missing_rate"])
    place = int(order.index[order["code"] == code][0])
    row = order.iloc[place]
    count = int(order["missing_h_per_100"].notna().sum())
    wording = words("zone.nobody")
    if pd.notna(row["missing_h_per_100"]):
        wording = gap_sentence("zone.answer", row, words, rank=place + 1, count=count)
    st.html(f'<p class="obs-answer" data-zone="{plain(code)}">{wording}</p>')
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    choose(screen)
    url_choice.tabs(screen, "fiche", PARTS, part)
    if part == "figures":
        _compare(screen, table[table["code"] == code], name)
        table_downloads.gaps(screen, level, [code])
        _publics(screen, level, code, name)
        history_part.show(screen, level, code, name)
        map_downloads.show(screen, screen.shown.changed(level=level, colour="missing_rate"))
    elif part == "why":
        why_section.show(screen, level, code)
    else:
        _inside(screen, level, code, name, part)
    if level == "qpv":
        territory_sheet_button.show(screen, code)
    age_line.show(screen)


def _compare(screen: Screen, row: pd.DataFrame, name: str) -> None:
    """Set the figures of the zone beside those of its communes and the territory."""
    words, build, cog = screen.words, screen.build, screen.shown.cog
    st.header(words("zone.compare"), anchor=False)
    code = str(row["code"].iloc[0])
    mine = (
        {code[:5]} if level_of_zone(code) == "iris" else _communes_of_qpv(screen).get(code, set())
    )
    communes = cache.gaps(build, "commune", cog)
    kept = communes[communes["code"].isin({in_cog(one, cog) for one in mine})]
    table = pd.concat([row.assign(name=name), kept, cache.gaps(build, "ept", cog)])
    headers, rows = as_text(table.reset_index(drop=True), COLUMNS, words)
    caption = words("zone.compare_caption", name=name)
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers))))


def _publics(screen: Screen, level: Level, code: str, name: str) -> None:
    words = screen.words
    st.header(words("priority.publics"), anchor=False)
    table = study_cache.table(screen.build, "publics", level=level, cog=screen.shown.cog)
    mine = table[table["code"] == code]
    headers, rows = public_rows(mine, words)
    caption = words("zone.publics_caption", name=name)
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers))))
    st.html(f'<p class="obs-note">{plain(words("priority.publics_note"))}</p>')
    holds, asked = words("priority.publics_holds"), {"level": level, "cog": screen.shown.cog}
    table_downloads.study(screen, "publics", f"publics_{code}", holds, mine, **asked)


def _inside(screen: Screen, level: Level, code: str, name: str, part: str) -> None:
    """Show the places of the zone, or its schools of priority education."""
    words, facts = screen.words, cache.facts(screen.build)
    key = "sites" if part == "places" else "schools"
    frame, rows = (facts.places, places_rows) if key == "sites" else (facts.schools, school_rows)
    kept = ~frame["seat"] & frame["lon"].notna() if key == "sites" else frame["network"].notna()
    mine = frame[kept]
    mine = mine[zone_of_places(mine, level, screen.shown.cog, facts) == code]
    st.header(words(f"commune.{key}"), anchor=False)
    if len(mine):
        caption = words(f"commune.{key}_caption", name=name)
        st.html(html_table(caption, *rows(mine, words), numeric=NONE))
        if key == "sites":
            directory_downloads.show(screen, mine)
        else:
            table_downloads.schools(screen, mine["uai"], code)
    else:
        st.html(f"<p>{plain(words(f'zone.{key}_none'))}</p>")
