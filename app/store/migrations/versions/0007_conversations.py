"""Conversations that agents uploaded: what was said and done, the trace, and logs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, and what searches their words."""
    _create_conversations()
    _create_items()
    _create_spans()
    _create_logs()
    _create_search()


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("job", sa.String(128), nullable=False),
        sa.Column("first_heard_at", sa.BigInteger, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
        sa.Column("room_sid", sa.String(64), nullable=False),
        sa.Column("room", sa.String(512), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("version", sa.String(200), nullable=False),
        sa.Column("sdk_version", sa.String(64), nullable=False),
        sa.Column("worker", sa.String(128), nullable=False),
        sa.Column("dispatch", sa.String(128), nullable=False),
        sa.Column("caller", sa.String(512), nullable=False),
        sa.Column("caller_kind", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(64), nullable=False),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("session_started_at", sa.BigInteger),
        sa.Column("session_ended_at", sa.BigInteger),
        sa.Column("gone_at", sa.BigInteger),
        sa.Column("close_reason", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("outcome_reason", sa.Text, nullable=False),
        sa.Column("redacted", sa.Boolean, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("recording", sa.String(300), nullable=False),
        sa.Column("recording_bytes", sa.BigInteger),
        sa.Column("recording_type", sa.String(64), nullable=False),
        sa.Column("recording_started_at", sa.BigInteger),
        sa.Column("recording_duration", sa.BigInteger),
        sa.Column("recording_deleted_at", sa.BigInteger),
        sa.Column("waveform", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_inferred", sa.Boolean, nullable=False),
        sa.Column("duration", sa.BigInteger),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("interruptions", sa.Integer, nullable=False),
        sa.Column("tool_calls", sa.Integer, nullable=False),
        sa.Column("tool_failures", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("spans", sa.Integer, nullable=False),
        sa.Column("response_p50", sa.BigInteger),
        sa.Column("response_p95", sa.BigInteger),
        sa.PrimaryKeyConstraint("server", "job", name="pk_conversations"),
    )
    for name in ("agent", "caller", "room"):
        columns, index = ["server", name, "started_at", "job"], f"ix_conversations_{name}"
        by_bytes = {} if name == "caller" else {name: "text_pattern_ops"}
        op.create_index(index, "conversations", columns, postgresql_ops=by_bytes)
    op.create_index(
        "ix_conversations_call", "conversations", ["server", "call"], **_where("call <> ''")
    )
    op.create_index(
        "ix_conversations_dispatch",
        "conversations",
        ["server", "dispatch"],
        **_where("dispatch <> ''"),
    )
    op.create_index(
        "ix_conversations_duration", "conversations", ["server", "duration", "job", "started_at"]
    )
    op.create_index("ix_conversations_heard_at", "conversations", ["heard_at"])
    op.create_index(
        "ix_conversations_response",
        "conversations",
        ["server", "response_p95", "job", "started_at"],
    )
    op.create_index(
        "ix_conversations_room_sid", "conversations", ["server", "room_sid", "started_at"]
    )
    op.create_index("ix_conversations_started_at", "conversations", ["server", "started_at", "job"])
    _create_filters()


def _create_filters() -> None:
    """Create the indexes of single kinds: they are the last, which SQLite prefers."""
    for name, columns, condition in (
        ("errors", [], "errors > 0"),
        ("open", [], "ended_at IS NULL"),
        ("tool_failures", [], "tool_failures > 0"),
        ("interruptions", [], "interruptions > 0"),
        ("outcome", ["outcome"], "outcome <> ''"),
        ("version", ["version"], "version <> ''"),
    ):
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            ["server", *columns, "started_at", "job"],
            **_where(condition),
        )


def _create_items() -> None:
    op.create_table(
        "conversation_items",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        *_of_conversation("conversation_items"),
        sa.Column("item", sa.String(128), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("started_speaking_at", sa.BigInteger),
        sa.Column("stopped_speaking_at", sa.BigInteger),
        sa.Column("response", sa.BigInteger),
        sa.Column("end_of_turn", sa.BigInteger),
        sa.Column("transcription", sa.BigInteger),
        sa.Column("hook", sa.BigInteger),
        sa.Column("llm_first_token", sa.BigInteger),
        sa.Column("tts_first_byte", sa.BigInteger),
        sa.Column("playback", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_items"),
        sa.UniqueConstraint("server", "job", "item", name="uq_conversation_items_item"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_conversation_items_at", "conversation_items", ["server", "job", "at", "id"])
    op.create_index(
        "ix_conversation_items_response",
        "conversation_items",
        ["server", "response"],
        **_where("response > 0"),
    )


def _create_spans() -> None:
    op.create_table(
        "conversation_spans",
        *_of_conversation("conversation_spans"),
        sa.Column("span", sa.String(16), nullable=False),
        sa.Column("parent", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("duration", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.UniqueConstraint("server", "job", "span", name="uq_conversation_spans_span"),
    )
    op.create_index(
        "ix_conversation_spans_started_at",
        "conversation_spans",
        ["server", "job", "started_at", "span"],
    )
    op.create_index(
        "ix_conversation_spans_parent",
        "conversation_spans",
        ["server", "job", "parent", "started_at", "span"],
    )


def _create_logs() -> None:
    op.create_table(
        "conversation_logs",
        *_of_conversation("conversation_logs"),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("logger", sa.String(200), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.UniqueConstraint("server", "job", "line", name="uq_conversation_logs_line"),
    )
    op.create_index("ix_conversation_logs_at", "conversation_logs", ["server", "job", "at", "line"])


def _create_search() -> None:
    """Let each database search the words of items in its own way (app/store/dialects.py)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_conversation_items_words ON conversation_items "
            "USING gin (to_tsvector('simple', left(text, 100000)))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE conversation_words USING fts5("
        "text, content='conversation_items', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    words = "INSERT INTO conversation_words"
    forget = f"{words} (conversation_words, rowid, text) VALUES ('delete', old.id, old.text)"
    learn = f"{words} (rowid, text) VALUES (new.id, new.text)"
    for when, statements in {
        "INSERT": [learn],
        "DELETE": [forget],
        "UPDATE OF text": [forget, learn],
    }.items():
        name = f"conversation_items_{when.split()[0].lower()}"
        steps = " ".join(f"{statement};" for statement in statements)
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON conversation_items BEGIN {steps} END")


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
