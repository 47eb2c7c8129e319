"""The field's terms are explained on each page that uses them, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.words.catalogue import load_words
from observatory.words.glossary import FILE, TERMS, entries, read_glossary, words_html

KNOWN = read_glossary(settings.PROJECT)
#: What the screens use without being words of every day.
JARGON = re.compile(
    r"\b(EPT|ETP|IRIS|QPV|REP|IPS|IFN|DERI|E?2SFCA|CAF|RSA|SIRET|COG|UAI|Filosofi)\b"
)


def _carte() -> None:
    from observatory.app.pages import carte

    carte.show()


def _fiche() -> None:
    from observatory.app.pages import fiche

    fiche.show()


def _trouver() -> None:
    from observatory.app.pages import trouver

    trouver.show()


def _fiabilite() -> None:
    from observatory.app.pages import fiabilite

    fiabilite.show()


def _methode() -> None:
    from observatory.app.pages import methode

    methode.show()


def _donnees() -> None:
    from observatory.app.pages import donnees

    donnees.show()


def _integrer() -> None:
    from observatory.app.pages import integrer

    integrer.show()


def _comparer() -> None:
    from observatory.app.pages import comparer

    comparer.show()


def _priorites() -> None:
    from observatory.app.pages import priorites

    priorites.show()


def _decider() -> None:
    from observatory.app.pages import decider

    decider.show()


def _changements() -> None:
    from observatory.app.pages import changements

    changements.show()


SHOW: dict[str, Callable[[], None]] = {
    "carte": _carte,
    "fiche": _fiche,
    "trouver": _trouver,
    "fiabilite": _fiabilite,
    "methode": _methode,
    "donnees": _donnees,
    "integrer": _integrer,
    "comparer": _comparer,
    "priorites": _priorites,
    "decider": _decider,
    "changements": _changements,
}
PARAMS = {
    "fiche": {"commune": "93066"},
    "trouver": {"pres": "Stains", "besoin": "caf"},
    "integrer": {"pres": "Stains", "besoin": "caf"},
}


def test_every_term_has_its_english_and_its_french() -> None:
    assert len(KNOWN) > 20
    for entry in KNOWN.values():
        assert entry.en
        assert entry.fr
        assert entry.en != entry.fr
    assert {term for terms in TERMS.values() for term in terms} <= set(KNOWN)


def test_a_row_is_read_and_its_marks_become_html() -> None:
    known = entries(
        "| term | meaning | en français |\n|---|---|---|\n| EPT | *Un* `x` <b> | Deux |"
    )
    said = words_html("donnees", {"SIREN, SIRET": known["EPT"]}, load_words("en"))
    assert '<dt lang="fr">EPT</dt><dd><em lang="fr">Un</em> <code>x</code> &lt;b&gt;</dd>' in said
    assert "<dd>Deux</dd>" in words_html(
        "donnees", {"SIREN, SIRET": known["EPT"]}, load_words("fr")
    )


def test_without_the_file_nothing_is_explained(tmp_path: Path) -> None:
    assert read_glossary(tmp_path) == {}
    assert words_html("carte", {}, load_words("fr")) == ""
    assert (settings.PROJECT / FILE).exists()


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("page", list(SHOW))
@pytest.mark.usefixtures("edition")
def test_each_page_explains_the_terms_that_it_uses(page: str, lang: str) -> None:
    screen = AppTest.from_function(SHOW[page], default_timeout=120)
    for name, value in {**PARAMS.get(page, {}), "lang": lang}.items():
        screen.query_params[name] = value
    screen.run()
    assert not screen.exception
    words = load_words(lang)
    assert words("glossary.heading") in [item.label for item in screen.expander]
    blocks = [str(block.proto.body) for block in screen.get("html")]
    explained = next(
        block for block in blocks if '<div class="obs-words"><dl><dt lang="fr">' in block
    )
    # The foot of every page lists sources and assumptions under their own names.
    foot = (words("source.caption"), words("assumed.caption"))
    told = [b for b in blocks if "<style" not in b and not any(f in b for f in foot)]
    heads = [item.value for item in (*screen.title, *screen.header)]
    used = set(JARGON.findall(re.sub(r"<[^>]+>", " ", " ".join([*told, *heads]))))
    terms = " ".join(re.findall(r"<dt[^>]*>(.*?)</dt>", explained))
    assert [term for term in sorted(used) if not re.search(rf"\b{term}\b", terms)] == []
