"""What the directory speaks of: needs in a person's words, and the tables of its ledgers."""

from __future__ import annotations

from dataclasses import dataclass

from observatory.contracts.columns import Column
from observatory.contracts.tables import Table

#: Columns whose values are lists, written with this separator as in the national standard.
SEPARATOR = "|"
LISTS = (
    "services",
    "publics",
    "care",
    "fees",
    "programmes",
    "access",
    "support",
    "email",
    "website",
)

ADMIN = "Aide aux démarches administratives"
SKILLS = "Maîtrise des outils numériques du quotidien"
WORK = "Insertion professionnelle via le numérique"
SAFETY = "Utilisation sécurisée du numérique"
PARENTS = "Parentalité et éducation avec le numérique"
LEISURE = "Loisirs et créations numériques"
CULTURE = "Compréhension du monde numérique"
ACCESS = "Accès internet et matériel informatique"
EQUIPMENT = "Acquisition de matériel informatique à prix solidaire"
SERVICES = (ADMIN, SKILLS, WORK, SAFETY, PARENTS, LEISURE, CULTURE, ACCESS, EQUIPMENT)

#: What a national programme offers wherever it is, even where the place's services are not given.
PROGRAMME_SERVICES: dict[str, tuple[str, ...]] = {
    "France Services": (ADMIN, ACCESS),
    "Aidants Connect": (ADMIN,),
    "Conseillers numériques": (ADMIN, SKILLS, SAFETY),
    "Point d'accès numérique CAF": (ADMIN, ACCESS),
    "Emmaüs Connect": (SKILLS, EQUIPMENT),
    "Relais numérique (Emmaüs Connect)": (SKILLS, EQUIPMENT),
    "Promeneurs du net": (PARENTS,),
    "Certification PIX": (SKILLS,),
}


@dataclass(frozen=True)
class Need:
    """A need as a person says it, and the services of the standard that answer it.

    Attributes
    ----------
    key
        Short name, stable in links.
    label
        What the screen says, in French.
    words
        Words and phrases by which people ask for it; compared without accents or case.
    services
        Services of the national standard 1.0.2: any one of them answers the need.
    """

    key: str
    label: str
    words: tuple[str, ...]
    services: tuple[str, ...]


