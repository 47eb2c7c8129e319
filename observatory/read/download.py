"""Download an official file, verify it, and put it in place only once it is right.

:func:`plan` decides and touches nothing; :func:`fetch` acts. Whatever goes wrong, the last good
file stays where it was.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import requests

from observatory.errors import DownloadError
from observatory.read.registry import Download, digest, sidecar
from observatory.read.text_files import LOCAL
from observatory.tables.manifest import hash_file

AGENT = "observatoire-plaine-connexion (open data reader)"
CHUNK = 1 << 16
#: A zip that grows more than this is refused: official tables shrink about tenfold.
RATIO_LIMIT = 200
#: Answers that another try may mend.
PASSING = (408, 425, 429, 500, 502, 503, 504)
LATER = "try again later, or fetch the file by hand into the folder of source files"
Pause = Callable[[float], None]


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
    """

    item: Download
    target: Path
    needed: bool
    reason: str
    limits: Limits = field(default_factory=Limits)


class _PassingError(Exception):
    """A failure that another try may mend."""


def plan(
    item: Download, folder: Path, *, again: bool = False, limits: Limits | None = None
) -> Plan:
    """Decide whether a file is to be downloaded; nothing is fetched or written.

    Parameters
    ----------
    again
        Whether to fetch a file that is there already and whose record agrees with it.

    Raises
    ------
    DownloadError
        The address is not one that may be fetched.
    """
    _check_address(item.url, item)
    target = folder / item.path
    needed, reason = _decide(item, target, again)
    return Plan(item, target, needed, reason, limits or Limits())


def _decide(item: Download, target: Path, again: bool) -> tuple[bool, str]:
    if not target.exists():
        return True, "not there yet"
    if again:
        return True, "asked for again"
    record = sidecar(target)
    if not record.is_file():
        return True, "there without its record"
    known = json.loads(record.read_text(encoding="utf-8"))
    if known.get("sha256") != digest(target):
        return True, "changed since it was downloaded"
    if item.sha256 and known.get("served_sha256") != item.sha256:
        return True, "other bytes than those pinned"
    return False, "there, and as its record says"


def fetch(
    work: Plan, *, pause: Pause = time.sleep, session: requests.Session | None = None
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

    Returns
    -------
    Path
        The file in place; its record lies beside it (``<file>.provenance.json``).

    Raises
    ------
    DownloadError
        Every try failed, or the bytes are not the promised ones; the last good file stays.
    """
    if not work.needed:
        return work.target
    work.target.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the last step is a rename and never half a copy.
    with tempfile.TemporaryDirectory(dir=work.target.parent, prefix=".incoming-") as name:
        scratch = Path(name)
        served = _with_tries(work, scratch, pause, session or requests.Session())
        ready = _open_envelope(work.item, served, scratch)
        record = _record(work.item, served, ready)
        (scratch / "record").write_text(record, encoding="utf-8")
        ready.replace(work.target)
        (scratch / "record").replace(sidecar(work.target))
    return work.target


def _with_tries(work: Plan, scratch: Path, pause: Pause, session: requests.Session) -> Path:
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


def _retrieve(work: Plan, scratch: Path, session: requests.Session) -> Path:
    """Return the served file, once its hash is the pinned one."""
    served = scratch / "served"
    _stream(work, work.item.url, served, session)
    if work.item.sha256 and hash_file(served) != work.item.sha256:
        raise _failure(
            work.item,
            f"bytes of SHA-256 {work.item.sha256}",
            "other bytes",
            "check the publisher's page; if the file is a new edition, pin its hash",
        )
    return served


def _stream(work: Plan, url: str, output: Path, session: requests.Session) -> None:
    limits, item = work.limits, work.item
    until = time.monotonic() + limits.whole_s
    with session.get(
        url,
        stream=True,
        timeout=(limits.connect_s, limits.read_s),
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
    ) as answer:
        _check_address(answer.url, item)
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
    promised = answer.headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) != size:
        raise _PassingError(f"{size} bytes of {promised}: cut short")
    if not size:
        raise _PassingError("an empty answer")


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
    head = served.read_bytes()[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"<(?:!doctype\s+html|html)", head, re.IGNORECASE):
        raise _failure(item, f"a {item.envelope} file", "a web page (HTML)")
    if item.envelope == "json":
        try:
            json.loads(served.read_text(encoding="utf-8-sig"))
        except ValueError as error:
            raise _failure(item, "complete JSON", str(error)) from error
    return served


def _unpack(item: Download, served: Path, scratch: Path) -> Path:
    try:
        with zipfile.ZipFile(served) as box:
            member = _member(item, box)
            ready = scratch / "ready"
            # Copied as one stream under our own name: no name of the archive is ever a path.
            with box.open(member) as source, ready.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
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


def _record(item: Download, served: Path, ready: Path) -> str:
    return json.dumps(
        {
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
        },
        ensure_ascii=False,
        indent=2,
    )


def _failure(
    item: Download, expected: str, found: str, next_step: str = "check the publisher's page"
) -> DownloadError:
    return DownloadError(
        f"download {item.id}, {item.url}",
        expected=expected,
        found=found,
        next_step=f"{next_step}; the last good file, if any, was left in place",
    )
