"""The nearest suitable open places for a person: what is asked, where, and what is found.

Reads a build's tables only; nothing that a person types is kept or sent.
"""

from observatory.places.search.nearest import Directory, find
from observatory.places.search.request import Request

__all__ = ["Directory", "Request", "find"]
