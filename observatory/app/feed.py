"""The feed of what changed, served at an address of its own from the builds kept."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final

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
from observatory.tables.history import Kept, comparable, history_of
from observatory.tables.manifest import MANIFEST
from observatory.words.catalogue import Lang, Words, load_words

#: Where the feed is, beside the pages, and its media type.
PATH: Final = "changements.atom"
TYPE: Final = "application/atom+xml"
#: The most builds that are compared, each with the one before: the last ones.
MOST: Final = 13
_LOCK = Lock()


async def answer(scope: Scope, receive: Receive, send: Send, lang: Lang) -> None:
    """Answer a request for the feed, in a language; 404 where there is nothing to compare."""
    request = Request(scope)
    beside = str(request.url.replace(query="")).rpartition("/")[0]
    made = await to_thread.run_sync(current, beside, lang)
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


def current(beside: str, lang: Lang) -> bytes | None:
    """Return the feed of the build in use, an entry for each build that replaced another.

    Parameters
    ----------
    beside
        The address of the app as it was asked for; the settings' own goes before it.
    lang
        The language of the entries.
    """
    where = settings.load()
    known = _builds(where)
    if len(known) < 2:
        return None
    where = replace(where, address=where.address or beside)
    with _LOCK:
        compared = _compared(tuple(one.name for one in known), where.assumptions)
    made: bytes | None = None
    for found in compared:
        made = feed(found, where, load_words(lang), made, at=f"{where.address.rstrip('/')}/{PATH}")
    return made


def link(words: Words) -> str:
    """Return the element that leads a reader of feeds to this one; empty where none is served."""
    if len(_builds(settings.load())) < 2:
        return ""
    query = "" if words.lang == "fr" else f"?lang={words.lang}"
    title = words("history.feed")
    return f'<link rel="alternate" type="{TYPE}" title="{title}" href="{PATH}{query}">'


def _builds(where: Settings) -> list[Kept]:
    """Return the builds that are compared, the oldest first; none where many territories are."""
    if where.dataset:
        return []
    kept = history_of(where.current)
    return _known(where, _state(where.current / MANIFEST), _state(kept))[-MOST:]


def _state(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=4)
def _known(where: Settings, _build: int, _history: int) -> list[Kept]:
    try:
        return comparable(where)
    except ObservatoryError:
        return []


@lru_cache(maxsize=2)
def _compared(names: tuple[str, ...], assumptions: Path) -> list[Comparison]:
    """Return each build compared with the one before; a name says the bytes of its build."""
    known = {one.name: one for one in _builds(settings.load())}
    today = load_assumptions(assumptions)
    kept = [known[name] for name in names if name in known]
    return [
        compare_kept(before, after, today, known_again=known_again)
        for before, after in pairwise(kept)
    ]
