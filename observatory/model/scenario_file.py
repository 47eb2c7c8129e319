"""Scenarios as text: a small TOML file that people can read, and a shorter form for a link.

Both name the base by hash: what was compared once is replayed on the same build, under the same
assumptions, or refused::

    [base]
    build = "2026-11-27-cd790393"
    assumptions = "9bebe9453c616a4b"
    norm = "france"

    [[change]]
    kind = "open"
    lat = 48.95
    lon = 2.38
    posts = 0.5

A norm that was changed, and any other assumption (``[base.set]``), is written beside its hash.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from observatory.errors import ChoiceError, FileFormatError, MissingInputError
from observatory.model.assumptions import Assumptions
from observatory.model.model import Model
from observatory.model.scenario import MOST_CHANGES, Scenario
from observatory.model.scenario_changes import CHANGES, Change
from observatory.tables.toml_files import did_you_mean, read_entry

NORM = "gap.norm"
#: More than any scenario of :data:`MOST_CHANGES` changes takes.
MOST_BYTES = 64 * 1024
#: Servers and browsers cut longer links.
LONGEST_LINK = 2000
HEAD = "# Observatoire Plaine Connexion: observatory scenario run FILE\n"
#: How a link begins: the version of its form.
_VERSION = "1"
_HASH = 8


@dataclass(frozen=True)
class WrittenScenario:
    """A scenario as a file or a link says it, before its base is known to fit.

    Attributes
    ----------
    build
        Edition of the build; in a link, the end of it.
    assumptions
        Hash of the assumptions; in a link, the start of it.
    changes
        What changes, in order.
    values
        The assumptions that differ from the project's own file, the norm among them.
    where
        What to call it in an error.
    """

    build: str
    assumptions: str
    changes: tuple[Change, ...] = ()
    values: Mapping[str, float | str] = field(default_factory=dict)
    where: str = "scenario"

    def on(self, model: Model, *, anyway: bool = False) -> Scenario:
        """Return the scenario on its base.

        Parameters
        ----------
        model
            The base: the same build and the same assumptions.
        anyway
            Whether to make the changes on a base that is another one.

        Raises
        ------
        ChoiceError
            Another base, or a change that cannot be made on it.
        """
        if not anyway:
            build = model.facts.edition
            if not (
                build == self.build or (len(self.build) == _HASH and _end(build) == self.build)
            ):
                raise _other(
                    self.where,
                    "build",
                    self.build,
                    build,
                    "name the build with --build, or make the scenario again on this one",
                )
            digest = model.assumptions.digest
            if not digest.startswith(self.assumptions) or len(self.assumptions) < _HASH:
                raise _other(
                    self.where,
                    "assumptions",
                    self.assumptions,
                    digest,
                    "take the assumptions that it was made under, or make the scenario again",
                )
        found = Scenario(model, self.changes)
        _ = found.help
        return found


def write(scenario: Scenario, project: Assumptions) -> str:
    """Return a scenario as TOML.

    Parameters
    ----------
    project
        The project's own assumptions: those of the base that differ are written.
    """
    known = scenario.base.assumptions
    lines = [HEAD + "[base]"]
    lines += [f"build = {_toml(scenario.base.facts.edition)}"]
    lines += [f"assumptions = {_toml(known.digest)}", f"norm = {_toml(known.text(NORM))}"]
    moved = {name: known[name].value for name in known.moved_from(project) if name != NORM}
    if moved:
        lines += ["", "[base.set]", *(f"{_toml(n)} = {_toml(v)}" for n, v in moved.items())]
    for number, change in enumerate(scenario.changes, 1):
        lines += ["", f"[[change]]  # {number}", f"kind = {_toml(change.kind)}"]
        lines += [f"{name} = {_toml(value)}" for name, value in _said(change).items()]
    return "\n".join(lines) + "\n"


def read(path: Path) -> WrittenScenario:
    """Read the file of a scenario.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, it is too large, or not TOML in UTF-8.
    ChoiceError
        It says what no scenario says.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise MissingInputError(
            str(path),
            expected="the file of a scenario",
            found="no such file",
            next_step="write one with observatory scenario new, or save it from the app",
        ) from error
    except OSError as error:
        raise _spoilt(str(path), "a file that can be read", str(error)) from error
    return parse(content, str(path))


def parse(content: bytes, where: str = "scenario") -> WrittenScenario:
    """Read the content of a scenario's file; ``where`` names it in an error.

    Raises
    ------
    FileFormatError, ChoiceError
        As for :func:`read`.
    """
    if len(content) > MOST_BYTES:
        raise _spoilt(where, f"at most {MOST_BYTES} bytes", "more")
    try:
        tree = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # of TOML, of UTF-8, of a number too long
        raise _spoilt(where, "valid TOML in UTF-8", str(error)[:300]) from error
    unknown = sorted(set(tree) - {"base", "change"})
    if unknown or not isinstance(tree.get("base"), dict):
        found = (
            f"{unknown[0]!r}{did_you_mean(unknown[0], ('base', 'change'))}" if unknown else "none"
        )
        raise _wrong(where, "[base] and [[change]] tables", found)
    listed = tree.get("change", [])
    if not isinstance(listed, list) or len(listed) > MOST_CHANGES:
        many = len(listed) if isinstance(listed, list) else "no list"
        raise _wrong(f"{where}, change", f"at most {MOST_CHANGES} [[change]] tables", str(many))
    changes = tuple(_change(one, f"{where}, change {n}") for n, one in enumerate(listed, 1))
    base = dict(tree["base"])
    values = _values(base.pop("set", {}), f"{where}, base.set")
    head = read_entry(_Base, base, f"{where}, base")
    values[NORM] = head.pop("norm")
    return WrittenScenario(**head, changes=changes, values=values, where=where)


