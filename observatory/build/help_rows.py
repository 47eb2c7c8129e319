"""The help of each programme as observed: at the place where it is given, or over an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.build.points import coordinates
from observatory.build.settled_help import settle
from observatory.geo.geometry import place, project_to_metres
from observatory.model.help_hours import AIDANTS, COUNSELLORS, FRANCE_SERVICES, OWN_PROGRAMME
from observatory.model.levels import qpv_of
from observatory.places.freshness import age_months
from observatory.places.matching import MatchResult
from observatory.tables.check import check
from observatory.tables.facts import SUPPLY
from observatory.tables.place_facts import BY_SOURCES, OWN_HELP

#: Structures and posts of the conseillers numériques; as places, their seats.
HOSTS = "host_structures_2023"
#: The source that gives the hours of each programme.
SOURCE_OF = {
    COUNSELLORS: HOSTS,
    FRANCE_SERVICES: "france_services_2024",
    AIDANTS: "aidants_connect_2024",
}
OWNERS = ("siret", "structure_siret")


@dataclass(frozen=True)
class SourceDates:
    """When the sources' information holds, and when it was read (ISO days)."""

    as_of: Mapping[str, str]
    read_on: str


@dataclass(frozen=True)
class HelpSaid:
    """What persons say of the help, beside the sources.

    Attributes
    ----------
    settled
        Where a person says that help stands (``tables.FORCED_HELP``).
    own
        Help that only a planner's list knows: ``record``, ``posts``, ``open_h_per_week``.
    """

    settled: pd.DataFrame | None = None
    own: pd.DataFrame | None = None


def build_supply(
    hosts: pd.DataFrame,
    records: pd.DataFrame,
    matched: MatchResult,
    sites: pd.DataFrame,
    areas: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    dates: SourceDates,
    said: HelpSaid | None = None,
) -> pd.DataFrame:
    """Return the rows of help of each programme (``tables.facts.SUPPLY``).

    Parameters
    ----------
    hosts
        The structures and their posts (``tables.HOST_STRUCTURES``).
    records, matched, sites
        The records of places, the places they make, and the table of those.
    areas
        Outlines of the IRIS and of the QPV that are known (metres), to place the help.
    dates
        The day of each source's information, and the day the sources were read.
    said
        What persons say of the help.
    """
    said = said or HelpSaid()
    supply = pd.concat(
        [
            _counsellors(hosts, records, matched, sites),
            _france_services(records, matched, sites),
            _aidants(records, matched, sites),
            _own_help(records, said.own, matched, sites),
        ],
        ignore_index=True,
    )
    supply = settle(supply, said.settled, matched, sites)
    placed = _date(_place_supply(supply, sites, *areas), sites, dates)
    return pd.DataFrame(check(placed.sort_values("supply")[SUPPLY.names], SUPPLY))


def _site_of(matched: MatchResult, records: pd.Series[Any]) -> pd.Series[Any]:
    return records.map(matched.members.set_index("record")["site"])


def _counsellors(
    hosts: pd.DataFrame,
    records: pd.DataFrame,
    matched: MatchResult,
    sites: pd.DataFrame,
) -> pd.DataFrame:
    """Share a structure's posts over its known places, else over its commune.

    The posts of an EPT or of the département serve its whole area, since no file says where they
    are held.
    """
    rows: list[dict[str, Any]] = []
    own = _places_of_structures(hosts, records, matched, sites)
    for host in hosts.to_dict("records"):
        found = own.get(host["siret"], []) if host["serves"] == "commune" else []
        at: list[str | None] = [*found] or [None]
        for site in at:
            posts = float(host["posts"]) / len(at)
            rows.append(
                {
                    "supply": f"counsellors:{host['structure']}" + (f":{site}" if site else ""),
                    "programme": COUNSELLORS,
                    "name": host["name"],
                    "site": site,
                    "commune": host["commune"],
                    "serves": "point" if site else host["serves"],
                    "area": None if site else host["area"],
                    "posts": posts,
                }
            )
    return _observed(pd.DataFrame(rows, columns=_COLUMNS).assign(open_h_per_week=np.nan))


def _places_of_structures(
    hosts: pd.DataFrame, records: pd.DataFrame, matched: MatchResult, sites: pd.DataFrame
) -> dict[str, list[str]]:
    """Return the located counsellors' places of each structure, by the SIRETs of their records.

    A place counts where a list of places says that conseillers numériques work; a seat alone does
    not. It belongs to the structures that its records name, as their own SIRET or as that of the
    structure they are of: a seat at the same door names one too. A place that is itself a structure
    with posts takes no share of the posts of a structure of another commune: records matched by
    their door say that both were there once, not that the posts of one moved to the other.
    """
    located = set(sites.loc[sites["located"] == "point", "site"])
    rows = records.assign(site=_site_of(matched, records["record"]))
    rows = rows[rows["site"].isin(located)]
    helped = rows["programmes"].fillna("").str.split("|").map(lambda names: COUNSELLORS in names)
    rows = rows[rows["site"].isin(set(rows.loc[helped & ~rows["seat"], "site"]))]
    owners = pd.concat(
        [rows[["site", name]].set_axis(["site", "owner"], axis=1) for name in OWNERS]
    ).dropna()
    owners = owners[~_posts_of_others(owners, hosts, rows, sites)]
    grouped = owners.groupby("owner")["site"].agg(lambda found: sorted(set(found)))
    return {str(owner): list(found) for owner, found in grouped.items()}


