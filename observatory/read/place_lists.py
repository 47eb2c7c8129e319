"""Places of digital mediation: counsellors' places, France Services, Aidants Connect.

The four readers give one table, ``MEDNUM_SITES``: the record of the national standard 1.0.2, its
commune verified, and what each source adds. Only the places of the communes known are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ColumnsError, ContractError, FileFormatError
from observatory.geo.codes import departement_of
from observatory.places.opening_hours import DAYS
from observatory.places.standard.upgrading import OLD_NAMES, Record, upgrade
from observatory.read.code_columns import Known, locate, needed
from observatory.read.cut import refused, too_many
from observatory.read.file_dates import published_on
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, read_json, read_text_table
from observatory.read.tidy import cleaned
from observatory.read.written_hours import Spans, read_spans, to_osm
from observatory.tables.check import check
from observatory.tables.place_tables import MEDNUM_SITES, NO_PIVOT, STANDARD_NAMES
from observatory.tables.provenance import Aside, Reading
from observatory.tables.remarks import remark, stored

#: A place this far (degrees of latitude, degrees of longitude) from the middle of its département's
#: places is not believed: some 50 km, more than the width of a small one.
FAR = (0.45, 0.7)
#: In a large one, this many times as far as three quarters of its places are from that middle.
SPREAD = 3
#: Of fewer places than this nobody says which one is far.
LEAST = 3
_OTHER_ADDRESS = re.compile(r"\s*\bautre adresse\b.*", re.IGNORECASE | re.DOTALL)
_FS_DAYS = dict(
    zip(
        DAYS,
        ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi"),
        strict=False,
    )
)
#: The lists date neither their lines: they hold for their own day.
_FS_DAY = "2024-08-01"
_AC_DAY = "2024-02-01"
#: In this list ``prise_rdv`` is a word; in the national standard, a web address.
_YES_NO = {"oui": True, "non": False}
_HELP = "Aide aux démarches administratives"


@reader("sites_cnfs_2022")
def read_sites_cnfs_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the places of conseillers numériques, December 2022 (``MEDNUM_SITES``).

    The file is of the national schema before 1.0 and gives communes by name only.
    """
    return _old_schema(path, communes, "sites_cnfs_2022")


@reader("sites_data_inclusion_2023")
def read_sites_data_inclusion_2023(path: Path, communes: Communes = None) -> Reading:
    """Read the places of data·inclusion, February 2023 (``MEDNUM_SITES``).

    The file is of the national schema before 1.0; some places also stand in the counsellors' file,
    under the same identifier: telling which are one place is left to matching.
    """
    return _old_schema(path, communes, "sites_data_inclusion_2023")


def _old_schema(path: Path, communes: Communes, source: str) -> Reading:
    index, where = needed(communes, str(path)), str(path)
    raw = read_json(path)
    _check_shape(raw, where)
    records: list[Record] = []
    for item in raw:
        record, notes = upgrade(item)
        record["pivot"] = record["pivot"] or NO_PIVOT
        record["structure_id"] = item.get("structureId") or None
        record["note"] = notes
        records.append(record)
    return reading_of(records, index, source, where)


def _check_shape(raw: Any, where: str) -> None:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise FileFormatError(
            where,
            expected="a JSON list of places",
            found=f"a JSON {type(raw).__name__}",
            next_step=FETCH,
        )
    if not raw:
        raise FileFormatError(
            where, expected="at least one place", found="an empty list", next_step=FETCH
        )
    found = {name for item in raw for name in item}
    unknown = sorted(found - set(STANDARD_NAMES) - set(OLD_NAMES))
    lost = sorted({"id", "nom", "commune"} - found)
    if unknown or lost:
        raise ColumnsError(
            where,
            expected="the fields of the national schema of mediation sites",
            found="; ".join(
                [f"without {', '.join(lost)}"] * bool(lost)
                + [f"unknown {', '.join(unknown)}"] * bool(unknown)
            ),
            next_step="check the file's schema and vintage, or " + FETCH,
        )


@reader("france_services_2024")
def read_france_services_2024(path: Path, communes: Communes = None) -> Reading:
    """Read the France Services, list of 2024-08-01 (``MEDNUM_SITES``).

    Hours by day become OSM text; spans that overlap are united, and noted. Help with
    administrative procedures, free and in person, is what the label itself promises.
    """
    index, where = needed(communes, str(path)), str(path)
    raw = read_text_table(
        path,
        columns=(
            "id_fs",
            "lib_fs",
            "adresse",
            "complement_adresse",
            "insee_com",
            "code_postal",
            "lib_com",
            "latitude",
            "longitude",
            "mail",
            "telephone",
            *_FS_DAYS.values(),
            "prise_rdv",
            "commentaire",
            "type_fs",
            "format_fs",
            "labellisation_fs",
        ),
        known="insee_dep|groupe_fs",
    )
    records, odd = _readable(raw, _france_services, where)
    day = published_on(path, _FS_DAY)
    dated = [{**record, "date_maj": day} for record in records]
    return reading_of(dated, index, "france_services_2024", where, odd)


