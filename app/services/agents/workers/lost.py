"""What no worker does: dispatches that none accepted, and jobs whose agent isn't in the room.

LiveKit never learns how a job ends, and calls it running for ever (`dispatches.py`). So an agent
that has done its work and left looks the same here as one that was lost with its worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.services.agents import agents
from app.services.agents.agents import AgentRow, Seen
from app.services.agents.states import AgentStatus
from app.services.agents.workers.watching import WorkerRow
from app.services.livekit.client import LiveKit


@dataclass(frozen=True, slots=True)
class Lost:
    """Dispatches that no worker accepted and jobs without their agent, newest first.

    Both are of the rooms in `seen`, and of no other.
    """

    untaken: Sequence[AgentRow]
    gone: Sequence[AgentRow]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Serving:
    """How many workers have an agent name: those that are well, and the others."""

    fine: int = 0
    failing: int = 0


async def lost(livekit: LiveKit) -> Lost:
    """Return what no worker does in the rooms of a scan; costs and raises what its list does."""
    rows, seen = await agents.current(livekit, (), 0)
    return Lost(_newest(rows, AgentStatus.UNTAKEN), _newest(rows, AgentStatus.GONE), seen)


def _newest(rows: Iterable[AgentRow], status: AgentStatus) -> list[AgentRow]:
    found = [row for row in rows if row.status is status]
    return sorted(found, key=lambda row: (-(row.since.timestamp() if row.since else 0), row.key))


def serving(rows: Iterable[WorkerRow]) -> Mapping[str, Serving]:
    """Return the workers of each agent name, as far as they have said it."""
    counts: dict[str, list[int]] = {}
    for row in rows:
        if row.agent_name is not None:
            counts.setdefault(row.agent_name, [0, 0])[not row.fine] += 1
    return {name: Serving(*numbers) for name, numbers in counts.items()}
