"""How to cite the figures taken away: a Citation File (CFF 1.2.0) of one edition."""

from __future__ import annotations

import json

from observatory.files.notes import Notes
from observatory.words.column_words import file_words

AUTHOR = "Observatoire Plaine Connexion contributors"
KEYWORDS = ("digital inclusion", "spatial accessibility", "E2SFCA", "open data", "France")


def citation_text(notes: Notes) -> str:
    """Return the citation of an export: its territory, edition, day, and commit where known."""
    words, manifest = file_words(), notes.manifest
    lines = [
        ("cff-version", "1.2.0"),
        ("title", words("citation.title", territory=manifest.territory_name)),
        ("message", words("citation.message")),
        ("type", "dataset"),
        ("version", f"{manifest.observatory}, {manifest.edition}"),
        *([("date-released", manifest.day)] if manifest.day else []),
        *([("commit", notes.commit)] if notes.commit else []),
        ("license", "etalab-2.0"),
    ]
    head = "".join(f"{name}: {_quoted(value)}\n" for name, value in lines)
    listed = "".join(f"  - {_quoted(word)}\n" for word in KEYWORDS)
    return f"{head}authors:\n  - name: {_quoted(AUTHOR)}\nkeywords:\n{listed}"


def _quoted(text: str) -> str:
    """Return a text as YAML: a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)
