"""What LiveKit reported by webhook, as it came; all history is derived from it."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from app.store.schema.metadata import METADATA, Moment, RowId, where

LONGEST_NAME = 512  # of a room or an identity; LiveKit's own limit is 256 unless it is raised


# PostgreSQL has a partition for each month of `created_at`: a repeated event has the same one.
WEBHOOK_EVENTS = Table(
    "webhook_events",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("server", String(64), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("origin", String(16), nullable=False),  # livekit, or test: sent by the dashboard
    Column("created_at", Moment, nullable=False),  # as the event says, in whole seconds
    Column("received_at", Moment, nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("room_sid", String(64), nullable=False),
    Column("identity", String(LONGEST_NAME), nullable=False),
    Column("resource", String(64), nullable=False),  # SID or ID of what it is about
    Column("duplicates", Integer, nullable=False),  # how often it came again
    Column("projected", Boolean, nullable=False),
    Column("problem", String(200)),  # why history could not take it in
    Column("body", Text, nullable=False),
    UniqueConstraint("server", "event_id", "created_at", name="uq_webhook_events_event_id"),
    Index("ix_webhook_events_room_sid", "server", "room_sid", "created_at"),
    Index("ix_webhook_events_event", "server", "event", "id"),
    Index("ix_webhook_events_resource", "server", "resource", "id"),
    Index("ix_webhook_events_received_at", "received_at"),
    Index("ix_webhook_events_room", "server", "room", "id", **where("room <> ''")),
    Index("ix_webhook_events_identity", "server", "identity", "id", **where("identity <> ''")),
    Index("ix_webhook_events_waiting", "id", **where("NOT projected")),
    sqlite_autoincrement=True,
)

# Webhooks that were not accepted: one row for each reason, key and address.
WEBHOOK_REFUSALS = Table(
    "webhook_refusals",
    METADATA,
    Column("reason", String(32), primary_key=True),
    Column("issuer", String(200), primary_key=True),  # the API key that the token names
    Column("address", String(64), primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Index("ix_webhook_refusals_last_at", "last_at"),
)
