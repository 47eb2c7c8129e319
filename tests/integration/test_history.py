"""Two builds a place and a source apart: kept, listed, compared, told in a feed and on a page."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from sources import CUT, PLAINE_COMMUNE, PlainBuild, Sources

from observatory import settings
from observatory.cli import main
from observatory.errors import ChoiceError, MissingInputError
from observatory.files.atom import ATOM
from observatory.model.assumptions_file import load_assumptions
from observatory.model.build_comparison import Comparison, compare_kept
from observatory.settings import Settings
from observatory.tables.comparable import find_build, last_two
from observatory.tables.history import Noted, builds_kept, history_of, keep
from observatory.tables.history_results import PARTS
from observatory.tables.manifest import open_build

FRANCE_SERVICES = "sites/liste-fs-20240801_dept93.csv"


class Service(NamedTuple):
    """A build that took the place of another, its settings, and what the command wrote."""

    out: Path
    settings: Settings
    former: dict[str, bytes]
    feed: Path


@pytest.fixture(scope="module")
def service(
    cut: Sources, plain_build: PlainBuild, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Build over the plain build, by the command, from sources that lack one France Services."""
    home = tmp_path_factory.mktemp("history")
    out, folder, feed = home / "mine", home / "sources", home / "changes.xml"
    shutil.copytree(plain_build(cut)[1], out)
    shutil.copytree(CUT, folder, ignore=shutil.ignore_patterns("*.py", "corrections"))
    head, _, *others = (CUT / FRANCE_SERVICES).read_bytes().splitlines(keepends=True)
    (folder / FRANCE_SERVICES).write_bytes(b"".join([head, *others]))
    former = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
        patch.setenv("OBSERVATORY_BUILD", str(out))
        command = ["build", "--from", str(folder), "--territory", PLAINE_COMMUNE]
        mask = os.umask(0o077)
        try:
            assert main([*command, "--atom", str(feed)]) == 0
        finally:
            os.umask(mask)
        yield Service(out, settings.load(), former, feed)


def test_the_build_that_is_replaced_stays_as_it_was_and_the_new_one_is_noted(
    service: Service,
) -> None:
    kept = builds_kept(service.out)
    assert len(kept) == 2
    assert {name: (kept[0].folder / name).read_bytes() for name in service.former} == service.former
    assert open_build(kept[0].folder).edition != open_build(kept[1].folder).edition
    assert (kept[0].folder / "sites.parquet").stat().st_ino != (
        service.out / "sites.parquet"
    ).stat().st_ino
    # The new one takes no room of its own while it is in use.
    assert (kept[1].folder / "sites.parquet").samefile(service.out / "sites.parquet")
    noted = {one.name: one.value for one in load_assumptions(service.settings.assumptions)}
    assert [dict(one.method) for one in kept] == [{}, noted]
    # Kept again, it is the same one.
    assert keep(service.out, service.settings, kept[1].made_at, Noted(noted)) == kept[1]
    assert len(builds_kept(service.out)) == 2


def test_what_a_build_writes_is_for_every_user_to_read_whatever_the_mask(service: Service) -> None:
    new = builds_kept(service.out)[1]
    written = (service.out, *service.out.iterdir(), service.feed, new.folder, *new.folder.iterdir())
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in written}
    assert modes == {(True, 0o755), (False, 0o644)}


def test_a_place_a_post_and_a_source_are_told_and_the_help_did_all_of_it(
    service: Service,
) -> None:
    found = _compared(service)
    (place,) = found.places.to_dict("records")
    assert (place["kind"], place["name"]) == ("closed", "France services La Poste de Saint-Denis")
    assert "1 square de l'Ile de France" in place["before"]
    (help_,) = found.help.to_dict("records")
    assert (help_["kind"], help_["open_before"]) == ("ends", 30.5)
    (source,) = found.sources.to_dict("records")
    assert (source["kind"], source["id"]) == ("content", "france_services_2024")
    assert source["rows_before"] - source["rows_after"] == 1
    assert found.method.empty
    figures = found.figures
    # What stands around Saint-Denis loses access too; only the help did it.
    assert {"93066", "93059"} < set(figures["code"])
    assert figures["help"].tolist() == pytest.approx(figures["difference"].tolist(), abs=1e-9)
    assert figures[["need", "border", "method"]].abs().max().max() < 1e-9
    lost = figures[(figures["level"] == "ept") & (figures["figure"] == "missing_h_per_week")]
    assert found.total == pytest.approx(lost[["before", "after"]].iloc[0].tolist())
    assert lost["difference"].iloc[0] > 0


def _compared(service: Service) -> Comparison:
    return compare_kept(*last_two(service.settings), load_assumptions(service.settings.assumptions))


