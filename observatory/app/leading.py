"""Where most of what is missing lies: the few communes that a first sentence can name."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from observatory.model.measures import MEASURES

#: Communes are named until they hold this part of the hours, and no more than this many.
PART, MOST = 0.5, 3


@dataclass(frozen=True)
class Leading:
    """The communes with the most hours missing, and their part of all of them."""

    names: tuple[str, ...]
    hours: tuple[float, ...]
    percent: float


def leading(communes: pd.DataFrame) -> Leading | None:
    """Return the communes with the most hours, or ``None`` where nothing can be said.

    Parameters
    ----------
    communes
        The gap table of the communes. One whose figure is too uncertain to be published is not
        named; its hours are in the whole all the same.
    """
    whole = float(communes["missing_h_per_week"].sum())
    hours = MEASURES["missing"].values(communes).astype(float)
    order = hours[hours > 0].sort_values(ascending=False, kind="stable")[:MOST]
    if whole <= 0 or order.empty:
        return None
    reached = order.cumsum() / whole
    kept = order[: int((reached < PART).sum()) + 1]
    names = tuple(str(name) for name in communes.loc[kept.index, "name"])
    return Leading(names, tuple(float(one) for one in kept), 100 * float(kept.sum()) / whole)
