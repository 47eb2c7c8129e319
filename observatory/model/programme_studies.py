"""The studies of public programmes and of the solidarity offer, on the project's own file."""

from __future__ import annotations

import pandas as pd

from observatory import settings
from observatory.geo.codes import Cog
from observatory.model import programme_figures, solidarity_offer
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.public_programmes import load_records
from observatory.tables.vintages import load_vintages


def programmes(model: Model, own: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the public programmes: who promised, funded and delivered what, a head of public.

    Parameters
    ----------
    own
        A planner's own records, marked as theirs.
    """
    where = settings.load()
    records, vintages = load_records(where.programmes), load_vintages(where.registry)
    return programme_figures.programmes(model, records, vintages, own)


def all_programmes(model: Model) -> pd.DataFrame:
    """Return the public programmes: who promised, funded, delivered what, a head of public."""
    return programmes(model)


def promises(model: Model) -> pd.DataFrame:
    """Set what programmes promised (posts, places, schools) beside what the build counts."""
    where = settings.load()
    vintages = load_vintages(where.registry)
    return programme_figures.promises(model, load_records(where.programmes), vintages)


def programme_sums(model: Model) -> pd.DataFrame:
    """Set each sum that a document of a programme gives beside the sum of its parts."""
    return programme_figures.sums(load_records(settings.load().programmes))


def offer(model: Model, *, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return need for equipment and connection, places that declare it, effort of a connection."""
    records = load_records(settings.load().programmes)
    return solidarity_offer.offer(model, level, cog, records)
