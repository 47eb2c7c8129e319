"""The field's terms in the reader's language, read from ``GLOSSARY.md``; no Streamlit here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.spacing import unbroken

#: What each page's texts name, in the order of the page; names as in the first column.
TERMS: Mapping[str, tuple[str, ...]] = {
    "carte": ("ETP", "Norme", "IRIS", "QPV", "REP, REP+", "2SFCA, E2SFCA", "Carreau", "COG"),
    "fiche": ("ETP", "Norme", "IRIS", "QPV", "REP, REP+", "IPS", "Filosofi",
              "2SFCA, E2SFCA", "Carreau", "France Services", "Aidants Connect"),
    "comparer": ("Norme", "IRIS", "QPV", "Carreau"),
    "decider": ("Norme", "Conseiller numérique", "IRIS", "QPV", "REP, REP+", "France Services",
                "Aidants Connect"),
    "priorites": ("QPV", "REP, REP+", "IPS", "CAF", "RSA, AAH, PPA", "IRIS", "Norme"),
    "programmes": ("Programme public", "IRIS", "QPV", "REP, REP+", "CAF", "RSA, AAH, PPA",
                   "Conseiller numérique", "Hub Francil'in", "Filosofi"),
    "trouver": ("CAF", "RSA, AAH, PPA", "France Services", "Aidants Connect",
                "Conseiller numérique", "QPV", "IRIS"),
    "fiabilite": ("ETP", "IRIS", "QPV", "REP, REP+", "Norme", "Carreau", "IFN", "DERI",
                  "Conseiller numérique"),
    "methode": ("2SFCA, E2SFCA", "IFN", "DERI", "QPV", "IRIS", "REP, REP+", "EPT", "ETP", "Norme",
                "Carreau", "Illectronisme", "Filosofi", "RP", "CAF", "RSA, AAH, PPA",
                "SIREN, SIRET", "IPS"),
    "donnees": ("Hub Francil'in", "SIREN, SIRET", "France Services", "Aidants Connect",
                "Médiation numérique", "IRIS", "QPV", "REP, REP+", "Norme"),
    "changements": ("QPV", "Norme", "COG", "Conseiller numérique", "France Services",
                    "Aidants Connect"),
    "integrer": ("CAF", "RSA, AAH, PPA", "France Services", "Aidants Connect"),
}  # fmt: skip
FILE = "GLOSSARY.md"
#: How the term of a regional hub begins: only that of the place is explained.
HUB = "Hub "


@dataclass(frozen=True)
class Entry:
    """A term and what it means in English and in French."""

    term: str
    en: str
    fr: str


def read_glossary(project: Path) -> dict[str, Entry]:
    """Read the glossary of the project, by term; empty in an installation without the file."""
    path = project / FILE
    return entries(path.read_text(encoding="utf-8")) if path.exists() else {}


def entries(text: str) -> dict[str, Entry]:
    """Read the rows of the glossary's table: term, meaning, French."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return {
        term: Entry(term, en, unbroken(fr)) for term, en, fr in (r for r in rows[2:] if len(r) == 3)
    }


def words_html(page: str, known: Mapping[str, Entry], words: Words) -> str:
    """Return the terms of a page as a list of definitions; empty where none is known."""
    terms = (term for term in TERMS.get(page, ()) if term in known)
    found = [
        known[term] for term in terms if not term.startswith(HUB) or term == words("place.hub")
    ]
    items = "".join(
        f'<dt lang="fr">{plain(one.term)}</dt>'
        f"<dd>{_marked(one.fr if words.lang == 'fr' else one.en)}</dd>"
        for one in found
    )
    return f'<div class="obs-words"><dl>{items}</dl></div>' if items else ""


def _marked(text: str) -> str:
    """Return the few marks of the glossary as HTML: ``*French*`` and code."""
    marked = re.sub(r"\*([^*]+)\*", r'<em lang="fr">\1</em>', plain(text))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", marked)
