"""The feed of what changed, served at an address of its own from the builds kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from observatory import settings
from observatory.errors import ObservatoryError
from observatory.files.atom import feed
from observatory.model.assumptions_file import load_assumptions
from observatory.model.build_comparison import Comparison, compare_kept
from observatory.places.matching.known_again import known_again
from observatory.settings import Settings
from observatory.tables.comparable import comparable
from observatory.tables.history import Kept, history_of
from observatory.tables.manifest import MANIFEST
from observatory.words.catalogue import Lang, Words, load_words
from observatory.words.markup import plain

#: Where the feed is, beside the pages, and its media type.
PATH: Final = "changements.atom"
TYPE: Final = "application/atom+xml"
#: The most builds that are compared, each with the one before: the last ones.
MOST: Final = 13
#: The name of a territory in the address, where many are served.
TERRITORY: Final = "territory"
#: Comparisons that are kept: those of a dozen territories.
COMPARED: Final = 12 * MOST
_LOCK = Lock()


async def answer(scope: Scope, receive: Receive, send: Send, lang: Lang) -> None:
    """Answer a request for the feed, in a language; 404 where there is nothing to compare."""
    request = Request(scope)
    beside = str(request.url.replace(query="")).rpartition("/")[0]
    code = request.query_params.get(TERRITORY, "")
    made = await to_thread.run_sync(current, beside, lang, code)
    response: Response
    if made is None:
        response = PlainTextResponse("404", 404)
    else:
        tag = f'"{sha256(made).hexdigest()[:32]}"'
        same = tag in Headers(scope=scope).get("if-none-match", "")
        response = Response(
            b"" if same else made, 304 if same else 200, {"etag": tag}, media_type=TYPE
        )
    await response(scope, receive, send)


def current(beside: str, lang: Lang, territory: str = "") -> bytes | None:
    """Return the feed of the build in use, an entry for each build that replaced another.

    Parameters
    ----------
    beside
        The address of the app as it was asked for; the settings' own goes before it.
    lang
        The language of the entries.
    territory
        The territory asked for, where many are served: there is no feed of all of them.
    """
    where = _of(territory)
    known = [] if where is None else _builds(where)
    if where is None or len(known) < 2:
        return None
    with _LOCK:  # one at a time computes
        compared = [*_compared(where, known)]
    where = replace(where, address=where.address or beside)
    made: bytes | None = None
    for found in compared:
        made = feed(found, where, load_words(lang), made, at=f"{where.address.rstrip('/')}/{PATH}")
    return made


def link(words: Words, territory: str = "") -> str:
    """Return the element that leads a reader of feeds to this one; empty where none is served."""
    url = settings.load().dataset
    where = None if url else _of(territory)
    if (_count(url, territory) if where is None else len(_builds(where))) < 2:
        return ""
    asked = {TERRITORY: territory if url else "", "lang": "" if words.lang == "fr" else words.lang}
    query = urlencode({name: value for name, value in asked.items() if value})
    to = f"{PATH}?{query}" if query else PATH
    title = words("history.feed")
    return f'<link rel="alternate" type="{TYPE}" title="{title}" href="{plain(to)}">'


def _count(url: str, territory: str) -> int:
    """Return how many builds a dataset keeps of a territory, without fetching any."""
    from observatory.app.territory import count_kept

    try:
        return count_kept(url, territory)
    except ObservatoryError:
        return 0


def _of(territory: str) -> Settings | None:
    """Return the settings with the build in use: that of a territory where many are served."""
    where = settings.load()
    if not where.dataset:
        return where
    from observatory.app.territory import with_former

    try:
        return with_former(where.dataset, territory) if _count(where.dataset, territory) else None
    except ObservatoryError:
        return None


def _builds(where: Settings) -> list[Kept]:
    """Return the builds that are compared, the oldest first."""
    kept = history_of(where.current, where)
    return _known(where, _state(where.current / MANIFEST), _state(kept))[-MOST:]


def _state(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=16)
def _known(where: Settings, _build: int, _history: int) -> list[Kept]:
    try:
        return comparable(where)
    except ObservatoryError:
        return []


@dataclass(frozen=True)
class _Two:
    """Two builds of a territory: their names say their bytes."""

    names: tuple[str, str]
    territory: str
    assumptions: Path
    builds: tuple[Kept, Kept] = field(compare=False)


def _compared(where: Settings, known: list[Kept]) -> Iterator[Comparison]:
    """Yield each build compared with the one before."""
    for one, other in pairwise(known):
        names, code = (one.name, other.name), other.manifest.territory
        yield _comparison(_Two(names, code, where.assumptions, (one, other)))


@lru_cache(maxsize=COMPARED)
def _comparison(two: _Two) -> Comparison:
    return compare_kept(*two.builds, load_assumptions(two.assumptions), known_again=known_again)
