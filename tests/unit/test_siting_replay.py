"""January 2021 replayed: the same posts placed in several ways, their table and their map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from observatory import load
from observatory.cli import main
from observatory.model.siting_replay import Replay, replay_2021
from observatory.sheets.replay_map import replay_map
from observatory.tables.siting_results import WAYS
from observatory.words.numbers import number


@pytest.fixture(scope="module")
def replay(edition_folder: Path) -> Replay:
    return replay_2021(load(edition_folder).model, seconds=1.0)


def test_each_way_places_the_posts_and_leaves_less_than_none(replay: Replay) -> None:
    table = replay.table.set_index(["way", "ept"])
    whole = table.xs("93", level="ept")
    assert list(whole.index) == list(WAYS)
    assert whole["posts"].tolist() == [0, 80, 80, 80, 84]
    assert (
        whole["missing_h_per_week"].drop("none") < whole.loc["none", "missing_h_per_week"]
    ).all()
    best = whole.loc["best"]
    assert best["missing_low_h_per_week"] <= best["missing_h_per_week"]
    parts = table.drop(index="93", level="ept").groupby("way")
    for column in ("posts", "missing_h_per_week", "need_persons"):
        assert parts[column].sum()[whole.index].tolist() == pytest.approx(whole[column].tolist())
    assert table.xs("equal")["posts"].drop("93").tolist() == [20] * 4
    placed = replay.posts.groupby("way")["posts"].sum()
    assert placed[whole.index].tolist() == whole["posts"].tolist()
    # Posts of which the State's list gives the commune alone have no point on the map.
    assert replay.posts.loc[replay.posts["x_m"].isna(), "way"].unique().tolist() == ["listed"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_map_says_the_hours_of_the_table_and_has_a_circle_a_place(
    replay: Replay, lang: str
) -> None:
    drawn = replay_map(replay, lang)  # type: ignore[arg-type]  # a language
    texts = re.findall(r">([^<>]+)</text>", drawn)
    whole = replay.table[replay.table["ept"] == "93"]
    for hours in whole["missing_h_per_week"]:
        assert any(number(hours, lang) in line for line in texts)  # type: ignore[arg-type]  # as above
    places = replay.posts[replay.posts["posts"] > 0].fillna({"x_m": 0, "y_m": 0})
    spots = places.assign(commune=places["commune"].where(places["x_m"] == 0))
    count = len(spots.drop_duplicates(["way", "x_m", "y_m", "commune"]))
    assert drawn.count("<circle") == count + 6, "three sizes of both kinds in the legend"


def test_the_map_is_asked_for_with_the_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for asked in (["--posts", "1"], ["--replay-2021"]):
        assert main(["siting", *asked, "--map", str(tmp_path / "map.png")]) == 2
        assert "a file that ends in .svg" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
