"""Make the golden tables again: ``python tests/golden/make.py`` from the project's root.

They hold the edition's figures at the assumptions of the repository: every level of the EPT, and
the IRIS of its smallest commune, L'Île-Saint-Denis. A change here is a change of published figures
and belongs in the changelog.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from observatory import settings
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts

HERE = Path(__file__).resolve().parent
SMALL = "93039"
FIGURES = [
    "code",
    "name",
    "population",
    "need_persons",
    "need_low",
    "need_high",
    "help_h_per_week",
    "access_h_per_100",
    "missing_h_per_week",
    "missing_low",
    "missing_high",
    "balance_h_per_week",
    "nearest_min",
    "within_15_pct",
]


def tables() -> dict[str, pd.DataFrame]:
    """Compute every golden table from the edition."""
    here = settings.load({})
    model = Model(load_facts(here.edition), load_assumptions(here.assumptions))
    found = {
        "communes_cog_2024": model.gaps("commune", "cog_2024"),
        "communes_cog_2025": model.gaps("commune", "cog_2025"),
        "ept": model.gaps("ept", "cog_2024"),
        "qpv": model.gaps("qpv", "cog_2025"),
    }
    iris = model.gaps("iris", "cog_2024")
    found["iris_93039"] = iris[iris["code"].str.startswith(SMALL)].reset_index(drop=True)
    return {name: frame[FIGURES] for name, frame in found.items()}


def main() -> None:
    """Write the golden tables beside this script."""
    for name, frame in tables().items():
        frame.to_csv(HERE / f"{name}.csv", index=False, float_format="%.6f")


if __name__ == "__main__":
    main()
