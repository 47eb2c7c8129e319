"""Downloads against a real local server that misbehaves on demand."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
from file_server import Answer, Server, body, changing, moved, packed

from observatory.cli import main
from observatory.errors import ColumnsError, DownloadError
from observatory.read.answers import Limits
from observatory.read.digests import read_record, sidecar
from observatory.read.download import fetch, plan
from observatory.read.file_dates import unchanged_since
from observatory.read.registry import Download
from observatory.tables.atomic import alone

#: More than a page of a pipe or a socket holds.
LONG = b"code;name\n" + b"93066;Saint-Denis\n" * 100_000
TABLE = b"code;name\n93001;Aubervilliers\n93066;Saint-Denis\n"


def zipped(*members: tuple[str, bytes], link: bool = False) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if link:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            box.writestr(info, content)
    return sink.getvalue()


def item(url: str, **changes: object) -> Download:
    fields: dict[str, object] = {
        "id": "table",
        "title": "A table",
        "publisher": "A publisher",
        "licence": "Licence Ouverte 2.0",
        "vintage": "2026",
        "url": url,
        "envelope": "csv",
        "path": "folder/table.csv",
    }
    return Download(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


class Pauses(list[float]):
    """Collects the pauses in place of sleeping them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def run(wanted: Download, folder: Path, **limits: float) -> tuple[Path, Pauses]:
    pauses = Pauses()
    work = plan(wanted, folder, again=True, limits=Limits(**limits))  # type: ignore[arg-type]  # by name
    return fetch(work, pause=pauses), pauses


