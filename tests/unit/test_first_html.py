"""What the server answers at first: one page set in words, the rest left as it is."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from observatory.app import feed, main
from observatory.app.first_html import HOME, MIDDLEWARE, below

PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>Streamlit</title></head><body>'
    '<noscript><p>You need JavaScript</p></noscript><div id="root"></div></body></html>'
)
HTML = "text/html,*/*;q=0.8"


async def _page(_request: Any) -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"etag": '"a"'})


async def _other(_request: Any) -> HTMLResponse:
    return HTMLResponse("<p>A frame</p>")


async def _data(_request: Any) -> PlainTextResponse:
    return PlainTextResponse("ok")


APP = Starlette(
    routes=[
        Route("/frame", _other),
        Route("/media/sheet.html", _other),
        Route("/health", _data),
        Route("/{path:path}", _page),
    ],
    middleware=MIDDLEWARE,
)


def _ask(
    path: str, accept: str = HTML, query: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Ask the server for a path; return the status, the headers and the text."""
    sent: list[Any] = []
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(b"accept", accept.encode())], "http_version": "1.1", "scheme": "http",
        "server": ("a.fr", 80), "root_path": "",
    }  # fmt: skip

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    # In a thread of its own: a browser test of the same process leaves a running loop here.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, APP(scope, receive, send)).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent).decode()


@pytest.mark.parametrize(
    ("query", "lang", "word"),
    [
        ("", "fr", "Les chiffres se préparent…"),
        ("lang=en&zone=1", "en", "The figures are being prepared…"),
        ("lang=%3Cb%3E", "fr", "Les chiffres se préparent…"),
    ],
)
def test_the_first_page_speaks_the_language_of_its_reader(query: str, lang: str, word: str) -> None:
    status, headers, text = _ask("/fiche", query=query)
    assert status == 200
    assert f'<html lang="{lang}">' in text
    assert "<title>Observatoire Plaine Connexion</title>" in text
    assert word in text
    assert "You need" not in text
    assert '<div id="root"></div>' in text
    assert int(headers["content-length"]) == len(text.encode())
    assert "etag" not in headers


def test_what_is_no_page_is_left_as_it_is() -> None:
    assert _ask("/frame")[2] == "<p>A frame</p>"
    assert _ask("/media/sheet.html")[2] == "<p>A frame</p>"
    assert _ask("/health")[2] == "ok"
    assert _ask("/static/index.js", accept="*/*")[2] == PAGE


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accept", [HTML, "*/*"])
def test_a_page_that_there_is_not_answers_404_and_says_so(method: str, accept: str) -> None:
    for path in (
        "/",
        *(f"/{name}" for name, _, _ in main.PAGES[1:]),
        *map("/{}".format, main.MOVED),
    ):
        assert _ask(path, accept, method=method)[0] == 200, path
    for path in ("/rien", "/introuvable", "/fiche.php", "/a/b", "/a/b/fiche", "/fiche/a"):
        status, headers, text = _ask(path, accept, "lang=en", method=method)
        assert status == 404, path
        assert int(headers["content-length"]) > 0
        assert bool(text) == (method == "GET")
    assert 'lang="en"' in _ask("/rien", query="lang=en")[2]
    assert "url=../../introuvable?lang=en&amp;zone=1" in _ask("/a/b/c", query="lang=en&zone=1")[2]


@pytest.mark.parametrize(
    ("path", "base", "levels"),
    [
        ("/", "", []),
        ("/fiche/", "", ["fiche"]),
        ("/a/b", "", ["a", "b"]),
        ("/obs/fiche", "/obs/", ["fiche"]),
        ("/obs/a/b", "obs", ["a", "b"]),
    ],
)
def test_the_levels_of_an_address_are_counted_from_the_base(
    path: str, base: str, levels: list[str]
) -> None:
    assert below(path, base) == levels


def test_an_address_keeps_what_it_asks_for() -> None:
    status, headers, _ = _ask("/carte", query="commune=93031&lang=en")
    assert (status, headers["location"]) == (307, "./?commune=93031&lang=en")
    assert main.PAGES[0][0] == HOME


def test_the_feed_is_answered_beside_the_pages_or_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str, str]] = []

    def current(beside: str, lang: str, territory: str) -> bytes | None:
        asked.append((beside, lang, territory))
        return b"<feed/>" if lang == "en" else None

    monkeypatch.setattr(feed, "current", current)
    status, headers, text = _ask("/changements.atom", accept="*/*", query="lang=en&territory=75")
    assert (status, text) == (200, "<feed/>")
    assert headers["content-type"].startswith("application/atom+xml")
    assert _ask("/changements.atom")[0] == 404
    assert asked == [("http://a.fr", "en", "75"), ("http://a.fr", "fr", "")]
