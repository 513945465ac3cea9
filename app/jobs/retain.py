"""The job that removes what is older than it may be, once a day."""

import secrets
from datetime import UTC, datetime
from typing import Any

import structlog
from dbos import DBOS

from app.jobs.context import current
from app.services.audit.pruning import prune
from app.services.audit.rows import DASHBOARD, AuditRow

SCHEDULE = "0 17 3 * * *"

log = structlog.get_logger("jobs")


@DBOS.workflow(name="retain")
async def retain(_at: datetime, _context: Any) -> None:
    """Remove what each setting says; each step may run again, and then finds less."""
    await _prune_audit()


@DBOS.step(name="retain.audit", retries_allowed=True, interval_seconds=60)
async def _prune_audit() -> None:
    days = current().settings.audit_days
    removed = await prune(current().store, days, dashboard_row())
    if removed:
        log.info("pruned", rows=removed, days=days)


def dashboard_row() -> AuditRow:
    """Return an entry of the audit by the dashboard itself."""
    now = datetime.now(UTC)
    return AuditRow(now, secrets.token_hex(16), "", "", {}, actor=DASHBOARD, role="system")
