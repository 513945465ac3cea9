"""The list of egress jobs: filtered, sorted and paged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from livekit.api import EgressInfo

from app.services import lists
from app.services.egress.jobs import (
    RUNNING,
    Job,
    listed,
    record,
    status_of,
    with_orphans,
)
from app.services.egress.outputs import outputs
from app.services.egress.sources import subject_of, type_of
from app.services.egress.states import EgressStatus, EgressType
from app.services.following import Following, Position, following
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit

Status = Literal["", "running", "ended"] | EgressStatus
Kind = Literal[""] | EgressType


def _recent(info: EgressInfo) -> int:
    """Rank running jobs before ended ones, and later ones before earlier."""
    began: int = info.started_at or info.updated_at
    return began + (1 << 63 if status_of(info) in RUNNING else 0)


COLUMNS: Columns[EgressInfo] = Columns(
    {
        "recent": _recent,
        "started": lambda info: info.started_at,
        "room": lambda info: info.room_name,
        "type": type_of,
        "status": status_of,
        "duration": lambda info: max(0, info.ended_at - info.started_at) if info.ended_at else 0,
        "id": lambda info: info.egress_id,
    },
    default="-recent",
    ties="id",
)


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[EgressInfo]):
    """Which jobs a list shows; `status` is one of them, `running`, `ended`, or empty for all."""

    room: str = ""
    status: Status = ""
    type: Kind = ""

    def matches(self, info: EgressInfo, q: str) -> bool:
        """Return whether the job is one of them, and its row contains `q`."""
        status = status_of(info)
        ended = status not in RUNNING
        return (
            (not self.room or info.room_name == self.room)
            and (not self.type or type_of(info) == self.type)
            and (self.status in {"", status, "ended" if ended else "running"})
            and contain(_shown(info), q)
        )


def _shown(info: EgressInfo) -> list[str]:
    names = [output.name for output in outputs(info)]
    return [info.egress_id, info.room_name, subject_of(info), *names]


def _counts(infos: Sequence[EgressInfo]) -> Mapping[str, int]:
    counts: Counter[str] = Counter(map(status_of, infos))
    running = sum(counts[status] for status in RUNNING)
    return {**counts, "running": running, "ended": len(infos) - running}


LISTING = Listing(COLUMNS, record, Tabs("status", _counts))


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> Table[Job]:
    """Return one page of the matching jobs: one LiveKit call, and one for the running ones."""
    shown = LISTING.table(await listed(livekit, wanted.room), ask, wanted)
    return replace(shown, rows=await with_orphans(livekit, shown.rows))


async def after(livekit: LiveKit, wanted: Wanted, position: Position) -> Following[Job]:
    """Return the matching jobs after a position, by ID."""
    infos = await listed(livekit, wanted.room)
    found = following(LISTING, infos, lambda info: (info.egress_id,), wanted, position)
    return replace(found, rows=await with_orphans(livekit, found.rows))


async def matching(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Job]:
    """Return all matching jobs in the requested order, to export or to stop them."""
    infos = LISTING.matching(await listed(livekit, wanted.room), ask, wanted)
    return await with_orphans(livekit, [record(info) for info in infos])
