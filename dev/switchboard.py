"""The demo's telephony, simulated by the stand-in worker: no real call is placed or received.

Trunks and rules are named stand-in, the numbers are fictitious, and the carrier's host is below
.example, which is reserved (RFC 2606). A call that is hung up starts again after a while.
"""

from __future__ import annotations

import asyncio
from functools import partial

from livekit import api

from dev.calls import Incoming
from dev.control import StandinError
from dev.guests import Server
from dev.scenes import STANDUP, SUPPORT, TOWNHALL
from dev.workers import Standin
from tools.commands import say

CARRIER = "sip.stand-in.example"
CARRIERS_ADDRESSES = "203.0.113.0/24"
SUPPORT_LINE = "+15550100999"
CONFERENCE_LINE = "+15550100888"
CALLER = Incoming("+15550100123", SUPPORT_LINE, source_ip="203.0.113.7", caller_host=CARRIER)
CALLEE = "+15550100456"
CHECK_EVERY = 2.0
# long enough to notice that a call has ended
CALLS_AGAIN = 30.0


class Switchboard:
    """The trunks, dispatch rules and calls of the demo."""

    def __init__(self, server: Server, standin: Standin) -> None:
        """Describe the switchboard; no call starts yet."""
        self._server = server
        self._standin = standin

    async def run(self) -> None:
        """Set everything up, and keep one inbound and one outbound call running."""
        inbound = await self._server.until_done(_inbound)
        outbound = await self._server.until_done(_outbound)
        for rule in _rules(inbound.sip_trunk_id):
            await self._server.until_done(partial(_create_rule, rule))
        await asyncio.gather(self._call_in(), self._call_out(outbound.sip_trunk_id))

    async def _call_in(self) -> None:
        while True:
            await self._until_open(SUPPORT.name)
            try:
                call = await asyncio.to_thread(self._standin.ring, CALLER)
            except (StandinError, OSError) as error:
                say(f"{CALLER.caller}: {error}; trying again")
                await asyncio.sleep(CHECK_EVERY)
            else:
                await self._until_over(call.call_id)

    async def _call_out(self, trunk_id: str) -> None:
        while True:
            await self._until_open(STANDUP.name)
            call = await self._server.until_done(partial(_dial, trunk_id))
            await self._until_over(call.sip_call_id)

    async def _until_open(self, room: str) -> None:
        # a call would create the room, but without its metadata
        request = api.ListRoomsRequest(names=[room])
        opened = False
        while not opened:
            response = await self._server.until_done(
                lambda livekit: livekit.room.list_rooms(request)
            )
            opened = bool(response.rooms)
            await asyncio.sleep(CHECK_EVERY)

    async def _until_over(self, call_id: str) -> None:
        running = True
        while running:
            await asyncio.sleep(CHECK_EVERY)
            try:
                running = (await asyncio.to_thread(self._standin.call, call_id)).running
            except StandinError:
                # the worker was restarted and doesn't know the call
                running = False
            except OSError:
                say("waiting for the stand-in worker")
        say(f"{call_id} has ended; another call follows")
        await asyncio.sleep(CALLS_AGAIN)


async def _inbound(livekit: api.LiveKitAPI) -> api.SIPInboundTrunkInfo:
    trunk = api.SIPInboundTrunkInfo(
        name="Main numbers (stand-in)",
        numbers=[SUPPORT_LINE, CONFERENCE_LINE],
        allowed_addresses=[CARRIERS_ADDRESSES],
    )
    return await livekit.sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=trunk))


async def _outbound(livekit: api.LiveKitAPI) -> api.SIPOutboundTrunkInfo:
    trunk = api.SIPOutboundTrunkInfo(
        name="Carrier (stand-in)",
        address=CARRIER,
        transport=api.SIPTransport.SIP_TRANSPORT_TLS,
        numbers=[SUPPORT_LINE],
        auth_username="stand-in",
        auth_password="stand-in",  # noqa: S106
    )
    return await livekit.sip.create_outbound_trunk(api.CreateSIPOutboundTrunkRequest(trunk=trunk))


def _rules(trunk_id: str) -> list[api.SIPDispatchRuleInfo]:
    support = api.SIPDispatchRuleDirect(room_name=SUPPORT.name)
    conference = api.SIPDispatchRuleDirect(room_name=TOWNHALL.name, pin="2468")
    return [
        api.SIPDispatchRuleInfo(
            name="Support line (stand-in)",
            trunk_ids=[trunk_id],
            numbers=[SUPPORT_LINE],
            rule=api.SIPDispatchRule(dispatch_rule_direct=support),
            attributes={"queue": "billing"},
        ),
        api.SIPDispatchRuleInfo(
            name="Town hall by phone (stand-in)",
            trunk_ids=[trunk_id],
            numbers=[CONFERENCE_LINE],
            rule=api.SIPDispatchRule(dispatch_rule_direct=conference),
            hide_phone_number=True,
        ),
    ]


async def _create_rule(
    rule: api.SIPDispatchRuleInfo, livekit: api.LiveKitAPI
) -> api.SIPDispatchRuleInfo:
    request = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
    return await livekit.sip.create_dispatch_rule(request)


async def _dial(trunk_id: str, livekit: api.LiveKitAPI) -> api.SIPParticipantInfo:
    request = api.CreateSIPParticipantRequest(
        sip_trunk_id=trunk_id,
        sip_call_to=CALLEE,
        room_name=STANDUP.name,
        participant_identity="katherine-by-phone",
        participant_name="Katherine Johnson",
    )
    return await livekit.sip.create_sip_participant(request)
