"""Jobs in the background for tests of what shows them, as the engine would leave them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import insert

from app.services import executors
from app.services.jobs.kinds import JobKind
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS, JOB_LOG
from app.store.store import Store
from tests.support.stores import in_store

NOW = datetime.now(UTC).replace(microsecond=0)


class ItemRow(NamedTuple):
    """An item: what is shown of it, how it is, and why."""

    label: str
    status: str = "waiting"
    detail: str = ""
    key: str = ""


def minutes(number: float) -> datetime:
    """Return a moment before the tests began."""
    return NOW - timedelta(minutes=number)


async def write_job(
    store: Store,
    *,
    items: Sequence[ItemRow] = (),
    lines: Sequence[str] = (),
    **own: Any,
) -> str:
    """Write a job that began an hour ago, with as many results as its items have."""
    counts = {
        status: sum(item.status == status for item in items)
        for status in ("done", "failed", "skipped")
    }
    status = own.get("status", "running")
    is_over = status in {"done", "failed", "canceled"}
    row: dict[str, Any] = {"id": secrets.token_hex(16), "server": "default", "status": status}
    row |= {"kind": JobKind.DELETE_ROOMS, "target": "", "inputs": "{}", "total": len(items)}
    row |= {"action": "room.delete", "act": secrets.token_hex(16), "request_id": ""}
    row |= {"actor": "admin", "role": "admin", "address": "127.0.0.1", **counts}
    row |= {"created_at": minutes(60), "canceled_by": "", "error": "", "again_of": ""}
    row |= {"started_at": None if status == "waiting" else minutes(59)}
    row |= {"ended_at": minutes(50) if is_over else None, "cancel_asked_at": None} | own
    async with store.write() as connection:
        await connection.execute(insert(BACKGROUND_JOBS).values(row))
        for number, item in enumerate(items):
            await connection.execute(insert(JOB_ITEMS).values(_item(row, number, item)))
        for text in lines:
            line = {"job": row["id"], "at": minutes(59), "level": "info", "text": text}
            await connection.execute(insert(JOB_LOG).values(line))
    return str(row["id"])


def _item(job: dict[str, Any], number: int, item: ItemRow) -> dict[str, Any]:
    row = {"job": job["id"], "number": number, "label": item.label, "status": item.status}
    row |= {"key": item.key or f"RM_{number}", "detail": item.detail}
    return row | {"at": None if item.status == "waiting" else minutes(55)}


def add_job(url: str, **own: Any) -> str:
    """Write a job into the database of a URL, and return its ID: see `write_job`."""
    return in_store(url, partial(write_job, **own))


def beat(url: str) -> None:
    """Write the heartbeat of a process that runs jobs."""
    in_store(url, partial(executors.beat, executor="of the tests"))
