"""What files were read into, kept from one build to the next where many are made."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

from observatory import settings
from observatory.read.digests import digest, read_record
from observatory.read.readers import Reader
from observatory.read.registry import Source
from observatory.tables.provenance import Reading


class KeptReadings:
    """The readings of the files of a few départements: a file is read once for all of its builds.

    A reading is the same for two builds where the source, the file's place, bytes and record, the
    communes that it is cut to and the project's data folder are. It is handed out as a copy: what
    a build does to it changes no other build. Builds in threads may share one.

    Parameters
    ----------
    most
        How many départements are kept; those that were asked for last.
    """

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._kept: OrderedDict[str, dict[str, Reading]] = OrderedDict()
        self._lock = Lock()

    def begin(self, departement: str) -> None:
        """Begin a build of a département, and let go of those that were not asked for lately."""
        with self._lock:
            self._kept.setdefault(departement, {})
            self._kept.move_to_end(departement)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()

    def read(
        self, read: Reader, source: Source, file: Path, communes: Mapping[str, str] | None
    ) -> Reading:
        """Return what a file is read into, from an earlier build where it is the same.

        A file that changes while it is read is not kept.

        Parameters
        ----------
        read
            The reader of the source.
        communes
            What the file is cut to.
        """
        key = _key(source, file, communes)
        with self._lock:
            found = next((kept[key] for kept in self._kept.values() if key in kept), None)
        if found is None:
            found = read(file, communes)
            same = key == _key(source, file, communes)
            with self._lock:
                if same and self._kept:
                    self._kept[next(reversed(self._kept))][key] = found
        return replace(found, frame=found.frame.copy())


def _key(source: Source, file: Path, communes: Mapping[str, str] | None) -> str:
    known = None if communes is None else list(communes.items())
    # A file that is not there is for its reader to refuse.
    held = digest(file, source.beside) if file.exists() else ""
    at = (str(file.resolve()), held, sorted(read_record(file).items()))
    told = (source, at, settings.data_folder(), known)
    return hashlib.sha256(repr(told).encode()).hexdigest()
