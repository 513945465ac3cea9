"""What LiveKit reports of a job's end, and the rows of recordings that it makes."""

from typing import Any

from sqlalchemy import select

from app.store.schema import RECORDINGS
from app.store.store import Store
from tests.support.streams import Event, ns, webhook

JOB = {"egressId": "EG_1", "roomId": "RM_1", "roomName": "standup", "roomComposite": {}}
DONE = JOB | {"status": "EGRESS_COMPLETE", "startedAt": ns(1), "endedAt": ns(61)}
FILE = {
    "filename": "calls/a.mp4",
    "location": "https://s3.amazonaws.com/tapes/calls/a.mp4",
    "size": "1000",
    "duration": "60000000000",
    "startedAt": ns(1),
    "endedAt": ns(61),
}


def ended(seconds: float = 61, **results: Any) -> Event:
    """Return the webhook of a job's end."""
    return webhook("egress_ended", seconds, egressInfo=DONE | {"updatedAt": ns(seconds)} | results)


async def rows(store: Store) -> list[dict[str, Any]]:
    """Return all rows but when they are due, which is the clock's."""
    async with store.read() as connection:
        found = await connection.execute(select(RECORDINGS).order_by(RECORDINGS.c.id))
        return [{n: v for n, v in row.items() if n != "check_at"} for row in found.mappings()]
