"""Check the codes of a source's rows, and find communes that a source gives by name only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from observatory.errors import CodeError, MissingInputError
from observatory.geo.codes import (
    IN_PARTS,
    arrondissement,
    check_uai,
    find_commune,
    fold_name,
    nearest_commune,
    postcode_starts,
    without_head,
)
from observatory.geo.mergers import lies_in, lying_in, table, today_of
from observatory.places.french_communes import french_communes
from observatory.tables.remarks import Remark, remark

#: A commune's name this close to a known one is taken for it, if the post code agrees.
CLOSE = 88


def needed(communes: Mapping[str, str] | None, where: str) -> dict[str, str]:
    """Return the index of communes; without it this source cannot be read."""
    if not communes:
        raise MissingInputError(
            where,
            expected="the list of the département's communes, to find their codes by name",
            found="none",
            next_step="read the communes' source first (core.codes.commune_index)",
        )
    return dict(communes)


def checked(values: pd.Series[Any], check: Callable[[object], str], where: str) -> pd.Series[Any]:
    """Return codes after verifying each one.

    Raises
    ------
    CodeError
        The first wrong one, with its line of the file.
    """
    for line, value in values.items():
        try:
            check(value)
        except CodeError as error:
            raise CodeError(
                f"{where}, line {line}, {error.where}",
                expected=error.expected,
                found=error.found,
                next_step=error.next_step,
            ) from error
    return values


def is_uai(code: object) -> bool:
    """Return whether a value is a UAI with its right check letter."""
    try:
        check_uai(code)
    except CodeError:
        return False
    return True


class Located(NamedTuple):
    """Where an address is.

    Attributes
    ----------
    code
        Its commune's; ``None`` where the address is to be set aside.
    aside
        Why it is.
    note
        How its commune was found, where a reader must know.
    """

    code: str | None
    aside: str = ""
    note: Remark | None = None


class Known(dict[str, str]):
    """An index of communes by folded name, with what is asked of it for each address."""

    def __init__(self, communes: Mapping[str, str]) -> None:
        super().__init__(communes)
        self.codes = frozenset(communes.values())
        self.starts = postcode_starts(self.codes)

    @cached_property
    def formers(self) -> dict[str, set[tuple[str, str]]]:
        """Folded name of a commune of another year -> where it lies: known here, and today."""
        found: dict[str, set[tuple[str, str]]] = {}
        steps = table().steps
        for code, into in lying_in(self.codes).items():
            if code in steps:
                name = fold_name(steps[code].former_name)
                found.setdefault(name, set()).add((into, today_of(code)))
        return found


def locate(code: str, name: str, postcode: str, communes: Mapping[str, str]) -> Located:
    """Find the commune of an address, by its code where there is one, else by its name.

    Parameters
    ----------
    code, name, postcode
        As the source gives them; ``""`` where it does not.
    communes
        Folded name -> INSEE code, for one département or several.
    """
    index = communes if isinstance(communes, Known) else Known(communes)
    code, by_name = _named(code, name, postcode, index)
    away = bool(postcode) and not postcode.startswith(index.starts)
    if code:
        return _by_code(code, name, by_name, away, index.codes)
    if away:
        return Located(None, "outside the département, by its post code")
    if by_name:
        return Located(by_name)
    former = _former(name, postcode, index)
    if former:
        said = remark("cleaning.commune_joined_name", text=name, insee=former)
        return Located(former, note=said)
    near = nearest_commune(name, index) if name else None
    if near and near[2] >= CLOSE and postcode:
        return Located(near[1], note=remark("cleaning.commune_read", text=name, commune=near[0]))
    return Located(None, "its commune is not one of the département's")


def _former(name: str, postcode: str, index: Known) -> str | None:
    """Return the commune known that one of another year lies in, by its name and its post code.

    The post code has to serve that commune of today: names of former communes are many.
    """
    served = french_communes().serves(postcode) if name else None
    told = index.formers.get(without_head(fold_name(name)), set()) if served else set()
    there = {into for into, today in told if today in (served or ())}
    return next(iter(there)) if len(there) == 1 else None


def _named(code: str, name: str, postcode: str, index: Known) -> tuple[str, str | None]:
    """Return the code given and that of the name; for Paris, those of the arrondissement."""
    part = arrondissement(name, postcode)
    if part is None or part not in index.codes:
        return code, find_commune(name, index) if name else None
    return part if code in IN_PARTS else code, part


def _by_code(
    code: str, name: str, by_name: str | None, away: bool, known: frozenset[str]
) -> Located:
    if code not in known:
        into = lies_in(code, known)
        if into is None:
            return Located(None, "outside the département, by its commune's code")
        return Located(into, note=remark("cleaning.commune_joined", text=code, insee=into))
    if away and by_name is None:
        why = "its post code and commune's name are not of the département of its code"
        return Located(None, why)
    if by_name and by_name != code:
        return Located(code, note=remark("cleaning.commune_disagrees", commune=name, insee=code))
    return Located(code)
