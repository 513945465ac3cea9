"""Calls: participants of kind SIP, found in the rooms that can have some.

LiveKit has no list of calls: a scan of rooms (`rooms/scan.py`) finds them, those that rules
lead to first.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from livekit.protocol import models

from app.errors import LiveKitNotFound
from app.services import lists
from app.services.lists import Ask, Columns, Listing, Table, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.times import joined
from app.services.rooms import participants, rooms
from app.services.rooms.scan import RoomScan, scan_rooms
from app.services.sip.rules import rules as dispatch_rules
from app.services.sip.states import CallDirection, CallStatus
from app.services.sip.trunks import trunks as sip_trunks
from app.text.phones import any_like

PREFIX = "sip."


@dataclass(frozen=True, slots=True)
class Call:
    """One call; what its participant's attributes do not tell is empty or None."""

    room: str
    identity: str
    name: str
    sid: str
    id: str
    status: CallStatus
    direction: CallDirection
    caller: str
    callee: str
    trunk: str
    rule: str
    host: str
    joined: datetime | None

    @property
    def label(self) -> str:
        """What to call it: the remote party's number, or the participant's name."""
        number = self.callee if self.direction is CallDirection.OUTBOUND else self.caller
        return number or self.name or self.identity


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[Call]):
    """Which calls a list shows: those in the rooms scanned from `start` on; empty: all of them."""

    status: str = ""
    direction: str = ""
    start: int = 0

    def matches(self, call: Call, q: str) -> bool:
        """Return whether the call is one of them, and `q` is in what a row shows of it.

        A number is found however it is written.
        """
        numbers = call.caller, call.callee
        shown = (call.room, call.identity, call.name, call.caller, call.callee, call.id)
        return (
            self.status in {"", call.status}
            and self.direction in {"", call.direction}
            and (contain(shown, q) or any_like(numbers, q))
        )


def record(room: str, who: models.ParticipantInfo) -> Call:
    """Translate a participant of kind SIP; attributes by livekit-sip (protocol, attrs.go)."""
    told = dict(who.attributes)
    theirs, ours = told.get("sip.phoneNumber", ""), told.get("sip.trunkPhoneNumber", "")
    direction = _direction(told)
    inbound = direction is not CallDirection.OUTBOUND
    return Call(
        room=room,
        identity=who.identity,
        name=who.name,
        sid=who.sid,
        id=told.get("sip.callID", ""),
        status=_status(told.get("sip.callStatus", "")),
        direction=direction,
        caller=theirs if inbound else ours,
        callee=ours if inbound else theirs,
        trunk=told.get("sip.trunkID", ""),
        rule=told.get("sip.ruleID", ""),
        host=told.get("sip.hostname", ""),
        joined=joined(who),
    )


def _direction(told: dict[str, str]) -> CallDirection:
    if told.get("sip.ruleID"):
        return CallDirection.INBOUND
    known = any(name.startswith(PREFIX) for name in told)
    return CallDirection.OUTBOUND if known else CallDirection.UNKNOWN


def _status(text: str) -> CallStatus:
    try:
        return CallStatus(text)
    except ValueError:
        return CallStatus.UNKNOWN


COLUMNS: Columns[Call] = Columns(
    {
        "joined": lambda call: call.joined.timestamp() if call.joined else 0,
        "caller": lambda call: call.caller,
        "callee": lambda call: call.callee,
        "room": lambda call: call.room,
        "status": lambda call: call.status,
        "direction": lambda call: call.direction,
        "sid": lambda call: call.sid,
    },
    default="-joined",
    ties="sid",
)


LISTING: Listing[Call, Call] = Listing(COLUMNS, lambda call: call)


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> tuple[Table[Call], RoomScan]:
    """Return one page of the matching calls, and the rooms that were scanned for them.

    Costs two LiveKit calls and one for each scanned room. Raises a LiveKitError if any of them
    fails: half a list would look like a complete one.
    """
    calls, scan = await current(livekit, wanted.start)
    return LISTING.table(calls, ask, wanted), scan


async def current(livekit: LiveKit, start: int = 0) -> tuple[list[Call], RoomScan]:
    """Return the calls in the scanned rooms, and which rooms those are."""
    open_rooms, rules = await asyncio.gather(rooms.listed(livekit), dispatch_rules.listed(livekit))
    # a room's name, or what the names of rooms begin with
    leads = tuple(filter(None, (dispatch_rules.terms(rule).room for rule in rules)))
    people, seen = await scan_rooms(
        livekit, open_rooms, start, first=lambda room: room.name.startswith(leads)
    )
    sip = models.ParticipantInfo.Kind.SIP
    return [record(room, who) for room, who in people if who.kind == sip], seen


async def get(livekit: LiveKit, room: str, identity: str) -> Call:
    """Return one call. Raises NotFound where it has ended, or is no call."""
    return (await with_attributes(livekit, room, identity))[0]


async def names(livekit: LiveKit, call: Call) -> Mapping[str, str]:
    """Return what the call's trunk and dispatch rule are called, by their ids, with three calls.

    One that was deleted meanwhile is left out.
    """
    trunks, rules = await asyncio.gather(
        sip_trunks.listed(livekit, call.trunk) if call.trunk else _none(),
        dispatch_rules.listed(livekit) if call.rule else _none(),
    )
    labels = {trunk.sip_trunk_id: sip_trunks.record(trunk).label for trunk in trunks}
    return labels | {rule.sip_dispatch_rule_id: dispatch_rules.terms(rule).label for rule in rules}


async def _none() -> tuple[()]:
    return ()


async def with_attributes(
    livekit: LiveKit, room: str, identity: str
) -> tuple[Call, Mapping[str, str]]:
    """Return one call and all attributes of its participant. Raises NotFound as `get` does."""
    for who in await participants.listed(livekit, room):
        if who.identity == identity and who.kind == models.ParticipantInfo.Kind.SIP:
            return record(room, who), dict(sorted(who.attributes.items()))
    raise LiveKitNotFound(
        f"There is no call {identity} in the room {room} any more.",
        advice="It has ended. LiveKit keeps nothing of a call after its end.",
    )
