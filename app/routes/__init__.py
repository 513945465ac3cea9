"""The routers that the settings ask for; what is switched off has none."""

from fastapi import APIRouter

from app.config.settings import Settings
from app.routes import (
    agents,
    auth,
    doctor,
    egress,
    egress_job,
    health,
    ingress,
    ingress_one,
    metrics,
    overview,
    participants,
    room,
    rooms,
    sandbox,
    search,
    settings,
    sip_calls,
    sip_definitions,
    sip_route,
    sip_rule,
    sip_rules,
    sip_trunk,
    sip_trunks,
    trying,
    watch,
    webhooks,
)


def routers(wanted: Settings) -> list[APIRouter]:
    """Give the routers of every part that is on."""
    telephony = [
        sip_calls.router,
        sip_trunks.router,
        sip_trunk.router,
        sip_rules.router,
        sip_rule.router,
        sip_route.router,
        sip_definitions.router,
    ]
    return [
        health.router,
        auth.router,
        overview.router,
        rooms.router,
        room.router,
        participants.router,
        watch.router,
        trying.router,
        doctor.router,
        egress.router,
        egress_job.router,
        ingress.router,
        ingress_one.router,
        agents.router,
        sandbox.router,
        webhooks.router,
        settings.router,
        search.router,
        *([metrics.router] if wanted.metrics_token else ()),
        *(telephony if wanted.enable_sip else ()),
    ]
