"""The types of schools, by how the ministry calls their nature."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: Why a row is set aside whose nature is none of these.
NO_TYPE = "no school of a known type"
#: How the natures of a school begin, and its type.
NATURES = {
    "ECOLE MATERNELLE": "nursery",
    "ECOLE DE NIVEAU ELEMENTAIRE": "elementary",
    "ECOLE ELEMENTAIRE": "elementary",
    "COLLEGE": "college",
    "LYCEE": "lycee",
}


def starts_of(natures: pd.Series[Any]) -> pd.Series[Any]:
    """Return the known start of each nature; one without stays whole."""
    starts = natures.str.extract(f"^(?P<nature>{'|'.join(NATURES)})")["nature"]
    return pd.Series(starts.fillna(natures))


def types_of(natures: pd.Series[Any]) -> pd.Series[Any]:
    """Return the type of each school; missing where its nature is none of those known."""
    return starts_of(natures).map(NATURES)
