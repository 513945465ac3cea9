"""The names of LiveKit's calls, compared with the services that the protocol describes."""

import asyncio
import inspect
from functools import partial

import pytest
from livekit.api import LiveKitAPI

from app.services.livekit.scope import call_name

# The methods that the dashboard calls, by livekit-api's services; the names are the protocol's.
CALLS = {
    "room": (
        "CreateRoom DeleteRoom GetParticipant ListParticipants ListRooms MutePublishedTrack "
        "RemoveParticipant SendData UpdateParticipant UpdateRoomMetadata UpdateSubscriptions"
    ),
    "egress": (
        "ListEgress StartParticipantEgress StartRoomCompositeEgress StartTrackCompositeEgress "
        "StartTrackEgress StartWebEgress StopEgress UpdateLayout UpdateStream"
    ),
    "ingress": "CreateIngress DeleteIngress ListIngress UpdateIngress",
    "agent_dispatch": "CreateDispatch DeleteDispatch ListDispatch",
    "sip": (
        "CreateSIPDispatchRule CreateSIPInboundTrunk CreateSIPOutboundTrunk CreateSIPParticipant "
        "DeleteSIPDispatchRule DeleteSIPTrunk ListSIPDispatchRule ListSIPInboundTrunk "
        "ListSIPOutboundTrunk TransferSIPParticipant UpdateSIPDispatchRule UpdateSIPInboundTrunk "
        "UpdateSIPOutboundTrunk"
    ),
}


@pytest.mark.parametrize("service", CALLS)
def test_each_call_has_the_name_of_the_protocol(service: str) -> None:
    async def names() -> set[str]:
        async with LiveKitAPI("http://127.0.0.1:9", "key", "secret" * 6) as sdk:
            methods = inspect.getmembers(getattr(sdk, service), inspect.iscoroutinefunction)
            return {call_name(method) for name, method in methods if not name.startswith("_")}

    assert set(CALLS[service].split()) <= asyncio.run(names())


def test_a_partial_call_has_the_name_of_its_method() -> None:
    async def name() -> str:
        async with LiveKitAPI("http://127.0.0.1:9", "key", "secret" * 6) as sdk:
            return call_name(partial(sdk.room.list_rooms))

    assert asyncio.run(name()) == "ListRooms"
