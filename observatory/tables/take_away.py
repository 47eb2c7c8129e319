"""The tables that only a file takes away: IRIS with their labels, cells measured, draws."""

from __future__ import annotations

from dataclasses import replace

from observatory.tables.columns import (
    COMPUTED,
    Column,
    count,
    hours,
    number,
    per_100,
    persons,
    text,
)
from observatory.tables.gap_results import GAPS
from observatory.tables.table import Table
from observatory.tables.zone_facts import IRIS_TABLE, POINTS


def _of_iris(name: str) -> Column:
    """Return a column of the IRIS with the sources that its table gives it."""
    return IRIS_TABLE.column(name).of(*IRIS_TABLE.source_of(name))


def _lacking(where: str) -> tuple[Column, Column]:
    """Return what lacks to the norm: missing, or to move where the norm is a share."""
    return (
        hours(
            "missing_h_per_week",
            f"Hours a week missing to the norm {where}.",
            "the norm is a share of what there is (see to_move_*)",
        ),
        hours(
            "to_move_h_per_week",
            f"Hours a week that lack to an equal share of the help there is, {where}.",
            "the norm is no share of what there is (see missing_*)",
        ),
    )


#: What a row of gaps by IRIS says besides; its code and name stand in ``code`` and ``name``.
IRIS_LABELS = tuple(
    _of_iris(name)
    for name in ("commune", "commune_name", "iris_type", "iris_quality", "population_basis")
)

GAPS_IRIS = replace(
    GAPS,
    row="One IRIS with its need, help, access and gap, its commune, type, INSEE's quality and the "
    "basis of its residents.",
    columns=(*GAPS.columns, *IRIS_LABELS),
)

CELLS = Table(
    "cells",
    "One place where need stands (an inhabited 200 m cell, or an IRIS's centre), measured.",
    POINTS.key,
    (
        *(column.of(*POINTS.source_of(column.name)) for column in POINTS.columns),
        persons("population_15", "Residents aged 15 and over of the point."),
        persons("need_persons", "People in digital difficulty, central estimate."),
        per_100(
            "access_h_per_100",
            "Hours of help a week within reach, per 100 people in need (E2SFCA).",
        ),
        *_lacking("at the point"),
        number(
            "nearest_min",
            "Walk to the nearest located place.",
            "min",
            "no help with a known place is in reach",
        ),
    ),
    source=(COMPUTED,),
)

DRAWS = Table(
    "draws",
    "One zone in one draw of the assumptions: draws of one number belong together.",
    ("level", "cog", "code", "draw"),
    (
        *(GAPS.column(name) for name in ("level", "cog", "code")),
        count("draw", "Number of the draw; the same for every zone of one draw."),
        per_100("norm_h_per_100", "The norm of the draw."),
        persons("need_persons", "People in digital difficulty in the draw."),
        per_100("access_h_per_100", "Help within reach in the draw.", "nobody in need"),
        *_lacking("in the draw"),
    ),
    source=(COMPUTED,),
)

SOURCES = Table(
    "sources",
    "One source that the build was made from.",
    ("id",),
    (
        text("id", "Name of the source in data/registry.toml."),
        text("title", "Title."),
        text("publisher", "Publisher."),
        text("licence", "Licence."),
        text("vintage", "What the data are of."),
        text("url", "Address of the publisher."),
        text("read_on", "Day of reading."),
        count("rows_in", "Rows of the file."),
        count("rows_out", "Rows kept."),
        count("rows_aside", "Rows set aside with a reason."),
    ),
    source=("data/registry.toml",),
)

ASSUMPTIONS = Table(
    "assumptions",
    "One assumption as the figures use it.",
    ("name",),
    (
        text("name", "Name of the assumption in data/assumptions.toml."),
        text("value", "Value in use: a number, or a word where there is a choice among words."),
        text("unit", "Unit.", "no unit"),
        number("low", "Low bound of what would be reasonable.", missing="no bound", low=None),
        number("high", "High bound of what would be reasonable.", missing="no bound", low=None),
        text("source", "Where the value was found; none where nobody has measured it."),
        text("why", "Reason for this value."),
    ),
    source=("data/assumptions.toml",),
)
