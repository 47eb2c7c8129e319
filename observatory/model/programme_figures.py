"""Public programmes beside a build: what is found of them, for each head of their public, sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.codes import departement_of
from observatory.model.help_hours import COUNSELLORS
from observatory.model.model import Model
from observatory.model.observed import Facts, at_home
from observatory.model.priority_schools import rep_schools
from observatory.tables.check import check
from observatory.tables.columns import COMPUTED
from observatory.tables.facts import COMMUNE_TABLE, IRIS_TABLE, SCHOOLS
from observatory.tables.place_facts import SITES
from observatory.tables.programme_tables import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    PROGRAMMES,
    PROMISES,
    SUMS,
)
from observatory.tables.remarks import Remark, remark, stored
from observatory.tables.vintages import Vintage

Vintages = Mapping[str, Vintage]
#: "Near" a sum: within so many per cent of it.
NEAR_PCT = 5.0
#: What is no thing nor person given to the public: it has no figure for each head.
NO_SHARE = ("pct_resources", "towns", "projects", "places")


@dataclass(frozen=True)
class Base:
    """The size of a public in a territory: how many, of what, from which sources, what to mind."""

    size: float
    unit: str
    source: str
    note: tuple[Remark, ...] = ()


def programmes(
    model: Model, records: pd.DataFrame, vintages: Vintages, own: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return each record with what the build finds of it and its figures a head (``PROGRAMMES``).

    Parameters
    ----------
    records
        The project's records (``RECORDS``).
    vintages
        The day that each source speaks of.
    own
        A planner's own records, after the others and marked as theirs.
    """
    rows = records.assign(own=False)
    if own is not None and len(own):
        rows = pd.concat([rows, own.assign(own=True)], ignore_index=True)
    counted = found(model, vintages).set_index("found_item")["found"]
    unequal = sums(records).query("not agrees").set_index("id")
    known = _bases(model, rows)
    added = [
        _figures(row, known[(row["public"], row["territory"])], counted, unequal, vintages)
        for row in rows.to_dict("records")
    ]
    columns = [name for name in PROGRAMMES.names if name not in rows]
    table = rows.join(pd.DataFrame(added, index=rows.index, columns=columns))
    return pd.DataFrame(check(table, PROGRAMMES))


def _bases(model: Model, rows: pd.DataFrame) -> dict[tuple[Any, Any], Base | None]:
    pairs = rows[["public", "territory"]].drop_duplicates().itertuples(index=False, name=None)
    return {(public, where): base_of(model, public, where) for public, where in pairs}


def _figures(
    row: Mapping[Any, Any],
    base: Base | None,
    counted: pd.Series[Any],
    unequal: pd.DataFrame,
    vintages: Vintages,
) -> dict[str, Any]:
    item = str(row["found_by"]).split("|")[0] if isinstance(row["found_by"], str) else None
    notes = [] if base is None else [*base.note]
    if base is None and (row["public"] == row["public"]):
        notes.append(remark("studies.base_unknown"))
    if row["id"] in unequal.index:
        sum_ = unequal.loc[row["id"]]
        given, parts = (float(sum_[name]) for name in ("given", "of_parts"))
        notes.append(remark("studies.sum_differs", given=given, of_parts=parts))
    shared = base is not None and row["unit"] not in NO_SHARE
    return {
        "base": np.nan if base is None else base.size,
        "base_unit": None if base is None else base.unit,
        "base_source": None if base is None else base.source,
        "base_vintage": None if base is None else vintage_of(base.source, vintages),
        "eur_per_head": np.nan if base is None else row["amount_eur"] / base.size,
        "units_per_100": 100 * row["quantity"] / base.size if base and shared else np.nan,
        "found": float(counted[item]) if item else np.nan,
        "found_item": item,
        "note": stored(notes),
    }


def vintage_of(source: str, vintages: Vintages) -> str:
    """Return the days that sources joined by ``, `` speak of; those without one by their name."""
    days = [
        vintages[name].as_of.isoformat() if name in vintages else name
        for name in source.split(", ")
    ]
    return ", ".join(dict.fromkeys(days))


def within(frame: pd.DataFrame, facts: Facts, territory: object) -> pd.Series[Any] | None:
    """Return which rows of a frame with ``commune`` lie in a territory.

    ``None`` where the build does not hold the whole of it.
    """
    communes = facts.communes
    if not isinstance(territory, str):
        return None
    if len(territory) in (2, 3):
        mine = communes["commune"].map(departement_of) == territory
        if not communes.loc[mine, "whole_departement"].all():
            return None
    else:
        mine = communes["ept" if len(territory) == 9 else "commune"] == territory
    codes = set(communes.loc[mine, "commune"])
    return frame["commune"].isin(codes) if codes else None


def base_of(model: Model, public: object, territory: object) -> Base | None:
    """Return the size of a public in a territory, or ``None`` where no source counts it."""
    count = _COUNTS.get(str(public))
    base = None if count is None else count(model, territory)
    return base if base is not None and base.size > 0 else None


def _residents(model: Model, territory: object) -> Base | None:
    communes = model.facts.communes
    inside = within(communes, model.facts, territory)
    if inside is None:
        return None
    people = communes.loc[inside, "population_latest"]
    source = COMMUNE_TABLE.source_of("population_latest")[0]
    return Base(float(people.sum(skipna=False) if people.notna().all() else 0), "persons", source)


