"""A command that a timer or a service's manager runs: it stops when told, and others may read."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: The code of a process that ended on the order to stop, as shells say it.
STOPPED = 128 + signal.SIGTERM
#: What is written is for every user to read, whatever the mask of the timer.
MASK = 0o022


@contextmanager
def unattended() -> Iterator[None]:
    """Let SIGTERM unwind what the block does, and let every user read what it writes.

    What is half made is then taken away, as on any error.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former, mask = signal.signal(signal.SIGTERM, _stop), os.umask(MASK)
    try:
        yield
    finally:
        os.umask(mask)
        signal.signal(signal.SIGTERM, former)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(STOPPED)
