"""The method on screen and as a file: nothing lacks, nothing is written twice, French is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory import settings
from observatory.app.pages import methode
from observatory.files.method import FAMILIES, Method, markdown, read_method
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.tables.manifest import read_manifest
from observatory.words.assumption_texts import assumption_texts
from observatory.words.catalogue import LANGS, Lang

WHERE = settings.load({})
ASSUMPTIONS = load_assumptions(WHERE.assumptions)
MODEL = Model(load_facts(WHERE.edition), ASSUMPTIONS)


def _methode() -> None:
    from observatory.app.pages import methode

    methode.show()


def _open(**params: str) -> AppTest:
    screen = AppTest.from_function(_methode, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def _method(lang: Lang) -> Method:
    return read_method(settings.PROJECT, MODEL, read_manifest(WHERE.edition), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_shows_every_indicator_and_every_assumption(
    lang: Lang, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    said = ""
    for part in methode.PARTS:
        screen = _open(lang=lang, part=part)
        assert not screen.exception
        assert not screen.error
        said += _markup(screen)
    for indicator in _method(lang).indicators:
        assert indicator.title.replace("'", "&#x27;") in said, indicator.name
    for item in ASSUMPTIONS:
        assert f"<code>{item.name}</code>" in said, item.name


def test_what_has_no_source_is_said_loudly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    blind = sum(choice.unsourced for choice in _method("fr").assumptions)
    screen = _open(part="assumptions")
    screen.toggle(key="method_only").set_value(True).run()
    texts = [str(block.proto.body) for block in screen.get("html")]
    table = next(text for text in texts if "<caption>Hypothèses\u00a0: valeur" in text)
    assert blind > 10
    assert table.count("obs-unsourced") == blind
    assert table.count('th scope="row"') == blind


def test_the_page_opens_on_hostile_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_build(tmp_path / "build", world=GRID)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    screen = _open()
    assert not screen.exception
    assert not screen.error
    assert "<script>alert" not in _markup(screen)


def test_the_committed_method_is_up_to_date() -> None:
    committed = (settings.PROJECT / "docs" / "methode.md").read_text(encoding="utf-8")
    assert committed == markdown(_method("fr")), (
        "run: observatory study method --to docs/methode.md"
    )


def test_every_indicator_has_a_family_in_the_order_of_the_computation() -> None:
    method = _method("fr")
    assert set(method.families) <= set(FAMILIES)
    assert list(method.families) == sorted(method.families, key=FAMILIES.index)


@pytest.mark.parametrize("choice", _method("fr").assumptions, ids=lambda choice: choice.item.name)
def test_every_assumption_is_said_in_french(choice: object) -> None:
    english = {c.item.name: c for c in _method("en").assumptions}[choice.item.name]  # type: ignore[attr-defined]  # a Choice
    assert choice.label != english.label, "add it to words/assumptions"  # type: ignore[attr-defined]  # same
    assert choice.why != english.why  # type: ignore[attr-defined]  # same


@pytest.mark.parametrize("name", [item.name for item in _method("fr").indicators])
def test_every_example_is_said_in_french(name: str) -> None:
    french, english = ({i.name: i for i in _method(lang).indicators}[name] for lang in ("fr", "en"))
    assert len(french.cases) == len(english.cases)
    told = [case.why for case in french.cases]
    numbers_only = [case.why for case in english.cases if not any(c.isalpha() for c in case.why)]
    same = [why for why in told if why in {case.why for case in english.cases}]
    assert len(same) <= len(numbers_only), "add its examples to words/method/fr.toml"


def test_an_installation_without_the_tests_still_has_a_method(tmp_path: Path) -> None:
    method = read_method(tmp_path, MODEL, read_manifest(WHERE.edition))
    assert method.indicators == ()
    assert len(method.assumptions) == len(list(ASSUMPTIONS))
    assert method.not_measured


def test_every_assumption_has_its_english_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    labels = {text.item.name: text.label for text in assumption_texts(ASSUMPTIONS, "en")}
    assert all(label != name for name, label in labels.items())
    assert len(set(labels.values())) == len(labels)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    said = _markup(_open(lang="en", part="assumptions"))
    assert "Walking speed<br><code>walk.speed_kmh</code>" in said
    assert "Hours of help of an Aidants Connect helper" in said
