"""The audit: rows are only added, each with the hash of the one before (services/audit)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from app.store.schema.metadata import METADATA, Moment, RowId

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("server", String(64), nullable=False),
    Column("act", String(32), nullable=False),  # the rows of one act: attempted, and its outcome
    Column("action", String(80), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("actor", String(200), nullable=False),  # a copy: users may be renamed or deleted
    Column("role", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("status", Integer),  # of the response, if an error prevented the act
    Column("reason", Text, nullable=False),
    Column("target", Text, nullable=False),  # JSON: what the address names
    Column("facts", Text, nullable=False),  # JSON: the act's details, without secrets
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_act", "act", "id"),
    Index("ix_audit_at", "at"),
    sqlite_autoincrement=True,  # a number is never used again, also after the newest row is gone
)

# What lists search: one row an act, with its newest outcome. It can be made again from the rows.
AUDIT_ACTS = Table(
    "audit_acts",
    METADATA,
    Column("id", RowId, primary_key=True, autoincrement=False),  # of the act's first row
    Column("last_id", RowId, nullable=False),  # of its newest row
    Column("act", String(32), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("server", String(64), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("area", String(80), nullable=False),  # of the action, before its first dot
    Column("action", String(80), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    *(
        Index(f"ix_audit_acts_{name}", name, "id")
        for name in ("server", "actor", "area", "action", "outcome", "address", "request_id")
    ),
    Index("ix_audit_acts_at", "at"),
    Index("ix_audit_acts_last_id", "last_id"),
)

# The parts of an act's target, and each item of an act on many, so that a room's page finds what
# was done in it.
AUDIT_TARGETS = Table(
    "audit_targets",
    METADATA,
    Column("act_id", RowId, ForeignKey("audit_acts.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(64), primary_key=True),
    # its beginning: PostgreSQL's indexes have a limit
    Column("name", String(200), primary_key=True),
    Index("ix_audit_targets_name", "name", "act_id"),
)

# The newest row, so that its removal shows too.
AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("audit_id", RowId, nullable=False),
    Column("hash", String(64), nullable=False),
)
