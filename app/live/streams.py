"""The open streams of this process, and what is sent on them (HTML, server-sent events).

A stream costs little because it owns nothing but its place in a queue: what changed is encoded once
for all that may see the same, and a stream whose browser takes nothing keeps a bounded number of
messages, then one that says that everything changed.
"""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Hashable, Iterator
from contextlib import contextmanager

from app.live.errors import NoStreamLeft, TooManyStreams
from app.live.feed import Feed
from app.live.hub import Hub
from app.live.topics import EVERYTHING, named_only_in

BEAT_SECONDS = 15.0  # between two signs of life; proxies close what is silent for 60 s
BETWEEN_SECONDS = 0.25  # at least, between two messages
MOST_WAITING = 20  # messages for a browser that takes none
MOST = 4_000  # streams of a process
MOST_EACH = 50  # of one user
RETRY_MS = (1_000, 4_000)  # until a browser connects again
CHANCE = secrets.SystemRandom()  # shares no state with anybody
RETRY_MS_EACH = 4  # more for each stream, so that all of them don't return together

IsGood = Callable[[], Awaitable[bool]]


class Stream:
    """One open stream, with a beat every so many seconds.

    `areas` are those whose names its user may see.
    """

    def __init__(self, areas: frozenset[str], every: float) -> None:
        self.areas = areas
        self._every = every
        self._waiting: list[bytes] = []
        self._something = asyncio.Event()
        self._ended = False

    def add(self, message: bytes, instead: Callable[[], bytes]) -> None:
        """Send a message soon; `instead` makes what replaces messages that nobody takes."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            message = instead()
        self._waiting.append(message)
        self._something.set()

    def end(self) -> None:
        """Send nothing more."""
        self._ended = True
        self._something.set()

    async def messages(self, beat: Callable[[], bytes], is_good: IsGood) -> AsyncGenerator[bytes]:
        """Yield what is to be sent until the stream ends, or isn't good any more at a beat."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._every
        while not self._ended:
            try:
                async with asyncio.timeout_at(due):
                    await self._something.wait()
            except TimeoutError:
                pass
            self._something.clear()
            taken, self._waiting = self._waiting, []
            for message in taken:
                if not self._ended:
                    yield message
            if loop.time() >= due:
                if not await is_good():
                    return
                yield beat()
                due = loop.time() + self._every


class Streams:
    """All streams of this process."""

    def __init__(
        self,
        feed: Feed,
        *,
        most: int = MOST,
        most_each: int = MOST_EACH,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        self._feed = feed
        self._beat_seconds = beat_seconds
        self._most, self._most_each = most, most_each
        self._boot, self._number = secrets.token_hex(4), 0
        self._open: set[Stream] = set()
        self._users: Counter[Hashable] = Counter()
        self._closing = False

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    @property
    def position(self) -> str:
        """What a browser sends when it connects again; it changes with each message."""
        return f"{self._boot}.{self._number}"

    @contextmanager
    def opened(self, user: Hashable, areas: frozenset[str], after: str) -> Iterator[Stream]:
        """Yield a new stream, with its first message; it ends with the block.

        If something has changed since the position `after`, everything counts as changed. Raises
        TooManyStreams if the user has as many as one may have, NoStreamLeft if all have.
        """
        if self._closing or len(self._open) >= self._most:
            raise NoStreamLeft
        if self._users[user] >= self._most_each:
            raise TooManyStreams(self._most_each)
        stream = Stream(areas, self._beat_seconds)
        self._open.add(stream)
        self._users[user] += 1
        try:
            retry = CHANCE.uniform(*RETRY_MS) + RETRY_MS_EACH * len(self._open)
            missed = [EVERYTHING] if after and after != self.position else []
            first = f"retry: {retry:.0f}\n".encode() + self._message(missed)
            stream.add(first, self.everything)
            yield stream
        finally:
            self._open.discard(stream)
            self._users[user] -= 1
            if not self._users[user]:
                del self._users[user]

    def beat(self) -> bytes:
        """Return the sign of life: a comment, and the feed's state."""
        return b": beat\n" + self._message(())

    def everything(self) -> bytes:
        """Return the message that everything may have changed."""
        return self._message([EVERYTHING])

    def broadcast(self, topics: Collection[str]) -> None:
        """Send all streams what changed."""
        self._number += 1
        encoded: dict[frozenset[str], bytes] = {}
        for stream in self._open:
            if stream.areas not in encoded:
                shown = named_only_in(topics, stream.areas)
                encoded[stream.areas] = self._message(sorted(shown))
            stream.add(encoded[stream.areas], self.everything)

    async def follow(self, hub: Hub) -> None:
        """Broadcast what the hub publishes: the first change immediately, then what gathered."""
        with hub.subscribed() as subscription:
            while True:
                self.broadcast(await subscription.take())
                await asyncio.sleep(BETWEEN_SECONDS)

    def end_all(self) -> None:
        """End all streams, and open no others: the server shuts down."""
        self._closing = True
        for stream in self._open:
            stream.end()

    def _message(self, topics: Collection[str]) -> bytes:
        said = {"topics": list(topics), "fed": self._feed.ages(), "streams": len(self._open)}
        return f"id: {self.position}\ndata: {json.dumps(said)}\n\n".encode()