NEEDS: tuple[Need, ...] = (
    Need(
        "caf",
        "CAF, RSA, APL, prime d'activité",
        ("caf", "rsa", "apl", "allocations familiales", "prime d'activité", "aah", "aide sociale"),
        (ADMIN,),
    ),
    Need(
        "impots",
        "Impôts",
        ("impôts", "impot", "déclaration de revenus", "taxe", "déclarer ses revenus", "dgfip"),
        (ADMIN,),
    ),
    Need(
        "sante",
        "Santé : Ameli, carte Vitale, Doctolib",
        (
            "santé",
            "ameli",
            "sécu",
            "sécurité sociale",
            "carte vitale",
            "doctolib",
            "cpam",
            "mutuelle",
            "complémentaire santé solidaire",
            "mon espace santé",
            "médecin",
        ),
        (ADMIN,),
    ),
    Need(
        "titres",
        "Titre de séjour, carte d'identité, permis (ANTS)",
        (
            "ants",
            "titre de séjour",
            "carte de séjour",
            "préfecture",
            "anef",
            "carte d'identité",
            "passeport",
            "permis de conduire",
            "carte grise",
            "naturalisation",
            "papiers",
        ),
        (ADMIN,),
    ),
    Need(
        "retraite",
        "Retraite",
        ("retraite", "pension", "cnav", "assurance retraite", "minimum vieillesse", "agirc"),
        (ADMIN,),
    ),
    Need(
        "logement",
        "Logement, demande de HLM, factures",
        ("logement", "hlm", "logement social", "facture", "edf", "loyer", "chèque énergie"),
        (ADMIN,),
    ),
    Need(
        "demarches",
        "Démarches en ligne",
        (
            "démarches",
            "démarche administrative",
            "administratif",
            "formulaire",
            "franceconnect",
            "dossier",
            "courrier administratif",
            "justice",
            "aide juridictionnelle",
        ),
        (ADMIN,),
    ),
    Need(
        "emploi",
        "Emploi, France Travail",
        (
            "emploi",
            "france travail",
            "pôle emploi",
            "chômage",
            "recherche d'emploi",
            "travail",
            "actualisation",
            "formation professionnelle",
            "mission locale",
        ),
        (WORK, ADMIN),
    ),
    Need(
        "cv",
        "CV, lettre de motivation",
        ("cv", "curriculum vitae", "lettre de motivation", "candidature", "linkedin"),
        (WORK, SKILLS),
    ),
    Need(
        "mail",
        "E-mail, messagerie",
        (
            "mail",
            "e-mail",
            "email",
            "courriel",
            "boîte mail",
            "messagerie",
            "adresse électronique",
            "mot de passe",
            "gmail",
        ),
        (SKILLS,),
    ),
    Need(
        "ordinateur",
        "Se servir d'un ordinateur",
        (
            "apprendre l'ordinateur",
            "se servir d'un ordinateur",
            "débuter en informatique",
            "clavier",
            "souris",
            "word",
            "excel",
            "cours d'informatique",
            "informatique",
            "internet",
            "atelier numérique",
            "formation numérique",
        ),
        (SKILLS,),
    ),
    Need(
        "telephone",
        "Se servir d'un téléphone, d'une tablette",
        (
            "téléphone",
            "smartphone",
            "tablette",
            "applications",
            "whatsapp",
            "android",
            "iphone",
            "portable",
        ),
        (SKILLS,),
    ),
    Need(
        "ecole",
        "École : Pronote, ENT, bourses, parents",
        (
            "école",
            "pronote",
            "ent",
            "suivi scolaire",
            "parcoursup",
            "bourse",
            "bourse scolaire",
            "cantine",
            "collège",
            "lycée",
            "enfants",
            "parents",
            "parentalité",
            "contrôle parental",
            "école directe",
            "devoirs",
        ),
        (PARENTS, ADMIN),
    ),
    Need(
        "securite",
        "Protéger ses données, arnaques",
        (
            "protéger mes données",
            "données personnelles",
            "arnaque",
            "piratage",
            "sécurité",
            "virus",
            "phishing",
            "hameçonnage",
            "rgpd",
            "vie privée",
            "harcèlement",
        ),
        (SAFETY,),
    ),
    Need(
        "materiel",
        "Ordinateur ou téléphone à petit prix, carte SIM",
        (
            "ordinateur pas cher",
            "acheter un ordinateur",
            "matériel",
            "équipement",
            "reconditionné",
            "carte sim",
            "sim",
            "recharge",
            "forfait",
            "prix solidaire",
            "téléphone pas cher",
            "ordinateur à petit prix",
            "don d'ordinateur",
        ),
        (EQUIPMENT,),
    ),
    Need(
        "acces",
        "Accès à un ordinateur, au wifi, à l'impression",
        (
            "wifi",
            "wi-fi",
            "imprimer",
            "impression",
            "imprimante",
            "scanner",
            "photocopie",
            "ordinateur en accès libre",
            "accès internet",
            "connexion",
            "cyber",
            "poste informatique",
        ),
        (ACCESS,),
    ),
    Need(
        "loisirs",
        "Photos, jeux, création, fablab",
        (
            "photo",
            "vidéo",
            "jeux vidéo",
            "fablab",
            "création",
            "imprimante 3d",
            "musique",
            "loisirs",
            "coder",
            "programmation",
        ),
        (LEISURE,),
    ),
    Need(
        "culture",
        "Comprendre le numérique, l'IA, les fausses informations",
        (
            "comprendre le numérique",
            "intelligence artificielle",
            "ia",
            "chatgpt",
            "fake news",
            "fausses informations",
            "réseaux sociaux",
            "facebook",
            "désinformation",
        ),
        (CULTURE, SKILLS),
    ),
)

