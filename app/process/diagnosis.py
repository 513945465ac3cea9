"""The findings of `livekit-dashboard check`: configuration, server, clock and services."""

import asyncio
from dataclasses import dataclass

from app.config.origins import Origin
from app.config.settings import Settings, doubtful, likely_misspelled
from app.errors import LiveKitError
from app.labels.table import label_of
from app.services.agents.workers.asking import Asker
from app.services.agents.workers.watching import WorkerRow, ordered, row_of
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from app.services.server import capabilities
from app.services.server import clock as livekit_clock
from app.text.formatters import duration, milliseconds, plural, visible


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, and whether the dashboard can work with it."""

    subject: str
    text: str
    fine: bool = True


async def findings(settings: Settings) -> list[Finding]:
    """Check everything by read-only calls; if the server is unreachable, check the rest."""
    found = [_configuration(settings)]
    for name, meant in likely_misspelled().items():
        found.append(Finding("Misspelled?", f"{name} is not a setting; did you mean {meant}?"))
    for name, doubt in doubtful(settings).items():
        found.append(Finding("Unusual value", f"{name} {doubt}"))
    if settings.redis_url:
        found.append(await _cache(settings))
    if settings.stored_in:
        found += [await _store(settings), await _storage(settings), await _jobs(settings)]
    if settings.oidc_issuer or settings.trusted_user_header:
        found.append(await _sign_in_elsewhere(settings))
    found += await _workers(settings)
    async with LiveKit(settings) as livekit:
        try:
            open_rooms = await rooms.listed(livekit)
        except LiveKitError as error:
            text = " ".join(filter(None, (f"{error.title}: {error.reason}", error.advice)))
            return [*found, Finding("LiveKit", text, fine=False)]
        seen = livekit.seen()
        took = f" in {milliseconds(seen.latency_ms)} ms" if seen else ""
        text = f"{settings.livekit_url} responded{took}, {plural(len(open_rooms), 'room')} open"
        found.append(Finding("LiveKit", text))
        found.append(await _clock(livekit))
        services = await capabilities.ask(livekit, settings.enable_sip)
    # a service that isn't set up is no fault: not every server needs it
    return found + [
        Finding(each.name, " ".join(filter(None, (f"{each.text}.", each.advice))), not each.failed)
        for each in services.all
    ]


def _configuration(settings: Settings) -> Finding:
    given = [
        name for name in type(settings).model_fields if settings.origin(name) is not Origin.DEFAULT
    ]
    text = f"{plural(len(given), 'setting')} set, {settings.environment}"
    return Finding("Configuration", text)


async def _cache(settings: Settings) -> Finding:
    if not settings.cache_seconds:
        return Finding("Cache", "off: CACHE_SECONDS is 0, so REDIS_URL is not used")
    from app.services.livekit.cache.in_redis import InRedis  # as in app/services/kept.py

    answers = InRedis(settings)
    problem = await answers.problem()
    await answers.close()
    if problem:
        return Finding("Cache", f"Redis is unreachable: {problem}", fine=False)
    return Finding(
        "Cache", f"Redis is reachable; responses are cached for {settings.cache_seconds:g} s"
    )


async def _store(settings: Settings) -> Finding:
    from app.store.errors import StoreError  # as in main.py
    from app.store.migrating import pending
    from app.store.store import Store, driver_ended

    store = Store(settings.stored_in)
    try:
        missing = await pending(store)
    except StoreError as error:
        return Finding("Store", f"{error.title}. {error.reason} {error.advice}", fine=False)
    finally:
        await store.close()
        await driver_ended()
    if missing:
        return Finding("Store", f"{store.name} responds; the next start migrates it")
    return Finding("Store", f"{store.name} responds, and its schema is up to date")


async def _jobs(settings: Settings) -> Finding:
    if settings.jobs == "embedded":
        return Finding("Jobs", "run in the dashboard")
    from app.services.executors import any_alive  # as above
    from app.store.errors import StoreError
    from app.store.migrating import pending
    from app.store.store import Store, driver_ended

    store = Store(settings.stored_in)
    try:
        store.ready = not await pending(store)
        runs = store.ready and await any_alive(store)
    except StoreError:
        return Finding("Jobs", "unknown: the database doesn't respond", fine=False)
    finally:
        await store.close()
        await driver_ended()
    if runs:
        return Finding("Jobs", "a process runs them")
    text = "JOBS is off, and no process runs them. Start `livekit-dashboard worker`."
    return Finding("Jobs", text, fine=False)


async def _storage(settings: Settings) -> Finding:
    from app.storage.storage import Storage  # as above

    storage = Storage(settings.files_in)
    problem = await storage.problem()
    storage.close()
    if problem:
        text = f"{storage.kind} {storage.place}: {problem.reason} {problem.advice}"
        return Finding("Files", text, fine=False)
    return Finding("Files", f"{storage.kind} {storage.place} responds")


async def _sign_in_elsewhere(settings: Settings) -> Finding:
    subject = "Single sign-on"
    if not settings.stored_in:
        return Finding(subject, "off: OIDC_ISSUER and TRUSTED_USER_HEADER need DATABASE_URL")
    if not settings.oidc_issuer:
        return Finding(subject, f"by the header {settings.trusted_user_header} of TRUSTED_PROXIES")
    from app.services.oidc.errors import ProviderError  # as in main.py
    from app.services.oidc.provider import Provider

    async with Provider(settings) as provider:
        try:
            keys = await provider.keys()
        except ProviderError as error:
            return Finding(subject, f"{error.title}. {error.reason}", fine=False)
    return Finding(subject, f"{settings.oidc_issuer} responds, with {plural(len(keys), 'key')}")


async def _workers(settings: Settings) -> list[Finding]:
    """Ask each agent worker once."""
    if not settings.agent_workers:
        return []
    async with Asker() as asker:
        answers = await asyncio.gather(*map(asker.ask, settings.agent_workers))
    rows = [row_of(*pair) for pair in zip(settings.agent_workers, answers, strict=True)]
    return [
        Finding("Agent worker", " ".join(filter(None, (row.address, _status(row)))), row.fine)
        for row in ordered(rows)
    ]


def _status(row: WorkerRow) -> str:
    if row.reason:
        return f"is {label_of(row.status).text}: {visible(row.reason)}"
    name = visible(row.agent_name) or "no agent name"
    return f"responds: {name}, version {visible(row.version) or 'unknown'}"


async def _clock(livekit: LiveKit) -> Finding:
    try:
        clock = await livekit_clock.ask(livekit)
    except LiveKitError as error:
        return Finding("Clock", f"{error.title}: {error.reason}", fine=False)
    if clock is None:
        return Finding("Clock", "unknown: the server sends no Date header")
    if clock.agrees:
        return Finding("Clock", "in sync with the server's")
    which = "ahead of" if clock.ahead else "behind"
    text = f"the server's is at least {duration(clock.nearest)} {which} the dashboard's"
    if clock.refuses_all or clock.refuses_some:
        return Finding(
            "Clock", f"{text}, so LiveKit rejects tokens. Synchronize both by NTP.", fine=False
        )
    return Finding("Clock", f"{text}; LiveKit tolerates it")
