"""The communes of the country by département and name, by post code and by SIREN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from observatory.geo.codes import departement_of, fold_name

#: What a list of communes says of each: code, name, post codes, SIREN or ``None``.
Entry = tuple[str, str, tuple[str, ...], str | None]


@dataclass(frozen=True)
class Communes:
    """Every commune of a country.

    Attributes
    ----------
    names
        INSEE code -> official name.
    by_name
        Département and folded name -> code.
    departements
        Folded name -> the départements that have a commune of that name.
    by_postcode
        Post code -> codes of the communes that it serves.
    by_siren
        SIREN of a commune itself -> its code.
    """

    names: Mapping[str, str]
    by_name: Mapping[tuple[str, str], str]
    departements: Mapping[str, frozenset[str]]
    by_postcode: Mapping[str, frozenset[str]]
    by_siren: Mapping[str, str]

    def named(self, name: str) -> frozenset[str]:
        """Return the codes of the communes of that name, wherever they are."""
        folded = fold_name(name)
        found = self.departements.get(folded, frozenset())
        return frozenset(self.by_name[departement, folded] for departement in found)

    def serves(self, postcode: str) -> frozenset[str] | None:
        """Return the communes that a post code serves, in the geography of today.

        ``None`` where no commune has it: a misprint, or a code of large receivers of mail.
        """
        return self.by_postcode.get(postcode)

    def areas(self, postcode: str) -> frozenset[str]:
        """Return the départements of a post code; by its digits where no commune has it."""
        served = self.by_postcode.get(postcode)
        if served is not None:
            return frozenset(map(departement_of, served))
        if postcode.startswith("20"):
            return frozenset({"2A", "2B"})
        return frozenset({departement_of(postcode)})


def list_communes(entries: Iterable[Entry]) -> Communes:
    """Return communes by name, post code and SIREN, in time that grows as their number does."""
    names: dict[str, str] = {}
    by_name: dict[tuple[str, str], str] = {}
    areas: dict[str, set[str]] = {}
    served: dict[str, set[str]] = {}
    sirens: dict[str, str] = {}
    for code, name, postcodes, siren in entries:
        folded, area = fold_name(name), departement_of(code)
        names[code] = name
        by_name[area, folded] = code
        areas.setdefault(folded, set()).add(area)
        for postcode in postcodes:
            served.setdefault(postcode, set()).add(code)
        if siren:
            sirens[siren] = code
    return Communes(
        names=names,
        by_name=by_name,
        departements={name: frozenset(found) for name, found in areas.items()},
        by_postcode={postcode: frozenset(found) for postcode, found in served.items()},
        by_siren=sirens,
    )
