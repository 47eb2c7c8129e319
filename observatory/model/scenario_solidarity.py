"""What a scenario changes for those without a device or a connection: places that declare them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.geo.codes import Cog
from observatory.geo.geometry import project_to_metres
from observatory.model import kinds
from observatory.model.homes import Home
from observatory.model.levels import Level, zone_of
from observatory.model.places_in import declares, zone_of_places
from observatory.model.scenario_changes import Change, Close, Move, Offer
from observatory.model.scenario_help import home_of
from observatory.model.solidarity_offer import offer
from observatory.tables.check import check
from observatory.tables.decision_results import SCENARIO_SOLIDARITY
from observatory.tables.offer_results import ACCESS_SERVICE, SOLIDARITY_SERVICE

if TYPE_CHECKING:
    from observatory.model.scenario import Scenario

FloatArray = NDArray[np.float64]
#: From the metres of some places to which points have one within the near walk.
WithinWalk = Callable[[FloatArray], NDArray[np.bool_]]
SERVICES = (ACCESS_SERVICE, SOLIDARITY_SERVICE)


def solidarity(scenario: Scenario, level: Level, cog: Cog, within: WithinWalk) -> pd.DataFrame:
    """Return need and declared places of each zone, before and after (``SCENARIO_SOLIDARITY``).

    Parameters
    ----------
    within
        Which points have one of some places within the near walk.
    """
    base = scenario.base
    table = offer(base, level, cog)
    every = base.facts.places
    sites = every[~every["seat"]]
    declared = sites[declares(sites["services"], SERVICES)]
    ended = _after(declared["site"], scenario)
    stay = declared[declared["site"].isin([place for place, home in ended.items() if not home])]
    come = pd.DataFrame([home for home in ended.values() if home], columns=Home._fields)
    zones = [zone_of_places(stay, level, cog, base.facts), zone_of(come, level, cog, base.facts)]
    after = sum(_counted(zone, table["code"]) for zone in zones)
    table = table.rename(columns={"declared_places": "declared_places_before"})
    table = table.assign(
        declared_places_after=after,
        declared_places_change=after - table["declared_places_before"],
    )
    places = {
        "before": _metres(declared),
        "after": np.concatenate([_metres(stay), come[["x_m", "y_m"]].to_numpy(dtype=float)]),
    }
    matrix, codes = base.ground.sum_matrix(level, cog)
    people = kinds.equipment_at(base)
    name, known = "equipment_near_persons", table["equipment_persons"].notna()
    for when, metres in places.items():
        near = pd.Series(matrix @ np.where(within(metres), people, 0.0), index=codes)
        found = near.reindex(table["code"], fill_value=0.0).to_numpy()
        table[f"{name}_{when}"] = np.where(known, found, np.nan)
    table[f"{name}_change"] = table[f"{name}_after"] - table[f"{name}_before"]
    return pd.DataFrame(check(table[SCENARIO_SOLIDARITY.names], SCENARIO_SOLIDARITY))


def _after(declared: pd.Series[str], scenario: Scenario) -> dict[str, Home | None]:
    """Return the places that declare these services after the changes, and where changes put them.

    A place that no change puts anywhere stands where the table of sites has it: ``None``.
    """
    found: dict[str, Home | None] = dict.fromkeys(declared)
    for count, change in enumerate(scenario.changes, 1):
        _take(found, change, scenario.changes[:count], scenario)
    return found


def _take(
    found: dict[str, Home | None], change: Change, so_far: tuple[Change, ...], scenario: Scenario
) -> None:
    """Make one change to the places that declare these services."""
    match change:
        case Close():
            found.pop(change.place, None)
        case Move() if change.place in found:
            found[change.place] = home_of(change.place, so_far, scenario.base.ground)
        case Offer() if set(SERVICES) & set(change.services) and change.place not in found:
            found[change.place] = home_of(change.place, so_far, scenario.base.ground)


def _metres(sites: pd.DataFrame) -> FloatArray:
    known = sites[sites["located"] == "point"]
    return project_to_metres(known["lon"], known["lat"])


def _counted(zone: pd.Series[Any], codes: pd.Series[str]) -> NDArray[np.int64]:
    """Return how many rows lie in each zone."""
    return np.asarray(zone.value_counts().reindex(codes, fill_value=0), dtype=np.int64)
