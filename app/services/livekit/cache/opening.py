"""Opens the cache for pages that refresh. A write drops the whole cache.

The effects of a write are wide: an egress joins the room that it records.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.config.settings import Settings
from app.services.livekit.cache.answers import Answers
from app.services.livekit.cache.in_memory import InMemory


@asynccontextmanager
async def open_answers(settings: Settings) -> AsyncIterator[Answers | None]:
    """Open the cache that the settings choose; None without CACHE_SECONDS."""
    if not settings.cache_seconds:
        yield None
    elif settings.redis_url is None:
        yield InMemory(settings.cache_seconds)
    else:
        from app.services.livekit.cache.in_redis import (
            InRedis,  # 9 MB that most installations don't need
        )

        answers = InRedis(settings)
        try:
            yield answers
        finally:
            await answers.close()
