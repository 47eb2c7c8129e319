"""Understand a need in a person's words: accents, case and small slips forgiven."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from observatory.errors import ChoiceError
from observatory.places.cleaning import fold
from observatory.tables.person_needs import BY_KEY, NEEDS, SERVICES, Need

#: Words shorter than this are never taken for another one: CV, SIM, ENT, CAF.
_SHORT = 4
_LIKE = 82.0


@lru_cache(maxsize=10_000)
def understand(words: str) -> tuple[Need, ...]:
    """Return the needs that a person's words name, in the order of the table.

    A phrase wins over a word inside it: "téléphone pas cher" asks for equipment, not for lessons.
    Without an exact word the likeliest is taken (``impots``, ``pronotte``, ``titre de sejours``).
    A service of the national standard can be named as it is.

    Raises
    ------
    ChoiceError
        The words name no need of the table; the needs known are listed.
    """
    text = fold(words)
    named = tuple(need for need in NEEDS if need.key == text) or _named(text) or _like(text)
    if named:
        return named
    service = next((s for s in SERVICES if text and fold(s) == text), None)
    if service is not None:
        return (Need(text.replace(" ", "-"), (service,), (service,)),)
    raise ChoiceError(
        "need",
        expected="a need in a person's words, or one of " + ", ".join(BY_KEY),
        found=repr(words[:200]),
        next_step="use other words, or choose one of these",
    )


@lru_cache(maxsize=1)
def _aliases() -> tuple[tuple[str, Need], ...]:
    return tuple((fold(word), need) for need in NEEDS for word in need.words)


def _named(text: str) -> tuple[Need, ...]:
    found = [
        (m.start(), m.end(), need)
        for alias, need in _aliases()
        for m in re.finditer(rf"\b{re.escape(alias)}\b", text)
    ]
    longest = [
        need
        for start, end, need in found
        if not any(s <= start and end <= e and (e - s) > (end - start) for s, e, _ in found)
    ]
    return tuple(need for need in NEEDS if need in longest)


def _like(text: str) -> tuple[Need, ...]:
    words = text.split()
    best: tuple[float, Need] | None = None
    for alias, need in _aliases():
        size = len(alias.split())
        windows = [" ".join(words[i : i + size]) for i in range(max(len(words) - size + 1, 0))]
        for window in windows:
            if min(len(window), len(alias)) >= _SHORT:
                score = fuzz.ratio(window, alias)
                if score >= _LIKE and (best is None or score > best[0]):
                    best = (score, need)
    return () if best is None else (best[1],)
