"""The routers of the API that the settings ask for, and of its description."""

from fastapi import APIRouter

from app.routes.api import (
    agents,
    audit,
    calls,
    description,
    egress,
    ingress,
    participants,
    rooms,
    usage,
    webhooks,
)
from app.routes.api import users as accounts


def operations(*, telephony: bool) -> list[APIRouter]:
    """Return the routers of all operations of the parts that are on."""
    return [
        rooms.router,
        participants.router,
        egress.router,
        ingress.router,
        *([calls.router] if telephony else ()),
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