def test_a_file_comes_with_its_record(server: Server, tmp_path: Path) -> None:
    found, pauses = run(item(server.url("/t.csv", body(TABLE))), tmp_path)
    record = json.loads(sidecar(found).read_text(encoding="utf-8"))
    assert found == tmp_path / "folder" / "table.csv"
    assert found.read_bytes() == TABLE
    assert record["sha256"] == record["served_sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert (record["publisher"], record["bytes"]) == ("A publisher", len(TABLE))
    assert pauses == []
    assert sorted(p.name for p in found.parent.iterdir()) == ["table.csv", sidecar(found).name]


def test_the_plan_decides_without_asking_the_server(server: Server, tmp_path: Path) -> None:
    wanted = item(server.url("/t.csv", body(TABLE)))
    assert plan(wanted, tmp_path).reason == "not there yet"
    found, _ = run(wanted, tmp_path)
    settled = plan(wanted, tmp_path)
    assert not settled.needed
    assert fetch(settled) == found
    assert server.asked["/t.csv"] == 1
    found.write_bytes(TABLE + b"93999;Nowhere\n")
    assert plan(wanted, tmp_path).reason == "changed since it was downloaded"
    sidecar(found).unlink()
    assert plan(wanted, tmp_path).reason == "there without its record"


def test_a_new_pin_asks_for_the_file_again(server: Server, tmp_path: Path) -> None:
    wanted = item(server.url("/t.csv", body(TABLE)))
    run(wanted, tmp_path)
    assert not plan(item(wanted.url, sha256=hashlib.sha256(TABLE).hexdigest()), tmp_path).needed
    assert plan(item(wanted.url, sha256="0" * 64), tmp_path).needed


def test_an_entry_of_a_zip_is_unpacked(server: Server, tmp_path: Path) -> None:
    box = zipped(("meta.csv", b"x"), ("Deep/DATA.CSV", TABLE))
    wanted = item(
        server.url("/t.zip", body(box, kind="application/zip")),
        envelope="zip",
        entry="deep/data.csv",
        sha256=hashlib.sha256(box).hexdigest(),
    )
    found, _ = run(wanted, tmp_path)
    record = json.loads(sidecar(found).read_text(encoding="utf-8"))
    assert found.read_bytes() == TABLE
    assert record["served_sha256"] == wanted.sha256
    assert record["sha256"] == hashlib.sha256(TABLE).hexdigest()


def test_a_passing_failure_is_tried_again_after_growing_pauses(
    server: Server, tmp_path: Path
) -> None:
    def answer(request: BaseHTTPRequestHandler, time: int) -> None:
        (body(b"", status=500) if time < 4 else body(TABLE))(request, time)

    found, pauses = run(item(server.url("/t.csv", answer)), tmp_path)
    assert found.read_bytes() == TABLE
    assert pauses == [1.0, 2.0, 4.0]


def test_a_redirect_to_another_page_is_followed(server: Server, tmp_path: Path) -> None:
    there = server.url("/there.csv", body(TABLE))
    found, _ = run(item(server.url("/here.csv", moved(there))), tmp_path)
    assert found.read_bytes() == TABLE


def test_a_file_served_packed_comes_unpacked(server: Server, tmp_path: Path) -> None:
    found, pauses = run(item(server.url("/t.csv", packed(TABLE))), tmp_path)
    assert found.read_bytes() == TABLE
    assert pauses == []


def test_a_file_without_a_length_comes_where_its_last_line_ends(
    server: Server, tmp_path: Path
) -> None:
    found, _ = run(item(server.url("/t.csv", body(TABLE, length=False))), tmp_path)
    assert found.read_bytes() == TABLE


def test_a_changed_file_is_asked_for_by_its_version(server: Server, tmp_path: Path) -> None:
    served = changing(TABLE, "v1")
    wanted = item(server.url("/t.csv", served))
    found = fetch(plan(wanted, tmp_path, changed=True))
    first = read_record(found)
    assert first["ETag"] == '"v1"'

    fetch(plan(wanted, tmp_path, changed=True), trial=refuse)
    assert served.statuses == [200, 304]
    assert read_record(found) == first

    served.content, served.version = TABLE + b"93079;Villetaneuse\n", "v2"
    tried: list[bytes] = []
    fetch(
        plan(wanted, tmp_path, changed=True),
        trial=lambda alone: tried.append((alone / wanted.path).read_bytes()),
    )
    assert served.statuses == [200, 304, 200]
    assert tried == [served.content] == [found.read_bytes()]
    assert read_record(found)["ETag"] == '"v2"'


def test_the_same_bytes_under_another_version_keep_the_day_they_came(
    server: Server, tmp_path: Path
) -> None:
    served = changing(TABLE, "v1", modified="Sat, 31 Jan 2026 04:00:00 GMT")
    wanted = item(server.url("/t.csv", served))
    found = fetch(plan(wanted, tmp_path))
    record = {**read_record(found), "read_on": "2026-02-01"}
    sidecar(found).write_text(json.dumps(record), encoding="utf-8")
    # Written again each night by its service: another date, and the file still stands still.
    for night in ("01", "02"):
        served.version = f"v{night}"
        served.modified = f"Sun, {night} Nov 2026 04:00:00 GMT"
        fetch(plan(wanted, tmp_path, changed=True), trial=refuse)
        told = {"ETag": f'"v{night}"', "Last-Modified": served.modified}
        assert read_record(found) == {**record, **told, "same_since": "2026-01-31"}
        assert unchanged_since(found) == dt.date(2026, 1, 31)
    served.content, served.version = TABLE + b"93079;Villetaneuse\n", "new"
    fetch(plan(wanted, tmp_path, changed=True))
    assert unchanged_since(found) == dt.date(2026, 11, 2)


def refuse(_: Path) -> None:
    raise ColumnsError("the file", expected="code", found="codes", next_step="wait")


def crash(_: Path) -> None:
    raise KeyError("code")


@pytest.mark.parametrize(("trial", "words"), [(refuse, "codes, where code"), (crash, "KeyError")])
def test_a_file_that_its_reader_refuses_does_not_replace_the_former_one(
    server: Server, tmp_path: Path, trial: Callable[[Path], None], words: str
) -> None:
    served = changing(TABLE, "v1")
    wanted = item(server.url("/t.csv", served))
    found = fetch(plan(wanted, tmp_path))
    before = read_record(found)
    served.content, served.version = b"codes;names\n", "v2"
    with pytest.raises(DownloadError, match=words):
        fetch(plan(wanted, tmp_path, changed=True), trial=trial)
    assert found.read_bytes() == TABLE
    assert read_record(found) == before
    assert len([*found.parent.iterdir()]) == 2


def test_files_are_readable_by_every_user_whatever_the_mask(server: Server, tmp_path: Path) -> None:
    former = os.umask(0o077)
    try:
        found, _ = run(item(server.url("/t.csv", body(TABLE))), tmp_path)
    finally:
        os.umask(former)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (found, sidecar(found))}
    assert modes == {0o644}


