"""What a person asks of a place, and the answer of each place: yes, no, or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from observatory.errors import ChoiceError
from observatory.places.cleaning import fold
from observatory.places.search.need_words import understand
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.language_names import language_name
from observatory.tables.person_needs import (
    BOOK_ONLINE,
    BY_KEY,
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
    SPOKEN,
    SUPPORT,
    WALK_IN,
    WAYS,
    WOMEN,
)
from observatory.tables.remarks import Remark, remark

YES, NO, UNKNOWN = 1, 0, -1
#: How a person may come: without an appointment, or with one.
APPOINTMENTS = WITHOUT, WITH = ("without", "with")
Answer = tuple[int, Remark | None]


@dataclass(frozen=True)
class Request:
    """What a person asks for; an empty field asks nothing.

    Attributes
    ----------
    need
        In the person's words: "CAF", "mon CV", "ordinateur pas cher".
    needs
        Keys of :data:`~observatory.tables.person_needs.NEEDS`, each to be answered.
    services, publics, care, fees, access, support
        Values of the national standard; several in one field: any one will do.
    languages
        Codes of languages, any one of them ("ar").
    appointments
        Words of :data:`APPOINTMENTS`, any one will do.
    women
        Whether hours or a place for women are asked for.
    open_when
        A code of :data:`~observatory.places.opening_hours.MOMENTS`, or a day (2026-03-09).
    unknown
        Places that may suit: ``mixed`` in order of walk, ``after`` those that do, or ``hidden``.
    commune
        INSEE code: of the places known by their address only, give those of this commune.
    max_walk_min, limit
        The farthest walk, and how many places at most (of each kind: located, address only).
    """

    need: str = ""
    needs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()
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
                    next_step="another value would match no place",
                )
        if self.limit < 1 or self.unknown not in ("mixed", "after", "hidden"):
            raise ChoiceError(
                "search",
                expected="a limit of at least 1, and unknown mixed, after or hidden",
                found=f"limit {self.limit}, unknown {self.unknown}",
                next_step="mend the search",
            )


_AMONG: Mapping[str, Iterable[str]] = {
    "needs": BY_KEY,
    "languages": SPOKEN,
    "services": SERVICES,
    "publics": PUBLICS,
    "care": CARE,
    "fees": FEES,
    "access": WAYS,
    "support": SUPPORT,
    "appointments": APPOINTMENTS,
}


@dataclass(frozen=True)
class Condition:
    """One condition on one or more fields.

    Attributes
    ----------
    fields
        The fields it reads.
    answer
        Returns the answer, and a remark about it where there is one, from the fields' values.
    key
        What tells it from other conditions on the same fields: answers are kept by it.
    """

    fields: tuple[str, ...]
    answer: Callable[..., Answer]
    key: tuple[str, ...] = ()


def conditions(request: Request) -> list[Condition]:
    """Return the conditions that a request sets; a place that receives nobody never suits."""
    found = [Condition(("access",), _receives)]
    asked = [BY_KEY[key].services for key in request.needs]
    if request.need:
        asked += [need.services for need in understand(request.need)]
    if request.services:
        asked.append(request.services)
    found += [Condition(("services", "programmes"), _offers(wanted), wanted) for wanted in asked]
    if request.access:
        found.append(Condition(("access", "booking"), _comes(request.access), request.access))
    for field in ("publics", "care", "support"):
        if wanted := getattr(request, field):
            found.append(Condition((field,), _among(field, wanted), wanted))
    if request.fees:
        found.append(Condition(("fees",), _costs(request.fees), request.fees))
    if request.languages:
        found.append(Condition(("care", "comment"), _speaks(request.languages), request.languages))
    if request.appointments:
        fields = ("appointments", "booking", "access")
        found.append(Condition(fields, _books(request.appointments), request.appointments))
    if request.women:
        found.append(Condition(("publics", "comment", "hours"), _for_women))
    return found


def _items(text: str | None) -> tuple[str, ...]:
    return tuple(i.strip() for i in text.split(SEPARATOR) if i.strip()) if text else ()


def _receives(access: str | None) -> Answer:
    """A place whose record says that it receives nobody is no place to send a person to."""
    return (NO, None) if _items(access) == (NO_PUBLIC,) else (YES, None)


def _offers(wanted: tuple[str, ...]) -> Callable[[str | None, str | None], Answer]:
    def answer(services: str | None, programmes: str | None) -> Answer:
        offered = tuple(s for s in _items(services) if s in wanted)
        if offered:
            return YES, remark("search.services", services=offered)
        through = tuple(
            p for p in _items(programmes) if set(PROGRAMME_SERVICES.get(p, ())) & set(wanted)
        )
        if through:
            return YES, remark("search.programmes", programmes=through)
        return (NO, None) if services else (UNKNOWN, remark("search.services_unknown"))

    return answer


def _among(field: str, wanted: tuple[str, ...]) -> Callable[[str | None], Answer]:
    def answer(text: str | None) -> Answer:
        if not text:
            return UNKNOWN, remark("search.not_given", field=field)
        found = tuple(item for item in _items(text) if item in wanted)
        return (YES, remark("search.given", field=field, values=found)) if found else (NO, None)

    return answer


def _comes(wanted: tuple[str, ...]) -> Callable[[str | None, str | None], Answer]:
    """A place with an address for booking takes appointments online, whatever else it says."""
    plain = _among("access", wanted)

    def answer(access: str | None, booking: str | None) -> Answer:
        if booking and BOOK_ONLINE in wanted:
            return YES, remark("search.given", field="access", values=(BOOK_ONLINE,))
        return plain(access)

    return answer


def _books(wanted: tuple[str, ...]) -> Callable[[str | None, str | None, str | None], Answer]:
    """A place that makes appointments may receive without one too: no source says."""

    def answer(appointments: str | None, booking: str | None, access: str | None) -> Answer:
        made = appointments == "True" or bool(booking) or BOOK_ONLINE in _items(access)
        none = appointments == "False" or WALK_IN in _items(access)
        if made and WITH in wanted:
            return YES, remark("search.appointments_made")
        if none and WITHOUT in wanted:
            return YES, remark("search.appointments_none")
        if made:
            return UNKNOWN, remark("search.appointments_required_unknown")
        return (NO, None) if none else (UNKNOWN, remark("search.appointments_unknown"))

    return answer


def _costs(wanted: tuple[str, ...]) -> Callable[[str | None], Answer]:
    plain = _among("fees", wanted)

    def answer(text: str | None) -> Answer:
        found = plain(text)
        if found[0] == NO and FREE in wanted and FREE_IF in _items(text):
            return UNKNOWN, remark("search.free_on_conditions")
        return found

    return answer


def _speaks(languages: tuple[str, ...]) -> Callable[[str | None, str | None], Answer]:
    """Notes are free text in French: a language is read there by its French name."""
    names = {fold(language_name(code)) for code in languages}

    def answer(care: str | None, comment: str | None) -> Answer:
        if names & set(fold(comment or "").split()) or (
            "en" in languages and ENGLISH in _items(care)
        ):
            return YES, remark("search.languages", languages=languages)
        if OTHER_LANGUAGES in _items(care):
            return UNKNOWN, remark("search.other_languages", languages=languages)
        return (NO, None) if care else (UNKNOWN, remark("search.languages_unknown"))

    return answer


def _for_women(publics: str | None, comment: str | None, hours: str | None) -> Answer:
    words = fold(f"{comment or ''} {hours or ''}").split()
    if WOMEN in _items(publics) or {"femmes", "femme"} & set(words):
        return YES, remark("search.women")
    return (NO, None) if publics else (UNKNOWN, remark("search.women_unknown"))
