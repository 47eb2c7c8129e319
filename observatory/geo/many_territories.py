"""Which territories are meant where many are asked for at once: codes, or all of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from observatory.errors import CodeError
from observatory.geo.codes import departement_of
from observatory.geo.perimeter import find_perimeter

#: The kinds of which all can be asked for, with where: ``france:ept``, ``93:epci``.
KINDS = ("ept", "epci")
FRANCE = "france"


def many_territories(asked: Iterable[str], france: pd.DataFrame) -> tuple[str, ...]:
    """Return the codes of the territories asked for, each once, in the order asked.

    Parameters
    ----------
    asked
        Codes as :func:`~observatory.geo.perimeter.find_perimeter` takes them, or ``france:ept``,
        ``93:epci``: every EPT or EPCI of the country or of a département, which is that of most
        of its communes.
    france
        The communes of the country (``tables.cog_tables.FRENCH_COMMUNES``).

    Raises
    ------
    CodeError
        No such territory: none is taken then.
    """
    codes = [code for one in asked for code in _codes(one.strip(), france)]
    return tuple(dict.fromkeys(codes))


def codes_in(text: str) -> tuple[str, ...]:
    """Return the codes of a file: one a line, what follows a ``#`` left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def _codes(asked: str, france: pd.DataFrame) -> Sequence[str]:
    where, _, kind = asked.partition(":")
    if kind not in KINDS:
        return [find_perimeter(asked, france).code]
    homes = _homes(france, kind)
    found = homes.index[(homes == where) | (where == FRANCE)].tolist()
    if not found:
        raise CodeError(
            f"option --territory {asked}",
            expected=f"france:{kind}, or a département that has an {kind.upper()}, such as 93:ept",
            found=f"no {kind.upper()} with most of its communes in {where!r}",
            next_step="name the territories by their SIREN",
        )
    return found


def _homes(france: pd.DataFrame, kind: str) -> pd.Series[str]:
    """Return the département of most communes of each EPT or EPCI."""
    known = france.dropna(subset=[kind])
    areas = known["commune"].map(departement_of)
    counts = areas.groupby([known[kind], areas]).size().rename_axis(["code", "area"])
    order = counts.reset_index(name="count").sort_values(
        ["code", "count", "area"], ascending=[True, False, True]
    )
    return order.drop_duplicates("code").set_index("code")["area"]
