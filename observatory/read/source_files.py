"""Which files of a folder are a source's, whatever they are called and wherever they lie in it."""

from __future__ import annotations

import fnmatch
import os
import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from observatory.errors import FileFormatError
from observatory.read.digests import read_record
from observatory.read.file_dates import day_of
from observatory.read.zipped import zip_beside

#: How a file says that it is a cut: ``_dept93``, ``_dept75-92-95``.
_CUT = re.compile(r"_dept((?:\d[\dAB]\d?)(?:-\d[\dAB]\d?)*)(?=[._]|$)")

#: An archive that INSEE has served large files in; no file of the registry comes so.
PACKED = ".7z"


def departements_in(name: str) -> frozenset[str]:
    """Return the départements that a file's name says it was cut to; none for a whole file."""
    found = _CUT.search(name)
    return frozenset(found[1].split("-")) if found else frozenset()


def matching(folder: Path, patterns: Collection[str]) -> list[Path]:
    """Return the files and folders below a folder whose path ends as one of the patterns says.

    What lies in a hidden folder is not looked at: a download that was stopped leaves one.
    """
    endings = [(pattern, PurePosixPath(pattern).name) for pattern in patterns]
    found, left = set[Path](), [folder] if folder.is_dir() else []
    while left:
        here = left.pop()
        names = _names_in(here)
        left += [here / name for name in names.folders]
        inside = PurePosixPath(here.relative_to(folder))
        for pattern, ending in endings:
            found.update(
                here / name for name in names.like(ending) if (inside / name).match(pattern)
            )
    return sorted(found)


class _Names:
    """What lies in one folder.

    Attributes
    ----------
    every
        The names of files and folders, without the hidden ones.
    folders
        Those to look into: links to folders are none.
    """

    def __init__(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            seen = [one for one in entries if not one.name.startswith(".")]
        self.every = [one.name for one in seen]
        self.folders = [one.name for one in seen if one.is_dir(follow_symlinks=False)]
        self._like: dict[str, list[str]] = {}

    def like(self, ending: str) -> list[str]:
        """Return the names that a pattern fits."""
        if ending not in self._like:
            self._like[ending] = fnmatch.filter(self.every, ending)
        return self._like[ending]


#: Folders whose names are kept, those asked for last.
FOLDERS = 256
#: A folder that was written to this lately may be written to again within one tick of its clock.
SETTLED_NS = 2_000_000_000


def _names_in(folder: Path) -> _Names:
    """Return the names in a folder, kept as long as nobody writes into it.

    A build asks for each of its sources several times, and a folder of cells has 35,000 files.
    """
    found = folder.stat()
    changed = max(found.st_mtime_ns, found.st_ctime_ns)
    if abs(time.time_ns() - changed) < SETTLED_NS:
        return _Names(folder)
    return _kept_names(folder, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@lru_cache(maxsize=FOLDERS)
def _kept_names(folder: Path, *state: int) -> _Names:
    return _Names(folder)


@dataclass(frozen=True)
class Candidate:
    """A file of a source that lies in the folder.

    Attributes
    ----------
    path
        Where it is.
    day
        The day that it speaks of.
    areas
        The départements that it was cut to; none for the file of the country.
    """

    path: Path
    day: str
    areas: frozenset[str]

    def covers(self, departement: str) -> bool:
        """Return whether it speaks of a département."""
        return not self.areas or departement in self.areas


def candidates(
    folder: Path, first: Sequence[str], patterns: Collection[str], as_of: str = ""
) -> list[Candidate]:
    """Return the files of a source in a folder, those that the registry names first.

    Parameters
    ----------
    first
        The files that are known by name, the best first; each is taken where it is there.
    patterns
        How the others' paths end.
    as_of
        The day of those of which nothing else says it.
    """
    known = [path for path in map(folder.joinpath, first) if path.exists()]
    others = [path for path in matching(folder, patterns) if path not in known]
    # A file that the registry names beside cuts, without saying départements, goes with them.
    beside = frozenset[str]().union(*(departements_in(path.name) for path in known))
    # The files that the registry names are of one edition, whatever their names say.
    day = day_of(known[0], as_of) if known else as_of
    named = [
        Candidate(
            path,
            day_of(path, as_of) if read_record(path) else day,
            departements_in(path.name) or beside,
        )
        for path in known
    ]
    rest = [Candidate(path, day_of(path, as_of), departements_in(path.name)) for path in others]
    return [*named, *rest]


def refuse_packed(folder: Path, names: Collection[str]) -> None:
    """Refuse an archive that no reader opens, under the name of a file that is looked for.

    Parameters
    ----------
    names
        How the paths of the files looked for end.

    Raises
    ------
    FileFormatError
        There is a ``.7z`` of that name.
    """
    packed = {str(PurePosixPath(name).with_suffix(PACKED)) for name in names}
    packed |= {zip_beside(Path(name)).with_suffix(PACKED).as_posix() for name in names}
    for path in matching(folder, packed):
        raise FileFormatError(
            str(path),
            expected="an official file as it is, or in a zip",
            found="a 7z archive, which is not opened",
            next_step="unpack it with 7-Zip and put what it holds into the same folder",
        )


def chosen(found: Sequence[Candidate], wanted: Collection[str] | None = None) -> list[Candidate]:
    """Return the files to read of a source, the newest first.

    Each département is read in the newest file that covers it. Of files of one day, its cuts are
    all taken, and the file of the country only where there is none.

    Parameters
    ----------
    wanted
        Codes of départements; all by default, and the rest of the country.
    """
    every = wanted
    if every is None:
        every = frozenset({""}).union(*(one.areas for one in found))
    best = [one for area in every for one in _best([f for f in found if f.covers(area)])]
    return sorted((one for one in found if one in best), key=lambda one: one.day, reverse=True)


def _best(covering: Sequence[Candidate]) -> list[Candidate]:
    """Return the newest of the files that cover a département."""
    newest = [one for one in covering if one.day == max(other.day for other in covering)]
    return [one for one in newest if one.areas] or newest


def located(path: Path) -> Path:
    """Return where a file lies: itself, or its publisher's zip where this is there alone."""
    zipped = zip_beside(path)
    return zipped if zipped.is_file() and not path.exists() else path
