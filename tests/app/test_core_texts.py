"""Every French text of the core has its English: read from its code, and over the edition."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.model.observed import load_facts
from observatory.places import freshness
from observatory.tables.directory_tables import CLEANING_NOTES, LEDGER
from observatory.tables.storage import read_table
from observatory.words import core_texts
from observatory.words.catalogue import load_words
from observatory.words.core_texts import in_english, marked, said

CORE = Path(freshness.__file__).parent
#: The rooms of the core whose texts reach a screen.
MODULES = (
    "freshness.py",
    "calendars.py",
    "directory/request.py",
    "directory/rows.py",
    "directory/opening.py",
    "directory/gazetteer.py",
    "matching/candidates.py",
    "matching/ledger.py",
    "matching/groups.py",
    "cleaning/coordinates.py",
    "cleaning/records.py",
)
FRENCH = re.compile(
    r"[àâçéèêëîïôûùœ]|\b(?:non|pas|hors|sans|de|du|des|le|la|les|un|une|est|ou|et|langue|noms|rues"
    r"|femmes|tarif|lieu|points|services?|programme|centre|distance|indices|maison)\b|\b[ld]'"
)
CROWDED = (
    "comparée seulement à ses 8 voisines de part et d'autre (rue, numéro, nom) : 300 fiches"
    " partagent la commune et le mot « jaures » (rue) ; 90 fiches partagent le SIRET"
)
#: Pieces of texts, and a whole text that each makes.
PIECES = {
    "publics accueillis": "publics accueillis : non précisé",
    "accueil adapté": "accueil adapté : Surdité",
    "modalités d'accès": "modalités d'accès : Se présenter, Téléphoner",
    "type d'accompagnement": "type d'accompagnement : À distance",
    "tarif": "tarif : Gratuit",
    "{} : non précisé": "services : non précisé",
    " ou ": "langue : arabe ou turc",
    "langue : {}": "langue : arabe ou turc",
    "d'autres langues sont parlées : demander si c'est {}": (
        "d'autres langues sont parlées : demander si c'est tamoul"
    ),
    "plus de deux ans": "fiche de plus de deux ans (2023-04-05) : appeler avant de venir",
    "plus d'un an": "fiche de plus d'un an (2025-04-05) : appeler avant de venir",
    "fiche de {} ({}) : appeler avant de venir": (
        "fiche de plus d'un an (2025-04-05) : appeler avant de venir"
    ),
    "du {} au {}": (
        "horaires différents pendant les vacances scolaires : du 2026-10-17 au 2026-11-01,"
        " calendrier de l'Éducation nationale, zone C (paquet 1.0)"
    ),
    "dates non connues": (
        "horaires différents pendant les vacances scolaires : dates non connues,"
        " calendrier de l'Éducation nationale, zone C (paquet 1.0)"
    ),
    "horaires différents pendant les vacances scolaires : {}, {}": (
        "horaires différents pendant les vacances scolaires : du 2026-10-17 au 2026-11-01,"
        " calendrier de l'Éducation nationale, zone C (paquet 1.0)"
    ),
    " : calendrier scolaire non connu le {}": (
        "ouverture non connue (ce soir) : calendrier scolaire non connu le 2026-11-01"
    ),
    "ouverture non connue ({}){}": "ouverture non connue (samedi)",
    "adresse non trouvée sans réseau : {centre}": (
        "adresse non trouvée sans réseau : centre du Raincy"
    ),
    "lieu absent des données : {centre}": "lieu absent des données : centre d'Aubervilliers",
    "du ": "centre du Bourget",
    "des ": "centre des Lilas",
    "centre {}{}": "centre des Lilas",
    "noms": "noms 90/100 (+3.0)",
    "rues": "rues 81/100 (+3.5)",
    "distance": "distance 81 m (+1.3)",
    "non connue, sans effet": "distance non connue, sans effet",
    "{} non connue, sans effet": "distance non connue, sans effet",
    "comparée seulement à ses {} voisines de part et d'autre (rue, numéro,": CROWDED,
    "{} nom) : {}": CROWDED,
    "{} fiches partagent {}": CROWDED,
    "{} et le mot « {} » ({})": CROWDED,
    "nom": CROWDED,
    "rue": CROWDED,
    "pas une adresse web": "pas une adresse web : javascript:alert(1)",
    "pas une adresse électronique": "pas une adresse électronique : x@",
    "valeur par défaut du fichier national": "valeur par défaut du fichier national : 0000",
    "SIRET non valide": "SIRET non valide : 123",
}
#: French that no screen shows: kinds and words that are compared, not said.
SILENT = {
    "quartier prioritaire", "lieu", "école", "et", "la", "le", "les", "un", "de", "des", "du", "d",
    "l", "services", "service", "femmes", "œ",
}  # fmt: skip
#: Calls whose texts are patterns or lists of words to compare with.
SILENT_CALLS = ("compile", "frozenset", "sub", "split", "match", "fullmatch", "search")


def _shown(path: Path) -> set[str]:
    """Give the French of a module's texts: no docstring, no error, no pattern, no list of words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            skipped.add(id(body[0].value))
        quiet = isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in SILENT_CALLS
        )
        if quiet:
            skipped |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(inner) for inner in ast.walk(node)} - {id(node)}
    found = {_written(node) for node in ast.walk(tree) if id(node) not in skipped}
    return {text for text in found if FRENCH.search(text)} - SILENT


