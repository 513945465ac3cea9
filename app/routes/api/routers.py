"""The routers of the API that the settings ask for, and of its description."""

from fastapi import APIRouter

from app.routes.api import (
    agents,
    audit,
    call_records,
    calls,
    description,
    egress,
    ingress,
    participants,
    past_egress,
    rooms,
    sessions,
    usage,
    webhooks,
)
from app.routes.api import users as accounts
from app.routes.api.conversations.routers import conversation_operations
from app.routes.api.jobs import jobs
from app.routes.api.recordings import recordings


def operations(*, telephony: bool) -> list[APIRouter]:
    """Return the routers of all operations of the parts that are on."""
    return [
        rooms.router,
        participants.router,
        past_egress.router,
        egress.router,
        ingress.router,
        *([call_records.router, calls.router] if telephony else ()),
        sessions.router,
        *conversation_operations(),
        recordings.router,
        agents.router,
        usage.router,
        jobs.router,
        webhooks.router,
        audit.router,
        accounts.router,
    ]


def api_routers(*, telephony: bool) -> list[APIRouter]:
    """Return the routers of the operations, and of the pages that describe them."""
    routers = operations(telephony=telephony)
    return [*routers, description.router(routers)]
