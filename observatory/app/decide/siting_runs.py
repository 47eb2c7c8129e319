"""A search for the best posts that goes on while its page answers: progress, cancel, result."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from observatory.errors import ObservatoryError

Kind = Literal["places", "curve", "draws"]
#: Called with what is told of progress, and with what says whether to stop.
Work = Callable[[Callable[..., None], Callable[[], bool]], Any]
#: How much of a search is done at each step, as far as can be said.
STEPS = {"bound": 0.2, "places": 0.4, "swaps": 0.6, "proof": 0.8, "done": 1.0}
log = logging.getLogger(__name__)


@dataclass
class Run:
    """One search of one session.

    Attributes
    ----------
    kind
        The places, the curve of posts, or the draws.
    asked
        What was asked, to be shown beside the answer.
    part, step
        How much is done, from 0 to 1, and which step of a search of places it is at.
    result
        The answer once it is there.
    error
        Why there is none: what was refused; anything else is in the log.
    """

    kind: Kind
    asked: Any
    part: float = 0.0
    step: str = ""
    result: Any = None
    error: Exception | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def going(self) -> bool:
        """Whether it goes on."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask it to stop; its answer is then the best so far."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for its end, for some time at most."""
        if self._thread is not None:
            self._thread.join(seconds)


def start(kind: Kind, asked: Any, work: Work) -> Run:
    """Start a search in a thread of its own and return it."""
    run = Run(kind, asked)

    def told(*said: Any) -> None:
        if isinstance(said[0], str):
            run.step, run.part = said[0], STEPS[said[0]]
        else:
            run.part = min(max(float(said[0]), 0.0), 1.0)

    def worked() -> None:
        try:
            run.result = work(told, run._stop.is_set)
        except ObservatoryError as error:
            run.error = error
        except Exception as error:
            log.exception("search failed")
            run.error = error

    run._thread = threading.Thread(target=worked, name="siting", daemon=True)
    run._thread.start()
    return run
