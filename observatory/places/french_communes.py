"""The communes of the country, from the table that travels with the code."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from observatory import settings
from observatory.geo.codes import departement_of
from observatory.geo.communes import Communes, list_communes
from observatory.tables.cog_tables import FRENCH_COMMUNES, SEPARATOR
from observatory.tables.storage import read_table


def french_communes(folder: Path | None = None) -> Communes:
    """Return the communes of the country; read once.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.
    """
    return _read(folder or settings.data_folder())


@lru_cache(maxsize=2)
def _read(folder: Path) -> Communes:
    frame = _table(folder)[["commune", "commune_name", "postcodes", "siren"]]
    given = frame.astype(object).where(frame.notna(), None)
    return list_communes(
        (code, name, tuple(postcodes.split(SEPARATOR)) if postcodes else (), siren)
        for code, name, postcodes, siren in given.itertuples(index=False)
    )


def commune_table(folder: Path | None = None) -> pd.DataFrame:
    """Return the table of the country's communes (``FRENCH_COMMUNES``); read once.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.
    """
    return _table(folder or settings.data_folder())


@cache
def departement_name(code: str) -> str:
    """Return the name of a département."""
    france = commune_table()
    here = france["commune"].map(departement_of) == code
    return str(france.loc[here, "departement_name"].iloc[0])


@lru_cache(maxsize=2)
def _table(folder: Path) -> pd.DataFrame:
    return pd.DataFrame(read_table(FRENCH_COMMUNES, folder))
