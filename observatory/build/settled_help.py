"""What a person settled of the help: where the posts of a structure stand, whom to count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.places.matching import MatchResult
from observatory.tables.place_facts import BY_CORRECTION, base_of

FILE = "corrections/help.csv"


def settle(
    supply: pd.DataFrame, forced: pd.DataFrame | None, matched: MatchResult, sites: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows of help with a person's decisions applied, each marked as theirs.

    Parameters
    ----------
    supply
        The rows as the sources give them, not placed yet: ``commune`` is the structure's own.
    forced
        Where a person says that help stands (``tables.FORCED_HELP``).
    matched, sites
        The place of each record, and the places.

    Raises
    ------
    ChoiceError
        A decision names no help, or no located place, or help that it cannot be about.
    """
    if forced is None:
        return supply
    lines: list[Any] = forced.to_dict("records")
    for line in lines:
        rows = supply[(base_of(supply) == line["help"]).to_numpy()]
        if rows.empty:
            raise _stale(line, "help of that name", "none")
        changed = _PUT[str(line["put"])](rows, line, matched, sites)
        kept = supply.drop(rows.index)
        supply = pd.concat([kept, changed.assign(decided_by=BY_CORRECTION)], ignore_index=True)
    return supply


def _as_built(rows: pd.DataFrame, *_: Any) -> pd.DataFrame:
    return rows


def _over_commune(rows: pd.DataFrame, *_: Any) -> pd.DataFrame:
    one = _one(rows)
    return one.assign(site=None, serves="commune", area=one["commune"])


def _at_place(
    rows: pd.DataFrame, line: dict[str, Any], matched: MatchResult, sites: pd.DataFrame
) -> pd.DataFrame:
    members = matched.members.set_index("record")["site"]
    located = set(sites.loc[sites["located"] == "point", "site"])
    site = members.get(line["record"])
    if site not in located:
        found = "no such record" if site is None else "a place whose position is not known"
        raise _stale(line, "the record of a located place", f"{line['record']!r}: {found}")
    one = _one(rows)
    return one.assign(site=site, serves="point", area=None, supply=one["supply"] + f":{site}")


def _counted(rows: pd.DataFrame, line: dict[str, Any], *_: Any) -> pd.DataFrame:
    if not rows["counted_elsewhere"].all():
        raise _stale(line, "aidants counted as the agents of a France Services", "others")
    return rows.assign(counted_elsewhere=False)


def _one(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.head(1).assign(posts=rows["posts"].sum(), supply=base_of(rows).iloc[0])


_PUT: dict[str, Callable[..., pd.DataFrame]] = {
    "as_built": _as_built,
    "over_commune": _over_commune,
    "at_place": _at_place,
    "counted": _counted,
}


def _stale(line: dict[str, Any], expected: str, found: str) -> ChoiceError:
    return ChoiceError(
        f"{FILE}, {line['help']}",
        expected=expected,
        found=found,
        next_step="see observatory study decisions for the names, and mend or remove the line",
    )
