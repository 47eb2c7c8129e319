"""Two builds compared: places under other identifiers, and figures that other code computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from rich.text import Text
from screens import spaced
from worlds import GRID, write_build

from observatory import settings
from observatory.cli.history_report import tables
from observatory.files.atom import feed
from observatory.model.assumptions_file import load_assumptions
from observatory.model.build_changes import (
    help_changes,
    place_changes,
    renumbered,
    same_places,
    source_changes,
)
from observatory.model.build_comparison import Comparison, compare_kept
from observatory.model.figure_changes import figures_then
from observatory.model.model import Model
from observatory.model.observed import Facts, stored_facts
from observatory.places.matching.known_again import known_again
from observatory.tables.comparable import comparable, last_two
from observatory.tables.history import Kept, Noted, keep
from observatory.tables.history_results import PARTS
from observatory.tables.manifest import open_build
from observatory.words.catalogue import load_words
from observatory.words.change_words import listed, smaller, source_rows, told_lines
from observatory.words.change_words import renumbered as told

SOURCE = "aidants_connect_2024"
TODAY = load_assumptions(settings.load({}).assumptions)


def _renumbered(facts: Facts) -> tuple[Facts, list[str]]:
    """Return facts as if one source gave new identifiers to the places that it alone knows."""
    alone = facts.sites["sources"] == SOURCE
    names = facts.sites.loc[alone, "site"].tolist()
    new = {name: f"N{name[1:]}" for name in names}
    sites = facts.sites.assign(
        site=facts.sites["site"].replace(new),
        source_ids=facts.sites["source_ids"].where(~alone, "new-" + facts.sites["source_ids"]),
    )
    supply = facts.supply.assign(site=facts.supply["site"].replace(new))
    theirs = supply["site"].isin(list(new.values()))
    supply["supply"] = supply["supply"].where(~theirs, "new-" + supply["supply"])
    return replace(facts, sites=sites, supply=supply), names


def test_a_source_that_changes_its_identifiers_opens_and_closes_nothing() -> None:
    edition = settings.load({}).edition
    before = stored_facts(edition)
    after, names = _renumbered(before)
    assert len(names) > 10
    blind = same_places(before, after)
    assert len(place_changes(before, after, blind)) == 2 * len(names)
    same = same_places(before, after, known_again)
    assert place_changes(before, after, same).empty
    assert help_changes(before, after, same).empty

    sources = open_build(edition).sources
    newer = [replace(one, sha256="0" * 64) if one.id == SOURCE else one for one in sources]
    (row,) = source_changes(sources, newer, renumbered(after, same)).to_dict("records")
    assert (row["id"], row["places_again"]) == (SOURCE, len(names))
    (said,) = told(pd.DataFrame([row]), load_words("fr"))
    assert "a changé ses identifiants" in said
    assert str(len(names)) in said

    # One that closes and one that opens elsewhere are no pair.
    gone = replace(before, sites=before.sites[before.sites["site"] != names[0]])
    come = replace(after, sites=after.sites[after.sites["site"] != f"N{names[1][1:]}"])
    found = place_changes(gone, come, same_places(gone, come, known_again))
    assert sorted(found["kind"]) == ["closed", "opened"]


@pytest.fixture
def made(tmp_path: Path) -> Callable[[int, str, float], Kept]:
    """Return what keeps a build of the same tables, made by some code that counted otherwise."""
    folder = write_build(tmp_path / "build", world=GRID)
    where = replace(settings.load({}), build=folder)
    model = Model(stored_facts(folder), TODAY)
    method = {one.name: one.value for one in TODAY}

    def kept(month: int, code: str, factor: float) -> Kept:
        figures = figures_then(model)
        hours = figures["figure"].isin(["missing_h_per_week", "missing_h_per_100"])
        figures["value"] = figures["value"].where(~hours, figures["value"] * factor)
        found = keep(
            folder, where, datetime(2026, month, 1, tzinfo=UTC), Noted(method, code, figures)
        )
        assert found is not None
        return found

    return kept


def test_what_another_code_computed_is_the_method_s_part(
    made: Callable[[int, str, float], Kept],
) -> None:
    former, newer = made(1, "former code", 0.5), made(2, "newer code", 1.0)
    found = compare_kept(former, newer, TODAY)
    assert set(found.figures["figure"]) == {"missing_h_per_week", "missing_h_per_100"}
    assert (found.figures["method"] == found.figures["difference"]).all()
    assert found.figures["before"].to_numpy() == pytest.approx(found.figures["after"] / 2)
    assert found.total[0] == pytest.approx(found.total[1] / 2)
    assert found.method[["kind", "name", "before", "after"]].to_numpy().tolist() == [
        ["version", "code", "former c", "newer co"]
    ]
    # With an assumption too, all of it is the method's, and the parts make the whole.
    slower = replace(newer, method={**newer.method, "walk.speed_kmh": 3.0})
    _whole(compare_kept(former, slower, TODAY))
    _whole(compare_kept(slower, former, TODAY))


def test_changes_that_are_written_as_nothing_are_counted_in_one_sentence(
    made: Callable[[int, str, float], Kept],
) -> None:
    found = compare_kept(made(1, "former code", 0.5), made(2, "newer code", 1.0), TODAY)
    table = found.figures.head(4).assign(
        figure=["missing_h_per_100", "missing_h_per_100", "missing_h_per_week", "population"],
        difference=[0.004, -0.006, 0.04, float("nan")],
    )
    # Two decimals of 0.006 are 0.01; what is known once only has no difference.
    assert listed(table)["difference"].tolist() == pytest.approx(
        [-0.006, float("nan")], nan_ok=True
    )
    words = load_words("fr")
    assert smaller(table, words) == "2 chiffres changent de moins que ce qui s'écrit."
    assert smaller(listed(table), words) == ""
    few = replace(found, figures=table.head(1))
    said = "Un chiffre change de moins que ce qui s'écrit."
    assert [*told_lines(few, words)][-1] == said
    printed = [one.plain for one in tables(few, "figures") if isinstance(one, Text)]
    assert printed[-1] == said


def _whole(found: Comparison) -> None:
    known = found.figures.dropna(subset="difference")
    assert len(known)
    assert known[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(
        known["difference"].to_numpy(), abs=1e-9
    )
    assert (known["after"] - known["before"]).to_numpy() == pytest.approx(
        known["difference"].to_numpy(), abs=1e-9
    )


def test_two_builds_of_one_code_are_set_beside_each_other_by_that_of_today(
    made: Callable[[int, str, float], Kept],
) -> None:
    former = made(1, "one code", 0.5)
    assert made(2, "one code", 1.0) == former
    assert compare_kept(former, replace(former, code=""), TODAY).figures.empty


def test_the_feed_of_a_service_of_many_territories_leads_to_its_own(
    made: Callable[[int, str, float], Kept],
) -> None:
    found = compare_kept(made(1, "former code", 0.5), made(2, "newer code", 1.0), TODAY)
    alone = replace(settings.load({}), address="https://observatoire.example/")
    many = replace(alone, dataset="france")
    for where, asked in ((alone, ""), (many, f"?territory={found.after.manifest.territory}")):
        written = feed(found, where, load_words("fr")).decode()
        links = re.findall(r'href="([^"]+)"', written)
        assert links == [f"https://observatoire.example/changements{asked}"] * 2


def test_one_build_made_again_by_another_code_has_two_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_build(tmp_path / "build", world=GRID)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    where = settings.load()
    for hour, code in ((8, "former code"), (9, "newer code")):
        keep(
            folder,
            where,
            datetime(2026, 1, 1, hour, tzinfo=UTC),
            Noted({"walk.speed_kmh": 4.0}, code),
        )
    names = [one.name for one in comparable(where) if one.made_at]
    assert len(names) == 2
    assert len({*names}) == 2
    assert [one.name for one in last_two(where)] == names


@pytest.mark.parametrize(
    ("newer", "shown"),
    [
        (
            {"sha256": "b"},
            ["courante, lue le 27 novembre 2026", "courante, lue le 28 novembre 2026"],
        ),
        ({"sha256": "b", "vintage": "2027"}, ["courante", "2027"]),
    ],
)
def test_a_source_of_one_vintage_is_told_by_the_days_it_was_read(
    newer: dict[str, str], shown: list[str]
) -> None:
    old = replace(GRID.sources[0], vintage="courante", sha256="a", read_on="2026-11-27")
    both = source_changes([old], [replace(old, read_on="2026-11-28", **newer)], {})
    headings, (row,) = source_rows(both, load_words("fr"))
    assert [spaced(cell) for cell in row[3:5]] == shown
    assert headings[3:5] == ["Avant", "Après"]
