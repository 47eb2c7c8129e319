"""Compile the country's communes into ``data/``: ``python -m observatory.build.french_communes``.

The list is small and of the Licence Ouverte, so that a list of places is checked from a clone, with
no source file and no network.
"""

from __future__ import annotations

import sys
from pathlib import Path

from observatory import settings
from observatory.read.cog import read_french_communes
from observatory.tables.cog_tables import FRENCH_COMMUNES
from observatory.tables.storage import write_table

#: Where the list lies among the official files.
SOURCE = Path("national/cog/communes.json")


def compile_communes(sources: Path, folder: Path) -> Path:
    """Write ``FRENCH_COMMUNES`` from the official files; the same file gives the same bytes."""
    return write_table(read_french_communes(sources / SOURCE), FRENCH_COMMUNES, folder)


if __name__ == "__main__":
    compile_communes(Path(sys.argv[1]), settings.load().data)
