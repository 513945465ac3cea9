"""The hub of this process: publishes which topics changed to everybody who subscribed.

What is published says only that something changed: the page asks for itself what.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from app.live.feed import Feed
from app.live.topics import bounded


class Subscription:
    """The topics that changed since they were last taken; their number is bounded."""

    def __init__(self) -> None:
        self._changed: frozenset[str] = frozenset()
        self._something = asyncio.Event()

    def add(self, topics: Collection[str]) -> None:
        """Add topics that changed."""
        self._changed = bounded(self._changed.union(topics))
        self._something.set()

    async def take(self) -> frozenset[str]:
        """Wait until something has changed, and return all that changed since the last call."""
        await self._something.wait()
        taken, self._changed = self._changed, frozenset()
        self._something.clear()
        return taken


class Hub:
    """Subscriptions of this process; use it only in the event loop."""

    def __init__(self) -> None:
        self.feed = Feed()
        self._subscriptions: set[Subscription] = set()
        self._leaving: set[Subscription] = set()

    def publish(self, topics: Collection[str]) -> None:
        """Add the topics to every subscription, here and in the other processes."""
        self.deliver(topics)
        for subscription in self._leaving:
            subscription.add(topics)

    def deliver(self, topics: Collection[str]) -> None:
        """Add the topics to the subscriptions of this process alone."""
        for subscription in self._subscriptions:
            subscription.add(topics)

    @contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """Yield a subscription, which ends with the block."""
        with _member(self._subscriptions) as subscription:
            yield subscription

    @contextmanager
    def leaving(self) -> Iterator[Subscription]:
        """Yield a subscription to what was published here, for what sends it to the others."""
        with _member(self._leaving) as subscription:
            yield subscription


@contextmanager
def _member(subscriptions: set[Subscription]) -> Iterator[Subscription]:
    subscription = Subscription()
    subscriptions.add(subscription)
    try:
        yield subscription
    finally:
        subscriptions.discard(subscription)
