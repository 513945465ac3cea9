"""create_app: the parts of the dashboard, assembled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from app import __version__
from app.config.settings import Settings, load_settings
from app.live.feed import part_of
from app.live.hub import Hub
from app.live.relays.opening import open_relay
from app.live.streams import Streams
from app.routes import routers
from app.routes.conversations.opening import Openings
from app.security.audit import LogAudit
from app.security.authentication import Authenticator
from app.security.basic_auth import BasicAuth
from app.security.guards import check_guards
from app.security.headers import SecurityHeaders
from app.security.hosts import Hosts
from app.security.session import Sessions
from app.services.agents.workers.watching import Watch
from app.services.livekit.cache.opening import open_answers
from app.services.livekit.client import LiveKit
from app.services.webhooks.feed import Received
from app.services.webhooks.refusals import Refusals
from app.services.webhooks.signing_keys import signing_keys
from app.web import failures
from app.web.assets import Assets, HashedFiles
from app.web.base_path import BasePath, MissingSlash
from app.web.environments import Environments
from app.web.middleware.body_limit import BodyLimit
from app.web.middleware.errors import Errors
from app.web.middleware.observe import Observe
from app.web.middleware.request_id import RequestId


def create_app(
    settings: Settings | None = None,
    figures: Path | None = None,
    authenticator: Authenticator | None = None,
    *,
    jobs: bool = True,
    sockets: Path | None = None,
) -> FastAPI:
    """Return the application for `settings`, or for those of the environment.

    One of several workers adds its metrics to those of the others in the folder `figures`, and
    tells them of changes through the folder `sockets`.
    Without an `authenticator`, the administrator signs in with HTTP Basic. Without `jobs`, none run
    in the background: a process can have one application that does.
    Raises SettingsError for an invalid configuration, RuntimeError for a route without a guard.
    """
    settings = settings or load_settings()
    app = FastAPI(
        title="LiveKit Dashboard",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        redirect_slashes=False,
    )
    assets = Assets()
    app.state.settings = settings
    app.state.authenticator = authenticator or _authenticator(settings)
    app.state.audit = LogAudit()
    app.state.store = None
    app.state.storage = None
    app.state.places = None
    app.state.queue = None
    app.state.jobs = jobs and settings.jobs == "embedded"
    app.state.hub = Hub()
    app.state.streams = Streams(app.state.hub.feed)
    app.state.agent_workers = None
    app.state.sockets = sockets
    app.state.intake = None
    app.state.uploads = None
    app.state.received = Received()
    app.state.openings = Openings()
    app.state.refusals = Refusals()
    app.state.upload_refusals = Refusals()
    app.state.webhook_keys = signing_keys(settings)
    app.state.environments = Environments(assets)
    app.state.metrics = None
    if settings.metrics_token:
        from app.monitoring.metrics import Metrics  # with prometheus_client, a megabyte

        app.state.metrics = Metrics(figures)
    _add_middleware(app, settings)
    failures.install(app)
    for router in routers(settings):
        app.include_router(router)
    app.mount("/static", HashedFiles(assets))
    check_guards(app)
    return app


def _authenticator(settings: Settings) -> Authenticator:
    if not settings.stored_in:
        return BasicAuth(settings)
    from app.security.accounts.authenticator import Accounts  # with the store, 30 MB

    return Accounts(settings)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    settings: Settings = app.state.settings
    async with AsyncExitStack() as opened:
        if settings.stored_in:
            await opened.enter_async_context(_stored(app, settings))
        answers = await opened.enter_async_context(open_answers(settings))
        app.state.livekit = await opened.enter_async_context(LiveKit(settings, answers))
        if settings.agent_workers:
            watch = Watch(settings.agent_workers, app.state.hub.publish)
            app.state.agent_workers = await opened.enter_async_context(watch)
        if settings.stored_in and app.state.jobs:
            await opened.enter_async_context(_jobs(app, settings))
        await opened.enter_async_context(_live(app, settings))
        yield {"streams": app.state.streams}  # for the connections: process/connections.py


@asynccontextmanager
async def _live(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    hub: Hub = app.state.hub
    following = asyncio.create_task(app.state.streams.follow(hub))
    try:
        async with open_relay(settings, hub, app.state.sockets) as app.state.relay:
            yield
    finally:
        following.cancel()


def _jobs(app: FastAPI, settings: Settings) -> AbstractAsyncContextManager[None]:
    from app.jobs.context import Context  # with DBOS, which only a store needs
    from app.jobs.engine import running

    state = app.state
    files = state.storage, state.places
    return running(Context.of(settings, state.store, *files, state.hub, state.livekit))


@asynccontextmanager
async def _stored(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    # 30 MB that a dashboard without a store doesn't need
    from app.security.accounts.quota import Quota
    from app.security.stored_audit import StoreAudit
    from app.services.accounts.passwords import Passwords
    from app.services.conversations.insights.recent import Recent
    from app.services.conversations.keeping import Uploads
    from app.services.history.projecting.projector import Projector
    from app.services.jobs.queue import Queue
    from app.services.recordings.places import open_places
    from app.services.webhooks.intake import Intake, last_moments
    from app.services.webhooks.stored import refused
    from app.storage.opening import open_storage
    from app.store.errors import StoreError
    from app.store.opening import open_store
    from app.store.schema import UPLOAD_REFUSALS
    from app.store.sealing import Sealer

    async with open_store(settings.stored_in) as store, AsyncExitStack() as opened:
        app.state.storage = await opened.enter_async_context(open_storage(settings.files_in))
        declared = open_places(settings.egress_presets, settings.recordings_root)
        app.state.places = await opened.enter_async_context(declared)
        if settings.oidc_issuer:
            from app.services.oidc.provider import Provider

            app.state.provider = await opened.enter_async_context(Provider(settings))
        app.state.store, app.state.audit = store, StoreAudit(store)
        forwards = settings.otlp_forward_url is not None
        app.state.uploads = Uploads(store, app.state.storage, app.state.hub, forwards=forwards)
        app.state.insights = Recent()
        projector = Projector(store, app.state.hub)
        app.state.intake = Intake(store, projector.wake)
        app.state.queue = Queue(store, app.state.hub, embedded=app.state.jobs)
        opened.push_async_callback(app.state.queue.close)
        app.state.passwords = Passwords()
        app.state.quota = Quota(settings.api_requests_per_minute)
        app.state.sealer = Sealer(settings.session_secret)
        with suppress(StoreError):  # the log has it already
            for event, moment in (await last_moments(store)).items():
                if part := part_of(event):
                    app.state.hub.feed.saw(part, moment.timestamp())
        background = [
            asyncio.create_task(projector.run()),
            asyncio.create_task(refused.keep(store, app.state.refusals)),
            asyncio.create_task(refused.keep(store, app.state.upload_refusals, UPLOAD_REFUSALS)),
        ]
        if settings.otlp_forward_url:
            from app.services.conversations.forwarding.backend import Backend
            from app.services.conversations.forwarding.forwarder import Forwarder

            to = Backend(settings.otlp_forward_url, settings.forward_headers)
            backend = await opened.enter_async_context(to)
            forwarder = Forwarder(store, app.state.storage, backend)
            background.append(asyncio.create_task(forwarder.run()))
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await refused.write(store, app.state.refusals)
            await refused.write(store, app.state.upload_refusals, UPLOAD_REFUSALS)
            await app.state.audit.written()
            app.state.passwords.close()


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(Sessions, settings=settings)
    # level 3 would take a third less time, and make pages 6 % larger: a refresh must stay small
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=4)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_credentials=True,
        )
    app.add_middleware(MissingSlash)
    if "*" not in settings.allowed_hosts:
        app.add_middleware(Hosts, allowed=settings.allowed_hosts)
    app.add_middleware(BodyLimit)
    app.add_middleware(Errors, failed=failures.crashed)
    app.add_middleware(Observe, settings=settings, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(RequestId)
    app.add_middleware(BasePath, settings=settings)
