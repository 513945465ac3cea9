"""/api/v1/calls: call records that history has; calls in the rooms are at /api/v1/calls/active."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from app.routes.history.shared import check_personal, masking
from app.security.roles import Permission
from app.services.history import calls
from app.services.history.calls import Wanted
from app.services.history.lists.ranges import Range
from app.services.sip.states import CallDirection
from app.web.api.access import api_router, reads
from app.web.api.history import InferredRecord, Moment, following, place_of
from app.web.api.listing import AskedDep, Page, Seconds
from app.web.deps import StoreDep, UserDep

router = api_router("/calls", "Calls")


class CallRecord(InferredRecord):
    """A call; null is what nothing reported.

    Without the permission personal.read, numbers and `identity` stand for them within the page.
    """

    call_id: str
    direction: str
    from_number: str
    to_number: str
    trunk: str
    rule: str
    room: str
    session: str = Field(description="The SID of the session.")
    identity: str
    started_at: datetime
    started_inferred: bool
    answered_at: datetime | None
    ended_at: datetime | None = Field(description="Null if it is in progress.")
    ended_inferred: bool
    ended_after: datetime | None
    rang: Seconds | None = Field(description="From the start to the answer, in seconds.")
    talked: Seconds | None = Field(description="From the answer to the end, in seconds.")
    duration: Seconds | None
    result: str
    reason: str
    sip_code: int | None


@router.get("", dependencies=reads(Permission.HISTORY_READ))
async def list_calls(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    number: Annotated[
        str, Query(max_length=200, description="who called or was called; needs personal.read")
    ] = "",
    direction: Annotated[Literal[""] | CallDirection, Query(description="who called")] = "",
    trunk: Annotated[str, Query(max_length=200, description="the ID of a trunk")] = "",
    room: Annotated[str, Query(max_length=1000, description="the name of a room")] = "",
    since: Annotated[Moment | None, Query(description="when they started at least")] = None,
    until: Annotated[Moment | None, Query(description="before when they started")] = None,
) -> Page[CallRecord]:
    """List the calls, newest first, those in progress included.

    A page may have few calls and still have a next one: it looks at 10,000 at most.
    """
    check_personal(user, number)
    wanted = Wanted(
        number=number, direction=direction, trunk=trunk, room=room, started=Range(since, until)
    )
    found = await calls.page(store, wanted, place_of(asked))
    masks = masking(user)
    rows = [CallRecord.model_validate(masks.call(each)) for each in found.rows]
    return following(CallRecord, found, rows)
