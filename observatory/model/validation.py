"""The figures beside what others measured: levels, activity, other indices; what disagrees and why.

A rank correlation agrees where it is at least :data:`AGREES` and more than chance gives with so
many zones, differs where it is below by more than chance, and tells nothing in between. What goes
into our figure (``input``) proves nothing by agreeing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from observatory.model import levels_measured, need
from observatory.model.known_indices import indices_of
from observatory.model.model import Model
from observatory.model.observed import at_home
from observatory.model.other_indices import Others
from observatory.tables.check import check
from observatory.tables.remarks import Remark, remark, stored
from observatory.tables.validation_results import MEASURES, VALIDATION

#: A rank correlation from which two measures are said to agree.
AGREES = 0.5
#: A correlation of fewer zones is not computed.
FEWEST = 3
#: Zones named as outliers: the ranks furthest apart, at most so many, from a third of the zones.
NAMED, APART = 3, 1 / 3
#: Measures of ours that hold the other one already.
INPUTS = ("over_60", "poverty")

Row = dict[str, Any]


@dataclass(frozen=True)
class Zones:
    """The zones of a scope with our figures, and what others say of them.

    Attributes
    ----------
    scope
        ``territory`` or ``departement``.
    iris, communes
        One row a zone, by code.
    """

    scope: str
    iris: pd.DataFrame
    communes: pd.DataFrame


def validation(model: Model, *, others: Others | None = None) -> pd.DataFrame:
    """Set the figures beside what others measured: levels, people helped, other indices.

    Parameters
    ----------
    model
        The territory.
    others
        What stands in files whose licence is not confirmed; without them the rows say so.
    """
    rows = list(levels_measured.rows(model))
    for zones in _scopes(model):
        rows += [*_activity(zones), *_inputs(zones), *_recomputed(model, zones)]
        rows += _published(zones, others or Others())
    table = pd.DataFrame(rows).reindex(columns=VALIDATION.names)
    order = table["measure"].map(MEASURES.index)
    table = table.assign(order=order).sort_values(["order", "scope"], ascending=[True, False])
    return pd.DataFrame(check(table[VALIDATION.names].reset_index(drop=True), VALIDATION))


def by_chance(zones: int) -> float:
    """Return the rank correlation that chance alone passes in 5 % of cases, over so many zones."""
    return float(1.96 / np.sqrt(zones - 1))


def verdict_of(correlation: float, zones: int) -> str:
    """Return whether two measures agree over so many zones: ``agrees``, ``differs``, ``unknown``.

    The other sign agrees as little as no correlation does.
    """
    if not zones >= FEWEST or np.isnan(correlation):
        return "unknown"
    chance = by_chance(zones)
    if correlation >= AGREES and correlation > chance:
        return "agrees"
    return "differs" if correlation + chance < AGREES else "unknown"


def _scopes(model: Model) -> Iterator[Zones]:
    iris, communes = _iris(model), _communes(model)
    for scope, column in (("territory", "in_territory"), ("departement", "home")):
        yield Zones(scope, iris[iris[column]], communes[communes[column]])


def _iris(model: Model) -> pd.DataFrame:
    """Return the IRIS whose ages are published, with their rate of need."""
    table = model.iris.assign(
        adults=model.ground.bands.sum(axis=1), home=at_home(model.iris, model.facts)
    ).set_index("iris")
    table = table[(table["population_basis"] == "ages") & (table["adults"] > 0)]
    old = table[["pop_60_74", "pop_75p"]].sum(axis=1)
    adults = table[[name for names in need.BANDS.values() for name in names]].sum(axis=1)
    return table.assign(
        need_rate=table["need_persons"] / table["adults"], over_60=old / adults.where(adults > 0)
    )


def _communes(model: Model) -> pd.DataFrame:
    """Return the communes with their need, access, missing hours, posts and people helped."""
    known = pd.DataFrame(model.facts.communes.drop(columns="geometry"))
    table = known.assign(home=at_home(known, model.facts)).set_index("commune")
    points = model.measured.points.assign(reached=model.reached_hours)
    names = ["need_persons", "reached", "missing_h_per_week"]
    table = table.join(points.groupby("commune")[names].sum())
    adults = pd.Series(model.ground.bands.sum(axis=1)).groupby(model.iris["commune"]).sum()
    people = table["need_persons"].where(table["need_persons"] > 0)
    supply = model.facts.supply
    posts = supply["posts"].where(supply["programme"] == "Conseillers numériques")
    return table.assign(
        need_rate=people / adults.reindex(table.index),
        access_h_per_100=100 * table["reached"] / people,
        missing_h_per_100=100 * table["missing_h_per_week"] / people,
        helped=table["counsellor_acts"],
        helped_per_100=100 * table["counsellor_acts"] / people,
        posts=posts.groupby(supply["commune"]).sum().reindex(table.index).fillna(0.0),
    )


def _activity(zones: Zones) -> Iterable[Row]:
    """Compare people helped, counted by the counsellors themselves, with need, access and posts."""
    table = zones.communes
    cases = (
        ("helped_need", "need_persons", "helped"),
        ("helped_access", "access_h_per_100", "helped_per_100"),
        ("helped_posts", "posts", "helped"),
    )
    for measure, ours, theirs in cases:
        why = [remark(f"validation.{measure}")]
        if measure == "helped_posts":
            why += _outliers(table, ours, theirs)
        if measure == "helped_posts" and zones.scope == "departement":
            why += _without(table[theirs], table)
        yield _ranked(measure, "commune", zones.scope, table[ours], table[theirs], why)


def _outliers(table: pd.DataFrame, ours: str, theirs: str) -> Iterator[Remark]:
    """Return the zones whose two ranks are furthest apart, and those helped without any post."""
    both = table.dropna(subset=[ours, theirs])
    apart = (both[ours].rank() - both[theirs].rank()).abs()
    far = apart[apart >= max(len(both) * APART, 1)].sort_values(ascending=False, kind="stable")
    none = both.loc[(both["posts"] == 0) & (both["helped"] > 0), "helped"]
    most = none.sort_values(ascending=False, kind="stable")
    for code in dict.fromkeys([*far.index[:NAMED], *most.index[:NAMED]]):
        row = both.loc[code]
        yield remark(
            "validation.outlier",
            name=str(row["commune_name"]),
            people=float(row["helped"]),
            posts=float(row["posts"]),
        )


def _without(theirs: pd.Series[Any], table: pd.DataFrame) -> list[Remark]:
    names = tuple(str(name) for name in table.loc[theirs.isna(), "commune_name"])
    return [remark("validation.no_figure", names=names)] if names else []


def _inputs(zones: Zones) -> Iterable[Row]:
    """Compare the rate of need with two of the facts that it is made of."""
    table = zones.iris
    for measure, theirs in (("over_60", "over_60"), ("poverty", "poverty_pct")):
        why = [remark(f"validation.{measure}")]
        row = _ranked(measure, "iris", zones.scope, table["need_rate"], table[theirs], why)
        yield row | {"verdict": "input"}


def _recomputed(model: Model, zones: Zones) -> Iterable[Row]:
    """Compare the rate of need of communes with IFN V2 and DERI, recomputed from open inputs."""
    table = zones.communes
    gaps = table.rename_axis("code").reset_index().rename(columns={"commune_name": "name"})
    known = indices_of(model.facts, gaps).reindex(table.index)
    for measure, theirs in (("ifn_v2_recomputed", "ifn"), ("deri_recomputed", "deri")):
        why = [remark(f"validation.{measure}")]
        yield _ranked(measure, "commune", zones.scope, table["need_rate"], known[theirs], why)


def _published(zones: Zones, others: Others) -> Iterable[Row]:
    """Compare with the indices as published, where their files are given."""
    iris, communes = zones.iris["need_rate"], zones.communes
    cases = (
        ("ifn_v1_skills", "iris", iris, others.ifn_v1_skills),
        ("ifn_v1_skills_copy", "iris", iris, others.ifn_v1_skills_copy),
        ("ifn_v1_total", "iris", iris, others.ifn_v1_total),
        ("ifn_v2_need", "commune", communes["need_rate"], others.ifn_v2),
        ("ifn_v2_missing", "commune", communes["missing_h_per_100"], others.ifn_v2),
    )
    for measure, level, ours, theirs in cases:
        if theirs is None:
            yield _absent(measure, level, zones.scope)
            continue
        why = [remark(f"validation.{measure}")]
        yield _ranked(measure, level, zones.scope, ours, theirs.reindex(ours.index), why)


def _absent(measure: str, level: str, scope: str) -> Row:
    why = stored([remark("validation.not_in_edition")])
    return {
        "measure": measure,
        "level": level,
        "scope": scope,
        "zones": 0,
        "verdict": "unknown",
        "why": why,
    }


def _ranked(
    measure: str,
    level: str,
    scope: str,
    ours: pd.Series[Any],
    theirs: pd.Series[Any],
    why: Sequence[Remark],
) -> Row:
    """Return the row of two measures compared by rank."""
    both = pd.DataFrame({"ours": ours, "theirs": theirs}).astype(float).dropna()
    count = len(both)
    told = count >= FEWEST and both.nunique().min() > 1
    rho = both["ours"].corr(both["theirs"], method="spearman") if told else float("nan")
    verdict = verdict_of(rho, count)
    if verdict == "unknown" and measure not in INPUTS:
        why = [remark("validation.undecided"), *why]
    return {
        "measure": measure,
        "level": level,
        "scope": scope,
        "zones": count,
        "correlation": rho,
        "by_chance": by_chance(count) if told else None,
        "verdict": verdict,
        "why": stored(why),
    }
