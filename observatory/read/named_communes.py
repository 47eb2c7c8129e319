"""Find the communes that a file gives by name alone, each in its own département."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import pandas as pd

from observatory.errors import CodeError
from observatory.geo.codes import commune_index, departement_of, find_commune, nearest_commune
from observatory.geo.mergers import lies_in, table
from observatory.places.french_communes import french_communes
from observatory.read.code_columns import needed
from observatory.read.cut import OUTSIDE, refused, too_many
from observatory.read.readers import Communes
from observatory.read.text_files import aside
from observatory.tables.provenance import Aside

NOT_TOLD = "a commune that its name does not tell"
Areas = frozenset[str]


def named_communes(
    raw: pd.DataFrame, column: str, areas: pd.Series[Any], communes: Communes, where: str
) -> tuple[pd.DataFrame, tuple[Aside, ...]]:
    """Return the rows of the communes known, with their ``code``, and the account of others.

    A name alone tells no commune of the country: it is looked up in its own département. The rest
    of a file that goes further than the communes known is set aside, as where codes say it.

    Parameters
    ----------
    column
        The names, in any usual way.
    areas
        The départements that each row may be of; none where the file does not say.
    communes
        Folded name -> code of the communes to keep.

    Raises
    ------
    MissingInputError
        There is no index of communes.
    CodeError
        More than a few names are of no commune: the first is said, with its line and the nearest.
    """
    index = needed(communes, where)
    here = {area: _within(index, area) for area in areas.unique()}
    known = frozenset(index.values())
    pairs = list(zip(raw[column], areas, strict=True))
    codes = [_code(_plain(name), area, here[area], known) for name, area in pairs]
    raw = raw.assign(code=pd.Series(codes, index=raw.index, dtype="str"))
    away = [
        code is None and (not here[area] or bool(_named(_plain(name), area)))
        for code, (name, area) in zip(codes, pairs, strict=True)
    ]
    kept, outside = aside(raw, pd.Series(away, index=raw.index, dtype=bool), OUTSIDE, column)
    lost = kept["code"].isna()
    if too_many(int(lost.sum()), len(raw)):
        raise refused(_of_no_commune(kept.loc[lost, column], index, where))
    kept, unknown = aside(kept, lost, NOT_TOLD, column)
    return kept, (outside, unknown)


def _of_no_commune(names: pd.Series[str], index: Mapping[str, str], where: str) -> CodeError:
    near = nearest_commune(names.iloc[0], index)
    hint = f"; the nearest name is {near[0]!r} ({near[1]})" if near else ""
    return CodeError(
        f"{where}, line {names.index[0]}",
        expected="the name of a commune of the département",
        found=f"{names.iloc[0]!r}{hint}",
        next_step="mend the name at its source, or correct it in data/corrections",
    )


def _code(name: str, areas: Areas, here: Mapping[str, str], known: Collection[str]) -> str | None:
    """Return the code of the commune known that a name is of, or that its commune lies in."""
    found = find_commune(name, here)
    if found is not None:
        return found
    lying = {lies_in(code, known) for code in _named(name, areas)}
    return lying.pop() if len(lying) == 1 else None


def _named(name: str, areas: Areas) -> frozenset[str]:
    """Return the communes that a name is of in départements; of another year where none today."""
    for indices in ([_today(area) for area in areas], [_former(area) for area in areas]):
        codes = (find_commune(name, index) for index in indices)
        found = frozenset(code for code in codes if code is not None)
        if found:
            return found
    return frozenset()


@cache
def _today(area: str) -> Mapping[str, str]:
    """Return the index of the communes of today of a département."""
    names = french_communes().names
    return commune_index(pair for pair in names.items() if departement_of(pair[0]) == area)


@cache
def _former(area: str) -> Mapping[str, str]:
    """Return the index of the communes of a département that have joined others."""
    steps = table().steps
    gone = (code for code in steps if departement_of(code) == area)
    return commune_index((code, steps[code].former_name) for code in gone)


def _plain(name: str) -> str:
    """Return the name of an arrondissement as it is usually written: ``MARSEILLE 02``."""
    return re.sub(r"\b0(\d)$", r"\1", name)


def _within(index: Mapping[str, str], areas: Areas) -> dict[str, str]:
    """Return the communes of some départements; all of them where none is said."""
    return {
        name: code for name, code in index.items() if not areas or departement_of(code) in areas
    }
