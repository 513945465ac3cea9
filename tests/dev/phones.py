"""Helpers that place and follow phone calls through LiveKit."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from dev.calls import Phone
from tests.routes.asked import phone_number
from tests.support.waiting import until


class Phones:
    """Calls, trunks and rules on one server."""

    def __init__(self, livekit: Callable[..., Any], phone: Phone) -> None:
        self._ask = livekit
        self._phone = phone
        self._made: list[tuple[str, Any]] = []

    def outbound_trunk(self, **fields: Any) -> str:
        """Create an outbound trunk, and return its ID."""
        trunk = api.SIPOutboundTrunkInfo(
            **{"address": "sip.example", "numbers": [phone_number()], **fields}
        )
        request = api.CreateSIPOutboundTrunkRequest(trunk=trunk)
        return self._trunk(self._ask("sip.create_outbound_trunk", request).sip_trunk_id)

    def inbound_trunk(self, *numbers: str, **fields: Any) -> str:
        """Create an inbound trunk for these numbers, and return its ID."""
        trunk = api.SIPInboundTrunkInfo(numbers=numbers, **fields)
        request = api.CreateSIPInboundTrunkRequest(trunk=trunk)
        return self._trunk(self._ask("sip.create_inbound_trunk", request).sip_trunk_id)

    def _trunk(self, trunk_id: str) -> str:
        self._made.append(("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=trunk_id)))
        return trunk_id

    def rule(self, trunk_id: str, room: str, pin: str = "", **fields: Any) -> str:
        """Create a dispatch rule from a trunk to a room, and return its ID."""
        direct = api.SIPDispatchRuleDirect(room_name=room, pin=pin)
        rule = api.SIPDispatchRule(dispatch_rule_direct=direct)
        info = api.SIPDispatchRuleInfo(rule=rule, trunk_ids=[trunk_id], **fields)
        request = api.CreateSIPDispatchRuleRequest(dispatch_rule=info)
        made = str(self._ask("sip.create_dispatch_rule", request).sip_dispatch_rule_id)
        delete = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=made)
        self._made.append(("sip.delete_dispatch_rule", delete))
        return made

    def clean_up(self) -> None:
        """Delete the trunks and rules that were created here."""
        for call, request in reversed(self._made):
            self._ask(call, request)

    def dial(self, trunk_id: str, to: str, room: str, **fields: Any) -> Any:
        """Call a number, and return LiveKit's response."""
        request = api.CreateSIPParticipantRequest(
            sip_trunk_id=trunk_id, sip_call_to=to, room_name=room, **fields
        )
        return self._ask("sip.create_sip_participant", request)

    def transfer(self, room: str, identity: str, to: str = "tel:+15550999", **fields: Any) -> Any:
        """Transfer a call, and return LiveKit's response."""
        request = api.TransferSIPParticipantRequest(
            room_name=room, participant_identity=identity, transfer_to=to, **fields
        )
        return self._ask("sip.transfer_sip_participant", request)

    def person(self, room: str, identity: str) -> Any:
        """Return the participant of a call."""
        asked = api.RoomParticipantIdentity(room=room, identity=identity)
        return self._ask("room.get_participant", asked)

    def becomes(self, room: str, identity: str, status: str) -> Any:
        """Wait until the participant has this status, and return the participant."""
        until(lambda: self.person(room, identity).attributes["sip.callStatus"] == status)
        return self.person(room, identity)

    def leaves(self, room: str, identity: str) -> None:
        """Wait until no participant has this identity."""
        asked = api.ListParticipantsRequest(room=room)

        def there() -> set[str]:
            found = self._ask("room.list_participants", asked).participants
            return {who.identity for who in found}

        until(lambda: identity not in there())

    def ends(self, call_id: str) -> str:
        """Wait until a call has ended, and return the reason."""
        until(lambda: not self._phone.call(call_id).running)
        return self._phone.call(call_id).ended

    def refusal(self, call: Callable[[], object]) -> tuple[str, str, dict[str, str]]:
        """Return code, message and SIP status of the error that a call raises."""
        with pytest.raises(api.TwirpError) as caught:
            call()
        status = {
            name: value
            for name, value in caught.value.metadata.items()
            if name.startswith("sip_status")
        }
        text = caught.value.message.removeprefix("twirp error unknown: ")
        return caught.value.code, text, status
