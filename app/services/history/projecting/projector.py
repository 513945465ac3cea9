"""The projector of this process: takes kept webhooks into history, soon after they came.

Every process takes what it finds waiting, its own webhooks and those of an instance that ended.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from app.live.hub import Hub
from app.services.history.projecting.applying import Changes, apply
from app.services.history.projecting.facts import Fact, facts_of
from app.services.history.projecting.reading import KeptEvent, UnreadableEventError, read
from app.services.history.rows import changed
from app.services.webhooks.intake import LIVEKIT
from app.store.errors import StoreError
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store

TOGETHER = 100  # events in one transaction, which others wait for some 20 ms in SQLite
PAUSE = 0.2  # seconds in which events gather, so that many share a transaction
BEHIND = 0.02  # seconds for others to write in, between two batches of a backlog
ELSEWHERE = 5.0  # seconds after which it looks for what another instance left
AGAIN = 2.0  # seconds, after a failure of the database
# As the partial index says it: SQLAlchemy would write "projected = 0" for SQLite.
WAITING = text("NOT projected")

log = structlog.get_logger("history")


class Projector:
    """One loop that projects whatever waits; `wake` it after a webhook was kept."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._something = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something to project."""
        self._something.set()

    async def run(self) -> None:
        """Project what waits, until cancelled. Failures of the database are tried again."""
        while True:
            try:
                number = await self.project()
            except StoreError:  # the log has it already
                await asyncio.sleep(AGAIN)
                continue
            if number < TOGETHER:
                await self._wait(ELSEWHERE)
            await asyncio.sleep(BEHIND if number == TOGETHER else PAUSE)

    async def project(self) -> int:
        """Project one batch of what waits, and return how many events it had. Raises StoreError."""
        self._something.clear()
        events = await waiting(self._store)
        if events:
            changes = await project(self._store, events)
            if changes.topics:
                self._hub.publish(changes.topics)
        return len(events)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._something.wait()
        except TimeoutError:
            pass


async def waiting(store: Store, limit: int = TOGETHER) -> list[KeptEvent]:
    """Return the oldest events that history doesn't have yet. Raises StoreError."""
    events = WEBHOOK_EVENTS.c
    columns = [events[name] for name in KeptEvent.__slots__]
    query = select(*columns).where(WAITING).order_by(events.id).limit(limit)
    async with store.read() as connection:
        return [KeptEvent(**row) for row in (await connection.execute(query)).mappings()]


async def project(store: Store, events: Sequence[KeptEvent]) -> Changes:
    """Project events, and return what that changed. Raises StoreError.

    An event that can't be read, or that the database rejects, is set aside: it has a `problem`.
    """
    facts: dict[int, list[Fact]] = {}
    problems: dict[int, str] = {}
    for number, event in enumerate(events):
        try:
            facts[event.id] = list(facts_of(read(event))) if event.origin == LIVEKIT else []
        except UnreadableEventError as error:
            _set_aside(event, str(error))
            facts[event.id], problems[event.id] = [], str(error)
        if number % 20 == 19:
            await asyncio.sleep(0)  # requests go first
    try:
        return await changed(store, lambda connection: _write(connection, facts, problems))
    except SQLAlchemyError as error:
        if len(events) > 1:
            return await _one_by_one(store, events)
        problem = f"The database rejected it: {type(error).__name__}."
        _set_aside(events[0], problem)
        aside: dict[int, list[Fact]] = {events[0].id: []}
        problems = {events[0].id: problem}
        return await changed(store, lambda connection: _write(connection, aside, problems))


async def _one_by_one(store: Store, events: Sequence[KeptEvent]) -> Changes:
    """Project each event in a transaction of its own, because one of them fails."""
    changes = Changes()
    for event in events:
        changes.topics |= (await project(store, [event])).topics
    return changes


def _set_aside(event: KeptEvent, problem: str) -> None:
    log.error("event set aside", id=event.event_id, webhook_event=event.event, problem=problem)


def _write(
    connection: Connection, facts: dict[int, list[Fact]], problems: dict[int, str]
) -> Changes:
    events = WEBHOOK_EVENTS.c
    mine = events.id.in_(list(facts))
    still = set(connection.execute(select(events.id).where(mine, WAITING)).scalars())
    changes = apply(connection, [fact for id_ in facts if id_ in still for fact in facts[id_]])
    done = update(WEBHOOK_EVENTS).where(events.id.in_(still))
    connection.execute(done.values(projected=True, problem=None))
    for id_ in problems.keys() & still:
        marked = update(WEBHOOK_EVENTS).where(events.id == id_)
        connection.execute(marked.values(problem=problems[id_]))
    return changes
