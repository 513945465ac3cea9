"""/api/v1/egress/history: egress jobs that history has, also those that LiveKit has forgotten."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.routes.history.shared import masking
from app.security.roles import Permission
from app.services.history.parts import works
from app.services.history.parts.works import WantedJobs
from app.web.api.access import api_router, reads
from app.web.api.history import following, place_of
from app.web.api.listing import AskedDep, Page, Record, Seconds
from app.web.deps import StoreDep, UserDep

router = api_router("/egress", "Egress")


class PastJob(Record):
    """An egress job in history.

    Without the permission personal.read, phone numbers in the name of the room are masked.
    """

    id: str
    status: str
    type: str
    room: str
    session: str = Field(description="The SID of the session.")
    error: str
    started_at: datetime
    ended_at: datetime | None = Field(description="Null if it runs.")
    ended_inferred: bool = Field(description="Its end was never reported.")
    ended_after: datetime | None
    duration: Seconds | None


@router.get("/history", dependencies=reads(Permission.HISTORY_READ))
async def list_past_egress(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    room: Annotated[str, Query(max_length=1000, description="the name of their room")] = "",
) -> Page[PastJob]:
    """List the egress jobs of the past, newest first.

    LiveKit itself lists a job until 24 hours after its end.
    """
    found = await works.jobs(store, WantedJobs(room), place_of(asked))
    masks = masking(user)
    rows = [PastJob.model_validate(masks.in_room(each)) for each in found.rows]
    return following(PastJob, found, rows)
