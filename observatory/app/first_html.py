"""What the server answers before a page draws itself: words at once, and addresses set right.

Streamlit's first HTML is empty and in English until its scripts have come, and only addresses of
one level lead to it. Here it is given the reader's language, a title, a word and the outline of a
page, which go away once the page stands; nothing of Streamlit's own is changed on disk.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

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
        """Answer a request: only a document that a browser opens is touched."""
        if not _opens(scope):
            await self.app(scope, receive, send)
            return
        await self.app(_plainly(scope), receive, _Document(scope, receive, send))


MIDDLEWARE = (Middleware(FirstHtml),)


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
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._end(self.start)

    async def _end(self, start: Message) -> None:
        to = elsewhere(self.scope["path"], config.get_option("server.baseUrlPath") or "")
        if to is not None:
            await self._lead(to)
            return
        if ROOT in self.body:
            self.body = in_words(self.body, _lang(self.scope))
            headers = MutableHeaders(raw=list(start["headers"]))
            headers["content-length"] = str(len(self.body))
            for name in ("etag", "last-modified"):
                del headers[name]
            start = {**start, "headers": headers.raw}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})

    async def _lead(self, to: str) -> None:
        query = self.scope.get("query_string", b"").decode("latin-1")
        answer = RedirectResponse(f"{to}?{query}" if query else to)
        await answer(self.scope, self.receive, self.send)


def elsewhere(path: str, base: str) -> str | None:
    """Return where an address leads, from where it stands; ``None`` where it is a page's own.

    Parameters
    ----------
    path
        The path that was asked for.
    base
        The path below which the app is served, if any.
    """
    parts = [part for part in path.split("/") if part]
    below = parts[len([part for part in base.split("/") if part]) :]
    if len(below) > 1:
        return "../" * (len(below) - 1) + NOWHERE
    return "./" if below == [HOME] else None


@cache
def in_words(page: bytes, lang: Lang) -> bytes:
    """Return Streamlit's page with the language, the title and the first words of a reader."""
    words = load_words(lang)
    text = page.decode("utf-8").replace('<html lang="en">', f'<html lang="{lang}">', 1)
    title = f"<title>{plain(words('app.name'))}</title><style>{STYLE}</style>"
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
    """Tell whether a browser opens a document; scripts, images and data ask for no HTML."""
    asked = scope["type"] == "http" and scope["method"] == "GET"
    return asked and "text/html" in Headers(scope=scope).get("accept", "")


def _plainly(scope: Scope) -> Scope:
    """Return a request for the whole document, packed by nobody."""
    left = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in left]
    return {**scope, "headers": headers}


def _is_html(start: Message) -> bool:
    kind = Headers(raw=list(start["headers"])).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")


def _lang(scope: Scope) -> Lang:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    return next((lang for lang in LANGS if lang == asked), "fr")
