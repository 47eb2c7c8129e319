"""What a search promises of any places, against a plain loop over them."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from observatory.geo.geometry import project_to_metres
from observatory.model.assumptions import Assumption, Assumptions
from observatory.places.opening_hours import open_now
from observatory.places.search import Directory, find
from observatory.places.search.request import Request
from observatory.tables.person_needs import ADMIN, SKILLS

AT = datetime(2026, 3, 9, 10)
ASSUMED = Assumptions(
    {
        name: Assumption(name, value, "", "none", "test")
        for name, value in (
            ("walk.speed_kmh", 4.5),
            ("walk.detour", 1.3),
            ("freshness.stale_months", 12.0),
            ("freshness.very_stale_months", 24.0),
        )
    }
)
X, Y = (float(v[0]) for v in project_to_metres(np.array([2.38]), np.array([48.95])).T)
COLUMNS = ["site", "name", "commune", "lon", "lat", "services", "hours", "publics", "confirmed_on"]


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = [
        (
            f"L{i}",
            "Lieu",
            draw(st.sampled_from(["93072", "93066"])),
            draw(st.sampled_from([None, 2.3799, 2.38, 2.4])),
            48.95,
            draw(st.sampled_from([ADMIN, SKILLS, f"{ADMIN}|{SKILLS}", None])),
            draw(st.sampled_from(["Mo 09:00-12:00", "Tu 09:00-12:00", "9h-12h", None])),
            draw(st.sampled_from(["Jeunes", "Jeunes|Seniors", None])),
            "2026-01-01",
        )
        for i in range(draw(st.integers(0, 8)))
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"lon": float, "lat": float})


requests = st.builds(
    Request,
    need=st.sampled_from(["", "CAF", "mail"]),
    publics=st.sampled_from([(), ("Jeunes",), ("Seniors",)]),
    open_when=st.sampled_from(["", "now"]),
    unknown=st.sampled_from(["mixed", "after", "hidden"]),
    limit=st.integers(1, 8),
)


def _three(asked: bool, text: object, wanted: str) -> bool | None:
    if not asked:
        return True
    return None if not isinstance(text, str) else wanted in text.split("|")


def _by_hand(sites: pd.DataFrame, request: Request) -> list[tuple[bool, float, str]]:
    """Read each place alone: (unsure, walk, id) of those that suit or may suit."""
    wanted = {"": "", "CAF": ADMIN, "mail": SKILLS}[request.need]
    kept = []
    for line in sites.to_dict("records"):
        answers = [
            _three(bool(request.need), line["services"], wanted),
            _three(bool(request.publics), line["publics"], "".join(request.publics)),
            open_now(line["hours"] if isinstance(line["hours"], str) else None, AT)
            if request.open_when
            else True,
        ]
        unsure = None in answers
        if False in answers or (unsure and request.unknown == "hidden"):
            continue
        if np.isnan(line["lon"]):
            walk = np.inf
        else:
            x, y = project_to_metres(np.array([line["lon"]]), np.array([line["lat"]])).T
            walk = float(np.hypot(x[0] - X, y[0] - Y))
        kept.append((unsure and request.unknown == "after", walk, line["site"]))
    return sorted(kept)


@given(tables(), requests)
def test_a_search_agrees_with_reading_each_place_alone(
    sites: pd.DataFrame, request: Request
) -> None:
    found = find(sites, (X, Y), request, AT, ASSUMED)
    hand = _by_hand(sites, request)
    located = [site for _, walk, site in hand if walk < np.inf][: request.limit]
    near = found[found["walk_min"].notna()]
    assert near["id"].tolist() == located
    far = {site for _, walk, site in hand if walk == np.inf}
    assert set(found.loc[found["walk_min"].isna(), "id"]) <= far
    assert len(found) == len(located) + min(len(far), request.limit)


@given(tables(), requests, st.randoms())
def test_the_order_of_the_rows_is_nothing(
    sites: pd.DataFrame, request: Request, random: object
) -> None:
    order = list(range(len(sites)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    one = find(Directory(sites), (X, Y), request, AT, ASSUMED)
    two = find(sites.iloc[order], (X, Y), request, AT, ASSUMED)
    pd.testing.assert_frame_equal(one, two)


@given(tables(), requests)
def test_walks_never_shorten_down_the_list(sites: pd.DataFrame, request: Request) -> None:
    found = find(sites, (X, Y), request, AT, ASSUMED)
    if request.unknown != "after":
        walks = found["walk_min"].dropna().to_numpy()
        assert (np.diff(walks) >= 0).all()
    assert found["walk_min"].isna().is_monotonic_increasing
    assert not (found["match"].eq("unknown") & ~found["caveats"].map(bool)).any()
