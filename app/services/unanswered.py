"""A start that got no answer in time: LiveKit hangs, or the worker that it waits for does."""

from collections.abc import Awaitable, Callable

from app.errors import LiveKitError, NoWorker, TimedOut
from app.services.livekit.client import LiveKit


async def unanswered(
    livekit: LiveKit,
    ids: Callable[[], Awaitable[set[str]]],
    before: set[str],
    error: NoWorker,
    noun: str,
) -> LiveKitError:
    """Return the error of a start without an answer: LiveKit's own, TimedOut, or `error`.

    `ids` are asked for again within 0.5 s; one that isn't in `before` was started meanwhile.
    """
    try:
        with livekit.scope(seconds=0.5):
            started = await ids() - before
    except LiveKitError as outage:
        return outage
    if not started:
        return error
    return TimedOut(
        f"No response in time, but {noun} was started meanwhile: {', '.join(sorted(started))}.",
        advice="A worker is slow. Check the list; do not start it again.",
    )
