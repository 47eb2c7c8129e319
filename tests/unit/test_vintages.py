"""How old a source is and when it is stale: one rule, by the dates of the registry."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from observatory import settings
from observatory.errors import FileFormatError, MissingInputError
from observatory.tables.provenance import Provenance
from observatory.tables.vintages import Vintage, load_vintages, stale_sources


@pytest.mark.parametrize(
    ("day", "months", "stale"),
    [("2024-09-01", 12, False), ("2024-09-30", 12, False), ("2024-10-01", 13, True),
     ("2023-08-31", -1, False)],
)  # fmt: skip
def test_a_source_is_stale_past_its_months(day: str, months: int, stale: bool) -> None:
    vintage = Vintage(dt.date(2023, 9, 1), 12)
    assert vintage.age_months(dt.date.fromisoformat(day)) == months
    assert vintage.is_stale(dt.date.fromisoformat(day)) is stale


def test_only_stale_sources_among_those_asked_are_named_the_oldest_first() -> None:
    vintages = {
        "late": Vintage(dt.date(2023, 4, 5), 12),
        "fresh": Vintage(dt.date(2024, 8, 1), 12),
        "oldest": Vintage(dt.date(2016, 1, 1), 60),
        "not_asked": Vintage(dt.date(1990, 1, 1), 12),
    }
    asked = ("late", "fresh", "oldest", "undated")
    found = stale_sources(vintages, asked, dt.date(2025, 1, 10))
    assert [name for name, _ in found] == ["oldest", "late"]


def test_the_dates_of_sources_come_from_the_registry(tmp_path: Path) -> None:
    path = tmp_path / "registry.toml"
    path.write_text('[a]\nas_of = "2023-04-05"\nstale_after_months = 12\n[download.b]\nurl = "x"\n')
    assert load_vintages(path) == {"a": Vintage(dt.date(2023, 4, 5), 12)}
    newer = Provenance(
        "a", "A", "P", "L", "V", "u", "p", "s", "2026-12-02", 1, 1, 0, as_of="2026-12-01"
    )
    other = replace(newer, id="own_list")
    assert load_vintages(path, [newer, other]) == {"a": Vintage(dt.date(2026, 12, 1), 12)}
    assert load_vintages(path, [replace(newer, as_of="")]) == load_vintages(path)
    for spoilt in ("[a]\n", "[a", '[a]\nas_of = "May"\nstale_after_months = 1\n'):
        path.write_text(spoilt)
        with pytest.raises(FileFormatError, match="registry"):
            load_vintages(path)
    with pytest.raises(MissingInputError):
        load_vintages(tmp_path / "nowhere.toml")


def test_lists_of_help_are_stale_after_two_years() -> None:
    vintages = load_vintages(settings.load({}).registry)
    lists = ("host_structures_2023", "france_services_2024", "aidants_connect_2024")
    assert {vintages[name].stale_after_months for name in lists} == {24}
    assert not vintages["france_services_2024"].is_stale(dt.date(2026, 8, 31))
    assert vintages["france_services_2024"].is_stale(dt.date(2026, 9, 1))
