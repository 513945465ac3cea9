"""Documents of the provider: read when they are needed, and used again for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from app.services.oidc.errors import ProviderError

Document = TypeVar("Document")

LIFETIME = 3600.0  # seconds: a key that the provider withdrew is good no longer than this
REPEAT_AFTER = 5.0  # a failure is repeated without asking again: anybody can begin a sign-in
RENEW_AFTER = 30.0  # between two reads that an unknown key causes


class Recent(Generic[Document]):
    """A document that many may need at the same moment, and one of them reads."""

    def __init__(self, read: Callable[[], Awaitable[Document]]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._document: Document | None = None
        self._read_at = -LIFETIME
        self._renewed_at = -RENEW_AFTER
        self._failure: ProviderError | None = None
        self._failed_at = -REPEAT_AFTER

    async def get(self) -> Document:
        """Return the document. Raises ProviderError."""
        async with self._reading:
            now = time.monotonic()
            if self._document is not None and now - self._read_at < LIFETIME:
                return self._document
            return await self._again(now)

    async def renewed(self) -> Document:
        """Return the document as it is now, or as of the last 30 s. Raises ProviderError."""
        async with self._reading:
            now = time.monotonic()
            if self._document is not None and now - self._renewed_at < RENEW_AFTER:
                return self._document
            self._renewed_at = now
            return await self._again(now)

    async def _again(self, now: float) -> Document:
        if self._failure and now - self._failed_at < REPEAT_AFTER:
            raise self._failure.with_traceback(None)
        try:
            self._document = await self._read()
        except ProviderError as failure:
            self._failure, self._failed_at = failure, time.monotonic()
            raise
        self._failure, self._read_at = None, time.monotonic()
        return self._document
