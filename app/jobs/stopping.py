"""Lets long steps end in order when their process stops."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Stopping:
    """Tells long steps that this process stops, and waits for those that must end.

    A step that stops raises CancelledError: the engine then records no outcome, so that another
    process, or the next start, resumes it.
    """

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._steps = 0

    @property
    def begun(self) -> bool:
        """True from when the process began to stop."""
        return self._begun.is_set()

    def check(self) -> None:
        """Raise CancelledError if the process stops."""
        if self.begun:
            raise asyncio.CancelledError

    async def pause(self, seconds: float) -> None:
        """Wait. Raises CancelledError as soon as the process stops."""
        try:
            async with asyncio.timeout(seconds):
                await self._begun.wait()
        except TimeoutError:
            return
        self.check()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Do something inside that the end of the process waits for."""
        self._steps += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._steps -= 1
            if not self._steps:
                self._idle.set()

    async def stop(self, patience: float) -> None:
        """Let all steps end, and wait until they have, at most `patience` seconds."""
        self._begun.set()
        try:
            async with asyncio.timeout(patience):
                await self._idle.wait()
        except TimeoutError:
            return
