"""The figures of a build as they are published: rounded once, codes in French words."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.files.formats import as_layer
from observatory.geo.codes import Cog, check_cog, in_cog
from observatory.geo.geometry import in_metres, project_to_metres
from observatory.model.gap_table import origin
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.facts import HEADLINE, SCHOOLS
from observatory.tables.gap_results import ORIGIN
from observatory.tables.plain_rows import DECIMALS
from observatory.tables.table import Table
from observatory.tables.take_away import IRIS_LABELS
from observatory.words.catalogue import load_words
from observatory.words.remark_words import in_words
from observatory.words.spacing import plain_spaces


def published(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of gaps as it is published: six decimals at most, whole residents, no minus 0.

    Values that are not finite become missing; remarks are in French words.
    """
    rounded = {
        name: frame[name].astype(float).where(np.isfinite(frame[name])).round(DECIMALS) + 0.0
        for name in frame.columns
        if pd.api.types.is_float_dtype(frame[name])
    }
    settled = in_words(frame.assign(**rounded), "fr")
    zones = "missing_h_per_week" in rounded and "point" not in frame
    if "population" in rounded and zones:
        settled["population"] = settled["population"].round().astype("Int64")
    return settled


def with_origin(frame: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return a table with its norm, edition, census and day of reading where it lacks them.

    Where rows have norms of their own, the number of the model's stands beside its name alone.
    """
    told = origin(model)
    lacking = {name: value for name, value in told.items() if name not in frame}
    if "norm" in frame and "norm_h_per_100" in lacking:
        own = frame["norm"] == told["norm"]
        lacking["norm_h_per_100"] = np.where(own, told["norm_h_per_100"], np.nan)
    return frame.assign(**lacking)


def with_origin_columns(table: Table) -> Table:
    """Return the contract of :func:`with_origin` of a table."""
    lacking = (column for column in ORIGIN if column.name not in table.names)
    return replace(table, columns=(*table.columns, *lacking))


def published_schools(schools: pd.DataFrame) -> tuple[pd.DataFrame, Table]:
    """Return the schools with their types and situations in French words, and their table.

    A name that the source leaves blank is missing: a file of text cannot tell the two apart.
    """
    words = load_words("fr")
    named = schools["school_name"].where(schools["school_name"].str.strip() != "")
    frame = schools.assign(school_name=named)
    columns = [
        c.may_miss("the source gives no name") if c.name == "school_name" else c
        for c in SCHOOLS.columns
    ]
    table = replace(SCHOOLS, columns=tuple(columns))
    for name, group in (("school_type", "school"), ("qpv_situation", "qpv_situation")):
        texts = {code: plain_spaces(text) for code, text in words.group(group).items()}
        frame = frame.assign(**{name: frame[name].map(texts)})
        columns = [
            replace(c, among=tuple(texts[code] for code in c.among or ())) if c.name == name else c
            for c in table.columns
        ]
        table = replace(table, columns=tuple(columns))
    return frame, table


def headline(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the command line and the downloads share, as published."""
    return published(gaps)[[column.name for column in HEADLINE]]


def layer(gaps: pd.DataFrame, facts: Facts) -> gpd.GeoDataFrame:
    """Add each zone's outline (in metres, missing where unknown) to the gaps of one level."""
    level = str(gaps["level"].iloc[0]) if len(gaps) else "iris"
    if level == "commune":
        cog = check_cog(gaps["cog"].iloc[0])
        zones = _communes(facts, cog)
    else:
        zones = getattr(facts, level).set_index(level)
    outlines = gpd.GeoSeries(zones.geometry.reindex(gaps["code"]).array, crs=zones.crs)
    return gpd.GeoDataFrame(gaps.reset_index(drop=True), geometry=outlines)


def _communes(facts: Facts, cog: Cog) -> gpd.GeoDataFrame:
    """Return the outlines of the territory's communes in a geography, by code."""
    inside = facts.communes[facts.communes["in_territory"]]
    codes = inside["commune"].map(lambda code: in_cog(code, cog))
    return inside[["geometry"]].assign(code=codes).dissolve("code")


def with_labels(gaps: pd.DataFrame, facts: Facts) -> gpd.GeoDataFrame:
    """Add to the gaps by IRIS the commune, the type and INSEE's quality of each."""
    names = [column.name for column in IRIS_LABELS]
    labels = facts.iris.set_index("iris")[names].reindex(gaps["code"])
    return gaps.assign(**{name: labels[name].to_numpy() for name in names})


def has_places(frame: pd.DataFrame, table: Table) -> bool:
    """Return whether the rows of a table are zones, schools or points, that a map can show."""
    there = _zone_key(frame, table) is not None or {"lat", "lon"} <= set(frame)
    return bool(len(frame)) and there


def with_places(frame: pd.DataFrame, table: Table, facts: Facts, cog: Cog) -> gpd.GeoDataFrame:
    """Return a table with the outline of each row's zone, or the point of its school or its own.

    A row whose place is not known has none.
    """
    key = _zone_key(frame, table)
    if key is None:
        return gpd.GeoDataFrame(as_layer(frame))
    known = pd.concat([_outlines(facts, cog), _school_points(facts)])
    found = gpd.GeoSeries(known[~known.index.duplicated()], crs=facts.iris.crs).reindex(frame[key])
    return gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=found.array, crs=facts.iris.crs)


def _zone_key(frame: pd.DataFrame, table: Table) -> str | None:
    """Return the column that names the zone or school of each row, once a row."""
    named = ("code", "iris", "qpv", "uai", "network_head")
    keys = [name for name in named if table.key[-1] == name]
    return keys[0] if keys and keys[0] in frame and frame[keys[0]].is_unique else None


def _outlines(facts: Facts, cog: Cog) -> gpd.GeoSeries:
    """Return the outlines of the IRIS, the QPV and the communes of a geography, by code."""
    parts = (("iris", facts.iris), ("qpv", facts.qpv))
    fine = [layer.set_index(key).geometry for key, layer in parts]
    return gpd.GeoSeries(pd.concat([*fine, _communes(facts, cog).geometry]))


def _school_points(facts: Facts) -> gpd.GeoSeries:
    known = facts.schools[facts.schools["lon"].notna() & facts.schools["lat"].notna()]
    metres = project_to_metres(known["lon"], known["lat"])
    points = in_metres(metres, known["uai"])
    return points.set_crs(facts.iris.crs, allow_override=True)
