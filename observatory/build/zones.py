"""The zone tables: IRIS, communes and EPT, keys checked both ways, population conserved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.build.diploma import expected_share, fit_diploma
from observatory.build.newer_census import measured_shares
from observatory.build.undrawn import together, zone_outlines
from observatory.errors import CodeError
from observatory.geo.codes import departement_of
from observatory.geo.geometry import generalise
from observatory.geo.perimeter import Perimeter, today_in
from observatory.model.assumptions import Assumptions
from observatory.model.poverty_by_age import COLUMNS
from observatory.places.french_communes import commune_table
from observatory.tables.check import check
from observatory.tables.facts import AGES, COMMUNE_TABLE, EPT_TABLE, IRIS_TABLE

Frames = Mapping[str, Any]
AGE_NAMES = [column.name for column in AGES]


def same_keys(left: pd.Series[Any], right: pd.Series[Any], *, what: str, left_name: str) -> None:
    """Refuse two lists of codes that do not name the same places, both ways.

    Raises
    ------
    CodeError
        Codes stand on one side only; the first ones are said.
    """
    only_left = sorted(set(left) - set(right))
    only_right = sorted(set(right) - set(left))
    if only_left or only_right:
        raise CodeError(
            what,
            expected=f"the same codes in {left_name} and in the other table",
            found=f"only in {left_name}: {only_left[:5]}; only in the other: {only_right[:5]}",
            next_step="check that both files are of the same geography",
        )


def whole_persons(values: pd.Series[Any], groups: pd.Series[Any]) -> pd.Series[Any]:
    """Round to whole persons so that each group keeps its own rounded total.

    The census gives decimals (weighted records). The largest remainders of a group are rounded up
    until the group's sum is that of its decimals, rounded. What is missing stays missing.
    """
    known = values.dropna()
    groups = groups.loc[known.index]
    floor = np.floor(known)
    short = known.groupby(groups).sum().round() - floor.groupby(groups).sum()
    rank = (known - floor).groupby(groups).rank(method="first", ascending=False)
    whole: pd.Series[Any] = (floor + (rank <= groups.map(short))).reindex(values.index)
    return whole if len(known) < len(values) else whole.astype("int64")


def ages_of_iris(iris: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Return the residents by age of every IRIS, estimated where only the 15-64 are published.

    Activity and various IRIS have no published ages: their 15-64 are grown by the ratio of each
    age to the 15-64 among the commune's dwelling IRIS, or among those of the département where
    the commune has none. Where no ratio is known, or no source counts the IRIS, the ages stay
    missing, and the contract of the table refuses them.
    """
    parts = iris["commune"].map(departement_of)
    return pd.concat([_ages_of_one(rows, frames) for _, rows in iris.groupby(parts, sort=True)])


