"""Rows of recordings, and the files that they are about."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from livekit.api import EgressInfo
from livekit.protocol import egress

from app.services.recordings.states import kind_of
from tests.support.history import BEGAN, Row, minutes

SECOND = 1_000_000_000  # in nanoseconds


def recording_row(egress_id: str, number: int = 1, **own: Any) -> Row:
    """Return a recording of ten minutes that nobody has checked."""
    row: Row = {"id": f"{egress_id}.{number}", "egress_id": egress_id, "number": number}
    row |= {"room": "standup", "room_sid": "RM_standup", "type": "room_composite", "kind": "mp4"}
    row |= {"filename": f"{egress_id}.mp4", "location": f"/nowhere/{egress_id}.mp4"}
    row |= {"started_at": BEGAN, "ended_at": minutes(10), "state": "unchecked", "check_at": BEGAN}
    return row | {"duration": timedelta(minutes=10) // timedelta(microseconds=1)} | own


def of_file(file: Path) -> Row:
    """Return what LiveKit reports of a file on a worker's disk."""
    kind = str(kind_of(file.name))
    return {
        "filename": str(file),
        "location": str(file),
        "kind": kind,
        "size": file.stat().st_size,
    }


def of_object(endpoint: str, bucket: str, key: str, size: int) -> Row:
    """Return what LiveKit reports of a file in a bucket of S3, by path style."""
    location = f"{endpoint}/{bucket}/{key}"
    return {"filename": key, "location": location, "kind": str(kind_of(key)), "size": size}


def nanoseconds(at: float) -> int:
    """Return a moment, in minutes after BEGAN, as LiveKit reports it."""
    return int(minutes(at).timestamp()) * SECOND


def report(egress_id: str, *, ended: bool = True, **own: object) -> EgressInfo:
    """Return LiveKit's report of a job in the room standup."""
    status = egress.EGRESS_COMPLETE if ended else egress.EGRESS_ACTIVE
    info = EgressInfo(
        egress_id=egress_id,
        room_name="standup",
        room_id="RM_standup",
        status=status,
        started_at=nanoseconds(0),
        updated_at=nanoseconds(10 if ended else 5),
        ended_at=nanoseconds(10) if ended else 0,
        room_composite=egress.RoomCompositeEgressRequest(room_name="standup"),
    )
    info.MergeFrom(EgressInfo(**own))  # type: ignore[arg-type]
    return info


def file_result(filename: str, location: str, size: int = 1000) -> egress.FileInfo:
    """Return the result of a file that was recorded for ten minutes."""
    return egress.FileInfo(
        filename=filename,
        location=location,
        size=size,
        duration=600 * SECOND,
        started_at=nanoseconds(0),
        ended_at=nanoseconds(10),
    )
