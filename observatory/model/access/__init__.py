"""Access to help: floating catchments, nearest sites, coverage; straight lines or streets."""

from observatory.model.access.decay import Decay, minutes_to_metres, walk_minutes
from observatory.model.access.floating import (
    coverage,
    e2sfca,
    e2sfca_by_type,
    e2sfca_plain,
    nearest_distance,
    nearest_minutes,
    share_within,
)
from observatory.model.access.pairs_within import (
    AccessResult,
    Pairs,
    e2sfca_pairs,
    pairs_within,
    round_trip,
    three_sfca,
)

__all__ = [
    "AccessResult",
    "Decay",
    "Pairs",
    "coverage",
    "e2sfca",
    "e2sfca_by_type",
    "e2sfca_pairs",
    "e2sfca_plain",
    "minutes_to_metres",
    "nearest_distance",
    "nearest_minutes",
    "pairs_within",
    "round_trip",
    "share_within",
    "three_sfca",
    "walk_minutes",
]
