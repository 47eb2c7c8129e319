"""Need by kind: skills, equipment, connection, administrative procedures, language; REP parents.

Kinds overlap (who has no internet at home often lacks the skills too): they are never summed.

Equipment: people aged 15 and over without internet access at home, by any device. With national
rates by age ``r(a)`` (15-29 and 75 and over published, 30-74 what the national total leaves)::

    age(z)     = sum over a of n(z, a) r(a)
    poverty(z) = age(z) k(pi(z)),   k(pi) = (1 + (m - 1) pi) / (1 + (m - 1) pi_nation)
    caf(z)     = age(z) k(pi_nation x RSA share of the zone's households / that of the nation)

``m`` is the rate of the lowest fifth of living standards over that of the four others. At the
national profile each gives the national rate; more poverty never lowers them. People of the census
are carried to the latest population of their commune, as need is. The central figure is
``poverty``. Its ends are a range between bounds, not an interval of draws: from the lowest of the
three at the low national level to the highest at the high one, less and plus the census's sampling
noise. So are those of connection and of the REP parents; skills alone have the interval of the gap
table.

Connection: residents x the commune's share of premises without 30 Mbit/s, at the date of that
file. Administrative procedures: RSA households, a public exposed to online procedures, no measure
of need. Language: not known (see :mod:`observatory.model.languages`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.errors import ChoiceError
from observatory.geo.codes import Cog, check_cog, in_cog
from observatory.model import need
from observatory.model.assumptions import Assumption, Assumptions
from observatory.model.levels import Level, zone_of, zones
from observatory.model.model import Model
from observatory.tables.check import check
from observatory.tables.kind_results import (
    CONNECTION,
    EQUIPMENT,
    EXPOSURE,
    KIND_NAMES,
    KINDS,
    LANGUAGE,
    NEED,
    PROCEDURES,
    REP_PARENTS,
    SKILLS,
)
from observatory.tables.remarks import remark, stored

By = Literal["commune", "network", "ept"]
FIFTH = 0.2
ADULTS = need.AGES[1:]
ESTIMATES = ("equipment_age", "equipment_poverty", "equipment_caf")


def age_rates(assumptions: Assumptions) -> dict[str, float]:
    """Return the share of people without internet at home by census age, 15 and over.

    The rate of the 30-74 is such that the national one comes back.

    Raises
    ------
    ChoiceError
        The assumptions leave no rate between 0 and 1 for the 30-74.
    """
    ages = assumptions.group("need.age_share_pct")
    young = assumptions.number("kinds.equipment.share_15_29_pct") / 100
    old = ages["75p"] / sum(ages.values())
    at_young = assumptions.number("kinds.equipment.rate_15_29_pct") / 100
    at_old = assumptions.number("kinds.equipment.rate_75p_pct") / 100
    total = assumptions.number("kinds.equipment.total_pct") / 100
    middle = (total - young * at_young - old * at_old) / (1 - young - old)
    if not 0 <= middle <= 1:
        raise ChoiceError(
            "assumptions kinds.equipment",
            expected="rates by age that leave the 30-74 a rate between 0 and 100 %",
            found=f"{100 * middle:.1f} %",
            next_step="mend kinds.equipment.total_pct or the rates by age",
        )
    between = dict.fromkeys(("pop_30_44", "pop_45_59", "pop_60_74"), middle)
    return {"pop_15_29": at_young, **between, "pop_75p": at_old}


def poverty_factor(poverty_pct: pd.Series[Any], assumptions: Assumptions) -> pd.Series[Any]:
    """Give ``k``: how much a poverty rate raises the lack of equipment; 1 at the national rate."""
    total = assumptions.number("kinds.equipment.total_pct")
    lowest = assumptions.number("kinds.equipment.first_quintile_pct")
    others = (total - FIFTH * lowest) / (1 - FIFTH)
    more = max(lowest / others - 1, 0.0)
    nation = assumptions.number("need.poverty_national_pct") / 100
    return (1 + more * poverty_pct.astype(float) / 100) / (1 + more * nation)


def equipment(iris: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Estimate the people aged 15 and over without internet access at home.

    Parameters
    ----------
    iris
        Residents by age (``pop_15_29`` ... ``pop_75p``), ``poverty_pct``, ``caf_rsa`` and
        ``households`` (these three may be NaN).

    Returns
    -------
    DataFrame
        ``equipment_age``, ``equipment_poverty``, ``equipment_caf`` and ``equipment_persons`` (the
        central one), persons, same index. Without a poverty rate the second is the first;
        without CAF figures the third is the second. None exceeds the residents of 15 and over.
    """
    adults = iris[list(ADULTS)].sum(axis=1)
    rates = age_rates(assumptions)
    by_age = sum(iris[name] * rate for name, rate in rates.items())
    nation = assumptions.number("need.poverty_national_pct")
    households = iris["households"].astype(float)
    rsa_pct = 100 * iris["caf_rsa"].astype(float) / households.where(households > 0)
    implied = (nation * rsa_pct / assumptions.number("kinds.equipment.rsa_national_pct")).clip(
        upper=100
    )
    by_poverty = (by_age * poverty_factor(iris["poverty_pct"], assumptions)).fillna(by_age)
    by_caf = (by_age * poverty_factor(implied, assumptions)).fillna(by_poverty)
    found = pd.DataFrame(dict(zip(ESTIMATES, (by_age, by_poverty, by_caf), strict=True)))
    found = found.clip(upper=adults, axis=0)
    return found.assign(equipment_persons=found["equipment_poverty"])


