"""One round of the reconciler: LiveKit's lists in, repairs of history out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from livekit.protocol import models
from sqlalchemy import Connection, func, insert, not_, select

from app.live.hub import Hub
from app.services.history.projecting.applying import save_sessions
from app.services.history.projecting.reading import short_id
from app.services.history.reconciling.comparing import Comparison
from app.services.history.reconciling.connections import compare_connections
from app.services.history.reconciling.coverage import extend_coverage, last_round
from app.services.history.reconciling.lists import Listed, listed, rooms
from app.services.history.reconciling.sessions import compare_sessions
from app.services.history.reconciling.tracks import compare_tracks
from app.services.history.reconciling.work import compare_egress, compare_ingress
from app.services.history.rows import changed
from app.services.livekit.client import LiveKit
from app.store.schema import CONNECTIONS, EGRESS_JOBS, REPAIRS
from app.store.store import Store

# LiveKit forgets a job 24 hours after it ended.
ALL_JOBS_EVERY = timedelta(hours=1)
MOST_ROOMS = 100  # that look different and are checked in a round
IN_TURN = 20  # rooms that are checked in a round although nothing looks different
UNCOUNTED = ("AGENT", "EGRESS")  # kinds that LiveKit's number of participants leaves out
TOPICS = {
    "session": {"sessions", "rooms"},
    "connection": {"sessions", "participants", "calls", "agents"},
    "track": {"sessions"},
    "egress": {"sessions", "egress", "recordings"},
    "ingress": {"sessions", "ingress"},
}

log = structlog.get_logger("history")


@dataclass(frozen=True, slots=True)
class _Known:
    """What history has before a round: open connections by session, and open jobs."""

    connections: dict[str, int]
    jobs: list[str]


class Reconciler:
    """Compares one server with history; remembers which rooms it checked last."""

    def __init__(self, store: Store, livekit: LiveKit, hub: Hub, server: str) -> None:
        self._store, self._livekit, self._hub, self._server = store, livekit, hub, server
        self._checked: dict[str, datetime] = {}
        self._all_jobs_at: datetime | None = None

    async def round(self) -> Counter[str]:
        """Compare once, and return how much was repaired of each kind.

        Raises a LiveKitError, after which nothing was changed, or StoreError.
        """
        known = await self._known()
        began = datetime.now(UTC)
        open_rooms = await rooms(self._livekit)
        check = self._to_check(open_rooms, known)
        all_jobs = self._all_jobs_at is None or began - self._all_jobs_at > ALL_JOBS_EVERY
        lists = await listed(
            self._livekit,
            open_rooms,
            began,
            check=check,
            open_jobs=known.jobs,
            all_jobs=all_jobs,
        )
        repaired = await changed(self._store, partial(_compare, server=self._server, lists=lists))
        if all_jobs and lists.egress is not None:
            self._all_jobs_at = began
        still = {room.name for room in open_rooms}
        checked = {**self._checked, **dict.fromkeys(lists.people, began)}
        self._checked = {name: at for name, at in checked.items() if name in still}
        self._publish(repaired)
        return repaired

    def _publish(self, repaired: Counter[str]) -> None:
        if repaired:
            log.info("repaired", server=self._server, **repaired)
            topics = {topic for kind in repaired for topic in TOPICS[kind.partition(".")[0]]}
            self._hub.publish(topics | {"webhooks"})

    def _to_check(self, open_rooms: Sequence[models.Room], known: _Known) -> list[str]:
        """Return the rooms to list: those that look different, and some others in turn.

        The numbers may agree by chance, or because LiveKit doesn't count agents.
        """
        never = datetime.min.replace(tzinfo=UTC)
        waited = sorted(
            open_rooms, key=lambda room: (self._checked.get(room.name, never), room.name)
        )
        numbers = known.connections
        different = {
            room.name
            for room in waited
            if numbers.get(short_id(room.sid), 0) != room.num_participants
        }
        first = [room.name for room in waited if room.name in different]
        others = [room.name for room in waited if room.name not in different]
        return first[:MOST_ROOMS] + others[:IN_TURN]

    async def _known(self) -> _Known:
        columns, jobs = CONNECTIONS.c, EGRESS_JOBS.c
        mine = columns.server == self._server, columns.left_at.is_(None)
        counted = not_(columns.hidden), columns.kind.not_in(UNCOUNTED)
        numbers = select(columns.room_sid, func.count()).where(*mine, *counted)
        open_jobs = select(jobs.egress_id).where(
            jobs.server == self._server, jobs.ended_at.is_(None)
        )
        async with self._store.read() as connection:
            found = (await connection.execute(numbers.group_by(columns.room_sid))).all()
            ids = list((await connection.execute(open_jobs)).scalars())
        return _Known({row[0]: row[1] for row in found}, ids)


def _compare(connection: Connection, server: str, lists: Listed) -> Counter[str]:
    comparison = Comparison(connection, server, lists, last_round(connection, server))
    compare_sessions(comparison)
    compare_connections(comparison)
    compare_tracks(comparison)
    if lists.egress is not None:
        compare_egress(comparison, lists.egress)
    if lists.ingress is not None:
        compare_ingress(comparison, lists.ingress)
    save_sessions(connection, {}, comparison.touched)
    extend_coverage(connection, server, lists.ended)
    if comparison.repaired:
        rows = [
            {"server": server, "at": lists.ended, "kind": kind, "number": number}
            for kind, number in comparison.repaired.items()
        ]
        connection.execute(insert(REPAIRS), rows)
    return comparison.repaired