def _readable(
    raw: pd.DataFrame, made: Callable[[dict[str, str], int, str], Record], where: str
) -> tuple[list[Record], Aside]:
    """Return the record of each line; few lines that cannot be read are set aside, many refused."""
    records: list[Record] = []
    wrong: list[tuple[str, ContractError]] = []
    for line, row in _lines(raw):
        try:
            records.append(made(row, line, where))
        except ContractError as error:
            wrong.append((f"line {line}: {error.found}", error))
    if too_many(len(wrong), len(raw)):
        raise refused(wrong[0][1])
    told = tuple(label for label, _ in wrong[:5])
    return records, Aside("hours or a number that cannot be read", len(wrong), told)


def _france_services(row: dict[str, str], line: int, where: str) -> Record:
    week, overlaps = _week(row, line, where)
    moves = row["format_fs"].lower().startswith("bus")
    notes = [remark("cleaning.hours_united", days=tuple(overlaps))] if overlaps else []
    if moves and not any(week.values()):
        notes.append(remark("cleaning.bus_without_hours"))
    return {
        "id": row["id_fs"],
        "pivot": NO_PIVOT,
        "nom": row["lib_fs"],
        "commune": row["lib_com"],
        "code_postal": row["code_postal"],
        "code_insee": row["insee_com"],
        "adresse": row["adresse"],
        "complement_adresse": row["complement_adresse"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "typologie": "RFS",
        "telephone": row["telephone"],
        "courriels": row["mail"],
        "horaires": to_osm(week),
        "itinerance": "Itinérant" if moves else "Fixe",
        "itinerant": moves,
        "appointments": _YES_NO.get(row["prise_rdv"].lower()),
        "services": _HELP,
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "France Services",
        "modalites_accompagnement": "Accompagnement individuel",
        "source": "France Services",
        "format": ", ".join(filter(None, (row["type_fs"], row["format_fs"]))),
        "comment": row["commentaire"],
        "note": notes,
    }


def _week(row: dict[str, str], line: int, where: str) -> tuple[dict[str, Spans], list[str]]:
    week: dict[str, Spans] = {}
    overlaps: list[str] = []
    for day, column in _FS_DAYS.items():
        try:
            week[day], overlap = read_spans(row[column])
        except ValueError as error:
            raise ContractError(
                f"{where}, line {line}, column {column}",
                expected="spans such as 09:00 - 12:00 / 13:30 - 17:30, each within one day",
                found=f"{row[column]!r}",
                next_step="mend the hours at their source, or correct them in data/corrections",
            ) from error
        overlaps += [day] * overlap
    return week, overlaps


@reader("aidants_connect_2024")
def read_aidants_connect_2024(path: Path, communes: Communes = None) -> Reading:
    """Read the structures authorised by Aidants Connect, February 2024 (``MEDNUM_SITES``).

    They have an address and no coordinates; ``aidants`` counts authorised people, 0 included.
    Structures that are not active are set aside. What a structure writes below its address as
    another one, with the name of a person at times, is left out.
    """
    index, where = needed(communes, str(path)), str(path)
    raw = read_text_table(
        path,
        columns=(
            "Name",
            "UUID",
            "Is Active",
            "City Insee Code",
            "Address",
            "Zip Code",
            "Siret",
            "France Services Label",
            "City",
            "Nombre d'aidants",
        ),
        known=r"ID|Question \d+ .*",
    )
    active = raw["Is Active"].str.lower() != "false"
    shut = Aside("not active", int((~active).sum()), tuple(raw.loc[~active, "Name"].head(5)))
    records, odd = _readable(raw[active], _aidants_connect, where)
    day = published_on(path, _AC_DAY)
    dated = [{**record, "date_maj": day} for record in records]
    return reading_of(dated, index, "aidants_connect_2024", where, shut, odd)


def _aidants_connect(row: dict[str, str], line: int, where: str) -> Record:
    label = row["France Services Label"].lower() == "true"
    aidants = row["Nombre d'aidants"]
    if aidants and not aidants.isdigit():
        raise ContractError(
            f"{where}, line {line}, column Nombre d'aidants",
            expected="a whole number of people",
            found=repr(aidants),
            next_step="mend the number at its source, or correct it in data/corrections",
        )
    return {
        "id": row["UUID"],
        # The list was once a table of numbers: its SIRET end in ".0".
        "pivot": re.sub(r"\.0$", "", row["Siret"]) or NO_PIVOT,
        "nom": row["Name"],
        "commune": row["City"],
        "code_postal": row["Zip Code"],
        "code_insee": row["City Insee Code"],
        "adresse": _OTHER_ADDRESS.sub("", row["Address"]),
        "services": _HELP,
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "Aidants Connect" + "|France Services" * label,
        "modalites_accompagnement": "Accompagnement individuel",
        "source": "Aidants Connect",
        "aidants": float(aidants) if aidants else None,
        "note": [],
    }


def _lines(raw: pd.DataFrame) -> Iterable[tuple[int, dict[str, str]]]:
    for line, row in zip(raw.index, raw.to_dict("records"), strict=True):
        yield int(line), {str(name): str(value) for name, value in row.items()}


def reading_of(
    records: list[Record], index: dict[str, str], source: str, where: str, *asides: Aside
) -> Reading:
    """Place, clean and check the records of one source; account for each of them."""
    rows = len(records) + sum(item.rows for item in asides)
    index = Known(index)
    kept: list[Record] = []
    lost: dict[str, list[str]] = {}
    for record in records:
        if _TEST.search(str(record["nom"] or "")):
            lost.setdefault(A_TEST, []).append(str(record["nom"]))
            continue
        found = locate(
            str(record["code_insee"] or ""),
            str(record["commune"] or ""),
            str(record["code_postal"] or ""),
            index,
        )
        if found.code is None:
            label = f"{record['nom']} ({record['code_postal']} {record['commune']})"
            lost.setdefault(found.aside, []).append(label)
            continue
        record["note"] += [found.note] if found.note else []
        kept.append({**cleaned(record), "code_insee": found.code, "source_id": source})
    _drop_far(kept)
    asides += tuple(Aside(why, len(names), tuple(names[:5])) for why, names in lost.items())
    kept, repeats = _with_ids(kept)
    _share_siret(kept)
    names = MEDNUM_SITES.names
    frame = pd.DataFrame(
        [{name: record.get(name) for name in names} for record in kept], columns=names
    )
    return account(check(frame, MEDNUM_SITES, where=where), rows, *asides, repeats)


#: A name that ends so was written to try the list's own form.
_TEST = re.compile(r"\btest\s*$", re.IGNORECASE)
A_TEST = "the name says that it is a test, not a place"


def _drop_far(records: list[Record]) -> None:
    """Take off coordinates far from the middle of the places of their département."""
    homes: dict[str, list[Record]] = {}
    for record in records:
        if record["latitude"] is not None:
            homes.setdefault(departement_of(str(record["code_insee"])), []).append(record)
    for placed in homes.values():
        if len(placed) >= LEAST:
            _drop_far_of_one(placed)


def _drop_far_of_one(placed: list[Record]) -> None:
    """Take off coordinates far from the middle of the places of one département."""
    points = np.array([(r["latitude"], r["longitude"]) for r in placed], dtype=float)
    away = np.abs(points - np.median(points, axis=0))
    usual = np.quantile(away, 0.75, axis=0, method="lower")
    far = (away > np.maximum(FAR, SPREAD * usual)).any(axis=1)
    for record, is_far in zip(placed, far, strict=True):
        if is_far:
            given = f"{record['latitude']}, {record['longitude']}"
            record["note"].append(remark("cleaning.far_point", text=given))
            record["latitude"] = record["longitude"] = None


def _with_ids(records: list[Record]) -> tuple[list[Record], Aside]:
    """Return the records with an identifier of their own; exact repeats are set aside."""
    seen: dict[str, Record] = {}
    repeats: list[str] = []
    counts = Counter(str(record["id"]) for record in records)
    for record in records:
        plain = {**record, "note": stored(record["note"])}
        own = plain["id"] is not None and counts[str(plain["id"])] == 1
        if not own:
            whole = f"{plain['nom']}|{plain['adresse']}|{plain['code_insee']}"
            name = re.sub(r"\W+", "-", whole.lower())
            plain["id"] = "-".join(filter(None, (plain["id"], name)))
        if str(plain["id"]) in seen:
            repeats.append(str(plain["nom"]))
        else:
            seen[str(plain["id"])] = plain
    return list(seen.values()), Aside(
        "the same place twice in the file", len(repeats), tuple(repeats[:5])
    )


def _share_siret(records: list[Record]) -> None:
    """Give places of a structure its SIRET where one of its other places says it, and only one."""
    known: dict[str, set[str]] = {}
    for record in records:
        if record.get("structure_id") and record["siret"]:
            known.setdefault(record["structure_id"], set()).add(record["siret"])
    for record in records:
        shared = known.get(record.get("structure_id") or "", set())
        record["structure_siret"] = record["siret"] or (
            next(iter(shared)) if len(shared) == 1 else None
        )
