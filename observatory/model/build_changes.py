"""What differs between two builds beside their figures: places, posts, sources and method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.geometry import project_to_metres
from observatory.model.assumptions import Assumptions
from observatory.model.observed import Facts
from observatory.tables.check import check
from observatory.tables.history import Kept
from observatory.tables.history_results import (
    HELP_CHANGES,
    HELP_KINDS,
    METHOD_CHANGES,
    PLACE_CHANGES,
    PLACE_KINDS,
    SOURCE_CHANGES,
    SOURCE_KINDS,
)
from observatory.tables.place_facts import base_of
from observatory.tables.provenance import Provenance
from observatory.tables.table import Table

#: The name of the code that computed the figures, among the items of the method.
CODE = "code"
#: A place whose point is less far from where it was, metres, has not moved: lists round.
MOVED_M = 50.0
Row = dict[str, Any]
Rows = list[Row]
KnownAgain = Callable[[pd.DataFrame, pd.DataFrame], list[tuple[str, str]]]


@dataclass(frozen=True)
class SamePlaces:
    """Which places of two builds are the same ones.

    Attributes
    ----------
    pairs
        The place after of each place before that is in both.
    shared
        The places before and after that hold a record that the other build has too.
    again
        Of the pairs, those whose records all have other identifiers.
    """

    pairs: Mapping[str, str]
    shared: tuple[frozenset[str], frozenset[str]]
    again: tuple[tuple[str, str], ...] = ()


def same_places(before: Facts, after: Facts, known_again: KnownAgain | None = None) -> SamePlaces:
    """Return which places of two builds are the same ones.

    A place is the same one where both builds hold one of its records, by source and identifier
    there. Where records that made one place make several, or the other way round, the place with
    most records in common is the same. What is left on both sides may be known again by what it
    is: a source that changes its identifiers opens and closes nothing.

    Parameters
    ----------
    known_again
        What pairs such places, as :func:`observatory.places.matching.known_again` does.
    """
    old, new = (_by_site(facts) for facts in (before, after))
    shared = _shared(old, new)
    pairs: dict[str, str] = {}
    for first, second in shared:
        if first not in pairs and second not in pairs.values():
            pairs[first] = second
    both = frozenset(first for first, _ in shared), frozenset(second for _, second in shared)
    again: list[tuple[str, str]] = []
    if known_again is not None:
        left = [
            facts.sites[~facts.sites["site"].isin(known)]
            for facts, known in zip((before, after), both, strict=True)
        ]
        again = known_again(*left)
    return SamePlaces({**pairs, **dict(again)}, both, tuple(again))


def place_changes(before: Facts, after: Facts, same: SamePlaces) -> pd.DataFrame:
    """Return the places that opened, closed, moved or have another name (``PLACE_CHANGES``).

    Places that share records with one that has another pair are split from it or joined with it.
    """
    old, new = (_by_site(facts) for facts in (before, after))
    pairs = same.pairs
    rows = [row for first, second in pairs.items() for row in _of_place(old[first], new[second])]
    for site in old.keys() - pairs.keys():
        kind = "joined" if site in same.shared[0] else "closed"
        rows.append(_place(kind, old[site], before=_address(old[site])))
    for site in new.keys() - {*pairs.values()}:
        kind = "split" if site in same.shared[1] else "opened"
        rows.append(_place(kind, new[site], after=_address(new[site])))
    return _checked(rows, PLACE_CHANGES, PLACE_KINDS)


def _by_site(facts: Facts) -> dict[str, Row]:
    return {str(row["site"]): row for row in _rows(facts.sites)}


def _rows(frame: pd.DataFrame) -> Rows:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _records(places: Mapping[str, Row]) -> dict[str, str]:
    """Return the place of each record, a record being a source and its identifier there."""
    return {
        f"{source}:{name}": site
        for site, row in places.items()
        for source, name in zip(
            row["sources"].split("|"), row["source_ids"].split("|"), strict=True
        )
    }


def _shared(old: Mapping[str, Row], new: Mapping[str, Row]) -> list[tuple[str, str]]:
    """Return the pairs of places that share records, those that share most first."""
    first, second = _records(old), _records(new)
    count = Counter((first[record], second[record]) for record in first.keys() & second.keys())
    return sorted(count, key=lambda pair: (-count[pair], pair[0] != pair[1], pair))


def _of_place(old: Row, new: Row) -> Iterator[Row]:
    """Yield what became of a place that is in both builds."""
    if str(old["name"]).casefold() != str(new["name"]).casefold():
        yield _place("renamed", new, before=old["name"], after=new["name"])
    far = _metres(old, new)
    elsewhere = [old["commune"], _address(old)] != [new["commune"], _address(new)]
    if far >= MOVED_M or (np.isnan(far) and elsewhere):
        yield _place(
            "moved",
            new,
            before=_address(old),
            after=_address(new),
            distance_m=None if np.isnan(far) else round(far),
        )


def _place(kind: str, row: Row, **values: Any) -> Row:
    names = ("site", "name", "commune", "commune_name", "in_territory", "seat")
    return {"kind": kind, **{name: row[name] for name in names}, **values}


def _address(row: Row) -> str | None:
    parts = [str(row[n]) for n in ("address", "postcode", "commune_name") if pd.notna(row[n])]
    return ", ".join(parts) or None


def _metres(old: Row, new: Row) -> float:
    """Return how far two places are apart; NaN where a point is not known."""
    lon, lat = ([float(row[name]) for row in (old, new)] for name in ("lon", "lat"))
    if np.isnan([*lon, *lat]).any():
        return float("nan")
    first, second = project_to_metres(lon, lat)
    return float(np.hypot(*(second - first)))


def help_changes(before: Facts, after: Facts, same: SamePlaces) -> pd.DataFrame:
    """Return the help that begins, ends or changes, structure by structure (``HELP_CHANGES``).

    Help that another row counts (aidants who are agents of a France Services) is left out; posts
    that a structure spreads over its places are one. Help of a place that is known again is the
    same where it is of the same programme.
    """
    old, new = (_by_help(facts) for facts in (before, after))
    old = _named_again(old, new, dict(same.again))
    rows: Rows = []
    for name in old.index.union(new.index):
        there = name in old.index, name in new.index
        row = (new if there[1] else old).loc[name]
        values = {
            f"{figure}_{when}": table.at[name, figure] if held else None
            for figure in ("posts", "open")
            for when, table, held in zip(("before", "after"), (old, new), there, strict=True)
        }
        kind = _kind_of_help(there, values)
        if kind:
            rows.append({"kind": kind, "help": name, **row[_OF_HELP], **values})
    return _checked(rows, HELP_CHANGES, HELP_KINDS)


def _named_again(old: pd.DataFrame, new: pd.DataFrame, again: Mapping[str, str]) -> pd.DataFrame:
    """Return the help before under the names that it has after, of places known again."""
    if not again:
        return old
    gone, come = old[~old.index.isin(new.index)], new[~new.index.isin(old.index)]
    gone = gone.assign(site=gone["site"].map(again)).dropna(subset="site")
    by = ["site", "programme"]
    both = gone.reset_index().merge(come.reset_index(), on=by, suffixes=("", "_now"))
    alone = both[~both["help"].duplicated(keep=False) & ~both["help_now"].duplicated(keep=False)]
    return old.rename(index=dict(zip(alone["help"], alone["help_now"], strict=True)))


_OF_HELP = ["programme", "name", "commune", "commune_name", "in_territory"]


def _by_help(facts: Facts) -> pd.DataFrame:
    counted = facts.supply[~facts.supply["counted_elsewhere"]]
    communes = facts.communes.set_index("commune")
    rows = counted.assign(
        help=base_of(counted),
        commune_name=counted["commune"].map(communes["commune_name"]),
        in_territory=counted["commune"].map(communes["in_territory"]).fillna(False).astype(bool),
    )
    grouped = rows.groupby("help")
    first = grouped[[*_OF_HELP, "site"]].first()
    return first.assign(
        posts=grouped["posts"].sum(min_count=1), open=grouped["open_h_per_week"].sum(min_count=1)
    )


def _kind_of_help(there: tuple[bool, bool], values: Mapping[str, Any]) -> str | None:
    if there == (False, True):
        return "begins"
    if there == (True, False):
        return "ends"
    for figure in ("posts", "open"):
        change = float(values[f"{figure}_after"]) - float(values[f"{figure}_before"])
        if round(change, 2):  # unknown is no change
            return None if np.isnan(change) else "more" if change > 0 else "less"
    return None


def source_changes(
    before: Iterable[Provenance], after: Iterable[Provenance], places: Mapping[str, int]
) -> pd.DataFrame:
    """Return the sources that came, went or have other bytes (``SOURCE_CHANGES``).

    Parameters
    ----------
    places
        How many places of each source are known again although it changed their identifiers.
    """
    old, new = ({one.id: one for one in sources} for sources in (before, after))
    rows: Rows = []
    for name in sorted(old.keys() | new.keys()):
        first, second = old.get(name), new.get(name)
        kind = _kind_of_source(first, second)
        shown = second or first
        if kind and shown:
            told: Row = {"id": name, "title": shown.title, "publisher": shown.publisher}
            told["places_again"] = places.get(name)
            rows.append(
                {"kind": kind, **told, **_source("before", first), **_source("after", second)}
            )
    return _checked(rows, SOURCE_CHANGES, SOURCE_KINDS)


def renumbered(after: Facts, same: SamePlaces) -> Counter[str]:
    """Return how many of the places known again each source has."""
    sources = after.sites.set_index("site")["sources"]
    return Counter(source for _, new in same.again for source in {*sources[new].split("|")})


def _kind_of_source(first: Provenance | None, second: Provenance | None) -> str | None:
    if first is None or second is None:
        return "added" if first is None else "removed"
    if first.vintage != second.vintage:
        return "vintage"
    return "content" if first.sha256 != second.sha256 else None


def _source(when: str, one: Provenance | None) -> dict[str, Any]:
    if one is None:
        return {}
    values = {"vintage": one.vintage, "rows": one.rows_out, "sha256": one.sha256}
    return {f"{name}_{when}": value for name, value in values.items()} | {
        f"read_{when}": one.read_on
    }


def method_changes(
    before: tuple[Kept, Facts, Assumptions], after: tuple[Kept, Facts, Assumptions]
) -> pd.DataFrame:
    """Return the assumptions, totals and versions that differ (``METHOD_CHANGES``)."""
    first, second = (_method(*one) for one in (before, after))
    if not (before[0].code and after[0].code):  # one of them was not noted: nothing to set beside
        first.pop(("version", CODE), None), second.pop(("version", CODE), None)
    rows = [
        {
            "kind": kind,
            "name": name,
            "before": first.get((kind, name)),
            "after": second.get((kind, name)),
        }
        for kind, name in sorted(first.keys() | second.keys())
        if first.get((kind, name)) != second.get((kind, name))
    ]
    return _checked(rows, METHOD_CHANGES, ())


def _method(kept: Kept, facts: Facts, assumptions: Assumptions) -> dict[tuple[str, str], str]:
    found = {("assumption", one.name): f"{one.value}" for one in assumptions}
    national = facts.national
    found |= {
        ("total", f"{item} {area}"): f"{quantity:g}"
        for item, area, quantity in zip(
            national["item"], national["area"], national["quantity"], strict=True
        )
    }
    found["version", "observatory"] = kept.manifest.observatory
    if kept.code:
        found["version", CODE] = kept.code[:8]
    if facts.street_distances is not None:
        found["streets", "street_distances"] = kept.manifest.tables.get("street_distances", "")
    return found


def _checked(rows: Rows, table: Table, order: tuple[str, ...]) -> pd.DataFrame:
    """Return rows held to their contract, by kind, commune and name."""
    frame = pd.DataFrame(rows, columns=table.names)
    kinds = frame["kind"].map({kind: place for place, kind in enumerate(order)})
    inside = ~frame["in_territory"].astype(bool) if "in_territory" in frame else False
    by = [name for name in ("commune_name", "name", "id") if name in frame]
    told = frame.assign(_inside=inside, _kind=kinds).sort_values(["_inside", "_kind", *by])
    return pd.DataFrame(check(told[table.names].reset_index(drop=True), table))
