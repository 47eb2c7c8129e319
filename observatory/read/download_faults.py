"""How a download goes wrong: for good, for now, or not at all since nothing has changed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from observatory.errors import DownloadError
from observatory.read.registry import Download
from observatory.read.text_files import LOCAL

#: Answers that another try may mend.
PASSING = (408, 425, 429, 500, 502, 503, 504)
LATER = "try again later, or fetch the file by hand into the folder of source files"


class PassingError(Exception):
    """A failure that another try may mend."""


class NoResourceError(DownloadError):
    """A data set has no file of the title that is asked for."""


class UnchangedError(Exception):
    """The server's file is the one that is there."""


def failure(
    item: Download,
    expected: str,
    found: str,
    next_step: str = "check the publisher's page",
    kind: type[DownloadError] = DownloadError,
) -> DownloadError:
    """Return the error that ends a download; the last good file stays."""
    return kind(
        f"download {item.id}, {item.url}",
        expected=expected,
        found=found,
        next_step=f"{next_step}; the last good file, if any, was left in place",
    )


def unwritable(item: Download, folder: Path, error: OSError) -> DownloadError:
    """Return the error of a file that came and could not be written, on a full disk for one."""
    return DownloadError(
        f"download {item.id}, into {folder / item.path}",
        expected="a folder where files can be written",
        found=error.strerror or str(error),
        next_step="free some room or rights there, or name another folder",
    )


def check_address(url: str, item: Download) -> None:
    """Refuse an address that may not be fetched.

    Raises
    ------
    DownloadError
        Neither https, nor a server on this machine for an entry that starts there.
    """
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
