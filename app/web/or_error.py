"""Panels that fail alone: what was asked for, or the reason why it is not there."""

from collections.abc import Awaitable
from typing import TypeVar

from app.errors import LiveKitError

Answer = TypeVar("Answer")


async def settled(answer: Awaitable[Answer]) -> tuple[Answer | None, LiveKitError | None]:
    """Return the answer, or LiveKit's error in its place."""
    try:
        return await answer, None
    except LiveKitError as error:
        return None, error
