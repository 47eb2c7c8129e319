"""What travels with any export: the dictionary, the licences and the method."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd

from observatory.model.assumptions import Assumption, Assumptions
from observatory.tables.columns import Column
from observatory.tables.manifest import Manifest
from observatory.tables.provenance import OPEN_LICENCE, Provenance
from observatory.tables.table import Table
from observatory.tables.transit_tables import STOPS_SOURCE
from observatory.words.catalogue import Words, load_words

#: Where a column of the built tables comes from, by its name; the first that matches counts.
_ORIGINS: tuple[tuple[str, str], ...] = (
    (r"cell_population|population_cells|residents", "INSEE, Filosofi 2021, 200 m cells"),
    (r"point|kind", "INSEE, 200 m cells, and IGN/INSEE, IRIS"),
    (r"population_iris|population\w*|pop_\w+", "INSEE, census RP2016"),
    (r"households|(?:persons|alone|single|unemployed|active)_\w+", "INSEE, census RP2016"),
    (r"\w+_declared_\w+", "INSEE, Filosofi 2021, declared income by IRIS"),
    (r"\w+_disposable_\w+", "INSEE, Filosofi 2021, disposable income by commune"),
    (r"poverty_pct", "computed from INSEE, Filosofi 2021 (see need.iris_poverty)"),
    (r"low_diploma_pct", "INSEE, census, by commune"),
    (r"no_thd_pct|mobile_coverage_pct", "ARCEP, fixed and mobile coverage, by commune"),
    (r"caf_\w+", "CNAF, beneficiaries by IRIS, 2021"),
    (r"counsellor_acts", "ANCT, conseillers numériques, July 2023"),
    (r"iris\w*", "INSEE, IRIS, geography before 2025"),
    (r"communes?|commune_name|ept|ept_name|in_territory|area|code|name|level|cog", "INSEE, COG"),
    (r"need_\w+|missing_\w+|norm_\w+|balance_\w+|access_h\w+|nearest_min|within_\w+|note",
     "computed by the observatory (see method.json)"),
    (r"supply|programme|serves|posts|open_h_per_week|counted_elsewhere|help_\w+|basis|age_months",
     "computed from ANCT (conseillers numériques, France Services, Aidants Connect)"),
    (r"uai|school_\w+|network\w*|pupils|ips|qpv_situation", "Ministry of Education, DEPP"),
    (r"qpv\w*|outline\w*", "ANCT, politique de la ville"),
    (r"geometry", "IGN, INSEE and ANCT outlines, generalised"),
    (r"site|seat|address\w*|postcode|located|phone|email|website|hours|open_h_per_week|services|publics"
     r"|care|fees|programmes|access|support|booking|itinerant|siret|comment|confirmed_on|sources"
     r"|source_ids", "the sources named in the row (sites: column sources)"),
    (r"x_m|y_m|lon|lat", "the source of the row's place, projected"),
)  # fmt: skip


@dataclass(frozen=True)
class Notes:
    """What must travel with any export.

    Attributes
    ----------
    manifest
        The build the figures come from.
    assumptions
        Every choice as it was used.
    choices
        What was asked for: level, geography, norm.
    """

    manifest: Manifest
    assumptions: Assumptions
    choices: Mapping[str, str] = field(default_factory=dict)


def origin(column: Column) -> str:
    """Return where a column of the built tables comes from; the empty string where nobody said."""
    return next((words for name, words in _ORIGINS if re.fullmatch(name, column.name)), "")


def dictionary(table: Table) -> pd.DataFrame:
    """Return the data dictionary of a table, one row a column.

    Returns
    -------
    DataFrame
        ``table, column, type, unit, meaning, allowed, missing, source``; ``missing`` says what a
        missing value means.
    """
    return pd.DataFrame(
        {
            "table": table.name,
            "column": column.name,
            "type": column.kind,
            "unit": column.unit,
            "meaning": column.description,
            "allowed": column.allowed,
            "missing": column.missing or "never missing",
            "source": origin(column),
        }
        for column in table.columns
    )


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


def method_text(notes: Notes) -> str:
    """Return the method of an export as JSON: choices, assumptions, geography, version, hashes."""
    manifest = notes.manifest
    assumptions = {item.name: _values(item) for item in notes.assumptions}
    values = {
        "observatory": manifest.observatory,
        "territory": {"code": manifest.territory, "name": manifest.territory_name},
        "built_cog": manifest.cog,
        "choices": dict(notes.choices),
        "assumptions": assumptions,
        "tables_sha256": dict(manifest.tables),
        "sources_sha256": {source.id: source.sha256 for source in manifest.sources},
    }
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _values(item: Assumption) -> dict[str, object]:
    values = {**asdict(item), "acts_on": sorted(item.acts_on)}
    return {key: value for key, value in values.items() if key != "name" and value is not None}