def _ages_of_one(iris: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Return the same for the IRIS of one département."""
    ages = iris[["iris", "commune"]].merge(frames["ages_iris_2016"], on="iris", how="left")
    activity = frames["activity_iris_2016"].set_index("iris")
    working = ages["iris"].map(activity["pop_15_64"]).astype(float)
    known = ages["pop_0_14"].notna()
    lived, empty = working > 0, working == 0
    ratios, own = _age_ratios(ages[known], working[known], ages["commune"])
    grown = ratios.mul(working, axis=0).mask(empty, 0.0)
    basis = np.select(
        [known, lived & own, lived],
        ["ages", "estimated from 15-64", "estimated from 15-64, département's ages"],
        "none",
    )
    filled = ages[AGE_NAMES].where(known, grown)
    return filled.assign(iris=ages["iris"], population_basis=basis)


def _age_ratios(
    ages: pd.DataFrame, working: pd.Series[Any], communes: pd.Series[Any]
) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Give each row's ratios of every age to the 15-64, and whether they are its commune's own."""
    summed = ages[AGE_NAMES].groupby(ages["commune"]).sum()
    people = working.groupby(ages["commune"]).sum()
    per_commune = summed.div(people.where(people > 0), axis=0)
    ratios = per_commune.reindex(communes).set_axis(communes.index)
    own = ratios.notna().all(axis=1)
    total = people.sum()
    everywhere = summed.sum() / (total if total > 0 else np.nan)
    return ratios.fillna(everywhere), own


def build_iris(frames: Frames, perimeter: Perimeter, assumptions: Assumptions) -> gpd.GeoDataFrame:
    """Put together the IRIS of the communes built: people, income, households, outline."""
    iris = frames["iris_types"][["iris", "iris_type", "commune"]]
    drawn = set(frames["iris_outlines"]["commune"])
    same_keys(
        frames["iris_outlines"]["iris"],
        iris.loc[iris["commune"].isin(drawn), "iris"],
        what="IRIS",
        left_name="the outlines",
    )
    iris = iris.merge(_membership(frames, perimeter), on="commune", how="left")
    people = ages_of_iris(iris, frames)
    iris = iris.merge(people, on="iris")
    iris["population"] = whole_persons(iris[AGE_NAMES].sum(axis=1, skipna=False), iris["commune"])
    for source, names in _IRIS_FACTS.items():
        iris = iris.merge(frames[source][["iris", *names]], on="iris", how="left")
    iris = _with_reasons(together(iris, drawn))
    iris = iris.join(_diplomas(iris, frames))
    outlines = zone_outlines(frames)
    whole = outlines[["iris", "iris_name", "geometry"]].merge(iris, on="iris")
    return _generalised(whole, perimeter, assumptions).sort_values("iris", ignore_index=True)


def _generalised(
    layer: gpd.GeoDataFrame, perimeter: Perimeter, assumptions: Assumptions
) -> gpd.GeoDataFrame:
    """Return outlines as fine as assumed at home, and coarse around, where nothing is drawn big."""
    at_home = layer["commune"].map(perimeter.at_home).astype(bool)
    fine = generalise(layer[at_home], assumptions.number("edition.outline_tolerance_m"))
    if at_home.all():
        return fine
    coarse = generalise(layer[~at_home], assumptions.number("edition.around_tolerance_m"))
    return gpd.GeoDataFrame(pd.concat([fine, coarse]), crs=layer.crs)


def _diplomas(iris: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Return the commune's share without the baccalauréat, and what spreads it over its IRIS."""
    published = frames["commune_diplomas"].set_index("commune")["low_diploma_pct"]
    known = frames["ages_iris_2016"].set_index("iris")[["occupied", "managers", "manual_workers"]]
    spread = expected_share(iris.join(known, on="iris"), fit_diploma(frames))
    measured = measured_shares(iris, frames)
    expected = measured.fillna(spread["low_diploma_expected_pct"])
    return spread.assign(
        low_diploma_expected_pct=expected,
        low_diploma_measured=measured.notna(),
        low_diploma_pct=iris["commune"].map(published),
    )


_IRIS_FACTS = {
    "activity_iris_2016": ["iris_quality", "unemployed_15_64", "active_15_64"],
    "housing_iris_2016": ["households"],
    "households_iris_2016": ["alone_households", "persons_single_parent"],
    "income_declared_iris_2021": [
        "poverty_declared_pct",
        "poverty_declared_pct_why",
        "income_d1_declared_eur",
        "income_d1_declared_eur_why",
    ],
    "caf_iris_2021": ["caf_rsa", "caf_aah", "caf_ppa", "caf_single_parents"],
}


def _with_reasons(iris: pd.DataFrame) -> pd.DataFrame:
    """Return ``not in source`` where an IRIS has no line at all in a file."""
    for name in ("poverty_declared_pct", "income_d1_declared_eur"):
        unexplained = iris[name].isna() & iris[f"{name}_why"].isna()
        iris[f"{name}_why"] = iris[f"{name}_why"].where(~unexplained, "not in source")
    return iris


def _membership(frames: Frames, perimeter: Perimeter) -> pd.DataFrame:
    """Return each commune's name and EPT, and whether it is in the territory.

    The communes of the territory have it in place of their EPT.
    """
    france, communes = commune_table(), frames["communes"][["commune", "commune_name"]]
    code, units = communes["commune"], france.set_index("commune")
    today = today_in(france, code)
    inside = code.isin(list(perimeter.communes))
    return pd.DataFrame(
        communes.assign(
            commune_name=code.map(units["commune_name"]).fillna(communes["commune_name"]),
            ept=today.map(units["ept"]).mask(inside, perimeter.code),
            ept_name=today.map(units["ept_name"]).mask(inside, perimeter.name),
            in_territory=inside,
        )
    )


def latest_population(communes: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return each commune's latest population, and whether its whole département is there.

    Communes that are one today share its population as they share its census residents, to whole
    persons.

    Parameters
    ----------
    communes
        ``commune`` and ``population``, the census's.
    listed
        The communes of today and their former codes (``tables.cog_tables.COG_COMMUNES``).
    """
    units, code = listed.set_index("commune"), communes["commune"]
    today = today_in(listed, code)
    census = communes["population"].astype(float)
    share = census / census.groupby(today).transform("sum")
    shared = whole_persons(share * today.map(units["population"].astype(float)), today)
    home = code.map(departement_of)
    wanted = units.groupby(units.index.map(departement_of)).size()
    there = today.groupby(home).nunique()
    whole = there.index[there == wanted.reindex(there.index)]
    return pd.DataFrame(
        {
            "population_latest": shared.astype("Int64"),
            "whole_departement": home.isin(whole),
        }
    )


def build_communes(
    frames: Frames, iris: gpd.GeoDataFrame, perimeter: Perimeter, assumptions: Assumptions
) -> gpd.GeoDataFrame:
    """Sum the IRIS to communes and join what is published by commune only."""
    outlines = frames["communes"]
    same_keys(
        outlines["commune"],
        iris["commune"].drop_duplicates(),
        what="communes",
        left_name="the commune outlines",
    )
    base = gpd.GeoDataFrame(
        _membership(frames, perimeter).merge(outlines[["commune", "geometry"]], on="commune"),
        geometry="geometry",
        crs=outlines.crs,
    )
    sums = iris.groupby("commune")[["population", *AGE_NAMES]].sum()
    cells = iris.groupby("commune")["cell_population"].sum(min_count=1)
    base = base.join(sums, on="commune").join(cells, on="commune")
    base = base.join(latest_population(base, frames["cog_communes_2026"]))
    for source, names in _COMMUNE_FACTS.items():
        base = base.merge(frames[source][["commune", *names]], on="commune", how="left")
    simple = _generalised(base, perimeter, assumptions)
    result: gpd.GeoDataFrame = check(
        simple.sort_values("commune")[COMMUNE_TABLE.names], COMMUNE_TABLE
    )
    return result


_COMMUNE_FACTS = {
    "income_disposable_communes_2021": ["poverty_disposable_pct", *COLUMNS],
    "commune_diplomas": ["low_diploma_pct", "pop_65p_pct"],
    "fixed_coverage_communes": ["no_thd_pct"],
    "mobile_coverage_communes": ["mobile_coverage_pct"],
    "counsellor_acts_by_commune": ["counsellor_acts"],
}


def build_ept(communes: gpd.GeoDataFrame, iris: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sum the territory's communes into its one line."""
    inside = communes[communes["in_territory"]]
    sums = inside[["population", *AGE_NAMES]].sum()
    # The cells of some of the communes are not those of the territory.
    sums["cell_population"] = inside["cell_population"].sum(skipna=False)
    line = {
        "ept": inside["ept"].iloc[0],
        "ept_name": inside["ept_name"].iloc[0],
        **sums.to_dict(),
        "population_latest": inside["population_latest"].sum(min_count=len(inside)),
        "communes": len(inside),
        "iris_count": int(iris["in_territory"].sum()),
        "geometry": inside.geometry.union_all(),
    }
    frame = gpd.GeoDataFrame([line], geometry="geometry", crs=communes.crs)
    result: gpd.GeoDataFrame = check(frame, EPT_TABLE)
    return result


def finish_iris(iris: gpd.GeoDataFrame, points: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add the residents of the cells whose centre lies in each IRIS, and check the table."""
    cells = points[points["kind"] == "cell"].groupby("iris")["residents"].sum()
    done = iris.assign(cell_population=iris["iris"].map(cells))
    result: gpd.GeoDataFrame = check(done[IRIS_TABLE.names], IRIS_TABLE)
    return result
