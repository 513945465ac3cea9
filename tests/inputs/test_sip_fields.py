"""The forms hold every field that today's livekit-api has: a newer one fails this, and names it."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from livekit.api import SIPInboundTrunkInfo, SIPOutboundTrunkInfo, TransferSIPParticipantRequest

from app.inputs.sip.calls import TransferCall
from app.inputs.sip.dial import Dial
from app.inputs.sip.trunks import CreateTrunk
from app.services.sip.calls import dialing, new_call
from app.services.sip.states import TrunkKind
from app.services.sip.trunks.control import laid_over

# Set by LiveKit itself. It refuses a To header, because a call always has a number as well.
ITS_OWN = {"sip_trunk_id", "created_at", "updated_at", "sip_to_header"}
CALL: dict[str, Any] = {
    "to": "+15550100",
    "trunk": "own",
    "number": "+15550101",
    "room": "r",
    "identity": "i",
    "name": "n",
    "metadata": "m",
    "attributes": '{"a": "b"}',
    "dtmf": "1",
    "play_dialtone": True,
    "hide_phone_number": True,
    "krisp_enabled": True,
    "display_name": "d",
    "ringing_timeout": 1,
    "max_call_duration": 1,
    "city": "c",
    "country": "DE",
    "region": "r",
    "headers": "X-A: a",
    "include_headers": "SIP_ALL_HEADERS",
    "request_uri": "sip:a@b",
    "to_user": "a",
    "from_header": "sip:a@b",
    "from_name": "a",
    "encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
    "codecs": "PCMU/8000",
    "only_listed_codecs": True,
    "media_timeout": "1",
    "hostname": "h",
    "transport": "SIP_TRANSPORT_TLS",
    "destination_country": "DE",
    "from_host": "h",
    "auth_username": "u",
    "auth_password": "p",
    "headers_to_attributes": "X-A=a",
    "attributes_to_headers": "a=X-A",
}
TRUNK: dict[str, Any] = {
    "name": "n",
    "metadata": "m",
    "numbers": "+15550100",
    "address": "h",
    "destination_country": "DE",
    "transport": "tls",
    "from_host": "h",
    "allowed_addresses": "203.0.113.1",
    "allowed_numbers": "+15550101",
    "auth_username": "u",
    "auth_password": "p",
    "auth_realm": "r",
    "headers": "X-A: a",
    "headers_to_attributes": "X-A=a",
    "attributes_to_headers": "a=X-A",
    "include_headers": "all",
    "ringing_timeout": "1",
    "ringing_timeout_status": "486",
    "max_call_duration": "1",
    "krisp_enabled": True,
    "encryption": "require",
    "codecs": "PCMU/8000",
    "only_listed_codecs": True,
    "media_timeout": "1",
}


def unset(message: Message, above: str = "") -> Iterator[str]:
    """Return each field of today that nothing is in, here and below; of a choice, one is enough."""
    there = {field.name for field, _ in message.ListFields()}
    for field in message.DESCRIPTOR.fields:
        choice = field.containing_oneof
        chosen = message.WhichOneof(choice.name) if choice else None
        if field.GetOptions().deprecated or field.name in ITS_OWN:
            continue
        if field.name not in there:
            if not chosen:
                yield f"{above}{field.name}"
        elif field.message_type and field.message_type.file.name == "livekit_sip.proto":
            inner = getattr(message, field.name)
            if isinstance(inner, Message) and field.message_type.name != "SIPUri":
                yield from unset(inner, f"{above}{field.name}.")


def test_a_call_can_have_every_field() -> None:
    form = Dial(**CALL)
    assert not dict(form.problems())
    assert CALL.keys() | {"wait_until_answered", "no_display_name"} == Dial.model_fields.keys()
    request = new_call.request(form.call())
    assert not [*unset(request)]
    assert request.sip_trunk_id == ""
    by_id = new_call.request(Dial(**CALL | {"trunk": "ST_1"}).call())
    assert (by_id.sip_trunk_id, by_id.HasField("trunk")) == ("ST_1", False)


def test_a_trunk_can_have_every_field() -> None:
    for kind, message in (
        (TrunkKind.INBOUND, SIPInboundTrunkInfo()),
        (TrunkKind.OUTBOUND, SIPOutboundTrunkInfo()),
    ):
        form = CreateTrunk(kind=kind, **TRUNK)
        assert not dict(form.problems())
        assert not [*unset(laid_over(message, form.changes))]


def test_a_transfer_can_have_every_field() -> None:
    form = TransferCall(to="+1", play_dialtone=True, ringing_timeout=1, headers="X-A: a")
    request = dialing.transfer_request("r", "i", form.target())
    assert isinstance(request, TransferSIPParticipantRequest)
    assert not [*unset(request)]
