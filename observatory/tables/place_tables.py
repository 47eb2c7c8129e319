"""Places of digital mediation: the national standard 1.0.2, and the table every site source gives.

The record used everywhere has the 32 field names of LaMednum/standard-mediation-num 1.0.2; values
are text (coordinates are numbers), lists are joined by ``|``, a missing value is missing.
"""

from __future__ import annotations

import re

from observatory.tables.columns import (
    Column,
    count,
    day,
    degrees,
    flag,
    hours,
    persons,
    remarks,
    text,
)
from observatory.tables.keys import SIRET
from observatory.tables.shared_columns import APPOINTMENTS
from observatory.tables.table import Table

STANDARD_VERSION = "1.0.2"
#: What the standard's files hold where the SIRET is not known (``pivot`` is required).
NO_PIVOT = "00000000000000"

CLOSED: dict[str, tuple[str, ...]] = {
    "itinerance": ("Itinérant", "Fixe"),
    "services": (
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Insertion professionnelle via le numérique",
        "Utilisation sécurisée du numérique",
        "Parentalité et éducation avec le numérique",
        "Loisirs et créations numériques",
        "Compréhension du monde numérique",
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
    ),
    "publics_specifiquement_adresses": (
        "Jeunes",
        "Étudiants",
        "Familles et/ou enfants",
        "Seniors",
        "Femmes",
    ),
    "prise_en_charge_specifique": (
        "Surdité",
        "Handicaps moteurs",
        "Handicaps mentaux",
        "Illettrisme",
        "Langues étrangères (anglais)",
        "Langues étrangères (autres)",
        "Déficience visuelle",
    ),
    "frais_a_charge": ("Gratuit", "Gratuit sous condition", "Payant"),
    "dispositif_programmes_nationaux": (
        "Aidants Connect",
        "Bibliothèques numérique de référence",
        "Certification PIX",
        "Conseillers numériques",
        "Emmaüs Connect",
        "France Services",
        "Grande école du numérique",
        "La Croix Rouge",
        "Point d'accès numérique CAF",
        "Promeneurs du net",
        "Relais numérique (Emmaüs Connect)",
    ),
    "formations_labels": (
        "Formé à « Mon Espace Santé »",
        "Formé à « DUPLEX » (illettrisme)",
        "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
        "Collectif ressources et acteurs réemploi (Normandie)",
        "Étapes numériques(La Poste)",
        "Fabriques de Territoire",
        "Les Éclaireurs du numérique (Drôme)",
        "Mes Papiers (Métropole de Lyon)",
        "ORDI 3.0",
        "SUD LABS (PACA)",
    ),
    "modalites_acces": (
        "Se présenter",
        "Téléphoner",
        "Contacter par mail",
        "Prendre un RDV en ligne",
        "Ce lieu n'accueille pas de public",
        "Envoyer un mail avec une fiche de prescription",
    ),
    "modalites_accompagnement": (
        "En autonomie",
        "Accompagnement individuel",
        "Dans un atelier collectif",
        "À distance",
    ),
}
"""The closed lists, by field. The schema writes "Étapes numériques(La Poste)" without a space."""


_CODES = """
ACI ACIPHC AFPA AI ASE ASSO ASSO_CHOMEUR Autre AVIP BIB CAARUD CADA CAF CAP_EMPLOI CAVA CC
CCAS CCONS CD CDAS CFP CHRS CHU CIAS CIDFF CITMET CMP CMS CPAM CPH CS CSAPA CSC DEETS DEPT
DIPLP E2C EA EATT EI EITI ENM EPCI EPI EPIDE EPN ES ESAT ESS ETTI EVS FABLAB FABRIQUE FAIS FT
GEIQ HUDA LA_POSTE MDE MDH MDEF MDPH MDS MJC ML MQ MSA MSAP MUNI OACAS ODC OF OIL OPCS PAD
PENSION PI PIJ_BIJ PIMMS PJJ PLIE PREF PREVENTION REG RELAIS_LECTURE RESSOURCERIE RFS RS_FJT
SCP SPIP TIERS_LIEUX UDAF
"""
TYPOLOGIES: tuple[str, ...] = tuple(_CODES.split())
"""Codes of ``typologie``: free text in the schema, closed to these by its national users."""

#: Fields that hold several values joined by ``|``.
LISTS = (
    *(field for field in CLOSED if field != "itinerance"),
    "typologie",
    "courriels",
    "site_web",
    "autres_formations_labels",
)
NUMBERS = ("latitude", "longitude")
SUMMARY_LENGTH = 280
#: What a record is that stands for the seat of a structure.
SEAT_SUMMARY = (
    "Siège d'une structure qui emploie des conseillers numériques : la liste de l'État ne dit pas "
    "si le public y est reçu."
)
PHONE = r"(?:\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}"
INSEE = r"(?:[013-9]\d|2[AB1-9])\d{3}"
DAY = r"\d{4}-\d{2}-\d{2}"


def closed_pattern(field: str) -> str:
    """Return the pattern of one or several values of a closed list, joined by ``|``."""
    values = list(CLOSED[field])
    if field == "formations_labels":
        values.append("Étapes numériques (La Poste)")
    one = "|".join(re.escape(value).replace(r"\ ", " ") for value in values)
    return rf"(?:{one})(?:\|(?:{one}))*"


def _field(name: str, words: str, pattern: str | None = None, *, required: bool = False) -> Column:
    return text(name, words, None if required else "not given", pattern=pattern)


def _closed(name: str, words: str) -> Column:
    return _field(name, words + ", joined by |.", closed_pattern(name))


