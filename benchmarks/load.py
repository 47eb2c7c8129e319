"""Visitors at once on one server: how long a page takes, its processor, its memory.

A visitor is a websocket that speaks Streamlit's own messages, as a browser does: it connects, asks
for a page, and reads until the server says that the page is whole. The visitors run in this
process, the server in another on the same machine.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Pages that visitors ask for, in turn, with what their links say.
PAGES = (
    ("", ""),
    ("trouver", "pres=Stains"),
    ("", "level=iris"),
    ("commune", "commune=93031"),
    ("", "lang=en"),
    ("trouver", "pres=Saint-Denis&besoin=caf"),
    ("priorites", ""),
    ("", "commune=93066"),
)
START_S, PAGE_S = 120.0, 120.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A process that serves the app."""

    port: int
    pid: int

    @property
    def processor_s(self) -> float:
        """Seconds of processor spent so far."""
        parts = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    @property
    def memory_mb(self) -> float:
        """Memory that it holds now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@contextmanager
def serve(build: str) -> Iterator[Server]:
    """Serve the app on a free port of this machine for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "observatory", "app", "--port", str(port)]
    # A build that is nowhere is the edition.
    env = {**os.environ, "OBSERVATORY_BUILD": build}
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            address = f"http://127.0.0.1:{port}/_stcore/health"
            with urllib.request.urlopen(address, timeout=2):  # our own server
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the app did not answer within {START_S:.0f} s")


@dataclass
class Load:
    """What the visitors saw: seconds of each page, bytes, and pages that failed."""

    took: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    failed: int = 0


async def _page(port: int, page: tuple[str, str], load: Load) -> None:
    """Open a page as a new visitor does, and wait until it is whole."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import connect

    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = page
    began, size = time.perf_counter(), 0
    async with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a plain string serves
        max_size=None,
        open_timeout=PAGE_S,
    ) as visitor:
        await visitor.send(asked.SerializeToString())
        async for message in visitor:
            size += len(message)
            told = ForwardMsg.FromString(message)  # type: ignore[arg-type]  # bytes, not text
            if told.WhichOneof("type") == "script_finished":
                break
        load.took.append(time.perf_counter() - began)
        load.sizes.append(size)


async def _visit(port: int, pages: Sequence[tuple[str, str]], load: Load) -> None:
    """Open pages one after the other, each as soon as the one before is whole."""
    for page in pages:
        try:
            await asyncio.wait_for(_page(port, page, load), PAGE_S)
        except (OSError, TimeoutError):
            load.failed += 1


def visits(server: Server, visitors: int, pages: int) -> dict[str, Any]:
    """Let some visitors open some pages each, all at once, and say what it took."""

    async def every() -> Load:
        load = Load()
        asked = [[PAGES[(n + k) % len(PAGES)] for k in range(pages)] for n in range(visitors)]
        await asyncio.gather(*(_visit(server.port, one, load) for one in asked))
        return load

    before, began = server.processor_s, time.perf_counter()
    load = asyncio.run(every())
    wall = time.perf_counter() - began
    whole = len(load.took)
    return {
        "visitors": visitors,
        "pages": whole,
        "failed": load.failed,
        "p50_s": round(statistics.median(load.took), 3),
        "p95_s": round(_quantile(load.took, 0.95), 3),
        "worst_s": round(max(load.took), 3),
        "pages_a_second": round(whole / wall, 2),
        "processor_s_a_page": round((server.processor_s - before) / whole, 4),
        "page_kb": round(statistics.mean(load.sizes) / 1024),
        "memory_mb": round(server.memory_mb),
    }


def _quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def measure(visitors: int, pages: int, memory_pages: int, build: str) -> dict[str, Any]:
    """Measure one visitor alone, many at once, many in a row, and memory over many pages.

    Parameters
    ----------
    visitors
        How many are there at once.
    pages
        How many each opens in a row, without a pause: far more than people do.
    memory_pages
        Pages opened at the end, over which memory is looked at.
    build
        The folder of the build served; one that does not exist is the edition.
    """
    with serve(build) as server:
        first = visits(server, 1, len(PAGES))  # what a server does once
        found = {
            "first": first,
            "alone": visits(server, 1, 3 * len(PAGES)),
            "at_once": visits(server, visitors, 1),
            "in_a_row": visits(server, visitors, pages),
        }
        if memory_pages:
            found["memory"] = _memory(server, memory_pages)
    return found


def _memory(server: Server, pages: int) -> dict[str, Any]:
    """Open pages by tens of visitors, and say how memory went from the first tenth to the end."""
    parts = [round(server.memory_mb)]
    for _ in range(10):
        visits(server, 10, max(pages // 100, 1))
        parts.append(round(server.memory_mb))
    return {"pages": 100 * max(pages // 100, 1), "mb": parts, "grown_mb": parts[-1] - parts[1]}
