"""/sip/calls: the calls of all rooms, a new one, its page, its transfer and its end."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.sip.calls import EndCall, TransferCall
from app.inputs.sip.dial import Dial
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.rooms import rooms
from app.services.sip.calls import calls as calls_calls
from app.services.sip.calls import dialing
from app.services.sip.calls.calls import Call, Wanted
from app.services.sip.states import CallDirection, CallStatus
from app.text.paths import call_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, Identity, LiveKitDep, PolledLiveKitDep, RoomName
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep
from app.web.pages import done, page

router = APIRouter(prefix="/sip/calls")
Start = Annotated[int, Query(ge=0, le=1_000_000)]


async def _wanted(
    status: Literal[""] | CallStatus = "", direction: Literal[""] | CallDirection = ""
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(status, direction)


WantedDep = Annotated[Wanted, Depends(_wanted)]


async def _to_dial(ctx: RequestContext) -> Loaded:
    """Load the trunks to dial out by, and the rooms to let the call into."""
    trunks, offered = await asyncio.gather(dialing.trunks(ctx.livekit), rooms.offered(ctx.livekit))
    first = trunks[0].id if len(trunks) == 1 else ""
    query = ctx.query
    given = {name: query[name] for name in ("room", "to", "trunk") if query.get(name)}
    return {"trunks": trunks, "offered": offered}, {"trunk": first} | given


async def _call(ctx: RequestContext) -> Loaded:
    """Load the call that the address names, for a form about it."""
    names = (ctx.name(part) for part in ("room", "identity"))
    return {"call": await calls_calls.get(ctx.livekit, *names)}, {}


DIAL = FormPage("sip/calls/new.html.j2", Dial, _to_dial)
TRANSFER = FormPage("sip/calls/transfer.html.j2", TransferCall, _call)
END = FormPage("sip/calls/end.html.j2", EndCall, _call)

MAY_CALL = [sees(Permission.SIP_CALL)]


def _does(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(f"call.{action}", Permission.SIP_CALL, form)]


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def calls_index(
    request: Request, livekit: PolledLiveKitDep, ask: AskDep, wanted: WantedDep, start: Start = 0
) -> Response:
    """Show the calls in the rooms that are looked into, and say which those are."""
    calls, scan = await calls_calls.table(livekit, ask, wanted, start)
    return await page(request, "sip/calls/index.html.j2", calls=calls, scan=scan, wanted=wanted)


@router.get("/-/export.{ending}", dependencies=[sees(Permission.SIP_READ)])
async def export_calls(
    livekit: LiveKitDep,
    ask: AskDep,
    wanted: WantedDep,
    ending: Ending,
    start: Start = 0,
) -> Response:
    """Give the matching calls of the rooms that are looked into as a file."""
    calls, _ = await calls_calls.table(livekit, ask.whole, wanted, start)
    return as_file("calls", ending, calls.rows, Call)


@router.get("/-/new", dependencies=MAY_CALL)
async def dial_form(request: Request) -> Response:
    """Show the form that dials out."""
    return await DIAL.show(request)


@router.post("/-/new", dependencies=_does("dial", DIAL))
async def dial(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Dial out, wait for the answer where that is asked for, and go to the call."""
    form = await DIAL.read(request)
    audit.note(room=form.room, to=form.to, trunk=form.trunk)
    room, identity = await dialing.dial(livekit, form.call())
    said = "was answered" if form.wait_until_answered else "is being called"
    text = " ".join([f"{form.to} {said}.", *form.warnings])
    return done(request, call_path(room, identity), text, "warn" if form.warnings else "ok")


@router.get("/{room}/{identity}", dependencies=[sees(Permission.SIP_READ)])
async def call_page(
    request: Request, livekit: PolledLiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Show one call, as long as it lasts."""
    call, attributes = await calls_calls.with_attributes(livekit, room, identity)
    return await page(request, "sip/calls/call.html.j2", call=call, attributes=attributes)


@router.get("/{room}/{identity}/transfer", dependencies=MAY_CALL)
async def transfer_form(request: Request) -> Response:
    """Show the form that sends the other end elsewhere."""
    return await TRANSFER.show(request)


@router.post("/{room}/{identity}/transfer", dependencies=_does("transfer", TRANSFER))
async def transfer(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Send the other end elsewhere, and wait whether it was taken there."""
    form = await TRANSFER.read(request)
    audit.note(to=form.address)
    call = await calls_calls.get(livekit, room, identity)
    await dialing.transfer(livekit, call, form.target())
    return done(request, calls_calls.PATH, f"{call.label} was sent to {form.to}.")


@router.get("/{room}/{identity}/end", dependencies=MAY_CALL)
async def end_form(request: Request) -> Response:
    """Ask before the call is ended."""
    return await END.show(request)


@router.post("/{room}/{identity}/end", dependencies=_does("end", END))
async def end(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Hang up."""
    await dialing.end(livekit, room, identity)
    return done(request, calls_calls.PATH, f"The call of {identity} was ended.")
