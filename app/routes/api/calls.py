"""/api/v1/calls/active: phone calls in the rooms; and hanging up."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query

from app.security.roles import Permission
from app.services.sip.calls import calls, dialing, following
from app.services.sip.calls.calls import Wanted
from app.services.sip.states import CallDirection, CallStatus
from app.web.api.access import api_router, reads, writes
from app.web.api.listing import AskedDep, Page, Record, Text, scanned
from app.web.deps import Identity, LiveKitDep, RoomName

router = api_router("/calls", "Calls")


class Call(Record):
    """A call; what LiveKit doesn't report of it is empty or null."""

    room: str
    identity: str
    name: str
    sid: str
    id: str
    status: str
    direction: str
    caller: str
    callee: str
    trunk: str
    trunk_name: str
    rule: str
    rule_name: str
    joined: datetime | None


@router.get("/active", dependencies=reads(Permission.SIP_READ))
async def list_active_calls(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    status: Annotated[Literal[""] | CallStatus, Query(description="how far it is")] = "",
    direction: Annotated[Literal[""] | CallDirection, Query(description="who called")] = "",
) -> Page[Call]:
    """List the active calls.

    Calls are participants, which LiveKit lists one room at a time: a page is about up to 100 rooms,
    by room and identity; the next page continues in the same rooms, or in the next ones.
    """
    start, position = asked.in_scan(q, 2)
    return scanned(
        Call, *await following.after(livekit, Wanted(status, direction, start), position)
    )


@router.get("/{room}/{identity}", dependencies=reads(Permission.SIP_READ))
async def get_active_call(livekit: LiveKitDep, room: RoomName, identity: Identity) -> Call:
    """Get an active call, without the names of its trunk and rule."""
    return Call.model_validate(await calls.get(livekit, room, identity))


@router.delete(
    "/{room}/{identity}",
    status_code=204,
    dependencies=writes("call.end", Permission.SIP_CALL),
)
async def end_call(livekit: LiveKitDep, room: RoomName, identity: Identity) -> None:
    """Hang up."""
    await dialing.end(livekit, room, identity)