def link(scenario: Scenario) -> str:
    """Return a scenario as a text for a link, to be encoded as any parameter of a URL.

    Raises
    ------
    ChoiceError
        It would be longer than a link can be.
    """
    base = scenario.base
    head = f"{_VERSION},{_end(base.facts.edition)},{base.assumptions.digest[:_HASH]}"
    parts = [head, *(_short(change) for change in scenario.changes)]
    found = "!".join(parts)
    if len(found) > LONGEST_LINK:
        raise _wrong(
            "scenario, link",
            f"at most {LONGEST_LINK} characters",
            f"{len(found)}",
            "save it as a file",
        )
    return found


def parse_link(text: str) -> WrittenScenario:
    """Read what :func:`link` gives; the assumptions themselves are those of the page's own link.

    Raises
    ------
    ChoiceError
        It is none.
    """
    where = "scenario, link"
    head, *parts = text[: LONGEST_LINK + 1].split("!")
    words = head.split(",")
    if len(text) > LONGEST_LINK or len(words) != 3 or words[0] != _VERSION:
        raise _wrong(where, "the link of a scenario", repr(text[:80]), "copy the link again")
    if len(parts) > MOST_CHANGES:
        raise _wrong(where, f"at most {MOST_CHANGES} changes", f"{len(parts)}")
    changes = tuple(_long(part, f"{where}, change {n}") for n, part in enumerate(parts, 1))
    return WrittenScenario(words[1], words[2], changes, where=where)


@dataclass(frozen=True)
class _Base:
    build: str
    assumptions: str
    norm: str


def _change(entry: Any, where: str) -> Change:
    """Return one change as a file says it."""
    rest = dict(entry) if isinstance(entry, dict) else {}
    kind = rest.pop("kind", None)
    if not isinstance(kind, str) or kind not in CHANGES:
        hint = did_you_mean(kind, CHANGES) if isinstance(kind, str) else ""
        raise _wrong(f"{where}, kind", ", ".join(CHANGES), f"{kind!r}"[:100] + hint)
    found: Change = CHANGES[kind](**read_entry(CHANGES[kind], rest, f"{where} ({kind})"))
    for one in fields(found):
        values = getattr(found, one.name)
        if isinstance(values, tuple) and not all(isinstance(value, str) for value in values):
            raise _wrong(f"{where} ({kind}), {one.name}", "texts", repr(values)[:100])
    return found


def _values(entry: Any, where: str) -> dict[str, float | str]:
    good = isinstance(entry, dict) and all(
        isinstance(value, str | int | float) and not isinstance(value, bool)
        for value in entry.values()
    )
    if not good:
        raise _wrong(where, '"assumption.name" = value', repr(entry)[:100])
    return {k: v if isinstance(v, str) else _float(v, f"{where}, {k}") for k, v in entry.items()}


def _said(change: Change) -> dict[str, Any]:
    """Return the fields of a change that it does not leave out."""
    values = ((one, getattr(change, one.name)) for one in fields(change))
    return {one.name: value for one, value in values if value != one.default}


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return repr(float(value))


def _short(change: Change) -> str:
    """Return a change for a link: its kind, and its fields in order."""
    words = [change.kind]
    for one in fields(change):
        value = getattr(change, one.name)
        if isinstance(value, tuple):
            words.append("|".join(quote(item, safe="") for item in value))
        else:
            words.append(quote(value, safe="") if isinstance(value, str) else f"{float(value)!r}")
    return ",".join(words)


def _long(text: str, where: str) -> Change:
    """Return a change that a link holds."""
    kind, *words = text.split(",")
    known = fields(CHANGES[kind]) if kind in CHANGES else ()
    if not known or len(words) != len(known):
        raise _wrong(where, "a change as a link says it", repr(text[:80]), "copy the link again")
    entry: dict[str, Any] = {"kind": kind}
    for one, word in zip(known, words, strict=True):
        if str(one.type).startswith("tuple"):
            entry[one.name] = [unquote(item) for item in word.split("|") if item]
        elif one.type == "str":
            entry[one.name] = unquote(word)
        else:
            entry[one.name] = _float(word, f"{where}, {one.name}")
    return _change(entry, where)


def _float(word: str | float, where: str) -> float:
    try:
        return float(word)
    except (ValueError, OverflowError) as error:
        raise _wrong(where, "a number", str(word)[:80]) from error


def _end(edition: str) -> str:
    return edition[-_HASH:]


def _other(where: str, what: str, written: str, found: str, next_step: str) -> ChoiceError:
    return ChoiceError(
        f"{where}, {what}",
        expected=f"the base that it was made on, {written!r}"[:200],
        found=repr(found),
        next_step=next_step,
    )


def _wrong(where: str, expected: str, found: str, next_step: str = "") -> ChoiceError:
    return ChoiceError(
        where, expected=expected, found=found, next_step=next_step or "mend it and try again"
    )


def _spoilt(where: str, expected: str, found: str) -> FileFormatError:
    return FileFormatError(
        where, expected=expected, found=found, next_step="take the file as it was saved"
    )
