"""Fields of numbers with decimals, in the reader's language: Streamlit's own have a point only."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from observatory.words.catalogue import Words
from observatory.words.numbers import number

#: What a number may be typed with.
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def steps(low: float, high: float, step: float) -> list[float]:
    """Return the numbers from one to another, to a tenth."""
    return [round(low + step * place, 1) for place in range(round((high - low) / step) + 1)]


def choose(
    label: str,
    options: list[float],
    key: str,
    words: Words,
    *,
    usual: float | None = None,
    help_text: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> float | None:
    """Offer numbers in a list that the keyboard finds: ``1,5`` typed leads to one and a half.

    Parameters
    ----------
    label, options, key, help_text, on_change
        Of the field.
    usual
        The number chosen at first; ``None`` for none, and the field can then be emptied.
    """
    known = options if usual is not None else (*options, None)
    if key not in st.session_state or st.session_state[key] not in known:
        st.session_state[key] = usual
    return st.selectbox(
        label,
        options,
        index=None if usual is None else 0,
        format_func=lambda value: text(value, words),
        placeholder="",
        key=key,
        help=help_text,
        on_change=on_change,
    )


def text(value: float, words: Words) -> str:
    """Return a number with the decimals that it has, at most six."""
    shown = f"{value:.6f}".rstrip("0").rstrip(".")
    return number(value, words.lang, len(shown.partition(".")[2]))


def read(typed: str) -> float | None:
    """Return a number as a person types it, with a comma or a point; ``None`` for anything else."""
    try:
        value = float(typed.translate(_SPACES).replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
