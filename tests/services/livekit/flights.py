"""Requests to LiveKit as the dashboard makes them, each with a scope of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.config.settings import Settings
from app.services.livekit.cache.opening import open_answers
from app.services.livekit.client import LiveKit
from app.services.livekit.scope import CallScope, call_scope
from tests.support.fault import Relay
from tests.support.waiting import until

T = TypeVar("T")
Work = Callable[[LiveKit], Awaitable[T]]
Run = Callable[..., T]


def run_with(settings: Settings, work: Work[T], **changes: Any) -> T:
    """Run something with an open LiveKit, some settings changed."""
    changed = settings.model_copy(update=changes)

    async def opened() -> T:
        async with open_answers(changed) as answers, LiveKit(changed, answers) as livekit:
            with livekit.scope():
                return await work(livekit)

    return asyncio.run(opened())


async def asked(
    work: Awaitable[T], seconds: float = 5, *, cached: bool = False
) -> tuple[T, CallScope]:
    """Do it as one request of the dashboard, which has a scope of its own."""

    async def request() -> tuple[T, CallScope]:
        with call_scope(seconds, cached=cached, apart=True) as scope:
            return await work, scope

    return await asyncio.create_task(request())


async def sent(relay: Relay, number: int) -> None:
    """Wait until that many calls have come to the relay."""
    await asyncio.to_thread(until, lambda: relay.requests >= number)


def slow(relay: Relay, seconds: float) -> None:
    """Let the calls that come from now on take so long."""
    relay.mode, relay.delay = "slow", seconds
