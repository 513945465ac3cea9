"""The demo's agent: a conversation that is over soon, and one call after another.

The agent is a real one with scripted models (dev/talks); it uploads to the dashboard.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence

import aiohttp
from livekit import api, rtc

from dev.guests import Server
from dev.processes import TETHER
from dev.talks.caller import Caller
from dev.talks.stories import BY_NAME, HELP, ORDINARY, Story
from dev.talks.wire import READY
from tools.commands import ROOT, say

AGENT_NAME = "receptionist"
CALLER, NAME = "hedy", "Hedy Lamarr"
PAUSE = 5.0
LONGEST = 900.0
OUTAGE = (api.TwirpError, aiohttp.ClientError, rtc.ConnectError, OSError, TimeoutError)


class FrontDesk:
    """An agent worker, and the caller who talks with it."""

    def __init__(self, server: Server, uploads_to: str, ports: Sequence[str] = ()) -> None:
        """Describe them; `uploads_to` is the URL of the dashboard.

        `ports` are those of the worker and of its figures.
        """
        self._server = server
        self._uploads_to = uploads_to
        self._ports = ports

    async def run(self) -> None:
        """Hold conversations as long as the worker runs, once the dashboard responds."""
        await self._until_the_dashboard_responds()
        env = {**os.environ, "LIVEKIT_OBSERVABILITY_URL": self._uploads_to}
        # the worker ends with the demo, also if that is killed
        tether = (sys.executable, "-I", "-S", str(TETHER), str(os.getpid()))
        worker = await asyncio.create_subprocess_exec(
            *tether,
            *(sys.executable, "-m", "dev.talks.agent", AGENT_NAME, *self._ports),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=env,
            cwd=ROOT,
        )
        ready = asyncio.Event()
        calls = asyncio.create_task(self._calls(ready))
        try:
            if worker.stdout is not None:
                async for line in worker.stdout:
                    said = line.decode(errors="replace").rstrip()
                    say(f"agent: {said}")
                    if said == READY:
                        ready.set()
            say(f"the agent worker has exited with code {await worker.wait()}")
        finally:
            calls.cancel()
            await asyncio.gather(calls, return_exceptions=True)
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()

    async def _until_the_dashboard_responds(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with http.get(f"{self._uploads_to}/health"):
                        return
                await asyncio.sleep(0.5)

    async def _calls(self, ready: asyncio.Event) -> None:
        await ready.wait()
        await asyncio.gather(self._call("reservations", ORDINARY), self._forever("help-line"))

    async def _forever(self, room: str) -> None:
        under_way = True
        while under_way:
            under_way = await self._call(room, HELP)
            await asyncio.sleep(PAUSE)

    async def _call(self, room: str, story: Story) -> bool:
        """Hold a conversation; return False if the caller or the room was removed."""
        caller = Caller(self._server, room, CALLER, story)
        try:
            async with asyncio.timeout(LONGEST):
                async with self._server.livekit() as livekit:
                    await livekit.agent_dispatch.create_dispatch(_request(room, story))
                await caller.join(NAME)
                await caller.play()
                await caller.alone()
        except OUTAGE as error:
            say(f"{CALLER}: {type(error).__name__}; calling again")
        finally:
            with contextlib.suppress(*OUTAGE):
                await caller.leave()
        return not caller.removed


def _request(room: str, story: Story) -> api.CreateAgentDispatchRequest:
    name = next(name for name, known in BY_NAME.items() if known is story)
    metadata: Mapping[str, str] = {"story": name}
    return api.CreateAgentDispatchRequest(
        room=room, agent_name=AGENT_NAME, metadata=json.dumps(metadata)
    )
