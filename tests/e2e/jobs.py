"""Egress jobs for the browser tests: begun in LiveKit itself; they end with their room."""

from collections.abc import Callable
from typing import Any

from dev.workers import Job, Standin
from tests.routes.jobs import ACTIVE, composite, of_room, reached
from tests.support.waiting import until

Ask = Callable[..., Any]


def start(livekit: Ask, room: str, **fields: Any) -> str:
    """Record a room, into a file unless told otherwise; give the job's id at once."""
    request = composite(room, **fields)
    return str(livekit("egress.start_room_composite_egress", request).egress_id)


def begin(livekit: Ask, room: str, **fields: Any) -> str:
    """Start a job, and give its id once it is active."""
    egress_id = start(livekit, room, **fields)
    reached(livekit, egress_id, ACTIVE)
    return egress_id


def begun(livekit: Ask, standin: Standin, room: str, *others: str) -> Job:
    """Give the room's one job, but for `others`, as its worker has it."""
    (egress_id,) = until(lambda: {info.egress_id for info in of_room(livekit, room)} - {*others})
    return standin.job(egress_id)
