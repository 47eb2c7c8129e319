"""A real local server whose answers are chosen, the wrong ones too."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler, int], None]


class Server:
    """A server whose answer to each path is a function of how often it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: dict[str, int] = {}
        self.release = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked[self.path] = outer.asked.get(self.path, 0) + 1
                whole = self.path if self.path in outer.answers else self.path.split("?")[0]
                outer.answers[whole](self, outer.asked[self.path])

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return f"http://127.0.0.1:{self.http.server_port}{path}"

    def close(self) -> None:
        self.release.set()
        self.http.shutdown()
        self.http.server_close()


def body(
    content: bytes,
    *,
    status: int = 200,
    kind: str = "text/csv",
    promised: int | None = None,
    length: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with some bytes, and with their length or the one promised unless told not to."""

    def answer(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        if length:
            size = len(content) if promised is None else promised
            request.send_header("Content-Length", str(size))
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def packed(content: bytes, cut: int = 0) -> Answer:
    """Answer with bytes packed though nobody asked, and with the length of the packed ones."""
    whole = gzip.compress(content)
    sent = whole[: len(whole) - cut]
    return body(sent, promised=len(whole), headers={"Content-Encoding": "gzip"})


class Versions:
    """Answers with what it holds now, unless the one who asks has this version."""

    def __init__(self, content: bytes, version: str, kind: str, modified: str = "") -> None:
        self.content, self.version, self.kind = content, version, kind
        self.modified = modified
        self.statuses: list[int] = []

    def __call__(self, request: BaseHTTPRequestHandler, time: int) -> None:
        mark = f'"{self.version}"'
        known = request.headers.get("If-None-Match") == mark
        self.statuses.append(304 if known else 200)
        content = b"" if known else self.content
        headers = {"ETag": mark} | ({"Last-Modified": self.modified} if self.modified else {})
        body(content, status=self.statuses[-1], kind=self.kind, headers=headers)(request, time)


def changing(content: bytes, version: str, kind: str = "text/csv", modified: str = "") -> Versions:
    """Answer with a version that a test can change."""
    return Versions(content, version, kind, modified)


def moved(to: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(302)
        request.send_header("Location", to)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer
