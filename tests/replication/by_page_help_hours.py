"""Hours of help: steps 26, 28 and 42 of `docs/methode.md`."""

import numpy as np
import pandas as pd
from by_page_tables import Given, assumptions, table

POSTS, COUNTERS, AIDANTS = "Conseillers numériques", "France Services", "Aidants Connect"


def unit_hours(given: Given) -> dict[str, float]:
    """Give the hours of a post, of an hour of opening and of an aidant (step 26)."""
    return {
        POSTS: float(given["capacity.counsellor.contract_h_per_week"])
        * float(given["capacity.counsellor.public_share"]),
        COUNTERS: float(given["capacity.france_services.agents"])
        * float(given["capacity.france_services.digital_share"]),
        AIDANTS: float(given["capacity.aidant.h_per_week"])
        * (1 - float(given["capacity.aidant.counted_twice"])),
    }


def standing(age_months: pd.Series, given: Given) -> np.ndarray:
    """Give v, the chance that help is still there, by the age of what is known (step 28)."""
    return np.select(
        [
            age_months.isna(),
            age_months <= float(given["freshness.stale_months"]),
            age_months <= float(given["freshness.very_stale_months"]),
        ],
        [
            float(given["freshness.weight_unknown"]),
            1.0,
            float(given["freshness.weight_stale"]),
        ],
        default=float(given["freshness.weight_very_stale"]),
    )


def line_hours(supply: pd.DataFrame, given: Given) -> pd.Series:
    """Give H(j), the hours that each line of `supply` gives (steps 25, 26 and 28)."""
    opening = supply["open_h_per_week"].fillna(
        float(given["capacity.france_services.unknown_hours"])
    )
    units = supply["posts"].where(supply["programme"].ne(COUNTERS), opening)
    hours = units * supply["programme"].map(unit_hours(given))
    return hours.where(~supply["counted_elsewhere"], 0.0) * standing(supply["age_months"], given)


def located_hours(column: str, given: Given | None = None) -> pd.Series:
    """Give the hours of the lines located in each zone of a column of `supply` (step 42)."""
    supply = table("supply")
    hours = line_hours(supply, given or assumptions())
    here = supply["serves"].eq("point")
    return hours[here].groupby(supply.loc[here, column]).sum()
