"""`python -m benchmarks.soak`: 200 browsers for 10 minutes, while LiveKit and Redis fail.

Writes its tables to docs/benchmarks.md and exits with 1 if a target is missed. Run it with
make bench ARGS=soak, or with ARGS="soak --minutes 2" for a short run that writes nothing.
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
from benchmarks.churn import People, Rooms, until_it_responds
from benchmarks.dashboard import Dashboard
from benchmarks.pollers import REFRESH, Journal, pollers
from benchmarks.soak_report import REFRESHES, Moment, Outage, Soaked
from dev.guests import Server
from dev.participants import Crowd
from dev.stack import Stack

MINUTES = 10.0
BROWSERS = 200
DOWN = 12.0  # seconds that a server is down: a little more than two refreshes
SETTLED = 40.0  # seconds after the last browser left: aiohttp drops connections after 15 to 30
SAMPLES = 20
ROOMS = tuple(f"room-{number:02}" for number in range(20))
TOKEN = secrets.token_urlsafe(32)
# times as shares of the run: the first minute warms up, the last two are calm
WARM, STOPPED, REDIS, KILLED = 0.1, 0.2, 0.45, 0.7

Action = Callable[[], None]


class Soak:
    """One run and its records."""

    def __init__(
        self, stack: Stack, dashboard: Dashboard, crowd: Crowd, executor: Executor
    ) -> None:
        """Describe the run; servers are stopped and started in the single thread of `executor`."""
        self._stack = stack
        self._dashboard = dashboard
        self._executor = executor
        self._server = Server(stack.url, stack.api_key, stack.api_secret)
        self._ended = asyncio.Event()
        self._journal = Journal()
        self._people = People(crowd, ROOMS)
        self._rooms = Rooms(dashboard, self._journal)
        self._outages: list[Outage] = []

    async def run(self, seconds: float) -> Soaked:
        """Run it and return the results."""
        moments = [await self._moment("before")]
        began = time.monotonic()
        browsers = pollers(self._dashboard, self._journal, BROWSERS, ROOMS)
        async with asyncio.TaskGroup() as group:
            for run in (*(browser.run for browser in browsers), self._people.run, self._rooms.run):
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
        moments.append(await self._moment("browsers closed"))
        counts = {**self._people.counts, **self._rooms.counts}
        return Soaked(BROWSERS, moments, self._journal.answers, self._outages, counts)

    def _plan(self) -> list[tuple[str, float, Action, Action]]:
        livekit, redis = self._stack.livekit, self._stack.redis
        return [
            ("LiveKit stopped", STOPPED, livekit.stop, livekit.start),
            ("Redis stopped", REDIS, redis.stop, redis.start),
            ("LiveKit killed", KILLED, livekit.kill, livekit.start),
        ]

    async def _fail(self, name: str, stop: Action, start: Action) -> None:
        """Stop a server, start it again, and record how long LiveKit didn't respond."""
        print(f"{name} …", flush=True)
        loop = asyncio.get_running_loop()
        down = time.monotonic()
        await loop.run_in_executor(self._executor, stop)
        await asyncio.sleep(DOWN)
        await loop.run_in_executor(self._executor, start)
        up = await until_it_responds(self._server)
        if name.startswith("LiveKit"):
            self._rooms.forget()
        self._outages.append(Outage(name, down, up))

    async def _moment(self, name: str) -> Moment:
        """Sample for two refreshes, and return the minimum of each figure."""
        samples = []
        for _ in range(SAMPLES):
            samples.append(await self._process_figures())
            await asyncio.sleep(REFRESHES * REFRESH / SAMPLES)
        return Moment(name, *map(min, zip(*samples, strict=True)))

    async def _process_figures(self) -> tuple[int, int, int]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self._dashboard.url}/metrics"
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers) as response,
        ):
            text = await response.text()
        figures = {
            sample.name: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        resident, descriptors = (
            figures["process_resident_memory_bytes"],
            figures["process_open_fds"],
        )
        return int(resident), int(descriptors), int(figures["livekit_dashboard_tasks"])


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:g} min"


def main(words: Sequence[str] | None = None) -> int:
    """Run it, print the tables, and write them to the documentation after a full run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    minutes = parser.parse_args(words).minutes
    logging.getLogger("livekit").setLevel(logging.CRITICAL)  # participants log each outage
    before = report.load()
    with ExitStack() as exits:
        # a server ends with the thread that started it, so the thread must outlive the stack
        executor = exits.enter_context(ThreadPoolExecutor(1))
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(Stack())
        settings = {"METRICS_TOKEN": TOKEN}
        dashboard = exits.enter_context(Dashboard(stack, folder, settings))
        crowd = exits.enter_context(Crowd(stack.url, stack.api_key, stack.api_secret))
        result = asyncio.run(Soak(stack, dashboard, crowd, executor).run(minutes * 60))
    heading = f"Measured {report.machine()}. Load average {before} before, {report.load()} after."
    text = "\n\n".join([heading, *soak_report.tables(result)])
    print(f"\n{text}")
    if minutes == MINUTES:
        report.write(text, "python -m benchmarks.soak")
    missed = soak_report.missed_targets(result)
    for target in missed:
        print(f"MISSED: {target}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
