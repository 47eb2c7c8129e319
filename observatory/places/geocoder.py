"""Find an address through the IGN's Géoplateforme: called only when a person asks for it.

The text asked for goes to the service and to nobody else: it is written in no log and on no disk,
and no error repeats it. A few answers stay in memory, so that asking twice sends once.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import requests

from observatory.errors import ChoiceError, DownloadError

BASE = "https://data.geopf.fr/geocodage/search"
VARIABLE = "OBSERVATORY_GEOCODER"
#: Seconds to connect, and between two pieces of an answer.
TIMEOUT = (3.05, 5.0)
TRIES = 3
#: Seconds before the second and the third try, and the longest wait that a server may ask for.
PAUSES = (0.4, 1.2)
LONGEST_PAUSE = 3.0
#: The service takes 50 questions a second from one address; ours stay far below.
INTERVAL = 0.2
LONGEST_TEXT = 200
LARGEST = 1_000_000
KEPT = 256

Reason = Literal["offline", "busy", "broken", "unreadable"]


@dataclass(frozen=True)
class Address:
    """An address found.

    Attributes
    ----------
    label
        As the service writes it.
    kind
        ``housenumber``, ``street``, ``locality`` or ``municipality``.
    lon, lat
        Decimal degrees, WGS 84.
    score
        How sure the service is, 0 to 1.
    """

    label: str = field(repr=False)
    kind: str = field(repr=False)
    lon: float = field(repr=False)
    lat: float = field(repr=False)
    score: float = 0.0


class GeocoderError(DownloadError):
    """The service could not be asked, or its answer not be read; the text asked is not repeated.

    Attributes
    ----------
    reason
        ``offline`` (no answer), ``busy`` (too many questions), ``broken`` (it failed or refused),
        ``unreadable`` (its answer is not what was promised).
    """

    def __init__(self, host: str, reason: Reason, found: str) -> None:
        self.host, self.reason, self.detail = host, reason, found
        super().__init__(
            f"address search at {host}",
            expected="a list of addresses",
            found=found,
            next_step="try again later, or name a commune, a school or a place instead",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (GeocoderError, (self.host, self.reason, self.detail))


class Geocoder:
    """The address search, polite: few questions, short waits, answers kept in memory.

    Parameters
    ----------
    base
        Address of the service; :data:`VARIABLE` in the environment by default, else the IGN's.
    clock, sleep
        Given by tests.

    Raises
    ------
    ChoiceError
        The address of the service is no web address.
    """

    def __init__(
        self,
        base: str | None = None,
        *,
        timeout: tuple[float, float] = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base or os.environ.get(VARIABLE) or BASE
        parts = urlsplit(self.base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ChoiceError(
                VARIABLE,
                expected="a web address such as " + BASE,
                found=repr(self.base[:100]),
                next_step="mend it or leave it unset",
            )
        self.host = parts.netloc.rpartition("@")[2]
        self._timeout, self._clock, self._sleep = timeout, clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0
        self._kept: OrderedDict[object, tuple[Address, ...]] = OrderedDict()
        self._session = requests.Session()

    def search(self, text: str, near: tuple[float, float] | None = None) -> tuple[Address, ...]:
        """Return the addresses most like a text, best first; none where nothing is like it.

        Parameters
        ----------
        near
            Longitude and latitude, near which addresses are preferred among equals.

        Raises
        ------
        GeocoderError
            The service does not answer, refuses, or answers something else.
        """
        asked = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())[:LONGEST_TEXT]
        # The service refuses texts of fewer than three characters, or beginning with a sign.
        asked = re.sub(r"^[\W_]+", "", asked)
        if len(asked) < 3:
            return ()
        key = (asked.casefold(), near)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = _addresses(self._ask(asked, near), self.host)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _ask(self, asked: str, near: tuple[float, float] | None) -> Any:
        query = {"q": asked, "index": "address", "limit": "5"}
        if near is not None:
            query |= {"lon": f"{near[0]:g}", "lat": f"{near[1]:g}"}
        for attempt in range(TRIES):
            self._wait_turn()
            try:
                return self._once(query)
            except _AgainError as again:
                if attempt == TRIES - 1:
                    raise GeocoderError(self.host, again.reason, again.found) from None
                self._sleep(min(max(PAUSES[attempt], again.pause), LONGEST_PAUSE))
        raise AssertionError  # the last try returns or raises

    def _wait_turn(self) -> None:
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + INTERVAL
        if turn > now:
            self._sleep(turn - now)

    def _once(self, query: Mapping[str, str]) -> Any:
        # The errors of requests hold the whole address, the text with it: none is passed on.
        try:
            with self._session.get(
                self.base, params=query, timeout=self._timeout, stream=True
            ) as answer:
                self._refuse(answer)
                body = answer.raw.read(LARGEST + 1, decode_content=True)
                return _parsed(body, self.host)
        except requests.Timeout:
            raise _AgainError("offline", "no answer in time") from None
        except (requests.RequestException, OSError):
            raise _AgainError("offline", "no connection") from None
        except (_AgainError, GeocoderError):
            raise
        except Exception as error:  # urllib3's own errors while the body is read
            raise _AgainError("offline", type(error).__name__) from None

    def _refuse(self, answer: requests.Response) -> None:
        code = answer.status_code
        if code == requests.codes.too_many_requests:
            asked = answer.headers.get("Retry-After", "")
            pause = float(asked) if asked.isdigit() else 0.0
            raise _AgainError("busy", "too many questions (429)", pause)
        if code >= 500:
            raise _AgainError("broken", f"a failure of the service ({code})")
        if code != requests.codes.ok:
            raise GeocoderError(self.host, "broken", f"a refusal ({code})")


class _AgainError(Exception):
    """A failure after which another try may do."""

    def __init__(self, reason: Reason, found: str, pause: float = 0.0) -> None:
        super().__init__(found)
        self.reason, self.found, self.pause = reason, found, pause


def _parsed(body: bytes, host: str) -> Any:
    if len(body) > LARGEST:
        raise GeocoderError(host, "unreadable", "an answer of more than a megabyte")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise GeocoderError(host, "unreadable", "an answer that is not JSON") from None


def _addresses(answer: Any, host: str) -> tuple[Address, ...]:
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list):
        raise GeocoderError(host, "unreadable", "an answer without a list of addresses")
    read = [_address(feature) for feature in features]
    found = tuple(address for address in read if address is not None)
    if features and not found:
        raise GeocoderError(host, "unreadable", "addresses without a place")
    return found


def _address(feature: Any) -> Address | None:
    try:
        properties = feature["properties"]
        lon, lat = (float(value) for value in feature["geometry"]["coordinates"][:2])
        label, score = str(properties["label"])[:LONGEST_TEXT], float(properties.get("score", 0))
        kind = str(properties.get("type", ""))[:20]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return Address(label, kind, lon, lat, score)
