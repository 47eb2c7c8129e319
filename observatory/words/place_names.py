"""The names that the texts take from a build: its département, its région, its hub."""

from __future__ import annotations

from observatory.geo.departements import home_of
from observatory.geo.territories import hub_of
from observatory.words.catalogue import Place


def place_of(departement: str) -> Place:
    """Return the names of a place, from the code of its département."""
    home = home_of(departement)
    return Place(home.name, home.of_name, home.region_name, hub_of(departement))
