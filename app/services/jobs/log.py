"""The log of a job: what happened to it, in sentences; results of items are with the items."""

from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.jobs.states import LogLevel
from app.store.schema import JOB_LOG


async def add_line(
    connection: AsyncConnection, job_id: str, text: str, level: LogLevel = LogLevel.INFO
) -> None:
    """Add a line in a transaction that does more."""
    values = {"job": job_id, "at": datetime.now(UTC), "level": level, "text": storable(text)}
    await connection.execute(insert(JOB_LOG).values(values))
