"""/sip/records: call records, newest first, each on its own page, and as a phone bill."""

import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app.errors import LiveKitError
from app.routes.history.shared import (
    Day,
    PlaceDep,
    Text,
    check_personal,
    listed,
    masking,
    none,
    range_of,
)
from app.security.audit import export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.lists import listing
from app.services.history import calls
from app.services.history.calls import CallRecord, Wanted
from app.services.history.lists.ranges import Span
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.sip.calls import calls as live_calls
from app.services.sip.states import CallDirection
from app.text.paths import CALL_RECORDS, name_in
from app.text.zones import Zone
from app.web.deps import LiveKitDep, StoreDep, UserDep
from app.web.exports import Ending, as_stream
from app.web.listing import AskDep, asked, filters
from app.web.pages import page
from app.web.timezone import use_zone_of

router = APIRouter(prefix=CALL_RECORDS)
NAMES_SECONDS = 0.5  # LiveKit's names of trunks and rules are worth no longer wait


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `q` is a number or the ID of a call."""

    direction: Literal[""] | CallDirection = ""
    trunk: Text = ""
    room: Text = ""
    span: Span = ""
    since: Day = ""
    until: Day = ""

    def wanted(self, request: Request, q: str) -> Wanted:
        """Return what to search for now."""
        is_call = q.startswith(CALL_IDS)
        return Wanted(
            number="" if is_call else q,
            call=q if is_call else "",
            direction=self.direction,
            trunk=self.trunk,
            room=self.room,
            started=range_of(request, self.span, self.since, self.until),
        )


CALL_IDS = ("SCL_", "PA_")
ListDep = Annotated[Ask, asked("records")]
FiltersDep = Annotated[Filters, filters(Filters)]


async def _call_id(call: Annotated[str, Path(max_length=1000)]) -> str:
    return name_in(call)


@router.get("", dependencies=[sees(Permission.HISTORY_READ)])
async def records_index(
    request: Request,
    store: StoreDep,
    livekit: LiveKitDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show one page of the call records that match."""
    wanted = chosen.wanted(request, ask.q)
    check_personal(user, wanted.number)
    found = await calls.page(store, wanted, dataclasses.replace(place, size=ask.per_page))
    masks = masking(user)
    shown = dataclasses.replace(found, rows=[masks.call(each) for each in found.rows])
    return await page(
        request,
        "history/records.html.j2",
        live=place.before is None and place.after is None,
        topics=("calls",),
        calls=listed(shown, ask, dataclasses.asdict(chosen), CALL_RECORDS),
        searched=found.searched,
        filters=chosen,
        names=await _names(livekit, found.rows),
        personal=not masks.on,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.PERSONAL_READ)])
async def export_records(
    request: Request, store: StoreDep, ask: AskDep, chosen: FiltersDep, ending: Ending
) -> Response:
    """Send all call records that match as a file, one line a call, and write that it was done."""
    found = calls.every(store, chosen.wanted(request, ask.q))
    rows = none() if request.state.is_head else _exported(found, use_zone_of(request))
    async with export_recorded(request, "call.records", ending):
        return await as_stream("calls", ending, rows, BilledCall)


@router.get("/{call}", dependencies=[sees(Permission.HISTORY_READ)])
async def record_page(
    request: Request,
    store: StoreDep,
    livekit: LiveKitDep,
    user: UserDep,
    call_id: Annotated[str, Depends(_call_id)],
) -> Response:
    """Show the record of one call."""
    call = await calls.get(store, call_id)
    masks = masking(user)
    talked = user.can(Permission.CONVERSATIONS_READ) and await listing.has_call(store, call.call_id)
    return await page(
        request,
        "history/record.html.j2",
        has_conversation=talked,
        live=call.ended_at is None,
        topics=("calls",),
        call=masks.call(call),
        names=await _names(livekit, [call]),
        personal=not masks.on,
    )


async def _names(livekit: LiveKit, found: Sequence[CallRecord]) -> Mapping[str, str]:
    """Return LiveKit's names of trunks and rules by ID; nothing if it doesn't answer quickly."""
    try:
        with livekit.scope(NAMES_SECONDS, apart=True):
            return await live_calls.names_of(
                livekit, {each.trunk for each in found}, any(each.rule for each in found)
            )
    except LiveKitError:
        return {}


@dataclasses.dataclass(frozen=True, slots=True)
class BilledCall:
    """A call as a phone bill has it; date and time are in the visitor's zone, or else in UTC.

    `seconds` are from the answer to the end, and empty if it isn't known when it was answered.
    """

    date: str
    time: str
    zone: str
    direction: str
    caller: str
    callee: str
    seconds: int | None
    total_seconds: int | None
    result: str
    reason: str
    sip_code: int | None
    trunk: str
    rule: str
    room: str
    call_id: str
    started_at: datetime
    inferred: bool


async def _exported(found: AsyncIterator[CallRecord], zone: Zone) -> AsyncIterator[BilledCall]:
    async for each in found:
        started = each.started_at.astimezone(zone.tz)
        yield BilledCall(
            date=f"{started:%Y-%m-%d}",
            time=f"{started:%H:%M:%S}",
            zone=f"{started:%Z}",
            direction=str(each.direction),
            caller=each.from_number,
            callee=each.to_number,
            seconds=_seconds(each.talked),
            total_seconds=_seconds(each.duration),
            result=str(each.result),
            reason=str(each.reason),
            sip_code=each.sip_code,
            trunk=each.trunk,
            rule=each.rule,
            room=each.room,
            call_id=each.call_id,
            started_at=each.started_at,
            inferred=each.inferred,
        )


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
