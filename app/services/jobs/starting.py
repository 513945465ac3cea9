"""Starts jobs: their rows are all that the engine needs, so a crash after this loses nothing."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.jobs.jobs import Job, get
from app.services.jobs.kinds import JobKind
from app.services.jobs.log import add_line
from app.services.jobs.queue import Queue
from app.services.jobs.states import ItemStatus, JobStatus
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class By:
    """Who starts or changes a job: copies, and the act of the audit in which it is done."""

    actor: str
    role: str
    address: str
    request_id: str
    action: str
    act: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing that a job will act on: its ID, and the name that is shown.

    The ID is one that nothing else ever gets, such as a room's SID: a job may run much later.
    """

    key: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to start; `inputs` must be small and have no secrets.

    `target` is what all items belong to, such as a room.
    """

    kind: JobKind
    items: Sequence[NewItem]
    by: By
    target: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    again_of: str = ""
    server: str = DEFAULT_SERVER


def can_hold(texts: Iterable[str]) -> bool:
    """Return whether both databases can hold these texts as they are."""
    return all(storable(text) == text for text in texts)


async def start(store: Store, queue: Queue, new: NewJob) -> Job:
    """Write a job for the engine to find, and return it. Raises StoreError."""
    job_id = secrets.token_hex(16)
    async with store.write() as connection:
        await insert_job(connection, job_id, new)
    queue.changed(job_id)
    return await get(store, job_id)


async def insert_job(connection: AsyncConnection, job_id: str, new: NewJob) -> None:
    """Write a job in a transaction that does more."""
    now = datetime.now(UTC)
    await connection.execute(insert(BACKGROUND_JOBS).values(_row(job_id, new, now)))
    rows = [_item(job_id, number, each) for number, each in enumerate(new.items)]
    if rows:
        await connection.execute(insert(JOB_ITEMS), rows)
    await add_line(connection, job_id, f"Started by {new.by.actor}.")


def _row(job_id: str, new: NewJob, now: datetime) -> dict[str, Any]:
    return {
        "id": job_id,
        "server": new.server,
        "kind": new.kind,
        "status": JobStatus.WAITING,
        "target": storable(new.target),
        "inputs": json.dumps(dict(new.inputs)),
        "action": new.by.action,
        "act": new.by.act,
        "actor": storable(new.by.actor)[:200],
        "role": new.by.role[:64],
        "address": new.by.address[:64],
        "request_id": new.by.request_id[:64],
        "total": len(new.items),
        "done": 0,
        "failed": 0,
        "skipped": 0,
        "created_at": now,
        "canceled_by": "",
        "error": "",
        "again_of": new.again_of,
    }


def _item(job_id: str, number: int, new: NewItem) -> dict[str, Any]:
    return {
        "job": job_id,
        "number": number,
        "key": storable(new.key),
        "label": storable(new.label or new.key),
        "status": ItemStatus.WAITING,
        "detail": "",
    }
