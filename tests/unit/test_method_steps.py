"""The steps of the method: both languages say the same, and no assumption is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.files.method_steps import Section, read_intro, read_sections, step_lines
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.tables.manifest import read_manifest
from observatory.words.catalogue import LANGS, Lang, read_texts

WHERE = settings.load({})
ASSUMPTIONS = load_assumptions(WHERE.assumptions)
MODEL = Model(load_facts(WHERE.edition), ASSUMPTIONS)
#: What an assumption acts on that the steps compute.
COMPUTED = {"need", "skills", "help", "closure", "access", "nearness", "gap", "cost", "extent"}


def _sections(lang: Lang) -> tuple[Section, ...]:
    return read_sections(MODEL, read_manifest(WHERE.edition), lang)


def _named(lang: Lang) -> dict[str, set[str]]:
    """Return what each step names between braces, before it is filled."""
    texts = read_texts("method", f"steps_{lang}")
    sections = [section for section in texts.values() if isinstance(section, dict)]
    return {
        name: set(re.findall(r"\{([^{}]+)\}", says))
        for section in sections
        for name, says in section.items()
        if name != "title"
    }


def test_both_languages_have_the_same_steps_with_the_same_values() -> None:
    french, english = _named("fr"), _named("en")
    assert list(french) == list(english)
    assert french == english


@pytest.mark.parametrize("lang", LANGS)
def test_steps_are_numbered_on_through_the_sections_and_nothing_is_left_to_fill(lang: Lang) -> None:
    steps = [step for section in _sections(lang) for step in section.steps]
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert not [step.name for step in steps if "{" in step.says or step.says.count("`") % 2]


def test_every_formula_belongs_to_a_step() -> None:
    steps = {step.name: step for section in _sections("fr") for step in section.steps}
    formulas = read_texts("method", "formulas")
    assert set(formulas) <= set(steps)
    assert {name for name, step in steps.items() if step.formula} == set(formulas)


def test_every_assumption_that_acts_on_the_figures_has_its_value_in_a_step() -> None:
    said = " ".join(step.says for section in _sections("fr") for step in section.steps)
    acting = {item.name for item in ASSUMPTIONS if item.acts_on & COMPUTED}
    assert {name for name in acting if f"`{name}` = " not in said} == set()


def test_a_changed_assumption_stands_in_the_steps_with_its_new_value() -> None:
    changed = MODEL.with_assumptions({"walk.speed_kmh": 3.5})
    found = read_sections(changed, read_manifest(WHERE.edition), "en")
    assert "`walk.speed_kmh` = 3.5" in "\n".join(step_lines("", found))


def test_without_a_fit_its_numbers_are_dashes() -> None:
    unfit = Model(replace(MODEL.facts, diploma_fit=None), ASSUMPTIONS)
    found = read_sections(unfit, read_manifest(WHERE.edition), "en")
    text = "\n".join(step_lines("", found))
    assert "b0 = —" in text
    assert "— communes" in text


def _methode() -> None:
    from observatory.app.pages import methode

    methode.show()


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_shows_every_step_whole(
    lang: Lang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    screen = AppTest.from_function(_methode, default_timeout=120)
    screen.query_params["lang"] = lang
    screen.query_params["part"] = "steps"
    said = [str(block.proto.body) for block in screen.run().get("html")]
    assert not screen.exception
    shown = _words(" ".join(said))
    for text in (read_intro(lang), *(s.says for part in _sections(lang) for s in part.steps)):
        assert _words(text) in shown, text


def _words(markup: str) -> str:
    """Return the letters and digits of a text, whatever marks it up."""
    return re.sub(r"\W|_", "", re.sub(r"<[^>]*>|&#?\w+;|[<>&'\"{}]", "", markup))