def test_another_assumption_noted_with_a_build_is_the_method_s_part(
    service: Service,
) -> None:
    today = load_assumptions(service.settings.assumptions)
    before, after = last_two(service.settings)
    slower = {**after.method, "walk.speed_kmh": 3.0, "gone.with_a_version": 1.0}
    found = compare_kept(before, replace(after, method=slower), today)
    assert found.method[["name", "after"]].to_numpy().tolist() == [["walk.speed_kmh", "3.0"]]
    figures = found.figures
    parts = figures[list(PARTS)].sum(axis=1)
    assert (parts - figures["difference"]).abs().max() < 1e-9
    access = figures[figures["figure"] == "access_h_per_100"]
    assert (access["method"] != 0).any()
    assert (access["help"] != 0).any()
    assert (figures[["need", "border"]] == 0).all(axis=None)


def test_the_commands_list_compare_and_refuse(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["history"]
    assert [(one["in_use"], one["places"]) for one in listed] == [(False, 10), (True, 9)]
    former = listed[0]["name"]
    mark = former.rpartition("-")[2][:5]
    assert main(["compare", mark, "current", "--format", "json"]) == 0
    by_hash = json.loads(capsys.readouterr().out)
    assert main(["compare", listed[0]["folder"], str(service.out), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == by_hash
    assert [len(by_hash[name]) for name in ("places", "help", "sources", "method")] == [1, 1, 1, 0]

    assert main(["compare", "--only", "figures", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["figure"] for row in rows] == [row["figure"] for row in by_hash["figures"]]
    assert main(["compare", "--format", "csv"]) == 0
    whole = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["part"] for row in whole} == {"places", "help", "sources", "figures"}
    assert main(["compare"]) == 0
    said = capsys.readouterr().out
    assert "1 lieu fermé, 1 structure où l'aide finit, 1 source changée" in said
    assert "Voisins" in said

    assert main(["compare", "1999-01-01"]) == 2
    assert former in capsys.readouterr().err
    assert main(["compare", "edition", str(settings.load({}).edition)]) == 2


def test_two_territories_are_not_compared(service: Service, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(service.out, other)
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    (other / "manifest.json").write_text(json.dumps({**manifest, "territory": "200057875"}))
    both = find_build(str(other), service.settings), find_build("current", service.settings)
    with pytest.raises(ChoiceError, match="two builds of one territory"):
        compare_kept(*both, load_assumptions(service.settings.assumptions))


def test_the_feed_is_atom_goes_on_and_holds_nothing_twice(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ET.parse(service.feed).getroot()  # noqa: S314  # made by this test
    name = {"atom": ATOM}
    assert made.tag == f"{{{ATOM}}}feed"
    for asked in ("atom:id", "atom:title", "atom:updated", "atom:author/atom:name"):
        assert made.findtext(asked, namespaces=name)
    (entry,) = made.findall("atom:entry", name)
    assert "1 lieu fermé" in (entry.findtext("atom:title", namespaces=name) or "")
    content = entry.find("atom:content", name)
    assert content is not None
    assert content.get("type") == "html"
    assert "<li>Fermé" in (content.text or "").replace("\u00a0", " ")
    again = tmp_path / "changes.xml"
    shutil.copy(service.feed, again)
    monkeypatch.setenv("OBSERVATORY_ADDRESS", "https://observatoire.example/?a&b")
    assert main(["compare", "--atom", str(again)]) == 0
    once = ET.parse(again).getroot()  # noqa: S314  # made by this test
    assert len(once.findall("atom:entry", name)) == 1
    assert main(["compare", "current", builds_kept(service.out)[0].name, "--atom", str(again)]) == 0
    both = ET.parse(again).getroot()  # noqa: S314  # made by this test
    assert len({one.findtext("atom:id", namespaces=name) for one in both.iter()} - {None}) == 3
    assert both.find("atom:link", name) is not None
    again.write_text("<html/>")
    assert main(["compare", "--atom", str(again)]) == 2
    assert again.read_text() == "<html/>"


def test_the_oldest_go_beyond_the_limits_and_the_newest_never(
    service: Service, tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    shutil.copytree(service.out, out)
    where = replace(service.settings, build=out, history=2)
    day = builds_kept(service.out)[1].made_at
    assert day is not None
    for count in range(3):
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        (out / "manifest.json").write_text(json.dumps({**manifest, "observatory": f"0.{count}"}))
        keep(out, where, day.replace(year=2030 + count), Noted({"walk.speed_kmh": 4.0}))
    assert [one.manifest.observatory for one in builds_kept(out)] == ["0.1", "0.2"]
    keep(out, replace(where, history_mb=0), day.replace(year=2040), Noted({"walk.speed_kmh": 5.0}))
    assert [one.made_at.year for one in builds_kept(out) if one.made_at] == [2040]
    assert keep(out, replace(where, history=0), day, Noted({})) is None
    # A former build that cannot be kept is not replaced: there is an error before.
    history_of(out).rename(tmp_path / "away")
    history_of(out).write_text("a file")
    with pytest.raises(ChoiceError):
        keep(out, where)


def test_alone_there_is_nothing_to_compare_with(plain_build: PlainBuild, cut: Sources) -> None:
    where = replace(cut.settings, build=plain_build(cut)[1])
    with pytest.raises(MissingInputError, match="a former build"):
        last_two(where)
