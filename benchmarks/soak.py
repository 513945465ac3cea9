"""`python -m benchmarks.soak`: 200 browsers for 10 minutes, and LiveKit and Redis fail meanwhile.

It writes its tables into docs/benchmarks.md, and ends with 1 where a promise is not kept. It is a
program of its own because of its length: make bench ARGS=soak, or ARGS="soak --minutes 2", which
writes nothing down.
"""

import argparse
import asyncio
import logging
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from benchmarks import report, soak_report
from benchmarks.churn import People, Rooms, until_it_answers
from benchmarks.dashboard import Dashboard
from benchmarks.pollers import REFRESH, Journal, pollers
from benchmarks.soak_report import REFRESHES, Moment, Outage, Soaked
from dev.guests import Server
from dev.participants import Crowd
from dev.stack import Stack

MINUTES = 10.0
BROWSERS = 200
DOWN = 12.0  # seconds that a server stays away: two refreshes, and some
SETTLED = 40.0  # seconds after the last browser left: aiohttp drops connections after 15 to 30
LOOKS = 20
ROOMS = tuple(f"room-{number:02}" for number in range(20))
TOKEN = secrets.token_urlsafe(32)
# when, as shares of the whole: the first minute warms up, the last two are calm
WARM, STOPPED, REDIS, KILLED = 0.1, 0.2, 0.45, 0.7

Deed = Callable[[], None]


class Soak:
    """One run: what goes on, and what is written down of it."""

    def __init__(self, stack: Stack, dashboard: Dashboard, crowd: Crowd, hands: Executor) -> None:
        """Describe the run; servers are stopped and started in the one thread of `hands`."""
        self._stack = stack
        self._dashboard = dashboard
        self._hands = hands
        self._server = Server(stack.url, stack.api_key, stack.api_secret)
        self._ended = asyncio.Event()
        self._journal = Journal()
        self._people = People(crowd, ROOMS)
        self._rooms = Rooms(dashboard, self._journal)
        self._outages: list[Outage] = []

    async def run(self, seconds: float) -> Soaked:
        """Do it all, and give what was seen."""
        moments = [await self._moment("before")]
        began = time.monotonic()
        browsers = pollers(self._dashboard, self._journal, BROWSERS, ROOMS)
        async with asyncio.TaskGroup() as group:
            for run in (*(one.run for one in browsers), self._people.run, self._rooms.run):
                group.create_task(run(self._ended))
            await asyncio.sleep(began + WARM * seconds - REFRESHES * REFRESH - time.monotonic())
            moments.append(await self._moment(f"after {_minutes(WARM * seconds)}"))
            for name, share, stop, start in self._plan():
                await asyncio.sleep(began + share * seconds - time.monotonic())
                await self._fail(name, stop, start)
                if len(self._outages) == 1:
                    await asyncio.sleep(REFRESHES * REFRESH)
                    moments.append(await self._moment("after one outage"))
            await asyncio.sleep(began + seconds - REFRESHES * REFRESH - time.monotonic())
            moments.append(await self._moment(f"after {_minutes(seconds)}"))
            self._ended.set()
        await asyncio.sleep(SETTLED)
        moments.append(await self._moment("all left"))
        counts = {**self._people.counts, **self._rooms.counts}
        return Soaked(BROWSERS, moments, self._journal.answers, self._outages, counts)

    def _plan(self) -> list[tuple[str, float, Deed, Deed]]:
        livekit, redis = self._stack.livekit, self._stack.redis
        return [
            ("LiveKit stopped", STOPPED, livekit.stop, livekit.start),
            ("Redis stopped", REDIS, redis.stop, redis.start),
            ("LiveKit killed", KILLED, livekit.kill, livekit.start),
        ]

    async def _fail(self, name: str, stop: Deed, start: Deed) -> None:
        """Stop a server, start it again, and note from when to when LiveKit gave no answers."""
        print(f"{name} …", flush=True)
        loop = asyncio.get_running_loop()
        down = time.monotonic()
        await loop.run_in_executor(self._hands, stop)
        await asyncio.sleep(DOWN)
        await loop.run_in_executor(self._hands, start)
        up = await until_it_answers(self._server)
        if name.startswith("LiveKit"):
            self._rooms.forget()
        self._outages.append(Outage(name, down, up))

    async def _moment(self, name: str) -> Moment:
        """Look for two refreshes, and give the least of each: what is left is never less."""
        seen = []
        for _ in range(LOOKS):
            seen.append(await self._held())
            await asyncio.sleep(REFRESHES * REFRESH / LOOKS)
        return Moment(name, *map(min, zip(*seen, strict=True)))

    async def _held(self) -> tuple[int, int, int]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self._dashboard.url}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            text = await answer.text()
        told = {
            sample.name: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        resident, descriptors = told["process_resident_memory_bytes"], told["process_open_fds"]
        return int(resident), int(descriptors), int(told["livekit_dashboard_tasks"])


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:g} min"


def main(words: Sequence[str] | None = None) -> int:
    """Run it, print the tables, and write them down if it was the whole of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    minutes = parser.parse_args(words).minutes
    logging.getLogger("livekit").setLevel(logging.CRITICAL)  # guests tell of each outage
    before = report.load()
    with ExitStack() as exits:
        # a server ends with the thread that started it, so the thread outlives the stack
        hands = exits.enter_context(ThreadPoolExecutor(1))
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(Stack())
        settings = {"METRICS_TOKEN": TOKEN}
        dashboard = exits.enter_context(Dashboard(stack, folder, settings))
        crowd = exits.enter_context(Crowd(stack.url, stack.api_key, stack.api_secret))
        soaked = asyncio.run(Soak(stack, dashboard, crowd, hands).run(minutes * 60))
    heading = f"Measured {report.machine()}. Load average {before} before, {report.load()} after."
    text = "\n\n".join([heading, *soak_report.tables(soaked)])
    print(f"\n{text}")
    if minutes == MINUTES:
        report.write(text, "python -m benchmarks.soak")
    broken = soak_report.broken(soaked)
    for promise in broken:
        print(f"NOT KEPT: {promise}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
