"""Conversations that agents uploaded: rows for what is searched, charted, and listed.

A conversation is what an agent did in one job, by the job's ID. Its parts arrive in any order, so
the part that arrives first makes the row of the conversation. Raw batches and recordings are
files in the storage; `conversation_batches` says where.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.store.schema.events import LONGEST_NAME
from app.store.schema.metadata import METADATA, Moment, RowId, where

LONGEST_ID = 128  # of a job, an item, a span, a worker
LONGEST_LABEL = 200  # of a model, a tool, a tag


def _by_bytes(column: str) -> dict[str, Any]:
    """Return the options of an index by which PostgreSQL finds the beginning of a text."""
    return {"postgresql_ops": {column: "text_pattern_ops"}}


def of_conversation(table: str) -> list[Any]:
    """Return the columns that name the conversation, with which its rows are deleted."""
    return [
        Column("server", String(64), nullable=False),
        Column("job", String(LONGEST_ID), nullable=False),
        ForeignKeyConstraint(
            ["server", "job"],
            ["conversations.server", "conversations.job"],
            name=f"fk_{table}_conversation",
            ondelete="CASCADE",
        ),
    ]


CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("job", String(LONGEST_ID), primary_key=True),
    Column("first_heard_at", Moment, nullable=False),
    Column("heard_at", Moment, nullable=False),  # when its newest upload came
    # what uploads say of it; empty until one does
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("agent", String(LONGEST_LABEL), nullable=False),
    Column("version", String(LONGEST_LABEL), nullable=False),  # of the agent's deployment
    Column("sdk_version", String(64), nullable=False),
    Column("worker", String(LONGEST_ID), nullable=False),
    Column("dispatch", String(LONGEST_ID), nullable=False),
    Column("caller", String(LONGEST_NAME), nullable=False),  # the identity the agent listens to
    Column("caller_kind", String(64), nullable=False),
    Column("phone", String(64), nullable=False),
    Column("call", String(64), nullable=False),  # SIP call ID
    Column("address", String(64), nullable=False),  # from which the newest upload came
    Column("session_started_at", Moment),
    Column("session_ended_at", Moment),
    Column("gone_at", Moment),  # when LiveKit saw the agent leave
    Column("close_reason", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),  # success, fail
    Column("outcome_reason", Text, nullable=False),
    Column("redacted", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("recording", String(300), nullable=False),  # its path in the storage
    Column("recording_bytes", BigInteger),
    Column("recording_type", String(64), nullable=False),
    Column("recording_started_at", Moment),
    Column("recording_duration", BigInteger),  # microseconds
    Column("recording_deleted_at", Moment),
    Column("waveform", Text, nullable=False),  # JSON, empty until it is drawn
    # computed from the rows below whenever one of them changes
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_inferred", Boolean, nullable=False),
    Column("duration", BigInteger),  # microseconds, of one that has ended
    Column("turns", Integer, nullable=False),  # messages of the caller
    Column("interruptions", Integer, nullable=False),
    Column("tool_calls", Integer, nullable=False),
    Column("tool_failures", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("spans", Integer, nullable=False),
    Column("response_p50", BigInteger),  # microseconds
    Column("response_p95", BigInteger),
    Index("ix_conversations_started_at", "server", "started_at", "job"),
    Index("ix_conversations_agent", "server", "agent", "started_at", "job", **_by_bytes("agent")),
    Index("ix_conversations_room_sid", "server", "room_sid", "started_at"),
    Index("ix_conversations_caller", "server", "caller", "started_at", "job"),
    Index("ix_conversations_room", "server", "room", "started_at", "job", **_by_bytes("room")),
    Index("ix_conversations_call", "server", "call", **where("call <> ''")),
    Index("ix_conversations_dispatch", "server", "dispatch", **where("dispatch <> ''")),
    Index("ix_conversations_duration", "server", "duration", "job", "started_at"),
    Index("ix_conversations_response", "server", "response_p95", "job", "started_at"),
    Index("ix_conversations_errors", "server", "started_at", "job", **where("errors > 0")),
    *[
        Index(f"ix_conversations_{name}", "server", *also, "started_at", "job", **where(condition))
        for name, also, condition in (
            ("tool_failures", (), "tool_failures > 0"),
            ("interruptions", (), "interruptions > 0"),
            ("outcome", ("outcome",), "outcome <> ''"),
            ("version", ("version",), "version <> ''"),
        )
    ],
    Index("ix_conversations_open", "server", "started_at", "job", **where("ended_at IS NULL")),
    Index("ix_conversations_heard_at", "heard_at"),
    Index("ix_conversations_recordings", "heard_at", **where("recording <> ''")),
    Index("ix_conversations_undrawn", "heard_at", **where("recording <> '' AND waveform = ''")),
)

# What was said and done, in order: messages, tool calls and their results, hand-offs, and changes
# of instructions (livekit-agents, ChatContext). Until the agent uploads its history at the end of
# the session, `origin` is trace: read from spans as they come.
CONVERSATION_ITEMS = Table(
    "conversation_items",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    *of_conversation("conversation_items"),
    Column("item", String(LONGEST_ID), nullable=False),
    Column("origin", String(8), nullable=False),  # chat, trace
    Column("kind", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),  # said; arguments or result; instructions
    Column("interrupted", Boolean, nullable=False),
    Column("call", String(LONGEST_ID), nullable=False),  # joins a tool call and its result
    Column("name", String(LONGEST_LABEL), nullable=False),  # of the tool, of the new agent
    Column("failed", Boolean, nullable=False),
    Column("details", Text, nullable=False),  # JSON: all else
    Column("started_speaking_at", Moment),
    Column("stopped_speaking_at", Moment),
    # delays, in microseconds
    Column("response", BigInteger),  # end to end
    Column("end_of_turn", BigInteger),
    Column("transcription", BigInteger),
    Column("hook", BigInteger),  # on_user_turn_completed
    Column("llm_first_token", BigInteger),
    Column("tts_first_byte", BigInteger),
    Column("playback", BigInteger),
    UniqueConstraint("server", "job", "item", name="uq_conversation_items_item"),
    Index("ix_conversation_items_at", "server", "job", "at", "id"),
    Index("ix_conversation_items_response", "server", "response", **where("response > 0")),
    Index(
        "ix_conversation_items_name",
        *("server", "name", "kind", "failed", "job"),
        **where("name <> ''"),
    ),
    sqlite_autoincrement=True,
)

# The skeleton of the trace; a span's attributes are in its raw batch.
CONVERSATION_SPANS = Table(
    "conversation_spans",
    METADATA,
    *of_conversation("conversation_spans"),
    Column("span", String(16), nullable=False),
    Column("parent", String(16), nullable=False),
    Column("name", String(LONGEST_LABEL), nullable=False),
    Column("label", String(LONGEST_LABEL), nullable=False),  # a model, a tool, an agent
    Column("started_at", Moment, nullable=False),
    Column("duration", BigInteger, nullable=False),  # microseconds
    Column("failed", Boolean, nullable=False),
    Column("batch", String(64), nullable=False),
    UniqueConstraint("server", "job", "span", name="uq_conversation_spans_span"),
    Index("ix_conversation_spans_started_at", "server", "job", "started_at", "span"),
    Index("ix_conversation_spans_parent", "server", "job", "parent", "started_at", "span"),
)

CONVERSATION_LOGS = Table(
    "conversation_logs",
    METADATA,
    *of_conversation("conversation_logs"),
    Column("line", String(64), nullable=False),  # a digest of the record
    Column("at", Moment, nullable=False),
    Column("severity", Integer, nullable=False),  # OpenTelemetry's SeverityNumber
    Column("logger", String(LONGEST_LABEL), nullable=False),
    Column("message", Text, nullable=False),
    Column("batch", String(64), nullable=False),
    UniqueConstraint("server", "job", "line", name="uq_conversation_logs_line"),
    Index("ix_conversation_logs_at", "server", "job", "at", "line"),
)
