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

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError, ColumnsError
from observatory.geo.codes import Cog, in_cog
from observatory.geo.mergers import together, touched
from observatory.model import need
from observatory.model.assumptions import Assumptions
from observatory.model.levels import zones
from observatory.model.observed import Facts
from observatory.model.spoken import offer, says_anything
from observatory.tables.check import check
from observatory.tables.language_tables import (
    COUNTED,
    MATCH,
    SPEAKERS,
    SPREAD,
    STATUS,
    STATUSES,
    UNDETERMINED,
    Languages,
)
from observatory.tables.remarks import remark, stored


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
    home = iris["commune"].map(_to(cog))
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


def match(spoken: pd.DataFrame, sites: pd.DataFrame, table: Languages) -> pd.DataFrame:
    """Set what residents may speak beside what the places of their commune declare.

    Parameters
    ----------
    spoken
        :func:`speakers` of communes (``zone`` is a commune's code).
    sites
        As for :func:`offer`, ``commune`` in the same geography.

    Returns
    -------
    DataFrame
        ``MATCH``, the languages of each commune with the most speakers first. ``not declared`` is
        said only where some place says something of languages; else ``not known``. ``und`` is no
        language and has no row.
    """
    offered = offer(sites, table)
    speaking = set(sites.loc[says_anything(sites, offered), "commune"])
    there = set(sites["commune"])
    vague = set(offered.loc[offered["language"] == UNDETERMINED, "commune"])
    count = offered.groupby(["commune", "language"]).size()
    rows = spoken[spoken["language"] != UNDETERMINED].rename(columns={"zone": "commune"})
    found = [count.get(key, 0) for key in zip(rows["commune"], rows["language"], strict=True)]
    rows = rows.assign(sites=pd.array(found, dtype="Int64"))
    silent = ~rows["commune"].isin(speaking)
    rows["sites"] = rows["sites"].mask(silent)
    open_ended = ~silent & (rows["sites"] == 0) & rows["commune"].isin(vague)
    known = np.where((rows["sites"] > 0).fillna(False), "declared", "not declared")
    rows["verdict"] = np.where(silent | open_ended, "not known", known)
    rows["why"] = _why(rows, silent, open_ended, there)
    rows = rows.sort_values(
        ["commune", "persons", "language"], ascending=[True, False, True], na_position="last"
    )
    return pd.DataFrame(check(rows[MATCH.names], MATCH))


def _why(
    rows: pd.DataFrame, silent: pd.Series[Any], open_ended: pd.Series[Any], there: set[str]
) -> list[str | None]:
    found = []
    for commune, hidden, quiet, vague in zip(
        rows["commune"], rows["persons_why"], silent, open_ended, strict=True
    ):
        codes = []
        if pd.notna(hidden):
            codes.append("too_few" if hidden == "suppressed" else "no_table")
        if quiet:
            codes.append("no_word_of_languages" if commune in there else "no_place")
        elif vague:
            codes.append("other_languages_declared")
        found.append(stored(remark(f"studies.{code}") for code in codes))
    return found


