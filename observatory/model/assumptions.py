"""Every number that is a choice: its value, bounds, unit, source and reason."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from observatory.errors import ChoiceError

FIELDS = {"value", "low", "high", "unit", "source", "why", "acts_on"}
#: What an assumption can act on. ``outlines`` and ``extent`` are done once, by a build; the others
#: by the model.
TARGETS = (
    "need",
    "interval",
    "skills",
    "help",
    "closure",
    "access",
    "nearness",
    "gap",
    "cost",
    "kinds",
    "offer",
    "parents",
    "languages",
    "outlines",
    "extent",
)
#: What a model computes from a build; which communes it holds and how fine their outlines are is
#: settled once, when it is made.
COMPUTED = frozenset(TARGETS) - {"outlines", "extent"}
#: What the gap table shows.
GAP = frozenset({"need", "interval", "skills", "help", "closure", "access", "nearness", "gap"})


@dataclass(frozen=True)
class Assumption:
    """One choice.

    Attributes
    ----------
    name
        Dotted name, such as ``walk.speed_kmh``.
    value, low, high
        The value in use and the bounds of what would be reasonable; a text choice has no bounds.
    unit
        Its unit, or the empty string.
    source
        Where it comes from; ``none`` where nobody has measured it.
    why
        The reason for this value.
    acts_on
        What it acts on, among :data:`TARGETS`.
    """

    name: str
    value: float | str
    unit: str
    source: str
    why: str
    low: float | None = None
    high: float | None = None
    acts_on: frozenset[str] = frozenset()

    def at(self, value: float | str) -> Assumption:
        """Return the same choice at another value (a thousand draws ask for it 30 times each)."""
        return Assumption(
            self.name,
            value,
            self.unit,
            self.source,
            self.why,
            self.low,
            self.high,
            self.acts_on,
        )

    @property
    def number(self) -> float:
        """The value, where it is a number."""
        if isinstance(self.value, str):
            raise ChoiceError(
                f"assumption {self.name}",
                expected="a number",
                found=repr(self.value),
                next_step="mend data/assumptions.toml",
            )
        return float(self.value)


@dataclass(frozen=True)
class Assumptions:
    """All the assumptions of a computation, by dotted name; change one with :meth:`changed`.

    Parameters
    ----------
    items
        Each assumption by its name.
    """

    items: Mapping[str, Assumption]

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.items.values())

    def __getitem__(self, name: str) -> Assumption:
        if name not in self.items:
            raise ChoiceError(
                f"assumption {name}",
                expected="one of " + ", ".join(sorted(self.items)),
                found=name,
                next_step="see data/assumptions.toml for the names",
            )
        return self.items[name]

    def number(self, name: str) -> float:
        """Return the value of a numeric assumption.

        Parameters
        ----------
        name
            Its dotted name.

        Returns
        -------
        float
            Its value, in its unit.
        """
        return self[name].number

    def text(self, name: str) -> str:
        """Return the value of a text assumption.

        Parameters
        ----------
        name
            Its dotted name.

        Returns
        -------
        str
            Its value.
        """
        return str(self[name].value)

    def group(self, prefix: str) -> dict[str, float]:
        """Return the numeric assumptions below a prefix, in file order.

        Parameters
        ----------
        prefix
            Beginning of their names, without the last dot.

        Returns
        -------
        dict of str to float
            Their values, by the rest of their names.
        """
        start = prefix + "."
        found = {n[len(start) :]: a.number for n, a in self.items.items() if n.startswith(start)}
        return found or {prefix: self.number(prefix)}

    def without(self, names: Collection[str]) -> Assumptions:
        """Return the same assumptions without some, which act on nothing where they are used.

        Parameters
        ----------
        names
            Their names.

        Returns
        -------
        Assumptions
            The others; this set itself where it has none of them.
        """
        if self.items.keys().isdisjoint(names):
            return self
        return Assumptions({n: item for n, item in self.items.items() if n not in names})

    def moved_from(self, base: Assumptions) -> list[str]:
        """Return the names of the assumptions whose value differs from those of another set.

        Parameters
        ----------
        base
            The assumptions to compare with.

        Returns
        -------
        list of str
            Names, in file order.
        """
        return [item.name for item in self if item.value != base[item.name].value]

    def refuse_idle(self, names: Iterable[str], shown: frozenset[str], what: str) -> None:
        """Refuse assumptions that change nothing of what is shown.

        Parameters
        ----------
        names
            The assumptions that were changed.
        shown
            What is shown, among :data:`TARGETS`.
        what
            The name of it, for the error.

        Raises
        ------
        ChoiceError
            One of them acts on nothing of ``shown``.
        """
        for name in names:
            if not self[name].acts_on & shown:
                raise ChoiceError(
                    f"assumption {name}",
                    expected=f"an assumption that acts on {what}: {', '.join(sorted(shown))}",
                    found="one that acts on " + ", ".join(sorted(self[name].acts_on)),
                    next_step="leave it out here; what acts on outlines takes a build",
                )

    @property
    def digest(self) -> str:
        """A hash of every name, value and bound: two sets with the same one compute the same."""
        told = sorted((a.name, *(_told(v) for v in (a.value, a.low, a.high))) for a in self)
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def changed(self, values: Mapping[str, float | str]) -> Assumptions:
        """Return the same assumptions with other values.

        Parameters
        ----------
        values
            New values by name.

        Returns
        -------
        Assumptions
            The changed set; this one stays as it is.

        Raises
        ------
        ChoiceError
            An unknown name, a wrong type, or a number that its unit cannot have.
        """
        items = dict(self.items)
        for name, value in values.items():
            old = self[name]
            if isinstance(old.value, str) != isinstance(value, str):
                raise ChoiceError(
                    f"assumption {name}",
                    expected="text" if isinstance(old.value, str) else f"a number ({old.unit})",
                    found=repr(value),
                    next_step="give a value of the same type",
                )
            items[name] = old.at(value)
            _refuse_impossible(items[name])
        return Assumptions(items)


def _told(value: float | str | None) -> str:
    return value if isinstance(value, str) else "" if value is None else repr(float(value))


#: Beginnings of a unit, and the most that a number of that unit can be.
_MOST = {"%": 100.0, "share of": 1.0, "chance": 1.0}


@cache
def _most(unit: str) -> float:
    return next((top for start, top in _MOST.items() if unit.startswith(start)), math.inf)


def _refuse_impossible(item: Assumption) -> None:
    """Refuse a number that no measure of its unit can have: none is below zero."""
    if isinstance(item.value, str):
        return
    most = _most(item.unit)
    if not 0 <= item.number <= most:
        raise ChoiceError(
            f"assumption {item.name}",
            expected="0 or more" + (f", at most {most:g}" if most < math.inf else ""),
            found=f"{item.number:g} ({item.unit})",
            next_step="choose a number in these limits",
        )


def parse_assumptions(tree: Mapping[str, Any], *, where: str) -> Assumptions:
    """Read the nested tables of ``assumptions.toml``.

    A table that has a ``value`` is a choice; any other table is a group of them.

    Raises
    ------
    ChoiceError
        A choice lacks its unit, source or reason, has an unknown field, or bounds that do not
        hold its value.
    """
    return Assumptions({item.name: item for item in _walk(tree, "", where)})


def _walk(tree: Mapping[str, Any], prefix: str, where: str) -> Iterator[Assumption]:
    for key, node in tree.items():
        name = f"{prefix}{key}"
        if isinstance(node, Mapping) and "value" in node:
            yield _one(name, node, where)
        elif isinstance(node, Mapping):
            yield from _walk(node, f"{name}.", where)
        else:
            raise _refusal(where, name, "a table with a value, unit, source and why", repr(node))


def _one(name: str, node: Mapping[str, Any], where: str) -> Assumption:
    missing = {"unit", "source", "why", "acts_on"} - set(node)
    unknown = set(node) - FIELDS
    if missing or unknown:
        raise _refusal(
            where,
            name,
            "value, unit, source, why, acts_on (and low, high)",
            ", ".join(sorted(node)),
        )
    value, low, high = node["value"], node.get("low"), node.get("high")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _refusal(where, name, "a number or a text", repr(value))
    if not isinstance(value, str) and not (
        (low is None or low <= value) and (high is None or value <= high)
    ):
        raise _refusal(where, name, f"a value between {low} and {high}", repr(value))
    targets = frozenset(node["acts_on"])
    if not targets or not targets <= set(TARGETS):
        raise _refusal(where, name, "acts_on among " + ", ".join(TARGETS), repr(node["acts_on"]))
    unit, source, why = (str(node[key]) for key in ("unit", "source", "why"))
    item = Assumption(name, value, unit, source, why, low, high, targets)
    _refuse_impossible(item)
    return item


def _refusal(where: str, name: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(
        f"{where}, {name}", expected=expected, found=found, next_step="mend the entry and try again"
    )
