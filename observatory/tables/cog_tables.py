"""The list of communes of the official geographic code, as published."""

from observatory.tables.columns import count, text
from observatory.tables.keys import COMMUNE, COMMUNE_NAME
from observatory.tables.table import Table

COMMUNE_KINDS = (
    "commune-actuelle",
    "commune-deleguee",
    "commune-associee",
    "arrondissement-municipal",
)
_SPLIT = "separated by |"

COMMUNES_COG = Table(
    "communes_cog",
    "One commune of the official geographic code of 2026, or a commune that another one holds "
    "(delegated, associated, arrondissement of Paris, Lyon or Marseille).",
    ("commune", "kind"),
    (
        COMMUNE,
        text("kind", "What it is.", among=COMMUNE_KINDS),
        COMMUNE_NAME,
        text("departement", "Code of its département.", "a collectivity without département"),
        text("held_by", "Code of the commune that holds it.", "it is a commune of today"),
        text("postcodes", f"Its post codes, {_SPLIT}.", "not given for this kind"),
        text("former_codes", f"Codes that it had or took over, {_SPLIT}.", "it had no other"),
        count("population", "Municipal population.", "persons", "not counted on its own"),
        count("population_year", "Census year of the population.", "year"),
    ),
)
