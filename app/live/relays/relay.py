"""The relay: keeps a link to the other processes, whatever the link is made of."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from app.live.hub import Hub, Subscription
from app.live.relays.messages import decoded, encoded
from app.live.topics import EVERYTHING

TOGETHER_SECONDS = 0.05  # in which what is published gathers in one message
ANNOUNCE_SECONDS = 30.0  # between messages that have no news; they show that the link works
SILENT_SECONDS = 75.0  # without a message of its own, after which a link counts as lost
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds until the next try
CHANCE = secrets.SystemRandom()  # shares no state with anybody

log = structlog.get_logger("live")


class Connection(Protocol):
    """A link that works."""

    async def send(self, message: str) -> None:
        """Send a message to the others."""

    def messages(self) -> AsyncIterator[str | bytes]:
        """Yield what the others send, and, if the link does that, what was sent here."""


class Link(Protocol):
    """One way to reach the other processes."""

    @property
    def name(self) -> str:
        """What it is made of, as people know it."""

    @property
    def largest(self) -> int:
        """How many bytes a message may have."""

    @property
    def echoes(self) -> bool:
        """True if it brings back what this process sends, so that its silence shows a loss."""

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What it raises when it can't be made, or is lost."""

    def connected(self, origin: str) -> AbstractAsyncContextManager[Connection]:
        """Connect as the process `origin`. Raises one of `failures`."""


class Relay:
    """Sends the others what is published here, and delivers here what they publish."""

    def __init__(self, link: Link, hub: Hub) -> None:
        self._link = link
        self._hub = hub
        self._origin = secrets.token_hex(8)
        self._wait = SHORTEST_WAIT
        self.works = False
        self.problem = ""

    @property
    def name(self) -> str:
        """What the link is made of, as people know it."""
        return self._link.name

    async def run(self) -> None:
        """Keep the link, and connect again whenever it is lost."""
        with self._hub.leaving() as subscription:
            while True:
                try:
                    await self._connect(subscription)
                except* self._link.failures as errors:
                    self._lost(errors)
                await asyncio.sleep(self._wait * CHANCE.uniform(0.5, 1.0))
                self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def _connect(self, subscription: Subscription) -> None:
        async with self._link.connected(self._origin) as connection:
            self._begin(subscription)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(connection))
                group.create_task(self._tell(connection, subscription))

    def _begin(self, subscription: Subscription) -> None:
        if self.problem:
            log.info("the link between instances works again", link=self.name)
            # nobody knows what was missed, on either side
            self._hub.deliver({EVERYTHING})
            subscription.add({EVERYTHING})
        self.works, self.problem = True, ""

    def _lost(self, errors: BaseExceptionGroup[Exception]) -> None:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        if not self.problem:
            log.warning("the link between instances is lost", link=self.name, error=str(first))
        self.works, self.problem = False, str(first) or type(first).__name__

    async def _listen(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as silence:
                if self._link.echoes:
                    silence.reschedule(loop.time() + SILENT_SECONDS)
                async for message in connection.messages():
                    self._wait = SHORTEST_WAIT
                    self._hear(message)
                    if self._link.echoes:
                        silence.reschedule(loop.time() + SILENT_SECONDS)
        except TimeoutError:
            raise TimeoutError(f"nothing came back for {SILENT_SECONDS:.0f} s") from None

    def _hear(self, message: str | bytes) -> None:
        news = decoded(message)
        if news is None or news.origin == self._origin:
            return
        for part, moment in news.moments.items():
            self._hub.feed.saw(part, moment)
        if news.topics:
            self._hub.deliver(news.topics)

    async def _tell(self, connection: Connection, subscription: Subscription) -> None:
        topics: frozenset[str] = frozenset()
        while True:
            moments = self._hub.feed.moments
            for message in encoded(self._origin, topics, moments, self._link.largest):
                await connection.send(message)
            await asyncio.sleep(TOGETHER_SECONDS)
            topics = frozenset()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANNOUNCE_SECONDS):
                    topics = await subscription.take()
