"""Names of schools, places and IRIS as a French reader writes them: capitals and accents.

Sources give ``JEAN JAURES`` and ``cesaria evora``. The words that are put in their place stand in
``data/proper_names.toml``; a word that is not there only has its capitals settled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from observatory import settings
from observatory.errors import ChoiceError
from observatory.tables.toml_files import read_toml

FILE = "proper_names.toml"
LISTS = ("written", "capitals", "small", "short")
#: A word in capitals of so many letters is taken for initials unless the file knows it.
INITIALS = 3
_WORD = re.compile(r"[^\W_]+")
_ELIDED = re.compile(r"\b([dl]) (?=[aeéèêiîoôuhy])", re.IGNORECASE)


@dataclass(frozen=True)
class NameWords:
    """The words of ``proper_names.toml``.

    Attributes
    ----------
    written
        A word folded (no accent, no capital) -> as it is written.
    joined
        Words folded and parted by a space -> as they are written.
    small
        The same as ``written`` for the small words inside a name.
    capitals, short
        Words folded: initials; short words that are no initials.
    """

    written: Mapping[str, str]
    joined: Mapping[str, str]
    small: Mapping[str, str]
    capitals: frozenset[str]
    short: frozenset[str]

    @cached_property
    def together(self) -> re.Pattern[str]:
        """What finds words that are to be joined, with or without accents, in any case."""
        parts = (re.escape(one).replace(r"\ ", r"[ .]+") for one in self.joined)
        return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


def folded(text: str) -> str:
    """Return a text without accents and capitals; a ligature is two letters."""
    parted = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in parted if not unicodedata.combining(c)).lower()


@cache
def load_name_words(path: Path | None = None) -> NameWords:
    """Read the words of the project's file.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not valid TOML.
    ChoiceError
        It lacks a list, or has another.
    """
    here = settings.load().data / FILE if path is None else path
    tree = read_toml(here, "the words of proper names")
    kinds = {**dict.fromkeys(LISTS, list), "joined": dict}
    if {name: type(one) for name, one in tree.items()} != kinds:
        raise ChoiceError(
            str(here),
            expected="the lists " + ", ".join(LISTS) + " and the table joined",
            found=", ".join(sorted(tree)) or "nothing",
            next_step="mend the file, or take the project's own again",
        )
    lists = {name: [str(word) for word in tree[name]] for name in LISTS}
    return NameWords(
        written={folded(word): word for word in lists["written"]},
        joined={folded(parted): str(word) for parted, word in tree["joined"].items()},
        small={folded(word): word for word in lists["small"]},
        capitals=frozenset(map(folded, lists["capitals"])),
        short=frozenset(map(folded, lists["short"])),
    )


def proper_name(text: str, words: NameWords | None = None, *, lone_initials: bool = False) -> str:
    """Return a name with its capitals and accents.

    Capitals are settled in a name that is all in capitals or all in small letters; accents are put
    in any word that has none.

    Parameters
    ----------
    text
        The name as its source writes it.
    words
        The words to write; the project's own by default.
    lone_initials
        Whether a name of one word in capitals is initials: of a place, never of a school.
    """
    known = words or load_name_words()
    plain = " ".join(text.split())
    shout, whisper = plain.upper() == plain, plain.lower() == plain
    if not plain or not (shout or whisper):
        return _WORD.sub(lambda found: _accented(found[0], known), _joined(plain, known))
    if shout and lone_initials and len(re.findall(r"[^\W\d_]{2,}", plain)) == 1:
        return plain
    # A source in capitals has no apostrophe either: L IMAGE is l'image.
    elided = _ELIDED.sub(r"\1'", plain.lower())
    return _WORD.sub(_settler(known, shout), _joined(elided, known))


def _joined(text: str, known: NameWords) -> str:
    return known.together.sub(lambda found: known.joined[_parted(found[0])], text)


def _parted(text: str) -> str:
    return re.sub(r"[ .]+", " ", text).lower()


def _accented(word: str, known: NameWords) -> str:
    """Return a word with its accents, and the capitals that it has."""
    if not word.isascii() or word.isupper() or len(word) <= INITIALS:
        return word
    found = known.written.get(word.lower())
    if found is None or found.isascii():
        return word
    return _headed(found) if word[0].isupper() else found[0].lower() + found[1:]


def _headed(word: str) -> str:
    return word[0].upper() + word[1:]


def _settler(known: NameWords, shout: bool) -> Callable[[re.Match[str]], str]:
    """Return what writes a word of a name that had no capitals of its own."""

    def settle(found: re.Match[str]) -> str:
        word, first = found[0], found.start() == 0
        if not word.islower():  # joined, and settled with that
            return word
        if word in known.capitals or (shout and _initials(word, known)):
            return word.upper()
        if len(word) == 1 and found.string[found.end() :].startswith("."):
            return word.upper()
        if folded(word) in known.small and not first:
            return known.small[folded(word)]
        own = known.written.get(folded(word))
        if own is None:
            return word.capitalize()
        return _headed(own) if first else own

    return settle


def _initials(word: str, known: NameWords) -> bool:
    known_word = word in known.small or word in known.short or word in known.written
    return len(word) <= INITIALS and word.isalpha() and not known_word
