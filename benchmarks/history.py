"""`python -m benchmarks history`: pages of history with a million sessions, on both databases.

Writes its table to docs/benchmarks.md. Filling both databases takes some ten minutes.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from app.services.usage.rolling import mark, roll
from app.store.store import Store
from benchmarks import report
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.history_rows import SERVER, SPAN, fill
from benchmarks.load import Measured, Times, side_by_side
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from benchmarks.store import WITHOUT, databases, sign_in
from dev.stack import Stack

SESSIONS = 1_000_000
PAGE_MS, USAGE_MS = 30, 250
SAMPLES, SECONDS = 50, 15.0
COMMAND = "make bench ARGS=history"
HOUR = timedelta(hours=1)
PAGES = {
    "/sessions": "/sessions",
    "a room": "/sessions?room=room-77",
    "rooms by a pattern": "/sessions?q=room-1*",
    "rooms that don't exist": "/sessions?q=*nothing*",
    "an identity": "/sessions?identity=person-777",
    "with calls": "/sessions?kind=calls",
    "with agents": "/sessions?kind=agents",
    "with ingress": "/sessions?kind=ingress",
    "with a recording": "/sessions?kind=recording",
    "with errors": "/sessions?errors=1",
    "longer than a day": "/sessions?longer=24h",
    "longer than a minute": "/sessions?longer=1min",
    "still open": "/sessions?open=1",
    "the last hour": "/sessions?span=1h",
    "the last 90 days": "/sessions?span=90d",
    "all of them": "/sessions?room=room-77&kind=recording&errors=1&longer=1h&span=90d",
    "a session": "/sessions/RM_{middle:012d}",
    "an identity's history": "/history/participants/person-777",
    "call records": "/sip/records",
}
USAGE = {
    "/usage, 24 hours": "/usage?span=24h",
    "/usage, 30 days": "/usage?span=30d",
    "/usage, 13 months": "/usage?span=13mo",
    "/usage, 13 months of a room": "/usage?span=13mo&room=room-7777",
}


@dataclass(frozen=True, slots=True)
class HistoryFigures:
    """Results on one database; sizes in bytes, for a million sessions."""

    name: str
    pages: dict[str, Times]
    usage: dict[str, Times]
    size: float
    resident: int


async def count_usage(database_url: str) -> None:
    """Count the usage of all hours, as the dashboard does while they pass."""
    now = datetime.now(UTC)
    store = Store(database_url)
    store.ready = True
    try:
        hours = [now - HOUR * number for number in range(int(SPAN / HOUR))]
        async with store.write() as connection:
            await mark(store, connection, SERVER, hours)
        await roll(store, SERVER, now)
    finally:
        await store.close()


async def measure(dashboard: Dashboard, sessions: int) -> tuple[dict[str, Times], dict[str, Times]]:
    """Measure the pages of one dashboard."""
    async with AsyncExitStack() as opened:
        browser = await opened.enter_async_context(Browser(dashboard, signs_in=False))
        await sign_in(browser, dashboard)

        def seconds(path: str) -> Measured:
            async def measured() -> float:
                return (await browser.get(path.format(middle=sessions // 2))).seconds

            return measured

        pages = {what: seconds(path) for what, path in PAGES.items()}
        usage = {what: seconds(path) for what, path in USAGE.items()}
        return (
            await side_by_side(pages, SAMPLES, SECONDS),
            await side_by_side(usage, SAMPLES, SECONDS),
        )


def size_of(database_url: str) -> int:
    """Return the size of a database, in bytes."""
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def rows(all_figures: Sequence[HistoryFigures]) -> list[Row]:
    """Return the rows of the table."""

    def times(figures: Times, most: int) -> Cell:
        return Cell(f"{figures.p50:.1f} / {figures.p95:.1f}", figures.p50 < most)

    found = [
        Row(what, f"p50 < {PAGE_MS}", [times(each.pages[what], PAGE_MS) for each in all_figures])
        for what in PAGES
    ]
    found += [
        Row(what, f"p50 < {USAGE_MS}", [times(each.usage[what], USAGE_MS) for each in all_figures])
        for what in USAGE
    ]
    sizes = [Cell(f"{each.size / 1e9:.1f}") for each in all_figures]
    memory = [Cell(f"{each.resident / 1e6:.0f}") for each in all_figures]
    found.append(Row("disk per million sessions, GB", "", sizes))
    found.append(Row("memory afterwards, MB", "", memory))
    return found


async def _one(name: str, url: str, sessions: int, stack: Stack, folder: Path) -> HistoryFigures:
    print(f"{sessions:,} sessions in {name} …", flush=True)
    began = time.monotonic()
    await fill(url, sessions)
    print(f"written after {time.monotonic() - began:.0f} s, counting usage …", flush=True)
    await count_usage(url)
    print(f"counted after {time.monotonic() - began:.0f} s, measuring …", flush=True)
    own = folder / name
    own.mkdir()
    with Dashboard(stack, own, {"DATABASE_URL": url}) as dashboard:
        pages, usage = await measure(dashboard, sessions)
        resident = dashboard.resident
    return HistoryFigures(name, pages, usage, size_of(url) / sessions * SESSIONS, resident)


async def _run(sessions: int) -> list[HistoryFigures]:
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(Server().stack)
        urls = exits.enter_context(databases(folder))
        return [
            await _one(name, url, sessions, stack, folder)
            for name, url in urls.items()
            if name != WITHOUT
        ]


def main(words: Sequence[str]) -> int:
    """Measure, print the table, and write it to the documentation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks history")
    parser.add_argument("--sessions", type=int, default=SESSIONS)
    sessions = parser.parse_args(words).sessions
    before = report.load()
    figures = asyncio.run(_run(sessions))
    columns = [f"{sessions:,} sessions, p50 / p95, ms", *(each.name for each in figures)]
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table(columns, rows(figures))
    )
    print(text)
    if sessions == SESSIONS:
        report.write(text, COMMAND)
    return 0
