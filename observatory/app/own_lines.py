"""Lines of one's own list: a place or a post that no source knows, as the build reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from observatory.places.cleaning import fold
from observatory.places.standard import table_csv
from observatory.tables.place_tables import HELP_COLUMNS, NO_PIVOT

FILE = "own_help.csv"
#: The standard's fields that a line gives, then what it says of the help.
HEADERS = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "latitude",
    "longitude",
    "services",
    "date_maj",
    *HELP_COLUMNS,
)
#: What help with digital matters is at the least, of the closed list of the standard.
SERVICES = "Maîtrise des outils numériques du quotidien"


@dataclass(frozen=True)
class OwnLine:
    """A place as a person gives it; numbers that are not known are ``None``.

    Attributes
    ----------
    name, address, postcode, commune
        What it is called, and where it is; the commune by its INSEE code.
    lat, lon
        WGS 84 degrees.
    posts, hours
        Full-time posts, or hours a week in which one person helps.
    """

    name: str
    address: str
    postcode: str
    commune: str
    lat: float | None = None
    lon: float | None = None
    posts: float | None = None
    hours: float | None = None

    @property
    def lacking(self) -> tuple[str, ...]:
        """What is needed and not given: a name, an address, a post code, some help."""
        given = {
            "name": self.name.strip(),
            "address": self.address.strip(),
            "postcode": len(self.postcode) == 5 and self.postcode.isdigit(),
            "point": (self.lat is None) == (self.lon is None),
            "help": self.posts or self.hours,
        }
        return tuple(what for what, value in given.items() if not value)


def own_csv(lines: Sequence[OwnLine], names: Mapping[str, str], today: date) -> bytes:
    """Return lines as the file that ``observatory build --places`` reads.

    Parameters
    ----------
    lines
        The places.
    names
        Name of each commune by its code.
    today
        The day on which a person says so.
    """
    rows = [
        (
            f"{fold(line.name).replace(' ', '-')}-{line.commune}-{rank}",
            NO_PIVOT,
            line.name.strip(),
            names[line.commune],
            line.postcode,
            line.commune,
            line.address.strip(),
            _number(line.lat),
            _number(line.lon),
            SERVICES,
            today.isoformat(),
            _number(line.posts),
            # Posts come first: a line counted by both would be counted by its posts alone.
            "" if line.posts else _number(line.hours),
        )
        for rank, line in enumerate(lines, start=1)
    ]
    return table_csv(HEADERS, rows)


def _number(value: float | None) -> str:
    return "" if not value else f"{value:.10g}"
