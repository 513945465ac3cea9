"""What `livekit-dashboard check` finds: the configuration, the server, its clock, its parts."""

from dataclasses import dataclass

from app.config.origins import Origin
from app.config.settings import Settings, likely_misspelt
from app.errors import LiveKitError
from app.services.livekit import clock as livekit_clock
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from app.services.server import capabilities
from app.text.formatters import duration, milliseconds, plural


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and whether the dashboard can work with it."""

    subject: str
    text: str
    fine: bool = True


async def findings(settings: Settings) -> list[Finding]:
    """Look at all of it by questions that change nothing; without the server, at the rest."""
    found = [_configuration(settings)]
    for name, meant in likely_misspelt().items():
        found.append(Finding("Misspelt?", f"{name} is no setting; {meant} is one"))
    if settings.redis_url:
        found.append(await _cache(settings))
    async with LiveKit(settings) as livekit:
        try:
            open_rooms = await rooms.listed(livekit)
        except LiveKitError as error:
            text = " ".join(filter(None, (f"{error.title}: {error.reason}", error.advice)))
            return [*found, Finding("LiveKit", text, fine=False)]
        seen = livekit.seen()
        took = f" in {milliseconds(seen.latency_ms)} ms" if seen else ""
        text = f"{settings.livekit_url} answers{took}, {plural(len(open_rooms), 'room')} open"
        found.append(Finding("LiveKit", text))
        found.append(await _clock(livekit))
        parts = await capabilities.ask(livekit, settings.enable_sip)
    # a part that is not set up is no fault of a server that needs none of it
    return found + [
        Finding(part.name, " ".join(filter(None, (f"{part.text}.", part.advice))), not part.failed)
        for part in parts
    ]


def _configuration(settings: Settings) -> Finding:
    given = [
        name for name in type(settings).model_fields if settings.origin(name) is not Origin.DEFAULT
    ]
    text = f"{plural(len(given), 'setting')} given, {settings.environment}"
    return Finding("Configuration", text)


async def _cache(settings: Settings) -> Finding:
    if not settings.cache_seconds:
        return Finding("Cache", "nothing is kept: CACHE_SECONDS is 0, so REDIS_URL has no use")
    from app.services.livekit.cache.in_redis import InRedis  # as in app/services/kept.py

    answers = InRedis(settings)
    problem = await answers.problem()
    await answers.close()
    if problem:
        return Finding("Cache", f"Redis does not answer: {problem}", fine=False)
    return Finding("Cache", f"Redis answers; kept for {settings.cache_seconds:g} s")


async def _clock(livekit: LiveKit) -> Finding:
    try:
        clock = await livekit_clock.ask(livekit)
    except LiveKitError as error:
        return Finding("Clock", f"{error.title}: {error.reason}", fine=False)
    if clock is None:
        return Finding("Clock", "the server does not tell its time")
    if clock.agrees:
        return Finding("Clock", "no difference to the server's, as far as its seconds tell")
    which = "ahead of" if clock.ahead else "behind"
    text = f"the server's is {duration(clock.nearest)} or more {which} this one"
    if clock.refuses_all or clock.refuses_some:
        return Finding("Clock", f"{text}: tokens fail on it. Set the clocks by NTP.", fine=False)
    return Finding("Clock", f"{text}; tokens allow for it")
