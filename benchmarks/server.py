"""The LiveKit server behind the dashboard: how many rooms it holds, how many calls it got."""

import asyncio
import re
import time

import aiohttp
from livekit.api import CreateRoomRequest, LiveKitAPI, ServerError

from dev.ports import free_ports
from dev.servers import HOST
from dev.stack import Stack

AT_ONCE = 8
TRIES = 5
# no room may end during the run
HOURS = 3600 * 6
CALLS = re.compile(r"^livekit_node_twirp_request_status\{[^}]*\} (\S+)$", re.MULTILINE)
WORK = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
IDLE = 0.4  # cores; 10,000 empty rooms keep it at 0.2
PATIENCE = 60  # seconds


class Server:
    """A stack whose LiveKit server tells what it counts."""

    def __init__(self) -> None:
        """Describe the stack; nothing runs yet."""
        self._port = free_ports(1)[0]
        self.stack = Stack(settings={"prometheus": {"port": self._port}})
        self._rooms = 0

    def api(self) -> LiveKitAPI:
        """Give the bare SDK, to be closed by the caller."""
        return LiveKitAPI(self.stack.url, self.stack.api_key, self.stack.api_secret)

    async def fill(self, livekit: LiveKitAPI, rooms: int) -> None:
        """Create rooms until there are that many."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def create(number: int) -> None:
            async with gate:
                await _create(livekit, f"room-{number:05}")

        await asyncio.gather(*(create(number) for number in range(self._rooms, rooms)))
        self._rooms = rooms

    async def calls(self) -> int:
        """Give how many API calls have reached the server since it started, by its own count."""
        return int(await self._sum(CALLS))

    async def quiet(self) -> None:
        """Wait until it has done with what was before: rooms that open, people who leave."""
        until = time.monotonic() + PATIENCE
        before = await self._sum(WORK)
        while time.monotonic() < until:
            await asyncio.sleep(1)
            now = await self._sum(WORK)
            if now - before < IDLE:
                return
            before = now
        print("LiveKit does not come to rest: the times of this part are too long", flush=True)

    async def _sum(self, figure: re.Pattern[str]) -> float:
        address = f"http://{HOST}:{self._port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            values: list[str] = figure.findall(await response.text())
        return sum(map(float, values))


async def _create(livekit: LiveKitAPI, name: str) -> None:
    """Create a room; a busy server may take longer than it grants itself, so try again."""
    for attempt in range(TRIES):
        try:
            await livekit.room.create_room(CreateRoomRequest(name=name, empty_timeout=HOURS))
        except ServerError:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(attempt)  # too busy to tell Redis that it lives
        else:
            return
