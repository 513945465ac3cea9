"""Participants without media, of which one process can hold a thousand.

Each holds only its signaling connection: LiveKit lists it as joined. With the rtc SDK, each takes
50 threads and 160 descriptors.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from dev.guests import Guise, Server, token
from dev.stack import Stack

CONCURRENT = 20
PATIENCE = 30.0
# a participant that subscribes is sent an offer, and must answer it
SILENT = Guise(grants={"can_subscribe": False})


@asynccontextmanager
async def signaled(stack: Stack, members: Iterable[tuple[str, str]]) -> AsyncIterator[None]:
    """Join rooms: `members` are pairs of a room and an identity. They leave at the end."""
    server = Server(stack.url, stack.api_key, stack.api_secret)
    gate = asyncio.Semaphore(CONCURRENT)
    async with AsyncExitStack() as leaving:
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        await leaving.enter_async_context(session)

        async def join(room: str, identity: str) -> None:
            query = {"access_token": token(server, room, identity, SILENT), "auto_subscribe": "0"}
            async with gate, asyncio.timeout(PATIENCE):
                socket = await session.ws_connect(f"{stack.url}/rtc", params=query)
                leaving.push_async_callback(socket.close)
                await socket.receive()  # the answer to the join
            reading = asyncio.create_task(_read(socket))
            leaving.callback(reading.cancel)

        await asyncio.gather(*(join(room, identity) for room, identity in members))
        yield


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Read all that comes, so that LiveKit's pings are answered."""
    async for _message in socket:
        pass
