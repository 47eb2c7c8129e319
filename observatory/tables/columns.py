"""How a column is defined: its type, unit, meaning, bounds, and what a missing value means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "int", "float", "bool", "date", "geometry"]

#: The source of what the model computes from facts and assumptions.
COMPUTED = "computed"
DAY = r"\d{4}-\d{2}-\d{2}"
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
    remarks
        The family of the remarks that the text holds; ``None`` where it holds none.
    source
        Identifiers of the sources that give it, as in ``data/registry.toml``, or
        :data:`COMPUTED`; empty where it comes from the sources of its table.
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
    remarks: str | None = None
    source: tuple[str, ...] = ()

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
        """Return the same column under another name."""
        return replace(self, name=name, description=description or self.description)

    def of(self, *source: str) -> Column:
        """Return the same column, from the sources given."""
        return replace(self, source=source)

    def may_miss(self, meaning: str) -> Column:
        """Return the same column, allowed to be missing for the reason given."""
        return replace(self, missing=meaning)

    @property
    def allowed(self) -> str:
        """The values allowed, in words, for the data dictionary and for errors."""
        parts: list[str] = []
        if self.remarks is not None:
            parts.append(f"remarks of the family {self.remarks}")
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
    """Return the column that says why another one is missing.

    A missing figure always has its reason beside it, so that a suppressed small number is never
    taken for a zero.
    """
    return Column(
        f"{of}_why", "text", f"Why {of} is missing.", missing=f"{of} is there", among=WHY_VALUES
    )


def text(
    name: str,
    description: str,
    missing: str | None = None,
    *,
    pattern: str | None = None,
    among: tuple[str, ...] | None = None,
) -> Column:
    """Return a column of text: a code, a name, a value of a closed list."""
    return Column(name, "text", description, missing=missing, pattern=pattern, among=among)


def flag(name: str, description: str, missing: str | None = None) -> Column:
    """Return a column of true and false."""
    return Column(name, "bool", description, missing=missing)


def remarks(
    name: str, description: str, missing: str | None = "there is nothing to say", *, family: str
) -> Column:
    """Return a column of remarks (:mod:`observatory.tables.remarks`), of one family of codes."""
    return Column(name, "text", description, missing=missing, remarks=family)


def day(name: str, description: str, missing: str | None = None) -> Column:
    """Return a column of days, as ISO text."""
    return Column(name, "date", description, missing=missing, pattern=DAY)


def number(
    name: str,
    description: str,
    unit: str = "",
    missing: str | None = None,
    *,
    low: float | None = 0,
    high: float | None = None,
) -> Column:
    """Return a column of decimal numbers, not below zero unless said otherwise."""
    return Column(name, "float", description, unit, missing, low=low, high=high)


def count(
    name: str, description: str, unit: str = "", missing: str | None = None, *, low: float = 0
) -> Column:
    """Return a column of whole numbers, not below zero."""
    return Column(name, "int", description, unit, missing, low=low)


def persons(
    name: str, description: str, missing: str | None = None, *, low: float | None = 0
) -> Column:
    """Return a column that counts people; decimals come from weighted records."""
    return number(name, description, "persons", missing=missing, low=low)


def homes(name: str, description: str, missing: str | None = None) -> Column:
    """Return a column that counts households."""
    return number(name, description, "households", missing=missing)


def pct(name: str, description: str, missing: str | None = None) -> Column:
    """Return a column in per cent, between 0 and 100."""
    return number(name, description, "%", missing=missing, high=100)


def hours(
    name: str,
    description: str,
    missing: str | None = None,
    *,
    low: float | None = 0,
    high: float | None = None,
) -> Column:
    """Return a column of hours a week."""
    return number(name, description, "h/week", missing=missing, low=low, high=high)


def per_100(name: str, description: str, missing: str | None = None) -> Column:
    """Return a column of hours a week for each 100 people in need."""
    return number(name, description, "h/week per 100 persons in need", missing=missing)


def degrees(name: str, description: str, end: float, missing: str | None = None) -> Column:
    """Return a column of latitudes or longitudes, WGS 84."""
    return number(name, description, "degree", missing=missing, low=-end, high=end)
