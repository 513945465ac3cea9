"""/sip/calls: the calls of all rooms, a new one, its page, its transfer and its end."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.commands.lk import sip as lk_sip
from app.commands.lk import writing
from app.inputs.sip.calls import EndCall, EndCalls, TransferCall
from app.inputs.sip.dial import Dial
from app.navigation.figures import Figure
from app.routes.sip.dialed import recorded
from app.security.audit import export_recorded
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.steps import Outcome, one_by_one
from app.services.rooms import rooms
from app.services.sip import placeholders
from app.services.sip.calls import calls as active_calls
from app.services.sip.calls import dialing, new_call
from app.services.sip.calls.calls import Call, Wanted
from app.services.sip.states import CallDirection, CallStatus
from app.text.paths import CALLS, call_path
from app.web.actions.report import Work, report
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, Identity, LiveKitDep, PolledLiveKitDep, RoomName
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded, read
from app.web.listing import AskDep, ScanStart, asked, filters
from app.web.or_error import settled
from app.web.pages import done, page

BULK_SECONDS = 60

router = APIRouter(prefix="/sip/calls")


def _wanted(
    status: Literal[""] | CallStatus = "",
    direction: Literal[""] | CallDirection = "",
    start: ScanStart = 0,
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(status, direction, start)


ListDep = Annotated[Ask, asked("calls")]
WantedDep = Annotated[Wanted, filters(_wanted)]


async def _to_dial(ctx: RequestContext) -> Loaded:
    """Load the trunks to dial out on and the rooms to connect to, and the lk command."""
    trunks, offered = await asyncio.gather(dialing.trunks(ctx.livekit), rooms.offered(ctx.livekit))
    first = trunks[0].id if len(trunks) == 1 else ""
    query = ctx.query
    given = {name: query[name] for name in ("room", "to", "trunk") if query.get(name)}
    posted = ctx.request.method == "POST"
    form = await DIAL.read_valid(ctx.request) if posted else None
    command = form and lk_sip.create_participant(
        request=placeholders.described(new_call.request(form.call()))
    )
    context = {"trunks": trunks, "offered": offered, "command": command}
    return context, {"trunk": first} | given


async def _call(ctx: RequestContext) -> Loaded:
    """Load the call that the address names, for a form about it."""
    room, identity = ctx.name("room"), ctx.name("identity")
    return {"call": await active_calls.get(ctx.livekit, room, identity)}, {}


async def _to_transfer(ctx: RequestContext) -> Loaded:
    """Load the call, and the lk command that transfers it."""
    context, initial = await _call(ctx)
    form = await TRANSFER.read_valid(ctx.request)
    command = None
    if form is not None:
        call: Call = context["call"]
        request = dialing.transfer_request(call.room, call.identity, form.target())
        command = lk_sip.transfer_participant(request=placeholders.described(request))
    return context | {"command": command}, initial


async def _to_end(ctx: RequestContext) -> Loaded:
    """Load the call, and the lk command that ends it."""
    context, initial = await _call(ctx)
    call: Call = context["call"]
    command = lk_rooms.remove_participant(room=call.room, identity=call.identity)
    return context | {"command": command}, initial


DIAL = FormPage("sip/calls/new.html.j2", Dial, _to_dial)
TRANSFER = FormPage("sip/calls/transfer.html.j2", TransferCall, _to_transfer)
END = FormPage("sip/calls/end.html.j2", EndCall, _to_end)

MAY_CALL = [sees(Permission.SIP_CALL)]


def _does(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(f"call.{action}", Permission.SIP_CALL, form)]


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def calls_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show the calls in the rooms that were searched, and which those are."""
    calls, scan = await active_calls.table(livekit, ask, wanted)
    figures = {CALLS: Figure(calls.total)} if scan.complete else None
    context: dict[str, Any] = {"calls": calls.at(CALLS), "scan": scan, "wanted": wanted}
    return await page(
        request, "sip/calls/index.html.j2", topics=("calls",), figures=figures, **context
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.SIP_READ)])
async def export_calls(
    request: Request,
    livekit: LiveKitDep,
    ask: AskDep,
    wanted: WantedDep,
    ending: Ending,
) -> Response:
    """Return the matching calls of the rooms that were searched as a file."""
    async with export_recorded(request, "call.export", ending):
        calls, _ = await active_calls.table(livekit, ask.whole, wanted)
        return as_file("calls", ending, calls.rows, Call)


