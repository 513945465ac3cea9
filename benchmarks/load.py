"""Measurements: interleaved samples, requests per second, concurrent polls."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.browser import Browser, Reply
from benchmarks.dashboard import Dashboard

WARM_UP = 5
SAMPLES = 200
SECONDS = 25.0
FEWEST = 30
CONNECTIONS = 50
POLLERS = 100
LIST = "/rooms"
POLL = "/rooms?partial=1"

Measured = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Times:
    """Median and 95th percentile of the samples, in milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """Summarize samples in seconds."""
        ordered = [sample * 1000 for sample in seconds]
        return cls(median(ordered), quantiles(ordered, n=20)[-1])


async def side_by_side(
    measures: Mapping[str, Measured], samples: int, seconds: float
) -> dict[str, Times]:
    """Take the measures in turn, so that all see the same state of the machine.

    Each round has a random order: LiveKit collects garbage every few long lists, and with a fixed
    order the same measure could be affected each time.

    Ends after `samples` rounds, or after `seconds` once FEWEST rounds are done.
    """
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(WARM_UP):
        for measure in measures.values():
            await measure()
    until = time.monotonic() + seconds
    for done in range(samples):
        if done >= FEWEST and time.monotonic() > until:
            break
        for name in random.sample(list(measures), len(measures)):
            taken[name].append(await measures[name]())
    return {name: Times.of(values) for name, values in taken.items()}


async def dashboard_measures(browser: Browser, page: str, poll: str) -> dict[str, Measured]:
    """Return the measures of a page: the whole page, a changed and an unchanged refresh."""
    ptag = (await browser.get(poll)).ptag

    async def seconds(path: str, headers: dict[str, str]) -> float:
        reply = await browser.get(path, headers)
        if (reply.status == 304) != bool(headers):
            raise RuntimeError(f"{path} returned {reply.status}: the rooms have changed")
        return reply.seconds

    return {
        "page": lambda: seconds(page, {}),
        "changed": lambda: seconds(poll, {}),
        "unchanged": lambda: seconds(poll, {"HX-PTag": ptag}),
    }


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many seconds `work` takes."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Rush:
    """The result of concurrent requests: successes per second, slowest in seconds, failures."""

    per_second: float
    slowest: float
    failed: int

    @classmethod
    def of(cls, replies: list[Reply], seconds: float) -> "Rush":
        """Summarize the responses received in this time."""
        good = [reply for reply in replies if reply.good]
        slowest = max(reply.seconds for reply in replies)
        return cls(len(good) / seconds, slowest, len(replies) - len(good))


async def rush(
    dashboard: Dashboard, path: str, seconds: float, headers: Mapping[str, str] | None = None
) -> Rush:
    """Keep all connections busy for this many seconds."""
    replies: list[Reply] = []
    until = time.monotonic() + seconds

    async def visit(browser: Browser) -> None:
        while time.monotonic() < until:
            replies.append(await browser.try_to_get(path, headers))

    async with Browser(dashboard, CONNECTIONS) as browser:
        began = time.monotonic()
        await asyncio.gather(*(visit(browser) for _ in range(CONNECTIONS)))
        return Rush.of(replies, time.monotonic() - began)


async def poll_concurrently(
    dashboard: Dashboard, count: Callable[[], Awaitable[int]]
) -> tuple[int, Rush]:
    """Poll concurrently; return the number of calls that LiveKit counted, and the result.

    The connections are open beforehand, like those of waiting browsers.
    """
    async with Browser(dashboard, POLLERS) as browser:
        await asyncio.gather(*(browser.get("/health") for _ in range(POLLERS)))
        before = await count()
        began = time.monotonic()
        replies = await asyncio.gather(*(browser.try_to_get(POLL) for _ in range(POLLERS)))
        return await count() - before, Rush.of(replies, time.monotonic() - began)
