"""The processes that run jobs in the background."""

from sqlalchemy import Column, String, Table

from app.store.schema.metadata import METADATA, Moment

# One row for each running process: what it had begun is taken over when its heartbeat stops.
EXECUTORS = Table(
    "executors",
    METADATA,
    Column("id", String(64), primary_key=True),  # new at each start
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
