"""Download an official file, verify it, and put it in place only once it is right.

:func:`plan` decides and touches nothing; :func:`fetch` acts. Whatever goes wrong, the last good
file stays where it was.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import stat
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import requests

from observatory.errors import DownloadError, ObservatoryError
from observatory.read.digests import digest, read_record, sidecar
from observatory.read.registry import Download
from observatory.read.text_files import LOCAL
from observatory.tables.manifest import hash_file

AGENT = "observatoire-plaine-connexion (open data reader)"
CHUNK = 1 << 16
#: A zip that grows more than this is refused: official tables shrink about tenfold.
RATIO_LIMIT = 200
#: Answers that another try may mend.
PASSING = (408, 425, 429, 500, 502, 503, 504)
LATER = "try again later, or fetch the file by hand into the folder of source files"
#: Rights of the files put in place: another user, the app's, reads them.
READABLE = 0o644
#: What JSON says at its top where a server answers by an error, of status 200 all the same.
ERROR_KEYS = frozenset({"error", "errors", "error_code", "exception"})
#: How a server marks the version of a file, and how it is asked for another one.
CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
MARKS = tuple(CONDITIONS)
Pause = Callable[[float], None]
#: Is given a folder that holds a new file alone, and raises where it cannot be used.
Trial = Callable[[Path], None]


@dataclass(frozen=True)
class Limits:
    """How long and how often to try.

    Attributes
    ----------
    tries
        Requests in all.
    connect_s, read_s
        Longest wait for a connection, and between two pieces of the answer, in seconds.
    whole_s
        Longest time for one answer, in seconds: a server that trickles is left too.
    first_pause_s
        Pause before the second try, doubled before each further one, in seconds.
    """

    tries: int = 4
    connect_s: float = 10.0
    read_s: float = 60.0
    whole_s: float = 900.0
    first_pause_s: float = 1.0


@dataclass(frozen=True)
class Plan:
    """What is to be done for one file.

    Attributes
    ----------
    item
        The registry's entry.
    target
        Where the file goes.
    needed
        Whether there is anything to do.
    reason
        Why, in one phrase.
    limits
        How long and how often to try.
    known
        The record of the file that is there, which the server is asked to compare its own with;
        empty where the file is to come whatever it is.
    """

    item: Download
    target: Path
    needed: bool
    reason: str
    limits: Limits = field(default_factory=Limits)
    known: Mapping[str, Any] = field(default_factory=dict)


class _PassingError(Exception):
    """A failure that another try may mend."""


class _UnchangedError(Exception):
    """The server's file is the one that is there."""


def plan(
    item: Download,
    folder: Path,
    *,
    again: bool = False,
    changed: bool = False,
    limits: Limits | None = None,
) -> Plan:
    """Decide whether a file is to be downloaded; nothing is fetched or written.

    Parameters
    ----------
    again
        Whether to fetch a file that is there already and whose record agrees with it.
    changed
        Whether to ask for such a file if it has changed since.

    Raises
    ------
    DownloadError
        The address is not one that may be fetched.
    """
    _check_address(item.url, item)
    target = folder / item.path
    needed, reason = _decide(item, target, again)
    known = {}
    if changed and not needed:
        needed, reason, known = True, "there: has it changed?", _still_of(item, target)
    return Plan(item, target, needed, reason, limits or Limits(), known)


def _still_of(item: Download, target: Path) -> dict[str, Any]:
    """Return the record of a file; empty where the registry has it come from elsewhere now."""
    known = read_record(target)
    return known if (known.get("url"), known.get("entry")) == (item.url, item.entry) else {}


def _decide(item: Download, target: Path, again: bool) -> tuple[bool, str]:
    if not target.exists():
        return True, "not there yet"
    if again:
        return True, "asked for again"
    known = read_record(target)
    if not known:
        return True, "there without its record"
    if known.get("sha256") != digest(target):
        return True, "changed since it was downloaded"
    if item.sha256 and known.get("served_sha256") != item.sha256:
        return True, "other bytes than those pinned"
    return False, "there, and as its record says"


