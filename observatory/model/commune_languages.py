"""The languages of each commune beside what its places declare, and what is known of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.codes import Cog, in_cog
from observatory.geo.mergers import together, touched
from observatory.model.assumptions import Assumptions
from observatory.model.languages import counts_by_iris, counts_in, speakers
from observatory.model.levels import zones
from observatory.model.observed import Facts
from observatory.model.spoken import offer, says_anything
from observatory.tables.check import check
from observatory.tables.language_tables import (
    MATCH,
    SPREAD,
    STATUS,
    STATUSES,
    UNDETERMINED,
    Languages,
)
from observatory.tables.remarks import remark, stored


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
    homes = (
        set()
        if migrants_iris is None
        else set(migrants_iris["commune"].map(partial(in_cog, cog=cog)))
    )
    older = facts.communes["commune"]
    joined = touched(older)
    apart = code.map(lambda value: cog == "cog_2025" or value not in joined)
    apart = apart | (origins_cog == cog)
    need_known = code.isin(counted) & apart
    in_table = code.map(partial(in_cog, cog=origins_cog)).isin(counted)
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
    return places.assign(commune=places["commune"].map(partial(in_cog, cog=cog)))


def _unless(known: pd.Series[Any], code: str, **values: str) -> pd.Series[Any]:
    """Return one remark of the studies for each row that is not known."""
    text = stored([remark(f"studies.{code}", **values)])
    return pd.Series(text, index=known.index, dtype="str").mask(known)
