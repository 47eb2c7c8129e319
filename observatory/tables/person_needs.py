"""What people ask for, in their own words, and the services of the national standard for it."""

from __future__ import annotations

from dataclasses import dataclass

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

PUBLICS = ("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes")
WOMEN = "Femmes"
ENGLISH, OTHER_LANGUAGES = "Langues étrangères (anglais)", "Langues étrangères (autres)"
CARE = (
    "Surdité",
    "Handicaps moteurs",
    "Handicaps mentaux",
    "Illettrisme",
    ENGLISH,
    OTHER_LANGUAGES,
    "Déficience visuelle",
)
FREE, FREE_IF = "Gratuit", "Gratuit sous condition"
FEES = (FREE, FREE_IF, "Payant")
WALK_IN, NO_PUBLIC = "Se présenter", "Ce lieu n'accueille pas de public"
BOOK_ONLINE = "Prendre un RDV en ligne"
WAYS = (
    WALK_IN,
    "Téléphoner",
    "Contacter par mail",
    BOOK_ONLINE,
    NO_PUBLIC,
    "Envoyer un mail avec une fiche de prescription",
)
#: Codes of the languages that can be asked for.
SPOKEN = ("ar", "en", "pt", "tr", "ta", "zh", "es", "ro", "bm", "snk", "kab", "bn", "ur")
SUPPORT = ("En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance")

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
    """A need in a person's words, and the services of the standard that answer it.

    Attributes
    ----------
    key
        Short name, stable in links; the screens name it by ``find.need_label``.
    words
        Words and phrases by which people ask for it; compared without accents or case.
    services
        Services of the national standard 1.0.2: any one of them answers the need.
    """

    key: str
    words: tuple[str, ...]
    services: tuple[str, ...]


NEEDS: tuple[Need, ...] = (
    Need(
        "caf",
        (
            "caf",
            "rsa",
            "benefits",
            "apl",
            "allocations familiales",
            "prime d'activité",
            "aah",
            "aide sociale",
        ),
        (ADMIN,),
    ),
    Need(
        "impots",
        (
            "impôts",
            "impot",
            "déclaration de revenus",
            "tax",
            "taxe",
            "déclarer ses revenus",
            "dgfip",
        ),
        (ADMIN,),
    ),
    Need(
        "sante",
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
        (
            "ants",
            "titre de séjour",
            "residence permit",
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
        ("retraite", "pension", "cnav", "assurance retraite", "minimum vieillesse", "agirc"),
        (ADMIN,),
    ),
    Need(
        "logement",
        ("logement", "hlm", "logement social", "facture", "edf", "loyer", "chèque énergie"),
        (ADMIN,),
    ),
    Need(
        "demarches",
        (
            "démarches",
            "démarche administrative",
            "administratif",
            "formulaire",
            "franceconnect",
            "dossier",
            "courrier",
            "courrier administratif",
            "justice",
            "aide juridictionnelle",
        ),
        (ADMIN,),
    ),
    Need(
        "emploi",
        (
            "emploi",
            "france travail",
            "job",
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
        ("cv", "curriculum vitae", "resume", "lettre de motivation", "candidature", "linkedin"),
        (WORK, SKILLS),
    ),
    Need(
        "mail",
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
        (
            "école",
            "pronote",
            "school",
            "school follow up",
            "suivi scolaire des enfants",
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
        (
            "protéger mes données",
            "protéger ses données",
            "protect my data",
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
        (
            "ordinateur pas cher",
            "cheap computer",
            "sim card",
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
        (
            "wifi",
            "printing",
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
BY_KEY = {need.key: need for need in NEEDS}
