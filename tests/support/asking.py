"""Asking a LiveKit itself, past the dashboard."""

import asyncio
from collections.abc import Callable
from typing import Any

from livekit import api

from dev.stack import Stack
from tests.support.leaks import LEAKS


async def _answer(stack: Stack, call: str, request: Any) -> Any:
    url, key, secret = stack.url, stack.api_key, stack.api_secret
    async with api.LiveKitAPI(url, key, secret, failover=False) as sdk:
        service, method = call.split(".")
        return await getattr(getattr(sdk, service), method)(request)


def asker(stack: Stack) -> Callable[..., Any]:
    """Return what asks the stack's LiveKit: ask("room.list_rooms", request)."""

    def ask(call: str, request: Any) -> Any:
        answered = asyncio.run(_answer(stack, call, request))
        LEAKS.message(request)
        LEAKS.message(answered)
        return answered

    return ask
