"""The audit: its rows, what lists search, and its head."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_act", "audit", ["act", "id"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "audit_acts",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("last_id", ROW_ID, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_acts"),
        sa.UniqueConstraint("act", name="uq_audit_acts_act"),
    )
    for name in ("server", "actor", "area", "action", "outcome", "address", "request_id"):
        op.create_index(f"ix_audit_acts_{name}", "audit_acts", [name, "id"])
    op.create_index("ix_audit_acts_at", "audit_acts", ["at"])
    op.create_index("ix_audit_acts_last_id", "audit_acts", ["last_id"])
    op.create_table(
        "audit_targets",
        sa.Column("act_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("act_id", "kind", "name", name="pk_audit_targets"),
        sa.ForeignKeyConstraint(
            ["act_id"], ["audit_acts.id"], "fk_audit_targets_act_id_audit_acts", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_audit_targets_name", "audit_targets", ["name", "act_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("audit_id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
