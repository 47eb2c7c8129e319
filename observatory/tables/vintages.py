"""How old each source is, by the dates of the registry."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from observatory.errors import FileFormatError, MissingInputError


@dataclass(frozen=True)
class Vintage:
    """The age of one source.

    Attributes
    ----------
    as_of
        The day that the data speak of.
    stale_after_months
        Age after which the data are stale.
    """

    as_of: dt.date
    stale_after_months: int

    def age_months(self, today: dt.date) -> int:
        """Give the whole months from the day of the data to ``today``."""
        months = 12 * (today.year - self.as_of.year) + today.month - self.as_of.month
        return months - (today.day < self.as_of.day)

    def is_stale(self, today: dt.date) -> bool:
        """Say whether the data are older than they should be."""
        return self.age_months(today) > self.stale_after_months


def load_vintages(path: Path) -> Mapping[str, Vintage]:
    """Read the dates of each source in the registry, by the source's identifier.

    Raises
    ------
    MissingInputError
        There is no registry.
    FileFormatError
        It is not valid TOML, or a source has no dates.
    """
    step = "mend data/registry.toml, or take the project's own file again"
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            name: Vintage(dt.date.fromisoformat(node["as_of"]), int(node["stale_after_months"]))
            for name, node in tree.items()
            if name != "download"
        }
    except FileNotFoundError as error:
        raise MissingInputError(
            str(path), expected="the registry of sources", found="no such file", next_step=step
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(
            str(path),
            expected="valid TOML where each source has as_of and stale_after_months",
            found=f"{type(error).__name__}: {error}",
            next_step=step,
        ) from error