def answer(
    facts: Facts,
    table: Languages,
    assumptions: Assumptions,
    cog: Cog,
    origins: pd.DataFrame,
    migrants_iris: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Set the languages of each commune beside what its places declare, where a table tells.

    Parameters
    ----------
    origins
        ``ORIGINS_COMMUNES`` of a build, in the geography of 2025; where it holds immigrants and
        foreigners, who overlap, the immigrants count.
    migrants_iris
        ``MIGRANTS_IRIS`` of a build: with it the merged communes are estimated apart before 2025.

    Returns
    -------
    DataFrame
        ``MATCH``, for the communes of the territory that the table knows (:func:`status` says
        which it does not).
    """
    kind = next(name for name in STATUSES if name in set(origins["status"]))
    counted = origins[origins["status"] == kind]
    here = pd.Series(zones(facts, "commune", cog)["code"])
    if cog != "cog_2025":
        joined = touched(facts.communes["commune"])
        apart = _apart(counted[counted["commune"].isin(joined)], migrants_iris, kind)
        counted = counted[~counted["commune"].isin(joined)]
    counts = counts_in(counted, pd.Series(here.to_numpy(), index=here))
    if cog != "cog_2025":
        counts = pd.concat([counts, apart[apart["zone"].isin(here)]], ignore_index=True)
    return match(speakers(counts, table, assumptions), _open_places(facts, cog), table)


def _apart(merged: pd.DataFrame, iris: pd.DataFrame | None, kind: str) -> pd.DataFrame:
    """Return the merged communes as they were before 2025, summed from their IRIS."""
    if iris is None:
        return pd.DataFrame(columns=["zone", "country", "persons", "basis"])
    people = iris[["iris", "commune"]].assign(people=iris[kind])
    spread = counts_by_iris(merged, people)
    zone = spread["zone"].map(iris.set_index("iris")["commune"])
    sums = spread.groupby([zone, "country"])["persons"].sum(min_count=1)
    return sums.rename_axis(["zone", "country"]).reset_index().assign(basis=SPREAD)


def status(
    facts: Facts,
    table: Languages,
    cog: Cog = "cog_2024",
    origins: pd.DataFrame | None = None,
    migrants_iris: pd.DataFrame | None = None,
    origins_cog: Cog = "cog_2025",
) -> pd.DataFrame:
    """Say, for each commune of the territory, what is known of languages and what would be needed.

    Parameters
    ----------
    origins
        Countries of birth or nationality by commune of the geography ``origins_cog``; the edition
        has none, and without it the need is not known.
    migrants_iris
        Immigrants by IRIS, with which IRIS can be estimated.
    origins_cog
        Where it is ``cog_2025`` and ``cog`` is not, the merged communes are not known apart.

    Returns
    -------
    DataFrame
        ``STATUS``, one row a commune.
    """
    listed = zones(facts, "commune", cog)
    code = listed["code"]
    counted = set() if origins is None else set(origins.dropna(subset=["persons"])["commune"])
    homes = set() if migrants_iris is None else set(migrants_iris["commune"].map(_to(cog)))
    older = facts.communes["commune"]
    joined = touched(older)
    apart = code.map(lambda value: cog == "cog_2025" or value not in joined)
    apart = apart | (origins_cog == cog)
    need_known = code.isin(counted) & apart
    in_table = code.map(_to(origins_cog)).isin(counted)
    iris_known = in_table & code.isin(homes)
    places = _open_places(facts, cog)
    speaking = says_anything(places, offer(places, table)).groupby(places["commune"]).sum()
    # A commune without a row has no known place: that is none, and offer_why says so.
    sites, saying = (
        code.map(counts).fillna(0).astype("int64")
        for counts in (places.groupby("commune").size(), speaking)
    )
    why_not = _unless(need_known, "no_table" if origins is None else "not_in_table")
    why_not = why_not.mask(
        in_table & ~apart,
        code.map(
            lambda one: stored([remark("studies.merged_in_table", together=together(one, older))])
        ),
    )
    silent = _unless(saying > 0, "no_word_of_languages")
    frame = listed[["code", "name"]].assign(
        cog=cog,
        need_known=need_known,
        need_why=why_not,
        need_file=_unless(need_known, "needs_file", file="img1b"),
        iris_known=iris_known,
        iris_file=_unless(iris_known, "needs_file", file="iris"),
        sites=sites,
        sites_saying=saying,
        offer_known=saying > 0,
        offer_why=silent.mask(sites == 0, stored([remark("studies.no_place")])),
    )
    return pd.DataFrame(check(frame[STATUS.names], STATUS))


def _open_places(facts: Facts, cog: Cog) -> pd.DataFrame:
    """Return the places that people may go to, in the communes of a geography."""
    places = facts.places[~facts.places["seat"].astype(bool)]
    return places.assign(commune=places["commune"].map(_to(cog)))


def _to(cog: Cog) -> Callable[[str], str]:
    return lambda code: in_cog(code, cog)


def _unless(known: pd.Series[Any], code: str, **values: str) -> pd.Series[Any]:
    """Return one remark of the studies for each row that is not known."""
    text = stored([remark(f"studies.{code}", **values)])
    return pd.Series(text, index=known.index, dtype="str").mask(known)
