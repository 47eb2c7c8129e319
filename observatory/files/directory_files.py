"""The directory of places in the forms that others read: the standard 1.0.2, GeoJSON, vCard.

Texts come out without unseen marks, and links only where they are web links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.files.formats import as_layer, csv_bytes, geojson_bytes
from observatory.files.harmless import harmless
from observatory.files.notes import licence_text
from observatory.files.vcard import vcards
from observatory.places.standard import Record, validate, write_csv, write_json
from observatory.tables.atomic import write_whole
from observatory.tables.facts import SITES
from observatory.tables.manifest import Manifest
from observatory.tables.place_tables import CLOSED, NO_PIVOT, PHONE, SEAT_SUMMARY, STANDARD_NAMES

FORMS = {
    "standard-csv": "places.csv",
    "standard-json": "places.json",
    "geojson": "places.geojson",
    "vcard": "places.vcf",
}
ASIDE = "places_set_aside.csv"
#: Columns of our places -> fields of the standard.
FIELDS = {
    "site": "id",
    "siret": "pivot",
    "name": "nom",
    "commune_name": "commune",
    "postcode": "code_postal",
    "commune": "code_insee",
    "address": "adresse",
    "address_more": "complement_adresse",
    "lat": "latitude",
    "lon": "longitude",
    "phone": "telephone",
    "email": "courriels",
    "website": "site_web",
    "hours": "horaires",
    "comment": "presentation_detail",
    "sources": "source",
    "confirmed_on": "date_maj",
    "services": "services",
    "publics": "publics_specifiquement_adresses",
    "care": "prise_en_charge_specifique",
    "fees": "frais_a_charge",
    "programmes": "dispositif_programmes_nationaux",
    "access": "modalites_acces",
    "support": "modalites_accompagnement",
    "booking": "prise_rdv",
}


@dataclass(frozen=True)
class Written:
    """The directory in the standard's form.

    Attributes
    ----------
    records
        One record of the 32 fields for each place that the standard takes.
    aside
        The places that it does not: ``site, name, field, found, reason``. The standard wants an
        address, a post code and a day of update; a place without them stays in the other forms.
    """

    records: list[Record]
    aside: pd.DataFrame


def to_standard(sites: pd.DataFrame) -> Written:
    """Return the directory as records of the standard 1.0.2.

    Parameters
    ----------
    sites
        The table of sites (:data:`~observatory.tables.facts.SITES`).
    """
    clean = harmless(sites, SITES)
    records = [_record(row) for row in clean.to_dict("records")]
    wrong: dict[int, list[dict[str, str]]] = {}
    for problem in validate(records, lines=list(range(len(records)))):
        if problem.severity == "error":
            wrong.setdefault(problem.line, []).append(
                {
                    "site": str(records[problem.line]["id"]),
                    "name": str(records[problem.line]["nom"]),
                    "field": problem.field,
                    "found": problem.found,
                    "reason": problem.expected,
                }
            )
    aside = [row for rows in wrong.values() for row in rows]
    columns = ["site", "name", "field", "found", "reason"]
    return Written(
        [record for place, record in enumerate(records) if place not in wrong],
        pd.DataFrame(aside, columns=columns),
    )


def _record(row: Mapping[Any, Any]) -> Record:
    record: Record = dict.fromkeys(STANDARD_NAMES)
    for ours, field in FIELDS.items():
        value = row.get(ours)
        record[field] = None if value is None or pd.isna(value) else value
    record["pivot"] = record["pivot"] or NO_PIVOT
    moves = row.get("itinerant")
    if moves is not None and not pd.isna(moves):
        record["itinerance"] = "Itinérant" if moves else "Fixe"
    if row.get("seat") is True:
        record["presentation_resume"] = SEAT_SUMMARY
    if record["telephone"] and not re.fullmatch(PHONE, record["telephone"]):
        record["telephone"] = None
    for field, allowed in CLOSED.items():
        if record[field]:
            values = [value for value in str(record[field]).split("|") if value in allowed]
            record[field] = "|".join(values) or None
    return record


def directory_bytes(sites: pd.DataFrame, form: str) -> bytes:
    """Return the directory in one form of :data:`FORMS`.

    Raises
    ------
    ChoiceError
        Unknown form.
    """
    makers: dict[str, Callable[[pd.DataFrame], bytes]] = {
        "standard-csv": lambda frame: write_csv(to_standard(frame).records),
        "standard-json": lambda frame: write_json(to_standard(frame).records),
        "geojson": lambda frame: geojson_bytes(as_layer(harmless(frame, SITES)), "places"),
        "vcard": lambda frame: vcards(harmless(frame, SITES)),
    }
    if form not in makers:
        raise ChoiceError(
            "format", expected=" or ".join(FORMS), found=repr(form), next_step="choose one of them"
        )
    return makers[form](sites)


def export_directory(
    sites: pd.DataFrame, folder: Path, form: str, manifest: Manifest
) -> tuple[Path, ...]:
    """Write the directory in one form, the licences beside it, and the places set aside.

    Returns
    -------
    tuple of Path
        The files written, the directory first.
    """
    files = {FORMS.get(form, ""): directory_bytes(sites, form)}
    if form.startswith("standard-"):
        files[ASIDE] = csv_bytes(to_standard(sites).aside)
    files["LICENCE.txt"] = licence_text(manifest).encode()
    for name, data in files.items():
        write_whole(folder / name, data)
    return tuple(folder / name for name in files)
