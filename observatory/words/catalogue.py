"""The words of the screens, from one file a language; a page never holds a sentence itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from observatory.errors import ChoiceError

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
FOLDER = Path(__file__).parent / "screens"


@dataclass(frozen=True)
class Words:
    """All the texts of one language, by dotted name.

    Attributes
    ----------
    lang
        ``fr`` or ``en``.
    items
        Dotted name -> text, with ``{placeholders}``.
    """

    lang: Lang
    items: Mapping[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """Give one text with its placeholders filled.

        Raises
        ------
        ChoiceError
            The language has no text of that name.
        """
        if name not in self.items:
            raise ChoiceError(
                f"text {name}",
                expected=f"a text in texts/{self.lang}.toml",
                found="none",
                next_step="add it to every language's file",
            )
        return self.items[name].format(**values) if values else self.items[name]

    def has(self, name: str) -> bool:
        """Say whether the language has a text of that name."""
        return name in self.items


@lru_cache(maxsize=len(LANGS))
def load_words(lang: Lang) -> Words:
    """Read the texts of a language."""
    with (FOLDER / f"{lang}.toml").open("rb") as file:
        return Words(lang, dict(_flat(tomllib.load(file), "")))


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, node in tree.items():
        if isinstance(node, Mapping):
            yield from _flat(node, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(node)
