"""What people read in the terminal: French numbers, intervals, units, reasons, stale sources."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import worlds
from rich.console import Console, RenderableType

from observatory import settings
from observatory.cli import main, output, reports
from observatory.model.norms import SHARES
from observatory.places.search import named
from observatory.read.registry import load_registry
from observatory.tables.facts import GAPS
from observatory.tables.gap_results import NORMS
from observatory.tables.manifest import read_manifest, write_manifest
from observatory.tables.to_move import pairs
from observatory.tables.vintages import Vintage
from observatory.words.catalogue import load_words

WORDS = load_words("fr", "reports")
EDITION = "2026-11-27-0123abcd"


def shown(what: RenderableType, width: int = 200) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, markup=False).print(what)
    return stream.getvalue()


def gaps(**changes: object) -> pd.DataFrame:
    row = dict.fromkeys(GAPS.names, 1.0)
    row |= {"level": "commune", "cog": "cog_2024", "code": "93066", "name": "Saint-Denis [b]"}
    row |= {"population": 111_273.0, "need_persons": 10_821.4, "need_low": 8886.0}
    row |= {"need_high": 11_362.0, "missing_h_per_week": 82.09, "missing_low": 44.2}
    row |= {"missing_high": 137.4, "note": None, "norm": "france", "norm_h_per_100": 2.06}
    row |= {"need_class": "reliable", "missing_class": "reliable"}
    row |= {"edition": EDITION, "vintage": "RP2016", "read_on": "2026-11-27"}
    row |= dict.fromkeys(pairs(GAPS.names).values(), math.nan)
    return pd.DataFrame([{**row, **changes}])


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234567.0, 0, "1\u202f234\u202f567"),
        (0.5, 2, "0,50"),
        (-0.04, 1, "0,0"),
        (-1234.5, 1, "−1\u202f234,5"),
        (None, 0, "n.c."),
        (math.nan, 0, "n.c."),
        (math.inf, 0, "n.c."),
    ],
)
def test_numbers_are_written_as_people_read_them(
    value: float | None, digits: int, text: str
) -> None:
    assert reports.figure(value, digits) == text


def test_a_wide_table_has_units_and_intervals_beside_figures() -> None:
    text = shown(reports.gap_table(gaps(), gaps(), "commune", 200))
    assert "10\u202f821 [8\u202f886–11\u202f362]" in text
    assert "82 [44–137]" in text
    assert "Saint-Denis [b]" in text
    assert text.count("h/sem.") >= 3
    assert "Total" in text
    line = " ".join(text.split()).partition("Édition ")[2]
    for told in (EDITION, "27 novembre 2026", "RP2016", "cog_2024"):
        assert told in line


def test_a_narrow_table_keeps_every_figure_whole() -> None:
    text = shown(reports.gap_table(gaps(), gaps()[:0], "commune", 80), 80)
    assert "…" not in text
    assert "[8\u202f886–11\u202f362]" in text
    assert "[44–137]" in text
    assert max(map(len, text.splitlines())) <= 80


def test_what_is_not_known_is_said_and_never_zero() -> None:
    unknown = {name: math.nan for name in GAPS.names if name.startswith(("need", "missing"))}
    text = shown(reports.gap_table(gaps(**unknown), gaps()[:0], "qpv", 200))
    assert "n.c. : non connu" in text
    assert " 0" not in text.split("Saint-Denis")[1].splitlines()[0].replace("1,00", "")


def test_a_figure_too_uncertain_is_withheld_and_why_is_said() -> None:
    unsure = gaps(missing_class="not_published", missing_h_per_100=7.77, missing_etp=6.66)
    text = shown(reports.gap_table(unsure, unsure[:0], "commune", 200))
    line = next(line for line in text.splitlines() if "93066" in line)
    assert line.count("n.p.") == 3, "the rate, the hours and the posts"
    for figure in ("7,77", "82 [", "137", "6,7"):
        assert figure not in line
    assert "10\u202f821 [8\u202f886–11\u202f362]" in line, "need is published"
    assert "n.p. : non publié" in text
    assert "n.p." not in shown(reports.gap_table(gaps(), gaps()[:0], "commune", 200))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("width", [80, 200])
def test_each_norm_has_its_sentence_and_a_share_never_says_missing(norm: str, width: int) -> None:
    moved = norm in SHARES
    twins = pairs(GAPS.names)
    filled = {b: gaps()[a].iloc[0] for a, b in twins.items()} if moved else {}
    empty = dict.fromkeys(twins, math.nan) if moved else {}
    known = gaps(norm=norm, **filled, **empty)
    # A text wrapped by a narrow terminal reads as the same text.
    text = " ".join(shown(reports.gap_table(known, known, "commune", width), width).split())
    sentence = WORDS(f"gaps.norm.{norm}", norm="2,06")
    assert sentence in text
    assert sum(WORDS(f"gaps.norm.{one}", norm="2,06") in text for one in NORMS) == 1
    assert ("à répartir" in text) == moved
    assert ("manqu" in text) != moved
    assert ("ETP" in text) != moved
    assert "[44–137]" in text


def test_the_build_report_says_rows_reasons_counts_and_warnings(tmp_path: Path) -> None:
    manifest = read_manifest(worlds.write_build(tmp_path))
    text = shown(reports.build_report(manifest, (), {"iris": 4}, ("7 IRIS estimated",)))
    for words in ("rep_schools_2022", "1 × no code", "postes de conseillers", "7 IRIS estimated"):
        assert words in text


def test_the_markdown_report_keeps_its_columns_whatever_the_text(tmp_path: Path) -> None:
    manifest = read_manifest(worlds.write_build(tmp_path))
    text = reports.build_markdown(manifest, (), {"iris": 4}, ("a warning",))
    line = next(row for row in text.splitlines() if row.startswith("| rep_schools_2022"))
    assert line.replace("\\|", "").count("|") == 7
    assert "Collège \\| X" in line
    assert text.endswith("- a warning\n")


def test_a_stale_source_is_said_loudly(tmp_path: Path) -> None:
    manifest = read_manifest(worlds.write_build(tmp_path))
    vintages = {"rep_schools_2022": Vintage(dt.date(2022, 9, 1), 12)}
    stale = reports.status_values(manifest, vintages, dt.date(2026, 1, 1), "edition")
    assert stale["sources"][0]["stale"] is True
    assert "PÉRIMÉE" in shown(reports.status_table(stale))
    assert "ATTENTION : 1 sources sur 1" in shown(reports.status_table(stale))
    fresh = reports.status_values(manifest, vintages, dt.date(2022, 10, 1), "edition")
    assert "ATTENTION" not in shown(reports.status_table(fresh))
    unknown = reports.status_values(manifest, {}, dt.date(2026, 1, 1), "edition")
    assert unknown["sources"][0]["stale"] is None
    assert "âge non connu" in shown(reports.status_table(unknown))


def test_the_counts_come_in_the_order_documented_others_after() -> None:
    values = {"zebras": 1, "places": 2, "communes": 9}
    assert list(reports.ordered_facts(values)) == ["communes", "places", "zebras"]


def test_a_table_shows_every_text_as_it_stands() -> None:
    made = output.table(
        ("Nom", "Heures"), [("[b]a[/b]", "1"), (":smile:", "22")], title="Titre", right=(1,)
    )
    lines = shown(made).splitlines()
    assert any("[b]a[/b]" in line for line in lines)
    assert any(":smile:" in line for line in lines)
    ends = {len(line.rstrip()) for line in lines if line.rstrip().endswith(("1", "2", "Heures"))}
    assert len(ends) == 1


def test_a_line_obeys_nothing_that_moves_a_terminal() -> None:
    assert output.one_line("a\x1b[2Jb\nc\u202ed") == "a [2Jb c d"
    assert output.one_line("abcdef", 4) == "abc…"


def test_status_sounds_an_alarm_once_a_source_has_stood_still_for_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The national map, whose days the registry gives; the others of the build change at will."""
    item = load_registry(settings.load({}).registry).downloads["national_map"]
    folder, since = worlds.write_build(tmp_path), dt.datetime(2026, 6, 23, 12)
    known = read_manifest(folder)
    still = replace(
        known.sources[0], changed_on=since.date().isoformat(), late_after=item.late_after
    )
    write_manifest(replace(known, sources=(still, *known.sources[1:])), folder)
    for days, alarms in ((item.late_after, 0), (item.late_after + 1, 1)):
        monkeypatch.setattr(named, "now", lambda days=days: since + dt.timedelta(days=days))
        # For a monitor: the code says that a list stands still.
        assert main(["status", "--build", str(folder)]) == alarms
        told = capsys.readouterr()
        assert len(told.err.splitlines()) == told.err.count("ALERTE") == alarms
        assert ("EN RETARD" in told.out) == bool(alarms)
        if alarms:
            assert f"{still.id} n'a pas changé depuis {days} jours" in told.err
        assert main(["status", "--build", str(folder), "--format", "json"]) == alarms
        values = {one["id"]: one for one in json.loads(capsys.readouterr().out)["sources"]}
        assert [one["id"] for one in values.values() if one["late"]] == [still.id] * alarms
        assert values[still.id]["late_after"] == item.late_after
