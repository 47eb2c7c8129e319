"""Places known by their address alone get a position in a build of one's own, where it is sure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sources import PLAINE_COMMUNE, PlainBuild, Sources

from observatory.build.positions import Positions, open_positions
from observatory.build.steps import BuildReport, build
from observatory.errors import ChoiceError, DownloadError
from observatory.geo.geometry import to_degrees
from observatory.model.observed import load_facts
from observatory.read.positions import read_positions, write_positions
from observatory.tables.facts import SITES, SUPPLY
from observatory.tables.integrity import build_problems
from observatory.tables.position_tables import POSITIONS
from observatory.tables.remarks import remark
from observatory.tables.storage import read_table


def _built(official: Sources, out: Path, positions: Positions | None = None) -> BuildReport:
    given = {} if positions is None else {"positions": positions}
    return build(official.folder, PLAINE_COMMUNE, official.settings, out, **given)


@pytest.fixture(scope="module")
def plain(cut: Sources, plain_build: PlainBuild) -> Path:
    return plain_build(cut)[1]


@pytest.fixture(scope="module")
def address(plain: Path) -> Mapping[str, Any]:
    """Return a place of help known by its address alone, and a point of its commune."""
    sites = read_table(SITES, plain).set_index("site")
    supply = read_table(SUPPLY, plain)
    bare = supply[(supply["serves"] == "commune") & supply["site"].notna()]
    site = next(s for s in bare["site"] if isinstance(sites["address"][s], str))
    facts = load_facts(plain)
    points = facts.points[facts.points["commune"] == sites["commune"][site]]
    point = points.sort_values("residents").iloc[-1]
    lon, lat = to_degrees([point["x_m"]], [point["y_m"]])
    row = sites.loc[site]
    return {
        "site": site,
        "address": row["address"],
        "postcode": row["postcode"],
        "commune": row["commune"],
        "lat": float(lat[0]),
        "lon": float(lon[0]),
    }


def _row(address: Mapping[str, Any], **changes: Any) -> pd.DataFrame:
    usual = {
        "score": 0.9,
        "kind": "housenumber",
        "label": "x",
        "source": "geoplateforme 2026-11-27",
    }
    row = {**address, **usual, **changes}
    return pd.DataFrame([{name: row[name] for name in POSITIONS.names}])


def test_without_positions_an_address_serves_its_commune(
    plain: Path, address: Mapping[str, Any]
) -> None:
    site = read_table(SITES, plain).set_index("site").loc[address["site"]]
    assert site["located"] == "commune"
    assert pd.isna(site["position"])


def test_a_sure_position_puts_the_place_and_its_help_there(
    cut: Sources, address: Mapping[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "positions.csv"
    write_positions(_row(address), path)
    known = open_positions(path, None, tmp_path / "out", cut.settings)
    report = _built(cut, tmp_path / "out", known)
    site = read_table(SITES, tmp_path / "out").set_index("site").loc[address["site"]]
    assert (site["located"], site["position"]) == ("point", "address")
    supply = read_table(SUPPLY, tmp_path / "out")
    assert (supply.loc[supply["site"] == address["site"], "serves"] == "point").all()
    assert remark("build.positions", count=1, refused=0) in report.warnings
    (record,) = (s for s in report.manifest.sources if s.id == "positions")
    assert (record.licence, record.rows_in, record.rows_out) == ("Licence Ouverte 2.0", 1, 1)
    assert build_problems(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"score": 0.4}, "low score"),
        ({"kind": "municipality"}, "not a door"),
        ({"lat": 48.8566, "lon": 2.3522}, "outside its commune"),
        ({"lat": None, "lon": None, "score": None, "kind": None}, "not found"),
    ],
)
def test_what_is_not_sure_is_refused_with_its_reason(
    cut: Sources, address: Mapping[str, Any], tmp_path: Path, changes: Any, reason: str
) -> None:
    path = tmp_path / "positions.csv"
    write_positions(_row(address, **changes), path)
    known = open_positions(path, None, tmp_path / "out", cut.settings)
    report = _built(cut, tmp_path / "out", known)
    site = read_table(SITES, tmp_path / "out").set_index("site").loc[address["site"]]
    assert site["located"] == "commune"
    (record,) = (s for s in report.manifest.sources if s.id == "positions")
    assert [item.reason for item in record.aside] == [reason]
    assert remark("build.positions", count=0, refused=1) in report.warnings


def test_a_persons_position_needs_no_score(
    cut: Sources, address: Mapping[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "positions.csv"
    write_positions(_row(address, score=None, kind=None, label=None, source="Anne"), path)
    known = open_positions(path, None, tmp_path / "out", cut.settings)
    report = _built(cut, tmp_path / "out", known)
    site = read_table(SITES, tmp_path / "out").set_index("site").loc[address["site"]]
    assert site["position"] == "address"
    (record,) = (s for s in report.manifest.sources if s.id == "positions")
    assert record.licence == "unconfirmed"


def test_the_service_is_asked_once_and_its_answers_kept(
    cut: Sources, address: Mapping[str, Any], tmp_path: Path
) -> None:
    path, asked = tmp_path / "positions.csv", list[pd.DataFrame]()

    def ask(rows: pd.DataFrame) -> pd.DataFrame:
        asked.append(rows)
        day = {"source": "geoplateforme 2026-11-27", "label": None}
        none = {"lat": None, "lon": None, "score": None, "kind": None}
        return pd.concat([_row({**none, **row}, **none, **day) for row in rows.to_dict("records")])

    for turn in range(2):
        known = open_positions(path, ask, tmp_path / f"out{turn}", cut.settings)
        _built(cut, tmp_path / f"out{turn}", known)
    assert len(asked) == 1, "addresses that were not found are not asked for again"
    assert address["address"] in set(asked[0]["address"])
    assert len(read_positions(path)) == len(asked[0])
    first, second = ((tmp_path / f"out{turn}" / "sites.parquet").read_bytes() for turn in range(2))
    assert first == second


def test_a_service_that_fails_stops_the_build_and_writes_nothing(
    cut: Sources, tmp_path: Path
) -> None:
    def ask(_: pd.DataFrame) -> pd.DataFrame:
        raise DownloadError("address service", expected="x", found="y", next_step="z")

    path = tmp_path / "positions.csv"
    known = open_positions(path, ask, tmp_path / "out", cut.settings)
    with pytest.raises(DownloadError):
        _built(cut, tmp_path / "out", known)
    assert not path.exists()
    assert not (tmp_path / "out").exists()


def test_the_edition_takes_no_position_but_the_sources_own(cut: Sources, tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    with pytest.raises(ChoiceError, match="compiled edition"):
        open_positions(path, None, cut.settings.edition, cut.settings)
    with pytest.raises(ChoiceError, match="--positions FILE beside it"):
        open_positions(None, lambda rows: rows, tmp_path / "out", cut.settings)
