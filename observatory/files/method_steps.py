"""The steps of the computation, in order, so that a stranger can carry them out again.

The texts stand in ``words/method/steps_*.toml``, the formulas, which are the same in every
language, in ``formulas.toml``. A text names an assumption, another step or a number of the
reference edition between braces; what stands there in the document is its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from observatory.model.assumptions import Assumptions
from observatory.tables.fragility_tables import DIPLOMA_FIT, FIT_TERMS
from observatory.tables.manifest import Manifest
from observatory.tables.national_facts import ITEMS, NATIONAL
from observatory.tables.storage import read_table
from observatory.words.catalogue import Lang, read_texts
from observatory.words.numbers import UNKNOWN, value_text

#: What the fit of diplomas says of itself, beside its coefficients.
_FIT_QUALITY = ("communes", "r2")
_NAMED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Step:
    """One step of the computation.

    Attributes
    ----------
    number
        Its number, counted through all sections from 1.
    name
        Its name in the files of texts.
    says
        What is done, in one language, assumptions with their values.
    formula
        The formula, or the empty text.
    """

    number: int
    name: str
    says: str
    formula: str


@dataclass(frozen=True)
class Section:
    """Some steps that belong together, under a title."""

    title: str
    steps: tuple[Step, ...]


def read_intro(lang: Lang) -> str:
    """Return what a reader needs to know before the steps."""
    return str(read_texts("method", f"steps_{lang}")["intro"])


def read_sections(
    project: Path, assumptions: Assumptions, manifest: Manifest, lang: Lang
) -> tuple[Section, ...]:
    """Return the steps of the computation by section, in order."""
    texts = {
        name: dict(section)
        for name, section in read_texts("method", f"steps_{lang}").items()
        if isinstance(section, Mapping)
    }
    titles = {name: section.pop("title") for name, section in texts.items()}
    numbers = {step: number for number, step in enumerate(_names(texts.values()), start=1)}
    values = _values(project, assumptions, manifest, lang)
    values |= {f"step.{step}": str(number) for step, number in numbers.items()}
    formulas = read_texts("method", "formulas")
    return tuple(
        Section(
            titles[name],
            tuple(
                Step(numbers[step], step, _filled(says, values), str(formulas.get(step, "")))
                for step, says in section.items()
            ),
        )
        for name, section in texts.items()
    )


def step_lines(intro: str, sections: Iterable[Section]) -> Iterable[str]:
    """Return the lines of the steps as Markdown."""
    yield from (intro, "")
    for section in sections:
        yield from (f"### {section.title}", "")
        for step in section.steps:
            yield from (f"**{step.number}.** {step.says}", "")
            if step.formula:
                yield from (f"> `{step.formula}`", "")


def _names(sections: Iterable[Mapping[str, str]]) -> list[str]:
    return [step for section in sections for step in section]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda found: values[found[1]], text)


def _values(
    project: Path, assumptions: Assumptions, manifest: Manifest, lang: Lang
) -> dict[str, str]:
    """Return what each name between braces stands for, step numbers apart."""
    named = {item.name: f"`{item.name}` = {value_text(item.value, lang)}" for item in assumptions}
    days = [source.read_on for source in manifest.sources]
    known = {"read_on": max(days, default="?"), "territory": manifest.territory_name}
    return named | _edition(project, lang) | known


def _edition(project: Path, lang: Lang) -> dict[str, str]:
    """Return the numbers of the reference edition that the steps quote; a dash without one."""
    found: dict[str, float | None] = {f"fit.{term}": None for term in (*FIT_TERMS, *_FIT_QUALITY)}
    found |= {f"national.{item}": None for item in ITEMS}
    folder = project / "data" / "edition"
    if folder.is_dir():
        fit, national = (read_table(table, folder) for table in (DIPLOMA_FIT, NATIONAL))
        found |= {f"fit.{row.term}": row.value for row in fit.itertuples()}
        found |= {f"national.{row.item}": row.quantity for row in national.itertuples()}
    return {
        name: UNKNOWN if value is None else value_text(float(value), lang)
        for name, value in found.items()
    }
