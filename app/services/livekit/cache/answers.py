"""Cached answers, and the protocol of their caches."""

from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.message import Message

Question = tuple[str, bytes]  # the call's name, and its request


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """LiveKit's answer, how long it `took`, and its age if it was cached; in seconds.

    The age counts from the request, so that no answer is older than the age shown.
    """

    answer: Any
    took: float
    age: float | None = None


class Answers(Protocol):
    """A cache of answers; `epoch` names the time between two writes."""

    async def find(self, question: Question) -> tuple[TimedAnswer | None, bytes | None]:
        """Return the cached answer, and the epoch for a new one; None if it must not be cached."""

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Cache a new answer; it won't be found if its epoch has ended."""

    async def drop(self) -> None:
        """Begin a new epoch after a write."""
