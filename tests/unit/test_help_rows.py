"""Where the posts of a structure go: to its known places, never to another host's own door."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from observatory import settings
from observatory.build.help_rows import HelpSaid, SourceDates, build_supply
from observatory.errors import ChoiceError
from observatory.geo.geometry import METRIC, to_degrees
from observatory.model.assumptions_file import load_assumptions
from observatory.model.help_hours import COUNSELLORS, hours_of
from observatory.places.matching import MatchResult
from observatory.tables.directory_tables import CLEANING_NOTES, LEDGER, ORIGINS

VILLENEUVE, PANTIN = "82862992300016", "88055488600015"
DATES = SourceDates({"host_structures_2023": "2023-04-05"}, "2026-11-22")


def host(siret: str, commune: str, posts: int) -> dict[str, Any]:
    return {
        "structure": siret,
        "name": siret,
        "siret": siret,
        "commune": commune,
        "posts": posts,
        "serves": "commune",
        "area": commune,
    }


def record(name: str, site: str, siret: str | None, owner: str | None) -> dict[str, Any]:
    return {
        "record": name,
        "at": site,
        "siret": siret,
        "structure_siret": owner,
        "source": "sites_cnfs_2022",
        "programmes": "Conseillers numériques",
        "seat": False,
    }


def posts(
    hosts: list[dict[str, Any]],
    *records: dict[str, Any],
    forced: pd.DataFrame | None = None,
    **commune: str,
) -> dict[str, Any]:
    """Return the posts of each row of help, at places in the communes given by name."""
    supply = rows_of(hosts, *records, forced=forced, **commune)
    return {
        f"{row['name']} at {row['site'] if isinstance(row['site'], str) else row['area']}": row[
            "posts"
        ]
        for row in supply.to_dict("records")
    }


def rows_of(
    hosts: list[dict[str, Any]],
    *records: dict[str, Any],
    forced: pd.DataFrame | None = None,
    **commune: str,
) -> pd.DataFrame:
    """Return the rows of help of some hosts and records of places."""
    rows = pd.DataFrame(records)
    usual = {"open_h_per_week": float("nan"), "aidants": float("nan"), "name": "", "commune": ""}
    columns = {name: value for name, value in usual.items() if name not in rows}
    lon, lat = (float(v[0]) for v in to_degrees([650_000.0], [6_870_000.0]))
    sites = pd.DataFrame(
        [
            {"site": site, "commune": code, "lon": lon, "lat": lat, "located": "point"}
            for site, code in commune.items()
        ]
    ).assign(confirmed_on="2023-01-01")
    none = {
        name: pd.DataFrame(columns=table.names)
        for name, table in (
            ("ledger", LEDGER),
            ("origins", ORIGINS),
            ("notes", CLEANING_NOTES),
        )
    }
    members = rows[["record", "at"]].set_axis(["record", "site"], axis=1)
    matched = MatchResult(places=sites, members=members, **none)
    area = gpd.GeoDataFrame(
        {"iris": ["930550101"], "qpv": ["QN09301M"]},
        geometry=[box(649_000, 6_869_000, 651_000, 6_871_000)],
        crs=METRIC,
    )
    return build_supply(
        pd.DataFrame(hosts),
        rows.assign(**columns),
        matched,
        sites,
        (area, area),
        DATES,
        HelpSaid(forced),
    )


def test_posts_are_shared_over_the_places_a_structure_declares_in_any_commune() -> None:
    found = posts(
        [host(VILLENEUVE, "92078", 6)],
        record("a", "home", VILLENEUVE, VILLENEUVE),
        record("b", "away", None, VILLENEUVE),
        home="92078",
        away="93055",
    )
    assert found == {f"{VILLENEUVE} at home": 3, f"{VILLENEUVE} at away": 3}


def test_the_door_of_another_host_takes_no_posts_across_communes() -> None:
    # POLE S of Pantin, declared by the structure of Villeneuve-la-Garenne, is matched by its door
    # with LEPOLES of Pantin, which has four posts of its own.
    found = posts(
        [host(VILLENEUVE, "92078", 6), host(PANTIN, "93055", 4)],
        record("a", "home", VILLENEUVE, VILLENEUVE),
        record("b", "pantin", None, VILLENEUVE),
        record("c", "pantin", PANTIN, PANTIN),
        home="92078",
        pantin="93055",
    )
    assert found == {f"{VILLENEUVE} at home": 6, f"{PANTIN} at pantin": 4}


@pytest.mark.parametrize("commune", ["93055", "92078"])
def test_a_host_keeps_its_place_whatever_else_is_at_the_door(commune: str) -> None:
    # Two hosts of one commune at one door both keep their posts there; a host whose only place is
    # another's door, elsewhere, serves its own commune.
    found = posts(
        [host(VILLENEUVE, commune, 6), host(PANTIN, "93055", 4)],
        record("b", "pantin", None, VILLENEUVE),
        record("c", "pantin", PANTIN, PANTIN),
        pantin="93055",
    )
    first = "pantin" if commune == "93055" else "92078"
    assert found == {f"{VILLENEUVE} at {first}": 6, f"{PANTIN} at pantin": 4}


def bus(*sites: str) -> pd.DataFrame:
    """Return the help of a bus known by five records, at a place each or at fewer."""
    service, aidants, *stops = sites
    france = {"source": "france_services_2024", "programmes": "France Services"}
    connect = {
        "source": "aidants_connect_2024",
        "programmes": "Aidants Connect|France Services",
        "aidants": 2.0,
    }
    return rows_of(
        [host(VILLENEUVE, "93055", 3)],
        record("service", service, None, None) | france | {"open_h_per_week": 22.0},
        record("aidants", aidants, None, None) | connect,
        *(
            record(f"stop {n}", site, None, VILLENEUVE) | {"open_h_per_week": 5.5}
            for n, site in enumerate(stops)
        ),
        **dict.fromkeys(sites, "93055"),
    )


@pytest.mark.parametrize(
    ("sites", "posts_each"),
    [
        (("home", "desk", "monday", "wednesday", "thursday"), [1.0, 1.0, 1.0]),
        (("home", "home", "monday", "monday", "thursday"), [1.5, 1.5]),
        (("home", "home", "home", "home", "home"), [3.0]),
    ],
)
def test_each_hour_of_a_bus_counts_once_however_many_places_its_records_make(
    sites: tuple[str, ...], posts_each: list[float]
) -> None:
    # 3 posts x 35 h x 60 % = 63 h; 22 h open x 2 agents x 40 % = 17.6 h; the aidants are those
    # agents; the hours in which a stop is open add nothing.
    rows = bus(*sites)
    stops = rows[rows["programme"] == COUNSELLORS]
    assert stops["posts"].tolist() == posts_each
    known = load_assumptions(settings.load({}).assumptions)
    assert hours_of(rows, known).sum() == pytest.approx(63 + 17.6)


ASSIGNED = "counsellors:" + VILLENEUVE
TWO = (
    record("a", "home", VILLENEUVE, VILLENEUVE),
    record("b", "other", None, VILLENEUVE),
)


def decided(put: str, place: str | None = None, named: str = ASSIGNED) -> pd.DataFrame:
    columns = {"help": [named], "put": [put], "record": [place], "reason": ["asked on the phone"]}
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("forced", "expected"),
    [
        (decided("over_commune"), {"92078": 6}),
        (decided("at_place", "b"), {"other": 6}),
        (decided("as_built"), {"home": 3, "other": 3}),
    ],
    ids=["over commune", "at place", "as built"],
)
def test_a_person_settles_where_posts_stand(forced: pd.DataFrame, expected: dict[str, int]) -> None:
    table = rows_of(
        [host(VILLENEUVE, "92078", 6)], *TWO, forced=forced, home="92078", other="92078"
    )
    found = table["site"].fillna(table["area"])
    assert dict(zip(found, table["posts"], strict=True)) == expected
    assert set(table["decided_by"]) == {"correction"}
    assert table["supply"].is_unique


@pytest.mark.parametrize(
    ("forced", "found"),
    [
        (decided("over_commune", named="counsellors:nobody"), "help of that name"),
        (decided("at_place", "z"), "no such record"),
        (decided("at_place"), "a located place"),
        (decided("counted"), "aidants"),
    ],
)
def test_a_decision_that_names_nothing_stops_the_build(forced: pd.DataFrame, found: str) -> None:
    with pytest.raises(ChoiceError, match=found):
        rows_of([host(VILLENEUVE, "92078", 6)], *TWO, forced=forced, home="92078", other="92078")


def test_what_nobody_settled_is_said_by_the_sources() -> None:
    table = rows_of([host(VILLENEUVE, "92078", 6)], *TWO, home="92078", other="92078")
    assert set(table["decided_by"]) == {"sources"}
