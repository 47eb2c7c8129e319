"""The answer to a search, and what to show beside it when it does not help; no Streamlit here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from observatory.app.find.find_state import (
    AUDIENCES,
    CARES,
    COMING,
    NEED_KEYS,
    Search,
    Start,
    to_request,
)
from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.places.cleaning import fold
from observatory.places.search import Directory
from observatory.places.search.named import SLOW_KMH, find_near
from observatory.places.search.need_words import understand
from observatory.places.search.request import APPOINTMENTS, YES, conditions
from observatory.tables.person_needs import SPOKEN
from observatory.tables.remarks import Remark

#: A walk beyond which something nearer at another time is worth showing, minutes.
FAR_MIN = 30.0
#: Places shown beside an answer that does not help, and places known by their address only.
BESIDE, ADDRESSES = 3, 4
#: Caveats that say a filter is not answered.
FILTERS_UNKNOWN = frozenset(
    f"search.{code}"
    for code in (
        "not_given",
        "appointments_unknown",
        "languages_unknown",
        "women_unknown",
        "services_unknown",
    )
)
#: What an answer lacks, as the texts name it.
NONE_OPEN, NONE_NEAR, NOTHING = "none_open", "none_near", "nothing"


@dataclass(frozen=True)
class Answer:
    """Places found, and those beside them.

    Attributes
    ----------
    near
        Located places that suit or may suit, nearest first; columns of the core's search.
    unlocated
        Places known by their address only.
    lacks
        Why the answer may not help: a key of the texts, or the empty string.
    beside
        What the places beside answer: ``tomorrow``, ``any``, ``unfiltered``, or empty.
    others
        The places beside.
    more
        How many located places fit beyond those given, at least.
    undeclared
        Whether a need is asked for that no place of the directory declares.
    unsaid
        What is not known of any place found: said once, and on no card.
    """

    near: pd.DataFrame
    unlocated: pd.DataFrame
    lacks: str = ""
    beside: str = ""
    others: pd.DataFrame = field(default_factory=pd.DataFrame)
    more: bool = False
    undeclared: bool = False
    unsaid: tuple[Remark, ...] = ()

    @property
    def rows(self) -> pd.DataFrame:
        """All the places that can be chosen, in the order of the screen."""
        parts = [part for part in (self.others, self.near, self.unlocated) if len(part)]
        if not parts:
            return self.near
        return pd.concat(parts, ignore_index=True).drop_duplicates("id", ignore_index=True)


def answer(
    directory: Directory,
    start: Start,
    search: Search,
    at: datetime,
    assumptions: Assumptions,
    limit: int,
    stops: pd.DataFrame | None = None,
) -> Answer:
    """Answer a search; where nothing near suits, look at another time or with fewer conditions.

    Parameters
    ----------
    directory
        The places.
    start
        Where the person is.
    search
        What is looked for.
    at
        The moment it is asked, local time.
    assumptions
        For walking and ages.
    limit
        How many located places at most.
    stops
        Transit stops as a hint, where the build has any.
    """

    if search.slow:
        assumptions = assumptions.changed({"walk.speed_kmh": SLOW_KMH})

    def ask(wanted: Search, most: int) -> pd.DataFrame:
        request = to_request(wanted, most)
        return find_near(directory, start.lon, start.lat, request, at, assumptions, stops=stops)

    found = ask(search, limit + 1)
    undeclared = bool(search.needs) and not found.attrs["declared"]
    unsaid = _unsaid(found)
    located = found["walk_min"].notna()
    near, unlocated = found[located], found[~located]
    most = max(ADDRESSES, limit // 2)
    more = len(near) > limit or len(unlocated) > most
    near, unlocated = near.head(limit), unlocated.head(most)
    near = near.loc[(~opens_surely(near)).sort_values(kind="stable").index]
    lacks = _lacks(near, search)
    whole = Answer(near, unlocated, lacks, more=more, undeclared=undeclared, unsaid=unsaid)
    if not lacks:
        return whole
    for name, wanted in _easier(search):
        others = ask(wanted, BESIDE + len(near))
        others = others[others["walk_min"].notna() & (others["match"] == "yes")]
        # A place has one card: the screen cannot hold its box to tick twice.
        others = others[~others["id"].isin(near["id"])].head(BESIDE)
        if len(others):
            return replace(whole, beside=name, others=others)
    return whole


def _unsaid(found: pd.DataFrame) -> tuple[Remark, ...]:
    """Return what the filters ask and no place found says."""
    if len(found) < 2:
        return ()
    first, *others = found["caveats"]
    common = set(first).intersection(*others)
    return tuple(one for one in first if one in common and one.code in FILTERS_UNKNOWN)


def unfilled(directory: Directory) -> dict[str, tuple[str, ...]]:
    """Return the words of each filter that no place of a directory answers with yes.

    A switch (``free``, ``women``) has its own name as its only word.
    """
    asked: dict[str, dict[str, Search]] = {
        "audiences": {word: Search(audiences=(word,)) for word in AUDIENCES},
        "cares": {word: Search(cares=(word,)) for word in CARES},
        "languages": {word: Search(languages=(word,)) for word in SPOKEN},
        "coming": {word: Search(coming=(word,)) for word in COMING},
        "appointments": {word: Search(appointments=(word,)) for word in APPOINTMENTS},
        "free": {"free": Search(free=True)},
        "women": {"women": Search(women=True)},
    }
    return {
        name: tuple(word for word, search in words.items() if not _answered(directory, search))
        for name, words in asked.items()
    }


def _answered(directory: Directory, search: Search) -> bool:
    """Return whether any place answers the last condition of a search with yes."""
    condition = conditions(to_request(search, 1))[-1]
    return bool((directory.answered(condition).answer == YES).any())


def opens_surely(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return which places are known to be open when asked, whatever else is to be checked there.

    Where no hour is asked, no opening is in doubt and every place is among them.
    """
    return rows["opens"].eq("yes")


