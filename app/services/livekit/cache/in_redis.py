"""A cache in Redis for all instances of one LiveKit server; encrypted, as it contains secrets.

If Redis doesn't respond, nothing is found and nothing cached: slower, never wrong. A write that
couldn't be recorded is recorded before anything else when Redis is back.
"""

import asyncio
import hashlib
import os
import struct
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import Message
from google.protobuf.symbol_database import Default
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.config.settings import Settings
from app.services.livekit.cache.answers import Question, TimedAnswer

# Seconds: longer than a nearby Redis ever takes, too short to notice.
PATIENCE = 0.5
# Seconds without requests to Redis after a failure, so that a hang delays one request, not all.
REST = 5.0
CONNECTIONS = 8
NONCE = 12  # bytes, for GCM (NIST SP 800-38D, 8.2)
HEAD = struct.Struct("!16sddH")  # epoch, lifetime, time taken, length of the type
FIRST = bytes(16)  # the epoch before the first write

T = TypeVar("T")
log = structlog.get_logger("cache")


class InRedis:
    """Caches answers in Redis for CACHE_SECONDS; close it when done."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.cache_seconds
        url = settings.redis_url.get_secret_value() if settings.redis_url else ""
        # one retry, because Redis may have closed an idle connection
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )
        server = f"{settings.livekit_url} {settings.livekit_api_key}"
        self._space = f"livekit-dashboard:{hashlib.sha256(server.encode()).hexdigest()[:16]}:"
        secret = settings.session_secret[0].get_secret_value().encode()
        key = HKDF(SHA256(), 32, salt=None, info=b"livekit-dashboard cache").derive(secret)
        self._box = AESGCM(key)
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._written = self._announced = 0  # writes that ended, and those recorded in Redis
        self._rests_until = 0.0
        self._gone = False

    async def problem(self) -> str:
        """Return why Redis doesn't respond; empty if it does."""
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            return str(error)
        return ""

    async def close(self) -> None:
        """Close the connections; none is opened before it is needed."""
        await self._redis.aclose()

    async def find(self, question: Question) -> tuple[TimedAnswer | None, bytes | None]:
        """Return the cached answer unless it is too old or of an old epoch; None without Redis."""
        key = self._key(question)

        async def fetch() -> tuple[bytes | None, bytes | None, int]:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.get(self._now)
                pipe.get(key)
                pipe.pttl(key)
                stored_epoch, sealed, left = await pipe.execute()
                return stored_epoch, sealed, left

        fetched = await self._ask(fetch)
        if fetched is None:
            return None, None
        stored_epoch, sealed, left = fetched
        epoch = stored_epoch or FIRST
        return (self._opened(key, sealed, left, epoch) if sealed else None), epoch

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Cache an answer for the rest of its lifetime; Redis expires it."""
        left = self._seconds - took
        if left <= 0:
            return
        key, name = self._key(question), answer.DESCRIPTOR.full_name.encode()
        head = HEAD.pack(epoch, self._seconds, took, len(name))
        nonce = os.urandom(NONCE)
        plain = head + name + answer.SerializeToString()
        sealed = nonce + self._box.encrypt(nonce, plain, key.encode())
        await self._ask(lambda: self._redis.set(key, sealed, px=max(1, round(left * 1000))))

    async def drop(self) -> None:
        """Begin a new epoch for all instances."""
        self._written += 1
        await self._ask(lambda: asyncio.sleep(0))  # any request records it first

    async def _ask(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Record pending writes, then run `work`; None if Redis fails, or did a moment ago."""
        async with self._turns:
            if time.monotonic() < self._rests_until:
                return None
            try:
                if self._announced < self._written:
                    await self._begin_epoch()
                answer = await work()
            except (RedisError, OSError) as error:
                self._failed(error)
                return None
        if self._gone:
            log.info("Redis responds again")
        self._gone = False
        return answer

    async def _begin_epoch(self) -> None:
        written = self._written
        # random, not counted: a Redis that lost its data must not repeat an epoch
        await self._redis.set(self._now, os.urandom(len(FIRST)))
        self._announced = max(self._announced, written)

    @property
    def _now(self) -> str:
        return f"{self._space}epoch"

    def _key(self, question: Question) -> str:
        name, request = question
        return f"{self._space}{name}:{hashlib.sha256(request).hexdigest()}"

    def _opened(self, key: str, sealed: bytes, left: int, epoch: bytes) -> TimedAnswer | None:
        """Return the answer; None if it is too old, of another epoch or of another secret."""
        with suppress(InvalidTag, ValueError, KeyError):  # not our data, or of another version
            plain = self._box.decrypt(sealed[:NONCE], sealed[NONCE:], key.encode())
            of, lifetime, took, length = HEAD.unpack_from(plain)
            age = lifetime - left / 1000
            if left < 0 or of != epoch or age >= self._seconds:
                return None
            body = HEAD.size + length
            message = Default().GetSymbol(plain[HEAD.size : body].decode())
            return TimedAnswer(message.FromString(plain[body:]), took, age)
        return None

    def _failed(self, error: Exception) -> None:
        self._rests_until = time.monotonic() + REST
        if not self._gone:
            log.warning("Redis doesn't respond; nothing is cached", error=str(error))
        self._gone = True
