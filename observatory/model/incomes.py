"""Which income by IRIS a build knows, declared or disposable: one of the two, never both at once.

INSEE publishes both. The declared one is used where a build has it, so that territories and builds
compare; the disposable one where it is the only one, and every figure that rests on it says so.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from observatory.model.observed import Facts

IncomeKind = Literal["declared", "disposable"]


def income_kind(facts: Facts) -> IncomeKind | None:
    """Return the kind of income that the figures of a build rest on; ``None`` where it has none."""
    if facts.iris[["poverty_declared_pct", "income_d1_declared_eur"]].notna().any(axis=None):
        return "declared"
    return None if facts.income_disposable_iris_2021 is None else "disposable"


def first_decile(facts: Facts) -> pd.Series[Any]:
    """Return the first decile of each IRIS in EUR a year, of the kind that is used."""
    if income_kind(facts) == "disposable":
        return _disposable(facts, "income_d1_disposable_eur")
    declared: pd.Series[Any] = facts.iris["income_d1_declared_eur"]
    return declared


def known_poverty(facts: Facts) -> pd.DataFrame:
    """Return the poverty of each IRIS (``poverty_known_pct``), and whether it is measured.

    ``poverty_measured`` is true where the rate is on disposable income, as that of the communes
    is: it is then the rate itself, where one on declared income only tells how IRIS differ.
    """
    measured = income_kind(facts) == "disposable"
    rate = facts.iris["poverty_declared_pct"]
    if measured:
        rate = _disposable(facts, "poverty_disposable_pct")
    return pd.DataFrame({"poverty_known_pct": rate, "poverty_measured": measured})


def _disposable(facts: Facts, column: str) -> pd.Series[Any]:
    known = facts.income_disposable_iris_2021
    if known is None:
        return pd.Series(np.nan, facts.iris.index)
    found: pd.Series[Any] = facts.iris["iris"].map(known.set_index("iris")[column])
    return found
