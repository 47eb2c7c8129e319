"""Where work runs without Dask: one piece after another, tried again, errors kept apart."""

from __future__ import annotations

import pytest

from observatory.build import engine
from observatory.build.engine import Engine, grouped
from observatory.errors import ChoiceError


def test_without_dask_it_runs_here_and_a_scheduler_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    assert not Engine(workers=4).on_dask
    assert list(Engine(workers=4).run(str, [1, 2])) == [(1, "1"), (2, "2")]
    with pytest.raises(ChoiceError, match="extra 'national'"):
        list(Engine("tcp://nowhere:8786").run(str, [1]))


def test_a_failure_is_tried_again_but_not_what_is_wrong_with_its_input() -> None:
    tries: list[str] = []

    def work(item: str) -> str:
        tries.append(item)
        if item == "wrong":
            raise ChoiceError("here", expected="a", found="b", next_step="c")
        if tries.count(item) < {"soon": 2, "never": 99}[item]:
            raise OSError("busy")
        return item

    found = dict(Engine(retries=2).run(work, ["soon", "wrong", "never"]))
    assert found["soon"] == "soon"
    assert isinstance(found["wrong"], ChoiceError)
    assert isinstance(found["never"], OSError)
    assert [tries.count(one) for one in ("soon", "wrong", "never")] == [2, 1, 3]


def test_items_that_have_something_in_common_follow_each_other() -> None:
    items = ["93a", "75a", "93b", "92a", "93c"]
    done = list(Engine().run(str.upper, items, beside=lambda item: item[:2]))
    assert [item for item, _ in done] == ["93a", "93b", "93c", "75a", "92a"]
    # No worker has more than its share of a large group.
    assert grouped(items, lambda item: item[:2], 2) == [["93a", "93b"], ["93c"], ["75a"], ["92a"]]
