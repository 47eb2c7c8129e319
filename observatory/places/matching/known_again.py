"""Places of two builds that are the same ones although their sources renamed their records."""

from __future__ import annotations

import pandas as pd

from observatory.places.matching.groups import match

#: What a place is known by; identifiers have changed, and take no part.
COMPARED = (
    "name",
    "commune",
    "commune_name",
    "address",
    "postcode",
    "lon",
    "lat",
    "phone",
    "email",
    "website",
    "programmes",
    "itinerant",
    "siret",
)


def known_again(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs of places, before and after, that matching takes for one.

    Where it takes several for one, those of the same name go together first.

    Parameters
    ----------
    before, after
        Places (``tables.facts.SITES``) of which no record has the same identifier in both.
    """
    if before.empty or after.empty:
        return []
    sides = {"before": before, "after": after}
    records = pd.concat(
        [
            rows[list(COMPARED)].assign(
                record=side + ":" + rows["site"], source=side, source_id=rows["site"]
            )
            for side, rows in sides.items()
        ],
        ignore_index=True,
    )
    group = match(records).members.set_index("record")["site"]
    found = {
        side: rows[["site", "name"]].assign(group=(side + ":" + rows["site"]).map(group))
        for side, rows in sides.items()
    }
    both = found["before"].merge(found["after"], on="group", suffixes=("_before", "_after"))
    both = both.assign(other=both["name_before"] != both["name_after"])
    ordered = both.sort_values(["other", "site_before", "site_after"])
    pairs: dict[str, str] = {}
    for old, new in zip(ordered["site_before"], ordered["site_after"], strict=True):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return list(pairs.items())
