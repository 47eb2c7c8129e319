"""The nearest suitable open places for a person: what is asked, where, and what is found."""

from observatory.core.directory.finding import Directory, find
from observatory.core.directory.request import Request

__all__ = ["Directory", "Request", "find"]
