"""The best posts found, to take away, and the command that finds the same ones from today."""

from __future__ import annotations

import pandas as pd

from observatory.app import assumption_state, cache
from observatory.app.decide.siting_runs import Run
from observatory.app.pages import table_downloads
from observatory.app.pages.shell import Screen
from observatory.model.siting_request import Request
from observatory.tables.siting_results import SITING


def show(screen: Screen, run: Run, found: pd.DataFrame) -> None:
    """Draw the buttons of the places found; a scenario that they start from has no command."""
    build, asked = screen.build, run.asked
    command = ""
    if not asked.changes:
        command = assumption_state.siting_command(
            build.assumption_state,
            cache.assumptions_file(build),
            options(asked.request),
            cache.option_of(build),
        )
    holds = screen.words("decide.siting.holds")
    table_downloads.show(screen, found, SITING, "postes", holds, command=command)


def options(request: Request) -> dict[str, object]:
    """Return what the command takes for a request, by the name of its option."""
    return {
        "posts": None if request.posts is None else f"{request.posts:g}",
        "budget": None if request.budget_eur is None else f"{request.budget_eur:g}",
        "aim": request.aim,
        "candidates": ",".join(request.kinds),
        "own": tuple(f"{one.lat},{one.lon}" for one in request.own),
        "fixed": tuple(f"{place}={posts:g}" for place, posts in request.fixed.items()),
        "forbidden": request.forbidden,
        "qpv-share": f"{request.qpv_share:g}" if request.qpv_share else None,
        "at-most": None if request.at_most is None else f"{request.at_most:g}",
    }
