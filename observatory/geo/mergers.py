"""Which communes have joined which, and since when: the table ``data/mergers.csv``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from observatory import settings
from observatory.errors import FileFormatError
from observatory.geo.own_csv import read_rows

NAME = "mergers.csv"
#: What happened: a commune has joined another one; its code alone has changed; or a commune is one
#: of its own again, of what another one was.
JOINED, RECODED, PARTED = "joined", "recoded", "parted"


class Merger(NamedTuple):
    """What was of one commune and is of another one.

    Attributes
    ----------
    former, former_name
        The commune that it was; no commune has its code today, unless another one has parted.
    commune, commune_name
        The commune that it is, under its name of today where there still is one.
    change
        :data:`JOINED`, :data:`RECODED` or :data:`PARTED`.
    cog
        Year of the first code officiel géographique known to have it so: it is of the 1 January
        of that year at the latest.
    since
        The day from which it is (ISO); empty where only ``cog`` is known.
    """

    former: str
    former_name: str
    commune: str
    commune_name: str
    change: str
    cog: str
    since: str

    @property
    def by(self) -> str:
        """The day on which it was so at the latest (ISO)."""
        return self.since or f"{self.cog}-01-01"


class Table(NamedTuple):
    """The movements of communes.

    Attributes
    ----------
    steps
        Former code -> where it went first.
    parted
        Code of a commune that is one of its own again -> what it was a part of.
    into
        Code -> the movements that led to it.
    """

    steps: Mapping[str, Merger]
    parted: Mapping[str, Merger]
    into: Mapping[str, tuple[Merger, ...]]


def table(folder: Path | None = None) -> Table:
    """Return the movements of communes.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such table, or it is none.
    """
    return _read((settings.data_folder() if folder is None else folder) / NAME)


def chain(code: str) -> tuple[str, ...]:
    """Return a code and those of the communes that it has come to be of, the last one of today."""
    return _chain(code, table())


def _chain(code: str, moved: Table) -> tuple[str, ...]:
    found = [code]
    while found[-1] in moved.steps:
        found.append(moved.steps[found[-1]].commune)
    return tuple(found)


def today_of(code: str) -> str:
    """Return the code of today of a commune."""
    return chain(code)[-1]


def former_codes_of(commune: str) -> tuple[str, ...]:
    """Return the codes of the communes that have come to be of one, those of their own included."""
    direct = [one.former for one in table().into.get(commune, ())]
    return tuple(code for one in direct for code in (one, *former_codes_of(one)))


def lies_in(code: str, known: Collection[str]) -> str | None:
    """Return the commune of a geography that a commune of any other one lies in.

    Parameters
    ----------
    known
        The codes of that geography, older or younger than the code.

    Returns
    -------
    str or None
        Itself; the commune that it has joined since; the same before its code changed; or the one
        that it has parted from since. ``None`` where it is none of these.
    """
    return _lies_in(code, known, table())


def lying_in(known: Collection[str]) -> dict[str, str]:
    """Return the commune of a geography that each code of any other one lies in, those alone."""
    moved = table()
    every = sorted(moved.steps.keys() | moved.parted.keys() | moved.into.keys())
    found = ((code, _lies_in(code, known, moved)) for code in every if code not in known)
    return {code: into for code, into in found if into is not None}


def is_later(code: str, known: Collection[str]) -> bool:
    """Return whether a code is of a younger geography than the communes known, and lies in them."""
    return lies_in(code, known) is not None and not set(chain(code)) & set(known)


def _lies_in(code: str, known: Collection[str], moved: Table) -> str | None:
    later = _chain(code, moved)
    for one in later:
        if one in known:
            return one
    for one in later:
        before = _before_its_code(one, moved)
        if before is not None and before in known:
            return before
    whole = moved.parted.get(code)
    return None if whole is None else _lies_in(whole.former, known, moved)


def _before_its_code(code: str, moved: Table) -> str | None:
    """Return the code that a commune had before; ``None`` where others have joined it since."""
    led = moved.into.get(code, ())
    changed = max((one.cog for one in led if one.change == RECODED), default="")
    if not changed or any(one.cog >= changed for one in led if one.change == JOINED):
        return None
    return next(one.former for one in led if one.cog == changed and one.change == RECODED)


def among(communes: Iterable[str]) -> tuple[Merger, ...]:
    """Return which of some communes are of another one today, in order of code.

    Each says the commune of today; where only its code has changed it is not said.
    """
    known = table().steps
    ends = (_end(code) for code in sorted({*communes} & known.keys()))
    return tuple(one for one in ends if one.change == JOINED)


def _end(code: str) -> Merger:
    """Return what was of a commune with the commune of today, and since when."""
    steps = [table().steps[one] for one in chain(code)[:-1]]
    change = RECODED if all(one.change == RECODED for one in steps) else JOINED
    last = max((one for one in steps if one.change == change), key=lambda one: one.cog)
    end = steps[-1]
    return last._replace(
        former=code,
        former_name=steps[0].former_name,
        commune=end.commune,
        commune_name=end.commune_name,
    )


def touched(communes: Iterable[str]) -> frozenset[str]:
    """Return which of some communes have joined another one since, with those that they joined."""
    found = among(communes)
    return frozenset(one.former for one in found) | {one.commune for one in found}


def together(commune: str, communes: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a commune of today and of those of a geography that have joined it.

    Parameters
    ----------
    commune
        Any of them.
    communes
        The codes of that geography.
    """
    into = today_of(commune)
    found = [one for one in among(communes) if one.commune == into]
    return tuple(dict.fromkeys(n for one in found for n in (one.commune_name, one.former_name)))


@lru_cache(maxsize=2)
def _read(path: Path) -> Table:
    rows = read_rows(path, Merger, "the table of communes that have joined others")
    into: dict[str, tuple[Merger, ...]] = {}
    for row in rows:
        if row.change != PARTED:
            into[row.commune] = (*into.get(row.commune, ()), row)
    steps = {row.former: row for row in rows if row.change != PARTED}
    _check_ends(path, steps)
    return Table(steps, {row.commune: row for row in rows if row.change == PARTED}, into)


def _check_ends(path: Path, steps: Mapping[str, Merger]) -> None:
    """Refuse a table in which a commune comes to be of itself."""
    ended: set[str] = set()
    for start in steps:
        met: dict[str, None] = {}
        code = start
        while code in steps and code not in ended:
            if code in met:
                raise FileFormatError(
                    str(path),
                    expected="communes that come to be of a commune of today",
                    found=" -> ".join([*met, code]),
                    next_step="take the project's own file again",
                )
            met[code] = None
            code = steps[code].commune
        ended |= met.keys()
