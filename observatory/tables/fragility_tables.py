"""The tables read from the CAF, the commune indicators of 2017-20 and the two IFN, as published."""

from observatory.tables.census_tables import share
from observatory.tables.columns import Column, count, flag, homes, number, persons, text, why
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, IRIS, IRIS_NAME, IRIS_TYPE
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


RSA_COMMUNES = _one_share(
    "rsa_communes",
    "rsa_pct",
    "Share of RSA beneficiaries (the source does not say of whom).",
    "One commune and its share of RSA beneficiaries, 2017-20.",
)
FIXED_COVERAGE_COMMUNES = _one_share(
    "fixed_coverage_communes",
    "no_thd_pct",
    "Premises WITHOUT fixed internet of 30 Mbit/s or more.",
    "One commune and its premises WITHOUT very fast fixed internet, 2017-20.",
)
JOBSEEKERS_COMMUNES = _one_share(
    "jobseekers_communes",
    "jobseekers_pct",
    "Jobseekers in the active population (the source does not say which categories).",
    "One commune and its share of jobseekers, 2017-20.",
)
POVERTY_COMMUNES_D4G = _one_share(
    "poverty_communes_d4g",
    "poverty_old_pct",
    "Poverty rate before 2021, on an income that the source does not name: not to be compared.",
    "One commune and an older poverty rate whose basis is unknown.",
)
PUBLIC_SERVICE_COMMUNES = Table(
    "public_service_communes",
    "One commune and whether it has access to a public-service point, 2017-20.",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        flag("public_service", "Whether the source sees access to a public service."),
    ),
)
MOBILE_COVERAGE_COMMUNES = Table(
    "mobile_coverage_communes",
    "One commune and its mobile coverage, 2017-20.",
    ("commune",),
    (COMMUNE, COMMUNE_NAME, *share("mobile_coverage_pct", "Mobile coverage, as the source says.")),
)


def _score(name: str, words: str) -> Column:
    return number(name, f"{words}: a SCORE, not a rate.", "0-10", high=10)


IFN_V2_COMMUNES = Table(
    "ifn_v2_communes",
    "One commune and its IFN of 2023 (V2): five scores and their mean. Comparison only.",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        _score("no_thd_score", "No very fast fixed internet"),
        _score("no_4g_score", "No 4G"),
        _score("poverty_score", "Poverty"),
        _score("older_65_score", "Residents aged 65 and over"),
        _score("low_diploma_score", "Low diploma"),
        _score("ifn_score", "Mean of the five scores"),
    ),
)
IFN_V1_AXES = {
    "information": "Access to information",
    "interfaces": "Access to digital interfaces",
    "admin": "Administrative skills",
    "digital": "Digital and school skills",
    "access": "Access as a whole",
    "skills": "Skills as a whole",
    "ifn": "The index as a whole",
}


def _index(name: str, words: str) -> Column:
    return number(f"{name}_index", f"{words}; 100 is the mean.", "mean = 100")


IFN_V1_IRIS_SLAMER = Table(
    "ifn_v1_iris_slamer",
    "One IRIS and its IFN of 2020 (V1) against the region, cut to whole numbers. Comparison only.",
    ("iris",),
    (
        IRIS,
        IRIS_NAME,
        COMMUNE_NAME,
        count("rank", "Rank as the source gives it, among more IRIS than the region's.", low=1),
        persons("population", "Residents that the index counts."),
        *(_index(axis, words) for axis, words in IFN_V1_AXES.items()),
    ),
)
IFN_V1_IRIS_TEAM48 = Table(
    "ifn_v1_iris_team48",
    "One IRIS and its IFN of 2020 (V1) against département, EPCI and region. Comparison only.",
    ("iris",),
    (
        IRIS,
        IRIS_NAME,
        IRIS_TYPE,
        COMMUNE,
        COMMUNE_NAME,
        *(
            _index(f"{axis}_{base}", f"{words}, against the {base}")
            for axis, words in IFN_V1_AXES.items()
            for base in ("departement", "epci", "region")
        ),
    ),
)
