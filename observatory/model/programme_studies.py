"""The studies of public programmes and of the solidarity offer, on the project's own file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from observatory import settings
from observatory.geo.codes import Cog
from observatory.model import programme_figures, solidarity_offer
from observatory.model.levels import Level
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.model.public_programmes import load_records
from observatory.tables.vintages import Vintage, load_vintages


def records_of(facts: Facts) -> pd.DataFrame:
    """Return the project's records that are about a territory, its communes or what holds it.

    One that names no territory goes with the others: it is left out where there are none.
    """
    records = load_records()
    own = facts.communes.loc[facts.communes["in_territory"], "commune"]
    places = {"FR", facts.departement, str(facts.ept["ept"].iloc[0]), *own}
    about = records["territory"].isin(places)
    if about.any():
        about = about.mask(records["territory"].isna(), other=True)
    found: pd.DataFrame = records.loc[about].reset_index(drop=True)
    return found


def _vintages(facts: Facts) -> Mapping[str, Vintage]:
    """Return the day of each source: that of the file that the build read, else the registry's."""
    return load_vintages(settings.load().registry, facts.records)


def programmes(model: Model, own: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the public programmes: who promised, funded and delivered what, a head of public.

    Parameters
    ----------
    own
        A planner's own records, marked as theirs.
    """
    return programme_figures.programmes(model, records_of(model.facts), _vintages(model.facts), own)


def all_programmes(model: Model) -> pd.DataFrame:
    """Return the public programmes: who promised, funded, delivered what, a head of public."""
    return programmes(model)


def promises(model: Model) -> pd.DataFrame:
    """Set what programmes promised (posts, places, schools) beside what the build counts."""
    return programme_figures.promises(model, records_of(model.facts), _vintages(model.facts))


def programme_sums(model: Model) -> pd.DataFrame:
    """Set each sum that a document of a programme gives beside the sum of its parts."""
    return programme_figures.sums(records_of(model.facts))


def offer(model: Model, *, level: Level = "commune", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return need for equipment and connection, places that declare it, effort of a connection."""
    return solidarity_offer.offer(model, level, cog, records_of(model.facts))
