"""The parts of a difference add up to it, prefer no order, and are nothing where builds agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from examples import at_most
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import BORDER, facts

from observatory import settings
from observatory.model.assumptions_file import load_assumptions
from observatory.model.figure_changes import figure_changes
from observatory.model.model import Model
from observatory.tables.history_results import PARTS

TODAY = load_assumptions(settings.load({}).assumptions)
FACTORS = st.floats(0.5, 2.0, allow_nan=False)
CHANGES = st.fixed_dictionaries(
    {part: st.one_of(st.just(1.0), FACTORS) for part in ("need", "help", "border", "method")}
)
KEY = ["level", "code", "figure"]


def _scaled(frame: Any, column: str, rows: pd.Series[bool], factor: float) -> Any:
    return frame.assign(**{column: frame[column].where(~rows, frame[column] * factor)})


def _model(changes: dict[str, float]) -> Model:
    """Return the world with residents and hours at home, residents around and a pace changed."""
    world = facts(BORDER)
    iris = world.iris
    for side, inside in (("need", True), ("border", False)):
        here = iris["in_territory"] == inside
        for age in ("pop_60_74", "pop_75p"):
            iris = _scaled(iris, age, here, changes[side])
    supply = _scaled(world.supply, "posts", world.supply["posts"].notna(), changes["help"])
    pace = {"walk.speed_kmh": TODAY.number("walk.speed_kmh") * changes["method"]}
    return Model(replace(world, iris=iris, supply=supply), TODAY.changed(pace))


@at_most(1)
@given(CHANGES, CHANGES)
@example(
    before={"need": 1.0, "help": 1.0, "border": 1.0, "method": 1.0},
    after={"need": 1.5, "help": 0.5, "border": 1.0, "method": 1.2},
)
def test_parts_add_up_prefer_no_order_and_are_nothing_where_builds_agree(
    before: dict[str, float], after: dict[str, float]
) -> None:
    first, second = _model(before), _model(after)
    told = figure_changes(first, second).set_index(KEY)
    known = told[told["difference"].notna()]
    assert known[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(
        known["difference"].to_numpy(), rel=1e-9, abs=1e-9
    )
    for part in PARTS:
        if before[part] == after[part]:
            assert (known[part] == 0).all()
    back = figure_changes(second, first).set_index(KEY).reindex(told.index)
    for part in (*PARTS, "difference"):
        assert back[part].to_numpy() == pytest.approx(
            -told[part].to_numpy(), rel=1e-9, abs=1e-9, nan_ok=True
        )


def test_each_part_alone_is_the_whole_difference() -> None:
    same = dict.fromkeys(PARTS, 1.0)
    for part in PARTS:
        told = figure_changes(_model(same), _model({**same, part: 0.6}))
        assert len(told), part
        assert told[part].to_numpy() == pytest.approx(told["difference"].to_numpy())
