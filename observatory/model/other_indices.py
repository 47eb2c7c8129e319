"""What others computed or counted, in files that are not in the edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Others:
    """Figures of others, by code of their zones; ``None`` where their file is not there.

    Attributes
    ----------
    ifn_v1_skills, ifn_v1_skills_copy
        The axis "digital and school skills" of the first IFN by IRIS, from two copies of it.
    ifn_v1_total
        The score of the first IFN by IRIS.
    ifn_v2
        The total of the second IFN by commune.
    """

    ifn_v1_skills: pd.Series[Any] | None = None
    ifn_v1_skills_copy: pd.Series[Any] | None = None
    ifn_v1_total: pd.Series[Any] | None = None
    ifn_v2: pd.Series[Any] | None = None
