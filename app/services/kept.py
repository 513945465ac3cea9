"""What LiveKit answered within CACHE_SECONDS, for pages that refresh; a write drops all of it.

All of it, because what a write touches is not for sure: an egress joins the room it records.
"""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.message import Message

from app.config.settings import Settings

Question = tuple[str, bytes]  # the call's name, and its request


@dataclass(frozen=True, slots=True)
class Told:
    """What LiveKit told, how long it `took` for it, and its age where it was kept; in seconds.

    The age counts from the question, so that nothing shown is older than it says.
    """

    answer: Any
    took: float
    age: float | None = None


class Answers(Protocol):
    """Where answers are kept; `epoch` names the time between two writes."""

    async def find(self, question: Question) -> tuple[Told | None, bytes | None]:
        """Give what is kept, and the epoch to keep a new answer under; None: keep nothing."""

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Keep an answer that just came; nobody finds it if its epoch is over by now."""

    async def drop(self) -> None:
        """Begin a new epoch: something was written."""


class InMemory:
    """Kept by this process alone."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._epoch = b""
        self._kept: dict[Question, tuple[Message, float, float]] = {}

    async def find(self, question: Question) -> tuple[Told | None, bytes | None]:
        """Give it while it is young enough."""
        if question in self._kept:
            answer, took, asked = self._kept[question]
            age = time.monotonic() - asked
            if age < self._seconds:
                return Told(answer, took, age), self._epoch
        return None, self._epoch

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Keep it, and forget what is too old, so that memory holds a few seconds' answers."""
        now = time.monotonic()
        self._kept = {
            asked: entry for asked, entry in self._kept.items() if now - entry[2] < self._seconds
        }
        if epoch == self._epoch:
            self._kept[question] = answer, took, now - took

    async def drop(self) -> None:
        """Forget everything."""
        self._epoch = os.urandom(16)
        self._kept = {}


@asynccontextmanager
async def open_answers(settings: Settings) -> AsyncIterator[Answers | None]:
    """Give where answers are kept, as the settings say; None where nothing is."""
    if not settings.cache_seconds:
        yield None
    elif settings.redis_url is None:
        yield InMemory(settings.cache_seconds)
    else:
        from app.services.kept_in_redis import InRedis  # 9 MB that most do without

        answers = InRedis(settings)
        try:
            yield answers
        finally:
            await answers.close()
