"""What else agents upload of conversations, the uploads themselves, and those that were refused."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from app.store.schema.conversations import LONGEST_LABEL, of_conversation
from app.store.schema.metadata import METADATA, Moment, where

# What models were used for: what the session's report says, or until it came, the metrics of each
# batch, to be added up.
CONVERSATION_USAGE = Table(
    "conversation_usage",
    METADATA,
    *of_conversation("conversation_usage"),
    Column("origin", String(64), nullable=False),  # report, or the digest of a batch of metrics
    Column("kind", String(32), nullable=False),  # llm, tts, stt, ...
    Column("provider", String(LONGEST_LABEL), nullable=False),
    Column("model", String(LONGEST_LABEL), nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),  # of the input tokens
    Column("input_audio_tokens", BigInteger, nullable=False),  # of the input tokens
    # of the cached and of the audio tokens
    Column("cached_audio_tokens", BigInteger, nullable=False, default=0),
    Column("output_tokens", BigInteger, nullable=False),
    Column("output_audio_tokens", BigInteger, nullable=False),  # of the output tokens
    Column("characters", BigInteger, nullable=False),
    Column("audio", BigInteger, nullable=False),  # microseconds
    Column("session", BigInteger, nullable=False),  # microseconds
    Column("requests", BigInteger, nullable=False),
    UniqueConstraint(
        "server", "job", "origin", "kind", "provider", "model", name="uq_conversation_usage_origin"
    ),
    Index("ix_conversation_usage_model", "server", "model", "job"),
)

# How often what failed, 0 included: what the session's report says (llm, stt, tts, realtime,
# interruption).
CONVERSATION_ERRORS = Table(
    "conversation_errors",
    METADATA,
    *of_conversation("conversation_errors"),
    Column("kind", String(32), nullable=False),
    Column("times", Integer, nullable=False),
    UniqueConstraint("server", "job", "kind", name="uq_conversation_errors_kind"),
    Index("ix_conversation_errors_kind", "server", "kind", "job"),
    Index("ix_conversation_errors_times", "server", "kind", "job", "times", **where("times > 0")),
)

CONVERSATION_EVALUATIONS = Table(
    "conversation_evaluations",
    METADATA,
    *of_conversation("conversation_evaluations"),
    Column("evaluation", String(64), nullable=False),  # a digest of it
    Column("at", Moment, nullable=False),
    Column("name", String(LONGEST_LABEL), nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("reasoning", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON: all else
    UniqueConstraint("server", "job", "evaluation", name="uq_conversation_evaluations_evaluation"),
)

CONVERSATION_TAGS = Table(
    "conversation_tags",
    METADATA,
    *of_conversation("conversation_tags"),
    Column("tag", String(LONGEST_LABEL), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    UniqueConstraint("server", "job", "tag", name="uq_conversation_tags_tag"),
    Index("ix_conversation_tags_tag", "server", "tag", "job"),
)

# Each upload as it came, and where it is in the storage.
CONVERSATION_BATCHES = Table(
    "conversation_batches",
    METADATA,
    *of_conversation("conversation_batches"),
    Column("batch", String(64), nullable=False),  # a digest of its content
    Column("kind", String(16), nullable=False),  # traces, logs, metrics, chat
    Column("received_at", Moment, nullable=False),
    Column("path", String(300), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("records", Integer, nullable=False),
    # of OTLP_FORWARD_URL: what waits, how often it was tried, and when it is tried next
    Column("forward_at", Moment),
    Column("forward_tries", Integer, nullable=False),
    Column("forwarded_at", Moment),
    UniqueConstraint("server", "job", "batch", name="uq_conversation_batches_batch"),
    Index("ix_conversation_batches_forward_at", "forward_at", **where("forward_at IS NOT NULL")),
)

# Servers whose uploads an administrator switched off.
UPLOADS_OFF = Table(
    "uploads_off",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("actor", String(200), nullable=False),
)

# Uploads that were not accepted: one row for each reason, key and address.
UPLOAD_REFUSALS = Table(
    "upload_refusals",
    METADATA,
    Column("reason", String(32), primary_key=True),
    Column("issuer", String(200), primary_key=True),  # the API key that the token names
    Column("address", String(64), primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Index("ix_upload_refusals_last_at", "last_at"),
)

# What insights show, by the hour in which conversations began, and added up to six hours and days
# (UTC); counted again whenever conversations change.
CONVERSATION_FIGURES = Table(
    "conversation_figures",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("span", String(8), primary_key=True),  # hour, 6 hours, or day
    Column("start", Moment, primary_key=True),
    Column("counted_at", Moment, nullable=False),
    Column("conversations", Integer, nullable=False),
    Column("running", Integer, nullable=False),  # conversations that had not ended then
    Column("figures", Text, nullable=False),  # JSON, by agent, version and models
)
