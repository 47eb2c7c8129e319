"""Places of mediation: many records of several sources, one row a real place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.build.corrections import of_these
from observatory.build.help_rows import HOSTS, HelpSaid, SourceDates, build_supply
from observatory.build.positions import Positions, locate
from observatory.errors import MissingInputError
from observatory.geo.codes import commune_index
from observatory.places.cleaning import clean_records
from observatory.places.matching import MatchResult, match
from observatory.read.hosts import host_places
from observatory.tables.check import check
from observatory.tables.directory_tables import CLEANING_NOTES, SEPARATOR
from observatory.tables.facts import SITES
from observatory.tables.place_tables import SEAT_SUMMARY

Frames = Mapping[str, Any]

PLACE_SOURCES = (
    "sites_cnfs_2022",
    "sites_data_inclusion_2023",
    "france_services_2024",
    "aidants_connect_2024",
)
#: The national map, where it lies in the folder.
MAP = "national_map"
#: The sources of places in the order in which they came to the observatory.
ENTERED: tuple[tuple[str, ...], ...] = (PLACE_SOURCES, (HOSTS,), (MAP,))
#: Columns of the national standard -> columns of our places.
RENAMED = {
    "nom": "name",
    "code_insee": "commune",
    "adresse": "address",
    "complement_adresse": "address_more",
    "code_postal": "postcode",
    "longitude": "lon",
    "latitude": "lat",
    "telephone": "phone",
    "courriels": "email",
    "site_web": "website",
    "horaires": "hours",
    "services": "services",
    "publics_specifiquement_adresses": "publics",
    "prise_en_charge_specifique": "care",
    "frais_a_charge": "fees",
    "dispositif_programmes_nationaux": "programmes",
    "modalites_acces": "access",
    "modalites_accompagnement": "support",
    "prise_rdv": "booking",
    "date_maj": "confirmed_on",
}
#: The summary that a record gives of itself; read, and not kept in our places.
SUMMARY = "presentation_resume"
#: Field of the notes of cleaning for what was changed on reading, whatever the field.
READ = "reading"
KEPT = (
    "siret",
    "structure_siret",
    "open_h_per_week",
    "itinerant",
    "appointments",
    "aidants",
    "comment",
)
NO_LISTS: Mapping[str, pd.DataFrame] = {}
NO_POSITIONS = Positions()


def records_of(frames: Frames, lists: Mapping[str, pd.DataFrame] = NO_LISTS) -> pd.DataFrame:
    """Return every record of the place sources in our own columns, ``record`` its identifier.

    The structures that host conseillers numériques stand among them, at their head offices; then
    the lists of one's own.
    """
    known = frames["communes"]
    index = commune_index(zip(known["commune"], known["commune_name"], strict=True))
    seats = host_places(frames[HOSTS], index).frame
    listed = (frames[name] for name in (*PLACE_SOURCES, MAP) if name in frames)
    raw = pd.concat([*listed, seats, *lists.values()], ignore_index=True)
    records = raw[[*RENAMED, *KEPT]].rename(columns=RENAMED)
    records["source"] = raw["source_id"]
    # The lists of a place's identifiers are joined by this mark.
    records["source_id"] = raw["id"].str.replace(SEPARATOR, quote(SEPARATOR), regex=False)
    records["record"] = records["source"] + ":" + records["source_id"]
    records["seat"] = raw[SUMMARY] == SEAT_SUMMARY
    records["note"] = raw["note"]
    return pd.DataFrame(records.sort_values("record", ignore_index=True))


@dataclass(frozen=True)
class Places:
    """The directory's tables.

    Attributes
    ----------
    sites, supply
        ``SITES`` and ``SUPPLY``.
    ledger, origins, notes
        The evidence of each merge, the record each value comes from, and each value mended or
        doubted.
    records
        How many records came in.
    positions
        The positions of addresses, with what was used of them.
    """

    sites: pd.DataFrame
    supply: pd.DataFrame
    ledger: pd.DataFrame
    origins: pd.DataFrame
    notes: pd.DataFrame
    records: int
    positions: Positions = NO_POSITIONS


def refuse_no_list(read: Collection[str], lists: Collection[str]) -> None:
    """Refuse a build that no list of places covers: how many places there are is not known.

    Parameters
    ----------
    read
        The sources read, which cover something of the territory.
    lists
        Lists of one's own.

    Raises
    ------
    MissingInputError
        There is none.
    """
    if not lists and not {*PLACE_SOURCES, HOSTS, MAP} & {*read}:
        raise MissingInputError(
            "the lists of places",
            expected="a list at least that covers the territory",
            found="none among the sources that cover it",
            next_step="add national lists to the folder of sources, or your own with --places",
        )


def build_places(
    frames: Frames,
    communes: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame,
    qpv: gpd.GeoDataFrame,
    forced: pd.DataFrame,
    dates: SourceDates,
    lists: Mapping[str, pd.DataFrame] = NO_LISTS,
    said: HelpSaid | None = None,
    positions: Positions = NO_POSITIONS,
) -> Places:
    """Match the records into places, and count the hours of help of each programme.

    Parameters
    ----------
    outlines, qpv
        Outlines of the IRIS and of the QPV that are known (metres), to place the help.
    forced
        A person's merges and splits (``tables.FORCED``).
    dates
        The day of each source's information, and the day the sources were read.
    lists
        Lists of one's own (``tables.MEDNUM_SITES``), by their identifier.
    said
        What persons say of the help.
    positions
        Positions of addresses, for places that no source locates.

    The lists that cover the territory may hold no place there: that is a fact, and the tables have
    no row.
    """
    records, mended = clean_records(records_of(frames, lists), frames["communes"])
    forced = of_these(forced, set(records["record"]))
    matched = _matched(records.drop(columns=["seat", "note"]), forced)
    sites, positions = _sites(records, matched, communes, positions)
    areas = (outlines, qpv)
    supply = build_supply(frames[HOSTS], records, matched, sites, areas, dates, said)
    read = records.loc[records["note"].notna(), ["record", "note"]].assign(field=READ)
    notes = pd.concat([read, mended, matched.notes], ignore_index=True)[CLEANING_NOTES.names]
    count = len(matched.members)
    return Places(sites, supply, matched.ledger, matched.origins, notes, count, positions)


def _matched(records: pd.DataFrame, forced: pd.DataFrame) -> MatchResult:
    """Match in the order in which the sources entered: a later one renames no place known before.

    A correction is applied as soon as both its records are there; one that names a record of no
    source is refused by the last run.
    """
    known: pd.DataFrame | None = None
    if records.empty:
        return match(records, forced)
    entered = records["source"].map(_turn)
    for turn in range(int(entered.max())):
        part = records[entered <= turn]
        both = forced[["record_a", "record_b"]].isin(set(part["record"])).all(axis="columns")
        known = match(part, forced[both], previous=known).members
    return match(records, forced, previous=known)


def _turn(source: str) -> int:
    """Return the turn at which a source entered: the lists of one's own come last."""
    return next((turn for turn, names in enumerate(ENTERED) if source in names), len(ENTERED))


def _sites(
    records: pd.DataFrame,
    matched: MatchResult,
    communes: gpd.GeoDataFrame,
    positions: Positions,
) -> tuple[pd.DataFrame, Positions]:
    known = communes.set_index("commune")
    place = records["record"].map(matched.members.set_index("record")["site"])
    only_seats = records["seat"].groupby(place).all()
    sites = matched.places.assign(
        commune_name=lambda s: s["commune"].map(known["commune_name"]),
        in_territory=lambda s: s["commune"].map(known["in_territory"]).astype(bool),
        seat=lambda s: s["site"].map(only_seats).astype(bool),
    )
    placed, positions = locate(sites, communes, positions)
    at = placed["lon"].notna() & placed["lat"].notna()
    placed = placed.assign(located=np.where(at, "point", "commune")).sort_values("site")
    return pd.DataFrame(check(placed[SITES.names], SITES)), positions
