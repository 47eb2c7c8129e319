"""Keep the rows of a build's communes: others are set aside and counted before any check."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from observatory.errors import CodeError, ContractError, ObservatoryError
from observatory.geo.mergers import is_later, lies_in
from observatory.geo.perimeter import former_codes
from observatory.places.french_communes import commune_table
from observatory.read.code_columns import is_uai
from observatory.read.text_files import aside, decimal, is_figure
from observatory.tables.provenance import Aside
from observatory.tables.toml_files import did_you_mean

#: Wrong rows, such as codes that no commune ever had, are set aside up to this share of a file's
#: rows, and up to this number in a small file; more of them, or half of all, and it is refused.
MOST_UNKNOWN, FEW = 0.01, 3
A_FEW = f"at most {FEW} wrong rows or {100 * MOST_UNKNOWN:g} % are set aside, and less than half"
OUTSIDE = "outside the communes of the build"
UNKNOWN = "the code of no commune"
#: The outlines say of which day the communes of a build are; figures of others are not carried.
OLDER = "of a commune that has joined one of the build since: the file is of an older geography"
YOUNGER = "of a commune made from one of the build since: the file is of a younger geography"
WRONG_UAI = "a UAI with a wrong check letter"
UAI_FORM = "seven digits and a letter such as 0932030B, its check letter right"


def too_many(wrong: int, rows: int) -> bool:
    """Return whether so many wrong rows of a file are more than are set aside."""
    return wrong > max(FEW, MOST_UNKNOWN * rows) or 0 < rows <= 2 * wrong


def refused(error: ObservatoryError) -> ObservatoryError:
    """Return the error of one wrong row as that of a file with too many of them."""
    next_step = f"{error.next_step}; {A_FEW}"
    return type(error)(error.where, expected=error.expected, found=error.found, next_step=next_step)


def cut(
    raw: pd.DataFrame, column: str, communes: Mapping[str, str] | None, where: str
) -> tuple[pd.DataFrame, tuple[Aside, ...]]:
    """Return the rows of the communes known, and the account of the others.

    Parameters
    ----------
    column
        Codes of communes, or of IRIS (their first five characters count).
    communes
        Folded name -> code, from :func:`observatory.geo.codes.commune_index`; every row is kept
        without it.

    Raises
    ------
    CodeError
        Too many codes are of no commune at all; the first one is said, with its line.
    """
    if communes is None:
        return raw, ()
    there = set(communes.values())
    # As plain objects: pandas looks a text up in a list of 40,000 codes far more slowly.
    codes = raw[column].str[:5].astype(object)
    known = codes.isin(there | every_code())
    wrong = raw.loc[~known, column]
    if too_many(len(wrong), len(raw)):
        raise refused(
            CodeError(
                f"{where}, column {column}, line {wrong.index[0]}",
                expected="a commune of the list of communes",
                found=f"{wrong.iloc[0]!r}{did_you_mean(wrong.iloc[0][:5], there)}"
                f" ({len(wrong)} values in all)",
                next_step="mend the code at its source, or correct it in data/corrections",
            )
        )
    kept, unknown = aside(raw, ~known, UNKNOWN, column)
    away = ~codes[kept.index].isin(there)
    far = codes[away[away].index]
    joined = far.map({one: lies_in(one, there) is not None for one in far.unique()}).astype(bool)
    later = far.map({one: is_later(one, there) for one in far.unique()}).astype(bool)
    young, old = (one.reindex(kept.index, fill_value=False) for one in (later, joined & ~later))
    kept, younger = aside(kept, young, YOUNGER, column)
    kept, older = aside(kept, old[kept.index], OLDER, column)
    kept, outside = aside(kept, away[kept.index], OUTSIDE, column)
    return kept, (outside, unknown, older, younger)


def few_aside(
    raw: pd.DataFrame, wrong: pd.Series[bool], reason: str, column: str, expected: str, where: str
) -> tuple[pd.DataFrame, Aside]:
    """Set wrong rows aside, or refuse the file where they are more than a few.

    Parameters
    ----------
    wrong
        Which rows.
    reason, expected
        Why they are set aside, and what the column should hold.

    Raises
    ------
    ContractError
        Too many of the rows are wrong (:func:`too_many`); the first one is said, with its line.
    """
    found = raw.loc[wrong, column]
    if too_many(len(found), len(raw)):
        raise refused(
            ContractError(
                f"{where}, column {column}, line {found.index[0]}",
                expected=expected,
                found=f"{found.iloc[0]!r} ({len(found)} values in all)",
                next_step="mend the value at its source, or correct it in data/corrections",
            )
        )
    return aside(raw, wrong, reason, column)


def right_uai(
    raw: pd.DataFrame, column: str, where: str, *beside: str
) -> tuple[pd.DataFrame, Aside]:
    """Set the rows aside whose UAI is wrong, or refuse the file as :func:`few_aside` does.

    Parameters
    ----------
    column, beside
        The column of the school's own UAI, and those of others.
    """
    right = pd.DataFrame({name: raw[name].map(is_uai) for name in (column, *beside)})
    wrong = ~right.astype(bool).all(axis=1)
    return few_aside(raw, wrong, WRONG_UAI, column, UAI_FORM, where)


@cache
def every_code() -> frozenset[str]:
    """Return every code that a commune of the country has or had."""
    france = commune_table()
    former = former_codes(france, france)
    return frozenset(france["commune"]).union(former, france["city"].dropna())


def readable(
    raw: pd.DataFrame, columns: list[str], label: str, where: str
) -> tuple[pd.DataFrame, Aside]:
    """Set the rows aside of which a figure is no number, or refuse the file where they are many.

    Parameters
    ----------
    columns
        Those of figures: a number, a mark of a missing one, or blank.
    label
        The column that names a row.

    Raises
    ------
    ContractError
        Too many of the rows have such a figure (:func:`too_many`); the first one is said.
    """
    wrong = {name: ~is_figure(raw[name]) for name in columns}
    worst = max(columns, key=lambda name: int(wrong[name].sum()))
    rows = pd.DataFrame(wrong).any(axis=1)
    if too_many(int(rows.sum()), len(raw)):
        try:
            decimal(raw[worst], where)
        except ContractError as error:
            raise refused(error) from error
    return aside(raw, rows, "a figure that is no number", label)