@router.get("/-/new", dependencies=MAY_CALL)
async def dial_form(request: Request) -> Response:
    """Show the form that dials out."""
    return await DIAL.show(request)


@router.post("/-/new", dependencies=_does("dial", DIAL))
async def dial(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Dial out, wait for the answer if that was requested, and go to the call."""
    form = await DIAL.read(request)
    audit.note(room=form.room, to=form.to, trunk=form.trunk)
    call = await recorded(request, form.call(), dialing.dial(livekit, form.call()))
    result = "answered" if form.wait_until_answered else "is being called"
    text = " ".join([f"{form.callee} {result}.", *form.warnings])
    return done(
        request, call_path(call.room, call.identity), text, "warn" if form.warnings else "ok"
    )


@router.post("/-/end", dependencies=[does("call.end", Permission.SIP_CALL)])
async def end_many(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Show which calls would end; once exactly those are confirmed, hang up one after another."""
    form = await read(request, EndCalls)
    chosen = await _chosen(livekit, form)
    asks = await confirm_many(
        request,
        "sip/calls/end_many.html.j2",
        form,
        chosen,
        lambda call: call.sid,
        disconnects=lambda call: True,
        command=writing.several(
            lk_rooms.remove_participant(room=call.room, identity=call.identity) for call in chosen
        ),
    )
    if asks is not None:
        return asks

    def note(outcomes: Sequence[Outcome[Call]]) -> None:
        audit.note(
            calls=[
                {
                    "room": each.item.room,
                    "identity": each.item.identity,
                    "result": each.error or "hung up",
                }
                for each in outcomes
            ]
        )

    steps = one_by_one(livekit, chosen, _end, BULK_SECONDS)
    work = Work(steps, len(chosen), "Hang up", "call", "calls", note)
    return await report(request, "sip/calls/ended.html.j2", work)


async def _chosen(livekit: LiveKit, form: EndCalls) -> list[Call]:
    """Return the calls to end, those that have lasted longest first."""
    if form.scope == "matching":
        wanted = Wanted(form.status, form.direction, form.start)
        chosen = await active_calls.matching(livekit, Ask(q=form.q), wanted)
    else:
        chosen = await active_calls.named(livekit, form.chosen)
    return sorted(chosen, key=lambda call: (call.joined is None, call.joined, call.sid))


async def _end(livekit: LiveKit, call: Call) -> None:
    await dialing.end(livekit, call.room, call.identity)


@router.get("/{room}/{identity}", dependencies=[sees(Permission.SIP_READ)])
async def call_page(
    request: Request, livekit: PolledLiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Show one active call."""
    call, attributes = await active_calls.with_attributes(livekit, room, identity)
    names, _ = await settled(active_calls.names(livekit, call))  # without them, the ids are shown
    context: dict[str, Any] = {"call": call, "attributes": attributes, "names": names or {}}
    return await page(request, "sip/calls/call.html.j2", topics=(f"room:{room}",), **context)


@router.get("/{room}/{identity}/transfer", dependencies=MAY_CALL)
async def transfer_form(request: Request) -> Response:
    """Show the form that transfers the call."""
    return await TRANSFER.show(request)


@router.post("/{room}/{identity}/transfer", dependencies=_does("transfer", TRANSFER))
async def transfer(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Transfer the call, and wait for the result."""
    form = await TRANSFER.read(request)
    audit.note(to=form.address)
    call = await active_calls.get(livekit, room, identity)
    await dialing.transfer(livekit, call, form.target())
    return done(request, CALLS, f"{call.label} was transferred to {form.to}.")


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
    return done(request, CALLS, f"The call of {identity} was ended.")
