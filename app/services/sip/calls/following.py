"""The calls of a scan as a list for programs."""

from app.services.following import Following, Position, following
from app.services.livekit.client import LiveKit
from app.services.rooms.scan import RoomScan
from app.services.sip.calls.calls import LISTING, Call, Wanted, current


async def after(
    livekit: LiveKit, wanted: Wanted, position: Position
) -> tuple[Following[Call], RoomScan]:
    """Return the matching calls of a scan after a position, by room and identity.

    Costs and raises what the list of the pages does.
    """
    calls, scan = await current(livekit, wanted.start)
    found = following(LISTING, calls, lambda call: (call.room, call.identity), wanted, position)
    return found, scan
