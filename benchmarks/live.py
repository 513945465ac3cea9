"""`python -m benchmarks live`: the cost of 1,000 open streams, without a store and with each.

Writes its table to docs/benchmarks.md. Each stream is a connection of its own from an address of
its own, as behind a proxy. Webhooks are signed as LiveKit signs them.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import aiohttp
import jwt

from benchmarks import report
from benchmarks.browser import Browser
from benchmarks.dashboard import USER, Dashboard
from benchmarks.report import Cell, Row
from benchmarks.store import WITHOUT, databases, sign_in
from benchmarks.watching import processor_seconds
from dev.stack import Stack

STREAMS = 1_000
RESIDENT_MB = 180
EVENTS = 20
QUIET_SECONDS, OPENING = 32.0, 50
POLL = "/rooms?partial=1"
# as app/static/js/shared/feed.js does
SPREAD_SECONDS = STREAMS * 0.005 - 0.5


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Results for one kind of store; memory in bytes, processor in cores, times in seconds."""

    name: str
    before: int
    resident: int
    quiet: float
    busy: float
    first: float
    last: float
    refreshed: float
    failed: int


class Listening(asyncio.Protocol):
    """One open stream: when it got each event."""

    def __init__(self, head: bytes, got: dict[str, list[float]]) -> None:
        self._head = head
        self._got = got
        self._rest = ""
        self.open = False
        self.opened = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        """Note the events in complete lines."""
        *lines, self._rest = (self._rest + data.decode()).split("\n")
        for line in lines:
            if line.startswith("data: "):
                self.open = True
                self.opened.set()
                for topic in json.loads(line.removeprefix("data: "))["topics"]:
                    self._got.setdefault(topic, []).append(time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        """Count as closed."""
        self.open = False


class Listeners:
    """All the streams."""

    def __init__(self, dashboard: Dashboard, cookie: str) -> None:
        self._dashboard = dashboard
        self._cookie = cookie
        self.got: dict[str, list[float]] = {}
        self.all: list[Listening] = []

    async def open(self, count: int) -> None:
        """Open this many, some at a time, and wait until each has its first message."""
        for start in range(0, count, OPENING):
            await asyncio.gather(*(self._one(start + number) for number in range(OPENING)))

    async def _one(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        url = urlsplit(self._dashboard.url)
        protocol = Listening(self._head(number), self.got)
        await loop.create_connection(lambda: protocol, str(url.hostname), url.port or 80)
        self.all.append(protocol)
        await asyncio.wait_for(protocol.opened.wait(), 30)

    def _head(self, number: int) -> bytes:
        login = base64.b64encode(f"{USER}:{self._dashboard.password}".encode()).decode()
        who = f"Cookie: {self._cookie}" if self._cookie else f"Authorization: Basic {login}"
        lines = [
            "GET /live HTTP/1.1",
            f"Host: {urlsplit(self._dashboard.url).netloc}",
            "Accept: text/event-stream",
            f"X-Forwarded-For: 10.0.{number // 250}.{number % 250}",
            who,
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def close(self) -> None:
        """Close all."""
        for each in self.all:
            each.transport.close()


class Reporter:
    """Sends webhooks as LiveKit does."""

    def __init__(self, http: aiohttp.ClientSession, stack: Stack, dashboard: Dashboard) -> None:
        self._http = http
        self._stack = stack
        self._url = f"{dashboard.url}/hooks/livekit"

    async def send(self, room: str) -> float:
        """Report that a room was opened; return when that was sent."""
        now = int(time.time())
        content = {"event": "room_started", "id": f"EV_{room}", "createdAt": str(now)}
        body = json.dumps(content | {"room": {"name": room, "sid": f"RM_{room}"}}).encode()
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        claims = {"iss": self._stack.api_key, "exp": now + 300, "sha256": digest}
        token = jwt.encode(claims, self._stack.api_secret, algorithm="HS256")
        began = time.perf_counter()
        async with self._http.post(self._url, data=body, headers={"Authorization": token}) as reply:
            reply.raise_for_status()
        return began


async def measure(stack: Stack, dashboard: Dashboard, name: str) -> LiveFigures:
    """Measure a dashboard with all streams open."""
    async with Browser(dashboard, STREAMS, signs_in=name == WITHOUT) as browser:
        if name != WITHOUT:
            await sign_in(browser, dashboard)
        await browser.get("/rooms")
        before = dashboard.resident
        listeners = Listeners(dashboard, browser.cookie if name != WITHOUT else "")
        await listeners.open(STREAMS)
        quiet = await _processor(dashboard, QUIET_SECONDS)
        async with aiohttp.ClientSession() as http:
            reporter = Reporter(http, stack, dashboard)
            used, began = processor_seconds(dashboard.pid), time.perf_counter()
            delays = [await _delays(reporter, listeners, f"{name}-{n}") for n in range(EVENTS)]
            busy = (processor_seconds(dashboard.pid) - used) / (time.perf_counter() - began)
            resident = dashboard.resident
            sent = await reporter.send(f"{name}-refreshed")
            answers = await asyncio.gather(*(_refresh(browser) for _ in range(STREAMS)))
        figures = LiveFigures(
            name,
            before,
            resident,
            quiet,
            busy,
            median(first for first, _ in delays),
            max(last for _, last in delays),
            max(ended for ended, _ in answers) - sent,
            sum(not good for _, good in answers) + sum(not each.open for each in listeners.all),
        )
        listeners.close()
        return figures


async def _processor(dashboard: Dashboard, seconds: float) -> float:
    used = processor_seconds(dashboard.pid)
    await asyncio.sleep(seconds)
    return (processor_seconds(dashboard.pid) - used) / seconds


async def _delays(reporter: Reporter, listeners: Listeners, room: str) -> tuple[float, float]:
    """Report one event, and return after how long the first and the last stream had it."""
    sent = await reporter.send(room)
    await asyncio.sleep(1)
    got = listeners.got.get(f"room:{room}", [])
    if len(got) < STREAMS:
        raise RuntimeError(f"only {len(got)} streams had the event within a second")
    return min(got) - sent, max(got) - sent


async def _refresh(browser: Browser) -> tuple[float, bool]:
    """Ask for the changed block as one of many browsers does; return when that was answered."""
    await asyncio.sleep(random.uniform(0, SPREAD_SECONDS))  # noqa: S311
    reply = await browser.try_to_get(POLL, {"HX-Request": "true"})
    return time.perf_counter(), reply.good


def rows(each: Sequence[LiveFigures]) -> list[Row]:
    """Return the rows of the table."""
    resident = [figures.resident / 1e6 for figures in each]
    return [
        Row("memory before, MB", "", [Cell(f"{f.before / 1e6:.0f}") for f in each]),
        Row(
            "memory with all streams, MB",
            f"below {RESIDENT_MB}",
            [Cell(f"{megabytes:.0f}", megabytes < RESIDENT_MB) for megabytes in resident],
        ),
        Row("processor while nothing happens, cores", "", [Cell(f"{f.quiet:.2f}") for f in each]),
        Row("processor at an event each second, cores", "", [Cell(f"{f.busy:.2f}") for f in each]),
        Row("first stream has an event, ms", "", [Cell(f"{f.first * 1000:.0f}") for f in each]),
        Row("last stream has it, slowest, ms", "", [Cell(f"{f.last * 1000:.0f}") for f in each]),
        Row("last browser is refreshed, s", "", [Cell(f"{f.refreshed:.1f}") for f in each]),
        Row(
            "lost streams, failed refreshes",
            "none",
            [Cell(str(f.failed), not f.failed) for f in each],
        ),
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it to the documentation."""
    argparse.ArgumentParser(prog="python -m benchmarks live").parse_args(words)
    before = report.load()
    figures = []
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(Stack(redis=False))
        for name, url in exits.enter_context(databases(folder)).items():
            own = folder / name
            own.mkdir()
            settings = {"DATABASE_URL": url} if url else {}
            with Dashboard(stack, own, settings) as dashboard:
                figures.append(asyncio.run(measure(stack, dashboard, name)))
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table([f"{STREAMS:,} streams", *(f.name for f in figures)], rows(figures))
    )
    print(text)
    report.write(text, "make bench ARGS=live")
    return 0
