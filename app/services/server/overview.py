"""The server at a glance: what needs attention, the figures, some rooms, and the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from app.errors import LiveKitError
from app.services.agents.states import AgentStatus
from app.services.agents.workers.watching import WorkerRow
from app.services.egress import jobs
from app.services.egress.states import EgressStatus
from app.services.ingress import ingresses
from app.services.ingress.states import IngressStatus
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from app.services.rooms.rooms import Room, Totals
from app.services.server import capabilities
from app.services.server.attention import snapshot
from app.services.server.attention.attention import attention
from app.services.server.attention.findings import Attention
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.webhooks import Heard
from app.services.server.capabilities import Capability

Order = Literal["busiest", "newest", "longest"]
SORTS: dict[Order, str] = {
    "busiest": "-participants",
    "newest": "-created",
    "longest": "created",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """How many are active, and how many failed."""

    active: int
    failed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it; figures are None if LiveKit didn't report them, `failed` is why rooms are missing.

    `untaken` are the dispatches without a worker in the rooms that were checked, and `rules` is
    the number of dispatch rules.
    """

    attention: Attention
    totals: Totals | None
    rooms: list[Room]
    egress: Figures | None
    ingress: Figures | None
    untaken: int
    rules: int | None
    services: tuple[Capability, ...]
    failed: LiveKitError | None


async def overview(
    livekit: LiveKit,
    enable_sip: bool,
    order: Order,
    most: int,
    heard: Heard | None = None,
    workers: Sequence[WorkerRow] | None = None,
) -> Overview:
    """Return the overview with the first `most` rooms; at most `snapshot.CALLS` LiveKit calls.

    `heard` is what was received of webhooks; None without a store. `workers` are the agent workers;
    None without AGENT_WORKERS.
    """
    seen = await snapshot.take(livekit, enable_sip)
    failed = seen.rooms if isinstance(seen.rooms, LiveKitError) else None
    open_rooms = [] if isinstance(seen.rooms, LiveKitError) else seen.rooms
    return Overview(
        attention=attention(seen, datetime.now(UTC), heard, workers),
        totals=None if failed else rooms.totals(open_rooms),
        rooms=rooms.first(open_rooms, SORTS[order], most),
        egress=_egress(seen),
        ingress=_ingress(seen),
        untaken=_untaken(seen),
        rules=None if isinstance(seen.rules, LiveKitError | None) else len(seen.rules),
        services=capabilities.of_lists(seen.egress, seen.ingress, seen.trunks).all,
        failed=failed,
    )


def _egress(seen: Snapshot) -> Figures | None:
    if isinstance(seen.egress, LiveKitError):
        return None
    states = [jobs.status_of(info) for info in seen.egress]
    running = sum(1 for status in states if status in jobs.RUNNING)
    return Figures(running, states.count(EgressStatus.FAILED))


def _ingress(seen: Snapshot) -> Figures | None:
    if isinstance(seen.ingress, LiveKitError):
        return None
    states = [ingresses.status_of(info) for info in seen.ingress]
    return Figures(states.count(IngressStatus.PUBLISHING), states.count(IngressStatus.ERROR))


def _untaken(seen: Snapshot) -> int:
    lists = [rows for rows in seen.dispatches.values() if not isinstance(rows, LiveKitError)]
    return sum(row.status is AgentStatus.UNTAKEN for rows in lists for row in rows)
