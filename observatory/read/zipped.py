"""Official tables still in the zip that their publisher serves, unpacked in memory and bounded."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from observatory.errors import FileFormatError

#: Larger than any table of the country by IRIS; one that unpacks to more is refused.
LIMIT_BYTES = 200_000_000
#: Official tables shrink about tenfold.
RATIO_LIMIT = 200
#: How the publisher names the description of the columns that it puts beside the data.
META = "meta_"


def zip_beside(path: Path) -> Path:
    """Return the zip that INSEE serves a CSV in: ``NAME_csv.zip`` for ``NAME.CSV``."""
    return path.with_name(f"{path.stem}_csv.zip")


def unzipped(path: Path, limit: int = LIMIT_BYTES) -> bytes:
    """Return the bytes of the one CSV of a zip, its description left out.

    Nothing is written, so that no name of the archive is ever a path; what the archive says of
    its sizes is not trusted.

    Raises
    ------
    FileFormatError
        No zip; none or several CSV in it; one that unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as box:
            member = _only_table(path, box)
            most = min(limit, RATIO_LIMIT * max(path.stat().st_size, 1))
            with box.open(member) as stream:
                data = stream.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refusal(
            path, "a whole zip without a password", f"something else ({error})"
        ) from error
    if len(data) > most:
        raise _refusal(path, f"at most {most} bytes unpacked", "more")
    return data


def _only_table(path: Path, box: zipfile.ZipFile) -> zipfile.ZipInfo:
    tables = [
        item
        for item in box.infolist()
        if item.filename.lower().endswith(".csv")
        and not item.filename.rsplit("/", 1)[-1].lower().startswith(META)
    ]
    if len(tables) != 1:
        names = ", ".join(item.filename for item in box.infolist()[:5])
        raise _refusal(path, "one CSV, beside its description", names or "an empty archive")
    return tables[0]


def _refusal(path: Path, expected: str, found: str) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected=expected,
        found=found,
        next_step="fetch the file again from its publisher, or put its CSV into the folder",
    )
