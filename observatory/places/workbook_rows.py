"""Read the first sheet of an XLSX file in a process of its own, which can be ended.

A workbook is an archive that somebody else made: a small one may unpack to gigabytes, or keep a
core busy for minutes. The reader runs this file as a script, alone (it imports nothing of the
observatory), with a bound on memory, on its own time and on what it gives back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Bounds(NamedTuple):
    """What a workbook may take.

    Attributes
    ----------
    unpacked
        Bytes of the archive unpacked.
    characters
        Characters of all cells read.
    rows, columns
        Lines, and columns read.
    memory
        Bytes of address space of the process.
    cpu_s, wall_s
        Seconds of a core, and of the clock.
    """

    unpacked: int = 50_000_000
    characters: int = 50_000_000
    rows: int = 200_000
    columns: int = 500
    memory: int = 800_000_000
    cpu_s: int = 40
    wall_s: int = 90


BOUNDS = Bounds()
Row = tuple[int, list[str]]


class WorkbookError(Exception):
    """A workbook that cannot be read; the message says what was found."""


def workbook_rows(data: bytes, bounds: Bounds = BOUNDS) -> list[Row]:
    """Return the lines of the first sheet with their numbers, cells as text; empty ones left out.

    Formulas are not computed: the value last shown is read.

    Raises
    ------
    WorkbookError
        The file is spoilt, or goes beyond a bound.
    """
    command = [sys.executable, "-P", str(Path(__file__)), *map(str, bounds)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=bounds.wall_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookError(f"a workbook that takes more than {bounds.wall_s} s to read") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        found = f"a workbook that takes more than {bounds.cpu_s} s or the memory allowed to read"
        raise WorkbookError(found) from None
    if isinstance(answer, str):
        raise WorkbookError(answer)
    return [(line, cells) for line, cells in answer]


def _answer(data: bytes, bounds: Bounds) -> list[Row] | str:
    """Return the rows, or what was found instead of them."""
    import io
    import zipfile
    import zlib

    import openpyxl

    spoilt = (
        *(zipfile.BadZipFile, zlib.error, EOFError, IndexError, KeyError, OSError, SyntaxError),
        *(TypeError, ValueError, AttributeError, NotImplementedError, RuntimeError),
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > bounds.unpacked:
            return f"a workbook that unpacks to {size // 1_000_000} MB"
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        wide = book.worksheets[0].iter_rows(values_only=True, max_col=bounds.columns)
        return _within(wide, bounds)
    except spoilt as error:
        return f"a spoilt XLSX file ({error})"
    except MemoryError:
        return "a workbook that takes more memory than allowed"


def _within(rows: Any, bounds: Bounds) -> list[Row] | str:
    kept: list[Row] = []
    characters = 0
    for line, values in enumerate(rows, start=1):
        if line > bounds.rows:
            return f"a sheet of more than {bounds.rows} lines"
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        characters += sum(map(len, cells))
        if characters > bounds.characters:
            return f"a sheet of more than {bounds.characters // 1_000_000} million characters"
        if cells:
            kept.append((line, cells))
    return kept


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime") and hasattr(value, "year"):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _bound(bounds: Bounds) -> None:
    """Let the system end this process beyond its bounds, where it can."""
    try:
        import resource
    except ImportError:  # Windows: the clock alone bounds it
        return
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))


def _run() -> None:
    bounds = Bounds(*map(int, sys.argv[1:]))
    _bound(bounds)
    try:
        text = json.dumps(_answer(sys.stdin.buffer.read(), bounds))
    except MemoryError:
        text = json.dumps("a workbook that takes more memory than allowed")
    sys.stdout.write(text)


if __name__ == "__main__":
    _run()
