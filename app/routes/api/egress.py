"""/api/v1/egress: recordings and streams; stopping one."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.security.roles import Permission
from app.services.egress import control, jobs, listing
from app.services.egress.listing import Kind, Status, Wanted
from app.web.api.access import api_router, reads, writes
from app.web.api.listing import AskedDep, Page, Record, Seconds, Text, page
from app.web.deps import JobId, LiveKitDep

router = api_router("/egress", "Egress")


class Output(Record):
    """A file, stream, playlist or set of images; null is what LiveKit didn't report.

    `name` is a path, or an address without its key; `size` is in bytes.
    """

    kind: str
    name: str
    location: str
    size: int | None
    count: int | None
    duration: Seconds | None
    started: datetime | None
    ended: datetime | None
    status: str | None
    error: str


class Job(Record):
    """An egress job; LiveKit lists it until 24 hours after its end."""

    id: str
    status: str
    type: str
    room: str
    room_sid: str
    subject: str = Field(description="What is recorded of the room.")
    started: datetime | None
    ended: datetime | None
    updated: datetime | None
    outputs: tuple[Output, ...]
    error: str
    orphaned: bool | None = Field(
        description="True if LiveKit reports it as running although its room has closed; "
        "null if that wasn't checked."
    )


@router.get("", dependencies=reads(Permission.EGRESS_READ))
async def list_egress(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    room: Annotated[str, Query(max_length=1000, description="the name of their room")] = "",
    status: Annotated[Status, Query(description="`running` and `ended` are groups")] = "",
    type: Kind = "",
) -> Page[Job]:
    """List the egress jobs, by ID."""
    position = asked.position(q, 1)
    return page(Job, await listing.after(livekit, Wanted(room, status, type), position))


@router.get("/{job}", dependencies=reads(Permission.EGRESS_READ))
async def get_egress(livekit: LiveKitDep, job: JobId) -> Job:
    """Get an egress job."""
    (found,) = await jobs.with_orphans(livekit, [await jobs.get(livekit, job)])
    return Job.model_validate(found)


@router.post("/{job}/stop", dependencies=writes("egress.stop", Permission.EGRESS_WRITE))
async def stop_egress(livekit: LiveKitDep, job: JobId) -> Job:
    """Ask the worker of a running job to end it; files are uploaded afterwards."""
    return Job.model_validate(await control.stop(livekit, job))
