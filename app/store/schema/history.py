"""History: sessions and what was in them, projected from events and reconciled with LiveKit.

SIDs and IDs are the keys, and each table's first moment is what it is kept by. A moment that no
event reported is *inferred*: it happened between `…_after` and the moment itself. PostgreSQL has a
partition for each month of the first moment.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from app.store.schema.events import LONGEST_NAME
from app.store.schema.metadata import METADATA, Moment, where

# Names that begin with a text are next to each other in an index by bytes, as SQLite has it.
BY_BYTES: dict[str, Any] = {"postgresql_ops": {"room": "text_pattern_ops"}}
UNUSUAL = "kind <> 'STANDARD'"  # few participants of large servers

# A room from its start to its end, by the room's SID: a name may have many of them.
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("sid", String(64), primary_key=True),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("started_inferred", Boolean, nullable=False),
    Column("ended_at", Moment),
    Column("ended_inferred", Boolean, nullable=False),
    Column("ended_after", Moment),  # the last moment at which it is known to have been open
    Column("end_reason", String(64), nullable=False),
    Column("duration", BigInteger),  # microseconds, of a session that has ended
    Column("seen_at", Moment, nullable=False),  # the newest event, or listing by LiveKit
    Column("missing_since", Moment),  # the first listing by LiveKit without it
    # computed from the rows below whenever one of them changes
    Column("participants", Integer, nullable=False),  # distinct identities of people and calls
    Column("peak", Integer, nullable=False),  # most of these at one time
    Column("agents", Integer, nullable=False),  # distinct identities
    Column("calls", Integer, nullable=False),
    Column("egress", Integer, nullable=False),
    Column("ingress", Integer, nullable=False),
    Column("failures", Integer, nullable=False),  # aborted joins, failed egress, ingress and calls
    Index("ix_sessions_started_at", "server", "started_at", "sid"),
    Index("ix_sessions_room", "server", "room", "started_at", "sid", **BY_BYTES),
    Index("ix_sessions_duration", "server", "duration", "started_at", "sid"),
    Index("ix_sessions_failures", "server", "started_at", "sid", **where("failures > 0")),
    Index("ix_sessions_agents", "server", "started_at", "sid", **where("agents > 0")),
    Index("ix_sessions_calls", "server", "started_at", "sid", **where("calls > 0")),
    Index("ix_sessions_egress", "server", "started_at", "sid", **where("egress > 0")),
    Index("ix_sessions_ingress", "server", "started_at", "sid", **where("ingress > 0")),
    Index("ix_sessions_open", "server", "started_at", "sid", **where("ended_at IS NULL")),
)

# A participant from join to leave, by the participant's SID: an identity may have many of them.
CONNECTIONS = Table(
    "connections",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("sid", String(64), primary_key=True),
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("identity", String(LONGEST_NAME), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("kind", String(32), nullable=False),  # ParticipantInfo.Kind, as LiveKit names it
    Column("hidden", Boolean, nullable=False),  # such as the dashboard's own observer
    Column("joined_at", Moment, nullable=False),
    Column("joined_inferred", Boolean, nullable=False),
    Column("left_at", Moment),
    Column("left_inferred", Boolean, nullable=False),
    Column("left_after", Moment),
    Column("reason", String(64), nullable=False),  # DisconnectReason, as LiveKit names it
    Column("aborted", Boolean, nullable=False),  # it never became active
    Column("attributes", Text, nullable=False),  # JSON: LiveKit's own, sip.* and lk.*
    Column("described_at", Moment, nullable=False),  # the event that name and attributes are from
    Column("described_by", String(96), nullable=False),  # its version of the participant, its ID
    Column("seen_at", Moment, nullable=False),
    Column("missing_since", Moment),
    Index("ix_connections_room_sid", "server", "room_sid", "identity", "joined_at"),
    Index("ix_connections_identity", "server", "identity", "joined_at", "sid"),
    Index("ix_connections_room", "server", "room", "joined_at", "sid", **BY_BYTES),
    Index("ix_connections_joined_at", "server", "joined_at", "sid"),
    Index("ix_connections_kind", "server", "kind", "joined_at", "sid", **where(UNUSUAL)),
    Index("ix_connections_aborted", "server", "joined_at", "sid", **where("aborted")),
    Index(
        "ix_connections_long",
        "server",
        "joined_at",
        **where("left_at - joined_at > 86400000000"),  # more than a day
    ),
    Index("ix_connections_open", "server", "room_sid", **where("left_at IS NULL")),
)

TRACKS = Table(
    "tracks",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("sid", String(64), primary_key=True),
    Column("room_sid", String(64), nullable=False),
    Column("participant_sid", String(64), nullable=False),
    Column("type", String(16), nullable=False),  # TrackType
    Column("source", String(32), nullable=False),  # TrackSource
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("mime_type", String(64), nullable=False),
    Column("described_by", String(96), nullable=False),  # version of the track, ID of the event
    Column("published_at", Moment, nullable=False),
    Column("published_inferred", Boolean, nullable=False),
    Column("unpublished_at", Moment),
    Column("unpublished_inferred", Boolean, nullable=False),
    Index("ix_tracks_room_sid", "server", "room_sid", "published_at"),
    Index("ix_tracks_participant_sid", "server", "participant_sid"),
)

EGRESS_JOBS = Table(
    "egress_jobs",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("egress_id", String(64), primary_key=True),
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("type", String(32), nullable=False),  # what it records: room composite, track, …
    Column("status", String(32), nullable=False),  # EgressStatus
    Column("error", Text, nullable=False),
    Column("error_code", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("started_inferred", Boolean, nullable=False),  # the first report, if it names no start
    Column("ended_at", Moment),
    Column("ended_inferred", Boolean, nullable=False),  # its end was never reported
    Column("ended_after", Moment),
    Column("updated_at", Moment, nullable=False),  # of the newest report
    Column("info", Text, nullable=False),  # JSON: EgressInfo without secrets
    Column("missing_since", Moment),
    Index("ix_egress_jobs_room_sid", "server", "room_sid"),
    Index("ix_egress_jobs_room", "server", "room", "started_at"),
    Index("ix_egress_jobs_started_at", "server", "started_at", "egress_id"),
    Index("ix_egress_jobs_open", "server", "egress_id", **where("ended_at IS NULL")),
)

# An ingress each time somebody sends to it.
INGRESS_RUNS = Table(
    "ingress_runs",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("ingress_id", String(64), primary_key=True),
    Column("started_at", Moment, primary_key=True),
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("input", String(16), nullable=False),  # IngressInput
    Column("status", String(32), nullable=False),  # IngressState.Status
    Column("error", Text, nullable=False),
    Column("ended_at", Moment),
    Column("ended_inferred", Boolean, nullable=False),
    Column("ended_after", Moment),
    Column("updated_at", Moment, nullable=False),
    Column("missing_since", Moment),
    Index("ix_ingress_runs_room_sid", "server", "room_sid"),
    Index("ix_ingress_runs_room", "server", "room", "started_at"),
    Index("ix_ingress_runs_started_at", "server", "started_at", "ingress_id"),
    Index("ix_ingress_runs_open", "server", "ingress_id", **where("ended_at IS NULL")),
)

# Phone calls: participants of kind SIP, and calls that the dashboard dialed.
CALLS = Table(
    "calls",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("call_id", String(64), primary_key=True),  # sip.callID
    Column("participant_sid", String(64), nullable=False),
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("identity", String(LONGEST_NAME), nullable=False),
    Column("direction", String(16), nullable=False),  # inbound, outbound, or unknown
    Column("from_number", String(128), nullable=False),
    Column("to_number", String(128), nullable=False),
    Column("trunk_id", String(64), nullable=False),
    Column("rule_id", String(64), nullable=False),
    Column("status", String(32), nullable=False),  # sip.callStatus, as last reported
    Column("started_at", Moment, nullable=False),
    Column("started_inferred", Boolean, nullable=False),
    Column("answered_at", Moment),  # known only for calls that the dashboard dialed or watched
    Column("ended_at", Moment),
    Column("ended_inferred", Boolean, nullable=False),
    Column("ended_after", Moment),
    Column("reason", String(64), nullable=False),  # DisconnectReason
    Column("sip_code", Integer),  # of the response to a call that the dashboard dialed
    Column("sip_text", String(200), nullable=False),
    Index("ix_calls_room_sid", "server", "room_sid"),
    Index("ix_calls_participant_sid", "server", "participant_sid"),
    Index("ix_calls_started_at", "server", "started_at", "call_id"),
    Index("ix_calls_trunk_id", "server", "trunk_id", "started_at", "call_id"),
    Index("ix_calls_from_number", "server", "from_number", "started_at", "call_id"),
    Index("ix_calls_to_number", "server", "to_number", "started_at", "call_id"),
    Index("ix_calls_open", "server", "call_id", **where("ended_at IS NULL")),
)

# When the dashboard watched a server: what happened in the gaps may be missing from history.
COVERAGE = Table(
    "coverage",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("began_at", Moment, primary_key=True),
    Column("until_at", Moment, nullable=False),
    Index("ix_coverage_until_at", "server", "until_at"),
)

# What the reconciler had to repair in a round, of each kind; a round without repairs has no rows.
REPAIRS = Table(
    "repairs",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("kind", String(32), primary_key=True),  # session.opened, connection.closed, …
    Column("number", Integer, nullable=False),
)
