"""Positions of many addresses at once, from the IGN's Géoplateforme: only on a person's word.

The service takes a CSV by POST (``search/csv``) and gives it back with columns more. Addresses of
places open to the public are sent, and nothing else.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import pandas as pd
import requests

from observatory.errors import ChoiceError, DownloadError
from observatory.geo.codes import in_cog
from observatory.tables.check import check
from observatory.tables.position_tables import POSITIONS, SERVICE

BASE = "https://data.geopf.fr/geocodage/search"
#: The same variable as for the search of one address: another service that answers alike.
VARIABLE = "OBSERVATORY_GEOCODER"
#: Addresses of one question; the service takes files of 50 MB, far more.
BATCH = 1000
TIMEOUT = (10.0, 120.0)
TRIES, PAUSES = 3, (1.0, 3.0)
LARGEST = 50_000_000
PASSING = (408, 425, 429, 500, 502, 503, 504)
#: Columns sent, and columns asked for beside them.
SENT = ("row", "adresse", "commune", "code_insee")
ASKED = (
    "longitude",
    "latitude",
    "result_score",
    "result_type",
    "result_label",
    "result_status",
)
Sleep = Callable[[float], None]


def geocode(
    addresses: pd.DataFrame, *, base: str | None = None, sleep: Sleep = time.sleep
) -> pd.DataFrame:
    """Return the position of each address (``POSITIONS``); one not found has none.

    Parameters
    ----------
    addresses
        ``address``, ``postcode``, ``commune`` and ``commune_name``, an address once in a commune.
    base
        Address of the search; :data:`VARIABLE` in the environment by default, else the IGN's.
    sleep
        Given by tests.

    Raises
    ------
    DownloadError
        The service does not answer, refuses, or answers something else.
    """
    url = _url(base)
    rows = addresses.reset_index(drop=True)
    parts = [
        _read(_ask(url, _written(rows[start : start + BATCH]), sleep), url)
        for start in range(0, len(rows), BATCH)
    ]
    found = {key: value for part in parts for key, value in part.items()}
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    nothing: dict[str, str] = {}
    table = pd.DataFrame(
        [_position(found.get(str(row), nothing), url) for row in rows.index],
        columns=["lat", "lon", "score", "kind", "label"],
    )
    whole = rows[["address", "postcode", "commune"]].join(table).assign(source=f"{SERVICE} {day}")
    return pd.DataFrame(check(whole, POSITIONS))


def _url(base: str | None) -> str:
    given = base or os.environ.get(VARIABLE) or BASE
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChoiceError(
            VARIABLE,
            expected="a web address such as " + BASE,
            found=repr(given[:100]),
            next_step="mend it or leave it unset",
        )
    return given.rstrip("/") + "/csv"


def _written(rows: pd.DataFrame) -> bytes:
    """Return the addresses as the service wants them, with today's codes of communes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SENT)
    for row, line in zip(rows.index, rows.to_dict("records"), strict=True):
        code = in_cog(str(line["commune"]), "cog_2025")
        writer.writerow([row, line["address"], line["commune_name"], code])
    return out.getvalue().encode("utf-8")


def _ask(url: str, data: bytes, sleep: Sleep) -> bytes:
    fields = [("columns", "adresse"), ("columns", "commune"), ("citycode", "code_insee")]
    fields += [("indexes", "address"), *(("result_columns", name) for name in ASKED)]
    failed = ""
    for attempt in range(TRIES):
        if attempt:
            sleep(PAUSES[attempt - 1])
        try:
            with requests.post(
                url,
                data=fields,
                files={"data": ("addresses.csv", data, "text/csv")},
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code == requests.codes.ok:
                    return _body(answer, url)
                failed = f"the answer {answer.status_code}"
                if answer.status_code not in PASSING:
                    break
        except requests.RequestException as error:
            failed = type(error).__name__
    raise _failed(url, "positions of addresses", failed)


def _body(answer: requests.Response, url: str) -> bytes:
    body = answer.raw.read(LARGEST + 1, decode_content=True)
    if len(body) > LARGEST:
        raise _failed(url, f"at most {LARGEST} bytes", "more")
    return bytes(body)


def _read(body: bytes, url: str) -> dict[str, Mapping[str, str]]:
    """Return the answer's lines by the number that was sent with each."""
    try:
        lines = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _failed(url, "CSV in UTF-8", str(error)) from None
    needed = {"row", *ASKED} - {"result_label"}
    lost = needed - set(lines[0] if lines else ())
    if lost:
        raise _failed(url, "the columns asked for", "without " + ", ".join(sorted(lost)))
    return {str(line["row"]): line for line in lines}


def _position(line: Mapping[str, str], url: str) -> tuple[object, ...]:
    if line.get("result_status") != "ok":
        return (None, None, None, None, None)
    try:
        lat, lon, score = (float(line[n]) for n in ("latitude", "longitude", "result_score"))
    except (TypeError, ValueError):
        raise _failed(url, "numbers for a position found", "others") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= score <= 1):
        raise _failed(url, "degrees, and a score of 0 to 1", f"{lat:g}, {lon:g}, {score:g}")
    return lat, lon, score, line["result_type"] or None, line.get("result_label") or None


def _failed(url: str, expected: str, found: str) -> DownloadError:
    return DownloadError(
        f"address service at {urlsplit(url).netloc.rpartition('@')[2]}",
        expected=expected,
        found=found,
        next_step="try again later, or build without --geocode: what is in --positions is used",
    )
