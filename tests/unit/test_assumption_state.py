"""The assumptions of the measure survive the URL, whatever it holds, and act as they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screens import spaced

from observatory import settings
from observatory.app.assumption_state import (
    DECAYS,
    NAMES,
    NORM_RANGE,
    NORMS,
    SPEED_RANGE,
    AssumptionState,
    command,
    fixed,
    from_params,
    others,
    settled,
    study_command,
    to_params,
    wording,
)
from observatory.model.assumption_link import OWN
from observatory.model.assumptions_file import load_assumptions
from observatory.words.catalogue import load_words

BASE = load_assumptions(settings.load({}).assumptions)


def _tenths(bounds: tuple[float, float, float]) -> st.SearchStrategy[float]:
    low, high, _ = bounds
    return st.integers(round(10 * low), round(10 * high)).map(lambda tenth: tenth / 10)


STATES = st.builds(
    AssumptionState,
    norm=st.none() | st.sampled_from(NORMS) | _tenths(NORM_RANGE).map(fixed),
    decay=st.none() | st.sampled_from(DECAYS),
    speed=st.none() | _tenths(SPEED_RANGE),
    more=st.dictionaries(st.sampled_from(others(BASE)), st.sampled_from([0.25, 0.5, 1.0])).map(
        lambda values: tuple(sorted(values.items()))
    ),
)


@given(STATES)
def test_choices_come_back_from_their_url(state: AssumptionState) -> None:
    kept = settled(state, BASE)
    assert from_params(to_params(kept), BASE) == (kept, ())


@given(st.dictionaries(st.sampled_from([*NAMES, "other"]), st.text()))
def test_any_url_gives_choices_that_can_be_used_and_says_what_it_refused(
    params: dict[str, str],
) -> None:
    state, refused = from_params(params, BASE)
    BASE.changed(state.changes())
    for name in NAMES:
        taken = getattr(state, name) is not None or name not in params
        as_the_file = params.get(name) == f"{BASE[OWN[name]].value}"
        assert taken or as_the_file or name in {item.name for item in refused}
    assert all(len(item.value) <= 41 for item in refused)


@given(STATES)
def test_settling_keeps_what_is_computed(state: AssumptionState) -> None:
    kept = settled(state, BASE)
    for name in OWN.values():
        asked = BASE.changed(state.changes())[name].value
        assert str(asked) == str(BASE.changed(kept.changes())[name].value)


def test_what_the_file_says_leaves_the_url_empty() -> None:
    same = AssumptionState(norm="france", decay="step", speed=4.5)
    assert settled(same, BASE) == AssumptionState()
    assert to_params(settled(same, BASE)) == {}
    assert AssumptionState().suffix() == ""


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"norm": "-1"}, "norm"),
        ({"norm": "nan"}, "norm"),
        ({"norm": "inf"}, "norm"),
        ({"norm": "1e9"}, "norm"),
        ({"decay": "<b>"}, "decay"),
        ({"speed": "0"}, "speed"),
        ({"speed": "120"}, "speed"),
    ],
)
def test_values_out_of_reason_are_refused(params: dict[str, str], name: str) -> None:
    state, refused = from_params(params, BASE)
    assert state == AssumptionState()
    assert [item.name for item in refused] == [name]


def test_a_link_with_an_earlier_name_of_a_norm_keeps_its_meaning() -> None:
    assert from_params({"norm": "ept"}, BASE) == (AssumptionState(norm="share"), ())


def test_a_comma_is_read_and_the_file_name_says_the_choices() -> None:
    state, _ = from_params({"norm": "2,5", "speed": "3"}, BASE)
    assert state == AssumptionState(norm="2.5", speed=3.0)
    assert state.suffix() == "_norm-2.5_speed-3"


def test_the_choices_are_said_in_each_language() -> None:
    state = AssumptionState(norm="2.5", decay="binary", speed=3.0)
    assert spaced(wording(state, BASE, load_words("fr"))) == (
        "norme : 2,5 h par semaine pour 100 personnes ; distance : tout ou rien à 30 minutes ; "
        "marche à 3,0 km/h"
    )
    assert "walking at 3.0 km/h" in wording(state, BASE, load_words("en"))


def test_any_other_assumption_is_said_with_its_unit() -> None:
    state = AssumptionState(more=(("capacity.aidant.h_per_week", 1.5),))
    french = spaced(wording(state, BASE, load_words("fr")))
    assert french.endswith(" = 1,5 h par semaine et par aidant")
    assert wording(state, BASE, load_words("en")).endswith(" = 1.5 h/week per aidant")


def test_the_command_says_the_choices_that_differ() -> None:
    plain = "observatory gaps --level commune --cog cog_2024"
    assert (
        command(AssumptionState(), "commune", "cog_2024") == f"{plain} --build edition --format csv"
    )
    changed = AssumptionState(norm="2.5", decay="binary", speed=3.5)
    assert command(changed, "commune", "cog_2024", "a folder") == (
        f"{plain} --norm 2.5 --set access.decay=binary --set walk.speed_kmh=3.5 "
        "--build 'a folder' --format csv"
    )


def test_the_command_of_a_study_takes_only_the_assumptions_that_act_on_it() -> None:
    state = AssumptionState(norm="5", speed=3.5, more=(("gap.post_cost_eur", 50000.0),))
    asked = {"level": "iris", "cog": "cog_2025"}
    assert study_command(state, BASE, "ranks", asked) == (
        "observatory study ranks --level iris --cog cog_2025 --norm 5 --set walk.speed_kmh=3.5 "
        "--build edition --format csv"
    )
    assert study_command(state, BASE, "rep_schools", {}) == (
        "observatory study rep_schools --set walk.speed_kmh=3.5 --build edition --format csv"
    )
    assert study_command(state, BASE, "cost", {}).count("--set") == 2
    told = study_command(AssumptionState(), BASE, "compare", {"zones": ("a", "b"), "cog": None})
    assert told == "observatory study compare --zones a --zones b --build edition --format csv"


def test_any_assumption_of_the_figures_goes_in_the_link_and_in_the_command() -> None:
    link = {"set": "capacity.aidant.h_per_week:1,need.age_rate_pct.75p:64"}
    state, refused = from_params(link, BASE)
    assert refused == ()
    assert state.changes() == {
        "capacity.aidant.h_per_week": 1.0,
        "need.age_rate_pct.75p": 64.0,
    }
    assert to_params(state) == link
    told = command(state, "commune", "cog_2024")
    assert "--set capacity.aidant.h_per_week=1 --set need.age_rate_pct.75p=64" in told


@pytest.mark.parametrize(
    "pair",
    ["edition.outline_tolerance_m:3", "kinds.equipment.total_pct:9", "no.such:1",
     "capacity.aidant.h_per_week:-1", "capacity.aidant.h_per_week:nan", "walk.detour"],
)  # fmt: skip
def test_an_assumption_that_changes_no_figure_is_refused_by_name(pair: str) -> None:
    state, refused = from_params({"set": pair}, BASE)
    assert state == AssumptionState()
    assert [(item.name, item.value) for item in refused] == [("set", pair)]
