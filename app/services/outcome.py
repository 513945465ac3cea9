"""The outcome of a LiveKit call: its answer, or LiveKit's error in the answer's place."""

from collections.abc import Awaitable
from typing import TypeVar

from app.errors import LiveKitError

Answer = TypeVar("Answer")


async def outcome(answer: Awaitable[Answer]) -> Answer | LiveKitError:
    """Return the answer, or LiveKit's error, so that calls made together fail separately."""
    try:
        return await answer
    except LiveKitError as error:
        return error
