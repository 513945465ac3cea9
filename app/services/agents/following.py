"""The agents of a scan as a list for programs."""

from app.services.agents.agents import LISTING, AgentRow, Wanted, current
from app.services.following import Following, Position, following
from app.services.livekit.client import LiveKit
from app.services.rooms.scan import RoomScan


async def after(
    livekit: LiveKit, wanted: Wanted, position: Position
) -> tuple[Following[AgentRow], RoomScan]:
    """Return the matching agents of a scan after a position, by room and key.

    Costs and raises what the list of the pages does.
    """
    rows, seen = await current(livekit, wanted.room, wanted.start)
    found = following(LISTING, rows, lambda agent: (agent.room, agent.key), wanted, position)
    return found, seen.scan
