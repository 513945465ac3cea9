"""History: sessions, connections, tracks, egress, ingress and calls."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BY_BYTES: dict[str, Any] = {"postgresql_ops": {"room": "text_pattern_ops"}}
MONTHLY = ("sessions", "connections", "tracks", "calls")


def upgrade() -> None:
    """Create the tables; months are added as they come."""
    _create_sessions()
    _create_media()
    _create_calls()
    if op.get_bind().dialect.name == "postgresql":
        for table in MONTHLY:
            op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("started_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_after", sa.BigInteger),
        sa.Column("end_reason", sa.String(64), nullable=False),
        sa.Column("duration", sa.BigInteger),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
        sa.Column("participants", sa.Integer, nullable=False),
        sa.Column("peak", sa.Integer, nullable=False),
        sa.Column("agents", sa.Integer, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("egress", sa.Integer, nullable=False),
        sa.Column("ingress", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        _key("sessions", "server", "sid", month="started_at"),
        postgresql_partition_by="RANGE (started_at)",
    )
    # First: of indexes that serve equally well, SQLite takes the one that was created last.
    op.create_index("ix_sessions_started_at", "sessions", ["server", "started_at", "sid"])
    op.create_index(
        "ix_sessions_agents", "sessions", ["server", "started_at", "sid"], **_where("agents > 0")
    )
    op.create_index(
        "ix_sessions_calls", "sessions", ["server", "started_at", "sid"], **_where("calls > 0")
    )
    op.create_index("ix_sessions_duration", "sessions", ["server", "duration", "started_at", "sid"])
    op.create_index(
        "ix_sessions_egress", "sessions", ["server", "started_at", "sid"], **_where("egress > 0")
    )
    key = ["server", "started_at", "sid"]
    op.create_index("ix_sessions_failures", "sessions", key, **_where("failures > 0"))
    op.create_index(
        "ix_sessions_ingress", "sessions", ["server", "started_at", "sid"], **_where("ingress > 0")
    )
    op.create_index(
        "ix_sessions_open",
        "sessions",
        ["server", "started_at", "sid"],
        **_where("ended_at IS NULL"),
    )
    op.create_index(
        "ix_sessions_room", "sessions", ["server", "room", "started_at", "sid"], **BY_BYTES
    )
    op.create_table(
        "connections",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("identity", sa.String(512), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("joined_at", sa.BigInteger, nullable=False),
        sa.Column("joined_inferred", sa.Boolean, nullable=False),
        sa.Column("left_at", sa.BigInteger),
        sa.Column("left_inferred", sa.Boolean, nullable=False),
        sa.Column("left_after", sa.BigInteger),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("aborted", sa.Boolean, nullable=False),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.Column("described_at", sa.BigInteger, nullable=False),
        sa.Column("described_by", sa.String(96), nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
        _key("connections", "server", "sid", month="joined_at"),
        postgresql_partition_by="RANGE (joined_at)",
    )
    op.create_index("ix_connections_joined_at", "connections", ["server", "joined_at", "sid"])
    op.create_index(
        "ix_connections_aborted", "connections", ["server", "joined_at", "sid"], **_where("aborted")
    )
    op.create_index(
        "ix_connections_identity", "connections", ["server", "identity", "joined_at", "sid"]
    )
    op.create_index(
        "ix_connections_open", "connections", ["server", "room_sid"], **_where("left_at IS NULL")
    )
    op.create_index(
        "ix_connections_kind",
        "connections",
        ["server", "kind", "joined_at", "sid"],
        **_where("kind <> 'STANDARD'"),
    )
    op.create_index(
        "ix_connections_room", "connections", ["server", "room", "joined_at", "sid"], **BY_BYTES
    )
    op.create_index(
        "ix_connections_room_sid", "connections", ["server", "room_sid", "identity", "joined_at"]
    )
    op.create_table(
        "tracks",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("participant_sid", sa.String(64), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("mime_type", sa.String(64), nullable=False),
        sa.Column("described_by", sa.String(96), nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("published_inferred", sa.Boolean, nullable=False),
        sa.Column("unpublished_at", sa.BigInteger),
        sa.Column("unpublished_inferred", sa.Boolean, nullable=False),
        _key("tracks", "server", "sid", month="published_at"),
        postgresql_partition_by="RANGE (published_at)",
    )
    op.create_index("ix_tracks_participant_sid", "tracks", ["server", "participant_sid"])
    op.create_index("ix_tracks_room_sid", "tracks", ["server", "room_sid", "published_at"])


def _create_media() -> None:
    op.create_table(
        "egress_jobs",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("egress_id", sa.String(64), nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_code", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("started_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_after", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("info", sa.Text, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
        sa.PrimaryKeyConstraint("server", "egress_id", name="pk_egress_jobs"),
    )
    op.create_index(
        "ix_egress_jobs_open", "egress_jobs", ["server", "egress_id"], **_where("ended_at IS NULL")
    )
    op.create_index("ix_egress_jobs_room", "egress_jobs", ["server", "room", "started_at"])
    op.create_index("ix_egress_jobs_room_sid", "egress_jobs", ["server", "room_sid"])
    op.create_index(
        "ix_egress_jobs_started_at", "egress_jobs", ["server", "started_at", "egress_id"]
    )
    op.create_table(
        "ingress_runs",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("ingress_id", sa.String(64), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("name", sa.String(512), nullable=False),
        sa.Column("input", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_after", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("missing_since", sa.BigInteger),
        sa.PrimaryKeyConstraint("server", "ingress_id", "started_at", name="pk_ingress_runs"),
    )
    still_open = _where("ended_at IS NULL")
    op.create_index("ix_ingress_runs_open", "ingress_runs", ["server", "ingress_id"], **still_open)
    op.create_index("ix_ingress_runs_room_sid", "ingress_runs", ["server", "room_sid"])
    op.create_index("ix_ingress_runs_room", "ingress_runs", ["server", "room", "started_at"])
    op.create_index(
        "ix_ingress_runs_started_at", "ingress_runs", ["server", "started_at", "ingress_id"]
    )


def _create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("participant_sid", sa.String(64), nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("identity", sa.String(512), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("from_number", sa.String(128), nullable=False),
        sa.Column("to_number", sa.String(128), nullable=False),
        sa.Column("trunk_id", sa.String(64), nullable=False),
        sa.Column("rule_id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("started_inferred", sa.Boolean, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_inferred", sa.Boolean, nullable=False),
        sa.Column("ended_after", sa.BigInteger),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("sip_code", sa.Integer),
        sa.Column("sip_text", sa.String(200), nullable=False),
        _key("calls", "server", "call_id", month="started_at"),
        postgresql_partition_by="RANGE (started_at)",
    )
    op.create_index("ix_calls_open", "calls", ["server", "call_id"], **_where("ended_at IS NULL"))
    op.create_index("ix_calls_participant_sid", "calls", ["server", "participant_sid"])
    op.create_index("ix_calls_room_sid", "calls", ["server", "room_sid"])
    op.create_index("ix_calls_started_at", "calls", ["server", "started_at", "call_id"])
    for number in ("from_number", "to_number", "trunk_id"):
        columns = ["server", number, "started_at", "call_id"]
        op.create_index(f"ix_calls_{number}", "calls", columns)


def _key(table: str, *columns: str, month: str) -> sa.PrimaryKeyConstraint:
    """Return a primary key, in which PostgreSQL needs the column of its partitions."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    return sa.PrimaryKeyConstraint(*columns, *([month] if postgresql else ()), name=f"pk_{table}")


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
