"""People in digital difficulty by zone: the model fitted to the nation, carried to zones."""

from observatory.core.need.model import (
    BANDS,
    Calibration,
    Margins,
    calibrate,
    group_shares,
    margins,
    poverty_rate,
)
from observatory.core.need.zones import (
    AGES,
    ESTIMATES,
    by_band,
    central,
    estimate,
    interval,
    noise,
    spread_poverty,
)

__all__ = [
    "AGES",
    "BANDS",
    "ESTIMATES",
    "Calibration",
    "Margins",
    "by_band",
    "calibrate",
    "central",
    "estimate",
    "group_shares",
    "interval",
    "margins",
    "noise",
    "poverty_rate",
    "spread_poverty",
]
