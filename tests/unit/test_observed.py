"""The stored tables of a build as one object, read once for each state of the folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import worlds

from observatory.model.observed import load_facts


def test_what_one_caller_changes_is_not_seen_by_the_next(tmp_path: Path) -> None:
    folder = worlds.write_build(tmp_path)
    first = load_facts(folder)
    before = first.points.copy()
    first.points["residents"] = 0.0
    first.points.loc[0, "population"] = -1.0
    first.iris["more"] = 1
    pd.testing.assert_frame_equal(load_facts(folder).points, before)
    assert "more" not in load_facts(folder).iris


def test_a_folder_that_is_built_again_is_read_again(tmp_path: Path) -> None:
    first = load_facts(worlds.write_build(tmp_path))
    sites = worlds.facts().sites.assign(name="Autre nom")
    second = load_facts(worlds.write_build(tmp_path, {"sites": sites}))
    assert set(second.sites["name"]) == {"Autre nom"}
    assert "Autre nom" not in set(first.sites["name"])
    assert first.edition != second.edition
