"""What the changes of a scenario take: posts, hours as listed, and their cost in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.model import gap
from observatory.model.help_hours import OWN_PROGRAMME, hours_of
from observatory.model.scenario_changes import Budget
from observatory.model.scenario_help import is_of_posts

if TYPE_CHECKING:
    from observatory.model.scenario import Scenario

FloatArray = NDArray[np.float64]
COST = "gap.post_cost_eur"


def posts_changed(scenario: Scenario) -> FloatArray:
    """Return the posts of each row of help that changes, below zero where it goes."""
    rows = scenario.help.alone(scenario.base.facts).supply
    posts = np.where(_of_posts(rows), rows["posts"].fillna(0.0), 0.0)
    return np.asarray(scenario.help.sign * posts)


def _of_posts(rows: pd.DataFrame) -> NDArray[np.bool_]:
    return np.array([is_of_posts(row) for row in rows.to_dict("records")], dtype=bool)


def cost_of(scenario: Scenario) -> dict[str, Any]:
    """Return posts, listed hours and cost of the changes, and whether the budget holds them.

    Posts cost what ``gap.post_cost_eur`` says, the hours of stops and of one's own help what the
    full-time posts cost that give as many (``gap.to_etp``). What a France Services or aidants cost
    is not known: their hours are told apart.
    """
    known = scenario.base.assumptions
    changed = scenario.help
    rows = changed.alone(scenario.base.facts).supply
    hours = changed.sign * hours_of(rows, known)
    of_posts = _of_posts(rows)
    own = (rows["programme"] == OWN_PROGRAMME).to_numpy() & ~of_posts
    posts = float(posts_changed(scenario).sum())
    etp = posts + float(gap.to_etp(hours[own].sum(), known))
    item = known[COST]
    ends = sorted(etp * end for end in (item.low or item.number, item.high or item.number))
    cost = float(gap.cost_eur(etp, known))
    budgets = [change.eur for change in scenario.changes if isinstance(change, Budget)]
    budget = float(budgets[-1]) if budgets else None
    return {
        "posts_change": posts,
        "listed_h_per_week_change": float(hours.sum()),
        "cost_eur_change": cost,
        "cost_eur_low": ends[0],
        "cost_eur_high": ends[1],
        "uncosted_h_per_week": float(hours[~of_posts & ~own].sum()),
        "budget_eur": budget,
        "over_budget": None if budget is None else cost > budget,
    }