def _lacks(near: pd.DataFrame, search: Search) -> str:
    if near.empty:
        return NOTHING if search.when == "any" else NONE_OPEN
    sure = near[opens_surely(near)]
    if search.when != "any":
        if sure.empty:
            return NONE_OPEN
        return NONE_NEAR if sure["walk_min"].iloc[0] > FAR_MIN else ""
    return ""


def _easier(search: Search) -> Iterator[tuple[str, Search]]:
    """Return searches that ask less, one condition at a time: when, then the filters."""
    if search.when in ("now", "evening"):
        yield "tomorrow", search.changed(when="tomorrow")
    if search.when != "any":
        yield "any", search.changed(when="any")
    if search.filters:
        yield "unfiltered", search.unfiltered().changed(when="any")


def understood(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read what was chosen or typed as needs.

    Returns
    -------
    tuple of str, tuple of str
        Keys of the needs, in the order of the table; and the words that name none.
    """
    keys: set[str] = set()
    unknown: list[str] = []
    for word in words:
        try:
            named = {need.key for need in understand(word[:200])} & set(NEED_KEYS)
        except ChoiceError:
            named = set()
        keys |= named
        if not named:
            unknown.append(word[:60])
    return tuple(key for key in NEED_KEYS if key in keys), tuple(unknown)


def likest(text: str, labels: list[str]) -> list[str]:
    """Return the labels in order of likeness to a text."""
    found = process.extract(fold(text), [fold(one) for one in labels], scorer=fuzz.WRatio)
    return [labels[place] for _, _, place in found]


def nearest_commune(lon: float, lat: float, gazetteer: pd.DataFrame) -> str:
    """Return the commune whose middle is nearest to a point: all that a link may name."""
    communes: Any = gazetteer[gazetteer["kind"] == "commune"]
    if communes.empty:
        return ""
    east: NDArray[np.float64] = (communes["lon"].to_numpy() - lon) * np.cos(np.radians(lat))
    north: NDArray[np.float64] = communes["lat"].to_numpy() - lat
    return str(communes["name"].iloc[int(np.argmin(np.hypot(east, north)))])
