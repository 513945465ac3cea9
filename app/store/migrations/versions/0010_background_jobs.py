"""Jobs that people start: the jobs, their items, and their logs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_jobs()
    _create_items()
    _create_log()


def _create_jobs() -> None:
    op.create_table(
        "background_jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("skipped", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("cancel_asked_at", sa.BigInteger),
        sa.Column("canceled_by", sa.String(200), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("again_of", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_background_jobs"),
    )
    op.create_index("ix_background_jobs_created_at", "background_jobs", ["created_at", "id"])
    for name in ("status", "kind", "actor"):
        op.create_index(f"ix_background_jobs_{name}", "background_jobs", [name, "created_at", "id"])
    op.create_index("ix_background_jobs_ended_at", "background_jobs", ["ended_at"])


def _create_items() -> None:
    op.create_table(
        "job_items",
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("job", "number", name="pk_job_items"),
        sa.ForeignKeyConstraint(
            ["job"],
            ["background_jobs.id"],
            name="fk_job_items_job_background_jobs",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_job_items_status", "job_items", ["job", "status", "number"])


def _create_log() -> None:
    op.create_table(
        "job_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("job", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_log"),
        sa.ForeignKeyConstraint(
            ["job"],
            ["background_jobs.id"],
            name="fk_job_log_job_background_jobs",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_job_log_job", "job_log", ["job", "id"])
