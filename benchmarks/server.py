"""The LiveKit server behind the dashboard: how many rooms it holds, how many calls it got."""

import asyncio
import re

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
        address = f"http://{HOST}:{self._port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            counts: list[str] = CALLS.findall(await response.text())
        return int(sum(map(float, counts)))


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
