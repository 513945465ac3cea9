"""Keeps the audit no longer than AUDIT_DAYS."""

import asyncio
import secrets
from datetime import UTC, datetime

import structlog

from app.services.audit.pruning import prune
from app.services.audit.rows import DASHBOARD, AuditRow
from app.store.errors import StoreError
from app.store.store import Store

EVERY = 24 * 3600.0  # seconds
AGAIN = 300.0  # seconds, after a failure

log = structlog.get_logger("audit")


async def keep(store: Store, days: int) -> None:
    """Prune now and once a day, until cancelled. Instances that do it together do no harm."""
    while True:
        pruned = await _pruned(store, days)
        await asyncio.sleep(EVERY if pruned else AGAIN)


async def _pruned(store: Store, days: int) -> bool:
    who = AuditRow(
        datetime.now(UTC), secrets.token_hex(16), "", "", {}, actor=DASHBOARD, role="system"
    )
    try:
        removed = await prune(store, days, who)
    except StoreError as error:
        log.warning("not pruned", reason=error.reason)
        return False
    if removed:
        log.info("pruned", rows=removed, days=days)
    return True
