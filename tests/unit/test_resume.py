"""A download that stopped goes on where it stopped, and never mixes two versions of a file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from file_server import Server

from observatory.errors import DownloadError
from observatory.read.answers import Limits
from observatory.read.download import fetch, plan
from observatory.read.file_dates import day_of, is_late, unchanged_since
from observatory.read.registry import Download
from observatory.read.source_files import candidates, chosen

WHOLE = b"code;name\n" + b"".join(b"%05d;A commune\n" % n for n in range(20_000))
HALF = len(WHOLE) // 2


@dataclass
class Stopping:
    """Answers parts of a file; the first answers stop in the middle."""

    content: bytes = WHOLE
    mark: str = '"v1"'
    stops: int = 1
    parts: bool = True
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: BaseHTTPRequestHandler, time: int) -> None:
        given = request.headers.get("Range", "")
        self.asked.append(given)
        start = int(given.removeprefix("bytes=").rstrip("-") or 0)
        same = request.headers.get("If-Range") == self.mark
        if given and start >= len(self.content):
            request.send_response(416)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        partial = bool(given) and same and self.parts
        sent = self.content[start:] if partial else self.content
        request.send_response(206 if partial else 200)
        if partial:
            last = len(self.content) - 1
            request.send_header("Content-Range", f"bytes {start}-{last}/{len(self.content)}")
        request.send_header("Content-Type", "text/csv")
        request.send_header("Content-Length", str(len(sent)))
        request.send_header("ETag", self.mark)
        request.end_headers()
        request.wfile.write(sent[:HALF] if time <= self.stops else sent)


def item(url: str) -> Download:
    about = {"title": "T", "publisher": "P", "licence": "Licence Ouverte 2.0", "vintage": "2026"}
    return Download(id="t", url=url, envelope="csv", path="folder/t.csv", **about)


def run(wanted: Download, folder: Path, tries: int = 2) -> tuple[Path, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    work = plan(wanted, folder, again=True, limits=Limits(tries=tries))
    path = fetch(work, pause=lambda _: None, told=lambda came, whole: told.append((came, whole)))
    return path, told


def _taken_up(asked: list[str]) -> bool:
    """Return whether the second answer was asked for from about where the first stopped."""
    first, second = asked
    return not first and 0 < int(second.removeprefix("bytes=").rstrip("-")) <= HALF


def test_the_next_try_asks_for_the_rest(server: Server, tmp_path: Path) -> None:
    served = Stopping()
    found, told = run(item(server.url("/t", served)), tmp_path)
    assert found.read_bytes() == WHOLE
    assert _taken_up(served.asked)
    assert told[-1] == (len(WHOLE), len(WHOLE))
    assert not [path for path in found.parent.iterdir() if ".part" in path.name]


def test_what_came_is_kept_from_one_run_to_the_next(server: Server, tmp_path: Path) -> None:
    served = Stopping()
    wanted = item(server.url("/t", served))
    with pytest.raises(DownloadError):
        run(wanted, tmp_path, tries=1)
    came = (tmp_path / "folder/.t.csv.part").stat().st_size
    assert run(wanted, tmp_path, tries=1)[0].read_bytes() == WHOLE
    assert served.asked == ["", f"bytes={came}-"]
    assert _taken_up(served.asked)


@pytest.mark.parametrize("way", ["another version", "no parts", "beyond the end"])
def test_a_part_that_does_not_fit_gives_way_to_the_whole_file(
    server: Server, tmp_path: Path, way: str
) -> None:
    served = Stopping()
    wanted = item(server.url("/t", served))
    with pytest.raises(DownloadError):
        run(wanted, tmp_path, tries=1)
    if way == "another version":
        served.content, served.mark = WHOLE.replace(b"commune", b"hamlets"), '"v2"'
    elif way == "no parts":
        served.parts = False
    else:
        served.content = WHOLE[: HALF // 2] + b"\n"
    assert run(wanted, tmp_path)[0].read_bytes() == served.content


def test_the_newest_file_that_covers_is_read(tmp_path: Path) -> None:
    names = ["sites/list-20240801_dept93.csv", "near/sites/list-20240801_dept92.csv",
             "sites/list-20260101.csv"]  # fmt: skip
    for name in names[:2]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    def found(*wanted: str) -> list[str]:
        there = candidates(tmp_path, names[:1], ["sites/list-*.csv"], "2024-08-01")
        return [one.path.relative_to(tmp_path).as_posix() for one in chosen(there, wanted)]

    assert found("93", "92") == names[:2]
    (tmp_path / names[2]).write_text("")
    assert found("93", "92") == [names[2]]
    (tmp_path / "sites/list-20261101_dept93.csv").write_text("")
    assert found("93", "92") == ["sites/list-20261101_dept93.csv", names[2]]


def test_a_file_that_stood_still_is_late(tmp_path: Path) -> None:
    path = tmp_path / "map-2022-12.csv"
    path.write_text("")
    assert day_of(path) == "2022-12-31"
    assert unchanged_since(path) is None
    record = tmp_path / "map-2022-12.csv.provenance.json"
    record.write_text('{"read_on": "2026-06-26", "changed": "2026-06-23"}')
    os.utime(path)
    since = unchanged_since(path)
    assert since is not None
    assert since.isoformat() == day_of(path) == "2026-06-23"
    today = since.replace(month=7, day=31)
    assert (today - since).days == 38
    assert is_late(since, 10, today)
    assert not is_late(since, 0, today)
    assert not is_late(None, 10, today)
