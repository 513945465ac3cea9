"""The routers that the settings ask for; what is switched off has none."""

from fastapi import APIRouter

from app.routes import (
    auth,
    egress,
    egress_job,
    health,
    ingress,
    ingress_one,
    overview,
    participants,
    room,
    rooms,
)
from app.settings import Settings


def routers(settings: Settings) -> list[APIRouter]:
    """Give the routers of every part that is on."""
    return [
        health.router,
        auth.router,
        overview.router,
        rooms.router,
        room.router,
        participants.router,
        egress.router,
        egress_job.router,
        ingress.router,
        ingress_one.router,
    ]