def _in_difficulty(model: Model, territory: object) -> Base | None:
    iris = model.facts.iris
    inside = within(iris, model.facts, territory)
    if inside is None:
        return None
    people = float(model.need_of_iris[inside.to_numpy()].sum())
    return Base(people, "persons", COMPUTED, (remark("studies.base_estimated"),))


def _rsa(model: Model, territory: object) -> Base | None:
    iris = model.facts.iris
    inside = within(iris, model.facts, territory)
    if inside is None:
        return None
    mine = iris[inside]
    hidden = int((mine["caf_rsa"].isna() & (mine["population"] > 0)).sum())
    note = (remark("studies.lower_bound", count=hidden),) if hidden else ()
    return Base(
        float(mine["caf_rsa"].sum()), "households", IRIS_TABLE.source_of("caf_rsa")[0], note
    )


def _pupils(
    model: Model, territory: object, kind: str | None = None, ranked: bool = False
) -> Base | None:
    schools = model.facts.schools
    inside = within(schools, model.facts, territory)
    if inside is None:
        return None
    mine = schools[inside]
    if kind is not None:
        mine = mine[mine["school_type"] == kind]
    if ranked:
        mine = mine[mine["network"].notna()]
    lost = int(mine["pupils"].isna().sum())
    note = (remark("studies.pupils_uncounted", count=lost),) if lost else ()
    if ranked:
        note = (*note, remark("studies.families_of_pupils"))
    sources = SCHOOLS.source_of("pupils")
    source = ", ".join(one for one in sources if kind is None or kind in one)
    return Base(float(mine["pupils"].sum()), "pupils", source, note)


_COUNTS: Mapping[str, Callable[[Model, object], Base | None]] = {
    "residents": _residents,
    "in_difficulty": _in_difficulty,
    "rsa": _rsa,
    "pupils": _pupils,
    "college_pupils": lambda model, where: _pupils(model, where, kind="college"),
    "rep_families": lambda model, where: _pupils(model, where, ranked=True),
}


def found(model: Model, vintages: Vintages) -> pd.DataFrame:
    """Return what the build counts of the programmes: item, how many, source and vintage."""
    facts = model.facts
    posts = facts.supply[facts.supply["programme"] == COUNSELLORS]
    posts = posts[at_home(posts, facts)]
    inside = set(facts.communes.loc[facts.communes["in_territory"], "commune"])
    known = facts.places
    places = known[known["in_territory"] & ~known["seat"]]
    schools = rep_schools(model)
    near = schools["walk_min"] <= model.assumptions.number("access.near_min")
    posts_from = "host_structures_2023"
    schools_from = ", ".join(dict.fromkeys(SCHOOLS.source_of("network")))
    rows = [
        ("posts_departement", posts["posts"].sum(), posts_from),
        ("posts_placed", posts.loc[posts["x_m"].notna(), "posts"].sum(), posts_from),
        ("posts_territory", posts.loc[posts["commune"].isin(inside), "posts"].sum(), posts_from),
        ("places_territory", len(places), ", ".join(SITES.source)),
        ("rep_schools_near", near.sum(), COMPUTED),
        ("rep_schools", len(schools), schools_from),
    ]
    table = pd.DataFrame(rows, columns=["found_item", "found", "found_source"])
    table["found_vintage"] = [vintage_of(source, vintages) for source in table["found_source"]]
    return table.astype({"found": float})


def promises(model: Model, records: pd.DataFrame, vintages: Vintages) -> pd.DataFrame:
    """Return each promise beside each thing that the build counts of it (``PROMISES``)."""
    names = ["id", "programme", "says", "quantity", "unit", "found_by"]
    told = records.loc[records["found_by"].notna(), names]
    rows = told.assign(found_item=told.pop("found_by").str.split("|")).explode("found_item")
    rows = rows.drop(columns="found_by", errors="ignore")
    table = rows.merge(found(model, vintages), on="found_item", how="left")
    return pd.DataFrame(check(table, PROMISES))


def sums(records: pd.DataFrame) -> pd.DataFrame:
    """Return each sum that a document gives beside the sum of its parts (``SUMS``).

    An exact sum agrees where the two are equal, one said to be near within :data:`NEAR_PCT`, a
    least (a most) where the parts reach it (do not pass it).
    """
    known = records.set_index("id")
    rows: list[dict[str, Any]] = []
    for name, parts in known["sum_of"].dropna().items():
        listed = known.reindex(parts.split("|"))  # a part about elsewhere is not there
        for measure, column in (("amount", "amount_eur"), ("quantity", "quantity")):
            given = known[column][str(name)]
            if pd.isna(given) or listed[column].isna().any():
                continue
            kind = known[f"{measure}_is"][str(name)]
            total = float(listed[column].sum())
            row = {"id": name, "measure": measure, "given": given, "given_is": kind}
            row |= {"parts": parts, "of_parts": total, "difference": given - total}
            rows.append({**row, "agrees": _agrees(float(given), str(kind), total)})
    return pd.DataFrame(check(pd.DataFrame(rows, columns=SUMS.names), SUMS))


def _agrees(given: float, kind: str, total: float) -> bool:
    if kind == AT_LEAST:
        return total >= given
    if kind == AT_MOST:
        return total <= given
    if kind == ABOUT:
        return abs(total - given) <= NEAR_PCT / 100 * given
    return total == given


def money(records: pd.DataFrame) -> float:
    """Return the money of the records that are a part of no other, EUR."""
    whole = records[records["part_of"].isna()]
    return float(whole["amount_eur"].sum())
