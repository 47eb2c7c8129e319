"""The bytes of a list of places as text, or what is wrong with the file as a whole."""

from __future__ import annotations

import codecs
from pathlib import Path

from observatory.errors import FileFormatError, MissingInputError

Source = Path | str | bytes


def source_bytes(source: Source, name: str = "the file") -> tuple[bytes, str]:
    """Return the bytes of a path or of an upload, and what to call them in an error.

    Raises
    ------
    MissingInputError, FileFormatError
        No file, or an empty one.
    """
    if isinstance(source, bytes):
        data, where = source, name
    else:
        path = Path(source)
        if not path.is_file():
            raise MissingInputError(
                str(path),
                expected="a file",
                found="a folder" if path.is_dir() else "nothing there",
                next_step="check the path",
            )
        data, where = path.read_bytes(), str(path)
    if not data.strip():
        raise spoilt(where, "an empty file")
    return _as_utf8(data, where), where


def _as_utf8(data: bytes, where: str) -> bytes:
    """Return UTF-16 with its mark, as a spreadsheet's "Unicode text" is, in UTF-8."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError as error:
        raise spoilt(where, f"bytes that are no UTF-16 text ({error})") from error


def decoded(data: bytes, where: str) -> str:
    """Return bytes as text: UTF-8, or Windows-1252 as older spreadsheets write it."""
    if b"\0" in data:
        raise spoilt(where, "bytes that are no UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def spoilt(where: str, found: str) -> FileFormatError:
    """Return the error of a file that cannot be read as a list of places."""
    return FileFormatError(
        where,
        expected="a table of places in CSV or XLSX, or the standard's JSON",
        found=found,
        next_step="open it in a spreadsheet and save it as CSV UTF-8 or XLSX",
    )
