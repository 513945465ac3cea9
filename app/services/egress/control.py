"""Actions on egress jobs: start, stop, change the layout, change the streams.

Each first checks that the job still runs: LiveKit asks its worker, and reports only after 3 s that
an ended job has none.
"""

from collections.abc import Sequence
from typing import Any

from google.protobuf.message import Message
from livekit.api import (
    ParticipantEgressRequest,
    RoomCompositeEgressRequest,
    ServerError,
    StopEgressRequest,
    TrackCompositeEgressRequest,
    TrackEgressRequest,
    UpdateLayoutRequest,
    UpdateStreamRequest,
    WebEgressRequest,
)

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
from app.services.egress import recorder
from app.services.egress.jobs import Job, get, info_of, listed, record
from app.services.egress.new_job import NewEgress, ParticipantTarget, TracksTarget, TrackTarget
from app.services.egress.requests import request_for
from app.services.egress.states import EgressType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import SILENT
from app.services.rooms import participants
from app.services.unanswered import unanswered
from app.services.webhooks.own import OwnWebhook

NO_WORKER = (
    "Start livekit-egress with the same Redis and API key as LiveKit. If it runs already, its log "
    "says whether it has capacity for another job. Check the list before you try again."
)
GONE_WORKER = (
    "Its worker has ended or lost its connection to Redis. LiveKit keeps showing the last status "
    "that it received, until the job is removed from Redis."
)
# LiveKit's words if no worker responds (psrpc, errors.go; service/egress.go).
GONE = (SILENT, "request timed out", "egress does not exist")
# Errors that no worker causes, so that trying the next job is pointless.
OUTAGE = (Unavailable, TimedOut, BadAnswer, Refused)


async def start(livekit: LiveKit, new: NewEgress, own: OwnWebhook | None = None) -> Job:
    """Start a job, which also reports to `own`, and return it as its worker accepted it.

    Raises Invalid with the field at fault, NotFound if the room has closed, NoWorker if none
    accepted it; else a LiveKitError. No reason contains a credential or a stream key.
    """
    await _check_there(livekit, new)
    before = await _ids(livekit, new)
    request = request_for(new, own)
    calls: dict[type[Message], Any] = {
        RoomCompositeEgressRequest: livekit.api.egress.start_room_composite_egress,
        WebEgressRequest: livekit.api.egress.start_web_egress,
        ParticipantEgressRequest: livekit.api.egress.start_participant_egress,
        TrackCompositeEgressRequest: livekit.api.egress.start_track_composite_egress,
        TrackEgressRequest: livekit.api.egress.start_track_egress,
    }
    try:
        return record(await livekit.write(calls[type(request)], request))
    except TimedOut:
        reason = "LiveKit responds, but no egress worker accepted the job."
        no_worker = NoWorker(reason, advice=NO_WORKER)
        raise await unanswered(
            livekit, lambda: _ids(livekit, new), before, no_worker, "a job"
        ) from None
    except Unavailable as error:
        if not isinstance(error.__cause__, ServerError):  # LiveKit itself did not respond
            raise
        reason = "" if SILENT in error.reason else f" {error.reason}."
        raise NoWorker(f"No egress worker accepted the job.{reason}", advice=NO_WORKER) from error


async def stop(livekit: LiveKit, egress_id: str) -> Job:
    """Ask the job's worker to end it. Raises NotFound, or Conflict if it has already ended."""
    job = await _running(livekit, egress_id)
    try:
        request = StopEgressRequest(egress_id=egress_id)
        return record(await livekit.write(livekit.api.egress.stop_egress, request))
    except LiveKitError as error:
        raise _of_worker(error, job) from error


async def set_layout(livekit: LiveKit, egress_id: str, layout: str) -> str:
    """Change the layout of a running room recording, and return the one that it had.

    The page in its worker follows it.

    Raises NotFound, and Conflict if the job has another type, has ended, or its recorder isn't in
    the room: LiveKit sends the layout to the recorder as its metadata.
    """
    job = await _running(livekit, egress_id)
    if job.type not in {EgressType.ROOM_COMPOSITE, EgressType.TEMPLATE}:
        raise LiveKitConflict("Only room recordings have a layout.")
    request = UpdateLayoutRequest(egress_id=egress_id, layout=layout)
    try:
        before = await recorder.layout(livekit, job.room, egress_id) or job.subject
        await livekit.write(livekit.api.egress.update_layout, request)
    except NotFound as error:
        raise LiveKitConflict(
            f"The recorder of {egress_id} isn't in the room {job.room}: no layout was changed.",
            advice="It may still be starting. If this persists, its worker has lost the room.",
        ) from error
    return before


async def set_streams(
    livekit: LiveKit, egress_id: str, add: Sequence[str], remove: Sequence[str]
) -> Job:
    """Add streams to a running job and remove others, by their full URLs.

    Raises NotFound, Conflict, and Invalid for a URL that the worker rejects.
    """
    job = await _running(livekit, egress_id)
    request = UpdateStreamRequest(
        egress_id=egress_id, add_output_urls=add, remove_output_urls=remove
    )
    try:
        changed = await livekit.write(livekit.api.egress.update_stream, request)
    except LiveKitError as error:
        raise _of_worker(error, job) from error
    return record(changed)


async def full_urls(livekit: LiveKit, egress_id: str) -> list[str]:
    """Return the URLs of the job's active streams that LiveKit reports in full (SRT)."""
    info = await info_of(livekit, egress_id)
    urls = [stream.url for stream in info.stream_results if stream.status == stream.ACTIVE]
    return [url for url in urls if not redaction.is_redacted(url)]


async def _running(livekit: LiveKit, egress_id: str) -> Job:
    job = await get(livekit, egress_id)
    if not job.running:
        raise LiveKitConflict(
            f"The job has already ended ({job.status.replace('_', ' ')}).",
            advice="Nothing was changed. To continue, start a new job.",
        )
    return job


async def _check_there(livekit: LiveKit, new: NewEgress) -> None:
    """Check that the participant or tracks are in the room: a worker would report it only later."""
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
    people = await participants.listed(livekit, room)
    sids = {track.sid for who in people for track in who.tracks}
    gone = "This track is no longer published."
    missing = {field: gone for field, sid in wanted.items() if sid and sid not in sids}
    if missing:
        raise Invalid(fields=missing)


async def _ids(livekit: LiveKit, new: NewEgress) -> set[str]:
    room = getattr(new.target, "room", "")
    return {info.egress_id for info in await listed(livekit, room, running=True)}


def _of_worker(error: LiveKitError, job: Job) -> LiveKitError:
    """Return the error of a call that LiveKit passes on to the worker of `job`."""
    if any(words in error.reason for words in GONE):
        return NoWorker(f"No worker responded for the job {job.id}.", advice=GONE_WORKER)
    return error
