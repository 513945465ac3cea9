"""Egress and ingress that history has: of a session, of a time, and one job."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from app.services.audit.writing import storable
from app.services.egress.jobs import KEPT
from app.services.egress.states import EgressStatus, EgressType
from app.services.history.lists.walking import Found, Place, Walk, walked
from app.services.history.states import named
from app.services.ingress.states import IngressStatus, InputType
from app.services.livekit.enums import Newer
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import EGRESS_JOBS, INGRESS_RUNS
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class PastJob:
    """An egress job; one whose end is inferred ended between `ended_after` and `ended_at`."""

    id: str
    room: str
    session: str
    type: EgressType | Newer
    status: EgressStatus | Newer
    error: str
    started_at: datetime
    ended_at: datetime | None
    ended_inferred: bool
    ended_after: datetime | None

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None for one that runs."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def listed(self) -> bool:
        """Return whether LiveKit should still list it."""
        return self.ended_at is None or datetime.now(UTC) - self.ended_at < KEPT


@dataclass(frozen=True, slots=True)
class PastRun:
    """An ingress while somebody sent to it, `id` being the ingress's."""

    id: str
    room: str
    name: str
    input: InputType | Newer
    status: IngressStatus | Newer
    error: str
    started_at: datetime
    ended_at: datetime | None
    ended_inferred: bool
    ended_after: datetime | None

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None for one that runs."""
        return self.ended_at - self.started_at if self.ended_at else None


@dataclass(frozen=True, slots=True)
class WantedJobs:
    """Which egress jobs are listed; what is empty does not restrict them."""

    room: str = ""
    server: str = DEFAULT_SERVER


async def jobs(store: Store, wanted: WantedJobs, place: Place) -> Found[PastJob]:
    """Return one page of the egress jobs, newest first. Raises StoreError."""
    rows = EGRESS_JOBS.c
    along = [rows.server == wanted.server]
    along += [rows.room == storable(wanted.room)] if wanted.room else []
    async with store.read() as connection:
        walk = Walk(list(rows), rows.started_at, rows.egress_id, along)
        found = await walked(connection, walk, place)
    return Found([_job(row) for row in found.rows], found.older, found.newer, found.searched)


async def egress_of(store: Store, session: str, most: int) -> list[PastJob]:
    """Return the egress jobs of a session, in the order in which they began. Raises StoreError."""
    rows = EGRESS_JOBS.c
    query = select(EGRESS_JOBS).where(rows.server == DEFAULT_SERVER, rows.room_sid == session)
    async with store.read() as connection:
        found = await connection.execute(
            query.order_by(rows.started_at, rows.egress_id).limit(most)
        )
        return [_job(row) for row in found]


async def ingress_of(store: Store, session: str, most: int) -> list[PastRun]:
    """Return the ingress runs of a session, in the order in which they began. Raises StoreError."""
    rows = INGRESS_RUNS.c
    query = select(INGRESS_RUNS).where(rows.server == DEFAULT_SERVER, rows.room_sid == session)
    async with store.read() as connection:
        found = await connection.execute(
            query.order_by(rows.started_at, rows.ingress_id).limit(most)
        )
        return [_run(row) for row in found]


def _job(row: Row[Any]) -> PastJob:
    return PastJob(
        row.egress_id,
        row.room,
        row.room_sid,
        named(EgressType, row.type),
        named(EgressStatus, row.status, strip="EGRESS_"),
        row.error,
        row.started_at,
        row.ended_at,
        row.ended_inferred,
        row.ended_after,
    )


def _run(row: Row[Any]) -> PastRun:
    return PastRun(
        row.ingress_id,
        row.room,
        row.name,
        named(InputType, row.input.removesuffix("_INPUT")),
        named(IngressStatus, row.status, strip="ENDPOINT_"),
        row.error,
        row.started_at,
        row.ended_at,
        row.ended_inferred,
        row.ended_after,
    )
