"""An order to stop, which a service's manager gives: work ends as on any error, and cleans up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: The code of a process that ended on the order, as shells say it.
STOPPED = 128 + signal.SIGTERM


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM unwind what the block does, so that what is half made is taken away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(STOPPED)
