"""The queue: batches whose `forward_at` is set. Whoever takes one moves it into the future first.

So no two processes send the same one, and what a process that was killed had taken comes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, text, update

from app.services.conversations.states import Batch
from app.store.dialects import Dialect
from app.store.schema import CONVERSATION_BATCHES, FORWARDING
from app.store.store import Store

BATCHES = CONVERSATION_BATCHES.c
STATE = FORWARDING.c
WAITING = text("forward_at IS NOT NULL")  # as the partial index says it
TAKEN = timedelta(minutes=5)  # longer than sending all that is taken together
COUNTED = 10_000  # waiting batches; more are not counted
LONGEST_ERROR = 200


class Fate(StrEnum):
    """What became of a batch that was taken."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch that this process sends; `tries` counts this one."""

    server: str
    job: str
    batch: str
    kind: Batch
    path: str
    received_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a batch, why, and when it is tried again."""

    taken: Taken
    fate: Fate
    error: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """How the queue fares; `waiting` is at most COUNTED + 1, `since` is of the oldest of these."""

    waiting: int
    since: datetime | None
    sent: int = 0
    given_up: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""


async def take(store: Store, most: int) -> list[Taken]:
    """Take the batches that are due, the oldest first. Raises StoreError."""
    now = datetime.now(UTC)
    due = select(CONVERSATION_BATCHES).where(WAITING, BATCHES.forward_at <= now)
    due = due.order_by(BATCHES.forward_at).limit(most).with_for_update(skip_locked=True)
    peek = select(BATCHES.job).where(WAITING, BATCHES.forward_at <= now).limit(1)
    async with store.read() as connection:  # an empty queue needs no write transaction
        if (await connection.execute(peek)).first() is None:
            return []
    async with store.write() as connection:
        return await connection.run_sync(_take, due, now)


def _take(connection: Connection, due: Select[Any], now: datetime) -> list[Taken]:
    taken = []
    for row in connection.execute(due).all():
        one = Taken(
            row.server,
            row.job,
            row.batch,
            Batch(row.kind),
            row.path,
            row.received_at,
            row.forward_tries + 1,
        )
        values = {"forward_at": now + TAKEN, "forward_tries": one.tries}
        changed = update(CONVERSATION_BATCHES).where(_is(one), BATCHES.forward_at == row.forward_at)
        if connection.execute(changed.values(**values)).rowcount:
            taken.append(one)
    return taken


async def settle(store: Store, settled: Sequence[Settled]) -> None:
    """Write what became of batches. Raises StoreError."""
    if settled:
        async with store.write() as connection:
            await connection.run_sync(_settle, store.dialect, settled)


async def release(store: Store, taken: Sequence[Taken]) -> None:
    """Make what was taken and not tried due again. Raises StoreError."""
    if taken:
        now = datetime.now(UTC)
        async with store.write() as connection:
            for one in sorted(taken, key=_place):
                values = {"forward_at": now, "forward_tries": one.tries - 1}
                await connection.execute(
                    update(CONVERSATION_BATCHES).where(_is(one)).values(**values)
                )


async def queue(store: Store) -> Queue:
    """Return how the queue fares. Raises StoreError."""
    some = select(BATCHES.received_at).where(WAITING).order_by(BATCHES.forward_at)
    counted = some.limit(COUNTED + 1).subquery()
    async with store.read() as connection:
        query = select(func.count(), func.min(counted.c.received_at)).select_from(counted)
        number, since = (await connection.execute(query)).one()
        state = (await connection.execute(select(FORWARDING))).first()
    if state is None:
        return Queue(number, since)
    return Queue(
        number,
        since,
        state.sent,
        state.given_up,
        state.sent_at,
        state.failed_at,
        state.error,
    )


def _settle(connection: Connection, dialect: Dialect, settled: Sequence[Settled]) -> None:
    now = datetime.now(UTC)
    for each in sorted(settled, key=lambda each: _place(each.taken)):
        sent_at = now if each.fate is Fate.SENT else None
        again_at = each.again_at if each.fate is Fate.LATER else None
        changed = update(CONVERSATION_BATCHES).where(_is(each.taken))
        connection.execute(changed.values(forward_at=again_at, forwarded_at=sent_at))
    sent = sum(each.fate is Fate.SENT for each in settled)
    given_up = sum(each.fate is Fate.NEVER for each in settled)
    failed = [each for each in settled if each.fate is not Fate.SENT]
    row = {
        "id": 1,
        "sent": sent,
        "given_up": given_up,
        "sent_at": now if sent else None,
        "failed_at": now if failed else None,
        "error": failed[-1].error[:LONGEST_ERROR] if failed else "",
    }
    statement = dialect.insert(FORWARDING).values(row)
    changes: dict[str, Any] = {"sent": STATE.sent + sent, "given_up": STATE.given_up + given_up}
    changes |= {name: row[name] for name in ("sent_at",) if sent}
    changes |= {name: row[name] for name in ("failed_at", "error") if failed}
    connection.execute(statement.on_conflict_do_update(index_elements=("id",), set_=changes))


def _place(one: Taken) -> tuple[str, str, str]:
    """Return the place in the order in which deletions lock rows, so that neither deadlocks."""
    return one.server, one.job, one.batch


def _is(one: Taken) -> ColumnElement[bool]:
    return and_(BATCHES.server == one.server, BATCHES.job == one.job, BATCHES.batch == one.batch)
