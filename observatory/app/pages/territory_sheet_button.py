"""The sheet of a zone to take away: made when it is asked for, with the figures of the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import streamlit as st

from observatory.app import cache
from observatory.app.cache import Build
from observatory.app.pages import download_button
from observatory.app.pages.shell import Screen
from observatory.app.selection import Selection
from observatory.app.territory import in_links
from observatory.model.scenario import Scenario
from observatory.sheets.territory_content import territory_content
from observatory.sheets.territory_files import sheet_bytes
from observatory.sheets.territory_zones import Territory


def show(
    screen: Screen, zone: str, scenario: Scenario | None = None, scenario_name: str = ""
) -> None:
    """Offer the sheet of a zone as PDF and as HTML.

    Parameters
    ----------
    screen
        What the page shows.
    zone
        Code of a commune or a QPV, or ``ept``.
    scenario, scenario_name
        What would change, on the model of the screen's build, to be said too; what it is called.
    """
    words = screen.words
    # A click runs outside the page: what it needs is taken from here.
    made = maker(screen.build, screen.shown, zone, _address(), scenario, scenario_name)
    changed = "_scenario" if scenario is not None else ""
    name = f"fiche_{zone}{changed}_{words.lang}{screen.build.assumption_state.suffix()}"
    columns = st.columns(2)
    with columns[0]:
        download_button.button(
            words("territory_sheet.pdf"),
            lambda: made("pdf"),
            f"{name}.pdf",
            words("territory_sheet.holds"),
            mime="application/pdf",
            key="territory_sheet_pdf",
        )
    with columns[1]:
        download_button.button(
            words("territory_sheet.html"),
            lambda: made("html"),
            f"{name}.html",
            words("territory_sheet.html_holds"),
            mime="text/html",
            key="territory_sheet_html",
        )


def maker(
    build: Build,
    shown: Selection,
    zone: str,
    address: str,
    scenario: Scenario | None = None,
    scenario_name: str = "",
) -> Callable[[str], bytes]:
    """Return what makes the sheet of a zone in a format, ``pdf`` or ``html``.

    Parameters
    ----------
    build, shown
        The build and its assumptions; the language and the geography.
    zone
        Code of a commune or a QPV, or ``ept``.
    address
        Where the visitor reads the app.
    scenario, scenario_name
        As for :func:`show`.
    """
    model, sources = cache.model(build), cache.manifest(build).sources
    usual = cache.assumptions_file(build)
    today, opened = datetime.now(tz=UTC).date(), in_links()

    def made(form: str) -> bytes:
        territory = Territory(model, sources, usual, shown.cog)
        content = territory_content(
            territory,
            territory.zone(zone),
            today,
            shown.lang,
            address=address,
            scenario=scenario,
            scenario_name=scenario_name,
            opened=opened,
        )
        return sheet_bytes(content, form)

    return made


def _address() -> str:
    """Return where the visitor reads the app: its address without the page."""
    here = urlsplit(str(st.context.url or ""))
    folder = here.path.rstrip("/").rpartition("/")[0]
    return f"{here.scheme}://{here.netloc}{folder}" if here.netloc else ""
