"""What each change of the method did: each taken back alone, the others kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import Facts, at_home
from observatory.model.poverty_by_age import COLUMNS
from observatory.model.priority_districts import totals
from observatory.model.to_move import told_apart
from observatory.tables.check import check
from observatory.tables.validation_results import CHANGE_NAMES, CHANGES, INSIDE_QPV

#: Help counts as listed, however old its news.
FRESH: Mapping[str, float | str] = {
    "freshness.weight_stale": 1.0,
    "freshness.weight_very_stale": 1.0,
    "freshness.weight_unknown": 1.0,
}
#: Changes that are assumptions.
ASSUMED: Mapping[str, Mapping[str, float | str]] = {
    "today": {},
    "norm_share": {"gap.norm": "share"},
    "need_poverty": {"need.model": "poverty"},
    "need_age": {"need.model": "age"},
    "no_freshness": FRESH,
}


def without_level(facts: Facts) -> Facts:
    """Return the facts without a whole département or région: need keeps the national rates."""
    part = facts.communes.assign(whole_departement=False)
    return replace(facts, communes=part, region_communes=None)


def at_all_ages(facts: Facts) -> Facts:
    """Return the facts without poverty by age: one rate holds for all ages of a commune."""
    unknown = {name: float("nan") for name in COLUMNS}
    region = facts.region_communes
    return replace(
        facts,
        communes=facts.communes.assign(**unknown),
        region_communes=None if region is None else region.assign(**unknown),
    )


def of_the_census(facts: Facts) -> Facts:
    """Return the facts without the latest populations: those of the census stand."""
    known = facts.communes["population_latest"]
    unknown = known.mask(known.notna())
    return replace(facts, communes=facts.communes.assign(population_latest=unknown))


def without_neighbours(facts: Facts) -> Facts:
    """Return the facts without the people and the help outside the département."""
    points = facts.points[at_home(facts.points, facts)].reset_index(drop=True)
    supply = facts.supply[at_home(facts.supply, facts)].reset_index(drop=True)
    cut = facts.point_qpv[facts.point_qpv["point"].isin(points["point"])]
    return replace(facts, points=points, supply=supply, point_qpv=cut.reset_index(drop=True))


#: Changes that are facts.
OBSERVED: Mapping[str, Callable[[Facts], Facts]] = {
    "no_poverty_by_age": at_all_ages,
    "no_level": without_level,
    "census_population": of_the_census,
    "no_border": without_neighbours,
}


def changes(model: Model) -> pd.DataFrame:
    """Return the hours that lack in EPT, communes, QPV, with each change of method taken back."""
    rows = pd.concat(
        [_zones(_taken_back(model, name)).assign(change=name) for name in CHANGE_NAMES],
        ignore_index=True,
    )
    today = rows[rows["change"] == "today"].set_index(["level", "code"])["missing_h_per_week"]
    zone = pd.MultiIndex.from_frame(rows[["level", "code"]])
    change = rows["missing_h_per_week"] - today.reindex(zone).to_numpy()
    told = told_apart(rows.assign(difference_h_per_week=change), CHANGES, model.norm_name)
    return pd.DataFrame(check(told[CHANGES.names], CHANGES))


def _taken_back(model: Model, name: str) -> Model:
    if name in ASSUMED:
        return model.under(model.assumptions.changed(dict(ASSUMED[name])))
    if name in OBSERVED:
        return Model(OBSERVED[name](model.facts), model.assumptions)
    facts = model.facts
    for change in OBSERVED.values():
        facts = change(facts)
    first = {**FRESH, **ASSUMED["norm_share"], **ASSUMED["need_poverty"]}
    return Model(facts, model.assumptions.changed(first))


def _zones(model: Model) -> pd.DataFrame:
    """Return the EPT, its communes, each QPV whole, and what all hold of it, where some are."""
    names = ["code", "name", "need_persons", "missing_h_per_week"]
    levels: tuple[Level, ...] = ("ept", "commune", "qpv")
    parts = [model.figures(level)[names].assign(level=level) for level in levels]
    held = totals(model)
    if "inside" in held.index:
        row = {"code": INSIDE_QPV, "name": None, "level": "qpv", **held.loc["inside", names[2:]]}
        parts.append(pd.DataFrame([row]))
    # A QPV whose outline is not known has no figure to change.
    table = pd.concat(parts, ignore_index=True).dropna(subset="need_persons")
    people = table["need_persons"].where(table["need_persons"] > 0)
    rate = 100 * table["missing_h_per_week"] / people
    return table.assign(missing_h_per_100=rate, norm=model.norm_name)
