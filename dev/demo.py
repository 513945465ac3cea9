"""The demo: a few rooms with real participants.

LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set the server, STANDIN_CONTROL the port of the
stand-in worker, if any, LIVEKIT_OBSERVABILITY_URL the dashboard to which an agent uploads its
conversations; without it nobody talks with an agent. AGENT_PORTS are those at which its worker says
how it is, and has its figures; without them nobody can ask. Participants rejoin after an outage of
the server, but not after they were removed. SIGTERM ends the demo.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

import aiohttp
from livekit import api, rtc
from livekit.rtc.participant import PublishTrackError

from dev.frontdesk import FrontDesk
from dev.guests import Guest, Server, join
from dev.scenes import CALLER, SCENES, Member, Scene
from dev.servers import HOST
from dev.studio import Studio
from dev.switchboard import Switchboard
from dev.workers import Standin
from tools.commands import say

PAUSE = 2.0
# they were removed on purpose: rejoining would undo that
REMOVED = {"PARTICIPANT_REMOVED", "ROOM_DELETED", "DUPLICATE_IDENTITY"}
OUTAGE = (api.TwirpError, aiohttp.ClientError, rtc.ConnectError, PublishTrackError, OSError)


class Play:
    """A scene that is kept running on a server."""

    def __init__(self, server: Server, scene: Scene) -> None:
        """Describe the play; nobody joins yet."""
        self._server = server
        self._scene = scene
        self._opening = asyncio.Lock()

    async def run(self) -> None:
        """Let the whole cast join and stay."""
        await asyncio.gather(*(self._stay(member) for member in self._scene.cast))

    async def _open(self) -> None:
        async with self._opening, self._server.livekit() as livekit:
            request = api.ListRoomsRequest(names=[self._scene.name])
            if not (await livekit.room.list_rooms(request)).rooms:
                await livekit.room.create_room(self._scene.request())

    async def _stay(self, member: Member) -> None:
        reason = ""
        while reason not in REMOVED:
            try:
                await self._open()
                guest = await join(self._server, self._scene.name, member.identity, **member.guise)
            except OUTAGE as error:
                say(f"{member.identity}: {type(error).__name__}; trying again")
            else:
                reason = await _until_the_end(guest)
                say(f"{member.identity} has left {self._scene.name}: {reason or 'no response'}")
            await asyncio.sleep(PAUSE)


async def _until_the_end(guest: Guest) -> str:
    # the SDK would reconnect automatically, but to a room without its metadata
    guest.room.on("reconnecting", guest.ended.set)
    try:
        await guest.ended.wait()
    finally:
        await guest.leave()
    return guest.reason


async def perform(server: Server, standin: Standin | None, desk: FrontDesk | None) -> None:
    """Run all scenes until SIGTERM or SIGINT."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    # with a worker there are phone calls, so no participant has to act as a caller
    scenes = SCENES if standin is None else [scene.without(CALLER) for scene in SCENES]
    plays = [Play(server, scene).run() for scene in scenes]
    if standin is not None:
        plays += [Studio(server, standin).run(), Switchboard(server, standin).run()]
    if desk is not None:
        plays.append(desk.run())
    playing = asyncio.gather(*plays)
    playing.add_done_callback(lambda _: over.set())
    await over.wait()
    playing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await playing


def main() -> None:
    """Run the demo on the server that the environment sets."""
    names = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        sys.exit(f"{missing[0]} is not set")
    control = os.environ.get("STANDIN_CONTROL")
    standin = Standin(HOST, int(control)) if control else None
    server = Server(*(os.environ[name] for name in names))
    uploads_to = os.environ.get("LIVEKIT_OBSERVABILITY_URL")
    ports = os.environ.get("AGENT_PORTS", "").split()
    desk = FrontDesk(server, uploads_to, ports) if uploads_to else None
    asyncio.run(perform(server, standin, desk))


if __name__ == "__main__":
    main()