LEDGER = Table(
    "matching_ledger",
    "Two records that were weighed against each other, with the evidence and what was decided.",
    ("record_a", "record_b"),
    (
        Column("record_a", "text", "First record, by identifier."),
        Column("record_b", "text", "Second record, by identifier."),
        Column("site_a", "text", "Place the first record went to."),
        Column("site_b", "text", "Place the second record went to."),
        Column(
            "decision",
            "text",
            "Merged on the pair's own evidence, merged through other records of the group, merged "
            "or cut by a person, or kept apart.",
            among=("merged", "merged by group", "forced merge", "forced split", "apart"),
        ),
        Column("score", "float", "Sum of the points of evidence.", "points"),
        Column("needed", "float", "Points from which two records are merged.", "points"),
        Column("name_points", "float", "Points of the names.", "points"),
        Column("address_points", "float", "Points of the addresses.", "points"),
        Column("distance_points", "float", "Points of the distance.", "points"),
        Column("other_points", "float", "Points of phone, SIRET, e-mail and the rest.", "points"),
        Column(
            "name_score", "float", "Likeness of the names.", "0-100", missing="a name is missing"
        ),
        Column(
            "street_score",
            "float",
            "Likeness of the streets.",
            "0-100",
            missing="an address is missing",
        ),
        Column(
            "distance_m",
            "float",
            "Distance.",
            "m",
            missing="a coordinate is missing: it then counts for nothing",
            low=0,
        ),
        Column("same_siret", "bool", "Whether the SIRETs are equal.", missing="one is missing"),
        Column("same_phone", "bool", "Whether the phones are equal.", missing="one is missing"),
        Column(
            "same_upstream_id", "bool", "Whether both carry one long identifier of a third system."
        ),
        Column("reason", "text", "The evidence, or the person's reason, in words."),
    ),
)

CLEANING_NOTES = Table(
    "cleaning_notes",
    "One field of one record that was mended, with what stood there before.",
    ("record", "field"),
    (
        Column("record", "text", "The record."),
        Column("field", "text", "The field."),
        Column("before", "text", "What the source gives.", missing="nothing"),
        Column("after", "text", "What is kept.", missing="nothing could be kept"),
        Column("note", "text", "What was done, and why."),
    ),
)

ORIGINS = Table(
    "origins",
    "One field of one place, and the record its value comes from (several rows for a list united).",
    ("site", "field", "record"),
    (
        Column("site", "text", "The place."),
        Column("field", "text", "The field."),
        Column("record", "text", "The record that gives the value, or a part of the list."),
    ),
)

FORCED = Table(
    "matching_corrections",
    "Two records that a person merges or keeps apart, against the evidence.",
    ("record_a", "record_b"),
    (
        Column("action", "text", "What to do.", among=("merge", "split")),
        Column("record_a", "text", "First record."),
        Column("record_b", "text", "Second record."),
        Column("reason", "text", "Why."),
    ),
)

FRESHNESS = ("fresh", "stale", "very stale", "unknown")
QUALITY = Table(
    "quality",
    "One place with the age and completeness of what is known of it.",
    ("site",),
    (
        Column("site", "text", "The place."),
        Column("name", "text", "Its name."),
        Column("commune", "text", "Its commune.", missing="not known"),
        Column("sources", "text", "Sources of the record, separated by |."),
        Column(
            "confirmed_on", "text", "Day of the last confirmation (ISO).", missing="not known"
        ),
        Column(
            "age_months", "float", "Age of the last confirmation.", "months", missing="not known"
        ),
        Column(
            "freshness",
            "text",
            "Fresh; stale over 12 months; very stale over 24; unknown.",
            among=FRESHNESS,
        ),
        Column("completeness", "float", "Weighted share of the fields given.", low=0, high=1),
        Column("lacking", "text", "Fields lacking, separated by |.", missing="none"),
    ),
)

TO_ASK = Table(
    "corrections_to_ask",
    "One thing to ask of one publisher about one place.",
    ("site", "field", "source"),
    (
        Column("site", "text", "The place."),
        Column("name", "text", "Its name."),
        Column("commune", "text", "Its commune.", missing="not known"),
        Column("source", "text", "The source to be mended: whom to ask."),
        Column("source_id", "text", "Identifier of the place in that source.", missing="not known"),
        Column("field", "text", "The field concerned."),
        Column("value", "text", "What stands there.", missing="nothing"),
        Column("ask", "text", "What to ask, in French."),
        Column("contact", "text", "Phone or e-mail of the place itself.", missing="not known"),
    ),
)

GAZETTEER = Table(
    "gazetteer",
    "One name that can be found without a network.",
    ("entry",),
    (
        Column("entry", "int", "Number of the entry, stable for the same inputs.", low=0),
        Column("name", "text", "Name as shown."),
        Column(
            "kind",
            "text",
            "What it names.",
            among=("commune", "quartier prioritaire", "IRIS", "école", "lieu", "adresse", "gare"),
        ),
        Column("commune_name", "text", "Its commune.", missing="not known"),
        Column("folded", "text", "Name to compare: no accents, case or punctuation."),
        Column("lon", "float", "Longitude, WGS 84.", "degree", low=-180, high=180),
        Column("lat", "float", "Latitude, WGS 84.", "degree", low=-90, high=90),
    ),
)
