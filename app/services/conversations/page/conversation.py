"""A conversation: what an agent did in one job."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.conversations.counts import COUNTS, counts_of, unreported
from app.services.conversations.lists.wanted import is_live
from app.services.conversations.states import CloseReason, Outcome
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATIONS
from app.store.store import Store

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation; texts are empty, times and counts None, where no upload says them.

    `caller` is the identity that the agent listens to. `gone_at` is when LiveKit saw the agent
    leave; an end that is inferred comes from there. `options` are JSON. Response times are of the
    agent's messages of which they were measured.
    """

    server: str
    job: str
    first_heard_at: datetime
    heard_at: datetime
    room_sid: str
    room: str
    agent: str
    version: str
    sdk_version: str
    worker: str
    dispatch: str
    caller: str
    caller_kind: ParticipantKind | Newer
    phone: str
    call: str
    session_started_at: datetime | None
    session_ended_at: datetime | None
    gone_at: datetime | None
    close_reason: CloseReason | Newer | None
    outcome: Outcome | Newer | None
    outcome_reason: str
    redacted: bool
    simulated: bool
    options: str
    recording: str
    recording_bytes: int | None
    recording_type: str
    recording_started_at: datetime | None
    recording_duration: timedelta | None
    recording_deleted_at: datetime | None
    waveform: str
    started_at: datetime
    ended_at: datetime | None
    ended_inferred: bool
    duration: timedelta | None
    turns: int | None
    interruptions: int | None
    tool_calls: int | None
    tool_failures: int | None
    errors: int | None
    spans: int
    response_p50: timedelta | None
    response_p95: timedelta | None

    @property
    def is_open(self) -> bool:
        """Return whether it has not ended, as far as is known."""
        return self.ended_at is None

    def is_live(self, now: datetime) -> bool:
        """Return whether it is open, and its agent uploaded something lately."""
        return is_live(self.ended_at, self.heard_at, now)

    @property
    def reported(self) -> bool:
        """Return whether the agent's report of the session came, which is sent at its end."""
        return bool(self.sdk_version)

    @property
    def title(self) -> str:
        """The agent, or else what is known."""
        return self.agent or self.room or self.job


DURATIONS = ("duration", "recording_duration", "response_p50", "response_p95")
OWN = {"outcome", "close_reason", "caller_kind", *DURATIONS, *COUNTS}
SAME = tuple(field.name for field in fields(Conversation) if field.name not in OWN)


async def get(store: Store, job: str, server: str = DEFAULT_SERVER) -> Conversation:
    """Return a conversation. Raises NotFound and StoreError."""
    rows = CONVERSATIONS.c
    query = select(CONVERSATIONS).where(and_(rows.server == server, rows.job == storable(job)))
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"No agent uploaded a conversation {job}, or it was deleted.")
        silent = await unreported(connection, server, [row])
    return conversation_of(row, silent)


def conversation_of(row: Row[Any], silent: Collection[str]) -> Conversation:
    """Return the record of a row; `silent` are jobs of which nothing was counted."""
    own: dict[str, Any] = {name: getattr(row, name) for name in SAME}
    own |= {name: span(getattr(row, name)) for name in DURATIONS}
    own |= counts_of(row, silent)
    own["outcome"] = named(Outcome, row.outcome) if row.outcome else None
    own["close_reason"] = named(CloseReason, row.close_reason) if row.close_reason else None
    own["caller_kind"] = named(ParticipantKind, row.caller_kind, strip="PARTICIPANT_KIND_")
    return Conversation(**own)


def span(microseconds: int | None) -> timedelta | None:
    """Return a column of microseconds as a span."""
    return None if microseconds is None else microseconds * MICROSECOND
