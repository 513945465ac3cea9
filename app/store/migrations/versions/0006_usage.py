"""Usage by hour and by day, and the hours to be counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and what finds connections of more than a day."""
    op.create_table(
        "usage",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("span", sa.String(8), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("label", sa.String(128), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("server", "span", "start", "measure", "label", name="pk_usage"),
    )
    op.create_table(
        "usage_stale",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("server", "start", name="pk_usage_stale"),
    )
    condition = sa.text("left_at - joined_at > 86400000000")
    op.create_index(
        "ix_connections_long",
        "connections",
        ["server", "joined_at"],
        postgresql_where=condition,
        sqlite_where=condition,
    )
