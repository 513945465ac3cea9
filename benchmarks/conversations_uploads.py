"""Many agents that upload what a real one did, at the same pace, each for one job after another."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

import jwt
from aiohttp import ClientError, ClientSession
from sqlalchemy import func, select

from app.store.migrating import migrate
from app.store.schema import CONVERSATION_ITEMS, CONVERSATIONS
from app.store.store import Store
from benchmarks.browser import Browser
from benchmarks.conversations_replay import Captured, Copy, Upload
from benchmarks.dashboard import Dashboard
from benchmarks.load import Times
from benchmarks.report import Cell, Row
from dev.stack import Stack

PAGES = ("/rooms", "/conversations")
MORE_TIMES = 1.5
QUIET_SECONDS = 15.0
TOGETHER = 500  # jobs of one query


@dataclass(slots=True)
class Sent:
    """What became of uploads: the seconds of each that was accepted, and how many were not."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0

    def times(self) -> Cell:
        """Return p50 and p99, in milliseconds."""
        parts = quantiles(self.seconds, n=100)
        return Cell(f"{parts[49] * 1000:.1f} / {parts[98] * 1000:.1f}")


@dataclass(frozen=True, slots=True)
class Packed:
    """A request that is ready to be sent, so many seconds after the beginning."""

    after: float
    path: str
    headers: dict[str, str]
    body: bytes


def packed(upload: Upload, later: float = 0.0) -> Packed:
    """Return the request of an upload."""
    headers, body = upload.packed()
    return Packed(upload.after + later, upload.path, headers, body)


class Agents:
    """Sends uploads to a dashboard, signed with the key of its server."""

    def __init__(self, stack: Stack, dashboard: Dashboard, session: ClientSession) -> None:
        self._url = dashboard.url
        self._session = session
        now = int(time.time())
        claims = {"iss": stack.api_key, "sub": "", "nbf": now, "exp": now + 6 * 3600}
        claims["observability"] = {"write": True}
        self._token = jwt.encode(claims, stack.api_secret, algorithm="HS256")

    async def send(self, request: Packed, sent: Sent) -> None:
        """Send one request, as an agent without a second try."""
        headers = request.headers | {"Authorization": f"Bearer {self._token}"}
        began = time.perf_counter()
        url = self._url + request.path
        try:
            async with self._session.post(url, data=request.body, headers=headers) as answer:
                await answer.read()
                accepted = answer.status < 400
        except (ClientError, TimeoutError):
            accepted = False
        if accepted:
            sent.seconds.append(time.perf_counter() - began)
        else:
            sent.refused += 1

    async def send_in_time(self, requests: Sequence[Packed]) -> Sent:
        """Send each request at its time, whether or not the earlier ones are answered."""
        sent = Sent()
        began = time.monotonic()
        async with asyncio.TaskGroup() as sending:
            for request in requests:
                await asyncio.sleep(max(0.0, began + request.after - time.monotonic()))
                sending.create_task(self.send(request, sent))
        return sent


def plan(captured: Captured, agents: int, seconds: float) -> tuple[list[str], list[Packed]]:
    """Return the jobs of agents that talk as long as there is time, and their requests in order.

    The agents begin one after another.
    """
    rounds = max(1, int(seconds / captured.seconds))
    jobs: list[str] = []
    requests: list[Packed] = []
    for agent in range(agents):
        for number in range(rounds):
            later = captured.seconds * (number + agent / agents)
            copy = Copy(captured, int(time.time() + later - captured.began))
            jobs.append(copy.job)
            requests += [packed(each, later) for each in copy.uploads()]
    return jobs, sorted(requests, key=lambda each: each.after)


async def measure_uploads(
    browser: Browser, agents: Agents, database_url: str, captured: Captured, size: tuple[int, float]
) -> list[Row]:
    """Measure pages before and while a number of agents upload for some seconds."""
    jobs, requests = plan(captured, *size)
    quiet = await _pages(browser, asyncio.create_task(asyncio.sleep(QUIET_SECONDS)))
    jobs, requests = plan(captured, *size)  # again, because it took its time
    sending = asyncio.create_task(agents.send_in_time(requests))
    meanwhile = await _pages(browser, sending)
    sent = await sending
    incomplete = await _incomplete(database_url, captured, jobs)
    failed = sent.refused + incomplete
    rows = [
        Row("uploads", "", [Cell(f"{len(sent.seconds):,}")]),
        Row(
            "refused uploads, incomplete conversations",
            "0",
            [Cell(f"{sent.refused}, {incomplete}", not failed)],
        ),
        Row("an upload, p50 / p99, ms", "", [sent.times()]),
    ]
    for page, before in quiet.items():
        after = meanwhile[page]
        more = after.p50 / before.p50
        cell = Cell(f"{after.p50:.1f} (x{more:.2f})", more <= MORE_TIMES)
        rows.append(Row(f"{page} before, p50, ms", "", [Cell(f"{before.p50:.1f}")]))
        rows.append(Row(f"{page} meanwhile, p50, ms", f"≤ x{MORE_TIMES}", [cell]))
    return rows


async def _pages(browser: Browser, until: "asyncio.Task[object]") -> Mapping[str, Times]:
    """Return the times of pages that are requested now and then."""
    seconds: dict[str, list[float]] = {page: [] for page in PAGES}
    while not until.done():
        for page in PAGES:
            seconds[page].append((await browser.get(page)).seconds)
            await asyncio.sleep(0.05)
    return {page: Times.of(each) for page, each in seconds.items()}


async def _incomplete(database_url: str, captured: Captured, jobs: Sequence[str]) -> int:
    """Return of how many jobs not everything was kept: spans, items, and the recording."""
    rows, items = CONVERSATIONS.c, CONVERSATION_ITEMS.c
    whole = (captured.spans, len(captured.recorded.sound), len(captured.recorded.items))
    complete = 0
    store = Store(database_url)
    try:
        await migrate(store)
        async with store.read() as connection:
            for start in range(0, len(jobs), TOGETHER):
                some = jobs[start : start + TOGETHER]
                query = (
                    select(rows.spans, rows.recording_bytes, func.count(items.id))
                    .join(
                        CONVERSATION_ITEMS, (items.server == rows.server) & (items.job == rows.job)
                    )
                    .where(rows.job.in_(some))
                    .group_by(rows.server, rows.job)
                )
                complete += sum(tuple(row) == whole for row in await connection.execute(query))
    finally:
        await store.close()
    return len(jobs) - complete
