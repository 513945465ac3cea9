"""Which conversations are listed, in which order, and what a row of the list has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row

from app.services.conversations.costs import Cost
from app.services.conversations.counts import counts_of
from app.services.conversations.lists.words import Snippet
from app.services.conversations.states import Outcome
from app.services.history.lists.ranges import ALWAYS, Range
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATIONS

Sort = Literal["", "longest", "slowest"]
Longer = Literal["", "1min", "5min", "15min", "1h"]
Slower = Literal["", "1s", "2s", "3s", "5s", "10s"]
LONGER = {
    "1min": timedelta(minutes=1),
    "5min": timedelta(minutes=5),
    "15min": timedelta(minutes=15),
    "1h": timedelta(hours=1),
}
SLOWER = {
    "1s": timedelta(seconds=1),
    "2s": timedelta(seconds=2),
    "3s": timedelta(seconds=3),
    "5s": timedelta(seconds=5),
    "10s": timedelta(seconds=10),
}
MICROSECOND = timedelta(microseconds=1)
# An agent uploads metrics every 30 s while its session runs.
SILENT = timedelta(minutes=2)
NOT_LISTED = {"options", "waveform", "outcome_reason"}  # long texts
COLUMNS = [column for column in CONVERSATIONS.c if column.name not in NOT_LISTED]


def is_live(ended_at: datetime | None, heard_at: datetime, now: datetime) -> bool:
    """Return whether a conversation is open, and its agent uploaded something lately."""
    return ended_at is None and now - heard_at < SILENT


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations are listed; what is empty does not restrict them.

    `room` and `agent` are names, or patterns in which `*` stands for anything. `session` is the SID
    of a room. `words` are all in one line of the transcript, the last one as a beginning. `tool` is
    one that was called, or with `tool_failures` one that failed, and `error` a kind of error. In
    `stage`, a column with the delays of a stage, one of `delay` at least was measured.
    """

    words: tuple[str, ...] = ()
    agent: str = ""
    room: str = ""
    session: str = ""
    dispatch: str = ""
    call: str = ""
    caller: str = ""
    version: str = ""
    model: str = ""
    tag: str = ""
    tool: str = ""
    error: str = ""
    stage: str = ""
    delay: timedelta = timedelta()
    outcome: str = ""
    errors: bool = False
    tool_failures: bool = False
    interrupted: bool = False
    running: bool = False
    longer: Longer = ""
    slower: Slower = ""
    started: Range = ALWAYS
    sort: Sort = ""
    server: str = DEFAULT_SERVER


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list; texts are empty, times and counts None, where no upload says them.

    Response times are those of the agent's messages. `snippets` are the lines that were searched
    for, and `tags` the first ones. `cost` is None without prices, and if no usage was reported.
    """

    job: str
    room_sid: str
    room: str
    agent: str
    version: str
    sdk_version: str
    caller: str
    caller_kind: ParticipantKind | Newer
    dispatch: str
    call: str
    heard_at: datetime
    started_at: datetime
    ended_at: datetime | None
    ended_inferred: bool
    duration: timedelta | None
    turns: int | None
    interruptions: int | None
    tool_calls: int | None
    tool_failures: int | None
    errors: int | None
    response_p50: timedelta | None
    response_p95: timedelta | None
    outcome: Outcome | Newer | None
    close_reason: str
    redacted: bool
    has_recording: bool
    tags: Sequence[str] = field(default=())
    snippets: Sequence[Snippet] = field(default=())
    cost: Cost | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it has not ended, as far as is known."""
        return self.ended_at is None

    def is_live(self, now: datetime) -> bool:
        """Return whether it is open, and its agent uploaded something lately."""
        return is_live(self.ended_at, self.heard_at, now)


def listed_of(
    row: Row[Any],
    tags: Sequence[str] = (),
    snippets: Sequence[Snippet] = (),
    cost: Cost | None = None,
    unreported: Collection[str] = (),
) -> Listed:
    """Return the record of a row; `unreported` are jobs of which nothing was counted."""
    counts = counts_of(row, unreported)
    return Listed(
        row.job,
        row.room_sid,
        row.room,
        row.agent,
        row.version,
        row.sdk_version,
        row.caller,
        named(ParticipantKind, row.caller_kind),
        row.dispatch,
        row.call,
        row.heard_at,
        row.started_at,
        row.ended_at,
        row.ended_inferred,
        _span(row.duration),
        counts["turns"],
        counts["interruptions"],
        counts["tool_calls"],
        counts["tool_failures"],
        counts["errors"],
        _span(row.response_p50),
        _span(row.response_p95),
        named(Outcome, row.outcome) if row.outcome else None,
        row.close_reason,
        row.redacted,
        bool(row.recording),
        tags,
        snippets,
        cost,
    )


def _span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else microseconds * MICROSECOND
