"""The words of the screens, from one file a language; a page never holds a sentence itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from observatory.errors import ChoiceError
from observatory.tables.toml_files import read_toml
from observatory.words.spacing import unbroken

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
ROOM = Path(__file__).parent
FOLDER = ROOM / "screens"
#: Files and what a terminal prints keep plain spaces.
PLAIN_SPACES = ("files", "reports")
FRENCH = ("fr", "steps_fr", "chrome")


@dataclass(frozen=True)
class Place:
    """The names that texts take from the build, as ``{place_hub}``; empty: the text's own default.

    Attributes
    ----------
    departement, of_departement
        The département's name, and after "of" in French (``de la Seine-Saint-Denis``).
    region
        The région's name.
    hub
        The hub of digital inclusion there.
    """

    departement: str = ""
    of_departement: str = ""
    region: str = ""
    hub: str = ""


NOWHERE = Place()


@dataclass(frozen=True)
class Words:
    """All the texts of one language, by dotted name.

    Attributes
    ----------
    lang
        ``fr`` or ``en``.
    items
        Dotted name -> text, with ``{placeholders}``.
    to_move
        Whether what lacks to the norm is to move, not missing: a text whose name ends in
        ``_move`` then stands for the one without.
    """

    lang: Lang
    items: Mapping[str, str]
    to_move: bool = False

    def __call__(self, name: str, /, **values: object) -> str:
        """Return one text with its placeholders filled.

        Raises
        ------
        ChoiceError
            The language has no text of that name.
        """
        if self.to_move and f"{name}_move" in self.items:
            name = f"{name}_move"
        if name not in self.items:
            raise ChoiceError(
                f"text {name}",
                expected=f"a text in texts/{self.lang}.toml",
                found="none",
                next_step="add it to every language's file",
            )
        return self.items[name].format(**values) if values else self.items[name]

    def has(self, name: str) -> bool:
        """Return whether the language has a text of that name."""
        return name in self.items

    def group(self, prefix: str) -> dict[str, str]:
        """Return the texts below a prefix, by the rest of their names, in the file's order."""
        start = prefix + "."
        return {n.removeprefix(start): t for n, t in self.items.items() if n.startswith(start)}


@lru_cache(maxsize=16 * len(LANGS))
def load_words(
    lang: Lang, folder: str = "screens", to_move: bool = False, place: Place = NOWHERE
) -> Words:
    """Read the texts of a language: those of the screens, or those of another folder.

    Parameters
    ----------
    to_move
        Whether the norm is a share of the help there is (:class:`Words`).
    place
        Whose names the texts take; without any, those of the group ``place`` of the file.
    """
    items = dict(_flat(read_texts(folder, lang), ""))
    items |= {f"place.{name}": value for name, value in asdict(place).items() if value}
    names = {f"{{place_{name}}}": items.get(f"place.{name}", "") for name in asdict(place)}
    return Words(lang, {name: _named(text, names) for name, text in items.items()}, to_move)


def _named(text: str, names: Mapping[str, str]) -> str:
    for token, name in names.items() if "{place_" in text else ():
        text = text.replace(token, name)
    return text


@lru_cache(maxsize=64)
def read_texts(folder: str, name: str) -> Mapping[str, Any]:
    """Read a file of texts of this room, the spaces of French unbroken where people read it.

    It is shared, never to be changed.

    Parameters
    ----------
    folder
        ``screens``, ``sheets``, ``assumptions``, ``method`` or ``reports``.
    name
        A language, or another file of the folder.
    """
    tree = read_toml(ROOM / folder / f"{name}.toml", "a file of texts")
    return tree if folder in PLAIN_SPACES or name not in FRENCH else _unbroken(tree)


def _unbroken(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree of texts, :func:`unbroken` each; its names and other values as they are."""
    return {key: _spaced(node) for key, node in tree.items()}


def _spaced(node: Any) -> Any:
    if isinstance(node, Mapping):
        return _unbroken(node)
    return unbroken(node) if isinstance(node, str) else node


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, node in tree.items():
        if isinstance(node, Mapping):
            yield from _flat(node, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(node)
