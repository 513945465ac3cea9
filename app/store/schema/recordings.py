"""Recordings: the files that egress left, and what is known of them since.

They are no part of history, and have no partitions: a row stays as long as its file may be there.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from app.store.schema.events import LONGEST_NAME
from app.store.schema.history import BY_BYTES
from app.store.schema.metadata import METADATA, Moment, where

# One row for each result of a job that ended. The first part is what LiveKit reported, the second
# what the dashboard found or did.
RECORDINGS = Table(
    "recordings",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("id", String(80), primary_key=True),  # the ID of the job, a dot, the number
    Column("egress_id", String(64), nullable=False),
    Column("number", Integer, nullable=False),  # of the result within its job, from 1
    Column("room_sid", String(64), nullable=False),
    Column("room", String(LONGEST_NAME), nullable=False),
    Column("type", String(32), nullable=False),  # what was recorded: room composite, track, …
    Column("kind", String(16), nullable=False),  # what was written: mp4, ogg, hls, images, …
    Column("filename", Text, nullable=False),  # or the playlist, or how names of images begin
    Column("location", Text, nullable=False),  # as reported; empty for images
    Column("size", BigInteger),  # bytes; of hls, of all segments
    Column("pieces", BigInteger),  # segments or images
    Column("duration", BigInteger),  # microseconds
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("state", String(16), nullable=False),  # of the file: unchecked, there, missing, …
    Column("found_size", BigInteger),  # bytes that the file had when it was checked
    Column("problem", String(300), nullable=False),  # why the last check had no result
    Column("checked_at", Moment),
    Column("check_at", Moment),  # when it is due; null if it isn't checked again
    Column("checks", Integer, nullable=False),  # how many concerned this file
    Column("deleted_at", Moment),
    Column("deleted_by", String(200), nullable=False),
    Index("ix_recordings_started_at", "server", "started_at", "id"),
    Index("ix_recordings_room", "server", "room", "started_at", "id", **BY_BYTES),
    Index("ix_recordings_egress_id", "server", "egress_id", "started_at", "id"),
    Index("ix_recordings_room_sid", "server", "room_sid", "started_at", "id"),
    Index("ix_recordings_state", "server", "state", "started_at", "id"),
    Index("ix_recordings_kind", "server", "kind", "started_at", "id"),
    # by hash: an address may be too long for PostgreSQL's other indexes
    Index("ix_recordings_location", "location", postgresql_using="hash", **where("location <> ''")),
    Index("ix_recordings_check_at", "check_at", **where("check_at IS NOT NULL")),
)
