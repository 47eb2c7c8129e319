"""Bring records written before the standard 1.0 to its 1.0.2 form.

The fields before 1.0 are 29; services went from 15 values to 9, fees from 5 to 3, publics were
split in two fields, national labels in two. Correspondences follow the national reference library;
a membership or a digital pass makes a place ``Gratuit sous condition``, as the text of the
standard says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from observatory.tables.place_tables import LISTS, STANDARD_NAMES
from observatory.tables.remarks import Remark, remark

Record = dict[str, Any]

RENAMED = {
    "courriel": "courriels",
    "accessibilite": "fiche_acces_libre",
    "labels_autres": "autres_formations_labels",
    "presentation_resumee": "presentation_resume",
}
#: Fields before 1.0 whose values go to one or several other fields.
SPLIT = ("conditions_acces", "conditions_access", "labels_nationaux", "publics_accueillis")
#: Fields that the standard has given up, and the sources' own keys.
GIVEN_UP = ("cle_ban",)
OLD_NAMES = (*RENAMED, *SPLIT, *GIVEN_UP, "structureId")

_ADMIN = "Aide aux démarches administratives"
_TOOLS = "Maîtrise des outils numériques du quotidien"
_WORK = "Insertion professionnelle via le numérique"
_WORLD = "Compréhension du monde numérique"
_EQUIPMENT = "Accès internet et matériel informatique"
SERVICES = {
    "Devenir autonome dans les démarches administratives": _ADMIN,
    "Gagner en autonomie dans les démarches administratives": _ADMIN,
    "Réaliser des démarches administratives avec un accompagnement": _ADMIN,
    "Etre accompagné dans les démarches administratives": _ADMIN,
    "Accompagner les démarches de santé": _ADMIN,
    "Prendre en main un smartphone ou une tablette": _TOOLS,
    "Prendre en main un ordinateur": _TOOLS,
    "Utiliser le numérique au quotidien": _TOOLS,
    "Approfondir ma culture numérique": _WORLD,
    "Promouvoir la citoyenneté numérique": _WORLD,
    "Favoriser mon insertion professionnelle": _WORK,
    "Créer et développer mon entreprise": _WORK,
    "Accéder à une connexion internet": _EQUIPMENT,
    "Accéder à du matériel": _EQUIPMENT,
    "S'équiper en matériel informatique": "Acquisition de matériel informatique à prix solidaire",
    "Créer avec le numérique": "Loisirs et créations numériques",
    "Soutenir la parentalité et l'éducation avec le numérique": (
        "Parentalité et éducation avec le numérique"
    ),
}
FEES = {
    "Gratuit": "Gratuit",
    "Gratuit sous condition": "Gratuit sous condition",
    "Payant": "Payant",
    "Adhésion": "Gratuit sous condition",
    "Accepte le Pass numérique": "Gratuit sous condition",
}
SUPPORT = {
    "Seul": "En autonomie",
    "Avec de l'aide": "Accompagnement individuel",
    "A ma place": "Accompagnement individuel",
    "Dans un atelier": "Dans un atelier collectif",
}
PROGRAMMES = {
    "CNFS": "Conseillers numériques",
    "Conseiller numérique": "Conseillers numériques",
    "France Services": "France Services",
    "Aidants Connect": "Aidants Connect",
    "Grandes écoles du numérique": "Grande école du numérique",
    "Point numérique CAF": "Point d'accès numérique CAF",
}
PUBLICS = {
    "Seniors (+ 65 ans)": "Seniors",
    "Familles/enfants": "Familles et/ou enfants",
    "Jeunes (16-26 ans)": "Jeunes",
    "Uniquement femmes": "Femmes",
}
CARE = {
    "Public langues étrangères": "Langues étrangères (autres)",
    "Déficience visuelle": "Déficience visuelle",
    "Surdité": "Surdité",
    "Handicaps psychiques": "Handicaps mentaux",
    "Handicaps mentaux": "Handicaps mentaux",
    "Personnes en situation d'illettrisme": "Illettrisme",
}


def split_list(field: str, value: object) -> list[str]:
    """Return the values of a list field: ``|`` as in 1.0, or ``;`` as before it.

    Web addresses may hold a semicolon, so there ``;`` and ``,`` part two addresses only.
    """
    if value is None or value != value:  # NaN is missing too
        return []
    parts: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    cut = {"site_web": r"\||[;,]\s*(?=https?://)", "courriels": r"[|;,]"}.get(field, r"[|;]")
    pieces = (piece for part in parts for piece in re.split(cut, str(part)))
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def upgrade(record: Mapping[str, Any]) -> tuple[Record, list[Remark]]:
    """Return a record in the fields and values of 1.0.2; a record already so comes back the same.

    Parameters
    ----------
    record
        Field -> value, in the names of 1.0.2 or of before 1.0; other fields are left out.

    Returns
    -------
    tuple
        The record with its 32 fields, missing ones ``None``; and remarks of what could not be
        carried over. A value that has no correspondence is kept as it is, never dropped in silence.
    """
    notes: list[Remark] = []
    given = {name: value for name, value in record.items() if not _is_missing(value)}
    new: Record = {name: given.get(name) for name in STANDARD_NAMES}
    for old, name in RENAMED.items():
        if old in given and new[name] is None:
            new[name] = given[old]
    for field in LISTS:
        new[field] = split_list(field, new[field])
    new["services"] = _translated(new["services"], SERVICES, str)
    new["modalites_accompagnement"] = _translated(new["modalites_accompagnement"], SUPPORT, _head)
    new["formations_labels"] = [_poste(value) for value in new["formations_labels"]]
    fees = [v for old in SPLIT[:2] for v in split_list("frais_a_charge", given.get(old))]
    new["frais_a_charge"] = _translated([*new["frais_a_charge"], *fees], FEES, _head)
    _spread_labels(given, new)
    _spread_publics(given, new, notes)
    notes += [remark("cleaning.given_up", column=name) for name in GIVEN_UP if name in given]
    joined = {field: "|".join(dict.fromkeys(new[field])) or None for field in LISTS}
    return {**new, **joined}, notes


def _is_missing(value: object) -> bool:
    return value is None or value != value or value in ("", [])


def _head(value: str) -> str:
    """Return the words before the colon of a long sentence (``Gratuit : Je peux ...``)."""
    return value.split(" : ")[0].strip()


def _poste(value: str) -> str:
    return "Étapes numériques(La Poste)" if value == "Étapes numériques (La Poste)" else value


def _translated(
    values: list[str], known: Mapping[str, str], key: Callable[[str], str]
) -> list[str]:
    return list(dict.fromkeys(known.get(key(v.replace("’", "'")), v) for v in values))


def _spread_labels(given: Mapping[str, Any], new: Record) -> None:
    for label in split_list("labels_nationaux", given.get("labels_nationaux")):
        if label in PROGRAMMES:
            new["dispositif_programmes_nationaux"].append(PROGRAMMES[label])
        elif label == "Fabriques de Territoire":
            new["formations_labels"].append(label)
        else:
            new["autres_formations_labels"].append(label)


def _spread_publics(given: Mapping[str, Any], new: Record, notes: list[Remark]) -> None:
    for public in split_list("publics_accueillis", given.get("publics_accueillis")):
        name = _head(public.replace("’", "'"))
        if name in PUBLICS:
            new["publics_specifiquement_adresses"].append(PUBLICS[name])
        elif name in CARE:
            new["prise_en_charge_specifique"].append(CARE[name])
        else:
            notes.append(remark("cleaning.no_public", text=public))
