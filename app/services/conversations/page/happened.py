"""What happened around a conversation: its milestones, and stalls of the agent's event loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.services.conversations.page.conversation import MICROSECOND, Conversation
from app.store.schema import CONVERSATION_SPANS
from app.store.store import Store

STALL = "event_loop_blocked"  # livekit-agents' span
MOST_STALLS = 200


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment of a conversation; `inferred` if nobody reported it."""

    at: datetime
    what: str
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Stall:
    """A time in which the agent's event loop ran nothing else: it neither heard nor spoke."""

    span: str
    at: datetime
    offset: timedelta
    took: timedelta


def milestones(conversation: Conversation) -> list[Milestone]:
    """Return the moments that are known, in their order."""
    c = conversation
    found = [
        (c.session_started_at, "The agent's session began"),
        (c.recording_started_at, "The recording began"),
        (c.first_heard_at, "The first upload was received"),
        (c.session_ended_at, "The agent's session ended"),
        (c.gone_at, "The agent had left the room, or nothing more was received"),
        (c.heard_at, "The last upload was received"),
        (c.recording_deleted_at, "The recording was deleted"),
    ]
    known = [(at, what) for at, what in found if at is not None]
    return [Milestone(at, what, at == c.gone_at and c.ended_inferred) for at, what in sorted(known)]


async def stalls(store: Store, conversation: Conversation) -> tuple[Sequence[Stall], bool]:
    """Return the first stalls, and whether there are more. Raises StoreError."""
    rows = CONVERSATION_SPANS.c
    query = select(rows.span, rows.started_at, rows.duration).where(
        rows.server == conversation.server, rows.job == conversation.job, rows.name == STALL
    )
    query = query.order_by(rows.started_at, rows.span).limit(MOST_STALLS + 1)
    async with store.read() as connection:
        found = (await connection.execute(query)).all()
    listed = [
        Stall(
            row.span,
            row.started_at,
            max(row.started_at - conversation.started_at, timedelta()),
            row.duration * MICROSECOND,
        )
        for row in found[:MOST_STALLS]
    ]
    return listed, len(found) > MOST_STALLS
