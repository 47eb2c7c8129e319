"""One change taken out of the middle of a scenario."""

from __future__ import annotations

from observatory.model.scenario_changes import Budget, Close, Open, Posts, Stop
from observatory.model.scenario_edit import opened_by, without

FIRST, SECOND = Open(48.95, 2.38, 0.5, "a"), Stop(48.96, 2.37, 7.0, "b")


def test_the_places_of_later_changes_take_their_new_numbers() -> None:
    changes = (FIRST, SECOND, Posts("scenario-2", 0.5), Close("L1"))
    assert without(changes, 1) == (SECOND, Posts("scenario-1", 0.5), Close("L1"))


def test_what_is_about_a_place_goes_with_the_change_that_opened_it() -> None:
    changes = (FIRST, Posts("scenario-1", 0.5), SECOND, Posts("scenario-3", 1.0), Budget(1e5))
    assert without(changes, 1) == (SECOND, Posts("scenario-1", 1.0), Budget(1e5))


def test_a_change_before_keeps_the_numbers_of_those_above() -> None:
    changes = (FIRST, SECOND, Posts("scenario-1", 0.5))
    assert without(changes, 2) == (FIRST, Posts("scenario-1", 0.5))
    assert without(changes, 3) == (FIRST, SECOND)


def test_only_a_number_of_a_change_names_an_opened_place() -> None:
    assert opened_by("scenario-12") == 12
    assert [opened_by(text) for text in ("scenario-0", "scenario-1x", "L1", "")] == [None] * 4
