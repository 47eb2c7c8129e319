"""How sure the ranking is, what moves it, and how evenly help is shared."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import (
    assumption_controls,
    causes_part,
    download_button,
    shell,
    study_cache,
)
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import Rows
from observatory.app.selection import RANKED
from observatory.app.study import study_charts as study_charts
from observatory.app.study import study_rows as study_rows
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number, percent

#: How many zones the chart of ranks shows, how many bars the tornado.
DRAWN, BARS = 25, 8
QPV_UNKNOWN = "outline_known"


@shell.page
def show(screen: Screen) -> None:
    """Draw the page; the draws come last, once all else is there to be read."""
    words = screen.words
    st.title(words("study.title"), anchor=False)
    answer = st.empty()
    answer.html(f'<p class="obs-answer">{plain(words("study.drawing"))}</p>')
    shell.glossary(screen, "incertitude")
    assumption_controls.show(screen)
    st.header(words("study.ranks"), anchor=False)
    _level(screen)
    ranks = st.empty()
    ranks.html(f'<p class="obs-note">{plain(words("study.drawing"))}</p>')
    _tornado(screen)
    _equity(screen)
    _priority(screen)
    _networks(screen)
    _costs(screen)
    _answer(screen, answer)
    with ranks.container():
        _ranks(screen)
    causes_part.show(screen)


def _answer(screen: Screen, place: Any) -> None:
    words = screen.words
    table = study_cache.ranks(screen.build, "commune", screen.shown.cog)
    place.html(
        f'<p class="obs-answer" data-draws="{int(table["draws"].iloc[0])}">'
        f"{plain(study_rows.sure_sentence(table, words))}</p>"
        f'<p class="obs-detail">{plain(study_rows.groups_sentence(table, words))}</p>'
    )


def _level(screen: Screen) -> None:
    words = screen.words
    st.session_state["study_level"] = cache.level_of(screen.shown)
    st.segmented_control(
        words("carte.level"),
        RANKED,
        format_func=lambda name: words(f"level.{name}"),
        key="study_level",
        required=True,
        on_change=lambda: shell.update(level=st.session_state["study_level"]),
    )


def _ranks(screen: Screen) -> None:
    words, shown, build = screen.words, screen.shown, screen.build
    level = cache.level_of(shown)
    table = study_cache.ranks(build, level, shown.cog)
    called = cache.zone_names(build, level, shown.cog)
    names = [called.get(str(code), str(code)) for code in table["code"]]
    draws = number(int(table["draws"].iloc[0]), words.lang)
    st.html(f"<p>{plain(words('study.ranks_how', draws=draws))}</p>")
    shown_as = (level, shown.cog, words.lang)
    chart = study_cache.spec(
        build,
        "ranks",
        shown_as,
        lambda: study_charts.rank_chart(table.head(DRAWN), names[:DRAWN], words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("study.ranks_alt"))
    st.html(f'<p class="obs-note">{plain(_note(screen, table))}</p>')
    caption = words("study.ranks_caption", level=words(f"level_one.{level}"))
    rows = study_rows.rank_rows(table, names, words)
    with st.expander(words("study.ranks_table"), expanded=level == "commune"):
        _table(caption, rows)
    _download(screen, table, f"rangs_{level}_{shown.cog}", "study_ranks")


def _note(screen: Screen, table: pd.DataFrame) -> str:
    words = screen.words
    parts = [words("study.ranks_note", worst=int(table["worst"].iloc[0]))]
    if len(table) > DRAWN:
        parts.append(words("study.ranks_first", count=DRAWN))
    return " ".join(parts)


def _table(caption: str, table: Rows, numeric: range | None = None) -> None:
    headers, rows = table
    st.html(html_table(caption, headers, rows, **({} if numeric is None else {"numeric": numeric})))


def _download(screen: Screen, table: pd.DataFrame, name: str, key: str) -> None:
    download_button.button(
        screen.words("study.download"),
        study_cache.csv(screen.build, table),
        f"{name}{screen.build.assumption_state.suffix()}.csv",
        screen.words(f"study.holds.{key.removeprefix('study_')}"),
        key=key,
    )


def _tornado(screen: Screen) -> None:
    words, build = screen.words, screen.build
    st.header(words("study.tornado"), anchor=False)
    table = study_cache.table(build, "tornado", cog=screen.shown.cog)
    labels = study_cache.labels(build, words.lang)
    count = len(cache.communes(build, screen.shown.cog))
    pairs = count * (count - 1) // 2
    wording = study_rows.tornado_sentence(table, labels, pairs, words)
    st.html(f"<p>{plain(wording)}</p>")
    bars = study_rows.drawn_bars(table, BARS)
    if len(bars):
        _bars(screen, bars, [labels[name] for name in bars["name"]], pairs)
    st.html(f'<p class="obs-note">{plain(words("study.tornado_note"))}</p>')
    rows = study_rows.tornado_rows(table, cache.assumptions(build), labels, pairs, words)
    with st.expander(words("study.tornado_table")):
        _table(words("study.tornado_caption", pairs=pairs), rows)
    _download(screen, table, f"hypotheses_{screen.shown.cog}", "study_tornado")


def _bars(screen: Screen, bars: pd.DataFrame, names: list[str], pairs: int) -> None:
    words = screen.words
    counts = bars.assign(
        **{
            name: bars[name] / 100 * pairs * sign
            for name, sign in (("pairs_low_pct", -1), ("pairs_high_pct", 1))
        }
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(words("study.tornado_ranks"), anchor=False)
        both = ("pairs_low_pct", "pairs_high_pct")
        title = words("study.tornado_pairs_axis", pairs=pairs)
        _bar_chart(screen, "ranks", counts, names, both, title)
    with right:
        st.subheader(words("study.tornado_total"), anchor=False)
        both = ("total_low_pct", "total_high_pct")
        title = words("study.tornado_total_axis")
        _bar_chart(screen, "total", bars, names, both, title)


def _bar_chart(
    screen: Screen,
    name: str,
    bars: pd.DataFrame,
    labels: list[str],
    both: tuple[str, str],
    title: str,
) -> None:
    words = screen.words
    chart = study_cache.spec(
        screen.build,
        f"tornado_{name}",
        (screen.shown.cog, words.lang),
        lambda: study_charts.tornado_chart(bars, labels, both, title, words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words(f"study.tornado_{name}_alt"))


def _equity(screen: Screen) -> None:
    words, build = screen.words, screen.build
    st.header(words("study.equity_heading"), anchor=False)
    table = study_cache.table(build, "equity")
    curve = study_cache.lorenz(build)
    left, right = st.columns([6, 5], gap="large")
    with left:
        for label, value, wording in study_rows.equity_items(table, words):
            st.html(f"<p><strong>{plain(label)} : {plain(value)}</strong><br>{plain(wording)}</p>")
        _far_schools(screen, table)
    with right:
        st.subheader(words("study.lorenz"), anchor=False)
        chart = study_cache.spec(
            build, "lorenz", (words.lang,), lambda: study_charts.lorenz_chart(curve, words)
        )
        st.vega_lite_chart(spec=chart, theme=None, alt=words("study.lorenz_alt"))
        points = study_charts.shares(curve)
        rows = [
            [percent(row["people"], words.lang), percent(row["help"], words.lang)]
            for row in points.to_dict("records")
        ]
        headers = [words("study.column.served"), words("study.column.share")]
        _table(words("study.lorenz_caption"), (headers, rows), range(1, 2))
    with st.expander(words("study.definitions")):
        names = ("gini", "theil", "concentration_poverty", "qpv_ratio", "lorenz")
        st.html(
            "<dl>"
            + "".join(
                f"<dt><strong>{plain(words(f'study.equity.{name}.label'))}</strong></dt>"
                f"<dd>{plain(words(f'study.equity.{name}.definition'))}</dd>"
                for name in names
            )
            + "</dl>"
        )
    _download(screen, table, "equite", "study_equity")


def _far_schools(screen: Screen, table: pd.DataFrame) -> None:
    words = screen.words
    found = dict(zip(table["measure"], table["value"], strict=True))
    near = cache.assumptions(screen.build).number("access.near_min")
    wording = words(
        "study.far_schools",
        far=number(found["rep_far_schools"], words.lang),
        known=number(found["rep_known_schools"], words.lang),
        minutes=number(near, words.lang),
    )
    st.html(f"<p><strong>{plain(wording)}</strong><br>{plain(words('study.far_schools_note'))}</p>")


def _priority(screen: Screen) -> None:
    words = screen.words
    st.header(words("study.qpv"), anchor=False)
    table = study_cache.table(screen.build, "qpv")
    qpv = cache.facts(screen.build).qpv
    unknown = int((~qpv[QPV_UNKNOWN]).sum())
    if unknown:
        wording = words("study.qpv_partial", unknown=unknown, total=len(qpv))
        st.html(f'<p class="obs-banner" role="note">{plain(wording)}</p>')
    _table(words("study.qpv_caption"), study_rows.inside_rows(table, words))
    inside = table.loc[table["where"] == "inside", "population"]
    if inside.sum() > 0:
        people = number(inside.sum(), words.lang)
        st.html(f'<p class="obs-note">{plain(words("study.qpv_people", people=people))}</p>')
    _download(screen, table, "qpv", "study_qpv")
    zones = study_cache.table(screen.build, "qpv_zones")
    st.html(f"<p>{plain(words('study.qpv_zones_note'))}</p>")
    with st.expander(words("study.qpv_zones_caption")):
        _table(words("study.qpv_zones_caption"), study_rows.qpv_zone_rows(zones, words))
    _download(screen, zones, "qpv_par_quartier", "study_qpv_zones")


def _networks(screen: Screen) -> None:
    words, build = screen.words, screen.build
    st.header(words("study.networks"), anchor=False)
    table = study_cache.table(build, "rep")
    st.html(f"<p>{plain(words('study.networks_note'))}</p>")
    names = cache.communes(build, "cog_2024")
    rows = study_rows.network_rows(table, names, words)
    _table(words("study.networks_caption"), rows, range(3, 9))
    _download(screen, table, "reseaux_rep", "study_networks")
    _far_from_places(screen)


def _far_from_places(screen: Screen) -> None:
    """Show the REP+ schools without a place within a near walk; the file has every school."""
    words, build = screen.words, screen.build
    table = study_cache.table(build, "rep_schools")
    far = study_rows.far_schools(table, "REP+")
    near = number(cache.assumptions(build).number("access.near_min"), words.lang)
    counts = {"far": len(far), "total": int((table["network"] == "REP+").sum())}
    st.html(f"<p>{plain(words('study.rep_schools_note', minutes=near, **counts))}</p>")
    caption = words("study.rep_schools_caption", minutes=near)
    if len(far):
        with st.expander(caption):
            frame, formats = study_rows.school_walks(far, words)
            st.dataframe(frame.style.format(formats), hide_index=True, row_height=36, alt=caption)
    _download(screen, table, "ecoles_rep", "study_rep_schools")


def _costs(screen: Screen) -> None:
    words, build, cog = screen.words, screen.build, screen.shown.cog
    if cache.to_move(build):  # no cost: nothing is missing
        return
    st.header(words("study.cost"), anchor=False)
    total = study_cache.table(build, "least_posts", level="ept", cog=cog)
    item = cache.assumptions(build)["gap.post_cost_eur"]
    row = total.iloc[0]
    wording = words(
        "study.cost_said",
        hours=number(row["missing_h_per_week"], words.lang),
        posts=number(row["least_posts"], words.lang, 1),
        cost=study_rows.thousands(row["cost_eur"], words.lang),
        proof=words("study.cost_proved")
        if row["proved"]
        else words("study.cost_bounded", bound=number(row["least_posts_bound"], words.lang, 1)),
    )
    each = words(
        "study.cost_note",
        post=number(item.number, words.lang),
        low=number(item.low, words.lang),
        high=number(item.high, words.lang),
    )
    notes = plain(f"{words('study.cost_apart')} {each}")
    st.html(f'<p>{plain(wording)}</p><p class="obs-note">{notes}</p>')
    table = study_cache.table(build, "least_posts", level="commune", cog=cog)
    _table(words("study.cost_caption"), study_rows.cost_rows(table, total, words))
    _download(screen, table, f"cout_{cog}", "study_cost")
