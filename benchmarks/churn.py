"""Changes during the soak: participants join and leave, forms create and delete rooms."""

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
EACH = 1.0  # seconds between participants
MOST_ROOMS = 20
EVERY = 0.5  # seconds between forms
PATIENCE = 10.0
# of eight participants, six are people, one is a caller, one is an agent
GUISES = [
    *[Guise()] * 6,
    Guise(kind="sip", attributes={"sip.callStatus": "active", "sip.phoneNumber": "+15550100"}),
    Guise(kind="agent"),
]
OUTAGE = (api.TwirpError, aiohttp.ClientError, rtc.ConnectError, TimeoutError, OSError)


class People:
    """Participants that join and leave rooms, in a separate thread."""

    def __init__(self, crowd: Crowd, rooms: Sequence[str]) -> None:
        self._crowd = crowd
        self._rooms = rooms
        self._joined: deque[Participant] = deque()
        self._numbers = itertools.count()
        self.counts: Counter[str] = Counter()

    async def run(self, ended: asyncio.Event) -> None:
        """Let participants join and leave until the end."""
        while not await over(ended, EACH if len(self._joined) >= PEOPLE else 0):
            self._joined = deque(person for person in self._joined if person.connected)
            if len(self._joined) >= PEOPLE:
                await self._leave(self._joined.popleft())
            await self._join()

    async def _join(self) -> None:
        number = next(self._numbers)
        room, guise = random.choice(self._rooms), GUISES[number % len(GUISES)]  # noqa: S311
        try:
            self._joined.append(
                await asyncio.to_thread(self._crowd.join, room, f"guest-{number:05}", **guise)
            )
            self.counts["joined"] += 1
        except OUTAGE:
            self.counts["failed to join"] += 1
            await asyncio.sleep(EACH)

    async def _leave(self, person: Participant) -> None:
        try:
            await asyncio.to_thread(person.leave)
            self.counts["left"] += 1
        except OUTAGE:
            self.counts["lost"] += 1


class Rooms:
    """Rooms that are created and deleted with the dashboard's forms."""

    def __init__(self, dashboard: Dashboard, journal: Journal) -> None:
        self._dashboard = dashboard
        self._journal = journal
        self._numbers = itertools.count()
        self.open: deque[str] = deque()
        self.counts: Counter[str] = Counter()

    async def run(self, ended: asyncio.Event) -> None:
        """Create and delete rooms until the end; rooms that are open then remain."""
        async with Browser(self._dashboard) as browser:
            while not await over(ended, EVERY):
                if len(self.open) >= MOST_ROOMS:
                    await self._delete(browser)
                await self._create(browser)

    async def _create(self, browser: Browser) -> None:
        name = f"form <b>{next(self._numbers):05}</b>"  # must be escaped everywhere
        fields = {"name": name, "empty_timeout": "3600", "metadata": '{"created": "by form"}'}
        if await self._submit(browser, "/rooms/-/new", fields):
            self.open.append(name)
            self.counts["rooms created"] += 1

    async def _delete(self, browser: Browser) -> None:
        name = self.open[0]
        if await self._submit(browser, room_path(name, "delete"), {}) and name in self.open:
            self.open.remove(name)
            self.counts["rooms deleted"] += 1

    async def _submit(self, browser: Browser, path: str, fields: dict[str, str]) -> bool:
        action = "POST /rooms/-/new" if fields else "POST /rooms/{room}/delete"
        reply = await self._journal.record("forms", action, lambda: browser.send(path, fields))
        return bool(reply and reply.status == 303)

    def forget(self) -> None:
        """Forget the rooms of a server that was stopped or killed."""
        self.counts["rooms lost with their server"] += len(self.open)
        self.open.clear()


async def until_it_responds(server: Server) -> float:
    """Wait until LiveKit lists its rooms, and return that monotonic time."""
    async with server.livekit() as livekit:
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    await livekit.room.list_rooms(api.ListRoomsRequest())
            except OUTAGE:
                await asyncio.sleep(0.05)
            else:
                return time.monotonic()
