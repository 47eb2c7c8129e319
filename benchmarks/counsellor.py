"""Server time of the page "Trouver un lieu": opened, and run again after each choice."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

#: A rerun must stay under this, milliseconds.
LIMIT_MS = 300.0
#: The first of each kind of change: a server does once what they load.
FIRST = 3


def _page() -> None:
    from observatory.app.pages import trouver

    trouver.show()


def measure(rounds: int = 15, build: str = "nowhere") -> dict[str, Any]:
    """Time the page in this process, on a build; without one on the edition.

    Returns
    -------
    dict
        Milliseconds: ``opened`` the first time; of the reruns after a change of need, start or
        tick, ``first`` those of each kind, ``again`` the median and ``worst`` the others' longest.
    """
    from streamlit.testing.v1 import AppTest

    os.environ["OBSERVATORY_BUILD"] = build
    began = time.perf_counter()
    screen = AppTest.from_function(_page, default_timeout=120)
    screen.query_params["pres"] = "Stains"
    screen.run()
    opened = time.perf_counter() - began
    took = []
    for turn in range(rounds):
        began = time.perf_counter()
        _change(screen, turn)
        took.append(time.perf_counter() - began)
    if screen.exception or screen.error:
        raise RuntimeError(str(screen.exception or screen.error))
    return {
        "opened_ms": round(1000 * opened),
        "again_ms": round(1000 * statistics.median(took)),
        "worst_ms": round(1000 * max(took[FIRST:])),
        "first_ms": [round(1000 * one) for one in took[:FIRST]],
        "limit_ms": LIMIT_MS,
    }


def _change(screen: Any, turn: int) -> None:
    needs: tuple[list[str], ...] = (["caf"], ["cv"], ["caf", "mail"], [], ["ecole"])
    if turn % 3 == 2:
        ticks = [box for box in screen.checkbox if str(box.key).startswith("find_tick_")]
        box = ticks[turn % 2]
        (box.uncheck() if box.value else box.check()).run()
    elif turn % 3 == 1:
        near = ("Drancy", "Saint-Denis", "Clos Saint-Lazare", "Stains")[turn % 4]
        screen.text_input(key="find_where").set_value(near).run()
    else:
        screen.multiselect(key="find_needs").set_value(needs[turn % 5]).run()
