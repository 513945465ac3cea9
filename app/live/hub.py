"""The hub of this process: publishes which topics changed to everybody who subscribed.

A topic is a part of the product that pages show, such as `rooms`, or one thing in it, such as
`room:standup`. What is published says only that something changed: the page asks for itself what.
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Subscription:
    """The topics that changed since they were last taken; their number is bounded by the pages."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._something = asyncio.Event()

    def add(self, topics: Collection[str]) -> None:
        """Add topics that changed."""
        self._changed.update(topics)
        self._something.set()

    async def take(self) -> frozenset[str]:
        """Wait until something has changed, and return all that changed since the last call."""
        await self._something.wait()
        taken, self._changed = frozenset(self._changed), set()
        self._something.clear()
        return taken


class Hub:
    """Subscriptions of this process; use it only in the event loop."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, topics: Collection[str]) -> None:
        """Add the topics to every subscription."""
        for subscription in self._subscriptions:
            subscription.add(topics)

    @contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """Yield a subscription, which ends with the block."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
