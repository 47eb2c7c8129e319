"""A territory of which no source has a place gets no build, and is told what to add."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from observatory.build.coverage import TABLES, empty
from observatory.build.directory import build_places
from observatory.build.help_rows import SourceDates
from observatory.errors import MissingInputError
from observatory.tables.place_tables import HOST_STRUCTURES, MEDNUM_SITES


def test_no_place_in_any_source_is_refused_with_what_to_add() -> None:
    lists = [name for name, table in TABLES.items() if table in (MEDNUM_SITES, HOST_STRUCTURES)]
    frames = {name: empty(name, 2154) for name in lists}
    frames["communes"] = pd.DataFrame({"commune": ["93001"], "commune_name": ["Aubervilliers"]})
    nothing = gpd.GeoDataFrame()
    with pytest.raises(MissingInputError, match=r"none in any source.*--places"):
        build_places(
            frames, nothing, nothing, nothing, pd.DataFrame(), SourceDates({}, "2026-01-01")
        )
