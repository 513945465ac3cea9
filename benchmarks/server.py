"""The LiveKit server behind the dashboard, with control of its rooms and a count of its calls."""

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
    """A stack whose LiveKit server exposes metrics."""

    def __init__(self) -> None:
        """Describe the stack; nothing runs yet."""
        self._port = free_ports(1)[0]
        self.stack = Stack(settings={"prometheus": {"port": self._port}})
        self._rooms = 0

    def api(self) -> LiveKitAPI:
        """Return an SDK client; the caller must close it."""
        return LiveKitAPI(self.stack.url, self.stack.api_key, self.stack.api_secret)

    async def fill(self, livekit: LiveKitAPI, rooms: int) -> None:
        """Create rooms until there are this many."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def create(number: int) -> None:
            async with gate:
                await _create(livekit, f"room-{number:05}")

        await asyncio.gather(*(create(number) for number in range(self._rooms, rooms)))
        self._rooms = rooms

    async def calls(self) -> int:
        """Return how many API calls the server has counted since it started."""
        return int(await self._sum(CALLS))

    async def quiet(self) -> None:
        """Wait until the server is idle, after rooms were created or participants left."""
        until = time.monotonic() + PATIENCE
        before = await self._sum(WORK)
        while time.monotonic() < until:
            await asyncio.sleep(1)
            now = await self._sum(WORK)
            if now - before < IDLE:
                return
            before = now
        print("LiveKit isn't idle: the times of this part are too long", flush=True)

    async def _sum(self, figure: re.Pattern[str]) -> float:
        address = f"http://{HOST}:{self._port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            values: list[str] = figure.findall(await response.text())
        return sum(map(float, values))


async def _create(livekit: LiveKitAPI, name: str) -> None:
    """Create a room; retry if a busy server exceeds its own time limit."""
    for attempt in range(TRIES):
        try:
            await livekit.room.create_room(CreateRoomRequest(name=name, empty_timeout=HOURS))
        except ServerError:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(attempt)  # too busy to renew its node in Redis
        else:
            return
