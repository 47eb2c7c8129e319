"""How like a text the names of a gazetteer are: word by word, the rarer a word the more it counts.

Accents, case, articles, plurals and small slips are forgiven. A name is asked for when every word
of the text stands in it, in the name of its commune, or in the word for its kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from observatory.places.cleaning import fold

Numbers = NDArray[np.float64]
#: What parts a name from its commune in the column ``folded``.
TOWN = "@"
#: Words shorter than this, and figures, are never taken for another one.
SHORT = 4
#: Two words less alike than this (0-100) are two words.
LEAST_LIKE = 80.0
#: The same, of a word that is known as it is written: "Stains" is not taken for "saint".
LEAST_BESIDE = 92.0
#: How much of the score comes from the text found in the name; the rest, from the name in the text.
ASKED = 0.72
#: A word that says the kind or the commune, or a rank, says little of which entry is meant.
LIGHT = 0.15
LITTLE = {
    "de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et", "sur",
    "pres", "chez", "vers", "un", "une", "cite", "quartier", "residence", "zone", "qpv",
    "iris", "arret", "station",
}  # fmt: skip
#: Ways of writing one word.
SAME = {
    "st": "saint", "ste": "saint", "sainte": "saint", "av": "avenue", "ave": "avenue",
    "bd": "boulevard", "bld": "boulevard", "boul": "boulevard", "pl": "place", "rer": "gare",
    "sncf": "gare", "tramway": "tram", "bibliotheque": "mediatheque", "biblio": "mediatheque",
    "hop": "hopital", "clinique": "hopital", "chu": "hopital", "fac": "universite",
    "faculte": "universite", "univ": "universite", "primaire": "ecole", "elementaire": "ecole",
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8",
    "dr": "docteur", "pdt": "president", "gal": "general", "mal": "marechal",
}  # fmt: skip
#: Words that say what kind of thing is looked for.
KIND_WORDS = {
    "gare", "metro", "tram", "mediatheque", "hopital", "universite", "poste", "ecole",
    "college", "lycee", "maternelle",
}  # fmt: skip
_RANK = re.compile(r"\d{1,2}")


def words_of(text: str) -> list[str]:
    """Return the words of a text that tell names apart, each written in one way.

    >>> words_of("Cité des Francs-Moisins, St Denis")
    ['franc', 'moisin', 'saint', 'deni']
    """
    found = [SAME.get(word, word) for word in fold(text).split() if word not in LITTLE]
    # A single letter is a line ("RER B") or what is left of an article.
    return [_singular(word) for word in found if len(word) > 1 or word.isdigit()]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > SHORT and word[-1] in "sx" else word


def folded(name: str, town: str = "") -> str:
    """Return the name of an entry and its commune, as :class:`NameMatch` reads them."""
    return " ".join(words_of(name)) + TOWN + " ".join(words_of(town))


@dataclass(frozen=True)
class Likeness:
    """How like a text each entry is.

    Attributes
    ----------
    score
        0 to 100.
    whole
        Whether each word of the text stands in the entry, small slips forgiven.
    own
        How much of the entry's own name stands in the text, 0 to 1.
    """

    score: Numbers
    whole: NDArray[np.bool_]
    own: Numbers


class NameMatch:
    """The names of a gazetteer made ready to be compared with texts.

    Parameters
    ----------
    names
        The column ``folded`` of a gazetteer.
    """

    def __init__(self, names: pd.Series[str]) -> None:
        self.count = len(names)
        word: list[str] = []
        light: list[float] = []
        start: list[int] = []
        for text in names:
            start.append(len(word))
            name, _, town = text.partition(TOWN)
            own, towns = name.split() or [""], town.split()
            only = set(own) <= {*towns, *KIND_WORDS}
            beside = [one for one in towns if one not in own]
            word += own + beside
            light += [_lightness(one, towns, only) for one in own] + [0.0] * len(beside)
        self._start = np.array(start, dtype=np.int64)
        self._light = np.array(light, dtype=float)
        codes, self.vocabulary = pd.factorize(np.array(word, dtype=object))
        self._codes = np.asarray(codes, dtype=np.int64)

    @cached_property
    def _rarity(self) -> Numbers:
        held = np.bincount(self._codes, minlength=len(self.vocabulary))
        return np.asarray(np.log((self.count + 1) / (held + 1)).clip(0.5), dtype=float)

    def likeness(self, words: list[str]) -> Likeness:
        """Return how like some words each entry is."""
        if not words or not len(self._codes):
            nothing = np.zeros(self.count)
            return Likeness(nothing, nothing > 0, nothing)
        like = self._alike(words)
        here = like[:, self._codes]
        met = np.maximum.reduceat(here, self._start, axis=1)
        weight = self._weights(like)
        asked = weight @ met / weight.sum()
        of_name = self._rarity[self._codes] * self._light
        own = _share(here.max(axis=0) * of_name, of_name, self._start)
        score = 100 * (ASKED * asked + (1 - ASKED) * own)
        whole = np.asarray((met > 0).all(axis=0), dtype=bool)
        return Likeness(score, whole, own)

    def _alike(self, words: list[str]) -> Numbers:
        """Return the likeness of each word asked to each word known, 0 to 1; small ones are 0."""
        known = self.vocabulary.tolist()
        like = process.cdist(words, known, scorer=fuzz.ratio, dtype=np.float64) / 100
        exact = like == 1.0
        fixed = np.array([len(one) < SHORT or any(map(str.isdigit, one)) for one in known])
        asked = np.array([len(one) < SHORT or any(map(str.isdigit, one)) for one in words])
        least = np.where(exact.any(axis=1), LEAST_BESIDE, LEAST_LIKE) / 100
        like[(like < least[:, None]) | ((fixed | asked[:, None]) & ~exact)] = 0.0
        return np.asarray(like, dtype=float)

    def _weights(self, like: Numbers) -> Numbers:
        """Return what each word asked counts: its rarity, the most for one that nothing has."""
        likest = like.argmax(axis=1)
        known = like.max(axis=1) > 0
        most = np.log(self.count + 1.0).clip(1.0)
        return np.asarray(np.where(known, self._rarity[likest], most), dtype=float)


def _lightness(word: str, towns: list[str], only: bool) -> float:
    if _RANK.fullmatch(word) or (not only and (word in towns or word in KIND_WORDS)):
        return LIGHT
    return 1.0


def _share(part: Numbers, whole: Numbers, start: NDArray[np.int64]) -> Numbers:
    total = np.add.reduceat(whole, start)
    return np.asarray(np.add.reduceat(part, start) / np.where(total > 0, total, 1.0), dtype=float)
