"""The steps of the computation, in order, so that a stranger can carry them out again.

The texts stand in ``words/method/steps_*.toml``, the formulas, which are the same in every
language, in ``formulas.toml``. A text names an assumption, another step or a number of the
build between braces; what stands there in the document is its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from observatory.geo.departements import home_of
from observatory.geo.territories import leveled_region, levels
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.fragility_tables import FIT_TERMS
from observatory.tables.manifest import Manifest
from observatory.words.catalogue import Lang, read_texts
from observatory.words.numbers import UNKNOWN, value_text

#: What the fit of diplomas says of itself, beside its coefficients.
_FIT_QUALITY = ("communes", "r2")
#: How the text of a step ends its name that stands where the place has not what the step is about.
_NONE = "_none"
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


def read_sections(model: Model, manifest: Manifest, lang: Lang) -> tuple[Section, ...]:
    """Return the steps of the computation by section, in order.

    A step that names a level or a promise that the place has not is said by the text beside it
    whose name ends in ``_none``, without its formula.
    """
    texts = {
        name: dict(section)
        for name, section in read_texts("method", f"steps_{lang}").items()
        if isinstance(section, Mapping)
    }
    titles = {name: section.pop("title") for name, section in texts.items()}
    values = _values(model, manifest, lang)
    absent = {step for section in texts.values() for step in _settle(section, values)}
    numbers = {step: number for number, step in enumerate(_names(texts.values()), start=1)}
    values |= {f"step.{step}": str(number) for step, number in numbers.items()}
    formulas = read_texts("method", "formulas")
    return tuple(
        Section(
            titles[name],
            tuple(
                Step(
                    numbers[step],
                    step,
                    _filled(says, values),
                    "" if step in absent else str(formulas.get(step, "")),
                )
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


def _settle(section: dict[str, str], values: Mapping[str, str]) -> set[str]:
    """Keep one text a step; return the steps that name what the place has not."""
    absent = set()
    for name in [name for name in section if name.endswith(_NONE)]:
        text, step = section.pop(name), name.removesuffix(_NONE)
        named = {one for one in _NAMED.findall(section[step]) if not one.startswith("step.")}
        if not named <= values.keys():
            section[step] = text
            absent.add(step)
    return absent


def _values(model: Model, manifest: Manifest, lang: Lang) -> dict[str, str]:
    """Return what each name between braces stands for, step numbers apart."""
    named = {
        item.name: f"`{item.name}` = {value_text(item.value, lang)}" for item in model.assumptions
    }
    days = [source.read_on for source in manifest.sources]
    known = {"read_on": max(days, default="?"), "territory": manifest.territory_name}
    return named | _numbers(model.facts, lang) | _level(model.facts.departement) | known


def _numbers(facts: Facts, lang: Lang) -> dict[str, str]:
    """Return the numbers of the build's tables that the steps quote; a dash without a fit."""
    found: dict[str, float | None] = {f"fit.{term}": None for term in (*FIT_TERMS, *_FIT_QUALITY)}
    if facts.diploma_fit is not None:
        found |= _by_name("fit", facts.diploma_fit["term"], facts.diploma_fit["value"])
    found |= _by_name("national", facts.national["item"], facts.national["quantity"])
    return {
        name: UNKNOWN if value is None else value_text(float(value), lang)
        for name, value in found.items()
    }


def _by_name(group: str, names: pd.Series[str], numbers: pd.Series[float]) -> dict[str, float]:
    return {f"{group}.{name}": float(n) for name, n in zip(names, numbers, strict=True)}


def _level(departement: str) -> dict[str, str]:
    """Return the names of the places whose level INSEE gives, and the codes of the others there."""
    region = leveled_region(departement)
    return {
        "level.departement": ", ".join(home_of(code).name for code in region if code in levels()),
        "level.region": home_of(departement).region_name,
        "level.others": ", ".join(code for code in region if code not in levels()),
    }