def equipment_at(model: Model) -> NDArray[np.float64]:
    """Return the people without internet access at home at each point, carried as need is."""
    iris = model.iris
    people = equipment(iris, model.assumptions)["equipment_persons"] * iris["population_factor"]
    row, share = model.ground.home
    return np.asarray(people.to_numpy(dtype=float)[row] * share)


def by_zone(
    model: Model, level: Level, cog: Cog = "cog_2024", names: Sequence[str] = KIND_NAMES
) -> pd.DataFrame:
    """Return the need of each zone of the territory by kind (``KINDS``).

    Values of IRIS sum to communes and to the EPT; interval ends do not, since the census's noise
    is taken on the sum. In a QPV, IRIS figures are shared by population.

    Parameters
    ----------
    names
        The kinds asked for: skills alone need the draws of every interval.

    Raises
    ------
    ChoiceError, CodeError
        Unknown level or geography.
    """
    facts, assumptions = model.facts, model.assumptions
    listed = zones(facts, level, cog)
    parts = _parts(model, level, cog)
    blind = ~listed["code"].isin(set(parts["zone"]))
    sums = _of_zones(parts.groupby("zone").sum(), listed)
    rows: dict[str, Callable[[], Row]] = {
        SKILLS: lambda: (
            *_bounds(_of_zones(_skills(model, level, cog), listed), "need_persons"),
            "persons",
            NEED,
            _why("skills"),
        ),
        EQUIPMENT: lambda: _equipment_row(sums, assumptions),
        CONNECTION: lambda: _connection_row(sums, assumptions),
        PROCEDURES: lambda: _procedures_row(sums, level),
        LANGUAGE: lambda: (*_nothing(sums), "persons", NEED, _why("language_needs", file="img1b")),
    }
    frames = [_kind(listed, kind, rows[kind], blind) for kind in names]
    table = pd.concat(frames).sort_values("code", kind="stable").assign(level=level, cog=cog)
    return pd.DataFrame(check(table[KINDS.names], KINDS))


Row = tuple[Any, Any, Any, str, str, Any]


