"""The method as a document: made from the spec tables, the assumptions and the sources.

Nothing of it is written twice: the indicators are the tables that the tests run, the assumptions
those of the computation. ``data/methode.toml`` holds the French of what these say in English, and
what is not measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from observatory.model.assumptions import Assumption, Assumptions
from observatory.tables.manifest import Manifest
from observatory.tables.provenance import Provenance
from observatory.tables.toml_files import read_toml

#: Families of indicators in the order of the computation, by the first part of their names.
FAMILIES = (
    "need", "kinds", "languages", "capacity", "access", "gap", "equity", "sensitivity",
    "comparators",
)  # fmt: skip
NO_SOURCE = "none"


@dataclass(frozen=True)
class Case:
    """One worked example: what goes in, what comes out, and why by hand."""

    why: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class Indicator:
    """One indicator of a spec table, in one language.

    Attributes
    ----------
    name
        Dotted name; its first part is the family.
    title, says, formula, source
        Texts of the language, English where the language has none.
    cases
        The worked examples that the tests hold the code to.
    """

    name: str
    title: str
    says: str
    formula: str
    source: str
    cases: tuple[Case, ...]

    @property
    def family(self) -> str:
        """The first part of its name."""
        return self.name.split(".")[0]


@dataclass(frozen=True)
class Choice:
    """One assumption in one language.

    Attributes
    ----------
    item
        The assumption as computed with.
    label, unit, source, why
        Texts of the language.
    """

    item: Assumption
    label: str
    unit: str
    source: str
    why: str

    @property
    def unsourced(self) -> bool:
        """Whether nobody has measured it."""
        return self.item.source.split(";")[0].split(" ")[0].strip(" ,") == NO_SOURCE


@dataclass(frozen=True)
class Method:
    """The whole method in one language."""

    lang: str
    indicators: tuple[Indicator, ...]
    choices: tuple[Choice, ...]
    sources: tuple[Provenance, ...]
    not_measured: tuple[str, ...]

    def of(self, family: str) -> tuple[Indicator, ...]:
        """Give the indicators of a family."""
        return tuple(item for item in self.indicators if item.family == family)

    @property
    def families(self) -> tuple[str, ...]:
        """The families that have an indicator, in the order of the computation."""
        held = {item.family for item in self.indicators}
        return (*(f for f in FAMILIES if f in held), *sorted(held - set(FAMILIES)))


def read_method(
    project: Path, assumptions: Assumptions, manifest: Manifest, lang: str = "fr"
) -> Method:
    """Read the method from the project: ``data/spec``, ``data/methode.toml``, the build's record.

    An installation without the tests has no indicators to show; the rest stands.

    Raises
    ------
    FileFormatError
        A table cannot be read, or lacks what a spec table has.
    """
    words = read_toml(project / "data" / "methode.toml", "a file of the method")
    french = lang == "fr"
    tables = [
        read_toml(path, "a file of the method")
        for path in sorted((project / "data" / "spec").glob("*.toml"))
    ]
    said = words.get("indicator", {}) if french else {}
    indicators = [_indicator(table, said.get(table["indicator"], {}), lang) for table in tables]
    return Method(
        lang=lang,
        indicators=tuple(sorted(indicators, key=lambda item: _order(item.family))),
        choices=_choices(words, assumptions, lang),
        sources=tuple(sorted(manifest.sources, key=lambda source: source.id)),
        not_measured=tuple(entry[lang] for entry in words["not_measured"]),
    )


def read_choices(project: Path, assumptions: Assumptions, lang: str = "fr") -> tuple[Choice, ...]:
    """Read the assumptions alone, in one language.

    Raises
    ------
    FileFormatError
        ``data/methode.toml`` cannot be read.
    """
    words = read_toml(project / "data" / "methode.toml", "a file of the method")
    return _choices(words, assumptions, lang)


def _choices(words: Mapping[str, Any], assumptions: Assumptions, lang: str) -> tuple[Choice, ...]:
    own, again = words.get("assumption", {}), words.get("words", {})
    return tuple(_choice(item, own.get(item.name, {}), again, lang) for item in assumptions)


def _order(family: str) -> int:
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def _indicator(table: Mapping[str, Any], words: Mapping[str, Any], lang: str) -> Indicator:
    whys = words.get("cases", [])
    cases = [
        Case(
            str(whys[place] if place < len(whys) else case["why"]).replace("\n", " "),
            case.get("inputs", {}),
            case["expected"],
        )
        for place, case in enumerate(table["case"])
    ]
    return Indicator(
        name=table["indicator"],
        title=table["title"][lang],
        says=table["says"][lang],
        formula=words.get("formula", table["formula"]),
        source=words.get("source", table["source"]),
        cases=tuple(cases),
    )


def _choice(
    item: Assumption, words: Mapping[str, str], again: Mapping[str, str], lang: str
) -> Choice:
    if lang != "fr":
        return Choice(item, item.name, item.unit, item.source, item.why)
    unit, source = (again.get(text, text) for text in (item.unit, item.source))
    return Choice(item, words.get("label", item.name), unit, source, words.get("why", item.why))


def value_text(value: Any, lang: str) -> str:
    """Give a value of a spec table as a reader of the language expects it."""
    if isinstance(value, bool):
        yes, no = ("oui", "non") if lang == "fr" else ("yes", "no")
        return yes if value else no
    if isinstance(value, int | float):
        if math.isnan(value):
            return "non connu" if lang == "fr" else "not known"
        text = f"{value:.7g}"
        return text.replace(".", ",") if lang == "fr" else text
    if isinstance(value, list):
        between = " ; " if lang == "fr" else ", "
        return "[" + between.join(value_text(item, lang) for item in value) + "]"
    return str(value)


def values_text(values: Mapping[str, Any], lang: str) -> str:
    """Give the inputs or results of a worked example on one line."""
    return " ; ".join(f"{name} = {value_text(value, lang)}" for name, value in values.items())


def bounds_text(item: Assumption, lang: str) -> str:
    """Give the bounds of an assumption, or the empty string."""
    if item.low is None or item.high is None:
        return ""
    return f"{value_text(item.low, lang)} – {value_text(item.high, lang)}"


HEADINGS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Méthode de l'observatoire",
        "made": "Cette page est fabriquée par `observatory study method --to docs/methode.md` à "
        "partir des tables que les tests vérifient (`data/spec/`), des hypothèses "
        "(`data/assumptions.toml`) et du journal de construction. Ne la modifiez pas à la main.",
        "also": "Les rangs des indices connus et l'effet de chaque hypothèse se calculent : "
        "`observatory study indices`, `observatory study tornado`, `observatory study ranks`.",
        "not_measured": "Ce qui n'est pas mesuré",
        "indicators": "Indicateurs",
        "formula": "Formule",
        "source": "Source",
        "example": "| exemple | données | résultat |",
        "choices": "Hypothèses",
        "choice_head": "| hypothèse | valeur | bornes | unité | source | pourquoi |",
        "none": "**aucune source**",
        "sources": "Sources",
        "source_head": "| jeu de données | producteur | millésime | licence |",
    },
    "en": {
        "title": "The observatory's method",
        "made": "This page is made by `observatory study method --english` from the tables that "
        "the tests run (`data/spec/`), the assumptions (`data/assumptions.toml`) and the record "
        "of the build. Do not edit it by hand.",
        "also": "The ranks of the known indices and the effect of each assumption are computed by "
        "`observatory study indices`, `observatory study tornado`, `observatory study ranks`.",
        "not_measured": "What is not measured",
        "indicators": "Indicators",
        "formula": "Formula",
        "source": "Source",
        "example": "| example | inputs | result |",
        "choices": "Assumptions",
        "choice_head": "| assumption | value | bounds | unit | source | why |",
        "none": "**no source**",
        "sources": "Sources",
        "source_head": "| data set | publisher | vintage | licence |",
    },
}
FAMILY_WORDS = {
    "fr": {
        "need": "Besoin", "kinds": "Besoin par type", "languages": "Langues",
        "capacity": "Heures d'aide", "access": "Accès", "gap": "Écart", "equity": "Équité",
        "sensitivity": "Incertitude", "comparators": "Indices connus",
    },
    "en": {
        "need": "Need", "kinds": "Need by kind", "languages": "Languages",
        "capacity": "Hours of help", "access": "Access", "gap": "Gap", "equity": "Equity",
        "sensitivity": "Uncertainty", "comparators": "Known indices",
    },
}  # fmt: skip


def family_name(family: str, lang: str) -> str:
    """Give the name of a family of indicators; its code where it has none yet."""
    return FAMILY_WORDS[lang].get(family, family)


def markdown(method: Method, lang: str = "fr") -> str:
    """Give the method as a Markdown document."""
    words = HEADINGS[lang]
    lines = [f"# {words['title']}", "", words["made"], "", words["also"], ""]
    lines += [f"## {words['not_measured']}", "", *(f"- {text}" for text in method.not_measured)]
    lines += ["", f"## {words['indicators']}", ""]
    for family in method.families:
        lines += [f"### {family_name(family, lang)}", ""]
        for indicator in method.of(family):
            lines += _indicator_lines(indicator, words, lang)
    lines += [f"## {words['choices']}", "", words["choice_head"], _rule(6)]
    lines += [_row(_choice_cells(choice, words, lang)) for choice in method.choices]
    lines += ["", f"## {words['sources']}", "", words["source_head"], _rule(4)]
    lines += [_row((s.title, s.publisher, s.vintage, s.licence)) for s in method.sources]
    return "\n".join(lines) + "\n"


def _indicator_lines(item: Indicator, words: Mapping[str, str], lang: str) -> Iterable[str]:
    return [
        f"#### {item.title}",
        "",
        item.says,
        "",
        f"- {words['formula']} : `{item.formula}`" if lang == "fr"
        else f"- {words['formula']}: `{item.formula}`",
        f"- {words['source']} : {_sourced(item.source, words)}" if lang == "fr"
        else f"- {words['source']}: {_sourced(item.source, words)}",
        "",
        words["example"],
        _rule(3),
        *(
            _row((case.why, values_text(case.inputs, lang), values_text(case.expected, lang)))
            for case in item.cases
        ),
        "",
    ]  # fmt: skip


def _sourced(source: str, words: Mapping[str, str]) -> str:
    return words["none"] if source == NO_SOURCE else source


def _choice_cells(choice: Choice, words: Mapping[str, str], lang: str) -> Sequence[str]:
    name = f"`{choice.item.name}`"
    return (
        name if choice.label == choice.item.name else f"{choice.label} ({name})",
        value_text(choice.item.value, lang),
        bounds_text(choice.item, lang),
        choice.unit,
        _loud(choice, words),
        choice.why,
    )


def _loud(choice: Choice, words: Mapping[str, str]) -> str:
    """Say loudly that nobody has measured it, then what its source adds."""
    if not choice.unsourced:
        return choice.source
    return words["none"] if choice.item.source == NO_SOURCE else (
        f"{words['none']} ({choice.source})"
    )  # fmt: skip


def _rule(columns: int) -> str:
    return "|" + "---|" * columns


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
