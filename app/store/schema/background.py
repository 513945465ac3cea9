"""What background work on conversations remembers: deletions, and batches that are passed on."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from app.store.schema.conversations import LONGEST_ID, LONGEST_LABEL
from app.store.schema.metadata import METADATA, Moment

# Conversations that were deleted, so that no late upload brings them back.
DELETED_CONVERSATIONS = Table(
    "deleted_conversations",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("job", String(LONGEST_ID), primary_key=True),
    Column("deleted_at", Moment, nullable=False),
    Index("ix_deleted_conversations_deleted_at", "deleted_at"),
)

# What is in the storage, and nothing points to it any more: to be deleted.
UNWANTED_FILES = Table(
    "unwanted_files",
    METADATA,
    Column("path", String(300), primary_key=True),  # of a file; of a folder with a slash at its end
    Column("since", Moment, nullable=False),
    Column("try_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("ix_unwanted_files_try_at", "try_at"),
)

# How the batches that are passed on fare: one row, of all instances.
FORWARDING = Table(
    "forwarding",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sent", BigInteger, nullable=False),
    Column("given_up", BigInteger, nullable=False),
    Column("sent_at", Moment),  # the last one
    Column("failed_at", Moment),
    Column("error", String(LONGEST_LABEL), nullable=False),  # of the last failure
)
