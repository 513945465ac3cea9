"""The recorder of a job in its room: a hidden participant whose identity is the job's ID."""

import json

from app.services.livekit.client import LiveKit
from app.services.rooms import participants


async def layout(livekit: LiveKit, room: str, egress_id: str) -> str:
    """Return the layout that the recorder was sent last; empty if it was sent none.

    LiveKit passes a layout on as metadata. Raises NotFound if the recorder isn't in the room.
    """
    recorder = await participants.get(livekit, room, egress_id)
    try:
        return str(json.loads(recorder.metadata)["layout"])
    except (ValueError, KeyError, TypeError):
        return ""
