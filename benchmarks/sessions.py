"""Many visitors at once on one server, each with a scenario of its own: whose answer, time, memory.

Each visitor is a connection that speaks to the server as a browser does: it opens the page of
decisions on the link of its own scenario, then changes it, all of them at the same time. What is
shown to each is set against what the model says of its own scenario, text for text.
"""

from __future__ import annotations

import html
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from benchmarks.load import serve
from observatory import settings
from observatory.app.decide.outcome_rows import answer
from observatory.model.scenario import Scenario
from observatory.model.scenario_file import link
from observatory.model.siting_candidates import candidates
from observatory.observatory import load
from observatory.words.catalogue import load_words

#: Times that each visitor changes its scenario, after the first.
ROUNDS = 3
DEADLINE_S = 120.0
_ANSWER = re.compile(r'<p class="obs-answer[^"]*" data-draws="(\d+)">(.*?)</p>')


def measure(sessions: int) -> dict[str, Any]:
    """Return how many answers were a visitor's own, the seconds of a rerun, the server's memory.

    Returns
    -------
    dict
        ``answers`` and, of them, ``wrong``; seconds of a run while all others run too (``alone_s``:
        of one visitor alone); megabytes of the server when one visitor has come (``one_mb``), then
        after each round of all of them (``rounds_mb``).
    """
    plans = _plans(sessions + 1)
    with serve("nowhere") as server:
        with _opened(server.port) as alone:
            first = [_shown(alone, plan) for plan in plans[-1]]
        one = round(server.memory_mb)
        connections = [_opened(server.port) for _ in range(sessions)]
        rounds, spent, wrong = [], [], 0
        with ThreadPoolExecutor(sessions) as pool:
            for turn in range(ROUNDS + 1):
                asked = [plan[turn] for plan in plans[:sessions]]
                found = list(pool.map(_shown, connections, asked))
                spent.append([seconds for _, seconds in found])
                told = zip(asked, found, strict=True)
                wrong += sum(text != plan[1] for plan, (text, _) in told)
                rounds.append(round(server.memory_mb))
        for connection in connections:
            connection.close()
    reruns = [seconds for turn in spent[1:] for seconds in turn]
    return {
        "sessions": sessions,
        "answers": sessions * (ROUNDS + 1),
        "wrong": wrong,
        "opened_s": round(max(spent[0]), 2),
        "rerun_s": round(statistics.median(reruns), 2),
        "rerun_worst_s": round(max(reruns), 2),
        "alone_s": round(statistics.median(seconds for _, seconds in first[1:]), 2),
        "one_mb": one,
        "rounds_mb": rounds,
        "mb_a_session": round((rounds[-1] - one) / sessions, 1),
    }


#: The link of a scenario, and the sentence that its visitor is to read.
Plan = tuple[str, str]


def _plans(sessions: int) -> list[list[Plan]]:
    """Return the scenarios of each visitor, one a round: no two are the same."""
    model = load(settings.load().edition).model
    places = candidates(model.facts, ("school",)).sort_values("place")
    minutes, words = model.assumptions.number("access.near_min"), load_words("en")
    plans = []
    for visitor in range(sessions):
        scenario, turns = Scenario(model), []
        for turn in range(ROUNDS + 1):
            at = places.iloc[(visitor * (ROUNDS + 1) + turn) % len(places)]
            scenario = scenario.open(
                lat=float(at["lat"]), lon=float(at["lon"]), posts=0.5, name=f"visitor {visitor}"
            )
            totals = scenario.comparison().totals.iloc[0].to_dict() | {"over_budget": None}
            turns.append((link(scenario), answer(totals, minutes, words)))
        plans.append(turns)
    return plans


# ---- A visitor --------------------------------------------------------------------------------
def _opened(port: int) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a name
        max_size=None,
        open_timeout=DEADLINE_S,
    )


def _shown(visitor: ClientConnection, plan: Plan) -> tuple[str, float]:
    """Return the sentence that a visitor reads on the link of a scenario, and the seconds of it."""
    began = time.perf_counter()
    asked = BackMsg()
    asked.rerun_script.query_string = urlencode({"scenario": plan[0], "lang": "en"})
    asked.rerun_script.page_name = "decider"
    visitor.send(asked.SerializeToString())
    text = ""
    while True:
        said = ForwardMsg()
        said.ParseFromString(bytes(visitor.recv(timeout=DEADLINE_S)))  # type: ignore[arg-type]  # bytes
        if said.WhichOneof("type") == "script_finished":
            return text, time.perf_counter() - began
        found = _ANSWER.search(said.delta.new_element.html.body)
        if found is not None:
            text = html.unescape(found[2])
