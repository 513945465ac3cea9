"""Answers cached by this process alone."""

import os
import time

from google.protobuf.message import Message

from app.services.livekit.cache.answers import Question, TimedAnswer


class InMemory:
    """A cache of this process only."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._epoch = b""
        self._kept: dict[Question, tuple[Message, float, float]] = {}

    async def find(self, question: Question) -> tuple[TimedAnswer | None, bytes | None]:
        """Return the cached answer unless it is too old."""
        if question in self._kept:
            answer, took, asked = self._kept[question]
            age = time.monotonic() - asked
            if age < self._seconds:
                return TimedAnswer(answer, took, age), self._epoch
        return None, self._epoch

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Cache an answer, and drop those that are too old, so that memory stays bounded."""
        now = time.monotonic()
        self._kept = {
            asked: entry for asked, entry in self._kept.items() if now - entry[2] < self._seconds
        }
        if epoch == self._epoch:
            self._kept[question] = answer, took, now - took

    async def drop(self) -> None:
        """Drop all answers."""
        self._epoch = os.urandom(16)
        self._kept = {}
