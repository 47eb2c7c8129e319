"""What a search has to say of a place, in words."""

from __future__ import annotations

import pytest

from observatory.tables.person_needs import ADMIN
from observatory.tables.remarks import Remark, remark
from observatory.words.remark_words import moment_words, say, sentence


@pytest.mark.parametrize(
    ("one", "french", "english"),
    [
        (
            remark("search.contact_first", ways=("Téléphoner", "Contacter par mail")),
            "prendre contact avant de venir\u00a0: téléphoner, contacter par mail",
            "get in touch before coming: call, send an email",
        ),
        (
            remark("search.services", services=(ADMIN,)),
            "service\u00a0: Aide aux démarches administratives",
            "service: Help with official paperwork online",
        ),
        (
            remark("search.given", field="publics", values=("Jeunes", "Seniors")),
            "publics accueillis\u00a0: Jeunes, Seniors",
            "who is received: young people, older people",
        ),
        (
            remark("search.not_given", field="fees"),
            "tarif\u00a0: non précisé",
            "price: not stated",
        ),
        (
            remark("search.other_languages", languages=("ar", "tr")),
            "d'autres langues sont parlées\u00a0: demander si c'est arabe ou turc",
            "other languages are spoken: ask if Arabic or Turkish is one",
        ),
        (
            remark("search.opening_unknown_school", when="evening", day="2026-11-01"),
            "ouverture non connue (ce soir)\u00a0: "
            "calendrier scolaire non connu le 1er novembre 2026",
            "opening not known (this evening): school calendar not known on 1 November 2026",
        ),
        (
            remark("search.opening_unknown", when="2026-11-02"),
            "ouverture non connue (2 novembre 2026)",
            "opening not known (2 November 2026)",
        ),
        (
            remark("start.address_not_found", of_commune="Le Bourget"),
            "adresse non trouvée sans réseau\u00a0: centre du Bourget",
            "address not found without a network: centre of Le Bourget",
        ),
    ],
)
def test_a_remark_is_written_in_the_language_of_the_reader(
    one: Remark, french: str, english: str
) -> None:
    assert sentence(one, "fr") == french
    assert sentence(one, "en") == english


def test_remarks_stand_on_one_line_each_once() -> None:
    remarks = [remark("search.travelling"), remark("search.undated"), remark("search.travelling")]
    assert say(remarks, "en") == (
        "travelling place: check the day and the place; date of the record not known"
    )


def test_moments_have_their_words() -> None:
    assert [moment_words(code, "fr") for code in ("now", "saturday")] == ["maintenant", "samedi"]
    assert moment_words("2026-03-01", "fr") == "1er mars 2026"
