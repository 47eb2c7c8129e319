"""Files that a service gives page by page: WFS (GeoJSON) and Explore (records), joined as one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from observatory.read.answers import Asked, get_json
from observatory.read.download_faults import PassingError, failure
from observatory.read.envelopes import ERROR_KEYS
from observatory.read.registry import Download

#: Rows of a page, and the most that Explore gives in all.
WFS_PAGE, EXPLORE_PAGE, EXPLORE_MOST = 1000, 100, 10_000
Page = dict[str, Any]


def write_pages(asked: Asked, output: Path) -> dict[str, str]:
    """Write every page of a service as one file: a GeoJSON, or a JSON list of records.

    Raises
    ------
    PassingError
        The pages do not add up to what the service says that it has.
    DownloadError
        An answer is no page of it.
    """
    read = {"wfs": _wfs, "explore": _explore}[asked.item.pages]
    whole = read(asked)
    output.write_text(
        json.dumps(whole, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
    return {}


def _wfs(asked: Asked) -> Page:
    features, first = _all(
        asked, "numberMatched", "features", lambda at: f"&count={WFS_PAGE}&startIndex={at}"
    )
    # The moment of the answer is left out: the same features are the same bytes.
    crs = {"crs": first["crs"]} if first.get("crs") else {}
    return {"type": "FeatureCollection", **crs, "features": features}


def _explore(asked: Asked) -> list[Any]:
    return _all(asked, "total_count", "results", lambda at: f"&limit={EXPLORE_PAGE}&offset={at}")[0]


def _all(asked: Asked, total: str, rows: str, page: Callable[[int], str]) -> tuple[list[Any], Page]:
    """Return the rows of every page, and the first page."""
    found: list[Any] = []
    first: Page = {}
    for answer in _pages(asked, total, rows, page):
        first = first or answer
        if answer[total] != first[total]:
            raise PassingError(f"{first[total]} {rows}, then {answer[total]}: it changed meanwhile")
        found += answer[rows]
        asked.told(len(found), int(first[total]))
    if len(found) != first[total]:
        raise PassingError(f"{len(found)} {rows} of {first[total]}: pages are missing")
    if not found:
        raise failure(asked.item, f"{rows} of the service", "none")
    return found, first


def _pages(asked: Asked, total: str, rows: str, page: Callable[[int], str]) -> Iterator[Page]:
    at = 0
    while True:
        answer = _checked(
            asked.item, get_json(replace(asked, url=asked.url + page(at))), total, rows
        )
        yield answer
        at += len(answer[rows])
        if at >= answer[total] or not answer[rows]:
            return


def _checked(item: Download, answer: Any, total: str, rows: str) -> Page:
    wrong = not isinstance(answer, dict) or not isinstance(answer.get(rows), list)
    if wrong or not isinstance(answer.get(total), int) or ERROR_KEYS & answer.keys():
        found = json.dumps(answer, ensure_ascii=False)[:100]
        raise failure(item, f"a page with {total} and {rows}", found)
    if item.pages == "explore" and answer[total] > EXPLORE_MOST:
        most = f"at most {EXPLORE_MOST} records, which is all that the service gives"
        raise failure(item, most, str(answer[total]), "ask for less of it in data/registry.toml")
    return dict(answer)
