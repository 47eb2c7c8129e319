"""Built tables carried to other choices, as if they had been built with them.

Need and hours of help stand in the built tables at the choices of the build. What they were made
from stands there too (residents by age, poverty, shares of points, units of help), so that a
change of ``need``, ``capacity`` or ``freshness`` acts without the source files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.model import help_hours, need
from observatory.model.assumptions import Assumptions
from observatory.model.observe import Facts

NEEDS = (*need.ESTIMATES, "need_persons", "need_low", "need_high")
#: Choices that have done their work once the tables stand, and those that never touch the gap.
REFUSED = ("edition.", "languages.", "kinds.")


def recast(
    facts: Facts, base: Assumptions, choices: Assumptions, refused: tuple[str, ...] = REFUSED
) -> Facts:
    """Give the facts as a build under other choices would.

    Parameters
    ----------
    facts
        The built tables.
    base
        The choices they were built with.
    choices
        The choices wanted.
    refused
        What the names of choices that may not be moved begin with: by default those that change
        nothing of need, help, access or gap.

    Raises
    ------
    ChoiceError
        A choice no longer acts on built tables (``edition.*``), or none of its effect can be
        found back in them (hours built at a share of zero).
    """
    moved = [item.name for item in choices if item.value != base[item.name].value]
    _refuse(moved, refused)
    done = facts
    if _touches(moved, "need."):
        done = _with_need(done, base, choices)
    if _touches(moved, "capacity.", "freshness."):
        done = replace(done, supply=_with_hours(done.supply, base, choices))
    return done


def _touches(names: Iterable[str], *starts: str) -> bool:
    return any(name.startswith(starts) for name in names)


def _refuse(moved: list[str], refused: tuple[str, ...]) -> None:
    for name in moved:
        if name.startswith(refused):
            raise ChoiceError(
                f"assumption {name}",
                expected="a choice that acts on need, help, access or gap",
                found="one that changes none of these figures",
                next_step="change it in data/assumptions.toml, and build again for edition.*",
            )


def _with_need(facts: Facts, base: Assumptions, choices: Assumptions) -> Facts:
    iris, points = facts.iris, facts.points
    published = facts.communes.set_index("commune")["poverty_disposable_pct"]
    zones = pd.DataFrame(iris.drop(columns="geometry")).assign(
        poverty_disposable_pct=iris["commune"].map(published)
    )
    contrast = choices.number("need.iris_poverty")
    if contrast != base.number("need.iris_poverty"):
        zones["poverty_pct"] = need.spread_poverty(zones, contrast)
    found = need.estimate(zones, choices)[list(NEEDS)]
    whole = points.groupby("iris")["residents"].transform("sum")
    share = (points["residents"] / whole).fillna(0.0)
    by_iris = found.set_axis(pd.Index(iris["iris"]))
    spread = by_iris.reindex(points["iris"]).set_axis(points.index).mul(share, axis=0)
    return replace(
        facts,
        iris=iris.assign(poverty_pct=zones["poverty_pct"], **_columns(found)),
        points=points.assign(**_columns(spread)),
    )


def _columns(frame: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    return {str(name): frame[name] for name in frame.columns}


def _with_hours(supply: pd.DataFrame, base: Assumptions, choices: Assumptions) -> pd.DataFrame:
    """Count each row's units from its hours, and give them the hours of the other choices."""
    units = _units(supply, base, choices)
    weight = help_hours.freshness_weight(supply["age_months"], choices).to_numpy()

    def hours(end: help_hours.End) -> Any:
        each = supply["programme"].map(help_hours.unit_hours(choices, end)).to_numpy(dtype=float)
        opened = help_hours.end_of(choices, "capacity.france_services.unknown_hours", end)
        held = np.where(help_hours.is_assumed(supply["basis"]) & (units > 0), opened, units)
        return held * each

    agents = choices.number("capacity.france_services.agents")
    return supply.assign(
        posts=supply["posts"].where(supply["programme"] != help_hours.FRANCE_SERVICES, agents),
        help_h_per_week=hours("value"),
        help_low=hours("low") * weight,
        help_high=hours("high"),
    )


def _units(supply: pd.DataFrame, base: Assumptions, choices: Assumptions) -> Any:
    """Give the posts, opening hours or aidants that each row's hours were counted from."""
    each = supply["programme"].map(help_hours.unit_hours(base)).astype(float)
    if not (each > 0).all():
        lost = sorted(set(supply.loc[~(each > 0), "programme"].astype(str)))
        raise ChoiceError(
            "assumptions capacity.*",
            expected="tables built with some hours for each programme",
            found=f"no hours of {', '.join(lost)} to count again",
            next_step="mend data/assumptions.toml and build the tables again",
        )
    return (supply["help_h_per_week"] / each).to_numpy(dtype=float)
