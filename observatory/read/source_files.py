"""Which files of a folder are a source's, whatever they are called and wherever they lie in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from observatory.read.zipped import zip_beside

#: How a file says that it is a cut: ``_dept93``, ``_dept75-92-95``.
_CUT = re.compile(r"_dept((?:\d[\dAB]\d?)(?:-\d[\dAB]\d?)*)(?=[._]|$)")


def departements_in(name: str) -> frozenset[str]:
    """Return the départements that a file's name says it was cut to; none for a whole file."""
    found = _CUT.search(name)
    return frozenset(found[1].split("-")) if found else frozenset()


def matching(folder: Path, patterns: Collection[str]) -> list[Path]:
    """Return the files and folders below a folder whose path ends as one of the patterns says.

    What lies in a hidden folder is not looked at: a download that was stopped leaves one.
    """
    found = {path for pattern in patterns for path in folder.rglob(pattern)}
    return sorted(
        path
        for path in found
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def chosen(
    folder: Path,
    first: Sequence[str],
    patterns: Collection[str],
    wanted: Collection[str] | None = None,
) -> list[Path]:
    """Return the files to read of a source, the best first.

    Cuts of the départements wanted are all taken; the file of a whole country only where they do
    not cover every département wanted.

    Parameters
    ----------
    first
        The files that are known by name, the best first; each is taken where it is there.
    patterns
        How the others' paths end.
    wanted
        Codes of départements; all by default.
    """
    known = [path for path in map(folder.joinpath, first) if path.exists()]
    every = [*known, *(path for path in matching(folder, patterns) if path not in known)]
    if wanted is None:
        return every
    areas = {path: departements_in(path.name) for path in every}
    cuts = [path for path in every if areas[path] & set(wanted)]
    covered = frozenset[str]().union(*(areas[path] for path in cuts))
    whole = known if set(wanted) <= covered else every
    return [path for path in every if path in cuts or (path in whole and not areas[path])]


def located(path: Path) -> Path:
    """Return where a file lies: itself, or its publisher's zip where this is there alone."""
    zipped = zip_beside(path)
    return zipped if zipped.is_file() and not path.exists() else path
