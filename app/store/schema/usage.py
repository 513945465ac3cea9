"""Usage by hour and by day (UTC): sums of what history has, made again whenever that changes."""

from sqlalchemy import BigInteger, Column, String, Table

from app.store.schema.metadata import METADATA, Moment

USAGE = Table(
    "usage",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("span", String(8), primary_key=True),  # hour, or day
    Column("start", Moment, primary_key=True),
    Column("measure", String(32), primary_key=True),
    Column("label", String(128), primary_key=True),  # what the measure is divided by, or ""
    Column("value", BigInteger, nullable=False),
)

# Hours whose rows have changed since they were counted.
USAGE_STALE = Table(
    "usage_stale",
    METADATA,
    Column("server", String(64), primary_key=True),
    Column("start", Moment, primary_key=True),
)