def _posts_of_others(
    owners: pd.DataFrame, hosts: pd.DataFrame, rows: pd.DataFrame, sites: pd.DataFrame
) -> pd.Series[Any]:
    """Return which owners are of another commune than a place that is itself a host of its own."""
    home = hosts.dropna(subset=["siret"]).drop_duplicates("siret").set_index("siret")["commune"]
    commune = owners["site"].map(sites.set_index("site")["commune"])
    own = rows.loc[rows["siret"].isin(home.index), ["site", "siret"]]
    own = own[own["siret"].map(home) == own["site"].map(sites.set_index("site")["commune"])]
    theirs = owners["owner"].map(home)
    away: pd.Series[Any] = owners["site"].isin(own["site"]) & theirs.notna() & (theirs != commune)
    return away


def _france_services(
    records: pd.DataFrame, matched: MatchResult, sites: pd.DataFrame
) -> pd.DataFrame:
    """Return each France Services with its opening hours; the number of its agents is assumed."""
    rows = records[records["source"] == "france_services_2024"]
    table = _own_rows(rows, FRANCE_SERVICES, matched, sites)
    return _observed(table.assign(posts=np.nan))


def _aidants(records: pd.DataFrame, matched: MatchResult, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the aidants; those of a France Services are its agents, counted there once."""
    rows = records[records["source"] == "aidants_connect_2024"]
    table = _own_rows(rows, AIDANTS, matched, sites)
    service = set(
        _site_of(matched, records.loc[records["source"] == "france_services_2024", "record"])
    )
    labelled = table["programmes"].fillna("").str.split("|").map(lambda n: FRANCE_SERVICES in n)
    twice = table["place"].isin(service) | labelled
    aidants = table.assign(posts=table["aidants"].astype(float), open_h_per_week=np.nan)
    return _observed(aidants, twice.to_numpy(dtype=bool))


def _own_help(
    records: pd.DataFrame, own: pd.DataFrame | None, matched: MatchResult, sites: pd.DataFrame
) -> pd.DataFrame:
    """Return the help that only a planner's list knows, marked as theirs."""
    known = pd.DataFrame(columns=["record", "posts", "open_h_per_week"]) if own is None else own
    rows = records[records["record"].isin(set(known["record"]))].drop(columns="open_h_per_week")
    table = _own_rows(rows, OWN_PROGRAMME, matched, sites)
    given = table[["record"]].merge(known.astype({"posts": float}), on="record", how="left")
    both = table.assign(posts=given["posts"], open_h_per_week=given["open_h_per_week"])
    return _observed(both).assign(decided_by=OWN_HELP)


def _own_rows(
    records: pd.DataFrame, programme: str, matched: MatchResult, sites: pd.DataFrame
) -> pd.DataFrame:
    """Return one supply row for each record: at its place, or over its commune."""
    rows = records.reset_index(drop=True)
    place_of = _site_of(matched, rows["record"])
    located = sites.set_index("site")["located"]
    at = place_of.map(located) == "point"
    return rows.assign(
        supply=rows["record"],
        programme=programme,
        place=place_of,
        site=place_of,
        serves=np.where(at, "point", "commune"),
        area=rows["commune"].where(~at),
    )


_COLUMNS = ["supply", "programme", "name", "site", "commune", "serves", "area", "posts"]


def _observed(table: pd.DataFrame, twice: Any = False) -> pd.DataFrame:
    opened = table["open_h_per_week"].astype(float)
    return table[_COLUMNS].assign(
        open_h_per_week=opened, counted_elsewhere=twice, decided_by=BY_SOURCES
    )


def _place_supply(
    supply: pd.DataFrame, sites: pd.DataFrame, outlines: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the located rows with their metres, commune, IRIS and QPV."""
    known = sites.set_index("site")
    at = (supply["serves"] == "point").to_numpy()
    lon = supply["site"].map(known["lon"]).where(at).to_numpy(dtype=float)
    lat = supply["site"].map(known["lat"]).where(at).to_numpy(dtype=float)
    x, y = project_to_metres(lon[at], lat[at]).T
    placed = supply.assign(x_m=np.nan, y_m=np.nan, iris=None)
    placed.loc[at, "x_m"], placed.loc[at, "y_m"] = x.round(1), y.round(1)
    placed.loc[at, "commune"] = supply.loc[at, "site"].map(known["commune"])
    points = coordinates(placed.loc[at, ["x_m", "y_m"]])
    placed.loc[at, "iris"] = place(points, outlines, zone="iris")
    return placed.join(qpv_of(points, qpv))


def _date(supply: pd.DataFrame, sites: pd.DataFrame, dates: SourceDates) -> pd.DataFrame:
    """Date each row by its place's last confirmation, or by the day of its list."""
    # Without any row, a column has no type of its own.
    confirmed = supply["site"].map(sites.set_index("site")["confirmed_on"]).astype("str")
    listed = supply["programme"].map(SOURCE_OF).map(dates.as_of).astype("str").fillna("")
    newest = confirmed.where(confirmed.fillna("") > listed, listed).replace("", None)
    return supply.assign(age_months=age_months(newest, date.fromisoformat(dates.read_on)))
