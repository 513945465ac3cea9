"""The audit in the store, beside its lines in the log."""

import asyncio
from datetime import UTC, datetime

import structlog

from app.security.audit import AuditEntry, LogAudit, reason_of
from app.services.audit.rows import AuditRow
from app.services.audit.states import Outcome
from app.services.audit.writing import add
from app.store.errors import StoreError
from app.store.store import Store

UNAUDITED = "This was not done, because it could not be recorded in the audit."

# Facts that name what an act created or was about, and the kind of target where it is another word.
MADE = frozenset({"room", "identity", "dispatch", "egress", "ingress", "trunk", "rule"})
KINDS = {"egress": "job"}

SESSIONS = frozenset({"session.start", "session.end"})

log = structlog.get_logger("audit")


def _target(entry: AuditEntry) -> dict[str, str]:
    """Return what the address names, and what the act created: its route notes its ID or name."""
    made = {KINDS.get(name, name): value for name, value in entry.facts.items() if name in MADE}
    return {k: v for k, v in made.items() if isinstance(v, str) and v} | dict(entry.target)


class StoreAudit:
    """Writes each entry to the store too.

    Without its "attempted", nothing is done. What is written after an act must not fail for the
    store, because the act is done already: then only the log has it. What was refused to a stranger
    is only in the log too: anybody could fill the store with it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = LogAudit()
        self._adding: set[asyncio.Task[None]] = set()

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Log and store the entry. Raises StoreError if what is attempted can't be recorded."""
        await self._log.write(entry, outcome, error)
        if outcome is Outcome.REFUSED and not entry.user:
            return
        reason = reason_of(error)
        row = AuditRow(
            at=datetime.now(UTC),
            act=entry.act,
            action=entry.action,
            outcome=outcome,
            target=_target(entry),
            server=entry.server,
            actor=entry.user,
            role=entry.role,
            address=entry.address,
            request_id=entry.request_id,
            status=reason.get("status"),
            reason=reason.get("reason", ""),
            facts=dict(entry.facts),
        )
        if entry.action in SESSIONS:  # a page must not wait for a store that hangs
            task = asyncio.create_task(self._add(row))
            self._adding.add(task)
            task.add_done_callback(self._adding.discard)
        else:
            await self._add(row)

    async def _add(self, row: AuditRow) -> None:
        try:
            await add(self._store, row)
        except StoreError as failure:
            if row.outcome == Outcome.ATTEMPTED:
                advice = f"{UNAUDITED} {failure.advice}"
                raise type(failure)(failure.reason, advice=advice) from failure
            log.error("not stored", action=row.action, outcome=row.outcome, act=row.act)
