"""Rows of conversations for tests of what reads them, as uploads would write them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from app.store.schema import (
    CONVERSATION_ITEMS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.history import BEGAN, NOW, Row, minutes
from tests.support.stores import in_store

MILLISECOND = 1_000  # in microseconds


def conversation(job: str, **own: object) -> Row:
    """Return a conversation of ten minutes, which its agent reported until the end."""
    row: Row = {
        "job": job,
        "room_sid": f"RM_{job}"[:64],
        "room": "support",
        "agent": "receptionist",
    }
    row |= {"started_at": BEGAN, "ended_at": minutes(10), "sdk_version": "1.8.9", "turns": 4} | own
    if row["ended_at"] is not None:
        row["duration"] = (row["ended_at"] - row["started_at"]) // timedelta(microseconds=1)
    heard_at = row["ended_at"] or NOW
    return {"session_started_at": row["started_at"], "heard_at": heard_at} | row


def line(of: Row, number: int, text: str, **own: object) -> Row:
    """Return a message of a conversation, which the caller says."""
    row: Row = {"job": of["job"], "item": f"item_{number}", "origin": "chat", "kind": "message"}
    row |= {"role": "user", "text": text, "details": "{}"}
    return row | {"at": of["started_at"] + timedelta(seconds=number)} | own


def tagged(of: Row, tag: str) -> Row:
    """Return a tag of a conversation."""
    return {"job": of["job"], "tag": tag, "details": "{}"}


def used(of: Row, model: str) -> Row:
    """Return that a conversation used a model."""
    return {"job": of["job"], "origin": "report", "kind": "llm", "model": model}


__all__ = ("CONVERSATIONS", "CONVERSATION_ITEMS", "CONVERSATION_TAGS", "CONVERSATION_USAGE")


def hear(dashboard: Dashboard, job: str) -> None:
    """Let an upload of a job have come now: it is live for two minutes."""

    async def work(store: Store) -> None:
        heard = update(CONVERSATIONS).where(CONVERSATIONS.c.job == job)
        async with store.write() as connection:
            await connection.execute(heard.values(heard_at=datetime.now(UTC)))

    in_store(dashboard.settings.stored_in, work)
