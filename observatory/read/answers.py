"""One answer of a server, written to a file: bounded, checked, and taken up where it stopped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from observatory.read.download_faults import (
    PASSING,
    PassingError,
    UnchangedError,
    check_address,
    failure,
)
from observatory.read.registry import Download

AGENT = "observatoire-plaine-connexion (open data reader)"
CHUNK = 1 << 16
#: How a server marks the version of a file, and how it is asked for another one.
CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
MARKS = tuple(CONDITIONS)
#: Is told the bytes that came, and how many are promised (0 where that is not known).
Told = Callable[[int, int], None]


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
class Asked:
    """What is asked of a server.

    Attributes
    ----------
    item
        The registry's entry.
    url
        The address, which may be one that the entry leads to.
    limits
        How long to wait.
    session
        The connection.
    known
        The record of the file that is there: it comes only if it is another one.
    half
        Where what came of an answer that stopped is kept; ``None`` where it is not.
    told
        Is told the progress.
    """

    item: Download
    url: str
    limits: Limits
    session: requests.Session
    known: Mapping[str, Any] = field(default_factory=dict)
    half: Path | None = None
    told: Told = lambda came, promised: None


def write_answer(asked: Asked, output: Path) -> dict[str, str]:
    """Write the answer to a file; return the marks of its version.

    What came of an answer that stopped is kept where the server marks the version of its file:
    the next try asks for the rest of that version (``Range``, ``If-Range``), and takes the whole
    file where the server has another one, or does not give parts.

    Raises
    ------
    UnchangedError
        The server's file is the known one.
    PassingError
        Another try may do better.
    DownloadError
        The answer is no file, or is too large.
    """
    half, came = _half(asked)
    with _get(asked, {**_condition(asked.known), **_rest(half, came)}) as answer:
        if answer.status_code == 304 and asked.known:
            raise UnchangedError
        if answer.status_code == 416 and came:
            _forget(asked)
            raise PassingError("what had come is no part of the file any more")
        more = answer.status_code == 206 and _begins_at(answer, came)
        _check_status(answer, asked.item, partial=more)
        start = came if more else 0
        target = _target(asked, answer, output)
        _write(asked, answer, target, start)
        _check_length(asked, answer, target, start)
    if target != output:
        target.replace(output)
        _forget(asked)
    return {name: answer.headers[name] for name in MARKS if name in answer.headers}


def get_json(asked: Asked) -> Any:
    """Return the JSON that a server answers, bounded as a file is.

    Raises
    ------
    PassingError, DownloadError
        As for :func:`write_answer`; or the answer is not JSON.
    """
    with _get(asked, {}) as answer:
        _check_status(answer, asked.item)
        pieces, size = [], 0
        for piece in answer.iter_content(CHUNK):
            size += len(piece)
            _check_size(asked.item, size)
            pieces.append(piece)
    try:
        return json.loads(b"".join(pieces))
    except ValueError as error:
        raise failure(asked.item, "JSON", f"something else at {asked.url} ({error})") from error


def _get(asked: Asked, headers: Mapping[str, str]) -> requests.Response:
    limits = asked.limits
    answer = asked.session.get(
        asked.url,
        stream=True,
        timeout=(limits.connect_s, limits.read_s),
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers},
    )
    # Each step of a move counts: whoever sits on one in clear chooses where the next one leads.
    for step in (*answer.history, answer):
        check_address(step.url, asked.item)
    return answer


def _condition(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that ask for a file only if it is another than the one known."""
    asked = {CONDITIONS[name]: known.get(name) for name in MARKS}
    return {name: value for name, value in asked.items() if isinstance(value, str)}


def _marks_of(half: Path) -> Path:
    return half.with_name(half.name + ".json")


def _half(asked: Asked) -> tuple[dict[str, str], int]:
    """Return the marks of the file of which a part came, and how many bytes of it."""
    if asked.half is None or not asked.half.is_file():
        return {}, 0
    try:
        values = json.loads(_marks_of(asked.half).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        values = {}
    if not isinstance(values, dict) or values.get("url") != asked.url:
        _forget(asked)
        return {}, 0
    return values, asked.half.stat().st_size


def _forget(asked: Asked) -> None:
    if asked.half is not None:
        asked.half.unlink(missing_ok=True)
        _marks_of(asked.half).unlink(missing_ok=True)


def _rest(half: Mapping[str, str], came: int) -> dict[str, str]:
    """Return the headers that ask for what has not come yet of a version."""
    version = half.get("ETag") or half.get("Last-Modified")
    return {"Range": f"bytes={came}-", "If-Range": version} if came and version else {}


def _begins_at(answer: requests.Response, came: int) -> bool:
    if answer.headers.get("Content-Range", "").startswith(f"bytes {came}-"):
        return True
    raise PassingError(f"another part than the one from byte {came} on")


def _target(asked: Asked, answer: requests.Response, output: Path) -> Path:
    """Return where the answer goes: where it is kept if it stops, if it can be taken up again."""
    if answer.status_code == 206 and asked.half is not None:
        return asked.half
    _forget(asked)
    marks = {name: answer.headers[name] for name in MARKS if name in answer.headers}
    strong = not marks.get("ETag", "").startswith("W/")
    if asked.half is None or not marks or not strong or "Content-Encoding" in answer.headers:
        return output
    text = json.dumps({"url": asked.url, **marks})
    _marks_of(asked.half).write_text(text, encoding="utf-8")
    return asked.half


def _write(asked: Asked, answer: requests.Response, target: Path, start: int) -> None:
    until = time.monotonic() + asked.limits.whole_s
    size, left = start, answer.headers.get("Content-Length", "")
    promised = start + int(left) if left.isdigit() else 0
    with target.open("ab" if start else "wb") as sink:
        for piece in answer.iter_content(CHUNK):
            size += len(piece)
            if size > asked.item.limit_mb * 1_000_000:
                _forget(asked)
            _check_size(asked.item, size)
            if time.monotonic() > until:
                raise PassingError(f"no end after {asked.limits.whole_s:g} s")
            sink.write(piece)
            asked.told(size, promised)


def _check_size(item: Download, size: int) -> None:
    if size > item.limit_mb * 1_000_000:
        raise failure(item, f"at most {item.limit_mb} MB", "a larger file")


def _check_length(asked: Asked, answer: requests.Response, target: Path, start: int) -> None:
    # A server that packs the answer all the same promises the length of what it packed.
    came, headers = answer.raw.tell(), answer.headers
    promised = headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) != came:
        raise PassingError(f"{start + came} bytes of {start + int(promised)}: cut short")
    if not target.stat().st_size:
        raise PassingError("an empty answer")
    endless = not promised and "chunked" not in headers.get("Transfer-Encoding", "")
    if endless and asked.item.envelope == "csv" and not _ends_a_line(target):
        raise PassingError("no length promised, and a last line without an end: cut short")


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() in (b"\n", b"\r")


def _check_status(answer: requests.Response, item: Download, *, partial: bool = False) -> None:
    if answer.status_code in PASSING:
        raise PassingError(f"status {answer.status_code}")
    if answer.status_code != 200 and not partial:
        raise failure(item, "status 200", f"status {answer.status_code} at {answer.url}")
    if "html" in answer.headers.get("Content-Type", ""):
        raise failure(item, f"a {item.envelope} file", f"a web page (HTML) at {answer.url}")
