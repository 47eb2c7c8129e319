"""The edition's tables open in DuckDB as they are, for a researcher who prefers SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb

from observatory.tables.manifest import read_manifest


def test_sql_on_the_edition_gives_the_facts_of_its_manifest(edition_folder: Path) -> None:
    facts = read_manifest(edition_folder).facts
    with duckdb.connect() as base:
        people, communes = base.execute(
            "select sum(population), count(*) from read_parquet(?) where in_territory",
            [str(edition_folder / "communes.parquet")],
        ).fetchone() or (None, None)
        cells = base.execute(
            "select sum(residents) from read_parquet(?) where in_territory and kind = 'cell'",
            [str(edition_folder / "points.parquet")],
        ).fetchone() or (None,)
    assert (people, communes) == (facts["population"], facts["communes"])
    assert cells[0] == facts["cell_population"]
