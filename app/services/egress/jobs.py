"""Egress jobs: frozen records of what ListEgress returns."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from livekit.api import EgressInfo, ListEgressRequest
from livekit.protocol import egress

from app.errors import LiveKitError, LiveKitNotFound, NotFound
from app.services.egress import recorder
from app.services.egress.errors import explain
from app.services.egress.outputs import Output, outputs, request_of
from app.services.egress.progress import RUNNING as RUNNING
from app.services.egress.progress import Progress, progress
from app.services.egress.sources import subject_of, type_of
from app.services.egress.states import EgressStatus, EgressType
from app.services.explanations import Explanation
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto
from app.services.livekit.redaction import plain, text
from app.services.livekit.times import from_nanoseconds
from app.services.rooms import rooms
from app.text.json_text import indented

# LiveKit removes ended jobs from its list after this time (redisstore.go, CleanEndedEgress).
KEPT = timedelta(hours=24)
# The recorder of these opens a page that follows the layout in its participant's metadata.
COMPOSITES = frozenset({EgressType.ROOM_COMPOSITE, EgressType.TEMPLATE})


@dataclass(frozen=True, slots=True)
class Job:
    """One egress job; times are None if LiveKit didn't report them.

    `subject` is what is recorded of the room; `orphaned` is a job that LiveKit reports as running
    although its room has closed, None if that wasn't checked.
    """

    id: str
    status: EgressStatus | Newer
    type: EgressType
    room: str
    room_sid: str
    subject: str
    started: datetime | None
    ended: datetime | None
    updated: datetime | None
    outputs: tuple[Output, ...]
    error: str
    error_code: int
    details: str
    manifest: str
    backup_storage: bool
    retries: int
    orphaned: bool | None = None

    @property
    def running(self) -> bool:
        """True if the job hasn't ended yet, as far as LiveKit knows."""
        return self.status in RUNNING

    @property
    def expires(self) -> datetime | None:
        """When LiveKit removes it from its list; None while it runs."""
        return self.ended + KEPT if self.ended and not self.running else None

    @property
    def duration(self) -> timedelta | None:
        """How long it ran; None while it runs, and if it never began."""
        return self.ended - self.started if self.ended and self.started else None

    @property
    def explanation(self) -> Explanation | None:
        """What its error means; None without an error."""
        return explain(self.error) if self.error else None

    def progress(self, output: Output) -> Progress:
        """Return how far one of its outputs has come, if the output has no status of its own."""
        return progress(self.status, output, orphaned=bool(self.orphaned))


@dataclass(frozen=True, slots=True)
class Detail:
    """A job with the request that it was started with, its secrets hidden.

    `layout` is the current one of a running room recording; None for any other job. `deserted`
    is one that is active although its recorder isn't in the room: a crash shows nowhere else.
    """

    job: Job
    request: dict[str, Any]
    layout: str | None
    deserted: bool = False

    @property
    def text(self) -> str:
        """The request as indented JSON."""
        return indented(self.request)


@lru_cache(16)  # lists sort and filter by it
def _status(number: int) -> EgressStatus | Newer:
    return from_proto(EgressStatus, egress.EgressStatus, number, strip="EGRESS_")


def status_of(info: EgressInfo) -> EgressStatus | Newer:
    """Return the status of the message."""
    return _status(info.status)


def record(info: EgressInfo) -> Job:
    """Return the record of a message, without its secrets."""
    return Job(
        id=info.egress_id,
        status=status_of(info),
        type=type_of(info),
        room=info.room_name,
        room_sid=info.room_id,
        subject=subject_of(info),
        started=from_nanoseconds(info.started_at),
        ended=from_nanoseconds(info.ended_at),
        updated=from_nanoseconds(info.updated_at),
        outputs=outputs(info),
        error=text(info.error),
        error_code=info.error_code,
        details=text(info.details),
        manifest=text(info.manifest_location),
        backup_storage=info.backup_storage_used,
        retries=info.retry_count,
    )


async def listed(
    livekit: LiveKit, room: str = "", *, running: bool = False
) -> Sequence[EgressInfo]:
    """Return all jobs that LiveKit lists, or those of a room; for this package's services."""
    request = ListEgressRequest(room_name=room, active=running)
    return (await livekit.read(livekit.api.egress.list_egress, request)).items


async def named(livekit: LiveKit, ids: Sequence[str]) -> list[Job]:
    """Return those of the jobs that LiveKit lists, in that order, with one call."""
    jobs = {info.egress_id: record(info) for info in await listed(livekit)} if ids else {}
    return [jobs[id_] for id_ in dict.fromkeys(ids) if id_ in jobs]


async def running(livekit: LiveKit, room: str = "") -> list[Job]:
    """Return the running jobs, in a room or in all of them, newest first."""
    jobs = [record(info) for info in await listed(livekit, room, running=True)]
    jobs.sort(key=lambda job: job.id)  # equal times keep this order
    return sorted(jobs, key=lambda job: (job.started is None, job.started), reverse=True)


async def get(livekit: LiveKit, egress_id: str) -> Job:
    """Return the job. Raises NotFound if LiveKit lists none with this ID, or no longer."""
    return record(await info_of(livekit, egress_id))


async def detail(livekit: LiveKit, egress_id: str) -> Detail:
    """Return the job with its request, and whether it is orphaned. Raises NotFound."""
    info = await info_of(livekit, egress_id)
    (job,) = await with_orphans(livekit, [record(info)])
    request = request_of(info)
    layout, deserted = await _recorder(livekit, job)
    return Detail(job, plain(request) if request else {}, layout, deserted)


async def _recorder(livekit: LiveKit, job: Job) -> tuple[str | None, bool]:
    """Return the current layout of a running composite, and whether its recorder is missing."""
    if not job.running or job.type not in COMPOSITES:
        return None, False
    try:
        return await recorder.layout(livekit, job.room, job.id) or job.subject, False
    except NotFound:
        return job.subject, job.status is EgressStatus.ACTIVE and not job.orphaned
    except LiveKitError:
        return job.subject, False


async def info_of(livekit: LiveKit, egress_id: str) -> EgressInfo:
    """Return the message, for this package's services. Raises NotFound."""
    if egress_id:  # an empty one would ask for all of them
        request = ListEgressRequest(egress_id=egress_id)
        with suppress(NotFound):
            call = livekit.api.egress.list_egress
            return (await livekit.read(call, request)).items[0]
    raise LiveKitNotFound(
        f"LiveKit lists no egress {egress_id}.",
        advice="LiveKit removes a job 24 hours after it ends. Return to the list for the others.",
    )


async def with_orphans(livekit: LiveKit, jobs: Sequence[Job]) -> list[Job]:
    """Mark the running jobs whose room has closed; no call if none of them has a room."""
    names = {job.room for job in jobs if job.running and job.room}
    if not names:
        return list(jobs)
    sids = {room.name: room.sid for room in await rooms.listed(livekit, *sorted(names))}
    return [replace(job, orphaned=is_orphaned(job, sids)) if job.running else job for job in jobs]


def is_orphaned(job: Job, sids: Mapping[str, str]) -> bool | None:
    """Return if the room of a running job has closed, by the SIDs of the open rooms.

    None for a job without a room.
    """
    if not job.room:
        return None
    return job.room not in sids or bool(job.room_sid and job.room_sid != sids[job.room])