def fetch(
    work: Plan,
    *,
    pause: Pause = time.sleep,
    session: requests.Session | None = None,
    trial: Trial | None = None,
) -> Path:
    """Do what the plan says: download, verify, unpack, then put the file and its record in place.

    Parameters
    ----------
    work
        From :func:`plan`; a file that is not needed is left as it is.
    pause
        How to wait between two tries, in seconds.
    session
        The connection to use.
    trial
        Called with a folder that holds the new file alone, under the registry's path, before it
        replaces the former one; not where the bytes are the same.

    Returns
    -------
    Path
        The file in place; its record lies beside it (``<file>.provenance.json``).

    Raises
    ------
    DownloadError
        Every try failed, the bytes are not the promised ones, or the trial refused them; the last
        good file stays.
    """
    if not work.needed:
        return work.target
    work.target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the last step is a rename and never half a copy.
    with tempfile.TemporaryDirectory(dir=work.target.parent, prefix=".incoming-") as name:
        scratch = Path(name)
        try:
            served, told = _with_tries(work, scratch, pause, session or requests.Session())
        except _UnchangedError:
            return work.target
        ready = _open_envelope(work.item, served, scratch)
        former = read_record(work.target)
        record = _record(work.item, served, ready, told)
        if work.target.is_file() and former.get("sha256") == record["sha256"] == digest(
            work.target
        ):
            # The day on which these bytes first came: a build of the same bytes says the same.
            record["read_on"] = former.get("read_on", record["read_on"])
        elif trial is not None:
            ready = _tried(work.item, ready, scratch / "trial", trial)
        _put_in_place(work.target, ready, record, scratch)
    return work.target


def _tried(item: Download, ready: Path, folder: Path, trial: Trial) -> Path:
    """Return the file once the trial took it, in a folder where it lies alone under its own path.

    Raises
    ------
    DownloadError
        The trial refused it, or failed on it in any way: the next file is to come all the same.
    """
    named = folder / item.path
    named.parent.mkdir(parents=True)
    ready.rename(named)
    try:
        trial(folder)
    except DownloadError:
        raise
    except ObservatoryError as error:
        found = f"{error.found}, where {error.expected} was expected"
        raise _failure(item, "a file that its reader can use", found) from error
    except Exception as error:
        found = f"one on which it fails ({type(error).__name__}: {error})"
        raise _failure(item, "a file that its reader can use", found) from error
    return named


def _put_in_place(target: Path, ready: Path, record: Mapping[str, Any], scratch: Path) -> None:
    """Rename the file and its record to where they go, for every user of the machine to read."""
    written = scratch / "record"
    written.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")
    for path in (ready, written):
        path.chmod(READABLE)
    ready.replace(target)
    written.replace(sidecar(target))


def _with_tries(
    work: Plan, scratch: Path, pause: Pause, session: requests.Session
) -> tuple[Path, dict[str, str]]:
    last = ""
    for attempt in range(work.limits.tries):
        if attempt:
            pause(work.limits.first_pause_s * 2 ** (attempt - 1))
        try:
            return _retrieve(work, scratch, session)
        except (_PassingError, requests.RequestException) as error:
            if isinstance(error, requests.exceptions.InvalidSchema):
                raise _failure(
                    work.item, "an https:// address", f"a move to another ({error})"
                ) from error
            last = str(error)
    raise _failure(work.item, "the file", f"{last}, at each of {work.limits.tries} tries", LATER)


def _retrieve(work: Plan, scratch: Path, session: requests.Session) -> tuple[Path, dict[str, str]]:
    """Return the served file, once its hash is the pinned one, and what its server says of it."""
    served = scratch / "served"
    told = _stream(work, work.item.url, served, session)
    if work.item.sha256 and hash_file(served) != work.item.sha256:
        raise _failure(
            work.item,
            f"bytes of SHA-256 {work.item.sha256}",
            "other bytes",
            "check the publisher's page; if the file is a new edition, pin its hash",
        )
    return served, told


def _stream(work: Plan, url: str, output: Path, session: requests.Session) -> dict[str, str]:
    """Write the answer to a file, bounded in size and time; return the marks of its version."""
    limits, item = work.limits, work.item
    until = time.monotonic() + limits.whole_s
    with session.get(
        url,
        stream=True,
        timeout=(limits.connect_s, limits.read_s),
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **_condition(work.known)},
    ) as answer:
        _check_address(answer.url, item)
        if answer.status_code == 304 and work.known:
            raise _UnchangedError
        _check_answer(answer, item)
        size = 0
        with output.open("wb") as sink:
            for piece in answer.iter_content(CHUNK):
                size += len(piece)
                if size > item.limit_mb * 1_000_000:
                    raise _failure(item, f"at most {item.limit_mb} MB", "a larger file")
                if time.monotonic() > until:
                    raise _PassingError(f"no end after {limits.whole_s:g} s")
                sink.write(piece)
        # A server that packs the answer all the same promises the length of what it packed.
        came = answer.raw.tell()
    headers = answer.headers
    promised = headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) != came:
        raise _PassingError(f"{came} bytes of {promised}: cut short")
    if not size:
        raise _PassingError("an empty answer")
    endless = not promised and "chunked" not in headers.get("Transfer-Encoding", "")
    if endless and item.envelope == "csv" and not _ends_a_line(output):
        raise _PassingError("no length promised, and a last line without an end: cut short")
    return {name: headers[name] for name in MARKS if name in headers}


