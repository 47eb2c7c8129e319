"""Download an official file, verify it, and put it in place only once it is right.

:func:`plan` decides and touches nothing; :func:`fetch` acts. Whatever goes wrong, the last good
file stays where it was. What had come of a file when its server stopped is kept beside it, hidden,
and the next try asks for the rest.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests

from observatory.errors import DownloadError, ObservatoryError
from observatory.read.answers import Asked, Limits, Told, write_answer
from observatory.read.data_gouv import find_resource
from observatory.read.digests import digest, read_record, sidecar
from observatory.read.download_faults import (
    LATER,
    PassingError,
    UnchangedError,
    check_address,
    failure,
)
from observatory.read.envelopes import open_envelope
from observatory.read.file_dates import unchanged_since
from observatory.read.paged import write_pages
from observatory.read.registry import Download
from observatory.tables.manifest import hash_file

#: Rights of the files put in place: another user, the app's, reads them.
READABLE = 0o644
#: How the name of a folder begins in which a file is made ready.
INCOMING = ".incoming-"
Pause = Callable[[float], None]
#: Is given a folder that holds a new file alone, and raises where it cannot be used.
Trial = Callable[[Path], None]


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


def sweep(folder: Path) -> None:
    """Take away what downloads that were killed left; not the halves, which are taken up again.

    Nobody else may fetch into the folder meanwhile.
    """
    for leftover in folder.rglob(f"{INCOMING}*"):
        shutil.rmtree(leftover, ignore_errors=True)


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
    check_address(item.url, item)
    target = folder / item.path
    needed, reason = _decide(item, target, again)
    known = {}
    if changed and not needed:
        needed, reason, known = True, "there: has it changed?", read_record(target)
    return Plan(item, target, needed, reason, limits or Limits(), known)


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
    told: Told = lambda came, promised: None,
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
    told
        Is told the bytes that came, and how many are promised (0 where that is not known).

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
    with tempfile.TemporaryDirectory(dir=work.target.parent, prefix=INCOMING) as name:
        scratch = Path(name)
        try:
            served, where = _with_tries(work, scratch, pause, session or requests.Session(), told)
        except UnchangedError:
            return work.target
        ready = open_envelope(work.item, served, scratch)
        former = read_record(work.target)
        record = _record(work.item, served, ready, where)
        if work.target.is_file() and former.get("sha256") == record["sha256"] == digest(
            work.target
        ):
            # The day on which these bytes first came: a build of the same bytes says the same.
            record["read_on"] = former.get("read_on", record["read_on"])
            # A service that writes its file again each night changes its date, and nothing else.
            since = unchanged_since(work.target)
            record["same_since"] = "" if since is None else since.isoformat()
        elif trial is not None:
            ready = _tried(work.item, ready, scratch / "trial", trial, record)
        _put_in_place(work.target, ready, record, scratch)
    return work.target


def _tried(
    item: Download, ready: Path, folder: Path, trial: Trial, record: Mapping[str, Any]
) -> Path:
    """Return the file once the trial took it, in a folder where it lies alone under its own path.

    Raises
    ------
    DownloadError
        The trial refused it, or failed on it in any way: the next file is to come all the same.
    """
    named = folder / item.path
    named.parent.mkdir(parents=True)
    ready.rename(named)
    sidecar(named).write_text(json.dumps(record), encoding="utf-8")
    try:
        trial(folder)
    except DownloadError:
        raise
    except ObservatoryError as error:
        found = f"{error.found}, where {error.expected} was expected"
        raise failure(item, "a file that its reader can use", found) from error
    except Exception as error:
        found = f"one on which it fails ({type(error).__name__}: {error})"
        raise failure(item, "a file that its reader can use", found) from error
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
    work: Plan, scratch: Path, pause: Pause, session: requests.Session, told: Told
) -> tuple[Path, dict[str, str]]:
    last = ""
    for attempt in range(work.limits.tries):
        if attempt:
            pause(work.limits.first_pause_s * 2 ** (attempt - 1))
        try:
            return _retrieve(work, scratch, session, told)
        except (PassingError, requests.RequestException) as error:
            if isinstance(error, requests.exceptions.InvalidSchema):
                moved = f"a move to another ({error})"
                raise failure(work.item, "an https:// address", moved) from error
            last = str(error)
    raise failure(work.item, "the file", f"{last}, at each of {work.limits.tries} tries", LATER)


def _retrieve(
    work: Plan, scratch: Path, session: requests.Session, told: Told
) -> tuple[Path, dict[str, str]]:
    """Return the served file, once its hash is the promised one, and where it came from."""
    item, served = work.item, scratch / "served"
    half = work.target.with_name(f".{work.target.name}.part")
    asked = Asked(item, item.url, work.limits, session, half=half, told=told)
    promised, where = item.sha256, {"url": item.url}
    if item.dataset:
        found = find_resource(asked)
        promised, asked = promised or found.sha256, replace(asked, url=found.url)
        where = {"url": found.url, "resource": found.title, "changed": found.changed}
    if (work.known.get("url"), work.known.get("entry")) == (asked.url, item.entry):
        asked = replace(asked, known=work.known)
    told_of = write_pages(asked, served) if item.pages else write_answer(asked, served)
    if promised and hash_file(served) != promised:
        raise failure(
            item,
            f"bytes of SHA-256 {promised}",
            "other bytes",
            "check the publisher's page; if the file is a new edition, pin its hash",
        )
    return served, {**where, **told_of}


def _record(item: Download, served: Path, ready: Path, where: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "publisher": item.publisher,
        "licence": item.licence,
        "vintage": item.vintage,
        "as_of": item.as_of,
        "changes_every": item.changes_every,
        "late_after": item.late_after,
        "entry": item.entry,
        "read_on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "served_sha256": hash_file(served),
        "sha256": digest(ready),
        "bytes": ready.stat().st_size,
        **where,
    }
