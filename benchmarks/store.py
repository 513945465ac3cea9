"""`python -m benchmarks store`: what a store costs, on both databases beside a dashboard without.

Writes its table to docs/benchmarks.md. It runs separately, because a million entries of the audit
take minutes to write.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from livekit.api import LiveKitAPI

from benchmarks import report
from benchmarks.audit_entries import fill
from benchmarks.browser import Browser
from benchmarks.dashboard import USER, Dashboard
from benchmarks.load import LIST, Measured, Times, side_by_side
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from dev.postgres import Postgres

ENTRIES = 1_000_000
ROOMS = 10_000
MORE_MS = 1.5
AUDIT_MS = 25
RESIDENT_MB = 150
SIGN_INS = 200
SAMPLES, SECONDS = 200, 25.0
FILTERS = {
    "newest": "",
    "a person": "actor=person-7",
    "nobody": "actor=nobody",
    "an area": "area=room",
    "an outcome": "outcome=failed",
    "a room": "q=room-77&kind=room",
    "a request": f"q={ENTRIES // 2:016x}",
    "an address": "address=10.0.3.3",
    "the last hour": "span=1h",
    "the last 30 days": "span=30d",
    "all of them": "actor=person-7&area=room&outcome=failed&span=30d",
}
WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Results for one database, or for none; memory in bytes."""

    name: str
    page: Times
    many: Times
    audit: dict[str, Times]
    rush: tuple[float, Times] | None  # the seconds of all sign-ins, and a page's times meanwhile
    resident: int


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Start PostgreSQL, and yield the DATABASE_URL of an empty database of each kind, and none."""
    with Postgres() as postgres:
        yield {
            WITHOUT: "",
            "SQLite": f"sqlite:///{folder}/bench.db",
            "PostgreSQL": postgres.create("bench"),
        }


async def measure(
    server: Server, livekit: LiveKitAPI, dashboards: dict[str, Dashboard]
) -> list[StoreFigures]:
    """Measure all dashboards side by side, and what only those with a store have, one by one."""
    async with AsyncExitStack() as open_browsers:
        browsers = {}
        for name, dashboard in dashboards.items():
            browser = Browser(dashboard, signs_in=name == WITHOUT)
            browsers[name] = await open_browsers.enter_async_context(browser)
            if name != WITHOUT:
                await sign_in(browser, dashboard)
        await server.fill(livekit, 100)
        await server.quiet()
        page = await side_by_side(_pages(browsers), SAMPLES, SECONDS)
        audit = {name: await _audit(b) for name, b in browsers.items() if name != WITHOUT}
        rushes = {
            name: await sign_in_often(dashboards[name], browsers[name])
            for name in dashboards
            if name != WITHOUT
        }
        await server.fill(livekit, ROOMS)
        await server.quiet()
        many = await side_by_side(_pages(browsers), SAMPLES, SECONDS)
    return [
        StoreFigures(
            name=name,
            page=page[name],
            many=many[name],
            audit=audit.get(name, {}),
            rush=rushes.get(name),
            resident=dashboards[name].resident,
        )
        for name in dashboards
    ]


async def sign_in(browser: Browser, dashboard: Dashboard) -> None:
    """Sign in on the page for it. Raises RuntimeError if that fails."""
    reply = await browser.send("/sign-in", {"name": USER, "password": dashboard.password})
    if reply.status != 303:
        raise RuntimeError(f"/sign-in returned {reply.status}")


async def sign_in_often(dashboard: Dashboard, browser: Browser) -> tuple[float, Times]:
    """Sign in many times; return the seconds that took, and the times of a page meanwhile."""

    async def all_of_them() -> float:
        began = time.monotonic()
        for _ in range(SIGN_INS):
            async with Browser(dashboard, signs_in=False) as other:
                await sign_in(other, dashboard)
        return time.monotonic() - began

    signing_in = asyncio.create_task(all_of_them())
    times = []
    while not signing_in.done():
        times.append((await browser.get(LIST)).seconds)
        await asyncio.sleep(0.02)
    return await signing_in, Times.of(times)


async def _audit(browser: Browser) -> dict[str, Times]:
    paths = {what: f"/audit?{query}" for what, query in FILTERS.items()}
    return await side_by_side(
        {what: _seconds(browser, path) for what, path in paths.items()}, SAMPLES, SECONDS
    )


def _pages(browsers: dict[str, Browser]) -> dict[str, Measured]:
    return {name: _seconds(browser, LIST) for name, browser in browsers.items()}


def _seconds(browser: Browser, path: str) -> Measured:
    async def seconds() -> float:
        return (await browser.get(path)).seconds

    return seconds


def rows(all_figures: Sequence[StoreFigures]) -> list[Row]:
    """Return the rows of the table."""
    base = all_figures[0]
    stored = all_figures[1:]

    def times(figures: Times | None, most: float | None = None) -> Cell:
        if figures is None:
            return Cell("-")
        met = None if most is None else figures.p50 <= most
        return Cell(f"{figures.p50:.1f} / {figures.p95:.1f}", met)

    def more(figures: StoreFigures) -> Cell:
        over = figures.page.p50 - base.page.p50
        return Cell("-") if figures is base else Cell(f"{over:+.1f}", over <= MORE_MS)

    def megabytes(figures: StoreFigures) -> Cell:
        size = figures.resident / 1_000_000
        return Cell(f"{size:.0f}", None if figures is base else size < RESIDENT_MB)

    found = [
        Row("/rooms, 100 rooms, ms", "", [times(each.page) for each in all_figures]),
        Row("more than without, ms", f"≤ {MORE_MS}", [more(each) for each in all_figures]),
        Row(f"/rooms, {ROOMS:,} rooms, ms", "", [times(each.many) for each in all_figures]),
        Row(
            f"memory at {ROOMS:,} rooms, MB",
            f"< {RESIDENT_MB}",
            [megabytes(each) for each in all_figures],
        ),
        Row(
            f"{SIGN_INS} sign-ins in a row, s",
            "",
            [Cell(f"{each.rush[0]:.1f}" if each.rush else "-") for each in all_figures],
        ),
        Row(
            "/rooms meanwhile, ms",
            "",
            [times(each.rush[1] if each.rush else None) for each in all_figures],
        ),
    ]
    for what in FILTERS:
        cells = [Cell("-"), *(times(each.audit[what], AUDIT_MS) for each in stored)]
        found.append(Row(f"/audit, {what}, ms", f"p50 ≤ {AUDIT_MS}", cells))
    return found


async def _run(entries: int) -> list[StoreFigures]:
    server = Server()
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(server.stack)
        dashboards = {}
        for name, url in exits.enter_context(databases(folder)).items():
            if url:
                print(f"{entries:,} entries in {name} …", flush=True)
                await fill(url, entries)
            own = folder / name
            own.mkdir()
            settings = {
                "DATABASE_URL": url,
                "SIGNIN_TRIES_PER_MINUTE": "1000",
                "LIVEKIT_TIMEOUT": "30",  # three dashboards share LiveKit
            }
            dashboards[name] = exits.enter_context(Dashboard(stack, own, settings))
        print("measuring …", flush=True)
        async with server.api() as livekit:
            return await measure(server, livekit, dashboards)


def main(words: Sequence[str]) -> int:
    """Measure, print the table, and write it to the documentation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks store")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    entries = parser.parse_args(words).entries
    before = report.load()
    figures = asyncio.run(_run(entries))
    columns = [f"{entries:,} entries, p50 / p95", *(each.name for each in figures)]
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table(columns, rows(figures))
    )
    print(text)
    if entries == ENTRIES:
        report.write(text, "make bench ARGS=store")
    return 0
