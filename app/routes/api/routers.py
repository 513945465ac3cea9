"""The routers of the API that the settings ask for, and the description of all of them."""

from fastapi import APIRouter

from app.routes.api import agents, audit, calls, description, egress, ingress, participants, rooms
from app.routes.api import users as accounts


def api_routers(*, telephony: bool) -> list[APIRouter]:
    """Return the routers of every part that is on; the last has the description of the others."""
    routers = [
        rooms.router,
        participants.router,
        egress.router,
        ingress.router,
        *([calls.router] if telephony else ()),
        agents.router,
        audit.router,
        accounts.router,
    ]
    return [*routers, description.router(routers)]
