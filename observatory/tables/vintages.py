"""How old each source is, and when it is stale: the one rule of every screen and command.

The registry says of each source the day that its data speak of (``as_of``; a downloaded file has
its own, in the build's record) and the age after which it is stale (``stale_after_months``): 24
months for lists of help, which their publishers renew about once a year (one renewal missed is
late, two are stale), 36 to 48 for coverage and schools, 60 for a census or Filosofi (its own
rolling period of five years), 120 for outlines. The age of one place's record is another matter:
see the assumptions ``freshness.*``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from observatory.errors import FileFormatError
from observatory.tables.provenance import Provenance
from observatory.tables.toml_files import read_toml


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
        """Return the whole months from the day of the data to ``today``."""
        months = 12 * (today.year - self.as_of.year) + today.month - self.as_of.month
        return months - (today.day < self.as_of.day)

    def is_stale(self, today: dt.date) -> bool:
        """Return whether the data are older than they should be."""
        return self.age_months(today) > self.stale_after_months


def load_vintages(path: Path, sources: Iterable[Provenance] = ()) -> Mapping[str, Vintage]:
    """Read the dates of each source in the registry, by the source's identifier.

    Parameters
    ----------
    path
        The registry.
    sources
        The sources of a build: where its file speaks of another day than the registry's, that day.

    Raises
    ------
    MissingInputError
        There is no registry.
    FileFormatError
        It is not valid TOML, or a source has no dates.
    """
    tree = read_toml(path, "the registry of sources")
    try:
        known = {
            name: Vintage(dt.date.fromisoformat(node["as_of"]), int(node["stale_after_months"]))
            for name, node in tree.items()
            if name != "download"
        }
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(
            str(path),
            expected="each source with as_of and stale_after_months",
            found=f"{type(error).__name__}: {error}",
            next_step="mend data/registry.toml, or take the project's own file again",
        ) from error
    days = {one.id: dt.date.fromisoformat(one.as_of) for one in sources if one.as_of}
    return known | {
        name: replace(known[name], as_of=day) for name, day in days.items() if name in known
    }


def stale_sources(
    vintages: Mapping[str, Vintage], names: Iterable[str], today: dt.date
) -> list[tuple[str, Vintage]]:
    """Return those of some sources that are stale, the oldest data first.

    A source without dates in the registry has no known age and is left out.
    """
    known = [(name, vintages[name]) for name in names if name in vintages]
    stale = [(name, vintage) for name, vintage in known if vintage.is_stale(today)]
    return sorted(stale, key=lambda pair: (pair[1].as_of, pair[0]))
