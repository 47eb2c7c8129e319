"""The tables read from the CAF and the commune indicators of 2017-20, as published."""

from observatory.tables.census_tables import share
from observatory.tables.columns import homes, number, text, why
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, IRIS
from observatory.tables.table import Table

CAF_IRIS_2021 = Table(
    "caf_iris_2021",
    "One IRIS and its households by what the CAF pays, 2021; small numbers are suppressed by the "
    "CNAF.",
    ("iris",),
    (
        IRIS,
        homes("caf_rsa", "Households with the RSA.", "see caf_rsa_why"),
        why("caf_rsa"),
        homes("caf_aah", "Households with the AAH.", "see caf_aah_why"),
        why("caf_aah"),
        homes("caf_ppa", "Households with the prime d'activité.", "see caf_ppa_why"),
        why("caf_ppa"),
        homes(
            "caf_single_parents",
            "Single-parent families that the CAF pays.",
            "see caf_single_parents_why",
        ),
        why("caf_single_parents"),
    ),
)
COMMUNE_DIPLOMAS = Table(
    "commune_diplomas",
    "One commune and its shares of low diplomas and of older people, 2017-20.",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        *share(
            "low_diploma_pct",
            "People aged 15 and over without the baccalauréat (the source's code for low diploma).",
        ),
        *share("pop_65p_pct", "Residents aged 65 and over."),
    ),
)

#: Coefficients of the share without the baccalauréat, in order.
FIT_TERMS = ("intercept", "managers", "manual_workers", "young")
DIPLOMA_FIT = Table(
    "diploma_fit",
    "One number of the model that spreads the share of people without the baccalauréat over the "
    "IRIS of a commune: logit of the share on shares of one.",
    ("term",),
    (
        text(
            "term",
            "Coefficient (intercept; managers and manual workers among those with an occupation; "
            "15-29 among the 15 and over), or communes fitted, R2, and mean absolute error in "
            "points of communes, and of départements, left out one at a time.",
            among=(*FIT_TERMS, "communes", "r2", "error_commune_out", "error_departement_out"),
        ),
        number("value", "Its value.", low=None),
    ),
    source=("commune_diplomas", "ages_iris_2016"),
)


def _one_share(table: str, column: str, description: str, row: str) -> Table:
    name = COMMUNE_NAME.may_miss("not in the source")
    return Table(table, row, ("commune",), (COMMUNE, name, *share(column, description)))


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
