"""Calls: participants of kind SIP, found in the rooms that can have some.

LiveKit has no list of calls: a scan of rooms (`rooms/scan.py`) finds them, those that rules
lead to first.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from livekit.protocol import models

from app.errors import LiveKitError, LiveKitNotFound
from app.services import lists
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.times import joined
from app.services.rooms import participants, rooms
from app.services.rooms.scan import RoomScan, in_rooms, scan_rooms
from app.services.sip.rules import rules as dispatch_rules
from app.services.sip.states import CallDirection, CallStatus
from app.services.sip.trunks import trunks as sip_trunks
from app.text.phones import any_like, phone

PREFIX = "sip."


@dataclass(frozen=True, slots=True)
class Call:
    """One call; what its participant's attributes do not tell is empty or None.

    `trunk_name` and `rule_name` are empty for what was deleted, and if they were not looked up.
    """

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
    trunk_name: str = ""
    rule_name: str = ""

    @property
    def label(self) -> str:
        """What to call it: the remote party's number, or the participant's name."""
        number = self.callee if self.direction is CallDirection.OUTBOUND else self.caller
        return number or self.name or self.identity

    @property
    def parties(self) -> str:
        """The two parties; the participant replaces a number that is unknown."""
        inbound = self.direction is not CallDirection.OUTBOUND
        who = self.name or self.identity
        caller = phone(self.caller) or (who if inbound else "unknown number")
        callee = phone(self.callee) or ("unknown number" if inbound else who)
        return f"{caller} → {callee}"


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
        names = call.trunk_name, call.rule_name
        shown = (call.room, call.identity, call.name, *numbers, call.id, *names)
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


LISTING: Listing[Call, Call] = Listing(
    COLUMNS, lambda call: call, Tabs("status", lambda calls: Counter(call.status for call in calls))
)


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> tuple[Table[Call], RoomScan]:
    """Return one page of the matching calls, and the rooms that were scanned for them.

    Costs two LiveKit calls and one for each scanned room, and two more for the names of trunks if
    there are calls. Raises a LiveKitError if the search fails: half a list would look complete.
    """
    calls, scan = await current(livekit, wanted.start)
    return LISTING.table(calls, ask, wanted), scan


async def matching(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Call]:
    """Return all matching calls of the rooms that `table` would scan, for a bulk action."""
    calls, _ = await current(livekit, wanted.start)
    return LISTING.matching(calls, ask, wanted)


async def named(livekit: LiveKit, chosen: Collection[tuple[str, str]]) -> list[Call]:
    """Return the active calls among `chosen`, pairs of room and identity, without trunk names.

    Costs one LiveKit call for each of their rooms.
    """
    people = await in_rooms(livekit, sorted({room for room, _ in chosen}))
    wanted = set(chosen)
    return [record(room, who) for room, who in people if _is_one(who, room, wanted)]


def _is_one(who: models.ParticipantInfo, room: str, wanted: Collection[tuple[str, str]]) -> bool:
    return who.kind == models.ParticipantInfo.Kind.SIP and (room, who.identity) in wanted


async def current(livekit: LiveKit, start: int = 0) -> tuple[list[Call], RoomScan]:
    """Return the calls in the scanned rooms, and which rooms those are."""
    open_rooms, rules = await asyncio.gather(rooms.listed(livekit), dispatch_rules.listed(livekit))
    # a room's name, or what the names of rooms begin with
    leads = tuple(filter(None, (dispatch_rules.terms(rule).room for rule in rules)))
    people, seen = await scan_rooms(
        livekit, open_rooms, start, first=lambda room: room.name.startswith(leads)
    )
    sip = models.ParticipantInfo.Kind.SIP
    calls = [record(room, who) for room, who in people if who.kind == sip]
    labels = {rule.sip_dispatch_rule_id: dispatch_rules.terms(rule).label for rule in rules}
    labels |= await _trunk_names(livekit, {call.trunk for call in calls if call.trunk})
    return [_with_names(call, labels) for call in calls], seen


async def _trunk_names(livekit: LiveKit, ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of trunks by their ids; without an answer of LiveKit, the ids are shown."""
    try:
        trunks = await sip_trunks.listed(livekit, *sorted(ids)) if ids else ()
    except LiveKitError:
        return {}
    return {trunk.sip_trunk_id: sip_trunks.record(trunk).label for trunk in trunks}


def _with_names(call: Call, labels: Mapping[str, str]) -> Call:
    return replace(call, trunk_name=labels.get(call.trunk, ""), rule_name=labels.get(call.rule, ""))


async def get(livekit: LiveKit, room: str, identity: str) -> Call:
    """Return one call. Raises NotFound where it has ended, or is no call."""
    return (await with_attributes(livekit, room, identity))[0]


async def names(livekit: LiveKit, call: Call) -> Mapping[str, str]:
    """Return what the call's trunk and dispatch rule are called, by their ids, with three calls.

    One that was deleted meanwhile is left out.
    """
    return await names_of(livekit, {call.trunk}, bool(call.rule))


async def names_of(livekit: LiveKit, trunk_ids: Collection[str], rules: bool) -> Mapping[str, str]:
    """Return what these trunks are called, and if `rules` all dispatch rules, with three calls."""
    ids = sorted(filter(None, trunk_ids))
    trunks, rule_infos = await asyncio.gather(
        sip_trunks.listed(livekit, *ids) if ids else _none(),
        dispatch_rules.listed(livekit) if rules else _none(),
    )
    labels = {trunk.sip_trunk_id: sip_trunks.record(trunk).label for trunk in trunks}
    return labels | {
        rule.sip_dispatch_rule_id: dispatch_rules.terms(rule).label for rule in rule_infos
    }


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
