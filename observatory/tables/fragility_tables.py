"""The tables read from the CAF and the commune indicators of 2017-20, as published."""

from observatory.tables.census_tables import share
from observatory.tables.columns import homes, text, why
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, IRIS
from observatory.tables.table import Table

#: Our name -> what the CAF counts, in households with an allowance unless said otherwise.
CAF_COUNTS = {
    "caf_beneficiaries": "Households with any CAF allowance.",
    "caf_persons": "People covered by a CAF allowance, children and partners included (people).",
    "caf_alone": "Beneficiaries who live alone without children.",
    "caf_single_parents": "Single-parent beneficiaries.",
    "caf_children": "Children of beneficiaries (people).",
    "caf_students": "Beneficiaries who are students.",
    "caf_young_not_students": "Beneficiaries under 25 who are not students.",
    "caf_housing": "Beneficiaries of a housing allowance.",
    "caf_aah": "Beneficiaries of the AAH (disabled adults).",
    "caf_ppa": "Beneficiaries of the PPA (low-paid workers).",
    "caf_rsa": "Beneficiaries of the RSA.",
}

CAF_IRIS_2021 = Table(
    "caf_iris_2021",
    "One IRIS and its CAF beneficiaries, 2021; small numbers are suppressed by the CNAF.",
    ("iris",),
    (
        IRIS,
        text("caf_note", "The CNAF's note on the IRIS: 0 none, 3 wholly suppressed."),
        *(
            column
            for name, words in CAF_COUNTS.items()
            for column in (homes(name, words, f"see {name}_why"), why(name))
        ),
    ),
)
COMMUNE_DIPLOMAS = Table(
    "commune_diplomas",
    "One commune and its shares of low diplomas, ages and households, 2017-20.",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        *share(
            "low_diploma_pct",
            "People aged 15 and over without the baccalauréat (the source's code for low diploma).",
        ),
        *share("alone_households_pct", "Households of one person."),
        *share("single_parent_families_pct", "Families with a single parent."),
        *share("pop_65p_pct", "Residents aged 65 and over."),
        *share("pop_under_25_pct", "Residents under 25 as the source counts them (range unsaid)."),
    ),
)


def _one_share(table: str, column: str, description: str, row: str) -> Table:
    return Table(table, row, ("commune",), (COMMUNE, COMMUNE_NAME, *share(column, description)))


FIXED_COVERAGE_COMMUNES = _one_share(
    "fixed_coverage_communes",
    "no_thd_pct",
    "Premises WITHOUT fixed internet of 30 Mbit/s or more.",
    "One commune and its premises WITHOUT very fast fixed internet, 2017-20.",
)
MOBILE_COVERAGE_COMMUNES = Table(
    "mobile_coverage_communes",
    "One commune and its mobile coverage, 2017-20.",
    ("commune",),
    (COMMUNE, COMMUNE_NAME, *share("mobile_coverage_pct", "Mobile coverage, as the source says.")),
)
