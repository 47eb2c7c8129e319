"""The method: made from the tables that the tests run, the assumptions, and the build's record."""

from __future__ import annotations

import re

import streamlit as st

from observatory import files
from observatory.app import assumption_state, cache
from observatory.app.pages import (
    assumption_controls,
    download_button,
    shell,
    study_cache,
    table_downloads,
    url_choice,
)
from observatory.app.pages.shell import Screen
from observatory.files.method import Indicator, Method, family_name, heading, markdown
from observatory.files.method_steps import Step
from observatory.tables.take_away import ASSUMPTIONS
from observatory.words.assumption_texts import NO_SOURCE, AssumptionText, bounds_text
from observatory.words.markup import NONE, html_table, marked_table, plain
from observatory.words.numbers import number, value_text, values_text

UNSOURCED = "obs-unsourced"


#: The tabs: the whole in five steps, then each step, the examples, the assumptions, the sources.
PARTS = ("short", "steps", "examples", "assumptions", "sources")


@shell.page
def show(screen: Screen) -> None:
    """Draw the tab asked for."""
    words = screen.words
    method = study_cache.method(screen.build, words.lang)
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    st.title(words("method.title"), anchor=False)
    st.html(f'<p class="obs-answer">{plain(words("method.answer"))}</p>')
    url_choice.tabs(screen, "methode", PARTS, part)
    {
        "short": _short,
        "steps": _steps,
        "examples": _indicators,
        "assumptions": _assumptions,
        "sources": _sources,
    }[part](screen, method)
    assumption_controls.show(screen)
    shell.glossary(screen, "methode")


def _short(screen: Screen, method: Method) -> None:
    words = screen.words
    st.html(
        "<ol>"
        + "".join(
            f"<li>{plain(words(f'method.step_{step}'))}</li>"
            for step in ("need", "help", "access", "gap", "sure")
        )
        + "</ol>"
    )
    _not_measured(screen, method)
    shell.link_to("fiabilite", words("method.open_study"))
    _download(screen, method)


def _not_measured(screen: Screen, method: Method) -> None:
    st.header(screen.words("method.not_measured"), anchor=False)
    items = "".join(f"<li>{_coded(text)}</li>" for text in method.not_measured)
    st.html(f"<ul>{items}</ul>")


