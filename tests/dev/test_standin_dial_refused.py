"""Calls that livekit-sip rejects before it dials, in the words of the real one."""

import socket
from typing import Any

import pytest
from livekit.protocol.sip import (
    SIPCodec,
    SIPMediaConfig,
    SIPNamedDest,
    SIPRequestDest,
    SIPTransport,
    SIPUri,
)

from dev.plans import SIPStatus
from dev.workers import Standin
from tests.dev.phones import Phones
from tests.routes.asked import phone_number

DESK = SIPUri(user="desk")
REJECTED: dict[str, tuple[dict[str, Any], str]] = {
    "a From user without a host": (
        {"sip_from_header": SIPNamedDest(values=DESK, display_name="Desk")},
        "invalid From header: host or ip must be set",
    ),
    "a From name without an address": (
        {"sip_from_header": SIPNamedDest(display_name="Desk")},
        "invalid From header: invalid URI type",
    ),
    "a From address without a scheme": (
        {"sip_from_header": SIPNamedDest(raw="desk")},
        "invalid From header: invalid request URI",
    ),
    "any To": (
        {"sip_to_header": SIPNamedDest(raw="sip:desk@example.com")},
        "invalid To header: cannot use both CallTo and SipToHeader",
    ),
    "a request URI without a host": (
        {"sip_request_uri": SIPRequestDest(values=DESK)},
        "invalid request URI: host or ip must be set",
    ),
    "a request URI without a user": (
        {"sip_request_uri": SIPRequestDest(values=SIPUri(host="example.com"))},
        "invalid request URI: username or number must be set",
    ),
}


@pytest.mark.parametrize(("fields", "error"), REJECTED.values(), ids=REJECTED)
def test_headers_that_livekit_sip_rejects(
    fields: dict[str, Any], error: str, phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    before = len(standin.calls())
    refusal = phones.refusal(lambda: phones.dial(carrier, phone_number(), room, **fields))
    assert refusal == ("invalid_argument", error, {})
    assert len(standin.calls()) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"sip_from_header": SIPNamedDest(raw="<sip:desk@example.com>", display_name="Desk")},
        {"sip_from_header": SIPNamedDest(values=SIPUri(user="desk", host="example.com"))},
        {"sip_request_uri": SIPRequestDest(raw="sip:desk@example.com")},
        {"sip_request_uri": SIPRequestDest(values=SIPUri(user="desk", host="example.com"))},
    ],
    ids=["From as text", "From in parts", "request URI as text", "request URI in parts"],
)
def test_headers_that_livekit_sip_accepts(
    fields: dict[str, Any], phones: Phones, carrier: str, room: str
) -> None:
    phones.dial(carrier, phone_number(), room, wait_until_answered=True, **fields)


@pytest.mark.parametrize("name", ["opus", "G999"])
def test_a_codec_without_a_default_rate(name: str, phones: Phones, carrier: str, room: str) -> None:
    media = SIPMediaConfig(codecs=[SIPCodec(name=name)])
    refusal = phones.refusal(lambda: phones.dial(carrier, phone_number(), room, media=media))
    assert refusal == ("unknown", f'sample rate not specified for codec: "{name}"', {})


@pytest.mark.parametrize("name", ["PCMU", "PCMA", "G722", "AMR-WB"])
def test_a_codec_with_a_default_rate(name: str, phones: Phones, carrier: str, room: str) -> None:
    media = SIPMediaConfig(codecs=[SIPCodec(name=name)], only_listed_codecs=True)
    phones.dial(carrier, phone_number(), room, media=media)


@pytest.mark.parametrize("where", ["trunk", "request URI"])
def test_a_host_that_does_not_resolve(where: str, phones: Phones, carrier: str, room: str) -> None:
    host = "no.such.host.invalid"
    trunk = phones.outbound_trunk(address=f"{host}:5061") if where == "trunk" else carrier
    uri = SIPRequestDest(raw=f"<sip:desk@{host};transport=udp>")
    fields = {} if where == "trunk" else {"sip_request_uri": uri}
    refusal = phones.refusal(
        lambda: phones.dial(trunk, phone_number(), room, wait_until_answered=True, **fields)
    )
    assert refusal == (
        "invalid_argument",
        f'fail to resolve target for "{host}": '
        f"lookup _sip._udp.{host} on 127.0.0.53:53: no such host",
        {},
    )


def test_a_carrier_that_refuses_the_connection(phones: Phones, room: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        tcp = phones.outbound_trunk(
            address=f"{host}:{port}", transport=SIPTransport.SIP_TRANSPORT_TCP
        )
        phones.dial(tcp, phone_number(), room, wait_until_answered=True)
    refusal = phones.refusal(
        lambda: phones.dial(tcp, phone_number(), room, wait_until_answered=True)
    )
    assert refusal == (
        "failed_precondition",
        f"transport<TCP> dial err=dial tcp :0->{host}:{port}: connect: connection refused",
        {},
    )


def test_wrong_credentials_of_a_trunk(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    to = phone_number()
    standin.plan_call(to, decline=SIPStatus(407))
    told = phones.refusal(lambda: phones.dial(carrier, to, room, wait_until_answered=True))
    assert told == (
        "failed_precondition",
        "max auth retry attempts reached for SIP invite",
        {},
    )


def test_a_challenge_and_a_trunk_without_credentials(
    phones: Phones, standin: Standin, room: str
) -> None:
    standin.plan_call(room, decline=SIPStatus(407))
    anonymous = phones.outbound_trunk()
    refusal = phones.refusal(
        lambda: phones.dial(anonymous, phone_number(), room, wait_until_answered=True)
    )
    assert refusal == (
        "failed_precondition",
        "sip server required auth, but no username or password was provided",
        {},
    )
