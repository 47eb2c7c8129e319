"""What to call each assumption on an English screen; no Streamlit here.

The project's own file of the method names them in French only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from observatory.files.method import Choice
from observatory.words.catalogue import FOLDER, Lang


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Give the English name of each assumption."""
    with (FOLDER / "assumptions.toml").open("rb") as file:
        return {name: str(label) for name, label in tomllib.load(file).items()}


def named(choices: Iterable[Choice], lang: Lang) -> tuple[Choice, ...]:
    """Give the choices with their names in a language; one without a name keeps its identifier."""
    if lang == "fr":
        return tuple(choices)
    return tuple(
        replace(choice, label=english().get(choice.item.name, choice.label)) for choice in choices
    )
