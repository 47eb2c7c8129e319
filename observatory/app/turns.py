"""A turn to draw a page: few at a time, in the order in which they were asked for.

Pages drawn all at once share one interpreter: each then takes as long as all of them together, and
the process spends its time going from one to the other. One after the other, half of the visitors
have theirs in half that time and nobody waits longer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
#: A page that has waited so long is drawn all the same: one that computes, or that waits for a
#: file or an answer, never keeps the others out.
PATIENCE_S = 5.0


class Turns:
    """Turns to draw, ``at_once`` at a time."""

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self._free = threading.Semaphore(at_once)
        self._patience_s = patience_s

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn and keep it for the block; give whether it came in time."""
        came = self._free.acquire(timeout=self._patience_s)
        try:
            yield came
        finally:
            if came:
                self._free.release()


#: Those of this process, for all its visitors.
TURNS = Turns()
