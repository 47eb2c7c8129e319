"""Minutes along the streets in a build that holds them, in a straight line elsewhere."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.app.find.cards import card
from observatory.geo.geometry import to_degrees
from observatory.model.assumptions_file import load_assumptions
from observatory.places.search import Directory, Request, find
from observatory.places.search.street_walks import StreetWalks
from observatory.words.catalogue import load_words

X, Y = 652_000.0, 6_870_000.0
AT = datetime(2026, 11, 23, 10)


def directory() -> Directory:
    """Return two places 300 and 400 m away; a river makes the first 1 500 m by the streets."""
    lon, lat = to_degrees(np.array([X + 300, X + 400]), np.array([Y, Y]))
    sites = pd.DataFrame(
        {"site": ["over", "here"], "name": ["over", "here"], "lon": lon, "lat": lat,
         "located": "point", "commune": "93001"}
    )  # fmt: skip
    points = pd.DataFrame({"point": ["cell"], "x_m": [X + 50], "y_m": [Y]})
    supply = pd.DataFrame({"supply": ["s1", "s2"], "site": ["over", "over"]})
    distances = pd.DataFrame(
        {"point": ["cell"] * 2, "supply": ["s1", "s2"], "metres": [1500.0, 1600.0]}
    )
    return Directory(sites, StreetWalks(points, supply, distances))


@pytest.mark.parametrize(
    ("start", "order", "minutes", "by_streets"),
    [
        # 4.5 km/h are 75 m a minute: 400 x 1.3 / 75 and 1500 / 75.
        ((X, Y), ["here", "over"], [6.9, 20.0], [False, True]),
        # Beyond 150 m of every cell: straight lines.
        ((X - 101, Y), ["over", "here"], [7.0, 8.7], [False, False]),
    ],
)
def test_streets_count_where_they_are_known(
    start: tuple[float, float], order: list[str], minutes: list[float], by_streets: list[bool]
) -> None:
    known = load_assumptions(settings.load({}).assumptions)
    found = find(directory(), start, Request(), AT, known)
    assert found["name"].tolist() == order
    assert found["walk_min"].tolist() == minutes
    assert found["by_streets"].tolist() == by_streets
    shown = [card(row, AT, load_words("fr")) for row in found.to_dict("records")]
    assert ["par les rues" in one for one in shown] == by_streets
