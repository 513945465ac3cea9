"""`python -m benchmarks conversations`: what agents upload, and the pages that show it.

A real agent holds a conversation; what it uploads is sent again for many other jobs. One dashboard
on each database, one after the other, beside many older conversations.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from benchmarks import report
from benchmarks.browser import Browser
from benchmarks.conversations_hour import Length, hour
from benchmarks.conversations_pages import measure_hour, measure_lists
from benchmarks.conversations_recording import measure_recording
from benchmarks.conversations_replay import Captured, capture
from benchmarks.conversations_rows import TURNS, fill
from benchmarks.conversations_uploads import Agents, Sent, measure_uploads, packed
from benchmarks.dashboard import Dashboard
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from benchmarks.store import WITHOUT, databases, sign_in
from dev.stack import Stack

ROOMS = 100
HOUR = 3600
COMMAND = "make bench ARGS=conversations"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything there is; the recording is in bytes."""

    conversations: int = 100_000
    agents: int = 50
    seconds: float = 120.0
    recording: int = 60_000_000
    hour: Length = field(default_factory=Length)


QUICK = Sizes(2_000, 5, 20.0, 6_000_000, Length(300, 48, 1_600))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dashboard keeps what it has: a database, and a folder."""

    name: str
    url: str
    files: Path

    def sizes(self) -> dict[str, int]:
        """Return the bytes of the database without its log, and of the files of each kind."""
        files = [each for each in self.files.rglob("*") if each.is_file()]
        sounds = sum(each.stat().st_size for each in files if each.suffix == ".ogg")
        batches = sum(each.stat().st_size for each in files) - sounds
        if self.url.startswith("sqlite"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///")) as database:
                (size,) = database.execute(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                ).fetchone()
        else:
            with psycopg.connect(self.url) as connection:
                query = "SELECT pg_database_size(current_database())"
                (size,) = connection.execute(query).fetchone() or (0,)
        return {"database": int(size), "raw uploads": batches, "recordings": sounds}

    def analyze(self) -> None:
        """Let PostgreSQL know what was written, as its autovacuum does within some minutes."""
        if not self.url.startswith("sqlite"):
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("ANALYZE")


@dataclass(frozen=True, slots=True)
class Bench:
    """What all parts of the benchmark need of one dashboard."""

    place: Place
    dashboard: Dashboard
    browser: Browser
    agents: Agents
    captured: Captured
    sizes: Sizes

    async def measure(self) -> list[Row]:
        """Measure everything, and return rows of one cell."""
        rows = await measure_lists(self.browser)
        rows += await self._uploads()
        rows += await self._hour()
        size = self.sizes.recording
        rows += await measure_recording(
            self.dashboard, self.browser, self.agents, self.captured, size
        )
        resident = Cell(f"{self.dashboard.resident / 1e6:.0f}")
        return [*rows, Row("memory afterwards, MB", "", [resident])]

    async def _uploads(self) -> list[Row]:
        before = self.place.sizes()
        size = (self.sizes.agents, self.sizes.seconds)
        rows = await measure_uploads(self.browser, self.agents, self.place.url, self.captured, size)
        conversations = size[0] * max(1, int(size[1] / self.captured.seconds))
        hours = conversations * self.captured.seconds / HOUR
        return rows + self._disk("many conversations of a few turns", before, hours)

    async def _hour(self) -> list[Row]:
        """Upload a conversation of an hour, one batch after another, and open it."""
        before, sent = self.place.sizes(), Sent()
        job, uploads = hour(self.captured, self.sizes.hour)
        for upload in uploads:
            await self.agents.send(packed(upload), sent)
        rows = [
            Row("uploads of an hour, p50 / p99, ms", "", [sent.times()]),
            Row("slowest of these, ms", "", [Cell(f"{max(sent.seconds) * 1000:.0f}")]),
            Row("refused", "0", [Cell(str(sent.refused), not sent.refused)]),
        ]
        rows += self._disk("one conversation", before, self.sizes.hour.seconds / HOUR)
        self.place.analyze()
        return rows + await measure_hour(self.dashboard, self.browser, job)

    def _disk(self, what: str, before: dict[str, int], hours: float) -> list[Row]:
        """Return the disk that one hour took since `before`."""
        used = {kind: size - before[kind] for kind, size in self.place.sizes().items()}
        return [
            Row(f"disk per hour, {what}: {kind}, MB", "", [Cell(f"{size / hours / 1e6:.1f}")])
            for kind, size in used.items()
        ]


async def _one(place: Place, stack: Stack, captured: Captured, sizes: Sizes) -> list[Row]:
    print(f"{sizes.conversations:,} conversations in {place.name} …", flush=True)
    began = time.monotonic()
    await fill(place.url, sizes.conversations)
    print(f"written after {time.monotonic() - began:.0f} s, measuring …", flush=True)
    settings = {"DATABASE_URL": place.url, "STORAGE_URL": place.files.as_uri()}
    with Dashboard(stack, place.files.parent, settings) as dashboard:
        async with AsyncExitStack() as opened:
            browser = await opened.enter_async_context(Browser(dashboard, signs_in=False))
            await sign_in(browser, dashboard)
            http = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(60))
            agents = Agents(stack, dashboard, await opened.enter_async_context(http))
            return await Bench(place, dashboard, browser, agents, captured, sizes).measure()


async def _run(sizes: Sizes) -> tuple[list[str], list[Row]]:
    server = Server()
    names, columns = [], []
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(server.stack)
        print("a real conversation …", flush=True)
        captured = await capture(stack)
        async with server.api() as livekit:
            await server.fill(livekit, ROOMS)
            await server.quiet()
        for name, url in exits.enter_context(databases(folder)).items():
            if name != WITHOUT:
                place = Place(name, url, folder / name / "files")
                place.files.mkdir(parents=True)
                names.append(name)
                columns.append(await _one(place, stack, captured, sizes))
    return names, side_by_side(columns)


def side_by_side(columns: Sequence[Sequence[Row]]) -> list[Row]:
    """Return the rows of a table from those of its columns."""
    return [
        Row(rows[0].what, rows[0].target, [row.cells[0] for row in rows])
        for rows in zip(*columns, strict=True)
    ]


def main(words: Sequence[str]) -> int:
    """Measure, print the table, and write it to the documentation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks conversations")
    parser.add_argument("--quick", action="store_true", help="a short run that writes nothing")
    sizes = QUICK if parser.parse_args(words).quick else Sizes()
    before = report.load()
    names, rows = asyncio.run(_run(sizes))
    turns = sizes.conversations * TURNS
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table([f"{turns:,} turns, p50 / p95, ms, if two values", *names], rows)
    )
    print(text)
    if sizes == Sizes():
        report.write(text, COMMAND)
    return 0
