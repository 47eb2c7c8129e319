"""The envelope that a file is served in: opened, and refused where it holds something else."""

from __future__ import annotations

import json
import re
import shutil
import stat
import zipfile
import zlib
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from observatory.read.download_faults import failure
from observatory.read.registry import Download

CHUNK = 1 << 16
#: A zip that grows more than this is refused: official tables shrink about tenfold.
RATIO_LIMIT = 200
#: What JSON says at its top where a server answers by an error, of status 200 all the same.
ERROR_KEYS = frozenset({"error", "errors", "error_code", "exception"})


def open_envelope(item: Download, served: Path, scratch: Path) -> Path:
    """Return the file that was served: the entry of a zip, or the file itself.

    Raises
    ------
    DownloadError
        It is a page, an error, or another kind of file; or the zip is not to be trusted.
    """
    if item.envelope == "zip":
        return _unpack(item, served, scratch)
    with served.open("rb") as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"<(?:!doctype\s+html|html)", head, re.IGNORECASE):
        raise failure(item, f"a {item.envelope} file", "a web page (HTML)")
    if head.startswith((b"<?xml", b"<!")):
        raise failure(item, f"a {item.envelope} file", "an XML page")
    if item.envelope == "csv" and head.startswith((b"{", b"[")):
        raise failure(item, "a csv file", f"JSON, which begins with {_quoted(head)}")
    if item.envelope == "json":
        _check_json(item, served)
    return served


def _check_json(item: Download, served: Path) -> None:
    """Refuse JSON that is not whole, or that says what went wrong in place of the file."""
    try:
        values = json.loads(served.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise failure(item, "complete JSON", str(error)) from error
    if isinstance(values, dict) and ERROR_KEYS & values.keys():
        found = _quoted(served.read_bytes()[:512])
        raise failure(item, "a json file", f"an error in JSON, which begins with {found}")


def _quoted(head: bytes) -> str:
    return repr(head[:60].decode("utf-8", "replace"))


def _unpack(item: Download, served: Path, scratch: Path) -> Path:
    """Return the entry of a zip, or the zip where it is kept as it is."""
    try:
        with zipfile.ZipFile(served) as box:
            member = _member(item, box)
            if item.kept_zipped:
                return served
            ready = scratch / "ready"
            # Copied as one stream under our own name: no name of the archive is ever a path.
            with box.open(member) as source, ready.open("wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise failure(item, "a whole zip archive", f"something else ({error})") from error
    return ready


def _member(item: Download, box: zipfile.ZipFile) -> zipfile.ZipInfo:
    for info in box.infolist():
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or re.match(r"[A-Za-z]:", info.filename):
            raise failure(item, "names inside the archive", f"the path {info.filename!r}")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise failure(item, "plain files in the archive", f"the link {info.filename!r}")
    found = [i for i in box.infolist() if fnmatchcase(i.filename.lower(), item.entry.lower())]
    if len(found) != 1:
        names = ", ".join(info.filename for info in box.infolist()[:10])
        raise failure(item, f"{item.entry} in the archive", names or "an empty archive")
    member, limit = found[0], item.limit_mb * 1_000_000
    if member.file_size > limit or member.file_size > RATIO_LIMIT * max(member.compress_size, 1):
        raise failure(
            item,
            f"at most {item.limit_mb} MB unpacked, and {RATIO_LIMIT} times the archive",
            f"{member.file_size} bytes from {member.compress_size}",
        )
    return member
