"""Webhooks that don't come, although rooms were opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import LiveKitError
from app.services.livekit.times import from_seconds
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.unread import Found, unread
from app.services.server.states import Coverage, Part, Severity
from app.text.formatters import isolated

# LiveKit gives up after 30 s; and its clock may differ from the dashboard's.
SETTLED = timedelta(minutes=3)
SKEW = timedelta(minutes=1)
SET_UP = "Open Webhooks for the lines that livekit.yaml needs."


@dataclass(frozen=True, slots=True)
class Heard:
    """What the store has received: since when it is watched, and when the last webhook came.

    `rooms` if the start of a room ever did: webhook.filter_params may exclude it. `failed` is why
    the store couldn't be read.
    """

    since: datetime
    last: datetime | None = None
    rooms: bool = False
    failed: str = ""


def check_webhooks(seen: Snapshot, heard: Heard, now: datetime) -> Found:
    """Report that no webhook comes, if one certainly should have: a room was opened since."""
    if heard.failed:
        return Check(Part.WEBHOOKS, Coverage.NONE, heard.failed), []
    if isinstance(seen.rooms, LiveKitError):
        return unread(Part.WEBHOOKS, seen.rooms, alone=False)
    after = max(heard.since, heard.last or heard.since) + SKEW
    opened = [
        (created, room.name)
        for room in seen.rooms
        if (created := from_seconds(room.creation_time)) and after < created < now - SETTLED
    ]
    if not opened or (heard.last and not heard.rooms):
        return Check(Part.WEBHOOKS), []
    created, name = min(opened)
    so_far = "none has come since the last one" if heard.last else "none has ever come"
    why = f"Room {isolated(name)} was opened, and {so_far}. {SET_UP}"
    target = Target(Problem.WEBHOOKS_MISSING)
    what = "No webhooks are received"
    return Check(Part.WEBHOOKS), [Finding(Severity.WARNING, what, why, target, since=created)]
