"""Whom the programmes are for, zone by zone, each beside the help there that declares it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from observatory.geo.codes import Cog, check_cog
from observatory.model.levels import Level, zone_of, zones
from observatory.model.model import Model
from observatory.model.places_in import declares, zone_of_places
from observatory.tables.check import check
from observatory.tables.person_needs import ADMIN, PARENTS, SKILLS, WORK
from observatory.tables.priority_results import PUBLICS

#: Kinds of care of the national standard that are for disabled people.
_DISABILITIES = ("Surdité", "Handicaps moteurs", "Handicaps mentaux", "Déficience visuelle")


class Public(NamedTuple):
    """Whom programmes name.

    Attributes
    ----------
    column
        The column of the IRIS that counts it; none for the parents of pupils.
    unit
        ``persons`` or ``households``.
    service
        The service of the national standard that answers.
    field, values
        The field of a place that can declare it, and with which values; none where the standard
        does not name it.
    """

    column: str
    unit: str
    service: str
    field: str = ""
    values: tuple[str, ...] = ()


_FAMILIES = ("Familles et/ou enfants",)
KNOWN: dict[str, Public] = {
    "rsa": Public("caf_rsa", "households", ADMIN),
    "aah": Public("caf_aah", "households", ADMIN, "care", _DISABILITIES),
    "ppa": Public("caf_ppa", "households", ADMIN),
    "job_seekers": Public("unemployed_15_64", "persons", WORK),
    "single_parents": Public("caf_single_parents", "households", PARENTS, "publics", _FAMILIES),
    "seniors": Public("pop_75p", "persons", SKILLS, "publics", ("Seniors",)),
    "young": Public("pop_15_29", "persons", SKILLS, "publics", ("Jeunes", "Étudiants")),
    "rep_parents": Public("", "persons", PARENTS, "publics", _FAMILIES),
}


def publics(model: Model, *, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return whom programmes name, by zone, each beside the places there that declare it.

    A figure that the CAF suppresses stays so: an IRIS has none, and a larger zone says over how
    many IRIS its figure is a lower bound.

    Parameters
    ----------
    level
        ``commune``, ``iris``, ``qpv`` or ``ept``.
    """
    listed = zones(model.facts, level, check_cog(cog))
    codes = pd.Index(listed["code"])
    counted = _counted(model, level, cog, codes)
    declared = _declared(model, level, cog, codes)
    unknown = listed["note"].notna().to_numpy() if level == "qpv" else np.zeros(len(codes), bool)
    rows = [
        listed[["code", "name"]].assign(
            level=level,
            cog=cog,
            public=name,
            unit=public.unit,
            service=public.service,
            declared_as="|".join(public.values) or None,
            value=counted[name].mask(unknown).to_numpy(),
            unpublished=counted[f"{name}_unpublished"].fillna(0).astype(int).to_numpy(),
            **{
                column: declared[source].mask(unknown).to_numpy()
                for column, source in (
                    ("places", "places"),
                    ("places_silent", "silent"),
                    ("places_service", f"{name}_service"),
                    ("places_public", f"{name}_public"),
                )
            },
        )
        for name, public in KNOWN.items()
    ]
    table = pd.concat(rows).sort_values("code", kind="stable", ignore_index=True)
    return pd.DataFrame(check(table[PUBLICS.names], PUBLICS))


def _counted(model: Model, level: Level, cog: Cog, codes: pd.Index) -> pd.DataFrame:
    """Return the figure of each public by zone, and over how many IRIS or schools it is not."""
    matrix, zoned = _iris_shares(model, level, cog)
    iris = model.facts.iris
    lived = iris["population"].to_numpy(dtype=float) > 0
    touched = (matrix.toarray() > 0).astype(float)
    table = pd.DataFrame(index=zoned)
    for name, public in KNOWN.items():
        if not public.column:
            continue
        values = iris[public.column].to_numpy(dtype=float)
        known = ~np.isnan(values)
        sums = matrix @ np.where(known, values, 0.0)
        table[name] = np.where(touched @ known.astype(float) > 0, sums, np.nan)
        table[f"{name}_unpublished"] = touched @ (~known & lived).astype(float)
    return table.join(_parents(model, level, cog)).reindex(codes)


def _iris_shares(model: Model, level: Level, cog: Cog) -> tuple[csr_array, pd.Index]:
    """Return which share of each IRIS's residents each zone takes, and the codes of the zones."""
    iris = model.facts.iris
    if level == "qpv":
        matrix, zoned = model.ground.sum_matrix(level, cog)
        row, share = model.ground.home
        spread = csr_array((share, (np.arange(len(row)), row)), shape=(len(row), len(iris)))
        return csr_array(matrix @ spread), zoned
    by = zone_of(iris, level, cog, model.facts).where(iris["in_territory"])
    place, found = pd.factorize(by, sort=True)
    at = np.flatnonzero(place >= 0)
    shape = (len(found), len(iris))
    return csr_array((np.ones(len(at)), (place[at], at)), shape=shape), pd.Index(found, name="code")


def _parents(model: Model, level: Level, cog: Cog) -> pd.DataFrame:
    """Return the parents of the REP and REP+ pupils of each zone's schools."""
    schools = model.facts.schools
    ranked = schools[schools["in_territory"] & schools["network"].notna()]
    each = model.assumptions.number("kinds.rep_parents.per_pupil")
    groups = ranked["pupils"].astype(float).groupby(zone_of_places(ranked, level, cog, model.facts))
    unpublished = groups.size() - groups.count()
    return pd.DataFrame(
        {"rep_parents": each * groups.sum(min_count=1), "rep_parents_unpublished": unpublished}
    )


def _declared(model: Model, level: Level, cog: Cog, codes: pd.Index) -> pd.DataFrame:
    """Return how many places each zone has, and how many declare each service and each public."""
    places = model.facts.places
    sites = places[~places["seat"]]
    flags: dict[str, Any] = {
        "places": np.ones(len(sites)),
        "silent": sites["publics"].isna() & sites["care"].isna(),
    }
    for name, public in KNOWN.items():
        flags[f"{name}_service"] = declares(sites["services"], (public.service,))
        if public.values:
            flags[f"{name}_public"] = declares(sites[public.field], public.values)
    table = pd.DataFrame(flags, index=sites.index).astype(float)
    by = zone_of_places(sites, level, cog, model.facts)
    sums = table.groupby(by).sum().reindex(codes, fill_value=0.0)
    return sums.reindex(
        columns=[*table, *(f"{n}_public" for n, p in KNOWN.items() if not p.values)]
    )
