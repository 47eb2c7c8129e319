"""What a person asks of a place, and the answer of each place: yes, no, or not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from observatory.errors import ChoiceError
from observatory.places.cleaning import fold
from observatory.places.search.need_words import understand
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.person_needs import (
    CARE,
    ENGLISH,
    FEES,
    FREE,
    FREE_IF,
    NO_PUBLIC,
    OTHER_LANGUAGES,
    PROGRAMME_SERVICES,
    PUBLICS,
    SERVICES,
    SUPPORT,
    WAYS,
    WOMEN,
)

YES, NO, UNKNOWN = 1, 0, -1


@dataclass(frozen=True)
class Request:
    """What a person asks for; an empty field asks nothing.

    Attributes
    ----------
    need
        In the person's words: "CAF", "mon CV", "ordinateur pas cher".
    services, publics, care, fees, access, support
        Values of the national standard; several in one field: any one will do.
    languages
        Languages by their French name ("arabe").
    women
        Whether hours or a place for women are asked for.
    open_when
        "maintenant", "ce soir", "samedi", a day such as 2026-03-09.
    unknown
        Places that may suit: ``mixed`` in order of walk, ``after`` those that do, or ``hidden``.
    commune
        INSEE code: of the places known by their address only, give those of this commune.
    max_walk_min, limit
        The farthest walk, and how many places at most (of each kind: located, address only).
    """

    need: str = ""
    services: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    women: bool = False
    open_when: str = ""
    unknown: Literal["mixed", "after", "hidden"] = "mixed"
    commune: str | None = None
    max_walk_min: float | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        for field, among in _AMONG.items():
            wrong = [value for value in getattr(self, field) if value not in among]
            if wrong:
                raise ChoiceError(
                    f"search, {field}",
                    expected="one of " + ", ".join(among),
                    found=", ".join(wrong),
                    next_step="a value outside the national standard would match no place",
                )
        if self.limit < 1 or self.unknown not in ("mixed", "after", "hidden"):
            raise ChoiceError(
                "search",
                expected="a limit of at least 1, and unknown mixed, after or hidden",
                found=f"limit {self.limit}, unknown {self.unknown}",
                next_step="mend the search",
            )


_AMONG = {
    "services": SERVICES,
    "publics": PUBLICS,
    "care": CARE,
    "fees": FEES,
    "access": WAYS,
    "support": SUPPORT,
}
_ABOUT = {
    "services": "services",
    "publics": "publics accueillis",
    "care": "accueil adapté",
    "fees": "tarif",
    "access": "modalités d'accès",
    "support": "type d'accompagnement",
}


@dataclass(frozen=True)
class Condition:
    """One condition on one or two fields.

    Attributes
    ----------
    fields
        The fields it reads.
    judge
        Gives the answer, and words for it, from the fields' values.
    key
        What tells it from other conditions on the same fields: answers are kept by it.
    """

    fields: tuple[str, ...]
    judge: Callable[..., tuple[int, str]]
    key: tuple[str, ...] = ()


def conditions(request: Request) -> list[Condition]:
    """Return the conditions that a request sets; a place that receives nobody never suits."""
    found = [Condition(("access",), _receives)]
    asked: list[tuple[str, ...]] = []
    if request.need:
        asked = [need.services for need in understand(request.need)]
    if request.services:
        asked.append(request.services)
    found += [Condition(("services", "programmes"), _offers(wanted), wanted) for wanted in asked]
    for field in ("publics", "care", "access", "support"):
        if wanted := getattr(request, field):
            found.append(Condition((field,), _among(field, wanted), wanted))
    if request.fees:
        found.append(Condition(("fees",), _costs(request.fees), request.fees))
    if request.languages:
        found.append(Condition(("care", "comment"), _speaks(request.languages), request.languages))
    if request.women:
        found.append(Condition(("publics", "comment", "hours"), _for_women))
    return found


def _items(text: str | None) -> tuple[str, ...]:
    return tuple(i.strip() for i in text.split(SEPARATOR) if i.strip()) if text else ()


def _receives(access: str | None) -> tuple[int, str]:
    """A place that says it receives nobody is no place to send a person to."""
    return (NO, "") if _items(access) == (NO_PUBLIC,) else (YES, "")


def _offers(wanted: tuple[str, ...]) -> Callable[[str | None, str | None], tuple[int, str]]:
    def judge(services: str | None, programmes: str | None) -> tuple[int, str]:
        offered = [s for s in _items(services) if s in wanted]
        if offered:
            return YES, "service : " + ", ".join(offered)
        through = [
            p for p in _items(programmes) if set(PROGRAMME_SERVICES.get(p, ())) & set(wanted)
        ]
        if through:
            return YES, "programme : " + ", ".join(through)
        return (NO, "") if services else (UNKNOWN, "services non précisés")

    return judge


def _among(field: str, wanted: tuple[str, ...]) -> Callable[[str | None], tuple[int, str]]:
    def judge(text: str | None) -> tuple[int, str]:
        if not text:
            return UNKNOWN, f"{_ABOUT[field]} : non précisé"
        found = [item for item in _items(text) if item in wanted]
        return (YES, f"{_ABOUT[field]} : {', '.join(found)}") if found else (NO, "")

    return judge


def _costs(wanted: tuple[str, ...]) -> Callable[[str | None], tuple[int, str]]:
    plain = _among("fees", wanted)

    def judge(text: str | None) -> tuple[int, str]:
        answer = plain(text)
        if answer[0] == NO and FREE in wanted and FREE_IF in _items(text):
            return UNKNOWN, "gratuit sous condition : à vérifier"
        return answer

    return judge


def _speaks(languages: Sequence[str]) -> Callable[[str | None, str | None], tuple[int, str]]:
    names = " ou ".join(languages)
    words = {fold(language) for language in languages}

    def judge(care: str | None, comment: str | None) -> tuple[int, str]:
        told = set(fold(comment or "").split())
        if words & told or ("anglais" in words and ENGLISH in _items(care)):
            return YES, f"langue : {names}"
        if OTHER_LANGUAGES in _items(care):
            return UNKNOWN, f"d'autres langues sont parlées : demander si c'est {names}"
        return (NO, "") if care else (UNKNOWN, "langues parlées : non précisé")

    return judge


def _for_women(publics: str | None, comment: str | None, hours: str | None) -> tuple[int, str]:
    told = fold(f"{comment or ''} {hours or ''}").split()
    if WOMEN in _items(publics) or {"femmes", "femme"} & set(told):
        return YES, "femmes : accueil ou horaires dédiés"
    return (NO, "") if publics else (UNKNOWN, "accueil dédié aux femmes : non précisé")
