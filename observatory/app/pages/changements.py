"""What changed between two builds: places and posts, figures in their parts, sources and method."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from observatory import settings
from observatory.app import cache, territory
from observatory.app.history_charts import parts_chart
from observatory.app.pages import (
    download_button,
    history_cache,
    shell,
    study_cache,
    table_downloads,
    url_choice,
)
from observatory.app.pages.shell import Screen
from observatory.files.atom import feed
from observatory.model.build_comparison import Comparison
from observatory.model.measures import MEASURES
from observatory.tables.history import Kept
from observatory.tables.history_results import (
    FIGURE_CHANGES,
    FIGURES,
    HELP_CHANGES,
    METHOD_CHANGES,
    PLACE_CHANGES,
    SOURCE_CHANGES,
)
from observatory.words import change_words
from observatory.words.change_words import Rows
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import number

PARTS = ("places", "figures", "sources")
#: Names in the URL: the two builds, the zones and the figure.
BEFORE, AFTER, ZONES, FIGURE = "before", "after", "zones_of", "figure"
#: The zones that the figures are shown for, and the figure that is shown first.
LEVELS: Mapping[str, tuple[str, ...]] = {"commune": ("ept", "commune"), "qpv": ("qpv",)}
SHOWN = ("missing_h_per_week", *(name for name in FIGURES if name != "missing_h_per_week"))


@shell.page
def show(screen: Screen) -> None:
    """Draw the page, or say how to get something to compare."""
    words = screen.words
    st.title(words("history.title"), anchor=False)
    known = history_cache.builds(screen.build)
    if len(known) < 2:
        _empty(screen)
    else:
        answer = st.empty()
        chosen = _choose(screen, known)
        if chosen is None:
            answer.html(f'<p class="obs-answer">{plain(words("history.same"))}</p>')
        else:
            _compared(screen, chosen, answer)
    shell.glossary(screen, "changements")


def _empty(screen: Screen) -> None:
    words = screen.words
    st.html(f'<p class="obs-answer">{plain(words("history.empty"))}</p>')
    st.html(f"<p>{plain(words('history.empty_how'))}</p>")
    code = cache.manifest(screen.build).territory
    command = f"observatory update{territory.option()} --territory {code}"
    st.code(command, language=None, wrap_lines=True)


def _choose(screen: Screen, known: Mapping[str, Kept]) -> tuple[Kept, Kept] | None:
    """Offer the builds; the two last ones are compared where the link names none."""
    newest, usual = [*known][::-1], history_cache.usual(screen.build)
    sides = ((BEFORE, [usual, *(name for name in newest if name != usual)]), (AFTER, newest))
    chosen = []
    for column, (side, names) in zip(st.columns(2, gap="medium"), sides, strict=True):
        name = url_choice.asked(side, names, screen)
        with column:
            _select(
                screen.words(f"history.{side}"),
                side,
                names,
                name,
                lambda one: history_cache.label(known[one], screen.words),
            )
        chosen.append(known[name])
    before, after = chosen
    return None if before is after else (before, after)


def _select(
    title: str, key: str, names: list[str], chosen: str, label: Callable[[str], str]
) -> None:
    """Offer a choice that stands in the link, the first one left out of it."""
    widget = f"history_{key}"
    st.session_state[widget] = chosen
    st.selectbox(
        title,
        names,
        format_func=label,
        key=widget,
        on_change=lambda: url_choice.write(key, st.session_state[widget], names[0]),
    )


def _compared(screen: Screen, chosen: tuple[Kept, Kept], answer: DeltaGenerator) -> None:
    words = screen.words
    before, after = chosen
    with st.spinner(words("compare.drawing")):
        found = history_cache.compared(screen.build, before.name, after.name, screen.shown.cog)
    said = plain(change_words.answer(found, words))
    answer.html(f'<p class="obs-answer" data-compared="{plain(after.name)}">{said}</p>')
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    url_choice.tabs(screen, "changements", PARTS, part)
    {"places": _places, "figures": _figures, "sources": _sources}[part](screen, found)
    _feed(screen, found)


def _places(screen: Screen, found: Comparison) -> None:
    words = screen.words
    _section(screen, "places", change_words.place_rows(found.places, words), range(5, 6))
    for line in change_words.renumbered(found.sources, words):
        st.html(f'<p class="obs-note">{plain(line)}</p>')
    _take(screen, found, "places", words("history.places_hold"))
    _section(screen, "help", change_words.help_rows(found.help, words), range(4, 8))
    _take(screen, found, "help", words("history.help_holds"))


def _sources(screen: Screen, found: Comparison) -> None:
    words = screen.words
    _section(screen, "sources", change_words.source_rows(found.sources, words), range(5, 7))
    _take(screen, found, "sources", words("history.sources_hold"))
    labels = study_cache.labels(screen.build, words.lang)
    _section(screen, "method", change_words.method_rows(found.method, labels, words), NONE)
    _take(screen, found, "method", words("history.method_holds"))


def _section(screen: Screen, name: str, table: Rows, numeric: range) -> None:
    """Show a table under its heading, or say that nothing of it changes."""
    words = screen.words
    title = words(f"history.{name}")
    st.header(title, anchor=False)
    headers, rows = table
    if not rows:
        st.html(f"<p>{plain(words(f'history.{name}_none'))}</p>")
        return
    st.html(html_table(title, headers, rows, numeric=numeric))
    if words.has(f"history.{name}_note"):
        st.html(f'<p class="obs-note">{plain(words(f"history.{name}_note"))}</p>')


def _figures(screen: Screen, found: Comparison) -> None:
    words = screen.words
    st.header(words("history.figures"), anchor=False)
    left, right = st.columns(2, gap="medium")
    level = url_choice.asked(ZONES, [*LEVELS], screen)
    figure = url_choice.asked(FIGURE, SHOWN, screen)
    with left:
        _select(words("history.level"), ZONES, [*LEVELS], level, lambda one: words(f"level.{one}"))
    with right:
        _select(
            words("history.figure"),
            FIGURE,
            [*SHOWN],
            figure,
            lambda one: words(f"history.figure_of.{one}"),
        )
    table = found.figures
    every = table[table["level"].isin(LEVELS[level]) & (table["figure"] == figure)]
    kept = every[~every["code"].isin(_withheld(screen, level, figure))]
    listed, small = change_words.listed(kept), change_words.smaller(kept, words)
    if kept.empty:
        st.html(f"<p>{plain(words('history.figures_none'))}</p>")
    elif not listed.empty:
        _parts(screen, found, listed, figure)
    if small:
        st.html(f'<p class="obs-note">{plain(small)}</p>')
    if len(kept) < len(every):
        count = number(len(every) - len(kept), words.lang)
        st.html(f'<p class="obs-note">{plain(words("history.withheld", count=count))}</p>')
    st.html(f'<p class="obs-note">{plain(words("history.figures_note"))}</p>')
    _take(screen, found, "figures", words("history.figures_hold"))


def _withheld(screen: Screen, level: str, figure: str) -> set[str]:
    """Return the zones whose hours are too uncertain to be shown."""
    if not figure.startswith("missing"):
        return set()
    table = cache.gaps(screen.build, "qpv" if level == "qpv" else "commune", screen.shown.cog)
    return set(table.loc[MEASURES["missing"].withheld(table), "code"])


def _parts(screen: Screen, found: Comparison, table: pd.DataFrame, figure: str) -> None:
    words = screen.words
    shown = (found.before.name, found.after.name, *table["code"], figure, words.lang)
    draw = lambda: parts_chart(table, words)  # noqa: E731  # drawn where it is not kept
    chart = study_cache.spec(screen.build, "history_parts", shown, draw)
    st.vega_lite_chart(spec=chart, theme=None, alt=words("history.chart_alt"))
    headers, rows = change_words.figure_rows(table, words)
    caption = words(f"history.figure_of.{figure}")
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers))))


def _take(screen: Screen, found: Comparison, part: str, holds: str) -> None:
    """Offer a table of the comparison to take away, where it has rows."""
    tables = {
        "places": PLACE_CHANGES,
        "help": HELP_CHANGES,
        "sources": SOURCE_CHANGES,
        "method": METHOD_CHANGES,
        "figures": FIGURE_CHANGES,
    }
    frame = found.tables[part]
    if frame.empty:
        return
    build = screen.build
    both = " ".join(history_cache.typed(one, build) for one in (found.before, found.after))
    asked = f"observatory compare {both} --only {part} --cog {screen.shown.cog} --format csv"
    option = cache.option_of(build)
    if settings.load().dataset:
        command = f"{asked}{territory.option()} --territory {cache.manifest(build).territory}"
    else:
        command = asked if option == settings.EDITION else f"{asked} --build {option}"
    name = f"changements_{part}"
    table_downloads.show(screen, frame, tables[part], name, holds, command=command, measured=False)


def _feed(screen: Screen, found: Comparison) -> None:
    words = screen.words
    download_button.button(
        words("history.feed"),
        lambda: feed(found, settings.load(), words),
        "changements.xml",
        words("history.feed_holds"),
        mime="application/atom+xml",
        key="history_feed",
    )
