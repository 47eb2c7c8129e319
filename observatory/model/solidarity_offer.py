"""Equipment and connection by zone, kept apart from skills: the need, the offer, the effort.

The need is that of :mod:`observatory.model.kinds`. The offer counts the places that declare a
service of the national standard: what is not declared is not known, never nothing. The effort rate
is the price of a connection over the first decile of income of the IRIS, declared where a build
has it and disposable where it has that alone (:mod:`observatory.model.incomes`)::

    effort = 100 x price a month / (D1 / 12)

Of a zone of several IRIS it is taken at the first decile that half of the residents live at or
below (deciles cannot be averaged), with the lowest and the highest of its IRIS beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.codes import Cog
from observatory.model import kinds
from observatory.model.assumptions import Assumptions
from observatory.model.incomes import first_decile, income_kind
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.model.places_in import declares, zone_of_places
from observatory.tables.check import check
from observatory.tables.kind_results import CONNECTION, EQUIPMENT
from observatory.tables.offer_results import ACCESS_SERVICE, OFFER, SOLIDARITY_SERVICE
from observatory.tables.remarks import remark, stored

PRICES = ("basic", "solidarity")
MONTHS = 12


def offer(
    model: Model,
    level: Level = "commune",
    cog: Cog = "cog_2024",
    records: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return need, offer and effort rate of each zone (``OFFER``).

    Parameters
    ----------
    model
        Any facts under any assumptions: those of a scenario too.
    level, cog
        The zones.
    records
        Public programmes (``RECORDS``), to name those of equipment and connection.

    Raises
    ------
    ChoiceError, CodeError
        Unknown level or geography.
    """
    need = kinds.by_zone(model, level, cog, (EQUIPMENT, CONNECTION))
    table = need.loc[need["kind"] == EQUIPMENT, ["level", "cog", "code", "name"]]
    table = table.reset_index(drop=True)
    for kind in (EQUIPMENT, CONNECTION):
        rows = need[need["kind"] == kind].set_index("code").reindex(table["code"])
        names = {f"{kind}_persons": "value", f"{kind}_low": "low", f"{kind}_high": "high"}
        table = table.assign(**{ours: rows[theirs].to_numpy() for ours, theirs in names.items()})
    places = _places(model.facts, level, cog).reindex(table["code"], fill_value=0)
    incomes = _incomes(model, level, cog).reindex(table["code"])
    counted = ["iris_published", "iris_unpublished"]
    incomes[counted] = incomes[counted].fillna(0)
    table = table.join(places.reset_index(drop=True)).join(incomes.reset_index(drop=True))
    table["income_kind"] = income_kind(model.facts)
    table = table.assign(**efforts(table["income_d1_eur_per_month"], model.assumptions))
    table["programmes"] = _programmes(table, model.facts, level, records)
    table["note"] = [_note(row) for row in table.to_dict("records")]
    return pd.DataFrame(check(table, OFFER))


def efforts(per_month: pd.Series[Any], assumptions: Assumptions) -> dict[str, pd.Series[Any]]:
    """Return the effort rates of monthly incomes, %, at each price and its bounds."""
    base = per_month.where(per_month > 0)
    found = {}
    for name in PRICES:
        price = assumptions[f"offer.{name}_eur_per_month"]
        low, high = kinds.ends(price)
        for end, value in (("", price.number), ("_low", low), ("_high", high)):
            found[f"effort_{name}{end}_pct"] = 100 * value / base
    return found


def _places(facts: Facts, level: Level, cog: Cog) -> pd.DataFrame:
    """Return how many places each zone has, and how many declare the services that answer."""
    places = facts.places
    sites = places[~places["seat"]]
    zone = zone_of_places(sites, level, cog, facts)
    flags = pd.DataFrame(
        {
            "places": True,
            "places_declaring": sites["services"].notna(),
            "access_places": declares(sites["services"], (ACCESS_SERVICE,)),
            "solidarity_places": declares(sites["services"], (SOLIDARITY_SERVICE,)),
            "declared_places": declares(sites["services"], (ACCESS_SERVICE, SOLIDARITY_SERVICE)),
        }
    )
    return flags.astype(int).groupby(zone.rename("zone")).sum()


def _incomes(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the first decile of each zone a month, its lowest and highest, and how many IRIS."""
    facts = model.facts
    taken = model.ground.memberships(level, cog)
    row = model.ground.home[0][taken["row"].to_numpy()]
    people = facts.points["population"].to_numpy(dtype=float)[taken["row"].to_numpy()]
    iris = facts.iris.iloc[row]
    parts = pd.DataFrame(
        {
            "zone": taken["zone"].to_numpy(),
            "iris": iris["iris"].to_numpy(),
            "d1": first_decile(facts).to_numpy(dtype=float)[row] / MONTHS,
            "people": people * taken["share"].to_numpy(dtype=float),
        }
    )
    parts = parts[parts["people"] > 0]
    zones = parts.groupby(["zone", "iris"], as_index=False).agg({"d1": "first", "people": "sum"})
    names = ["income_d1_eur_per_month", "income_d1_low", "income_d1_high"]
    names += ["iris_published", "iris_unpublished"]
    rows = {zone: income(part) for zone, part in zones.groupby("zone")}
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def income(part: pd.DataFrame) -> tuple[float, float, float, int, int]:
    """Return the first decile of a zone, its lowest and highest, IRIS with and without one.

    Parameters
    ----------
    part
        One row an IRIS: ``iris``, ``d1`` a month (may be NaN), ``people``.
    """
    known = part[part["d1"].notna()].sort_values(["d1", "iris"])
    lost = len(part) - len(known)
    if known.empty:
        return np.nan, np.nan, np.nan, 0, lost
    d1, people = known["d1"].to_numpy(), known["people"].to_numpy()
    middle = d1[np.searchsorted(np.cumsum(people), people.sum() / 2)]
    return float(middle), float(d1.min()), float(d1.max()), len(known), lost


def _programmes(
    table: pd.DataFrame, facts: Facts, level: Level, records: pd.DataFrame | None
) -> list[str | None]:
    """Return the programmes of equipment and connection whose territory holds each zone."""
    if records is None:
        return [None] * len(table)
    given = records["status"].isin(["promised", "funded", "delivered"])
    mine = records[given & records["kind"].isin([EQUIPMENT, CONNECTION])]
    ept = str(facts.ept["ept"].iloc[0])
    found = []
    for code in table["code"]:
        commune = code[:5] if level in ("commune", "iris") else ""
        places = {"FR", facts.departement, ept, commune}
        ids = mine.loc[mine["territory"].isin(places), "id"]
        found.append("|".join(ids) or None)
    return found


def _note(row: dict[Any, Any]) -> str | None:
    notes = []
    if not row["declared_places"]:
        notes.append(remark("studies.offer_undeclared"))
    notes.append(
        remark(
            "studies.offer_declared_only",
            count=int(row["places_declaring"]),
            total=int(row["places"]),
        )
    )
    if row["level"] == "qpv":
        notes.append(remark("studies.shared_by_population"))
    if row["iris_published"]:
        disposable = row["income_kind"] == "disposable"
        notes.append(remark(f"studies.effort_{'disposable' if disposable else 'alone'}"))
    if row["income_d1_eur_per_month"] == 0:
        notes.append(remark("studies.effort_no_income"))
    if row["iris_unpublished"]:
        notes.append(remark("studies.effort_unpublished", count=int(row["iris_unpublished"])))
    return stored(notes)
