"""What else agents upload: usage, errors, evaluations, tags; the uploads, and those refused."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_batches()
    _create_usage()
    _create_errors()
    _create_evaluations()
    _create_tags()
    _create_uploads_off()
    _create_upload_refusals()
    _create_deletions()
    _create_forwarding()
    _create_figures()


def _create_batches() -> None:
    op.create_table(
        "conversation_batches",
        *_of_conversation("conversation_batches"),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("forward_at", sa.BigInteger),
        sa.Column("forward_tries", sa.Integer, nullable=False),
        sa.Column("forwarded_at", sa.BigInteger),
        sa.UniqueConstraint("server", "job", "batch", name="uq_conversation_batches_batch"),
    )
    op.create_index(
        "ix_conversation_batches_forward_at",
        "conversation_batches",
        ["forward_at"],
        **_where("forward_at IS NOT NULL"),
    )


def _create_usage() -> None:
    op.create_table(
        "conversation_usage",
        *_of_conversation("conversation_usage"),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("cached_tokens", sa.BigInteger, nullable=False),
        sa.Column("input_audio_tokens", sa.BigInteger, nullable=False),
        sa.Column("cached_audio_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_audio_tokens", sa.BigInteger, nullable=False),
        sa.Column("characters", sa.BigInteger, nullable=False),
        sa.Column("audio", sa.BigInteger, nullable=False),
        sa.Column("session", sa.BigInteger, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.UniqueConstraint(
            "server",
            "job",
            "origin",
            "kind",
            "provider",
            "model",
            name="uq_conversation_usage_origin",
        ),
    )
    op.create_index("ix_conversation_usage_model", "conversation_usage", ["server", "model", "job"])


def _create_errors() -> None:
    op.create_table(
        "conversation_errors",
        *_of_conversation("conversation_errors"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.UniqueConstraint("server", "job", "kind", name="uq_conversation_errors_kind"),
    )
    op.create_index("ix_conversation_errors_kind", "conversation_errors", ["server", "kind", "job"])


def _create_evaluations() -> None:
    op.create_table(
        "conversation_evaluations",
        *_of_conversation("conversation_evaluations"),
        sa.Column("evaluation", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("reasoning", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "server", "job", "evaluation", name="uq_conversation_evaluations_evaluation"
        ),
    )


def _create_tags() -> None:
    op.create_table(
        "conversation_tags",
        *_of_conversation("conversation_tags"),
        sa.Column("tag", sa.String(200), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.UniqueConstraint("server", "job", "tag", name="uq_conversation_tags_tag"),
    )
    op.create_index("ix_conversation_tags_tag", "conversation_tags", ["server", "tag", "job"])


def _create_uploads_off() -> None:
    op.create_table(
        "uploads_off",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("server", name="pk_uploads_off"),
    )


def _create_upload_refusals() -> None:
    op.create_table(
        "upload_refusals",
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("reason", "issuer", "address", name="pk_upload_refusals"),
    )
    op.create_index("ix_upload_refusals_last_at", "upload_refusals", ["last_at"])


def _create_deletions() -> None:
    op.create_index(
        "ix_conversations_recordings", "conversations", ["heard_at"], **_where("recording <> ''")
    )
    undrawn = _where("recording <> '' AND waveform = ''")
    op.create_index("ix_conversations_undrawn", "conversations", ["heard_at"], **undrawn)
    op.create_table(
        "deleted_conversations",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("job", sa.String(128), nullable=False),
        sa.Column("deleted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("server", "job", name="pk_deleted_conversations"),
    )
    op.create_index("ix_deleted_conversations_deleted_at", "deleted_conversations", ["deleted_at"])
    op.create_table(
        "unwanted_files",
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("try_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_unwanted_files"),
    )
    op.create_index("ix_unwanted_files_try_at", "unwanted_files", ["try_at"])


def _create_forwarding() -> None:
    op.create_table(
        "forwarding",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=False),
        sa.Column("given_up", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("error", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_forwarding"),
    )


def _create_figures() -> None:
    op.create_table(
        "conversation_figures",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("span", sa.String(8), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("counted_at", sa.BigInteger, nullable=False),
        sa.Column("conversations", sa.Integer, nullable=False),
        sa.Column("running", sa.Integer, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("server", "span", "start", name="pk_conversation_figures"),
    )


def _of_conversation(table: str) -> list[Any]:
    return [
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("job", sa.String(128), nullable=False),
        sa.ForeignKeyConstraint(
            ["server", "job"],
            ["conversations.server", "conversations.job"],
            name=f"fk_{table}_conversation",
            ondelete="CASCADE",
        ),
    ]


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
