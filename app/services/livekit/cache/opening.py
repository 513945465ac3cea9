"""What LiveKit answered within CACHE_SECONDS, for pages that refresh; a write drops all of it.

All of it, because what a write touches is not for sure: an egress joins the room it records.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.config.settings import Settings
from app.services.livekit.cache.answers import Answers
from app.services.livekit.cache.in_memory import InMemory


@asynccontextmanager
async def open_answers(settings: Settings) -> AsyncIterator[Answers | None]:
    """Return where answers are kept, as the settings say; None where nothing is."""
    if not settings.cache_seconds:
        yield None
    elif settings.redis_url is None:
        yield InMemory(settings.cache_seconds)
    else:
        from app.services.livekit.cache.in_redis import InRedis  # 9 MB that most do without

        answers = InRedis(settings)
        try:
            yield answers
        finally:
            await answers.close()
