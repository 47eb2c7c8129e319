"""How old and how complete what is known of each place is, and what to ask of whom.

The day of today is always given: nothing here reads the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from observatory.places.opening_hours import parse
from observatory.tables.directory_tables import FRESHNESS, QUALITY, SEPARATOR, TO_ASK
from observatory.tables.remarks import remark, stored

#: Mean length of a month, days.
MONTH_DAYS = 30.4375
#: What a person needs to go there counts most. Choices; the sum is 1.
WEIGHTS: dict[str, float] = {
    "point": 0.20,
    "address": 0.15,
    "hours": 0.15,
    "services": 0.15,
    "phone": 0.10,
    "fees": 0.05,
    "access": 0.05,
    "support": 0.05,
    "email": 0.03,
    "website": 0.03,
    "postcode": 0.02,
    "siret": 0.02,
}


def age_months(confirmed_on: pd.Series[Any], today: date) -> pd.Series[Any]:
    """Return the age of each confirmation in months (30.4375 days), NaN where not known.

    A date that is no date, or in the future, is not known.
    """
    days = (pd.Timestamp(today) - _dates(confirmed_on)).dt.days.astype(float)
    months: pd.Series[Any] = (days / MONTH_DAYS).where(days >= 0).round(1)
    return months


def _dates(confirmed_on: pd.Series[Any]) -> pd.Series[Any]:
    dates: pd.Series[Any] = pd.to_datetime(confirmed_on, errors="coerce", format="%Y-%m-%d")
    return dates


def freshness(
    confirmed_on: pd.Series[Any], today: date, *, stale_months: float, very_stale_months: float
) -> pd.Series[Any]:
    """Class each confirmation: fresh, stale, very stale or unknown.

    The limits are the assumptions ``freshness.stale_months`` and ``freshness.very_stale_months``.
    With limits of 12 and 24, a place confirmed on 2025-03-09 is fresh until 2026-03-09 included
    (calendar months), stale until 2027-03-09 included, very stale after.
    """
    dates = _dates(confirmed_on)
    now = pd.Timestamp(today)
    limits = [now - pd.DateOffset(months=int(m)) for m in (very_stale_months, stale_months)]
    unknown = dates.isna() | (dates > now)
    classes = np.select(
        [unknown, dates < limits[0], dates < limits[1]],
        [FRESHNESS[3], FRESHNESS[2], FRESHNESS[1]],
        FRESHNESS[0],
    )
    return pd.Series(classes, index=confirmed_on.index, dtype="str")


def given_fields(sites: pd.DataFrame) -> pd.DataFrame:
    """Return which weighted fields each place has: one boolean column a field.

    Hours that do not parse count as missing: nobody can filter on them.
    """
    table = pd.DataFrame(index=sites.index)
    for field in WEIGHTS:
        if field == "point":
            table[field] = _given(sites, "lon") & _given(sites, "lat")
        elif field == "hours":
            table[field] = _readable(sites)
        else:
            table[field] = _given(sites, field)
    return table


def _given(sites: pd.DataFrame, field: str) -> pd.Series[Any]:
    return sites[field].notna() if field in sites else pd.Series(False, index=sites.index)


def _readable(sites: pd.DataFrame) -> pd.Series[Any]:
    if "hours" not in sites:
        return pd.Series(False, index=sites.index)
    known = {text: parse(text) is not None for text in sites["hours"].dropna().unique()}
    return sites["hours"].map(known).eq(True)


def completeness(sites: pd.DataFrame) -> pd.Series[Any]:
    """Return the weighted share of the fields known of each place, 0 to 1 (:data:`WEIGHTS`)."""
    return given_fields(sites).astype(float).mul(pd.Series(WEIGHTS)).sum(axis=1).round(3)


def quality_table(
    sites: pd.DataFrame, today: date, *, stale_months: float, very_stale_months: float
) -> pd.DataFrame:
    """Return the age and completeness of each place; the limits are as for :func:`freshness`.

    Returns
    -------
    DataFrame
        One row a place, in the order given (:data:`~observatory.tables.directory_tables.QUALITY`).
    """
    given = given_fields(sites)
    missing = [
        SEPARATOR.join(field for field, there in zip(given.columns, row, strict=True) if not there)
        for row in given.to_numpy()
    ]
    table = sites[["site", "name", "commune", "sources", "confirmed_on"]].assign(
        age_months=age_months(sites["confirmed_on"], today),
        freshness=freshness(
            sites["confirmed_on"],
            today,
            stale_months=stale_months,
            very_stale_months=very_stale_months,
        ),
        completeness=completeness(sites),
        lacking=pd.Series([text or None for text in missing], index=sites.index, dtype="str"),
    )
    return table[QUALITY.names].reset_index(drop=True)


def corrections_to_ask(
    sites: pd.DataFrame, quality: pd.DataFrame, *, publishers: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the list of corrections to ask of each publisher.

    One row a place, field and source: each source of a place is asked for each missing field, for
    hours that do not parse, and for a confirmation where the last is stale or not known. Of the
    head office of a structure one thing is asked: whether people are received there.

    Parameters
    ----------
    sites
        The places.
    quality
        Their quality on the day the list is made for, of :func:`quality_table`.
    publishers
        Source -> whom to ask; the source's own name where it is not there.

    Returns
    -------
    DataFrame
        :data:`~observatory.tables.directory_tables.TO_ASK`, sorted by source, place and field.
    """
    office = sites["seat"].astype(bool) if "seat" in sites else pd.Series(False, index=sites.index)
    table = quality[quality["site"].isin(sites.loc[~office, "site"])]
    asked = pd.concat(
        [_missing(sites, table), _unconfirmed(table), _welcome(sites[office])], ignore_index=True
    )
    if asked.empty:
        return asked.reindex(columns=TO_ASK.names)
    about = sites[["site", "name", "commune"]].assign(contact=_contact(sites))
    rows = asked.merge(_by_source(sites), on="site").merge(about, on="site")
    rows["source"] = rows["source"].map(lambda s: (publishers or {}).get(s, s))
    order = ["source", "site", "field"]
    return rows[TO_ASK.names].drop_duplicates(order).sort_values(order, ignore_index=True)