def _of_zones(known: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return sums in the order of the zones; where nobody is in need there is none, not unknown."""
    return known.reindex(listed["code"], fill_value=0.0).reset_index(drop=True)


def _why(code: str, **values: str | int) -> str | None:
    """Return one remark of the studies, as a table stores it."""
    return stored([remark(f"studies.{code}", **values)])


def _kind(
    listed: pd.DataFrame, kind: str, row: Callable[[], Row], blind: pd.Series[Any]
) -> pd.DataFrame:
    value, low, high, unit, nature, why = row()
    figures = pd.DataFrame({"value": value, "low": low, "high": high}, index=listed.index)
    figures = figures.mask(blind)
    text = pd.Series(why, index=listed.index, dtype="str").mask(blind, _why("unknown_outline"))
    return listed[["code", "name"]].assign(
        kind=kind,
        nature=nature,
        unit=unit,
        known=figures["value"].notna(),
        why=text,
        **{str(name): figures[name] for name in figures},
    )


def _parts(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return what each IRIS (or each point's share of one, for QPV) brings, with its zone."""
    facts, iris = model.facts, model.iris
    uncovered = iris["commune"].map(facts.communes.set_index("commune")["no_thd_pct"])
    people = iris["population"].astype(float)
    # As need is: the people of the census carried to the latest population of the commune.
    latest = iris["population_factor"]
    parts = (
        equipment(iris, model.assumptions)
        .mul(latest, axis=0)
        .assign(
            adults=iris[list(ADULTS)].sum(axis=1) * latest,
            connection=people * latest * uncovered / 100,
            no_coverage=(uncovered.isna() & (people > 0)).astype(float),
            rsa=iris["caf_rsa"],
            # Where nobody lives nothing is hidden.
            rsa_hidden=(iris["caf_rsa"].isna() & (people > 0)).astype(float),
        )
    )
    if level != "qpv":
        inside = iris["in_territory"]
        return pd.DataFrame(parts[inside]).assign(zone=zone_of(iris[inside], level, cog, facts))
    taken = model.ground.memberships(level, cog)
    row, share = (found[taken["row"].to_numpy()] for found in model.ground.home)
    share = share * taken["share"].to_numpy()
    of_iris = parts.iloc[row].reset_index(drop=True)
    flags = ["no_coverage", "rsa_hidden"]
    scaled = of_iris.drop(columns=flags).mul(share, axis=0).join(of_iris[flags])
    scaled = scaled.assign(zone=taken["zone"], iris=row)[share > 0]
    # An IRIS counts once as hidden, however many of its points are in the zone.
    scaled.loc[scaled.duplicated(["zone", "iris"]), flags] = 0.0
    return pd.DataFrame(scaled.drop(columns="iris"))


def _skills(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return need and its interval, those of the gap table."""
    table = model.gaps(level, cog).set_index("code")
    return table[["need_persons", "need_low", "need_high"]].dropna()


def _bounds(frame: pd.DataFrame, value: str) -> tuple[Any, Any, Any]:
    return frame[value], frame["need_low"], frame["need_high"]


def _nothing(frame: pd.DataFrame) -> tuple[Any, Any, Any]:
    none = pd.Series(np.nan, index=frame.index)
    return none, none, none


def _equipment_row(sums: pd.DataFrame, assumptions: Assumptions) -> Row:
    total = assumptions["kinds.equipment.total_pct"]
    level = total.number
    lowest, highest = ends(total)
    least = sums[list(ESTIMATES)].min(axis=1) * lowest / level
    most = sums[list(ESTIMATES)].max(axis=1) * highest / level
    value = sums["equipment_persons"]
    low = np.minimum((least - need.noise(least, assumptions)).clip(lower=0.0), value)
    high = np.maximum((most + need.noise(most, assumptions)).clip(upper=sums["adults"]), value)
    return value, low, high, "persons", NEED, _why("equipment")


def _connection_row(sums: pd.DataFrame, assumptions: Assumptions) -> Row:
    still = assumptions["kinds.connection.still_uncovered"]
    least, most = ends(still)
    unknown = sums["no_coverage"] > 0
    at_date = sums["connection"].mask(unknown)
    why = pd.Series(_why("connection"), index=sums.index, dtype="str")
    why = why.mask(unknown, _why("coverage_unknown"))
    value = at_date * still.number
    return value, at_date * least, at_date * most, "persons", EXPOSURE, why


def ends(assumption: Assumption) -> tuple[float, float]:
    """Return an assumption's bounds, widened to hold a value that the user moved beyond them."""
    value = assumption.number
    low = value if assumption.low is None else min(assumption.low, value)
    high = value if assumption.high is None else max(assumption.high, value)
    return low, high


def _procedures_row(sums: pd.DataFrame, level: Level) -> Row:
    """Return RSA households; a hidden IRIS hides itself and makes a larger zone a lower bound."""
    hidden = sums["rsa_hidden"] > 0
    lost = hidden & (sums["rsa"] == 0)
    base = [remark("studies.procedures")]
    if level == "qpv":
        base.append(remark("studies.shared_by_population"))
    why = [
        _why("hidden", count=count)
        if gone
        else stored([*base, remark("studies.lower_bound", count=count)] if count else base)
        for count, gone in zip(sums["rsa_hidden"].astype(int).tolist(), lost, strict=True)
    ]
    value = sums["rsa"].mask(lost)
    return value, value, value.mask(hidden), "households", EXPOSURE, why


def rep_parents(
    schools: pd.DataFrame,
    assumptions: Assumptions,
    by: By = "commune",
    cog: Cog = "cog_2024",
    ept: str = "",
) -> pd.DataFrame:
    """Return the parents of the territory's REP and REP+ pupils (``REP_PARENTS``).

    ``parents = pupils x kinds.rep_parents.per_pupil``, over the schools whose pupils are
    published. Nursery schools publish none: their pupils are missing, not zero, and the row is
    said to be a lower bound.

    Parameters
    ----------
    schools
        The built table of schools.
    by
        ``commune``, ``network`` (the collège at its head) or ``ept`` (the whole territory).
    ept
        Code of the territory, for ``by="ept"``.
    """
    check_cog(cog)
    ranked = schools[schools["in_territory"] & schools["network"].notna()]
    if by == "commune":
        code = ranked["commune"].map(lambda value: in_cog(value, cog))
    elif by in ("network", "ept"):
        code = ranked["network_head"] if by == "network" else pd.Series(ept, index=ranked.index)
    else:
        raise ChoiceError(
            "by",
            expected="commune, network or ept",
            found=repr(by),
            next_step="choose one of the three",
        )
    groups = ranked.assign(code=code).groupby(["code", "network"])["pupils"]
    sums = pd.DataFrame({"schools": groups.size(), "pupils": groups.sum(min_count=1)})
    sums["schools_uncounted"] = sums["schools"] - groups.count()
    return _with_parents(sums.reset_index().assign(by=by, cog=cog), assumptions)


def _with_parents(sums: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    each = assumptions["kinds.rep_parents.per_pupil"]
    low, high = ends(each)
    factors = {"parents": each.number, "low": low, "high": high}
    for name, factor in factors.items():
        sums[name] = sums["pupils"] * factor
    count = sums["schools_uncounted"]
    sums["why"] = [_why("pupils_uncounted", count=n) if n else None for n in count.tolist()]
    return pd.DataFrame(check(sums[REP_PARENTS.names], REP_PARENTS))
