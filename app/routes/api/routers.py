"""The routers of the API that the settings ask for, and of its description."""

from fastapi import APIRouter

from app.routes.api import (
    agents,
    audit,
    call_records,
    calls,
    conversations,
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
from app.routes.api.conversations import deleting as conversation_deleting
from app.routes.api.conversations import spans as conversation_spans


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
        conversation_spans.router,
        conversation_deleting.router,
        conversations.router,
        agents.router,
        usage.router,
        webhooks.router,
        audit.router,
        accounts.router,
    ]


def api_routers(*, telephony: bool) -> list[APIRouter]:
    """Return the routers of the operations, and of the pages that describe them."""
    routers = operations(telephony=telephony)
    return [*routers, description.router(routers)]
