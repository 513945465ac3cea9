"""A link through Redis: publish and subscribe, on a channel of this LiveKit server."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.config.settings import Settings

LARGEST = 60_000
PATIENCE = 5.0  # seconds


class ByRedis:
    """The link through the Redis of REDIS_URL."""

    name = "Redis"
    largest = LARGEST
    echoes = True
    failures = (RedisError, OSError)

    def __init__(self, settings: Settings) -> None:
        self._url = settings.redis_url.get_secret_value() if settings.redis_url else ""
        server = f"{settings.livekit_url} {settings.livekit_api_key}"
        self._channel = f"livekit-dashboard:{hashlib.sha256(server.encode()).hexdigest()[:16]}:live"

    @asynccontextmanager
    async def connected(self, origin: str) -> AsyncIterator["Channel"]:
        """Subscribe to the channel. Raises RedisError or OSError."""
        # no retry: a connection that is made again in silence has missed something
        redis: Redis = Redis.from_url(
            self._url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        async with redis, redis.pubsub(ignore_subscribe_messages=True) as subscribed:
            await subscribed.subscribe(self._channel)
            yield Channel(redis, subscribed, self._channel)


class Channel:
    """The channel, with one connection that hears, and others that tell."""

    def __init__(self, redis: Redis, subscribed: Any, name: str) -> None:
        self._redis = redis
        self._subscribed = subscribed
        self._name = name

    async def send(self, message: str) -> None:
        """Publish to everybody who is subscribed, this process too. Raises RedisError."""
        await self._redis.publish(self._name, message)

    async def messages(self) -> AsyncIterator[bytes]:
        """Yield what was sent by anybody. Raises RedisError."""
        while True:
            message = await self._subscribed.get_message(timeout=None)
            if message is not None:
                yield message["data"]
