"""How the project asks to be cited: the file says the version that the code is."""

from __future__ import annotations

import re
from datetime import date

from observatory import __version__, settings
from observatory.files.citation import AUTHOR, KEYWORDS
from observatory.tables.manifest import read_manifest

CITATION = (settings.PROJECT / "CITATION.cff").read_text(encoding="utf-8")


def value(name: str) -> str:
    found = re.search(rf"^{name}: (.+)$", CITATION, re.MULTILINE)
    assert found is not None, name
    return found[1]


def test_the_citation_is_of_this_version_and_of_its_edition() -> None:
    assert value("cff-version") == "1.2.0"
    assert value("version") == __version__
    sources = read_manifest(settings.PROJECT / "data/edition").sources
    released = date.fromisoformat(value("date-released"))
    assert released >= max(date.fromisoformat(source.read_on) for source in sources)


def test_an_export_is_cited_as_the_project_is() -> None:
    assert f"  - name: {AUTHOR}\n" in CITATION
    assert all(f"  - {word}\n" in CITATION for word in KEYWORDS)
