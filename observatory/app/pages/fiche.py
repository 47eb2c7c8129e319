"""One zone: a commune against the EPT and the département, or one of its IRIS or QPV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from observatory.app import cache, territory
from observatory.app.chart_style import ranking_chart
from observatory.app.maps import images
from observatory.app.maps.small_maps import figures_of, small_maps
from observatory.app.pages import (
    age_line,
    assumption_controls,
    commune_choice,
    directory_downloads,
    helped_part,
    history_part,
    map_downloads,
    shell,
    study_cache,
    table_downloads,
    territory_sheet_button,
    url_choice,
    why_section,
    zone_sheet,
)
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import places_rows, qpv_of, qpv_rows, school_rows
from observatory.app.profile import citations, members, profile_rows, why
from observatory.app.ranking import COLUMNS, as_text, gap_sentence, ranked, with_codes
from observatory.geo.codes import Cog
from observatory.model.measures import MEASURES
from observatory.places.french_communes import departement_name
from observatory.sheets.cog_words import cog_note, joined
from observatory.sheets.map_image import texts_around, title_of
from observatory.sheets.map_image_content import MapImage
from observatory.tables.plain_text import text_or_empty
from observatory.words.catalogue import Lang, load_words
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import UNKNOWN, number, of_name
from observatory.words.remark_words import listed

#: The tabs of a commune.
PARTS = ("figures", "why", "zones", "places", "schools")


@shell.page
def show(screen: Screen) -> None:
    """Draw the page of the chosen commune, IRIS or QPV, or show the communes to choose from."""
    if screen.shown.zone:
        zone_sheet.show(screen, screen.shown.zone)
    elif screen.shown.commune in cache.communes(screen.build, screen.shown.cog):
        _commune(screen)
    else:
        _every_commune(screen)
    assumption_controls.show(screen)
    shell.glossary(screen, "fiche")


def _every_commune(screen: Screen) -> None:
    """Show the communes as small maps of one scale, each a link to its page."""
    words = screen.words
    st.title(words("commune.choose_title"), anchor=False)
    table = ranked(cache.gaps(screen.build, "commune", screen.shown.cog), MEASURES["missing_rate"])
    first, rate = table.iloc[0], number(table["missing_h_per_100"].iloc[0], words.lang, 2)
    answer = words("commune.choose_first", name=str(first["name"]), rate=rate)
    st.html(f'<p class="obs-answer">{plain(answer)}</p>')
    _choosers(screen)
    st.html(_small_maps(screen.build, screen.shown.cog, words.lang))
    st.html(f'<p class="obs-note">{plain(words("commune.small_note"))}</p>')
    suffix = screen.build.assumption_state.suffix()
    name = f"communes_{screen.shown.cog}{suffix}"
    map_downloads.offer(words, name, lambda: _small_image(screen))
    table_downloads.gaps(screen, "commune")
    territory_sheet_button.show(screen, "ept")


@st.cache_data(max_entries=8, show_spinner=False)
def _small_maps(build: cache.Build, cog: Cog, lang: Lang) -> str:
    words = load_words(lang, to_move=cache.to_move(build))
    return small_maps(
        cache.zone_table_of(build, "commune", cog),
        cache.zone_table_of(build, "iris", cog),
        cache.gaps(build, "commune", cog),
        words,
        territory.in_links(),
    )


def _small_image(screen: Screen) -> MapImage:
    """Return the small maps as one image."""
    build, cog = screen.build, screen.shown.cog
    words = load_words(screen.words.lang, to_move=cache.to_move(build))
    rows = cache.gaps(build, "commune", cog).set_index("code")
    title = title_of(MEASURES["missing_rate"], "iris", words)
    return images.small(
        cache.zone_table_of(build, "commune", cog),
        cache.zone_table_of(build, "iris", cog),
        lambda code: figures_of(dict(rows.loc[code]), words),
        texts_around(cache.model(build), cache.manifest(build), words, cog, title),
        words,
    )


def _commune(screen: Screen) -> None:
    words = screen.words
    names = cache.communes(screen.build, screen.shown.cog)
    name = names[screen.shown.commune]
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    st.title(words("commune.title", name=name), anchor=False)
    _answer(screen)
    _choosers(screen)
    url_choice.tabs(screen, "fiche", PARTS, part)
    {
        "figures": _figures,
        "why": lambda *_: why_section.show(screen, "commune", screen.shown.commune),
        "zones": _zones,
        "places": _places,
        "schools": _schools,
    }[part](screen, name)
    territory_sheet_button.show(screen, screen.shown.commune)
    _geography(screen)
    age_line.show(screen)


def _choosers(screen: Screen) -> None:
    """Offer the communes, and beside them the IRIS and QPV."""
    left, right = st.columns(2, gap="medium")
    with left:
        words = screen.words
        commune_choice.choose(screen, words("commune.choose"), words("commune.choose_hint"))
    with right:
        zone_sheet.choose(screen)


def _figures(screen: Screen, name: str) -> None:
    ept = cache.manifest(screen.build).territory_name
    _compare(screen, name, ept)
    _chart(screen, name)
    table_downloads.gaps(screen, "commune")
    history_part.show(screen, "commune", screen.shown.commune, name)


def _zones(screen: Screen, name: str) -> None:
    _iris(screen, name)
    map_downloads.show(screen, screen.shown.changed(level="iris", colour="missing_rate"))
    _qpv(screen, name)


def _answer(screen: Screen) -> None:
    words = screen.words
    table = ranked(cache.gaps(screen.build, "commune", screen.shown.cog), MEASURES["missing_rate"])
    place = int(table.index[table["code"] == screen.shown.commune][0])
    row = table.iloc[place]
    wording = gap_sentence("commune.answer", row, words, rank=place + 1, count=len(table))
    profiled = cache.profile(screen.build, screen.shown.commune, screen.shown.cog)
    reasons = why(
        profiled,
        float(row["norm_h_per_100"]),
        cache.assumptions(screen.build).number("access.near_min"),
        int((~_mine(screen, cache.facts(screen.build).places)["seat"]).sum()),
        words,
    )
    st.html(
        f'<p class="obs-answer" data-commune="{plain(row["code"])}">{wording}</p>'
        f'<p class="obs-detail">{plain(reasons)}</p>'
    )


def _geography(screen: Screen) -> None:
    shown = screen.shown
    found = [
        one
        for one in joined(cache.facts(screen.build))
        if shown.commune in (one.former, one.commune)
    ]
    if found:
        note = "note_merged" if shown.cog == "cog_2025" else "note_before"
        st.info(cog_note(note, found, screen.words), icon=":material/info:")


def _compare(screen: Screen, name: str, ept: str) -> None:
    words = screen.words
    table = cache.profile(screen.build, screen.shown.commune, screen.shown.cog)
    sources = {source.id: source for source in cache.manifest(screen.build).sources}
    other = _versus(screen)
    near = cache.assumptions(screen.build).number("access.near_min")
    headers, rows = profile_rows(table, sources, near, words, other)
    area = departement_name(cache.facts(screen.build).departement)
    headers[1], headers[headers.index(words("column.departement"))] = name, area
    both = name if other is None else f"{name}, {other[0]}"
    caption = words("commune.compare_caption", name=both, ept=ept, departement=area)
    numeric = range(1, 5 if other is None else 6)
    st.html(html_table(caption, headers, rows, numeric=numeric))
    cited = "".join(f"<li>{plain(one)}</li>" for one in citations(sources).values())
    st.html(f'<ol class="obs-cited" aria-label="{plain(words("commune.sources"))}">{cited}</ol>')


def _versus(screen: Screen) -> tuple[str, pd.DataFrame] | None:
    """Offer a second commune; give its name and its profile, or ``None`` where none is chosen."""
    shown = screen.shown
    names = cache.communes(screen.build, shown.cog)
    others = {code: name for code, name in names.items() if code != shown.commune}
    code = shown.versus if shown.versus in others else None
    st.session_state["sheet_versus"] = code
    st.selectbox(
        screen.words("commune.versus"),
        list(others),
        index=None,
        placeholder=screen.words("commune.versus_hint"),
        format_func=lambda code: others[code],
        key="sheet_versus",
        on_change=lambda: shell.update(versus=st.session_state["sheet_versus"] or ""),
    )
    return None if code is None else (others[code], cache.profile(screen.build, code, shown.cog))


def _chart(screen: Screen, name: str) -> None:
    words, shown = screen.words, screen.shown
    st.header(words("commune.chart"), anchor=False)
    spec = study_cache.spec(
        screen.build,
        "ranking",
        (shown.commune, shown.cog, words.lang),
        lambda: ranking_chart(cache.gaps(screen.build, "commune", shown.cog), shown.commune, words),
    )
    st.vega_lite_chart(spec, theme=None, alt=words("commune.chart_alt", name=name))
    st.html(f'<p class="obs-note">{plain(words("commune.chart_note"))}</p>')


def _iris(screen: Screen, name: str) -> None:
    words, shown = screen.words, screen.shown
    st.header(words("commune.iris"), anchor=False)
    table = ranked(cache.iris_of(screen.build, shown.commune, shown.cog), MEASURES["missing_rate"])
    caption = words("commune.iris_caption", of_name=of_name(name, words.lang))
    codes = table["code"].tolist()
    headers, rows = with_codes(as_text(table, COLUMNS, words), codes, words)
    headers += [words("commune.quality"), words("commune.ages")]
    known = cache.facts(screen.build).iris.set_index("iris").loc[table["code"]]
    for row, quality, basis in zip(
        rows, known["iris_quality"], known["population_basis"], strict=True
    ):
        row += [text_or_empty(quality) or UNKNOWN, words(f"commune.basis.{basis}")]
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers) - 1), zones=codes))
    _columns(screen)
    table_downloads.gaps(screen, "iris", codes)


def _columns(screen: Screen) -> None:
    """Say what each column of the table of IRIS means."""
    words = screen.words
    with st.expander(words("commune.columns")):
        items = "".join(
            f"<dt>{plain(words(f'measure.{name}.header'))}</dt>"
            f"<dd>{plain(words(f'measure.{name}.label'))} ({plain(words(f'measure.{name}.unit'))})."
            f" {plain(words(f'measure.{name}.help'))}</dd>"
            for name in COLUMNS
        )
        more = f"{plain(words('commune.columns_range'))} {plain(words('commune.iris_facts'))}"
        st.html(f'<div class="obs-words"><dl>{items}</dl><p class="obs-note">{more}</p></div>')


def _mine(screen: Screen, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["commune"].isin(members(screen.shown.commune, screen.shown.cog))]


def _places(screen: Screen, name: str) -> None:
    words = screen.words
    st.header(words("commune.sites"), anchor=False)
    mine = _mine(screen, cache.facts(screen.build).places)
    seats = mine.loc[mine["seat"], "name"]
    _table_or(
        words("commune.sites_caption", name=name),
        places_rows(mine[~mine["seat"]], words),
        words("commune.sites_none"),
    )
    if not mine["seat"].all():
        directory_downloads.show(screen, mine)
    if len(seats):
        st.html(f'<p class="obs-note">{plain(words("commune.seats", names=", ".join(seats)))}</p>')
    helped_part.show(screen, name)


def _schools(screen: Screen, name: str) -> None:
    words = screen.words
    st.header(words("commune.schools"), anchor=False)
    mine = _mine(screen, cache.facts(screen.build).schools)
    mine = mine[mine["network"].notna()]
    if len(mine):
        wording = words(
            "commune.schools_sentence",
            total=len(mine),
            rep_plus=int((mine["network"] == "REP+").sum()) or words("commune.none"),
        )
        st.html(f"<p>{plain(wording)}</p>")
    _table_or(
        words("commune.schools_caption", name=name),
        school_rows(mine, words),
        _none(screen, "schools"),
    )
    table_downloads.schools(screen, mine["uai"], screen.shown.commune)


def _none(screen: Screen, what: str) -> str:
    """Return that there is none of something here, or that no source says it."""
    silent = cache.facts(screen.build).not_covered
    if what in silent:
        return listed([silent[what]], screen.words.lang)
    return screen.words(f"commune.{what}_none")


def _qpv(screen: Screen, name: str) -> None:
    words = screen.words
    st.header(words("commune.qpv"), anchor=False)
    codes = members(screen.shown.commune, screen.shown.cog)
    rows = qpv_rows(qpv_of(study_cache.shown(screen.build, "qpv_zones"), codes), words)
    _table_or(words("commune.qpv_caption", name=name), rows, _none(screen, "qpv"), range(1, 5))
    if rows[1]:
        st.html(f'<p class="obs-note">{plain(words("commune.qpv_help"))}</p>')
        st.html(f'<p class="obs-note">{plain(words("commune.qpv_note"))}</p>')
        name = f"qpv_{screen.shown.commune}"
        mine = qpv_of(study_cache.table(screen.build, "qpv_zones"), codes)
        table_downloads.study(screen, "qpv_zones", name, words("study.holds.qpv_zones"), mine)


def _table_or(
    caption: str,
    table: tuple[list[str], list[list[str]]],
    nothing: str,
    numeric: range = NONE,
) -> None:
    headers, rows = table
    if rows:
        st.html(html_table(caption, headers, rows, numeric=numeric))
    else:
        st.html(f"<p>{plain(nothing)}</p>")
