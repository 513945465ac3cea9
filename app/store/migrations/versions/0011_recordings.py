"""Recordings: the files that egress left."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LISTED = ["started_at", "id"]


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "recordings",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("egress_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("pieces", sa.BigInteger),
        sa.Column("duration", sa.BigInteger),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found_size", sa.BigInteger),
        sa.Column("problem", sa.String(300), nullable=False),
        sa.Column("checked_at", sa.BigInteger),
        sa.Column("check_at", sa.BigInteger),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.Column("deleted_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("server", "id", name="pk_recordings"),
    )
    _create_indexes()


def _create_indexes() -> None:
    op.create_index("ix_recordings_started_at", "recordings", ["server", *LISTED])
    for column in ("egress_id", "room_sid", "state", "kind"):
        op.create_index(f"ix_recordings_{column}", "recordings", ["server", column, *LISTED])
    by_bytes = {"room": "text_pattern_ops"}
    op.create_index(
        "ix_recordings_room", "recordings", ["server", "room", *LISTED], postgresql_ops=by_bytes
    )
    op.create_index(
        "ix_recordings_check_at", "recordings", ["check_at"], **_where("check_at IS NOT NULL")
    )


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
