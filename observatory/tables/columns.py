"""How a column is defined: its type, unit, meaning, bounds, and what a missing value means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "int", "float", "bool", "date", "geometry"]

WHY_VALUES = ("suppressed", "not significant", "no population", "not published", "not in source")


@dataclass(frozen=True)
class Column:
    """One column of a table: a constraint and a line of the data dictionary at once.

    Attributes
    ----------
    name
        Its name, unit included where it has one (``need_persons``, ``walk_min``).
    kind
        ``text`` (codes too: never numbers), ``int``, ``float``, ``bool``, ``date`` (ISO text) or
        ``geometry``.
    description
        What the value says, in one sentence.
    unit
        The unit, or the empty string where there is none.
    missing
        What a missing value means; ``None`` where none is allowed.
    pattern, among, low, high
        The values allowed, bounds included.
    """

    name: str
    kind: Kind
    description: str
    unit: str = ""
    missing: str | None = None
    pattern: str | None = None
    among: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None

    @property
    def dtype(self) -> str:
        """The pandas dtype that holds it."""
        if self.kind == "int":
            return "int64" if self.missing is None else "Int64"
        if self.kind == "float":
            return "float64"
        if self.kind == "bool":
            return "bool" if self.missing is None else "boolean"
        return "geometry" if self.kind == "geometry" else "str"

    def named(self, name: str, description: str | None = None) -> Column:
        """Give the same column under another name."""
        return replace(self, name=name, description=description or self.description)

    def may_miss(self, meaning: str) -> Column:
        """Give the same column, allowed to be missing for the reason given."""
        return replace(self, missing=meaning)

    @property
    def allowed(self) -> str:
        """The values allowed, in words, for the data dictionary and for errors."""
        parts: list[str] = []
        if self.among is not None:
            parts.append("one of " + ", ".join(self.among))
        if self.pattern is not None:
            parts.append(f"text like {self.pattern}")
        if self.low is not None:
            parts.append(f"at least {self.low:g}")
        if self.high is not None:
            parts.append(f"at most {self.high:g}")
        return "; ".join(parts) or {"int": "a whole number", "float": "a number"}.get(
            self.kind, f"a {self.kind}"
        )


def why(of: str) -> Column:
    """Give the column that says why another one is missing.

    A missing figure always has its reason beside it, so that a suppressed small number is never
    taken for a zero.
    """
    return Column(
        f"{of}_why",
        "text",
        f"Why {of} is missing.",
        missing=f"{of} is there",
        among=WHY_VALUES,
    )
