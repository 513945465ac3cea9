"""The job that removes what is older than it may be, once a day."""

import secrets
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS

from app.jobs.context import current
from app.jobs.retaining.conversations import days_of, retain_conversations
from app.jobs.retaining.recordings import KIND, retain_recordings
from app.services.audit.pruning import prune
from app.services.audit.rows import DASHBOARD, AuditRow
from app.services.audit.writing import add
from app.services.history import retention
from app.services.jobs.retention import remove_some as remove_jobs

SCHEDULE = "0 17 3 * * *"
ACTION = "history.retain"

log = structlog.get_logger("jobs")


@DBOS.workflow(name="retain")
async def retain(at: datetime, _context: Any) -> None:
    """Remove what each setting says; a step that runs again finds less."""
    await _prune_audit()
    await _prepare_months()
    for kind in retention.KINDS:
        months = await _drop_months(kind, at.isoformat())
        removed: Counter[str] = Counter()
        while some := await _remove_some(kind, at.isoformat()):
            removed.update(some)
        if months or removed:
            await _record(kind, months, dict(removed))
    for kind, deleted in (await retain_conversations(at.isoformat())).items():
        if deleted:
            await _record(kind, [], deleted)
    while await _remove_jobs():
        pass
    if files := await retain_recordings(at.isoformat()):
        await _record(KIND, [], {"files": files})


@DBOS.step(name="retain.audit", retries_allowed=True, interval_seconds=60)
async def _prune_audit() -> None:
    days = current().settings.audit_days
    removed = await prune(current().store, days, dashboard_row())
    if removed:
        log.info("pruned", rows=removed, days=days)


@DBOS.step(name="retain.jobs", retries_allowed=True, interval_seconds=60)
async def _remove_jobs() -> int:
    return await remove_jobs(current().store)


@DBOS.step(name="retain.months", retries_allowed=True, interval_seconds=60)
async def _prepare_months() -> None:
    await prepare_months()


async def prepare_months() -> None:
    """Make the partitions that rows of the next months need. Raises StoreError."""
    now = datetime.now(UTC)
    oldest = now - timedelta(days=max(map(days_of, retention.KINDS)))
    await retention.prepare_months(current().store, oldest, now)


@DBOS.step(name="retain.drop", retries_allowed=True, interval_seconds=60)
async def _drop_months(kind: str, at: str) -> list[str]:
    return list(await retention.drop_months(current().store, kind, _before(kind, at)))


@DBOS.step(name="retain.remove", retries_allowed=True, interval_seconds=60)
async def _remove_some(kind: str, at: str) -> dict[str, int]:
    """Remove a batch, and return how many rows of which table; nothing if that was all."""
    removed = await retention.remove_some(current().store, kind, _before(kind, at))
    return {table: number for table, number in removed.items() if number}


@DBOS.step(name="retain.record", retries_allowed=True, interval_seconds=60)
async def _record(kind: str, months: list[str], removed: dict[str, int]) -> None:
    facts = {"kind": kind, "days": days_of(kind), "months": months, "rows": removed}
    await add(current().store, replace(dashboard_row(), action=ACTION, facts=facts))
    log.info("history removed", **facts)


def dashboard_row() -> AuditRow:
    """Return an entry of the audit by the dashboard itself."""
    now = datetime.now(UTC)
    return AuditRow(now, secrets.token_hex(16), "", "done", {}, actor=DASHBOARD, role="system")


def _before(kind: str, at: str) -> datetime:
    return datetime.fromisoformat(at) - timedelta(days=days_of(kind))
