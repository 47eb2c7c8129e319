"""What a person takes away: open formats, each with its dictionary, licences and method.

Knows words, places, the model, geography and tables; nothing of read, build, screens or commands.
"""

from observatory.files.formats import csv_bytes, zip_bytes
from observatory.files.notes import Notes, dictionary, licence_text, method_text
from observatory.files.package import (
    EXTENSIONS,
    content,
    export,
    export_gaps,
    export_places,
    gaps_layer,
    package,
)
from observatory.files.published import (
    has_places,
    headline,
    layer,
    published,
    with_labels,
    with_origin,
    with_origin_columns,
    with_places,
)
from observatory.files.whole import WHOLE, assumption_rows, export_whole, source_rows
from observatory.tables.plain_rows import records

__all__ = [
    "EXTENSIONS",
    "WHOLE",
    "Notes",
    "assumption_rows",
    "content",
    "csv_bytes",
    "dictionary",
    "export",
    "export_gaps",
    "export_places",
    "export_whole",
    "gaps_layer",
    "has_places",
    "headline",
    "layer",
    "licence_text",
    "method_text",
    "package",
    "published",
    "records",
    "source_rows",
    "with_labels",
    "with_origin",
    "with_origin_columns",
    "with_places",
    "zip_bytes",
]
