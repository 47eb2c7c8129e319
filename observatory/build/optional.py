"""Tables that a person's own build may hold although the compiled edition may not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.read.registry import Registry
from observatory.read.source_reading import files_of
from observatory.settings import Settings
from observatory.tables.census_tables import INCOME_DISPOSABLE_IRIS_2021
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.newer_census_tables import AGES_IRIS_2022, DIPLOMAS_IRIS_2022
from observatory.tables.provenance import OPEN_LICENCE
from observatory.tables.table import Table
from observatory.tables.toml_files import did_you_mean
from observatory.tables.transit_tables import LINES_SOURCE, STOP_LINES, STOPS, STOPS_SOURCE

#: Sources read only when they are asked for, some also when they are there, and the table that
#: each one gives.
OPTIONAL: Mapping[str, Table] = {
    STOPS_SOURCE: STOPS,
    LINES_SOURCE: STOP_LINES,
    "birth_countries_2022": ORIGINS_COMMUNES,
    "migrants_iris_2022": MIGRANTS_IRIS,
    "ages_iris_2022": AGES_IRIS_2022,
    "diplomas_iris_2022": DIPLOMAS_IRIS_2022,
    "income_disposable_iris_2021": INCOME_DISPOSABLE_IRIS_2021,
    "school_holidays": SCHOOL_HOLIDAYS,
}
#: Those that are read wherever they lie in the folder of sources, without being asked for.
WHERE_THERE = (
    *("ages_iris_2022", "diplomas_iris_2022", "income_disposable_iris_2021"),
    "school_holidays",
)


def lying_there(folder: Path, registry: Registry) -> frozenset[str]:
    """Return which of :data:`WHERE_THERE` lie in the folder of sources, as CSV or in their zip."""
    return frozenset(name for name in WHERE_THERE if files_of(registry.source(name), folder))


def allowed(
    asked: Collection[str], registry: Registry, out: Path, settings: Settings
) -> frozenset[str]:
    """Return the optional sources asked for, refusing those that may not be written there.

    Raises
    ------
    ChoiceError
        No such optional source; or its licence is not open and ``out`` is the compiled edition.
    """
    for name in asked:
        if name not in OPTIONAL:
            raise ChoiceError(
                f"optional source {name}",
                expected="one of " + ", ".join(OPTIONAL),
                found=repr(name) + did_you_mean(name, OPTIONAL),
                next_step="the other sources are in every build",
            )
        licence = registry.source(name).licence
        if licence != OPEN_LICENCE and out.resolve() == settings.edition.resolve():
            raise ChoiceError(
                f"optional source {name}",
                expected=f"sources under {OPEN_LICENCE} only, in the compiled edition {out}",
                found=f"the licence {licence!r}",
                next_step="write it into a build of your own: --out FOLDER, without --edition",
            )
    return frozenset(asked)


def optional_tables(
    frames: Mapping[str, Any], communes: pd.DataFrame, asked: Collection[str]
) -> Iterator[tuple[pd.DataFrame, Table]]:
    """Return the tables of the optional sources asked for, their communes under official names."""
    names = communes.set_index("commune")["commune_name"]
    for source in sorted(asked):
        frame, table = frames[source], OPTIONAL[source]
        if "commune_name" in table.names:
            frame = frame.assign(commune_name=frame["commune"].map(names))
        yield frame, table