HTML = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
XHTML = b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
XML = b'<?xml version="1.0"?><ServiceException/>'
SAID = b'{"error": "quota", "status": 200}'
#: name, answer, changes to the entry, what the error must say, requests made
FAULTS: list[tuple[str, Answer, dict[str, object], str, int]] = [
    ("absent", body(b"gone", status=404), {}, "status 404", 1),
    ("forbidden", body(b"no", status=403), {}, "status 403", 1),
    ("broken server", body(b"", status=503), {}, "status 503, at each of 3 tries", 3),
    ("cut short", body(TABLE, promised=4000), {}, "at each of 3 tries", 3),
    ("empty", body(b""), {}, "an empty answer", 3),
    ("wrong hash", body(TABLE), {"sha256": "0" * 64}, "other bytes", 1),
    ("web page", body(HTML, kind="text/html; charset=utf-8"), {}, "a web page (HTML)", 1),
    ("web page said to be CSV", body(HTML), {}, "a web page (HTML)", 1),
    ("XHTML page", body(XHTML), {}, "a web page (HTML)", 1),
    ("XML page said to be JSON", body(XML, kind="x/y"), {"envelope": "json"}, "an XML page", 1),
    ("JSON in place of CSV", body(SAID), {}, "begins with '{\"error", 1),
    ("error in JSON", body(SAID, kind="x/y"), {"envelope": "json"}, "an error in JSON", 1),
    ("cut short without a length", body(TABLE[:-1], length=False), {}, "cut short", 3),
    ("packed and cut short", packed(TABLE, cut=5), {}, "at each of 3 tries", 3),
    ("packed bomb", packed(b"0" * 3_000_000), {"limit_mb": 1}, "at most 1 MB", 1),
    ("JSON cut short", body(b'{"p": [1, 2', kind="x/y"), {"envelope": "json"}, "complete JSON", 1),
    ("moved to a file", moved("file:///etc/passwd"), {}, "a move to another", 1),
    ("too large", body(b"x" * 1_500_000), {"limit_mb": 1}, "at most 1 MB", 1),
]
ZIP_FAULTS: list[tuple[str, bytes, str]] = [
    ("no zip", TABLE, "a whole zip archive"),
    ("zip cut short", zipped(("data.csv", TABLE * 50))[:-40], "a whole zip archive"),
    ("entry missing", zipped(("other.csv", TABLE)), "other.csv"),
    ("path upwards", zipped(("data.csv", TABLE), ("../evil.csv", b"x")), "'../evil.csv'"),
    ("path from the root", zipped(("data.csv", TABLE), ("/etc/evil", b"x")), "'/etc/evil'"),
    ("Windows path", zipped(("data.csv", TABLE), ("C:evil", b"x")), "'C:evil'"),
    ("link", zipped(("data.csv", b"/etc/passwd"), link=True), "the link 'data.csv'"),
    ("bomb", zipped(("data.csv", b"0" * 3_000_000)), "200 times the archive"),
]
for _name, _box, _words in ZIP_FAULTS:
    FAULTS.append(
        (
            _name,
            body(_box, kind="application/zip"),
            {"envelope": "zip", "entry": "data.csv"},
            _words,
            1,
        )
    )


