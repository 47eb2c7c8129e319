"""Scenarios as files and links: what is written is read again; what is none is refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.errors import ChoiceError, FileFormatError, InputError, MissingInputError
from observatory.model import scenario_file
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.scenario import MOST_CHANGES, Scenario
from observatory.model.scenario_changes import (
    Budget,
    Change,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
)
from observatory.tables.person_needs import PUBLICS, SERVICES

PROJECT = load_assumptions(settings.PROJECT / "data" / "assumptions.toml")
MODEL = Model(replace(worlds.facts(), edition="2026-11-27-0123abcd"), PROJECT)
NAMES = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=10)
LAT, LON = st.floats(-90, 90), st.floats(-180, 180)
HALVES = st.integers(1, 20).map(lambda half: half / 2)
CODES = st.lists(st.sampled_from(("ar", "en", "snk")), unique=True).map(tuple)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Open, LAT, LON, HALVES, NAMES),
    st.builds(Stop, LAT, LON, st.floats(0.5, 168), NAMES),
    st.builds(Close, NAMES),
    st.builds(Move, NAMES, LAT, LON),
    st.builds(Posts, NAMES, HALVES.map(lambda half: -half)),
    st.builds(Hours, NAMES, st.floats(0.5, 168)),
    st.builds(
        Offer,
        NAMES,
        st.lists(st.sampled_from(SERVICES), unique=True).map(tuple),
        st.lists(st.sampled_from(PUBLICS), unique=True).map(tuple),
        CODES,
    ),
    st.builds(Budget, st.integers(0, 10**6)),
)
HEAD = f'[base]\nbuild = "2026-11-27-0123abcd"\nassumptions = "{PROJECT.digest}"\nnorm = "france"\n'
OPEN = '\n[[change]]\nkind = "open"\nlat = 48.9\nlon = 2.3\nposts = 0.5\n'


@given(st.lists(CHANGES, max_size=5).map(tuple))
def test_what_is_written_is_read_again(changes: tuple[Change, ...]) -> None:
    scenario = Scenario(MODEL, changes)
    text = scenario_file.write(scenario, PROJECT)
    assert scenario_file.parse(text.encode()).changes == changes
    # Five names of ten characters, twelve bytes each as a link says them, are the most here.
    assert scenario_file.parse_link(scenario_file.link(scenario)).changes == changes


def test_a_file_names_its_base_and_the_assumptions_that_differ() -> None:
    changed = MODEL.with_assumptions({"gap.norm": "2", "walk.speed_kmh": 4.0})
    text = scenario_file.write(Scenario(changed), PROJECT)
    assert tomllib.loads(text)["base"]["set"] == {"walk.speed_kmh": 4.0}
    written = scenario_file.parse(text.encode())
    again = MODEL.under(PROJECT.changed(written.values))
    assert written.on(again) == Scenario(again)
    with pytest.raises(ChoiceError, match="assumptions: expected the base that it was made on"):
        written.on(MODEL)
    assert written.on(MODEL, anyway=True) == Scenario(MODEL)


@pytest.mark.parametrize("text", ["file", "link"])
def test_another_build_is_refused(text: str) -> None:
    other = Model(replace(MODEL.facts, edition="2027-01-01-ffffffff"), PROJECT)
    scenario = Scenario(MODEL)
    if text == "file":
        written = scenario_file.parse(scenario_file.write(scenario, PROJECT).encode())
    else:
        written = scenario_file.parse_link(scenario_file.link(scenario))
    assert written.on(MODEL) == scenario
    with pytest.raises(ChoiceError) as refused:
        written.on(other)
    assert "0123abcd" in refused.value.expected
    assert "2027-01-01-ffffffff" in refused.value.found
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[base", "valid TOML"),
        ("x = " + "9" * 5000, "valid TOML"),
        ("x = " + "[" * 5000, "valid TOML"),
        ("", "[base]"),
        ("base = 3", "[base]"),
        (HEAD + "[[changes]]\n", "did you mean 'change'"),
        (HEAD.replace("build", "bild"), "did you mean 'build'"),
        ('change = "open"\n' + HEAD, "[[change]]"),
        (HEAD + '[[change]]\nkind = "opens"\n', "did you mean 'open'"),
        (HEAD + "[[change]]\nkind = 3\n", "open"),
        (HEAD + OPEN.replace("posts = 0.5", ""), "no posts"),
        (HEAD + OPEN.replace("0.5", "true"), "True"),
        (HEAD + OPEN.replace("0.5", '"half"'), "half"),
        (HEAD + '[[change]]\nkind = "offer"\nplace = "a"\nservices = [1]\n', "texts"),
        (HEAD + "[base.set]\na = [1]\n", "assumption.name"),
        (HEAD + OPEN * (MOST_CHANGES + 1), f"at most {MOST_CHANGES}"),
        ("#" * (scenario_file.MOST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_scenario_is_refused(content: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        scenario_file.parse(content.encode(), "plan.toml")
    assert words in str(refused.value)
    assert refused.value.where.startswith("plan.toml")
    assert refused.value.next_step


def test_bytes_that_are_no_text_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError):
        scenario_file.parse(b"\xff\xfe")
    with pytest.raises(MissingInputError):
        scenario_file.read(tmp_path / "none.toml")
    with pytest.raises(FileFormatError):
        scenario_file.read(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2,a,b",
        "1,a",
        "1,a,b!open",
        "1,a,b!open,x,2.3,0.5,",
        "1,a,b!nothing,1",
        "1,a,b!" + "budget,1!" * 300,
        "1,a,b!budget," + "1" * 3000,
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        scenario_file.parse_link(text)
    assert "link" in refused.value.where
    assert len(str(refused.value)) < 1000


def test_a_scenario_too_long_for_a_link_is_told_to_be_a_file() -> None:
    long = Scenario(MODEL, tuple(Close(f"place {number}") for number in range(MOST_CHANGES)))
    with pytest.raises(ChoiceError, match="save it as a file"):
        scenario_file.link(long)
    assert scenario_file.parse(scenario_file.write(long, PROJECT).encode()).changes == long.changes


def test_what_a_link_leaves_of_its_base_cannot_be_nothing() -> None:
    with pytest.raises(ChoiceError, match="assumptions"):
        scenario_file.parse_link("1,0123abcd,").on(MODEL)
