"""Requests to LiveKit as the dashboard makes them, each with a ledger of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.config.settings import Settings
from app.services.livekit.cache.opening import open_answers
from app.services.livekit.client import LiveKit
from app.services.livekit.ledger import Ledger, open_ledger
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
            open_ledger(changes.get("livekit_timeout", settings.livekit_timeout))
            return await work(livekit)

    return asyncio.run(opened())


async def asked(
    work: Awaitable[T], seconds: float = 5, *, takes_kept: bool = False
) -> tuple[T, Ledger]:
    """Do it as one request of the dashboard, which has a ledger of its own."""

    async def request() -> tuple[T, Ledger]:
        ledger = open_ledger(seconds)
        ledger.takes_kept = takes_kept
        return await work, ledger

    return await asyncio.create_task(request())


async def sent(relay: Relay, number: int) -> None:
    """Wait until that many calls have come to the relay."""
    await asyncio.to_thread(until, lambda: relay.requests >= number)


def slow(relay: Relay, seconds: float) -> None:
    """Let the calls that come from now on take so long."""
    relay.mode, relay.delay = "slow", seconds