STANDARD_FIELDS: tuple[Column, ...] = (
    _field("id", "Identifier of the place in its source.", required=True),
    _field(
        "pivot",
        f"SIRET, RNA or RIDET of the structure; {NO_PIVOT} where it is not known.",
        r"[a-zA-Z0-9]{9,14}",
        required=True,
    ),
    _field("nom", "Name of the place.", required=True),
    _field("commune", "Commune, as the source writes it.", required=True),
    _field("code_postal", "Post code.", r"\d{5}", required=True),
    _field("code_insee", "INSEE code of the commune.", INSEE),
    _field("adresse", "Number and street.", required=True),
    _field("complement_adresse", "Complement of the address."),
    degrees("latitude", "Latitude, WGS 84.", 90, "not given"),
    degrees("longitude", "Longitude, WGS 84.", 180, "not given"),
    _field("typologie", "Codes of the kind of structure, joined by |."),
    _field("telephone", "Telephone, international form without spaces.", PHONE),
    _field("courriels", "E-mail addresses, joined by |."),
    _field("site_web", "Web addresses, joined by |."),
    _field("horaires", "Opening hours, OSM syntax."),
    _field(
        "presentation_resume",
        f"Summary of at most {SUMMARY_LENGTH} characters.",
        rf"[\s\S]{{0,{SUMMARY_LENGTH}}}",
    ),
    _field("presentation_detail", "Presentation."),
    _field("source", "Who collected the record."),
    _closed("itinerance", "Whether the place moves"),
    _field("structure_parente", "Network or structure that the place belongs to."),
    day("date_maj", "Day of the last update, ISO 8601."),
    _closed("services", "Services"),
    _closed("publics_specifiquement_adresses", "Publics specifically addressed"),
    _closed("prise_en_charge_specifique", "Specific care"),
    _closed("frais_a_charge", "Fees"),
    _closed("dispositif_programmes_nationaux", "National programmes"),
    _closed("formations_labels", "Trainings and labels"),
    _field("autres_formations_labels", "Other trainings and labels, joined by |."),
    _closed("modalites_acces", "Ways of access"),
    _closed("modalites_accompagnement", "Ways of support"),
    _field("fiche_acces_libre", "Web address of the place's accessibility record."),
    _field("prise_rdv", "Web address to book."),
)
STANDARD_NAMES: tuple[str, ...] = tuple(column.name for column in STANDARD_FIELDS)
REQUIRED: tuple[str, ...] = tuple(c.name for c in STANDARD_FIELDS if c.missing is None)

_MAY_MISS = {
    "code_postal": "not given, or not five digits",
    "adresse": "not given",
    "date_maj": "the source dates nothing",
}


def _in_table(column: Column) -> Column:
    if column.name == "code_insee":
        return text("code_insee", column.description, pattern=INSEE)
    if column.name in _MAY_MISS:
        return column.may_miss(_MAY_MISS[column.name])
    return column


#: What a planner's own list may say beside the standard: full-time posts, or hours a week in which
#: somebody helps. Such help is counted, and marked as theirs.
HELP_COLUMNS = ("posts", "open_h_per_week")

MEDNUM_SITES = Table(
    "mednum_sites",
    "One place of digital mediation as one source gives it.",
    ("source_id", "id"),
    (
        text("source_id", "Source of the record, its identifier in the registry."),
        *(_in_table(column) for column in STANDARD_FIELDS),
        SIRET,
        text("structure_id", "The source's own key of the structure.", "none"),
        SIRET.named(
            "structure_siret",
            "SIRET of the structure: the place's own, or that of another place of the same "
            "structure_id.",
        ),
        hours(
            "open_h_per_week",
            "Opening hours in an ordinary week.",
            "hours not given, or free text",
            high=168,
        ),
        flag("itinerant", "Whether the place moves (a bus).", "not given"),
        APPOINTMENTS,
        text("format", "Form of the place, in the source's words.", "not given"),
        persons("aidants", "Authorised aidants, 0 included.", "not given"),
        text("comment", "What the source adds, as it writes it.", "nothing"),
        remarks("note", "What reading changed or doubts.", "nothing", family="cleaning"),
    ),
)

HOST_STRUCTURES = Table(
    "host_structures",
    "One structure of the département that hosts conseillers numériques.",
    ("structure",),
    (
        text("structure", "Identifier: the SIRET (or the name) and the post code."),
        text("name", "Name of the structure."),
        SIRET,
        text("commune", "INSEE code of the structure's commune.", pattern=INSEE),
        text("commune_name", "Name of the commune, as the source writes it."),
        text("address", "Address, as the source writes it.", "not given"),
        text("postcode", "Post code.", "not given", pattern=r"\d{5}"),
        count("posts", "Posts approved.", "posts"),
        day("approved_on", "Day of the approval.", "not given"),
        text("serves", "Whom its posts serve.", among=("commune", "ept", "departement")),
        text("area", "Code of the area served: commune, territory, département."),
        flag("france_services", "Whether it holds a France Services.", "not given"),
    ),
)

COUNSELLOR_ACTS = Table(
    "counsellor_acts",
    "People helped by conseillers numériques in one post code, cumulated to July 2023.",
    ("postcode",),
    (
        text("postcode", "Post code.", pattern=r"\d{5}"),
        count("people_helped", "People helped: the sum of the ages.", "persons"),
    ),
)

PLACE_SOURCES = (MEDNUM_SITES, HOST_STRUCTURES, COUNSELLOR_ACTS)