def _condition(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that ask for a file only if it is another than the one known."""
    asked = {CONDITIONS[name]: known.get(name) for name in MARKS}
    return {name: value for name, value in asked.items() if isinstance(value, str)}


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() in (b"\n", b"\r")


def _check_answer(answer: requests.Response, item: Download) -> None:
    if answer.status_code in PASSING:
        raise _PassingError(f"status {answer.status_code}")
    if answer.status_code != 200:
        raise _failure(item, "status 200", f"status {answer.status_code} at {answer.url}")
    if "html" in answer.headers.get("Content-Type", ""):
        raise _failure(item, f"a {item.envelope} file", f"a web page (HTML) at {answer.url}")


def _check_address(url: str, item: Download) -> None:
    parts = urlsplit(url)
    # A public address that moves to this machine is an attack; one that starts here is a test.
    local = parts.hostname in LOCAL and urlsplit(item.url).hostname in LOCAL
    if parts.scheme == "https" or (parts.scheme == "http" and local):
        return
    raise DownloadError(
        f"download {item.id}",
        expected="an https:// address",
        found=url,
        next_step="mend the address in data/registry.toml",
    )


def _open_envelope(item: Download, served: Path, scratch: Path) -> Path:
    if item.envelope == "zip":
        return _unpack(item, served, scratch)
    with served.open("rb") as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"<(?:!doctype\s+html|html)", head, re.IGNORECASE):
        raise _failure(item, f"a {item.envelope} file", "a web page (HTML)")
    if head.startswith((b"<?xml", b"<!")):
        raise _failure(item, f"a {item.envelope} file", "an XML page")
    if item.envelope == "csv" and head.startswith((b"{", b"[")):
        raise _failure(item, "a csv file", f"JSON, which begins with {_quoted(head)}")
    if item.envelope == "json":
        _check_json(item, served)
    return served


def _check_json(item: Download, served: Path) -> None:
    """Refuse JSON that is not whole, or that says what went wrong in place of the file."""
    try:
        values = json.loads(served.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise _failure(item, "complete JSON", str(error)) from error
    if isinstance(values, dict) and ERROR_KEYS & values.keys():
        found = _quoted(served.read_bytes()[:512])
        raise _failure(item, "a json file", f"an error in JSON, which begins with {found}")


def _quoted(head: bytes) -> str:
    return repr(head[:60].decode("utf-8", "replace"))


def _unpack(item: Download, served: Path, scratch: Path) -> Path:
    try:
        with zipfile.ZipFile(served) as box:
            member = _member(item, box)
            ready = scratch / "ready"
            # Copied as one stream under our own name: no name of the archive is ever a path.
            with box.open(member) as source, ready.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _failure(item, "a whole zip archive", f"something else ({error})") from error
    return ready


def _member(item: Download, box: zipfile.ZipFile) -> zipfile.ZipInfo:
    for info in box.infolist():
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or re.match(r"[A-Za-z]:", info.filename):
            raise _failure(item, "names inside the archive", f"the path {info.filename!r}")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _failure(item, "plain files in the archive", f"the link {info.filename!r}")
    found = [i for i in box.infolist() if i.filename.lower() == item.entry.lower()]
    if len(found) != 1:
        names = ", ".join(info.filename for info in box.infolist()[:10])
        raise _failure(item, f"{item.entry} in the archive", names or "an empty archive")
    member, limit = found[0], item.limit_mb * 1_000_000
    if member.file_size > limit or member.file_size > RATIO_LIMIT * max(member.compress_size, 1):
        raise _failure(
            item,
            f"at most {item.limit_mb} MB unpacked, and {RATIO_LIMIT} times the archive",
            f"{member.file_size} bytes from {member.compress_size}",
        )
    return member


def _record(item: Download, served: Path, ready: Path, told: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "publisher": item.publisher,
        "licence": item.licence,
        "vintage": item.vintage,
        "url": item.url,
        "entry": item.entry,
        "read_on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "served_sha256": hash_file(served),
        "sha256": digest(ready),
        "bytes": ready.stat().st_size,
        **told,
    }


def _failure(
    item: Download, expected: str, found: str, next_step: str = "check the publisher's page"
) -> DownloadError:
    return DownloadError(
        f"download {item.id}, {item.url}",
        expected=expected,
        found=found,
        next_step=f"{next_step}; the last good file, if any, was left in place",
    )
