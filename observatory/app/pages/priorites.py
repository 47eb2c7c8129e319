"""Whom the programmes are for: QPV without help, schools far from it, families, publics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import (
    assumption_controls,
    commune_choice,
    map_downloads,
    public_map_part,
    shell,
    study_cache,
    table_downloads,
)
from observatory.app.pages.shell import Screen
from observatory.app.selection import (
    DEFAULT,
    LEVELS,
    MOST_FAMILIES,
    SCHOOLS,
    TABS,
    Selection,
)
from observatory.app.study import priority_rows, study_rows
from observatory.geo.codes import in_cog
from observatory.model.levels import Level
from observatory.tables.priority_results import PUBLIC_NAMES, WEIGHTS
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number

MAP_HEIGHT = 420


@shell.page
def show(screen: Screen) -> None:
    """Draw the question chosen, its answer first."""
    words = screen.words
    st.title(words("priority.title"), anchor=False)
    answer = st.empty()
    _segments("tab", TABS, lambda value: words(f"priority.tab.{value}"), screen)
    said = {"qpv": _qpv, "schools": _schools, "families": _families, "publics": _publics}[
        screen.shown.tab
    ](screen)
    answer.html(f'<p class="obs-answer" data-tab="{screen.shown.tab}">{plain(said)}</p>')
    assumption_controls.show(screen)
    shell.glossary(screen, "priorites")


def _segments(
    name: str, options: tuple[str, ...], label: Callable[[str], str], screen: Screen
) -> None:
    key = f"priority_{name}"
    st.session_state[key] = getattr(screen.shown, name)
    st.segmented_control(
        screen.words(f"priority.pick_{name}"),
        options,
        format_func=label,
        key=key,
        required=True,
        on_change=lambda: shell.update(**{name: st.session_state[key]}),
    )


def _only_commune(screen: Screen) -> None:
    """Offer one commune to keep."""
    words = screen.words
    commune_choice.choose(screen, words("priority.commune"), words("priority.everywhere"))


def _table(
    screen: Screen,
    frame: pd.DataFrame,
    decimals: dict[str, int],
    caption: str,
    partly: pd.DataFrame | None = None,
) -> None:
    """Show a table; its figures, the last columns, are those that have decimals.

    ``partly`` says which figures are only of what is published: at least so many.
    """
    words = screen.words
    headers = [words(f"priority.column.{name}") for name in frame.columns]
    written = frame.assign(
        **{
            name: [number(value, words.lang, places) for value in frame[name]]
            for name, places in decimals.items()
        }
    )
    for name, only in () if partly is None else partly.items():
        at_least = [words("priority.at_least", value=value) for value in written[str(name)]]
        written[str(name)] = written[str(name)].where(~only, pd.Series(at_least, written.index))
    numeric = range(len(headers) - len(decimals), len(headers))
    st.html(html_table(caption, headers, written.to_numpy().tolist(), numeric=numeric))


def _map(screen: Screen, level: str, layers: tuple[str, ...]) -> None:
    words = screen.words
    shown = screen.shown.changed(level=level, colour="missing_rate", layers=layers, commune="")
    view = cache.map_view(screen.build, _plain(shown), tiles=False)
    st.iframe(view, height=MAP_HEIGHT, alt=words("map.aria"))
    map_downloads.show(screen, _plain(shown))


def _plain(shown: Selection) -> Selection:
    """Return a selection without the choices of this page, which its map does not show."""
    names = ("zone", "zones", "tab", "network", "weight", "families", "public")
    return shown.changed(**{name: getattr(DEFAULT, name) for name in names})


def _qpv(screen: Screen) -> str:
    words, build, cog = screen.words, screen.build, screen.shown.cog
    if cache.facts(build).qpv.empty:
        return words("priority.no_qpv")
    zones = study_cache.table(build, "qpv_zones")
    table = priority_rows.lacking_qpv(zones, cache.gaps(build, "qpv", cog))
    names = cache.zone_names(build, "qpv", cog)
    table["name_shown"] = table["code"].map(names)
    answer = priority_rows.qpv_sentence(table, words)
    _only_commune(screen)
    if screen.shown.commune:
        wanted = in_cog(screen.shown.commune, "cog_2025")
        table = table[[wanted in text.split("|") for text in table["communes"]]]
    hidden = table["missing_class"] == "not_published"
    figures = ["missing_h_per_100", "missing_h_per_100_low", "missing_h_per_100_high"]
    frame = pd.DataFrame(
        {
            "qpv": table["name_shown"],
            "missing_rate": table["missing_h_per_100"].mask(hidden),
            "low": table[figures[1]].mask(hidden),
            "high": table[figures[2]].mask(hidden),
            "need": table["need_persons"],
            "access": table["access_h_per_100"],
            "access_rest": table["rest_access_h_per_100"],
            "places": table["places"],
            "rep_schools": table["rep_schools"],
            "nearest": table["nearest_min"],
        }
    )
    two = dict.fromkeys(("missing_rate", "low", "high", "access", "access_rest"), 2)
    whole = dict.fromkeys(("need", "places", "rep_schools", "nearest"), 0)
    _table(screen, frame, two | whole, words("priority.qpv_caption"))
    st.html(f'<p class="obs-note">{plain(words("priority.qpv_note"))}</p>')
    _map(screen, "qpv", ("sites",))
    kept = zones[zones["code"].isin(table["code"])]
    table_downloads.study(screen, "qpv_zones", "qpv", words("study.holds.qpv_zones"), kept)
    return answer


def _schools(screen: Screen) -> str:
    words, build = screen.words, screen.build
    every = study_cache.table(build, "rep_schools")
    near = _near_minutes(screen)
    plus = every[every["network"] == "REP+"]
    far = plus[plus["near_place"].eq(False).fillna(False)]
    by_commune = far["commune_name"].value_counts().head(3)
    parts = [f"{name} ({number(count, words.lang)})" for name, count in by_commune.items()]
    answer = words(
        "priority.schools_answer",
        far=len(far),
        total=len(plus),
        minutes=near,
        names=study_rows.listed(parts, words),
    )
    unknown = int(plus["walk_min"].isna().sum())
    if unknown:
        answer += " " + words("priority.schools_unknown", unknown=unknown)
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        _segments("network", SCHOOLS, lambda value: words(f"priority.network_of.{value}"), screen)
    with right:
        _only_commune(screen)
    table = _kept_schools(screen, every)
    frame = pd.DataFrame(
        {
            "school": table["school_name"],
            "type": table["school_type"].map(words.group("school")),
            "network": table["network"],
            "commune": table["commune_name"],
            "walk": table["walk_min"],
            "pupils": table["pupils"],
            "parents": table["parents"],
        }
    ).sort_values("walk", ascending=False)
    caption = words("priority.schools_caption", minutes=near)
    _table(screen, frame, dict.fromkeys(("walk", "pupils", "parents"), 0), caption)
    st.html(f'<p class="obs-note">{plain(words("priority.schools_note"))}</p>')
    _map(screen, "commune", ("schools", "sites"))
    holds = words("study.holds.rep_schools")
    table_downloads.study(screen, "rep_schools", "ecoles_rep", holds, table)
    _networks(screen)
    return answer


def _near_minutes(screen: Screen) -> str:
    return number(cache.assumptions(screen.build).number("access.near_min"), screen.words.lang)


def _networks(screen: Screen) -> None:
    """Show need and help around each collège, folded."""
    words, build = screen.words, screen.build
    table = study_cache.table(build, "rep")
    with st.expander(words("study.networks")):
        note = words("study.networks_note", minutes=_near_minutes(screen))
        st.html(f"<p>{plain(note)}</p>")
        headers, rows = study_rows.network_rows(table, cache.communes(build, "cog_2024"), words)
        st.html(html_table(words("study.networks_caption"), headers, rows, numeric=range(3, 9)))
        table_downloads.study(screen, "rep", "reseaux_rep", words("study.holds.networks"))


def _kept_schools(screen: Screen, table: pd.DataFrame) -> pd.DataFrame:
    """Return the schools of the network and commune chosen."""
    shown = screen.shown
    if shown.network != "both":
        table = table[table["network"] == shown.network]
    if shown.commune:
        cog = shown.cog
        table = table[table["commune"].map(lambda code: in_cog(code, cog)) == shown.commune]
    return pd.DataFrame(table.reset_index(drop=True))


def _families(screen: Screen) -> str:
    words, build, weight = screen.words, screen.build, screen.shown.weight
    count = screen.shown.families
    st.session_state["priority_count"] = count
    by_commune = study_cache.table(build, "families", count=count, by="commune", weight=weight)
    answer = priority_rows.families_sentence(by_commune, count, words)
    left, right = st.columns([2, 1], gap="small", vertical_alignment="bottom")
    with left:
        _segments("weight", WEIGHTS, lambda value: words(f"priority.weight_of.{value}"), screen)
    with right:
        st.number_input(
            words("priority.count"),
            1,
            MOST_FAMILIES,
            key="priority_count",
            on_change=lambda: shell.update(families=int(st.session_state["priority_count"])),
        )
    assumed = words("priority.assumed", weight=words(f"priority.weight_said.{weight}"))
    st.html(f'<p class="obs-banner" role="note">{plain(assumed)}</p>')
    table = study_cache.table(build, "families", count=count, by="network", weight=weight)
    for frame, key in ((by_commune, "commune"), (table, "college")):
        st.header(words(f"priority.families_by_{key}"), anchor=False)
        shown = pd.DataFrame(
            {
                key: frame["name"],
                **({"network": frame["network"], "commune": frame["commune_name"]}
                   if key == "college" else {}),
                "families": frame["families"],
                "pupils": frame["pupils"],
                "ips": frame["ips"],
                "schools": frame["schools"],
                "schools_far": frame["schools_far"],
                "uncounted": frame["schools_uncounted"],
            }
        )  # fmt: skip
        whole = ("families", "pupils", "schools", "schools_far", "uncounted")
        caption = words(f"priority.families_by_{key}")
        _table(screen, shown, dict.fromkeys(whole, 0) | {"ips": 1}, caption)
    note = words("priority.families_note", minutes=_near_minutes(screen))
    st.html(f'<p class="obs-note">{plain(note)}</p>')
    _map(screen, "commune", ("schools",))
    asked: dict[str, Any] = {"count": count, "by": "network", "weight": weight}
    holds = words("priority.holds")
    table_downloads.study(screen, "families", f"familles_{weight}", holds, **asked)
    return answer


def _publics(screen: Screen) -> str:
    words, build, cog = screen.words, screen.build, screen.shown.cog
    whole = study_cache.table(build, "publics", level="ept", cog=cog).set_index("public")
    silent = whole.iloc[0]
    answer = words(
        "priority.publics_answer",
        rsa=priority_rows.count_text(whole.loc["rsa"], words),
        places=number(silent["places"], words.lang),
        silent=number(silent["places_silent"], words.lang),
    )
    level = cache.level_of(screen.shown)
    left, right = st.columns(2, gap="small", vertical_alignment="bottom")
    with left:
        _segments("level", LEVELS, lambda value: words(f"level.{value}"), screen)
    with right:
        _only_commune(screen)
    table = study_cache.table(build, "publics", level=level, cog=cog)
    names = cache.zone_names(build, level, cog, words.lang)
    table = table[_in_commune(screen, level, table["code"])]
    wide, hidden = (
        table.pivot(index="code", columns="public", values=name)[list(PUBLIC_NAMES)]
        for name in ("value", "unpublished")
    )
    places = table.groupby("code")[["places", "places_silent"]].first()
    lower = table.groupby("code")["unpublished"].max()
    frame = wide.join(places).assign(unpublished=lower)
    frame.insert(0, "zone", [names.get(str(code), str(code)) for code in frame.index])
    decimals = dict.fromkeys(frame.columns[1:], 0)
    partly = (hidden > 0) & wide.notna()
    _table(screen, frame, decimals, words("priority.publics_caption"), partly)
    st.html(f'<p class="obs-note">{plain(words("priority.publics_note"))}</p>')
    public_map_part.show(screen, level)
    holds = words("priority.publics_holds")
    name = f"publics_{level}"
    table_downloads.study(screen, "publics", name, holds, table, level=level, cog=cog)
    return answer


def _in_commune(screen: Screen, level: Level, codes: pd.Series[str]) -> pd.Series[bool]:
    """Return which zones are in the chosen commune, or touch it; all where none is chosen."""
    chosen, cog = screen.shown.commune, screen.shown.cog
    if not chosen:
        return pd.Series(True, index=codes.index)
    if level != "qpv":
        return codes.str[:5].map(lambda code: in_cog(code, cog)) == chosen
    touched = cache.facts(screen.build).qpv.set_index("qpv")["communes"].str.split("|")
    wanted = in_cog(chosen, "cog_2025")
    return codes.map(lambda code: wanted in touched[code])
