"""Webhooks as they came, those refused, and when a server was watched."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables; PostgreSQL adds months as they come (app/store/partitions.py)."""
    _create_events()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE webhook_events_default PARTITION OF webhook_events DEFAULT")


def _create_events() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(512), nullable=False),
        sa.Column("resource", sa.String(64), nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("projected", sa.Boolean, nullable=False),
        sa.Column("problem", sa.String(200)),
        sa.Column("body", sa.Text, nullable=False),
        _key("webhook_events", "id", month="created_at"),
        sa.UniqueConstraint("server", "event_id", "created_at", name="uq_webhook_events_event_id"),
        postgresql_partition_by="RANGE (created_at)",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_events_event", "webhook_events", ["server", "event", "id"])
    op.create_index("ix_webhook_events_received_at", "webhook_events", ["received_at"])
    for name in ("room", "identity"):
        columns = ["server", name, "id"]
        present = _where(f"{name} <> ''")
        op.create_index(f"ix_webhook_events_{name}", "webhook_events", columns, **present)
    op.create_index("ix_webhook_events_resource", "webhook_events", ["server", "resource", "id"])
    op.create_index(
        "ix_webhook_events_room_sid", "webhook_events", ["server", "room_sid", "created_at"]
    )
    op.create_index(
        "ix_webhook_events_waiting", "webhook_events", ["id"], **_where("NOT projected")
    )
    op.create_table(
        "webhook_refusals",
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reason", "issuer", "address", name="pk_webhook_refusals"),
    )
    op.create_index("ix_webhook_refusals_last_at", "webhook_refusals", ["last_at"])
    op.create_table(
        "coverage",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("server", "began_at", name="pk_coverage"),
    )
    op.create_index("ix_coverage_until_at", "coverage", ["server", "until_at"])


def _key(table: str, *columns: str, month: str) -> sa.PrimaryKeyConstraint:
    """Return a primary key, in which PostgreSQL needs the column of its partitions."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    return sa.PrimaryKeyConstraint(*columns, *([month] if postgresql else ()), name=f"pk_{table}")


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
