"""Jobs for tests: who starts them, what they act on, and what is known of them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from app.live.hub import Hub
from app.services.audit.listing import StoredEntry, Wanted, every
from app.services.jobs import jobs, listing, starting
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.queue import Queue
from app.services.jobs.starting import By, NewItem, NewJob
from app.services.jobs.states import JobStatus
from app.store.schema import BACKGROUND_JOBS
from app.store.store import Store
from tests.support.stores import in_store


def by(actor: str = "ann", action: str = "room.delete") -> By:
    """Return who starts a job, in an act of their own."""
    return By(actor, "operator", "192.0.2.1", "request", action, secrets.token_hex(16))


def queue(store: Store) -> Queue:
    """Return the way to an engine, which doesn't run here."""
    return Queue(store, Hub(), embedded=True)


def named(number: int) -> list[NewItem]:
    """Return rooms that don't exist, by SID and name."""
    return [NewItem(f"RM_{each}", f"room-{each}") for each in range(number)]


async def start(
    store: Store,
    items: Sequence[NewItem],
    kind: JobKind = JobKind.DELETE_ROOMS,
    **more: Any,
) -> Job:
    """Start a job."""
    new = NewJob(kind, items, **{"by": by(), **more})
    return await starting.start(store, queue(store), new)


async def every_item(store: Store, job: Job) -> list[Item]:
    """Return all items of a job."""
    return list((await listing.items(store, job.id, size=20_000)).rows)


async def texts(store: Store, job: Job) -> list[str]:
    """Return the lines of a job's log."""
    return [line.text for line in await listing.lines(store, job.id)]


async def outcomes(store: Store, job: Job) -> list[StoredEntry]:
    """Return what the audit has of the act by which a job was started."""
    return [entry async for entry in every(store, Wanted()) if entry.act == job.act]


def job_in(url: str, job_id: str) -> Job:
    """Return a job of a database that a process works with."""

    async def work(store: Store) -> Job:
        return await jobs.get(store, job_id)

    return in_store(url, work)


def status_in(url: str, job_id: str) -> str:
    """Return the status of such a job."""
    return str(job_in(url, job_id).status)


async def write_newer(store: Store, job: Job) -> str:
    """Write a job of a kind that this version doesn't know, like another one; return its ID."""
    values = {
        column.name: getattr(job, column.name)
        for column in BACKGROUND_JOBS.columns
        if column.name != "inputs"
    }
    newer = values | {"id": "f" * 32, "kind": "moons.paint", "status": "asleep", "inputs": "{}"}
    async with store.write() as connection:
        await connection.execute(insert(BACKGROUND_JOBS).values(newer))
    return "f" * 32


def record(kind: JobKind, target: str = "") -> Job:
    """Return a job that no store has."""
    return Job(
        id="0" * 32,
        server="default",
        kind=kind,
        status=JobStatus.RUNNING,
        target=target,
        inputs={},
        action="",
        act="",
        actor="",
        role="",
        address="",
        request_id="",
        total=1,
        done=0,
        failed=0,
        skipped=0,
        created_at=datetime.now(UTC),
        started_at=None,
        ended_at=None,
        cancel_asked_at=None,
        canceled_by="",
        error="",
        again_of="",
    )
