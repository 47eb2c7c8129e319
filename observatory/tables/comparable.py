"""Which builds of a territory can be compared, and what a person calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from observatory.errors import ChoiceError, MissingInputError
from observatory.settings import EDITION, Settings
from observatory.tables.history import (
    Kept,
    builds_kept,
    history_of,
    is_alike,
    read_kept,
    reads,
    when,
)
from observatory.tables.manifest import is_build

#: The fewest letters of a hash that a person may type.
FEWEST = 4


def find_build(asked: str, where: Settings) -> Kept:
    """Return the build that a person names.

    Parameters
    ----------
    asked
        A folder; ``edition``; ``current``, the build in use; or, of the history of the build in
        use, its name, its day or the beginning of its hash.

    Raises
    ------
    ChoiceError
        No build, or several, have that name.
    """
    if asked == EDITION:
        return _noted(where.edition, where)
    if asked == "current":
        return _noted(where.current, where)
    if is_build(Path(asked)):
        return _noted(Path(asked), where)
    kept = builds_kept(where.build, where)
    found = [one for one in kept if _answers(one, asked)]
    if len(found) == 1:
        return found[0]
    raise ChoiceError(
        f"build {asked}",
        expected="a folder, edition, current, or the day or hash of one build of the history",
        found=f"{len(found)} of them: {_names(found)}" if found else f"none of: {_names(kept)}",
        next_step="observatory history lists them",
    )


def last_two(where: Settings) -> tuple[Kept, Kept]:
    """Return the build in use and the last other one: of the history, else the edition.

    Raises
    ------
    MissingInputError
        There is only one.
    """
    now = _noted(where.current, where)
    former = [one for one in comparable(where)[:-1] if not now.made_at or when(one) <= when(now)]
    if former:
        return ([one for one in former if one.made_at] or former)[-1], now
    raise MissingInputError(
        str(history_of(where.current, where)),
        expected="a former build to compare with",
        found="none",
        next_step="a build or an update that changes something keeps the one that it replaces; or "
        "name two folders: observatory compare A B",
    )


def comparable(where: Settings) -> list[Kept]:
    """Return every build that can be compared with the one in use, the oldest first, it last.

    They are those of the history, and the compiled edition where it is of the same territory.
    """
    now = _noted(where.current, where)
    known = [one for one in builds_kept(where.build, where) if not _is_same(one, now)]
    if reads(where.edition) and not any(is_alike(one, where.edition) for one in [*known, now]):
        known.append(_noted(where.edition, where))
    here = [one for one in known if one.manifest.territory == now.manifest.territory]
    return [*sorted(here, key=when), now]


def _noted(folder: Path, where: Settings) -> Kept:
    """Return a build with what its history noted when it was made."""
    own = read_kept(folder)
    if own.made_at:
        return own
    same = [one for one in builds_kept(folder, where) if is_alike(one, folder)]
    return replace(same[-1], folder=folder, manifest=own.manifest) if same else own


def _is_same(one: Kept, other: Kept) -> bool:
    made_alike = (one.method, one.code) == (other.method, other.code)
    return is_alike(one, other.folder) and made_alike


def _answers(one: Kept, asked: str) -> bool:
    names = (one.folder.name.rpartition("-")[2], one.manifest.edition.rpartition("-")[2])
    hashed = len(asked) >= FEWEST and any(name.startswith(asked) for name in names)
    return hashed or asked in (one.folder.name, one.day)


def _names(kept: Sequence[Kept]) -> str:
    return ", ".join(one.folder.name for one in kept) or "no build kept"
