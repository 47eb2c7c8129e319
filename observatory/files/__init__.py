"""What a person takes away: open formats, each with its dictionary, licences and method."""

from observatory.files.formats import csv_bytes, zip_bytes
from observatory.files.notes import Notes, dictionary, licence_text, method_text
from observatory.files.package import (
    EXTENSIONS,
    content,
    export,
    export_gaps,
    export_places,
    package,
)
from observatory.files.published import gaps_by_level, headline, layer, load_facts, published
from observatory.model.recast import REFUSED, recast
from observatory.tables.plain_rows import records

__all__ = [
    "EXTENSIONS",
    "REFUSED",
    "Notes",
    "content",
    "csv_bytes",
    "dictionary",
    "export",
    "export_gaps",
    "export_places",
    "gaps_by_level",
    "headline",
    "layer",
    "licence_text",
    "load_facts",
    "method_text",
    "package",
    "published",
    "recast",
    "records",
    "zip_bytes",
]
