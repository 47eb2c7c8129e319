"""Head offices of the hosts of conseillers numériques, as records of the national standard.

A head office is an address, not a promise: the list does not say whether people are received
there, nor which services are given. Services, ways of access and hours are therefore missing, and
the summary says what the record is. Its posts are counted elsewhere
(:mod:`observatory.model.help_hours`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.places.standard.upgrading import Record
from observatory.read.code_columns import needed
from observatory.read.counsellors import read_host_structures_2023
from observatory.read.place_lists import reading_of
from observatory.tables.place_tables import NO_PIVOT, SEAT_SUMMARY
from observatory.tables.provenance import Reading

SOURCE = "host_structures_2023"
#: The address of the list ends with the post code and the commune, which have their own columns.
_TAIL = re.compile(r"\s+\d{5}\s+\D.*$")


def read_host_places_2023(path: Path, communes: Mapping[str, str] | None = None) -> Reading:
    """Read the structures that host conseillers numériques as places (``MEDNUM_SITES``).

    Raises
    ------
    MissingInputError
        No file, or no list of the communes.
    ContractError
        As for :func:`~observatory.read.counsellors.read_host_structures_2023`.
    """
    return host_places(read_host_structures_2023(path, communes).frame, communes, str(path))


def host_places(
    hosts: pd.DataFrame, communes: Mapping[str, str] | None, where: str = SOURCE
) -> Reading:
    """Return ``HOST_STRUCTURES`` as records of the standard (``MEDNUM_SITES``)."""
    lines = [{str(k): v for k, v in row.items()} for row in hosts.to_dict("records")]
    return reading_of([_record(line) for line in lines], needed(communes, where), SOURCE, where)


def _record(host: Mapping[str, Any]) -> Record:
    labelled = host["france_services"] is True
    return {
        "id": host["structure"],
        "pivot": _given(host["siret"]) or NO_PIVOT,
        "nom": host["name"],
        "commune": host["commune_name"],
        "code_postal": _given(host["postcode"]),
        "code_insee": host["commune"],
        "adresse": _street(host["address"]),
        "presentation_resume": SEAT_SUMMARY,
        # The day its posts were approved is the last on which anybody is known to have looked.
        "date_maj": _given(host["approved_on"]),
        "dispositif_programmes_nationaux": "Conseillers numériques" + "|France Services" * labelled,
        "source": "Conseiller numérique",
        "note": [],
    }


def _given(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _street(address: Any) -> str | None:
    text = _given(address)
    return _TAIL.sub("", text) if text else None
