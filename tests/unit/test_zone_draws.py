"""What is kept of the draws is what a model without it draws, and belongs to one build alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from worlds import GRID, write_build

from observatory import settings
from observatory.model import studies
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.zone_draws import KeptDraws
from observatory.tables.draw_results import KEPT_DRAWS
from observatory.tables.storage import read_table, write_table


def test_a_model_given_its_draws_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assumptions = load_assumptions(settings.load({}).assumptions)
    facts = load_facts(write_build(tmp_path / "build", world=GRID))
    drawn = Model(facts, assumptions)
    found = KeptDraws.of(drawn, "a build")
    for table in KEPT_DRAWS:
        write_table(found.tables[table.name], table, tmp_path)
    kept = KeptDraws(*(read_table(table, tmp_path) for table in KEPT_DRAWS))

    given = Model(facts, assumptions, kept=kept)
    for level in ("ept", "commune", "iris", "qpv"):
        for cog in ("cog_2024", "cog_2025"):
            pd.testing.assert_frame_equal(given.gaps(level, cog), drawn.gaps(level, cog))
    for level in ("commune", "iris"):
        assert studies.ranks(given, level=level).equals(studies.ranks(drawn, level=level))
    pd.testing.assert_frame_equal(given.help_table, drawn.help_table)
    # Nothing of this drew; what is asked for besides does.
    assert "draws" not in vars(given)
    other = studies.ranks(given, level="iris", draws=7)
    assert set(other["draws"]) == {7}
    assert other.equals(studies.ranks(drawn, level="iris", draws=7))

    used = drawn.assumptions
    assert kept.belong_to("a build", used)
    assert not kept.belong_to("another", used)
    assert not kept.belong_to("a build", used.changed({"walk.speed_kmh": 3.9}))
    monkeypatch.setenv("OBSERVATORY_DRAWS", "41")
    assert not kept.belong_to("a build", used)