@pytest.mark.parametrize(
    ("answer", "changes", "words", "requests_made"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_fault_is_said_and_the_last_good_file_stays(
    server: Server,
    tmp_path: Path,
    answer: Answer,
    changes: dict[str, object],
    words: str,
    requests_made: int,
) -> None:
    good = tmp_path / "folder" / "table.csv"
    good.parent.mkdir()
    good.write_bytes(b"the last good one")
    with pytest.raises(DownloadError) as caught:
        run(item(server.url("/t", answer), **changes), tmp_path, tries=3)
    assert words in str(caught.value)
    assert "download table" in caught.value.where
    assert "last good file" in caught.value.next_step
    assert caught.value.exit_code == 3
    assert server.asked["/t"] == requests_made
    assert good.read_bytes() == b"the last good one"
    assert [p.name for p in good.parent.iterdir()] == ["table.csv"]
    assert not (tmp_path.parent / "evil.csv").exists()


def test_a_server_that_says_nothing_is_left(server: Server, tmp_path: Path) -> None:
    came = threading.Semaphore(0)

    def silent(_: BaseHTTPRequestHandler, __: int) -> None:
        came.release()
        server.release.wait(5)

    with pytest.raises(DownloadError, match="at each of 2 tries"):
        run(item(server.url("/t", silent)), tmp_path, tries=2, read_s=0.05)
    # The client may leave before the server has counted it.
    assert all(came.acquire(timeout=5) for _ in range(2))


def test_a_server_that_trickles_is_left(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="no end after"):
        run(item(server.url("/t", body(TABLE))), tmp_path, tries=2, whole_s=-1.0)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    lone = Server()
    url = lone.url("/t", body(TABLE))
    lone.close()
    with pytest.raises(DownloadError, match="at each of 2 tries"):
        run(item(url), tmp_path, tries=2)


@pytest.mark.parametrize(
    "url", ["http://www.insee.fr/table.csv", "ftp://example.org/t", "file:///etc/passwd"]
)
def test_only_https_addresses_are_planned(url: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="an https:// address"):
        plan(item(url), tmp_path)


PUBLIC, IN_CLEAR = "https://public.example", "http://clear.example"


class Tunnel(requests.adapters.HTTPAdapter):
    """Serves a public address from the local server, under its own name."""

    def __init__(self, local: str, public: str = PUBLIC) -> None:
        super().__init__()
        self.local, self.public = local, public

    def send(self, request: requests.PreparedRequest, *rest: Any, **named: Any) -> Any:
        public = str(request.url)
        request.url = public.replace(self.public, self.local)
        answer = super().send(request, *rest, **named)
        answer.url = request.url = public
        return answer


@pytest.mark.parametrize(
    ("by_way_of", "refused"),
    [("", True), (f"{PUBLIC}/table", False), (f"{IN_CLEAR}/hop", True)],
    ids=["to this machine", "to another page", "through an address in clear"],
)
def test_a_public_address_may_only_move_to_others(
    server: Server, tmp_path: Path, by_way_of: str, refused: bool
) -> None:
    table = server.url("/table", body(TABLE))
    server.url("/hop", moved(f"{PUBLIC}/table"))
    start = server.url("/t", moved(by_way_of or table))
    session, local = requests.Session(), start.removesuffix("/t")
    for public in (PUBLIC, IN_CLEAR):
        session.mount(public, Tunnel(local, public))
    work = plan(item(f"{PUBLIC}/t"), tmp_path)
    if refused:
        with pytest.raises(DownloadError, match="an https:// address"):
            fetch(work, session=session)
        assert not work.target.exists()
    else:
        assert fetch(work, session=session).read_bytes() == TABLE


@pytest.fixture
def served(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return the registry one download a name, from the local server."""
    monkeypatch.setenv("OBSERVATORY_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()

    def put(**answers: Answer) -> Path:
        entries = [
            f'[download.{name}]\ntitle = "T"\npublisher = "P"\nlicence = "unconfirmed"\n'
            f'vintage = "2026"\nurl = "{server.url(f"/{name}", answer)}"\nenvelope = "csv"\n'
            f'path = "sites/{name}.csv"\n'
            for name, answer in answers.items()
        ]
        (tmp_path / "data" / "registry.toml").write_text("\n".join(entries), encoding="utf-8")
        return tmp_path / "files"

    return put


def test_the_command_fetches_what_it_can_and_says_what_failed(
    served: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = served(good=body(TABLE), bad=body(b"<html>", kind="text/html"))
    assert main(["download", "bad", "good", "--to", str(folder)]) == 3
    said = capsys.readouterr()
    assert said.out == f"{folder / 'sites/good.csv'}\n"
    assert "a web page" in said.err
    assert (folder / "sites/good.csv").read_bytes() == TABLE
    assert not (folder / "sites/bad.csv").exists()


def test_the_command_fetches_once_unless_it_is_told_to(
    served: Callable[..., Path], server: Server
) -> None:
    folder = served(good=body(TABLE))
    for again in ([], [], ["--again"]):
        assert main(["download", "good", "--to", str(folder), *again]) == 0
    assert server.asked["/good"] == 2


def test_the_command_lists_what_can_be_fetched_and_refuses_other_names(
    served: Callable[..., Path], server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = served(good=body(TABLE))
    assert main(["download"]) == 0
    assert "good" in capsys.readouterr().out
    assert main(["download", "good", "goof", "--to", str(folder)]) == 2
    assert "did you mean 'good'" in capsys.readouterr().err
    assert server.asked == {}


def test_the_folders_that_a_timer_makes_are_readable_too(served: Callable[..., Path]) -> None:
    folder = served(good=body(TABLE))
    former = os.umask(0o077)
    try:
        assert main(["download", "good", "--to", str(folder)]) == 0
    finally:
        os.umask(former)
    assert stat.S_IMODE((folder / "sites").stat().st_mode) == 0o755
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_two_downloads_never_write_into_one_folder_at_once(
    served: Callable[..., Path], capsys: pytest.CaptureFixture[str], server: Server
) -> None:
    folder = served(good=body(TABLE))
    with alone(folder, what="download or update"):
        assert main(["download", "good", "--to", str(folder)]) == 2
    assert "another download or update" in capsys.readouterr().err
    assert server.asked == {}
    assert main(["download", "good", "--to", str(folder)]) == 0


def test_a_folder_where_nothing_can_be_written_is_said(
    served: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = served(good=body(TABLE))
    folder.mkdir()
    (folder / "sites").write_bytes(b"a file in the way")
    assert main(["download", "good", "--to", str(folder)]) == 3
    assert "where files can be written" in capsys.readouterr().err


def test_an_order_to_stop_leaves_the_half_that_came_and_nothing_else(
    served: Callable[..., Path], server: Server
) -> None:
    begun = threading.Event()

    def slow(request: BaseHTTPRequestHandler, time: int) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/csv")
        request.send_header("Content-Length", str(len(LONG)))
        request.send_header("ETag", '"v1"')
        request.end_headers()
        request.wfile.write(LONG[: len(LONG) if time > 1 else len(LONG) // 2])
        begun.set()
        if time == 1:
            server.release.wait()

    folder = served(long=slow)
    (folder / ".incoming-killed").mkdir(parents=True)
    command = [sys.executable, "-m", "observatory", "download", "long", "--to", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        assert begun.wait(60)
        half = folder / "sites/.long.csv.part"
        until(lambda: half.is_file() and half.stat().st_size > 0)
        running.terminate()
        assert running.wait(60) == 128 + signal.SIGTERM
    assert {path.name for path in (folder / "sites").iterdir()} == {half.name, half.name + ".json"}
    assert not (folder / ".incoming-killed").exists()
    assert main(["download", "long", "--to", str(folder)]) == 0
    assert (folder / "sites/long.csv").read_bytes() == LONG


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; a minute at most."""
    last = time.monotonic() + 60
    while not true():
        assert time.monotonic() < last
        threading.Event().wait(0.01)


def test_a_file_packed_twice_comes_unpacked(server: Server, tmp_path: Path) -> None:
    packed = gzip.compress(gzip.compress(TABLE))
    url = server.url("/t", body(packed, headers={"Content-Encoding": "gzip, gzip"}))
    assert run(item(url), tmp_path)[0].read_bytes() == TABLE


def test_a_weak_version_is_asked_about_too(server: Server, tmp_path: Path) -> None:
    def served(request: BaseHTTPRequestHandler, time: int) -> None:
        known = request.headers.get("If-None-Match") == 'W/"v1"'
        content, status = (b"", 304) if known else (TABLE, 200)
        body(content, status=status, headers={"ETag": 'W/"v1"'})(request, time)

    wanted = item(server.url("/t", served))
    path, _ = run(wanted, tmp_path)
    came = path.stat().st_mtime_ns
    fetch(plan(wanted, tmp_path, changed=True))
    assert server.asked["/t"] == 2
    assert path.stat().st_mtime_ns == came