def _written(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        return "".join(str(part) for part in parts)
    return ""


def _whole(text: str) -> str:
    """Return a text as a screen would show it: something in each holder, and after a colon."""
    if text in PIECES:
        return PIECES[text]
    filled = text.replace("{}", "7")
    return f"{filled}Gratuit" if filled.endswith(": ") else filled


@pytest.mark.parametrize("name", [name for name in MODULES if (CORE / name).exists()])
def test_every_french_text_of_the_core_has_its_english(name: str) -> None:
    lacking = [text for text in sorted(_shown(CORE / name)) if in_english(_whole(text)) is None]
    assert lacking == [], "add them to observatory/app/texts/core.toml"


def test_the_enumeration_sees_a_new_text(tmp_path: Path) -> None:
    module = tmp_path / "new.py"
    module.write_text('"""Doc en français."""\nX = f"lieu fermé depuis {1} ans"\n', "utf-8")
    assert _shown(module) == {"lieu fermé depuis {} ans"}
    assert in_english(_whole("lieu fermé depuis {} ans")) is None


def test_what_is_asked_of_a_publisher_is_in_english() -> None:
    asks = (
        *freshness.ASK.values(),
        freshness.ASK_CONFIRM,
        freshness.ASK_HOURS_TEXT,
        freshness.ASK_SEAT,
    )
    assert [ask for ask in asks if in_english(ask) is None] == []


@pytest.mark.parametrize(
    ("french", "english"),
    [
        (
            "services non précisés ; adresse seulement : distance non connue",
            "services not stated; address only: distance not known",
        ),
        ("programme : France Services", "programme: France Services"),
        ("langue : arabe ou turc", "language: Arabic or Turkish"),
        (
            "adresse non trouvée sans réseau : centre du Bourget",
            "address not found without a network: centre of Le Bourget",
        ),
        (
            "6.5 points pour 4 demandés ; noms 90/100 (+3.0) ; distance non connue, sans effet",
            "6.5 points for 4 asked; names 90/100 (+3.0); distance not known, no effect",
        ),
        ("service : Accès internet et matériel informatique",
         "service: Free computers and internet access"),
    ],
)  # fmt: skip
def test_a_text_is_said_in_the_readers_language(french: str, english: str) -> None:
    assert said(french, load_words("en")) == english
    assert said(french, load_words("fr")) == french


def test_what_has_no_english_stays_french_and_is_marked_so() -> None:
    words = load_words("en")
    assert said("fermé pour travaux", words) == "fermé pour travaux"
    assert marked("<b>fermé</b>", words) == '<span lang="fr">&lt;b&gt;fermé&lt;/b&gt;</span>'
    assert "lang=" not in marked("hors de France", words)


@given(st.text(min_size=1, max_size=60) | st.from_regex(r"[a-z{}]{1,5}( ; [a-z{}]{1,5}){1,3}"))
def test_what_a_source_wrote_stays_as_it_is_in_a_text_that_is_translated(text: str) -> None:
    english = load_words("en")
    assert (
        said(f"horaires en texte libre : {text}", english) == f"opening hours in free text: {text}"
    )
    assert said(f"programme : {text}", english) == f"programme: {text}"


@pytest.fixture(scope="module")
def edition() -> Path:
    folder = settings.load({}).edition
    if not (folder / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    return folder


def test_all_that_the_edition_says_of_its_records_has_its_english(edition: Path) -> None:
    evidence = read_table(LEDGER, edition)
    machine = evidence[~evidence["decision"].str.startswith("forced")]["reason"]
    notes = read_table(CLEANING_NOTES, edition)["note"]
    schools = load_facts(edition).schools["qpv_situation"].dropna()
    told = {*machine, *notes, *schools}
    assert len(told) > 50
    assert [text for text in sorted(told) if in_english(text) is None] == []


def test_no_line_of_the_table_is_hidden_by_another() -> None:
    lines, _ = core_texts._table()
    assert len({pattern.pattern for pattern, _ in lines}) == len(lines)
    for pattern, english in lines:
        assert set(pattern.groupindex) == set(re.findall(r"\{(\w+)\}", english))