def _coded(text: str) -> str:
    """Show what stands between backticks as a command."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", plain(text))


def _steps(screen: Screen, method: Method) -> None:
    """Draw every step of the computation, numbered, a section each."""
    st.header(heading("steps", method.lang), anchor=False)
    st.html(f"<p>{_long(method.intro)}</p>")
    for section in method.sections:
        first, last = section.steps[0].number, section.steps[-1].number
        named = {"name": f"**{section.title}**", "value": f"{first} – {last}"}
        with st.expander(screen.words("frame.pair", **named)):
            items = "".join(f"<li>{_step(step)}</li>" for step in section.steps)
            st.html(f'<ol class="obs-steps" start="{first}">{items}</ol>')


def _step(step: Step) -> str:
    formula = f"<p><code>{plain(step.formula)}</code></p>" if step.formula else ""
    return f"<p>{_long(step.says)}</p>{formula}"


def _long(text: str) -> str:
    """Show a text of several sentences whole: outside texts as long as that would be cut."""
    return " ".join(_coded(sentence) for sentence in re.split(r"(?<=[.;:]) ", text))


def _indicators(screen: Screen, method: Method) -> None:
    words = screen.words
    st.header(words("method.indicators"), anchor=False)
    if not method.indicators:
        st.html(f"<p>{plain(words('method.no_indicators'))}</p>")
        return
    cases = sum(len(item.cases) for item in method.indicators)
    note = words("method.indicators_note", count=len(method.indicators), cases=cases)
    st.html(f"<p>{plain(note)}</p>")
    for family in method.families:
        items = method.of(family)
        names = ", ".join(item.title for item in items)
        family_words = f"**{family_name(family, words.lang)}**"
        with st.expander(words("frame.pair", name=family_words, value=names)):
            for item in items:
                _indicator(screen, item)


def _indicator(screen: Screen, item: Indicator) -> None:
    words, lang = screen.words, screen.words.lang
    st.html(
        f"<h3>{plain(item.title)}</h3><p>{plain(item.says)}</p>"
        f"<p><strong>{plain(words('method.formula'))}</strong> <code>{plain(item.formula)}</code>"
        f"</p><p><strong>{plain(words('method.source'))}</strong> {_source(item.source, screen)}"
        "</p>"
    )
    rows = [
        [case.why, values_text(case.inputs, lang), values_text(case.expected, lang)]
        for case in item.cases
    ]
    headers = [words(f"method.column.{name}") for name in ("example", "inputs", "result")]
    caption = words("method.examples", title=item.title)
    st.html(html_table(caption, headers, rows, numeric=NONE))


def _source(text: str, screen: Screen) -> str:
    """Return a source; where there is none, say so loudly."""
    if text != NO_SOURCE:
        return plain(text)
    return f'<strong class="{UNSOURCED}">{plain(screen.words("method.unsourced"))}</strong>'


def _assumptions(screen: Screen, method: Method) -> None:
    words = screen.words
    st.header(words("method.assumptions"), anchor=False)
    blind = sum(assumption.unsourced for assumption in method.assumptions)
    total = len(method.assumptions)
    note = words("method.assumptions_note", total=total, unsourced=blind)
    st.html(f"<p>{plain(note)}</p>")
    only = st.toggle(words("method.only_unsourced"), key="method_only")
    shown = [assumption for assumption in method.assumptions if assumption.unsourced or not only]
    named = [
        plain(words(f"method.column.{name}"))
        for name in ("assumption", "value", "bounds", "source", "why")
    ]
    rows = [_assumption_row(assumption, screen) for assumption in shown]
    st.html(marked_table(words("method.assumptions_caption"), named, rows))
    used = files.assumption_rows(cache.assumptions(screen.build))
    holds = words("method.assumptions_hold")
    table_downloads.show(screen, used, ASSUMPTIONS, "hypotheses", holds, measured=False)


def _assumption_row(assumption: AssumptionText, screen: Screen) -> list[str]:
    words, lang = screen.words, screen.words.lang
    changed = assumption.item.name in screen.build.assumption_state.changes()
    mark = f" <em>({plain(words('method.changed'))})</em>" if changed else ""
    value = f"{value_text(assumption.item.value, lang)} {assumption.unit}"
    source = _source(NO_SOURCE, screen) if assumption.unsourced else plain(assumption.source)
    if assumption.unsourced and assumption.item.source != NO_SOURCE:
        source += f" ({plain(assumption.source)})"
    name = f"{plain(assumption.label)}<br><code>{plain(assumption.item.name)}</code>"
    return [
        name,
        plain(value) + mark,
        plain(bounds_text(assumption.item, lang)),
        source,
        plain(assumption.why),
    ]


def _sources(screen: Screen, method: Method) -> None:
    words = screen.words
    st.header(words("method.sources"), anchor=False)
    rows = [
        [s.title, s.publisher, s.vintage, s.licence, number(s.rows_out, words.lang)]
        for s in method.sources
    ]
    names = ("title", "publisher", "vintage", "licence")
    headers = [*(words(f"source.{name}") for name in names), words("method.column.rows")]
    st.html(html_table(words("method.sources_caption"), headers, rows, numeric=range(4, 5)))
    table_downloads.sources(screen)


def _download(screen: Screen, method: Method) -> None:
    words = screen.words
    download_button.button(
        words("method.download"),
        markdown(method).encode(),
        "methode.md",
        words("method.download_holds"),
        mime="text/markdown",
        key="method_download",
    )
    if not screen.build.assumption_state.changed:
        asked = "study method --english" if words.lang == "en" else "study method"
        option = cache.option_of(screen.build)
        table_downloads.printed(screen, assumption_state.plain_command(asked, option))
