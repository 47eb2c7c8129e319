"""Places of the Hub Francil'in's own export, brought to the national standard.

Two shapes are read: the GeoJSON of its map (``structures.geojson``: codes of workshops, helps and
labels in ``properties``), and a JSON list of places, in the same names or in the standard's. The
Hub's catalogue of workshops leads to 7 of the 9 services: it tells neither equipment at hand nor
equipment for sale. It says nothing of publics, fees, typology or ways of access: they are missing.

The readers were written from the published mapping of that export, without a real file at hand:
a name that is not known here is noted, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from observatory.errors import ColumnsError, FileFormatError
from observatory.places.standard.upgrading import OLD_NAMES, Record, upgrade
from observatory.read.code_columns import needed
from observatory.read.place_lists import reading_of
from observatory.read.text_files import FETCH, read_json
from observatory.tables.place_tables import NO_PIVOT, NUMBERS, STANDARD_NAMES
from observatory.tables.provenance import Reading
from observatory.tables.remarks import Remark, remark

SOURCE = "francilin"
#: The export's names -> the standard's.
RENAMED = {
    "francilin_id": "id",
    "lieu_nom": "nom",
    "commune": "commune",
    "code_postal": "code_postal",
    "code_insee": "code_insee",
    "adresse": "adresse",
    "telephone": "telephone",
    "e_mail": "courriels",
    "site_web": "site_web",
    "mise_a_jour": "date_maj",
    "horaires": "horaires",
    "latitude": "latitude",
    "longitude": "longitude",
}
CODED = ("services", "aide", "label")
_ADMIN = "Aide aux démarches administratives"
_TOOLS = "Maîtrise des outils numériques du quotidien"
_WORK = "Insertion professionnelle via le numérique"
_SAFE = "Utilisation sécurisée du numérique"
_CHILDREN = "Parentalité et éducation avec le numérique"
_MAKING = "Loisirs et créations numériques"
_WORLD = "Compréhension du monde numérique"
#: Hundreds of the workshops' codes -> the service they lead to.
_FAMILIES = {
    "1": _WORK,
    "2": _ADMIN,
    "3": _TOOLS,
    "4": _TOOLS,
    "5": _WORLD,
    "6": _CHILDREN,
    "7": _MAKING,
    "8": _TOOLS,
}
#: Workshops that lead elsewhere than their family, or to a second service too: online payment,
#: job-seekers' declarations, digital safes, online childhood services, traces on the web, digital
#: identity and checking, public participation, the professions of the digital world.
_APART: dict[str, tuple[str, ...]] = {
    "201": (_TOOLS, _SAFE),
    "203": (_ADMIN, _WORK),
    "211": (_ADMIN, _SAFE),
    "213": (_ADMIN, _CHILDREN),
    "324": (_TOOLS, _SAFE),
    "408": (_TOOLS, _MAKING),
    **dict.fromkeys(("501", "502", "503", "504", "510"), (_WORLD, _SAFE)),
    "716": (_MAKING, _WORLD),
    "720": (_WORLD,),
    **dict.fromkeys(("803", "804", "805", "813"), (_WORLD,)),
    "808": (_SAFE,),
    "811": (_MAKING,),
    "814": (_WORK,),
}
_SUPPORT = {
    "1": "En autonomie",
    "2": "Accompagnement individuel",
    "3": "Accompagnement individuel",
    "4": "Dans un atelier collectif",
}
_LABELS = {"4": "France Services", "6": "Aidants Connect", "7": "Conseillers numériques"}
_OTHER_LABELS = {"2": "APTIC", "3": "NetPublic"}
#: The digital pass is a means to pay: with it alone nothing is known of the fees.
_VOUCHER = "1"


def read_francilin(path: Path, communes: Mapping[str, str] | None = None) -> Reading:
    """Read the Hub Francil'in's export, GeoJSON or JSON, into ``MEDNUM_SITES``.

    Parameters
    ----------
    path
        The file.
    communes
        Folded name -> INSEE code; places elsewhere are set aside, with the reason.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; not JSON; neither a GeoJSON of features nor a list of places.
    ColumnsError
        A place lacks its identifier or name, or has a field that is not known.
    """
    index, where = needed(communes, str(path)), str(path)
    records = [_record(*_known(item, where)) for item in _items(read_json(path), where)]
    return reading_of(records, index, SOURCE, where)


def _items(raw: Any, where: str) -> list[dict[str, Any]]:
    """Return each place as one flat object, a feature's point as its coordinates."""
    if isinstance(raw, dict) and isinstance(raw.get("features"), list):
        items = [_flat(feature) for feature in raw["features"]]
    else:
        items = raw if isinstance(raw, list) else []
        items = [_flat(item) if _is_feature(item) else item for item in items]
    if not items or not all(isinstance(item, dict) for item in items):
        raise FileFormatError(
            where,
            expected="a GeoJSON of places, or a JSON list of places",
            found=f"a JSON {type(raw).__name__} without places",
            next_step=FETCH,
        )
    return items


