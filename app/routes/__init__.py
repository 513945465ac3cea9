"""The routers that the settings ask for; telephony without ENABLE_SIP has only a set-up page."""

from fastapi import APIRouter

from app.config.settings import Settings
from app.routes import hooks, live
from app.routes.agents import agents, workers
from app.routes.egress import job, jobs
from app.routes.egress import start as start_job
from app.routes.ingress import ingress, ingresses
from app.routes.participants import participant
from app.routes.participants import participants as everybody
from app.routes.process import health, logout
from app.routes.rooms import many, participants, room, room_page, rooms, send, watch
from app.routes.server import docs, doctor, lists, overview, search, settings, status, timezone
from app.routes.sip import calls, definitions, route, rule, rules, setup, start, trunk, trunks
from app.routes.tokens import join_page, sandbox
from app.routes.webhooks import feed, sample, verify


def routers(wanted: Settings) -> list[APIRouter]:
    """Return the routers of every part that is on."""
    telephony = [
        start.router,
        calls.router,
        trunks.router,
        trunk.router,
        rules.router,
        rule.router,
        route.router,
        definitions.router,
    ]
    optional: list[APIRouter] = []
    if wanted.metrics_token:
        from app.routes.process import metrics  # with prometheus_client, a megabyte

        optional.append(metrics.router)
    if wanted.database_url:
        from app.routes import audit, observability  # with the store, 30 MB
        from app.routes.accounts import (
            account,
            links,
            own_preferences,
            own_sessions,
            role,
            roles,
            sign_in,
            sign_out,
            user,
            users,
        )
        from app.routes.accounts import tokens as own_tokens
        from app.routes.accounts.factors import app as authenticator
        from app.routes.accounts.factors import code, codes, passkeys, password, proof
        from app.routes.accounts.factors import overview as factors
        from app.routes.accounts.factors import sign_in as passkey
        from app.routes.agents import insights
        from app.routes.api.routers import api_routers
        from app.routes.background import job as background_job
        from app.routes.background import jobs as background_jobs
        from app.routes.conversations.routers import conversation_routers
        from app.routes.history import identity, records
        from app.routes.history import participants as past_participants
        from app.routes.history import session as past_session
        from app.routes.history import sessions as past_sessions
        from app.routes.recordings.routers import recording_routers
        from app.routes.usage import usage
        from app.routes.webhooks import events

        optional += [
            observability.router,
            sign_in.router,
            code.router,
            passkey.router,
            sign_out.router,
            links.router,
            users.router,
            user.router,
            roles.router,
            role.router,
            account.router,
            own_sessions.router,
            own_preferences.router,
            own_tokens.router,
            proof.router,
            factors.router,
            authenticator.router,
            passkeys.router,
            codes.router,
            password.router,
            audit.router,
            usage.router,
            events.router,
            past_sessions.router,
            past_session.router,
            past_participants.router,
            identity.router,
            insights.router,
            *conversation_routers(),
            background_jobs.router,
            background_job.router,
            *recording_routers(),
            *([records.router] if wanted.enable_sip else ()),
            *api_routers(telephony=wanted.enable_sip),
        ]
        if wanted.oidc_issuer:
            from app.routes.accounts import single_sign_on

            optional.append(single_sign_on.router)
    return [
        health.router,
        logout.router,
        overview.router,
        status.router,
        rooms.router,
        room_page.router,
        room.router,
        everybody.router,
        participant.router,
        many.router,
        participants.router,
        send.router,
        watch.router,
        join_page.router,
        doctor.router,
        jobs.router,
        start_job.router,
        job.router,
        ingresses.router,
        ingress.router,
        workers.router,
        agents.router,
        sandbox.router,
        feed.router,
        verify.router,
        sample.router,
        hooks.router,
        live.router,
        settings.router,
        search.router,
        timezone.router,
        lists.router,
        docs.router,
        *optional,
        *(telephony if wanted.enable_sip else (setup.router,)),
    ]
