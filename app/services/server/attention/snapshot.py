"""What the checks read from LiveKit: one list for each part, in at most `CALLS` calls.

LiveKit lists dispatches one room at a time, so only the calls that are left are spent on them.
"""

import asyncio
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from livekit.api import EgressInfo, IngressInfo
from livekit.protocol import models

from app.errors import LiveKitError, TimedOut
from app.services.agents import agents, dispatches
from app.services.agents.agents import AgentRow
from app.services.egress import jobs
from app.services.ingress import ingresses
from app.services.livekit.client import LiveKit
from app.services.outcome import outcome
from app.services.rooms import rooms
from app.services.server import clock
from app.services.server.clock import Clock
from app.services.sip.routing.terms import RuleTerms, TrunkTerms
from app.services.sip.rules import rules

CALLS = 8
# ListRooms, ListEgress, ListIngress and the clock; with SIP, inbound trunks and dispatch rules.
ALWAYS, OF_SIP = 4, 2
# A room whose node is gone answers only after 3 s, which would delay the whole page.
DISPATCH_SECONDS = 2.0

Rooms = Sequence[models.Room] | LiveKitError
Trunks = Sequence[TrunkTerms] | LiveKitError | None
Rules = Sequence[RuleTerms] | LiveKitError | None
Dispatches = Mapping[str, Sequence[AgentRow] | LiveKitError]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The answers, each with LiveKit's error in its place if the call failed.

    `trunks` (inbound ones) and `rules` are None if SIP is off, `clock` if the response has no date.
    `dispatches` has the agents and dispatches of the rooms that were checked, by name.
    """

    rooms: Rooms
    egress: Sequence[EgressInfo] | LiveKitError
    ingress: Sequence[IngressInfo] | LiveKitError
    clock: Clock | LiveKitError | None
    trunks: Trunks
    rules: Rules
    dispatches: Dispatches


async def take(livekit: LiveKit, enable_sip: bool) -> Snapshot:
    """Read all of it in parallel; no list fails because another does."""
    left = CALLS - ALWAYS - (OF_SIP if enable_sip else 0)
    (open_rooms, by_room), egress, ingress, (trunks, terms), skew = await asyncio.gather(
        _rooms(livekit, left),
        outcome(jobs.listed(livekit)),
        outcome(ingresses.listed(livekit)),
        _sip(livekit, enable_sip),
        outcome(clock.ask(livekit)),
    )
    return Snapshot(open_rooms, egress, ingress, skew, trunks, terms, by_room)


async def _rooms(livekit: LiveKit, most: int) -> tuple[Rooms, Dispatches]:
    """Return the open rooms, and the agents of `most` of them: occupied first, newest first."""
    open_rooms = await outcome(rooms.listed(livekit))
    if isinstance(open_rooms, LiveKitError):
        return open_rooms, {}
    names = [room.name for room in heapq.nsmallest(most, open_rooms, key=_turn)]
    found = await asyncio.gather(*(outcome(_agents(livekit, name)) for name in names))
    return open_rooms, dict(zip(names, found, strict=True))


def _turn(room: models.Room) -> tuple[bool, int, str]:
    created = room.creation_time_ms or room.creation_time * 1000
    return not room.num_participants, -created, room.name


async def _agents(livekit: LiveKit, room: str) -> Sequence[AgentRow]:
    try:
        async with asyncio.timeout(DISPATCH_SECONDS):
            return agents.in_room(room, await dispatches.of_room(livekit, room), ())
    except TimeoutError:
        text = f"No answer to ListDispatch within {DISPATCH_SECONDS:g} s."
        raise TimedOut(text) from None


async def _sip(livekit: LiveKit, enable_sip: bool) -> tuple[Trunks, Rules]:
    if not enable_sip:
        return None, None
    return await asyncio.gather(outcome(rules.trunks(livekit)), outcome(_terms(livekit)))


async def _terms(livekit: LiveKit) -> Sequence[RuleTerms]:
    return [rules.terms(info) for info in await rules.listed(livekit)]