def _is_feature(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("properties"), dict)


def _flat(feature: Any) -> Any:
    if not _is_feature(feature):
        return feature
    point = (feature.get("geometry") or {}).get("coordinates") or [None, None]
    return {**feature["properties"], "longitude": point[0], "latitude": point[1]}


def _known(item: dict[str, Any], where: str) -> tuple[dict[str, Any], bool]:
    """Return a place back, and whether it is in the standard's names already."""
    own = "lieu_nom" in item or "francilin_id" in item
    names = {*RENAMED, *CODED} if own else {*STANDARD_NAMES, *OLD_NAMES}
    lost = ({"francilin_id", "lieu_nom", "commune"} if own else {"id", "nom", "commune"}) - {*item}
    unknown = {*item} - names
    if lost or unknown:
        raise ColumnsError(
            where,
            expected="the fields of the Hub's export: " + ", ".join([*RENAMED, *CODED]),
            found="; ".join(
                [f"without {', '.join(sorted(lost))}"] * bool(lost)
                + [f"unknown {', '.join(sorted(unknown))}"] * bool(unknown)
            ),
            next_step="compare the file with sources/francilin.py: the Hub may have changed it",
        )
    return item, own


def _record(item: dict[str, Any], own: bool) -> Record:
    notes: list[Remark] = []
    if own:
        item = {**_renamed(item), **_decoded(item, notes)}
    record, lost = upgrade({name: _text(name, value, notes) for name, value in item.items()})
    record["pivot"] = record["pivot"] or NO_PIVOT
    record["source"] = record["source"] or "Hub Francil'in"
    record["date_maj"] = _day(record["date_maj"])
    record["note"] = notes + lost
    return record


def _text(name: str, value: Any, notes: list[Remark]) -> Any:
    """Return numbers as the text they stand for, but not coordinates; note what is no text."""
    if value is None or isinstance(value, str | list) or name in NUMBERS:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if float(value).is_integer() else str(value)
    notes.append(remark("cleaning.no_text", column=name, text=str(value)[:100]))
    return None


def _renamed(item: Mapping[str, Any]) -> dict[str, Any]:
    return {new: item[old] for old, new in RENAMED.items() if old in item}


def _day(text: Any) -> str | None:
    """Return the day of a moment such as ``2026-03-04T10:00:00Z``, or of ``04/03/2026``."""
    french = re.match(r"(\d{2})/(\d{2})/(\d{4})", str(text or ""))
    if french:
        return f"{french[3]}-{french[2]}-{french[1]}"
    found = re.match(r"\d{4}-\d{2}-\d{2}", str(text or ""))
    return found[0] if found else (str(text) if text else None)


def _decoded(item: Mapping[str, Any], notes: list[Remark]) -> dict[str, Any]:
    services = [s for code in _codes(item.get("services")) for s in _services(code, notes)]
    labels, others = [], []
    for code in _codes(item.get("label")):
        if code in _LABELS:
            labels.append(_LABELS[code])
        elif code in _OTHER_LABELS:
            others.append(_OTHER_LABELS[code])
        elif code != _VOUCHER:
            notes.append(_unknown("label", code))
    support = []
    for code in _codes(item.get("aide")):
        if code in _SUPPORT:
            support.append(_SUPPORT[code])
        else:
            notes.append(_unknown("aide", code))
    return {
        "services": list(dict.fromkeys(services)),
        "dispositif_programmes_nationaux": labels,
        "autres_formations_labels": others,
        "modalites_accompagnement": list(dict.fromkeys(support)),
    }


def _codes(value: Any) -> Iterator[str]:
    """Return the codes of a list, or of text joined by any mark; numbers count as text."""
    if value is None:
        return
    parts = value if isinstance(value, list | tuple) else re.split(r"[,;|\s]+", str(value))
    yield from (str(part).strip() for part in parts if str(part).strip())


def _services(code: str, notes: list[Remark]) -> tuple[str, ...]:
    if code in _APART:
        return _APART[code]
    if re.fullmatch(r"[1-8]\d\d", code):
        return (_FAMILIES[code[0]],)
    notes.append(_unknown("services", code))
    return ()


def _unknown(column: str, code: str) -> Remark:
    return remark("cleaning.unknown_code", column=column, text=code)
