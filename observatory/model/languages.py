"""Languages in which training could be offered, and those that places declare.

From countries to languages: with ``n(c, z)`` residents of zone ``z`` born in country ``c`` and
``s(c, l)`` the share of them who would best follow a training in language ``l``, French apart::

    speakers(l, z) = sum over c of n(c, z) s(c, l)

What a country's shares leave over goes to ``und``, so that the languages of a zone sum to its
people. Low and high take the low and high shares, less and plus the census's sampling noise (that
of :func:`observatory.model.need.noise`). A group of countries (``Autres pays d'Afrique``) has the
mean of its members' shares. IRIS have their commune's countries, spread along their immigrants:
an assumption, so their interval is widened and the basis said. Estimates below a threshold are
suppressed with the reason. Speakers are a public, not a need: how many manage in French, or with
a computer, is not known.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError, ColumnsError
from observatory.geo.codes import Cog, in_cog
from observatory.model import need
from observatory.model.assumptions import Assumptions
from observatory.tables.check import check
from observatory.tables.language_tables import (
    COUNTED,
    SPEAKERS,
    SPREAD,
    UNDETERMINED,
    Languages,
)


def shares(table: Languages) -> pd.DataFrame:
    """Return who speaks what, groups of countries resolved and the remainder named.

    Returns
    -------
    DataFrame
        One row a country and language: ``country``, ``language``, ``low``, ``central``, ``high``
        (shares of one). The central shares of a country sum to one, ``und`` included; its bounds
        are what the highest and the lowest shares of the others leave.
    """
    rows = []
    for country in table.countries.values():
        spoken = _resolved(country.key, table)
        rest = 1 - np.sum(list(spoken.values()), axis=0)
        low, central, high = np.clip([rest[2], rest[1], rest[0]], 0.0, 1.0)
        for language, triple in (*spoken.items(), (UNDETERMINED, np.array([low, central, high]))):
            rows.append((country.key, language, *(float(value) for value in triple)))
    return pd.DataFrame(rows, columns=["country", "language", "low", "central", "high"])


def _resolved(key: str, table: Languages) -> dict[str, Any]:
    country = table.countries[key]
    if not country.made_of:
        return {language: np.array(triple) for language, triple in country.speaks.items()}
    found: dict[str, Any] = {}
    for member, part in country.made_of.items():
        for language, triple in table.countries[member].speaks.items():
            add = np.array(part) * np.array(triple)
            found[language] = np.minimum(found.get(language, 0.0) + add, 1.0)
    return found


def counts_in(origins: pd.DataFrame, zone: pd.Series[Any]) -> pd.DataFrame:
    """Sum counts by commune and country to larger zones.

    Parameters
    ----------
    origins
        ``commune``, ``country``, ``persons`` of one status (``tables.language_tables``).
    zone
        The zone of each commune, by its code; a commune without one is left out.

    Returns
    -------
    DataFrame
        ``zone``, ``country``, ``persons``, ``basis``. A count unknown in one commune is unknown
        in the whole: a sum without it would pass for complete.
    """
    inside = origins.assign(zone=origins["commune"].map(zone)).dropna(subset=["zone"])
    sums = inside.groupby(["zone", "country"])["persons"].sum(skipna=False).reset_index()
    return sums.assign(basis=COUNTED)


def counts_by_iris(
    origins: pd.DataFrame, iris: pd.DataFrame, cog: Cog = "cog_2025"
) -> pd.DataFrame:
    """Spread each commune's countries over its IRIS along their immigrants (or foreigners).

    Parameters
    ----------
    origins
        ``commune``, ``country``, ``persons`` of one status, communes in the geography ``cog``
        (``cog_2025`` for the tables of the census of 2022).
    iris
        ``iris``, ``commune``, and ``people``: the immigrants (or foreigners) of each IRIS.

    Returns
    -------
    DataFrame
        ``zone`` (the IRIS), ``country``, ``persons``, ``basis``. The IRIS of a commune sum to the
        commune, whatever the vintage of either table; where none of them has anybody, the
        commune's people stand in no IRIS and the counts are missing.
    """
    home = iris["commune"].map(partial(in_cog, cog=cog))
    total = iris["people"].groupby(home).transform("sum")
    part = (iris["people"] / total.where(total > 0)).rename("part")
    places = pd.DataFrame({"zone": iris["iris"], "commune": home, "part": part})
    spread = places.merge(origins[["commune", "country", "persons"]], on="commune")
    spread["persons"] = spread["persons"] * spread["part"]
    return spread[["zone", "country", "persons"]].assign(basis=SPREAD)


def speakers(counts: pd.DataFrame, table: Languages, assumptions: Assumptions) -> pd.DataFrame:
    """Estimate the people of each zone who would best follow a training in each language.

    Parameters
    ----------
    counts
        ``zone``, ``country``, ``persons`` (NaN where not published), ``basis``; each zone and
        country once, of one status: immigrants and foreigners overlap.
    table, assumptions
        The countries and languages; the ``languages`` assumptions and the census's noise.

    Returns
    -------
    DataFrame
        ``SPEAKERS``: one row a zone and language, in order. Small estimates are suppressed; where
        a country's count is missing the rest is a lower bound, ``complete`` is false and ``high``
        is missing.

    Raises
    ------
    ColumnsError, ChoiceError
        A column lacks; a country is not in the table, or stands twice in a zone.
    """
    raw = estimate(counts, table, assumptions)
    few = raw["persons"] < assumptions.number("languages.min_persons")
    # Without a single count the estimate is not small, it is unknown.
    unknown = raw.pop("unknown")
    hidden = few | unknown
    for name in ("persons", "low", "high"):
        raw[name] = raw[name].mask(hidden)
    reason = pd.Series(np.where(unknown, "not published", "suppressed"), index=raw.index)
    raw["persons_why"] = reason.where(hidden)
    return pd.DataFrame(check(raw[SPEAKERS.names], SPEAKERS))


def estimate(counts: pd.DataFrame, table: Languages, assumptions: Assumptions) -> pd.DataFrame:
    """Give the estimates of :func:`speakers` before small ones are suppressed (not to publish)."""
    _verify(counts, table)
    spoken = counts.merge(shares(table), on="country")
    missing = spoken["persons"].isna()
    parts = pd.DataFrame({"zone": spoken["zone"], "language": spoken["language"]})
    for name in ("low", "central", "high"):
        # An unknown count adds nothing: the sum is then a lower bound, not complete.
        parts[name] = spoken["persons"].fillna(0.0) * spoken[name]
    parts["missing"] = missing & (spoken["high"] > 0)
    parts["counted"] = ~missing
    by = parts.groupby(["zone", "language"])
    sums = by[["low", "central", "high"]].sum()
    sums["complete"] = ~by["missing"].any()
    sums["unknown"] = ~by["counted"].any()
    basis = counts.groupby("zone")["basis"].first()
    people = counts.groupby("zone")["persons"].sum()
    found = sums.reset_index()
    found["basis"] = found["zone"].map(basis)
    return _bounded(found, found["zone"].map(people), table, assumptions)


def _bounded(
    found: pd.DataFrame, people: pd.Series[Any], table: Languages, assumptions: Assumptions
) -> pd.DataFrame:
    """Widen the shares' bounds by the noise of the census and, for IRIS, by that of the spread."""
    spread = found["basis"] == SPREAD
    low = found["low"].where(~spread, found["low"] * assumptions.number("languages.iris.low_ratio"))
    wide = found["high"] * assumptions.number("languages.iris.high_ratio")
    high = found["high"].where(~spread, wide)
    low = (low - need.noise(low, assumptions)).clip(lower=0.0)
    high = (high + need.noise(high, assumptions)).clip(upper=people).clip(lower=found["central"])
    return found.assign(
        persons=found["central"],
        low=np.minimum(low, found["central"]),
        high=high.where(found["complete"]),
        language_name=found["language"].map(table.names),
    ).drop(columns="central")


def _verify(counts: pd.DataFrame, table: Languages) -> None:
    missing = {"zone", "country", "persons", "basis"} - set(counts.columns)
    if missing:
        raise ColumnsError(
            "counts by zone and country",
            expected="columns zone, country, persons, basis",
            found="no " + ", ".join(sorted(missing)),
            next_step="make them with counts_in or counts_by_iris",
        )
    strange = sorted(set(counts["country"]) - set(table.countries))
    twice = counts.duplicated(["zone", "country"])
    if strange or twice.any():
        found = ", ".join(strange) or f"{int(twice.sum())} zones and countries that stand twice"
        raise ChoiceError(
            "counts by zone and country",
            expected="countries of data/languages.toml, each once in a zone",
            found=found,
            next_step="add the country to the table; keep one status (immigrants or foreigners)",
        )
