"""What can be done to egress jobs: start, stop, another layout, other streams.

Each looks first whether the job still runs: LiveKit asks its worker, and says only after 3 s that
an ended job has none.
"""

from collections.abc import Sequence
from typing import Any

from livekit.api import ServerError, StopEgressRequest, UpdateLayoutRequest, UpdateStreamRequest

from app.errors import (
    BadAnswer,
    Invalid,
    LiveKitConflict,
    LiveKitError,
    NotFound,
    NoWorker,
    Refused,
    TimedOut,
    Unavailable,
)
from app.services.egress.jobs import Job, get, info_of, listed, record
from app.services.egress.new_job import NewEgress, ParticipantTarget, TracksTarget, TrackTarget
from app.services.egress.requests import request_for
from app.services.egress.states import EgressType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import SILENT
from app.services.rooms import participants

NO_WORKER = (
    "Start livekit-egress, with the same Redis as LiveKit and its API key; where one runs, its log "
    "says whether it has room for another job. Look at the list before you send this again."
)
GONE_WORKER = (
    "Its worker has ended or is cut off from Redis. LiveKit shows the job as it last heard of it, "
    "until somebody removes it from Redis."
)
# What LiveKit says where nobody answers it (psrpc, errors.go; service/egress.go).
GONE = (SILENT, "request timed out", "egress does not exist")
# What a worker cannot be blamed for, so that asking for the next job is in vain.
OUTAGE = (Unavailable, TimedOut, BadAnswer, Refused)


async def start(livekit: LiveKit, new: NewEgress) -> Job:
    """Start a job, and give it as its worker took it.

    Raises Invalid with the field at fault, NotFound for a room that is gone, NoWorker where none
    took it; else a LiveKitError. No reason holds a credential or a stream key.
    """
    await _check_there(livekit, new)
    before = await _ids(livekit, new)
    name, request = request_for(new)
    calls: dict[str, Any] = {
        "StartRoomCompositeEgress": livekit.api.egress.start_room_composite_egress,
        "StartWebEgress": livekit.api.egress.start_web_egress,
        "StartParticipantEgress": livekit.api.egress.start_participant_egress,
        "StartTrackCompositeEgress": livekit.api.egress.start_track_composite_egress,
        "StartTrackEgress": livekit.api.egress.start_track_egress,
    }
    try:
        return record(await livekit.write(name, calls[name], request))
    except TimedOut:
        raise await _not_taken(livekit, new, before) from None
    except Unavailable as error:
        if not isinstance(error.__cause__, ServerError):  # LiveKit itself did not answer
            raise
        said = "" if SILENT in error.reason else f" {error.reason}."
        raise NoWorker(f"No egress worker took the job.{said}", advice=NO_WORKER) from error


async def stop(livekit: LiveKit, egress_id: str) -> Job:
    """Ask the job's worker to end it. Raises NotFound, Conflict where it has ended already."""
    job = await _running(livekit, egress_id)
    try:
        request = StopEgressRequest(egress_id=egress_id)
        return record(await livekit.write("StopEgress", livekit.api.egress.stop_egress, request))
    except LiveKitError as error:
        raise _of_worker(error, job) from error


async def set_layout(livekit: LiveKit, egress_id: str, layout: str) -> None:
    """Change the layout of a running room recording; the page in its worker follows it.

    Raises NotFound, and Conflict where the job is of another type, has ended, or its recorder is
    not in the room: LiveKit tells the layout to the recorder as its metadata.
    """
    job = await _running(livekit, egress_id)
    if job.type not in {EgressType.ROOM_COMPOSITE, EgressType.TEMPLATE}:
        raise LiveKitConflict("Only the recording of a room has a layout.")
    request = UpdateLayoutRequest(egress_id=egress_id, layout=layout)
    try:
        await livekit.write("UpdateLayout", livekit.api.egress.update_layout, request)
    except NotFound as error:
        raise LiveKitConflict(
            f"The recorder of {egress_id} is not in the room {job.room}, so nobody takes a layout.",
            advice="It may still be starting. Where it stays so, its worker has lost the room.",
        ) from error


async def set_streams(
    livekit: LiveKit, egress_id: str, add: Sequence[str], remove: Sequence[str]
) -> Job:
    """Add streams to a running job and take others out, by their full addresses.

    Raises NotFound, Conflict, Invalid for an address that the worker does not take.
    """
    job = await _running(livekit, egress_id)
    request = UpdateStreamRequest(
        egress_id=egress_id, add_output_urls=add, remove_output_urls=remove
    )
    try:
        changed = await livekit.write("UpdateStream", livekit.api.egress.update_stream, request)
    except LiveKitError as error:
        raise _of_worker(error, job) from error
    return record(changed)


async def full_addresses(livekit: LiveKit, egress_id: str) -> list[str]:
    """Return the addresses of the job's running streams that LiveKit tells in full (SRT)."""
    info = await info_of(livekit, egress_id)
    urls = [stream.url for stream in info.stream_results if stream.status == stream.ACTIVE]
    return [url for url in urls if not redaction.is_redacted(url)]


async def _running(livekit: LiveKit, egress_id: str) -> Job:
    job = await get(livekit, egress_id)
    if not job.running:
        raise LiveKitConflict(
            f"The job has ended already ({job.status.replace('_', ' ')}).",
            advice="Nothing was done. Start a new one if it should go on.",
        )
    return job


async def _check_there(livekit: LiveKit, new: NewEgress) -> None:
    """Look whether who or what is to be recorded is there: a worker would only say so later."""
    match new.target:
        case ParticipantTarget(room, identity):
            try:
                await participants.get(livekit, room, identity)
            except NotFound:
                raise Invalid(fields={"identity": "This participant has left the room."}) from None
        case TracksTarget(room):
            wanted = {"audio_track": new.target.audio_track, "video_track": new.target.video_track}
            await _check_tracks(livekit, room, wanted)
        case TrackTarget(room):
            await _check_tracks(livekit, room, {"track": new.target.track})


async def _check_tracks(livekit: LiveKit, room: str, wanted: dict[str, str]) -> None:
    there = await participants.listed(livekit, room)
    sids = {track.sid for who in there for track in who.tracks}
    gone = "This track is not published any more."
    missing = {field: gone for field, sid in wanted.items() if sid and sid not in sids}
    if missing:
        raise Invalid(fields=missing)


async def _ids(livekit: LiveKit, new: NewEgress) -> set[str]:
    room = getattr(new.target, "room", "")
    return {info.egress_id for info in await listed(livekit, room, running=True)}


async def _not_taken(livekit: LiveKit, new: NewEgress, before: set[str]) -> LiveKitError:
    """Return the error for a start that got no answer: LiveKit hangs, or its worker does."""
    try:
        with livekit.scope(seconds=0.5):
            begun = await _ids(livekit, new) - before
    except LiveKitError as error:
        return error
    if begun:
        return TimedOut(
            f"No answer in time, but a job began meanwhile: {', '.join(sorted(begun))}.",
            advice="A worker is slow. Look at the list, and do not start it again.",
        )
    return NoWorker("LiveKit answers, but no egress worker took the job.", advice=NO_WORKER)


def _of_worker(error: LiveKitError, job: Job) -> LiveKitError:
    """Return the error of a call that LiveKit passes on to the worker of `job`."""
    if any(words in error.reason for words in GONE):
        return NoWorker(f"No worker responded for the job {job.id}.", advice=GONE_WORKER)
    return error
