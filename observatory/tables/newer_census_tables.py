"""The tables read from newer census files by IRIS, where they are in the folder of sources."""

from observatory.tables.columns import count, pct, persons
from observatory.tables.keys import IRIS, IRIS_TYPE
from observatory.tables.table import Table

CENSUS_YEAR = count("census_year", "Year of the census.", "year", low=1990)

AGES_IRIS_2022 = Table(
    "ages_iris_2022",
    "One IRIS of any type and its residents by age, a newer census.",
    ("iris",),
    (
        IRIS,
        IRIS_TYPE,
        *(
            persons(f"pop_{band}", f"Residents aged {words}.", "not published")
            for band, words in (
                ("0_14", "0 to 14"),
                ("15_29", "15 to 29"),
                ("30_44", "30 to 44"),
                ("45_59", "45 to 59"),
                ("60_74", "60 to 74"),
                ("75p", "75 and over"),
            )
        ),
        CENSUS_YEAR,
    ),
    source=("ages_iris_2022",),
)
DIPLOMAS_IRIS_2022 = Table(
    "diplomas_iris_2022",
    "One IRIS of any type and its people without the baccalauréat, a newer census.",
    ("iris",),
    (
        IRIS,
        persons("out_of_school_15p", "People aged 15 and over out of school.", "not published"),
        pct(
            "without_bac_pct",
            "Of them, people without the baccalauréat.",
            "not published, or nobody out of school",
        ),
        CENSUS_YEAR,
    ),
    source=("diplomas_iris_2022",),
)
