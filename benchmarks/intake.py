"""`python -m benchmarks intake`: webhooks at a steady rate, then as many as possible.

One dashboard process on each database, one after the other, so that each has the machine.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from sqlalchemy import func, select

from app.store.migrating import migrate
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from app.text.paths import LIVEKIT_HOOK
from benchmarks import report
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.intake_events import events, signed
from benchmarks.load import LIST, Times
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from benchmarks.store import WITHOUT, databases, sign_in
from dev.stack import Stack

PER_SECOND, SECONDS, RUSH_SECONDS = 200, 300.0, 10.0
ROOMS = 100
SENDERS = 32
P99_MS, PEAK, BEHIND_SECONDS, MORE_TIMES = 25, 600, 2.0, 1.5
COMMAND = "make bench ARGS=intake"


@dataclass(slots=True)
class Sent:
    """What became of webhooks: the seconds of each that was accepted, and how many were not."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0


@dataclass(frozen=True, slots=True)
class IntakeFigures:
    """Results on one database: milliseconds, seconds, bytes."""

    name: str
    steady: Sent
    behind: float
    quiet: Times
    meanwhile: Times
    peak: float
    refused: int
    resident: int


class Sender:
    """Signs webhooks with a stack's key and sends them to a dashboard, as LiveKit does."""

    def __init__(self, stack: Stack, dashboard: Dashboard, session: ClientSession) -> None:
        self._stack = stack
        self._url = dashboard.url + LIVEKIT_HOOK
        self._session = session
        self._events = events()

    async def send(self, sent: Sent) -> None:
        """Send the next event."""
        body, headers = signed(next(self._events), self._stack.api_key, self._stack.api_secret)
        began = time.perf_counter()
        async with self._session.post(self._url, data=body, headers=headers) as answer:
            if answer.status == 200:
                sent.seconds.append(time.perf_counter() - began)
            else:
                sent.refused += 1

    async def steadily(self, seconds: float) -> Sent:
        """Send PER_SECOND, each at its time, whether or not the earlier ones are answered."""
        sent = Sent()
        began = time.monotonic()
        async with asyncio.TaskGroup() as sending:
            for number in range(int(seconds * PER_SECOND)):
                await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
                sending.create_task(self.send(sent))
        return sent

    async def rush(self, seconds: float) -> tuple[float, int]:
        """Keep SENDERS busy; return the accepted events per second, and how many were not."""
        sent = Sent()
        until = time.monotonic() + seconds

        async def busy() -> None:
            while time.monotonic() < until:
                await self.send(sent)

        await asyncio.gather(*(busy() for _ in range(SENDERS)))
        return len(sent.seconds) / seconds, sent.refused


async def most_behind(store: Store, until: asyncio.Event) -> float:
    """Return how many seconds the oldest event that isn't projected had waited, at most."""
    events_table = WEBHOOK_EVENTS.c
    oldest = select(func.min(events_table.received_at)).where(~events_table.projected)
    most = 0.0
    while not until.is_set():
        async with store.read() as connection:
            waiting = (await connection.execute(oldest)).scalar()
        most = max(most, time.time() - waiting.timestamp() if waiting else 0.0)
        await asyncio.sleep(0.2)
    return most


async def pages(browser: Browser, until: asyncio.Event) -> Times:
    """Return the times of a page, requested now and then."""
    seconds = []
    while not until.is_set():
        seconds.append((await browser.get(LIST)).seconds)
        await asyncio.sleep(0.1)
    return Times.of(seconds)


async def measure(
    name: str, url: str, stack: Stack, dashboard: Dashboard, seconds: float
) -> IntakeFigures:
    """Measure one database."""
    async with AsyncExitStack() as opened:
        browser = await opened.enter_async_context(Browser(dashboard, signs_in=False))
        await sign_in(browser, dashboard)
        connector = TCPConnector(limit=0)
        session = ClientSession(connector=connector, timeout=ClientTimeout(30))
        sender = Sender(stack, dashboard, await opened.enter_async_context(session))
        store = Store(url)
        opened.push_async_callback(store.close)
        await migrate(store)
        ended = asyncio.Event()
        asyncio.get_running_loop().call_later(10, ended.set)
        quiet = await pages(browser, ended)
        ended = asyncio.Event()
        watching = asyncio.create_task(most_behind(store, ended))
        loading = asyncio.create_task(pages(browser, ended))
        steady = await sender.steadily(seconds)
        ended.set()
        behind, meanwhile = await watching, await loading
        peak, refused = await sender.rush(RUSH_SECONDS)
    return IntakeFigures(name, steady, behind, quiet, meanwhile, peak, refused, dashboard.resident)


def rows(all_figures: Sequence[IntakeFigures]) -> list[Row]:
    """Return the rows of the table."""

    def p99(figures: IntakeFigures) -> Cell:
        milliseconds = quantiles(figures.steady.seconds, n=100)[-1] * 1000
        return Cell(f"{milliseconds:.1f}", milliseconds < P99_MS)

    def page(figures: IntakeFigures) -> Cell:
        times = figures.meanwhile.p50 / figures.quiet.p50
        return Cell(f"{figures.meanwhile.p50:.1f} (x{times:.2f})", times <= MORE_TIMES)

    def refused(figures: IntakeFigures) -> Cell:
        number = figures.steady.refused + figures.refused
        return Cell(str(number), not number)

    each = all_figures
    return [
        Row("p99 of a webhook, ms", f"< {P99_MS}", [p99(f) for f in each]),
        Row(
            "most that waited to be projected, s",
            f"≤ {BEHIND_SECONDS:g}",
            [Cell(f"{f.behind:.1f}", f.behind <= BEHIND_SECONDS) for f in each],
        ),
        Row("/rooms before, p50, ms", "", [Cell(f"{f.quiet.p50:.1f}") for f in each]),
        Row("/rooms meanwhile, p50, ms", f"≤ x{MORE_TIMES}", [page(f) for f in each]),
        Row(
            "peak, events per second",
            f"≥ {PEAK}",
            [Cell(f"{f.peak:.0f}", f.peak >= PEAK) for f in each],
        ),
        Row("refused", "0", [refused(f) for f in each]),
        Row("memory afterwards, MB", "", [Cell(f"{f.resident / 1e6:.0f}") for f in each]),
    ]


async def _run(seconds: float) -> list[IntakeFigures]:
    server = Server()
    figures = []
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(server.stack)
        async with server.api() as livekit:
            await server.fill(livekit, ROOMS)
            await server.quiet()
        for name, url in exits.enter_context(databases(folder)).items():
            if name == WITHOUT:
                continue
            print(f"{seconds:g} s with {name} …", flush=True)
            own = folder / name
            own.mkdir()
            with Dashboard(stack, own, {"DATABASE_URL": url}) as dashboard:
                figures.append(await measure(name, url, stack, dashboard, seconds))
    return figures


def main(words: Sequence[str]) -> int:
    """Measure, print the table, and write it to the documentation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks intake")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    seconds = parser.parse_args(words).seconds
    before = report.load()
    figures = asyncio.run(_run(seconds))
    columns = [f"{PER_SECOND} events/s for {seconds:g} s", *(each.name for each in figures)]
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table(columns, rows(figures))
    )
    print(text)
    if seconds == SECONDS:
        report.write(text, COMMAND)
    return 0
