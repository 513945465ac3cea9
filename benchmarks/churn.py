"""What happens meanwhile: people join and leave, rooms are made and deleted by the forms."""

import asyncio
import itertools
import random
import time
from collections import Counter, deque
from collections.abc import Sequence

import aiohttp
from livekit import api, rtc

from app.text.paths import room_path
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.pollers import Journal, over
from dev.guests import Guise, Server
from dev.participants import Crowd, Participant

PEOPLE = 30
EACH = 1.0  # seconds between two that come or go
MOST_ROOMS = 20
EVERY = 0.5  # seconds between two forms
PATIENCE = 10.0
# of eight that join, six are people, one calls by telephone, one is an agent
GUISES = [
    *[Guise()] * 6,
    Guise(kind="sip", attributes={"sip.callStatus": "active", "sip.phoneNumber": "+15550100"}),
    Guise(kind="agent"),
]
OUTAGE = (api.TwirpError, aiohttp.ClientError, rtc.ConnectError, TimeoutError, OSError)


class People:
    """Participants that join rooms and leave them again, in a thread of their own."""

    def __init__(self, crowd: Crowd, rooms: Sequence[str]) -> None:
        self._crowd = crowd
        self._rooms = rooms
        self._there: deque[Participant] = deque()
        self._numbers = itertools.count()
        self.counts: Counter[str] = Counter()

    async def run(self, ended: asyncio.Event) -> None:
        """Let them come and go until the end."""
        while not await over(ended, EACH if len(self._there) >= PEOPLE else 0):
            self._there = deque(one for one in self._there if one.connected)
            if len(self._there) >= PEOPLE:
                await self._leave(self._there.popleft())
            await self._come()

    async def _come(self) -> None:
        number = next(self._numbers)
        room, guise = random.choice(self._rooms), GUISES[number % len(GUISES)]  # noqa: S311
        try:
            self._there.append(
                await asyncio.to_thread(self._crowd.join, room, f"guest-{number:05}", **guise)
            )
            self.counts["joined"] += 1
        except OUTAGE:
            self.counts["could not join"] += 1
            await asyncio.sleep(EACH)

    async def _leave(self, one: Participant) -> None:
        try:
            await asyncio.to_thread(one.leave)
            self.counts["left"] += 1
        except OUTAGE:
            self.counts["lost"] += 1


class Rooms:
    """Rooms that somebody makes and deletes with the dashboard's own forms."""

    def __init__(self, dashboard: Dashboard, journal: Journal) -> None:
        self._dashboard = dashboard
        self._journal = journal
        self._numbers = itertools.count()
        self.open: deque[str] = deque()
        self.counts: Counter[str] = Counter()

    async def run(self, ended: asyncio.Event) -> None:
        """Make and delete until the end; what is open then stays."""
        async with Browser(self._dashboard) as browser:
            while not await over(ended, EVERY):
                if len(self.open) >= MOST_ROOMS:
                    await self._delete(browser)
                await self._make(browser)

    async def _make(self, browser: Browser) -> None:
        name = f"form <b>{next(self._numbers):05}</b>"  # a name that needs care everywhere
        fields = {"name": name, "empty_timeout": "3600", "metadata": '{"made": "by form"}'}
        if await self._sent(browser, "/rooms/-/new", fields):
            self.open.append(name)
            self.counts["made"] += 1

    async def _delete(self, browser: Browser) -> None:
        name = self.open[0]
        if await self._sent(browser, room_path(name, "delete"), {}) and name in self.open:
            self.open.remove(name)
            self.counts["deleted"] += 1

    async def _sent(self, browser: Browser, path: str, fields: dict[str, str]) -> bool:
        what = "POST /rooms/-/new" if fields else "POST /rooms/{room}/delete"
        reply = await self._journal.noted("forms", what, lambda: browser.send(path, fields))
        return bool(reply and reply.status == 303)

    def forget(self) -> None:
        """Forget what went with a server that was stopped or killed."""
        self.counts["went with their server"] += len(self.open)
        self.open.clear()


async def until_it_answers(server: Server) -> float:
    """Ask LiveKit itself until it gives its list of rooms; give when that was."""
    async with server.livekit() as livekit:
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    await livekit.room.list_rooms(api.ListRoomsRequest())
            except OUTAGE:
                await asyncio.sleep(0.05)
            else:
                return time.monotonic()
