"""The audit in the store, beside its lines in the log."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Hashable
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
MADE = frozenset(
    {
        "account",
        "dispatch",
        "egress",
        "identity",
        "ingress",
        "person",
        "role",
        "room",
        "rule",
        "trunk",
    }
)
KINDS = {"egress": "job"}

LATER = frozenset({"session.basic", "session.end"})
HOUR = 3600.0  # seconds
MOST_KNOWN = 1000
STRANGERS_PER_MINUTE = 60  # entries of people who aren't known: anybody can cause them

log = structlog.get_logger("audit")


def _target(entry: AuditEntry) -> dict[str, str]:
    """Return what the address names, and what the act created: its route notes its ID or name."""
    made = {KINDS.get(name, name): value for name, value in entry.facts.items() if name in MADE}
    return {k: v for k, v in made.items() if isinstance(v, str) and v} | dict(entry.target)


class OncePerHour:
    """Tells what is new from what was there within the hour; for MOST_KNOWN keys, in memory."""

    def __init__(self) -> None:
        self._began: OrderedDict[Hashable, float] = OrderedDict()

    def is_new(self, key: Hashable) -> bool:
        """Return whether the key wasn't new within the hour."""
        now = time.monotonic()
        last = self._began.pop(key, -HOUR)
        is_new = now - last >= HOUR
        self._began[key] = now if is_new else last
        if len(self._began) > MOST_KNOWN:
            self._began.popitem(last=False)
        return is_new


class StoreAudit:
    """Writes each entry to the store too.

    Without its "attempted", nothing is done. What is written after an act must not fail for the
    store, because the act is done already: then only the log has it. What a stranger
    didn't achieve is only in the log too, a failed sign-in excepted, up to a limit: anybody could
    fill the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = LogAudit()
        self._adding: set[asyncio.Task[None]] = set()
        self._basic = OncePerHour()  # programs send their password with each request
        self._strangers: deque[float] = deque(maxlen=STRANGERS_PER_MINUTE)

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Log and store the entry. Raises StoreError if what is attempted can't be recorded."""
        await self._log.write(entry, outcome, error)
        if not self._is_stored(entry, outcome):
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
        if self._is_later(entry, outcome):
            task = asyncio.create_task(self._add(row))
            self._adding.add(task)
            task.add_done_callback(self._adding.discard)
        else:
            await self._add(row)

    async def written(self) -> None:
        """Wait for what no page waits for: before a store is closed, and in tests."""
        await asyncio.gather(*self._adding, return_exceptions=True)

    def _is_later(self, entry: AuditEntry, outcome: Outcome) -> bool:
        """Return whether a page doesn't wait until an entry is stored.

        It must not wait for a store that hangs; nor tell, by how long a sign-in takes, whether it
        is stored, as those with the name of an account always are.
        """
        return entry.action in LATER or (
            entry.action == "session.start" and outcome is Outcome.REFUSED
        )

    def _is_stored(self, entry: AuditEntry, outcome: Outcome) -> bool:
        """Return whether an entry goes to the store; the log has all of them."""
        if entry.action == "session.basic":
            return self._basic.is_new((entry.user, entry.address))
        if entry.user:
            return True
        if entry.action == "session.start":
            return self._has_room()
        return outcome not in {Outcome.REFUSED, Outcome.FAILED}

    def _has_room(self) -> bool:
        now = time.monotonic()
        if len(self._strangers) == STRANGERS_PER_MINUTE and now - self._strangers[0] < 60:
            return False
        self._strangers.append(now)
        return True

    async def _add(self, row: AuditRow) -> None:
        try:
            await add(self._store, row)
        except StoreError as failure:
            if row.outcome == Outcome.ATTEMPTED:
                advice = f"{UNAUDITED} {failure.advice}"
                raise type(failure)(failure.reason, advice=advice) from failure
            log.error("not stored", action=row.action, outcome=row.outcome, act=row.act)
