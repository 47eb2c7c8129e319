"""Territory sheets as files: one, or all of a territory in a folder or a ZIP archive."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from observatory.errors import ChoiceError
from observatory.places.cleaning import fold
from observatory.sheets.territory_content import TerritoryContent
from observatory.sheets.territory_html import territory_html
from observatory.sheets.territory_pdf import territory_pdf
from observatory.tables.atomic import write_whole

_FORMS: dict[str, Callable[[TerritoryContent], bytes]] = {
    "pdf": territory_pdf,
    "html": lambda content: territory_html(content).encode("utf-8"),
}
FORMS = tuple(_FORMS)
#: The day that every file of an archive says, so that the same sheets are the same bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def sheet_bytes(content: TerritoryContent, form: str = "pdf") -> bytes:
    """Return a sheet as a file.

    Parameters
    ----------
    content
        What stands on it.
    form
        ``pdf`` or ``html``.

    Raises
    ------
    ChoiceError
        No such format.
    """
    if form not in _FORMS:
        raise ChoiceError(
            "sheet, format",
            expected=" or ".join(FORMS),
            found=repr(form[:40]),
            next_step="choose one of these formats",
        )
    return _FORMS[form](content)


def file_name(content: TerritoryContent, form: str) -> str:
    """Return what to call the file of a sheet: code, name and language, in plain letters."""
    # The code of a list of communes has signs that a disk may refuse, and any length.
    code = re.sub(r"[^A-Za-z0-9]+", "-", content.code).strip("-")[:50]
    name = re.sub(r"[^a-z0-9]+", "-", fold(content.name)).strip("-")[:50]
    return "_".join(filter(None, ("fiche", code, name, content.lang))) + f".{form}"


def write_sheets(contents: Iterable[TerritoryContent], to: Path, form: str) -> tuple[Path, ...]:
    """Write sheets into a folder, or into an archive where the name ends in ``.zip``.

    Returns
    -------
    tuple of Path
        The files written; each is whole or not there.

    Raises
    ------
    ChoiceError
        No such format, or a place where nothing can be written.
    """
    if to.suffix.lower() == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in contents:
                entry = zipfile.ZipInfo(file_name(one, form), _DAY)
                archive.writestr(entry, sheet_bytes(one, form), zipfile.ZIP_DEFLATED)
        write_whole(to, packed.getvalue())
        return (to,)
    written = []
    for one in contents:
        path = to / file_name(one, form)
        write_whole(path, sheet_bytes(one, form))
        written.append(path)
    return tuple(written)
