"""What the server answers before a page draws itself: words at once, and addresses set right.

Streamlit's first HTML is empty and in English until its scripts have come, and only addresses of
one level lead to it, each with the status of a page that there is. Here it is given the reader's
language, a title, a word and the outline of a page, which go away once the page stands, and the
status 404 where there is no such page; nothing of Streamlit's own is changed on disk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from observatory.app import feed
from observatory.words.catalogue import LANGS, Lang, Words, load_words
from observatory.words.markup import plain

#: The page that the address without a name shows.
HOME: Final = "carte"
#: Where addresses of several levels lead: no page has this name.
NOWHERE: Final = "introuvable"
#: What Streamlit's page holds, and no other document.
ROOT: Final = b'<div id="root"></div>'
#: The page's own word (``frame.waiting``), a page, or why there is none: the first word may go.
DRAWN: Final = '.obs-wait, .obs-head, h1, [data-testid="stAlert"], [role="dialog"]'
STYLE = (Path(__file__).parent / "first.css").read_text(encoding="utf-8")


class FirstHtml:
    """Give Streamlit's page its first words, and lead addresses that are no page's own.

    Parameters
    ----------
    app
        What answers behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: only what may be a page is touched, asked for with GET or HEAD."""
        if not _opens(scope):
            await self.app(scope, receive, send)
            return
        if _below(scope) == [feed.PATH]:
            await feed.answer(scope, receive, send, _lang(scope))
            return
        await self.app(_plainly(scope), receive, _Document(scope, receive, send))


MIDDLEWARE = (Middleware(FirstHtml),)


def known_pages() -> frozenset[str]:
    """Return the names that lead to a page, of today or of a former version."""
    # The screens are read when the first page is asked for, and then are there for its visit.
    from observatory.app.main import MOVED, PAGES

    return frozenset({*(name for name, _, _ in PAGES), *MOVED})


class _Document:
    """The answer on its way to the browser: held until it is known whether it is the page."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
        elif self.start is None:
            await self._send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._end(self.start)

    async def _send(self, message: Message) -> None:
        """Send on: to a request for the head alone, no body."""
        if self.scope["method"] == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self.send(message)

    async def _end(self, start: Message) -> None:
        if ROOT in self.body:
            parts = _below(self.scope)
            if parts == [HOME]:
                await self._lead("./")
                return
            lang = _lang(self.scope)
            lost = len(parts) > 1 or not {*parts} <= await to_thread.run_sync(known_pages)
            page = _led(parts, self._query) if len(parts) > 1 else await self._page(lang)
            start, self.body = _as_page(start, page, 404 if lost else 200), page
        await self._send(start)
        await self._send({"type": "http.response.body", "body": self.body})

    async def _page(self, lang: Lang) -> bytes:
        code = _asked(self.scope, feed.TERRITORY)
        link = await to_thread.run_sync(feed.link, load_words(lang), code)
        return in_words(self.body, lang, link)

    @property
    def _query(self) -> str:
        asked: bytes = self.scope.get("query_string", b"")
        return asked.decode("latin-1")

    async def _lead(self, to: str) -> None:
        answer = RedirectResponse(f"{to}?{self._query}" if self._query else to)
        await answer(self.scope, self.receive, self._send)


def _below(scope: Scope) -> list[str]:
    return below(scope["path"], config.get_option("server.baseUrlPath") or "")


def below(path: str, base: str) -> list[str]:
    """Return the levels of an address.

    Parameters
    ----------
    path
        The path that was asked for.
    base
        The path below which the app is served, if any.
    """
    parts = [part for part in path.split("/") if part]
    return parts[len([part for part in base.split("/") if part]) :]


def _as_page(start: Message, page: bytes, status: int) -> Message:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-length"] = str(len(page))
    for name in ("etag", "last-modified"):
        del headers[name]
    return {**start, "status": status, "headers": headers.raw}


def _led(parts: Sequence[str], query: str) -> bytes:
    """Return a document that leads an address of several levels to the page that says so."""
    up = "../" * (len(parts) - 1)
    to = up + NOWHERE + (f"?{query}" if query else "")
    return (
        f'<!DOCTYPE html><title>404</title><link rel="icon" href="{up}favicon.png">'
        f'<meta http-equiv="refresh" content="0;url={plain(to)}">'
    ).encode()


@lru_cache(maxsize=64)
def in_words(page: bytes, lang: Lang, links: str = "") -> bytes:
    """Return Streamlit's page with the language, the title and the first words of a reader.

    Parameters
    ----------
    page, lang
        The page, and the language.
    links
        What its head leads to besides.
    """
    words = load_words(lang)
    text = page.decode("utf-8").replace('<html lang="en">', f'<html lang="{lang}">', 1)
    title = f"<title>{plain(words('app.name'))}</title>{links}<style>{STYLE}</style>"
    text = re.sub(r"<title>.*?</title>", lambda _: title, text, count=1, flags=re.DOTALL)
    no_script = f"<noscript><p>{plain(words('frame.no_script'))}</p></noscript>"
    text = re.sub(r"<noscript>.*?</noscript>", lambda _: no_script, text, count=1, flags=re.DOTALL)
    root = ROOT.decode()
    return text.replace(root, root + _waiting(words), 1).encode()


def _waiting(words: Words) -> str:
    """Return the word, the outline, and what takes them away once the page stands."""
    return (
        f'<div id="obs-first" hidden><p role="status">{plain(words("frame.wait"))}</p>'
        f'<div aria-hidden="true">{"<i></i>" * 5}</div></div>'
        "<script>(() => {"
        'const first = document.getElementById("obs-first"),'
        ' root = document.getElementById("root");'
        f"first.hidden = false; const drawn = () => root.querySelector({DRAWN!r});"
        "const watch = new MutationObserver(() => {"
        " if (drawn()) { watch.disconnect(); first.remove(); } });"
        "watch.observe(root, { childList: true, subtree: true }); })();</script>"
    )


def _opens(scope: Scope) -> bool:
    """Tell whether a document may be asked for: by a browser, or by an address that is no file."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    levels = _below(scope)
    is_file = len(levels) > 1 and "." in levels[-1]
    return not is_file or "text/html" in Headers(scope=scope).get("accept", "")


def _plainly(scope: Scope) -> Scope:
    """Return a request for the whole document, packed by nobody."""
    left = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in left]
    return {**scope, "method": "GET", "headers": headers}


def _is_html(start: Message) -> bool:
    kind = Headers(raw=list(start["headers"])).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")


def _lang(scope: Scope) -> Lang:
    asked = _asked(scope, "lang")
    return next((lang for lang in LANGS if lang == asked), "fr")


def _asked(scope: Scope, name: str) -> str:
    """Return what an address asks by a name; empty where nothing."""
    asked: bytes = scope.get("query_string", b"")
    return parse_qs(asked.decode("latin-1")).get(name, [""])[0]
