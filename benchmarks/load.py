"""Measuring: samples side by side, requests per second, many pollers at once."""

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
    """The middle and the slow end of many samples, in milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        """Sum samples up."""
        ordered = [sample * 1000 for sample in seconds]
        return cls(median(ordered), quantiles(ordered, n=20)[-1])


async def side_by_side(
    measures: Mapping[str, Measured], samples: int, seconds: float
) -> dict[str, Times]:
    """Take the measures in turn, so that all see the same machine; fewer samples where slow.

    Each round has an order of its own: LiveKit collects its garbage every few long lists, and in
    step with one order it would always be the same measure that meets it.

    Ends after `samples` rounds, or after `seconds` once there are enough.
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
    """Give what is measured of a page: the whole, a refresh, and one that finds nothing new."""
    ptag = (await browser.get(poll)).ptag

    async def seconds(path: str, headers: dict[str, str]) -> float:
        reply = await browser.get(path, headers)
        if (reply.status == 304) != bool(headers):
            raise RuntimeError(f"{path} answered {reply.status}: the rooms changed meanwhile")
        return reply.seconds

    return {
        "page": lambda: seconds(page, {}),
        "changed": lambda: seconds(poll, {}),
        "unchanged": lambda: seconds(poll, {"HX-PTag": ptag}),
    }


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Give the seconds that `work` takes."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Rush:
    """What many requests at a time gave: answers a second, the slowest one in s, failed ones."""

    per_second: float
    slowest: float
    failed: int

    @classmethod
    def of(cls, replies: list[Reply], seconds: float) -> "Rush":
        """Sum up the replies that came within that time."""
        good = [reply for reply in replies if reply.good]
        slowest = max(reply.seconds for reply in replies)
        return cls(len(good) / seconds, slowest, len(replies) - len(good))


async def rush(
    dashboard: Dashboard, path: str, seconds: float, headers: Mapping[str, str] | None = None
) -> Rush:
    """Keep all connections busy for some seconds."""
    replies: list[Reply] = []
    until = time.monotonic() + seconds

    async def visit(browser: Browser) -> None:
        while time.monotonic() < until:
            replies.append(await browser.try_to_get(path, headers))

    async with Browser(dashboard, CONNECTIONS) as browser:
        began = time.monotonic()
        await asyncio.gather(*(visit(browser) for _ in range(CONNECTIONS)))
        return Rush.of(replies, time.monotonic() - began)


async def poll_at_once(
    dashboard: Dashboard, count: Callable[[], Awaitable[int]]
) -> tuple[int, Rush]:
    """Let many poll at the same moment; give the calls that LiveKit counted, and the rest.

    Their connections are open before, as those of waiting browsers are.
    """
    async with Browser(dashboard, POLLERS) as browser:
        await asyncio.gather(*(browser.get("/health") for _ in range(POLLERS)))
        before = await count()
        began = time.monotonic()
        replies = await asyncio.gather(*(browser.try_to_get(POLL) for _ in range(POLLERS)))
        return await count() - before, Rush.of(replies, time.monotonic() - began)
