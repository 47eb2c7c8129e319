"""A real browser on a real server: Debian's chromium, or the tests say that they did not run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache as once
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    ViewportSize,
    WebSocket,
    expect,
    sync_playwright,
)
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from observatory import settings

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
NO_BROWSER = "did not run: /usr/bin/chromium is not installed (apt-get install chromium)"
NO_EDITION = "did not run: the edition is not in data/edition (make it: observatory build)"
DEADLINE_S = 60
#: A loaded machine draws late: what a test looks at may take this long to come.
expect.set_options(timeout=30_000)
#: No sandbox: containers run as root. The rest keeps the browser itself from calling anyone.
LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310  # ours
            return True
    except (urllib.error.URLError, OSError):
        return False


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until the app answers; between two questions, notice at once if it dies."""
    deadline = time.monotonic() + DEADLINE_S
    while not _healthy(address):
        try:
            code = server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            code = None
        if code is not None:
            pytest.fail(f"the app stopped with code {code} before it answered")
        if time.monotonic() > deadline:
            pytest.fail(f"the app did not answer within {DEADLINE_S} s")


@contextmanager
def serve(folder: Path, **environ: str) -> Iterator[str]:
    """Serve the app with some environment, its log in a folder, and give its address."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    env = {**os.environ, "OBSERVATORY_BUILD": str(folder / "none"), **environ}
    with (folder / "log").open("wb") as stream:
        server = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=env, stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_healthy(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Return :func:`serve`, or say that the tests did not run."""
    if not CHROMIUM.exists():
        pytest.skip(NO_BROWSER)
    if not (settings.load({}).edition / "manifest.json").exists():
        pytest.skip(NO_EDITION)
    return serve


@pytest.fixture(scope="session")
def app_address(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[str]:
    """Serve the app on the edition and give its address."""
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Debian's chromium."""
    if not CHROMIUM.exists():
        pytest.skip(NO_BROWSER)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=LAUNCH)
        yield browser
        browser.close()


class Runs:
    """The runs that a page asks its server for, as their messages pass: asked, begun, ended."""

    def __init__(self, page: Page) -> None:
        self.forget()
        page.on("websocket", self._opened)

    def forget(self) -> None:
        """Nothing is asked for: the page is left, and its connection with it."""
        self.socket: WebSocket | None = None
        self.state = "ended"

    def _opened(self, socket: WebSocket) -> None:
        self.socket, self.state = socket, "asked"
        socket.on("framesent", lambda frame: self._sent(socket, frame))
        socket.on("framereceived", lambda frame: self._received(socket, frame))

    def _sent(self, socket: WebSocket, frame: bytes | str) -> None:
        if socket is not self.socket or isinstance(frame, str):
            return
        if BackMsg.FromString(frame).HasField("rerun_script"):
            self.state = "asked"

    def _received(self, socket: WebSocket, frame: bytes | str) -> None:
        if socket is not self.socket or isinstance(frame, str):
            return
        message = ForwardMsg.FromString(frame)
        if message.HasField("new_session"):
            self.state = "begun"
        elif message.WhichOneof("type") == "script_finished" and self.state == "begun":
            early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
            self.state = "asked" if early else "ended"

    def wait(self) -> None:
        """Wait until what was asked for last has begun and ended."""
        while self.state != "ended" and self.socket is not None and not self.socket.is_closed():
            self.socket.wait_for_event("framereceived", timeout=DEADLINE_S * 1000)


#: The page has told its server what was done to it, and drawn what it was told.
DRAWN = """() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""


class Watched:
    """A page with what it asked for outside, and what it complained of."""

    #: Opened on a page's own address, Streamlit first looks for its server below that page.
    PROBES = ("_stcore/health", "_stcore/host-config")

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        #: Addresses opened that answered 404: the browser says so of each.
        self.lost: set[str] = set()
        page.on("response", self._answered)
        self.runs = Runs(page)
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)

    def _asked(self, url: str) -> None:
        local = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not url.startswith(local):
            self.outside.append(url)

    def _answered(self, response: Response) -> None:
        if response.status == 404 and response.request.is_navigation_request():
            self.lost.add(response.url)

    def _said(self, message: object) -> None:
        kind, text = message.type, message.text  # type: ignore[attr-defined]  # playwright's own object
        where = message.location.get("url", "")  # type: ignore[attr-defined]  # as above
        if kind == "error" and not where.endswith(self.PROBES) and where not in self.lost:
            self.complaints.append(f"{text} ({where})")

    def open(self, path: str, *, lost: bool = False) -> Page:
        """Open a page, or one that there is not, and wait until it has drawn itself whole."""
        self.runs.forget()
        answer = self.page.goto(f"{self.address}/{path}")
        # The address that is open already is not asked for again where only its anchor differs.
        assert answer is None or answer.status == (404 if lost else 200), path
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the app has answered what was done last and its foot is there."""
        self.page.wait_for_function(DRAWN)
        self.runs.wait()
        self.page.wait_for_function(DRAWN)
        drawn = self.page.locator('h1, [data-testid="stAlertContentError"]').first
        drawn.wait_for(timeout=DEADLINE_S * 1000)
        refusal = self.page.locator('[data-testid="stAlertContentError"]')
        if refusal.count():
            pytest.fail(f"the page refused: {refusal.first.inner_text()}")
        self.page.get_by_text("Sources, ").first.wait_for(timeout=DEADLINE_S * 1000)
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        # What Streamlit loads at its first use, a download button say, is a skeleton till then.
        expect(self.page.locator('[data-testid="stSkeleton"]')).to_have_count(0)


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Callable[..., BrowserContext]:
    """Return the context of a screen; pages of one share the scripts that it has loaded once."""

    @once
    def context(width: int, height: int) -> BrowserContext:
        screen: ViewportSize = {"width": width, "height": height}
        return chromium.new_context(viewport=screen, locale="fr-FR", accept_downloads=True)

    return context


@pytest.fixture(params=[{"width": 1366, "height": 900}], ids=["desk"])
def watched(
    request: pytest.FixtureRequest, contexts: Callable[..., BrowserContext], app_address: str
) -> Iterator[Watched]:
    """Return a watched page; at its end, nothing may have left the machine or gone wrong."""
    context = contexts(**request.param)
    page = Watched(context.new_page(), app_address)
    yield page
    for one in context.pages:
        one.close()
    context.unroute_all()
    context.clear_permissions()
    context.clear_cookies()
    assert page.outside == []
    assert page.complaints == []
