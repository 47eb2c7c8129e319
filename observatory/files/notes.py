"""What travels with any export: the dictionary, the licences and the method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd

from observatory import settings
from observatory.model.assumptions import Assumption, Assumptions
from observatory.tables.columns import COMPUTED
from observatory.tables.manifest import Manifest
from observatory.tables.national_facts import PROJECT
from observatory.tables.not_covered import not_covered
from observatory.tables.provenance import OPEN_LICENCE, Provenance
from observatory.tables.table import Table
from observatory.tables.transit_tables import STOPS_SOURCE
from observatory.words.catalogue import Words, load_words
from observatory.words.remark_words import sentences
from observatory.words.spacing import plain_spaces


@dataclass(frozen=True)
class Notes:
    """What must travel with any export.

    Attributes
    ----------
    manifest
        The build the figures come from.
    assumptions
        Every assumption as it was used.
    choices
        What was asked for: level, geography, norm.
    commit
        The version of the code in its repository, where it is known.
    """

    manifest: Manifest
    assumptions: Assumptions
    choices: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = field(default_factory=settings.commit)


def dictionary(table: Table, sources: Sequence[Provenance]) -> pd.DataFrame:
    """Return the data dictionary of a table, one row a column.

    Parameters
    ----------
    table
        The table.
    sources
        The sources of the build, that say what each is called.

    Returns
    -------
    DataFrame
        ``table, column, type, unit, meaning, allowed, missing, source``; ``missing`` says what a
        missing value means, ``source`` the producer, title and vintage of each source.
    """
    known = {source.id: source for source in sources}
    return pd.DataFrame(
        {
            "table": table.name,
            "column": column.name,
            "type": column.kind,
            "unit": column.unit,
            "meaning": column.description,
            "allowed": column.allowed,
            "missing": column.missing or "never missing",
            "source": "; ".join(_named(one, known) for one in table.source_of(column.name)),
        }
        for column in table.columns
    )


def _named(source: str, known: Mapping[str, Provenance]) -> str:
    if source == COMPUTED:
        return "computed by the observatory (see method.json)"
    if source == PROJECT:
        return "the project's own file data/national.toml (each row says who counted it)"
    if source not in known:
        return source
    return f"{known[source].publisher}, {known[source].title} ({known[source].vintage})"


def licence_text(manifest: Manifest) -> str:
    """Return the licence of the figures and the attribution of each producer, in French."""
    ordered = sorted(manifest.sources, key=lambda source: source.id)
    other = [source for source in ordered if source.licence != OPEN_LICENCE]
    apart = [source for source in other if source.id == STOPS_SOURCE]
    within = [source for source in other if source not in apart]
    words = load_words("fr", "reports")
    parts = [
        words("licence.terms", version=manifest.observatory, territory=manifest.territory_name),
        _listed(words("licence.producers"), [one for one in ordered if one not in other], words),
        _listed(words("licence.within"), within, words) if within else "",
        _listed(words("licence.elsewhere"), apart, words) if apart else "",
    ]
    return "\n".join(part for part in parts if part)


def _listed(heading: str, sources: Sequence[Provenance], words: Words) -> str:
    lines = [words("licence.attribution", **asdict(source)) for source in sources]
    return "\n".join([heading, *lines, ""])


def silent_lines(manifest: Manifest) -> Iterator[str]:
    """Yield what no source of a build covers, a sentence each, with plain spaces."""
    for line in sentences(not_covered(manifest.covered, manifest.facts).values(), "fr"):
        yield plain_spaces(line)


def method_text(notes: Notes) -> str:
    """Return the method of an export as JSON: choices, assumptions, geography, version, hashes."""
    manifest = notes.manifest
    assumptions = {item.name: _values(item) for item in notes.assumptions}
    values = {
        "observatory": manifest.observatory,
        "edition": manifest.edition,
        "vintage": manifest.vintage,
        "read_on": manifest.day,
        "commit": notes.commit,
        "not_covered": list(silent_lines(manifest)),
        "territory": {"code": manifest.territory, "name": manifest.territory_name},
        "built_cog": manifest.cog,
        "choices": dict(notes.choices),
        "assumptions": assumptions,
        "tables_sha256": dict(manifest.tables),
        "sources_sha256": {source.id: source.sha256 for source in manifest.sources},
    }
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def carried_texts(notes: Notes) -> dict[str, tuple[str, str]]:
    """Return what a file can carry inside: name to media type and text."""
    return {
        "observatory:method": ("application/json", method_text(notes)),
        "observatory:licence": ("text/plain", licence_text(notes.manifest)),
    }


def _values(item: Assumption) -> dict[str, object]:
    values = {**asdict(item), "acts_on": sorted(item.acts_on)}
    return {key: value for key, value in values.items() if key != "name" and value is not None}