def _missing(sites: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    rows = table[["site"]].assign(field=table["lacking"].str.split(SEPARATOR, regex=False))
    long = rows.explode("field").dropna(subset="field")
    text = sites.set_index("site")["hours"] if "hours" in sites else pd.Series(dtype="str")
    value = long["site"].map(text).where(long["field"] == "hours")
    ask = long["field"].map(_ask).where(value.isna(), _ask("hours_text"))
    return long.assign(value=value.astype("str"), ask=ask)


def _ask(code: str) -> str | None:
    return stored([remark(f"asking.{code}")])


def _unconfirmed(table: pd.DataFrame) -> pd.DataFrame:
    old = table[table["freshness"] != "fresh"]
    return pd.DataFrame(
        {
            "site": old["site"],
            "field": "confirmed_on",
            "value": old["confirmed_on"].astype("str"),
            "ask": _ask("confirm"),
        }
    )


def _welcome(offices: pd.DataFrame) -> pd.DataFrame:
    value = pd.Series(None, index=offices.index, dtype="str")
    return pd.DataFrame(
        {"site": offices["site"], "field": "seat", "value": value, "ask": _ask("seat")}
    )


def _by_source(sites: pd.DataFrame) -> pd.DataFrame:
    pairs = sites[["site", "sources", "source_ids"]]
    split = pairs.assign(
        source=pairs["sources"].str.split(SEPARATOR, regex=False),
        source_id=pairs["source_ids"].str.split(SEPARATOR, regex=False),
    )
    return split[["site", "source", "source_id"]].explode(["source", "source_id"])


def _contact(sites: pd.DataFrame) -> pd.Series[Any]:
    nothing = pd.Series([None] * len(sites), index=sites.index, dtype="str")
    phone, email = (sites[c].astype("str") if c in sites else nothing for c in ("phone", "email"))
    return phone.where(phone.notna(), email)
