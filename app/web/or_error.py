"""Panels that fail separately: an answer, or the error in its place."""

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
