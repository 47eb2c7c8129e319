"""The address search against a server of our own that fails in every way a service can."""

from __future__ import annotations

import http.server
import json
import logging
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from observatory.errors import ChoiceError, DownloadError
from observatory.places import geocoder as module
from observatory.places.geocoder import Address, Geocoder, GeocoderError

TEXT = "12 rue Secrète, Stains"


def feature(label: str = "12 Rue Secrète 93240 Stains", **more: Any) -> dict[str, Any]:
    properties = {"label": label, "score": 0.97, "type": "housenumber"}
    place = {"type": "Point", "coordinates": [2.3812, 48.9561]}
    return {"type": "Feature", "properties": properties, "geometry": place} | more


def answer(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


class Service:
    """A local service: each answer is a status, headers and a body, or ``None`` for silence."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes] | None] = []
        self.asked: list[dict[str, list[str]]] = []
        self.released = threading.Event()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(parse_qs(urlsplit(self.path).query))
                given = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                if given is None:
                    service.released.wait(30)
                    return
                status, headers, body = given
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}/search"

    def answers_with(self, *answers: tuple[int, dict[str, str], bytes] | None) -> None:
        self.answers = list(answers)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.released.set()
    made.server.shutdown()
    made.server.server_close()


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def asking(service: Service, **more: Any) -> tuple[Geocoder, Clock]:
    clock = Clock()
    return Geocoder(service.base, clock=clock, sleep=clock.sleep, **more), clock


OK: Callable[..., tuple[int, dict[str, str], bytes]] = lambda *f: (200, {}, answer(*f))  # noqa: E731  # a table of answers reads better


def test_an_address_is_found_and_asked_as_the_service_wants_it(service: Service) -> None:
    service.answers_with(OK(feature()))
    found = asking(service)[0].search(f"  ,{TEXT}\n ")
    assert found == (Address("12 Rue Secrète 93240 Stains", "housenumber", 2.3812, 48.9561, 0.97),)
    assert service.asked[0]["q"] == [TEXT]
    assert service.asked[0]["index"] == ["address"]


def test_the_same_text_is_sent_once_and_the_memory_is_bounded(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    service.answers_with(OK(feature()))
    asker = asking(service)[0]
    for text in (TEXT, TEXT.upper(), "autre rue", "encore une", TEXT):
        asker.search(text)
    assert [a["q"][0] for a in service.asked] == [TEXT, "autre rue", "encore une", TEXT]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_failure_is_tried_again(service: Service, status: int) -> None:
    service.answers_with((status, {}, b""), (status, {}, b""), OK(feature()))
    asker, clock = asking(service)
    assert len(asker.search(TEXT)) == 1
    assert len(service.asked) == 3
    assert list(module.PAUSES) == [s for s in clock.slept if s >= min(module.PAUSES)]


def test_a_busy_service_says_how_long_to_wait_within_a_limit(service: Service) -> None:
    busy = (429, {"Retry-After": "2"}, b""), (429, {"Retry-After": "3600"}, b"")
    service.answers_with(*busy, OK(feature()))
    asker, clock = asking(service)
    asker.search(TEXT)
    assert [s for s in clock.slept if s > 1.5] == [2.0, module.LONGEST_PAUSE]


@pytest.mark.parametrize(
    ("given", "reason", "times"),
    [
        ((500, {}, b"oops"), "broken", 3),
        ((429, {}, b""), "busy", 3),
        ((404, {}, b""), "broken", 1),
        ((400, {}, b"{}"), "broken", 1),
        ((200, {}, b"<html>not json"), "unreadable", 1),
        ((200, {}, b""), "unreadable", 1),
        ((200, {}, b"[]"), "unreadable", 1),
        ((200, {}, b'{"features": 3}'), "unreadable", 1),
        ((200, {}, b"[" * 100_000), "unreadable", 1),
        ((200, {}, b" " * 1_100_000), "unreadable", 1),
        ((200, {"Content-Length": "500"}, b'{"feat'), "offline", 3),
        ((200, {}, answer({"geometry": None}, 3, feature(geometry={"coordinates": ["x"]}))),
         "unreadable", 1),
        ((200, {}, answer(feature(geometry={"coordinates": [999, 999]}))), "unreadable", 1),
    ],
)  # fmt: skip
def test_a_lasting_failure_says_what_failed_and_never_the_text(
    service: Service, given: Any, reason: str, times: int, caplog: pytest.LogCaptureFixture
) -> None:
    service.answers_with(given)
    with caplog.at_level(logging.INFO), pytest.raises(GeocoderError) as caught:
        asking(service, timeout=(2, 1))[0].search(TEXT)
    assert caught.value.reason == reason
    assert len(service.asked) == times
    assert "Secr" not in f"{caught.value!r} {caught.value} {caplog.text}"
    assert isinstance(caught.value, DownloadError)
    assert caught.value.exit_code == 3
    assert caught.value.__cause__ is None


def test_a_silent_service_is_given_up_in_time(service: Service) -> None:
    service.answers_with(None)
    with pytest.raises(GeocoderError) as caught:
        asking(service, timeout=(2, 0.05))[0].search(TEXT)
    assert caught.value.reason == "offline"
    assert len(service.asked) == module.TRIES


def test_with_no_network_the_error_is_plain(service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()
    with pytest.raises(GeocoderError) as caught:
        asking(service)[0].search(TEXT)
    assert caught.value.reason == "offline"


def test_nothing_found_is_no_error_and_short_texts_are_not_sent(service: Service) -> None:
    service.answers_with(OK())
    asker = asking(service)[0]
    assert asker.search(TEXT) == ()
    assert asker.search(" ,a ") == ()
    assert asker.search("") == ()
    assert len(service.asked) == 1


def test_one_bad_address_does_not_hide_the_good_ones(service: Service) -> None:
    service.answers_with(OK({"properties": None}, feature("bon")))
    assert [a.label for a in asking(service)[0].search(TEXT)] == ["bon"]


def test_questions_keep_their_distance(service: Service) -> None:
    service.answers_with(OK())
    asker, clock = asking(service)
    for number in range(4):
        asker.search(f"rue numéro {number}")
    assert clock.slept == pytest.approx([module.INTERVAL] * 3)


def test_a_long_text_is_cut(service: Service) -> None:
    service.answers_with(OK())
    asking(service)[0].search("a" * 10_000)
    assert len(service.asked[0]["q"][0]) == module.LONGEST_TEXT


@pytest.mark.parametrize("base", ["file:///etc/passwd", "javascript:alert(1)", "http://", "x"])
def test_an_address_of_the_service_that_is_no_web_address_is_refused(base: str) -> None:
    with pytest.raises(ChoiceError, match=module.VARIABLE):
        Geocoder(base)


def test_the_service_is_the_ign_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(module.VARIABLE, raising=False)
    assert Geocoder().host == "data.geopf.fr"
    monkeypatch.setenv(module.VARIABLE, "http://user:secret@localhost:9/search")
    assert Geocoder().host == "localhost:9"


def test_where_a_person_is_stays_out_of_what_is_printed_of_an_address() -> None:
    shown = repr(Address(TEXT, "housenumber", 2.38, 48.95, 0.9))
    assert "Secr" not in shown
    assert "48" not in shown


def test_an_error_crosses_processes_whole() -> None:
    error = pickle.loads(pickle.dumps(GeocoderError("h", "busy", "429")))  # noqa: S301  # our own
    assert (error.host, error.reason) == ("h", "busy")
