"""Languages of the people of a zone, and those that places declare."""

from observatory.core.languages.places import offer, says_anything
from observatory.core.languages.zones import (
    FILE_COMMUNES,
    FILE_IRIS,
    counts_by_iris,
    counts_in,
    estimate,
    match,
    shares,
    speakers,
    status,
)

__all__ = [
    "FILE_COMMUNES",
    "FILE_IRIS",
    "counts_by_iris",
    "counts_in",
    "estimate",
    "match",
    "offer",
    "says_anything",
    "shares",
    "speakers",
    "status",
]
