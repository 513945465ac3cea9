"""Real agents that talk with real callers, and upload what they have to a dashboard.

    with Agents(stack, dashboard.url, tmp_path) as agents:
        talk = agents.hold(ORDINARY)            # talk.job, talk.room; all uploads were tried
        talks = agents.hold_all([SHORT] * 20)   # at the same time, in one worker process
        running = agents.begin(ENDLESS)         # continues until agents.leave(running), or …
        agents.kill()                           # … the worker dies

Only the models are scripted: see dev/talks.
"""

import asyncio
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from livekit import api

from dev.guests import Server
from dev.participants import Crowd
from dev.stack import Stack
from dev.talks.caller import Caller
from dev.talks.stories import AGENT_NAME, Story
from dev.talks.wire import BEGAN, ENDED, dump, worker

PATIENCE = 90.0
JOINING, TAKEN_WITHIN = 4, 20.0
IDENTITY = "caller"


@dataclass(frozen=True)
class Talk:
    """A conversation: the job that holds it, where, and with whom."""

    job: str
    room: str
    identity: str
    story: Story
    caller: Caller = field(repr=False, compare=False)
    playing: asyncio.Task[None] = field(repr=False, compare=False)


class Agents:
    """One worker process, whose jobs are threads, and the callers of its conversations."""

    def __init__(
        self,
        stack: Stack,
        uploads_to: str,
        folder: Path,
        agent_name: str = "",
        *,
        eager: bool = True,
    ) -> None:
        """Describe the worker; `folder` gets its log. Its agent name is its own unless given.

        Unless it is `eager`, it uploads as often as every agent.
        """
        keys = (stack.url, stack.api_key, stack.api_secret)
        self.log = folder / f"agent-{secrets.token_hex(4)}.log"
        self.agent_name = agent_name or f"{AGENT_NAME}-{secrets.token_hex(4)}"
        self.process = worker(keys, uploads_to, self.log, self.agent_name, eager=eager)
        self._server = Server(*keys)
        self._crowd = Crowd(*keys)
        self._callers: list[Caller] = []

    def __enter__(self) -> Self:
        """Start the worker, and return when it takes jobs."""
        self.process.start(60)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it, and let all callers leave."""
        self.process.stop()
        self._crowd.wait_for(self._all_leave(), PATIENCE)
        self._crowd.close()

    def hold(self, story: Story, room: str = "", identity: str = IDENTITY) -> Talk:
        """Hold a conversation; return when its job has ended and its uploads were tried."""
        return self._crowd.wait_for(self._hold(story, room, identity), PATIENCE)

    def hold_all(self, stories: Iterable[Story]) -> list[Talk]:
        """Hold conversations at the same time, each in a room of its own."""

        gate = asyncio.Semaphore(JOINING)

        async def one(story: Story) -> Talk:
            # many who join in one moment run into the SDK's time limits
            async with gate:
                talk = await self._begin(story, "", IDENTITY)
                await talk.caller.met()
            return await self._end(talk)

        async def together() -> list[Talk]:
            return list(await asyncio.gather(*(one(story) for story in stories)))

        return self._crowd.wait_for(together(), PATIENCE * 2)

    def begin(self, story: Story, room: str = "", identity: str = IDENTITY) -> Talk:
        """Begin a conversation, and return when the agent has joined and the caller plays."""
        return self._crowd.wait_for(self._begin(story, room, identity), PATIENCE)

    def leave(self, talk: Talk) -> None:
        """Let the caller leave, and return when the job has ended."""
        self.dismiss(talk)
        self._crowd.wait_for(self._ended(talk), PATIENCE)

    def dismiss(self, talk: Talk) -> None:
        """Let the caller leave, and wait for nobody."""
        self._crowd.wait_for(self._leave(talk), PATIENCE)

    def kill(self) -> None:
        """Kill the worker without warning: its conversations are cut off."""
        self.process.kill()

    async def _begin(self, story: Story, room: str, identity: str) -> Talk:
        room = room or f"talk-{secrets.token_hex(4)}"
        caller = Caller(self._server, room, identity, story)
        self._callers.append(caller)
        await caller.join(name="Ada Lovelace")
        playing = asyncio.create_task(caller.play())
        job = ""
        while not job:
            # LiveKit forgets a job that a busy worker doesn't take in time
            with suppress(TimeoutError):
                async with asyncio.timeout(TAKEN_WITHIN):
                    job = await self._said(f"{BEGAN} {await self._dispatch(story, room)} ")
        return Talk(job, room, identity, story, caller, playing)

    async def _dispatch(self, story: Story, room: str) -> str:
        request = api.CreateAgentDispatchRequest(
            room=room, agent_name=self.agent_name, metadata=dump(story)
        )
        async with self._server.livekit() as livekit:
            return str((await livekit.agent_dispatch.create_dispatch(request)).id)

    async def _hold(self, story: Story, room: str, identity: str) -> Talk:
        return await self._end(await self._begin(story, room, identity))

    async def _end(self, talk: Talk) -> Talk:
        if talk.story.ends == "caller":
            await talk.playing
            await talk.caller.leave()
            await self._ended(talk)
        else:
            await self._ended(talk)
            await self._leave(talk)
        return talk

    async def _all_leave(self) -> None:
        await asyncio.gather(*(caller.leave() for caller in self._callers))
        # aiohttp closes its connections a moment later than its sessions
        await asyncio.sleep(0.1)

    async def _leave(self, talk: Talk) -> None:
        talk.playing.cancel()
        with suppress(asyncio.CancelledError):
            await talk.playing
        await talk.caller.leave()

    async def _ended(self, talk: Talk) -> None:
        await self._said(f"{ENDED} {talk.job}")

    async def _said(self, line: str) -> str:
        """Wait for a line of the worker's log that begins so, and return its rest."""
        while True:
            for said in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
                if said.startswith(line):
                    return said.removeprefix(line)
            assert self.process.alive, "the worker has died"
            await asyncio.sleep(0.1)


def hold(stack: Stack, uploads_to: str, folder: Path, story: Story) -> Talk:
    """Hold one conversation with a worker of its own, which uploads as often as every agent."""
    with Agents(stack, uploads_to, folder, eager=False) as agents:
        return agents.hold(story)
