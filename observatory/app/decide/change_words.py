"""The changes of a scenario in words."""

from __future__ import annotations

from collections.abc import Iterable

from observatory.app.decide.spots import OPENED, SITE, Spot, Spots
from observatory.model.scenario_changes import (
    Budget,
    Change,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
)
from observatory.model.scenario_edit import opened_by
from observatory.tables.language_names import language_name
from observatory.words.catalogue import Words
from observatory.words.numbers import number, quarter_name


def posts_text(posts: float, words: Words) -> str:
    """Return a number of posts: ``half a post``, ``1.5 posts``."""
    if posts == 0.5:
        return words("decide.posts.half")
    name = "one" if posts <= 1 else "many"
    whole = float(posts).is_integer()
    return words(f"decide.posts.{name}", count=number(posts, words.lang, 0 if whole else 1))


def sentence(change: Change, spots: Spots, words: Words) -> str:
    """Return what a change does, in a few words."""
    where = quarter_name(_where(change, spots), words.lang)
    match change:
        case Open():
            posts = posts_text(change.posts, words)
            return words("decide.said.open", where=where, posts=posts)
        case Stop():
            return words("decide.said.stop", where=where, hours=_hours(change.hours, words))
        case Close():
            return words("decide.said.close", where=where)
        case Move():
            to = quarter_name(_near(change.lat, change.lon, spots), words.lang)
            return words("decide.said.move", where=where, to=to)
        case Posts():
            name = "more" if change.posts > 0 else "less"
            posts = posts_text(abs(change.posts), words)
            return words(f"decide.said.{name}", where=where, posts=posts)
        case Hours():
            return words("decide.said.hours", where=where, hours=_hours(change.hours, words))
        case Offer():
            named = [language_name(code, words.lang) or code for code in change.languages]
            what = ", ".join([*change.services, *change.publics, *named])
            return words("decide.said.offer", where=where, what=what)
        case Budget():
            return words("decide.said.budget", eur=number(change.eur, words.lang))


def listed(changes: Iterable[Change], spots: Spots, words: Words) -> str:
    """Return the changes of a scenario one after the other, each with its number."""
    said = (f"{rank}. {sentence(one, spots, words)}" for rank, one in enumerate(changes, 1))
    return words("map_image.changes", changes=" ".join(said))


def spot_label(spot: Spot, communes: dict[str, str], words: Words) -> str:
    """Return a place as the list shows it: its kind, its name, its commune."""
    commune = communes.get(spot.commune, "")
    name = quarter_name(spot.name, words.lang)
    return words(f"decide.spot.{spot.kind}", name=name) + (f" ({commune})" if commune else "")


def _hours(hours: float, words: Words) -> str:
    return number(hours, words.lang, 0 if float(hours).is_integer() else 1)


def _where(change: Change, spots: Spots) -> str:
    if isinstance(change, Open | Stop):
        return change.name or _near(change.lat, change.lon, spots)
    place = getattr(change, "place", "")
    kind = SITE if opened_by(place) is None else OPENED
    spot = spots.get(f"{kind}:{place}")
    return spot.name if spot else place


def _near(lat: float, lon: float, spots: Spots) -> str:
    """Return the name of the point, where it is one of the list; else its degrees."""
    for spot in spots.values():
        if abs(spot.lat - lat) < 1e-6 and abs(spot.lon - lon) < 1e-6:
            return spot.name
    return f"{lat:.5f}, {lon:.5f}"
