"""The sample of nginx before the app: headers, what is closed, and a page that works behind it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from browser.conftest import ROOT, _free_port
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
NO_NGINX = "did not run: nginx is not installed (apt-get install nginx-light)"
DEADLINE_S = 60


def _sample(folder: Path, app: str, port: int, plain: int) -> str:
    """Return the sample with this machine's ports, certificate and folders in place of its own."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    ours = {
        "127.0.0.1:8501": app.removeprefix("http://"),
        "    server 127.0.0.1:8502;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/ssl/observatoire/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
    }
    for old, new in ours.items():
        assert old in text
        text = text.replace(old, new)
    kept = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy"))
    return f"pid {folder}/pid; daemon off; events {{}} http {{ {kept}\n{text}\n}}"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory, app_address: str) -> Iterator[str]:
    """Serve the app behind the sample, with a certificate of this machine's own."""
    if NGINX is None:
        pytest.skip(NO_NGINX)
    folder, port = tmp_path_factory.mktemp("nginx"), _free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", folder / "privkey.pem",
         "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    written = folder / "nginx.conf"
    written.write_text(_sample(folder, app_address, port, _free_port()), encoding="utf-8")
    command = [NGINX, "-e", folder / "errors", "-p", folder, "-c", written]
    server = subprocess.Popen(command)
    try:
        _wait(f"https://localhost:{port}/_stcore/health", server)
        yield f"https://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            _ask(address)
            return
        except OSError:
            pass
        try:
            pytest.fail(f"nginx ended with code {server.wait(timeout=0.1)}")
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("nginx did not answer")


def _ask(address: str, cookie: str = "") -> Message:
    """Return the headers of an answer; the certificate is our own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    asked = urllib.request.Request(address)  # noqa: S310  # our own server
    asked.add_header("Cookie", cookie)
    with urllib.request.urlopen(asked, timeout=10, context=context) as answer:  # noqa: S310  # as above
        return answer.headers


def test_every_answer_has_the_headers_and_only_the_search_is_framed(proxied: str) -> None:
    for path in ("/", "/trouver", "/integrer", "/app/static/vendor/leaflet/leaflet.js"):
        headers = _ask(proxied + path)
        policy = headers["Content-Security-Policy"]
        framed = (
            "frame-ancestors 'self' https:" if path == "/integrer" else "frame-ancestors 'self'"
        )
        assert policy.endswith(framed)
        assert "default-src 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert "/" not in headers["Server"]  # no version


def test_a_visitor_stays_with_one_process_by_a_cookie_that_says_nothing(proxied: str) -> None:
    (first,) = [c for c in _ask(proxied).get_all("Set-Cookie") if c.startswith("observatoire=")]
    assert {"Secure", "HttpOnly"} <= {part.strip() for part in first.split(";")}
    mine = first.partition(";")[0]
    again = _ask(proxied, mine).get_all("Set-Cookie") or []
    assert not [cookie for cookie in again if cookie.startswith("observatoire=")]


def test_the_figures_of_the_process_are_closed(proxied: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _ask(f"{proxied}/_stcore/metrics")


def test_map_and_search_work_under_the_policy(proxied: str, chromium: Browser) -> None:
    page = chromium.new_page(ignore_https_errors=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    try:
        for path in ("/", "/trouver?pres=Stains"):
            page.goto(proxied + path)
            frame = page.frame_locator('iframe[data-testid="stIFrame"]')
            expect(frame.locator(".leaflet-container")).to_be_visible(timeout=DEADLINE_S * 1000)
        assert not [text for text in refused if "Content Security Policy" in text]
    finally:
        page.close()
