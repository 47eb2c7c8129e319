"""How many examples a property is tried on: the profile's number, or fewer where one is slow."""

from __future__ import annotations

from hypothesis import settings


def at_most(most: int) -> settings:
    """Return settings of the profile in use, with a bound on the examples of a slow property."""
    return settings(max_examples=min(most, settings.default.max_examples))
