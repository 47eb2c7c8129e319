"""Pages are drawn a few at a time, in order, and none waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest

from observatory.app.turns import Turns

LONG_S = 60.0


def test_no_more_than_so_many_are_drawn_at_once() -> None:
    turns, lock = Turns(at_once=2, patience_s=LONG_S), Lock()
    # Two must meet inside: were one let in at a time, neither would go on.
    pair, inside, most = Barrier(2, timeout=LONG_S), 0, 0

    def draw(_: int) -> None:
        nonlocal inside, most
        with turns.turn():
            with lock:
                inside += 1
                most = max(most, inside)
            pair.wait()
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(draw, range(8)))
    assert most == 2


def test_a_page_that_has_waited_long_enough_is_drawn_all_the_same() -> None:
    turns, entered, leave = Turns(at_once=1, patience_s=0.01), Event(), Event()

    def compute() -> None:
        with turns.turn():
            entered.set()
            leave.wait(LONG_S)

    with ThreadPoolExecutor(1) as other:
        long = other.submit(compute)
        assert entered.wait(LONG_S)
        with turns.turn() as came:
            assert not came
        leave.set()
        long.result(LONG_S)
    with turns.turn() as came:  # what came too late gives no turn back
        assert came
        with turns.turn() as second:
            assert not second


def test_a_page_that_fails_gives_its_turn_back() -> None:
    turns = Turns(at_once=1, patience_s=0.01)
    with pytest.raises(ValueError, match="broken"), turns.turn():
        raise ValueError("broken")
    with turns.turn() as came:
        assert came
