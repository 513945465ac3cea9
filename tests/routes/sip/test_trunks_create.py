"""A new trunk: /sip/trunks/-/new."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit.protocol import sip

from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.filled import filled
from tests.routes.sip.trunks import NEW, PASSWORD, all_trunks, form, own_name, path_of
from tests.support.visitor import Visitor

name = own_name("new")


def test_numbers_are_enough_for_an_inbound_trunk(admin: Visitor, livekit: Ask, name: str) -> None:
    numbers = [phone_number(), phone_number(), phone_number()]
    typed = f" {numbers[0]},{numbers[1]}\n\n{numbers[2]} ,{numbers[0]}"
    made = admin.send(NEW, form(admin, "inbound", name=name, numbers=typed))
    (info,) = all_trunks(livekit, name)
    assert made.location == path_of(info)
    assert f"Trunk {name} was created." in admin.follow(made).text
    assert info == sip.SIPInboundTrunkInfo(
        sip_trunk_id=info.sip_trunk_id, name=name, numbers=numbers
    )


def test_an_address_and_a_number_are_enough_for_an_outbound_one(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    typed = {"name": name, "address": "sip.example.com", "numbers": "+15550001111"}
    assert admin.send(NEW, form(admin, "outbound", **typed)).status == 303
    (info,) = all_trunks(livekit, name)
    assert info == sip.SIPOutboundTrunkInfo(
        sip_trunk_id=info.sip_trunk_id,
        name=name,
        address="sip.example.com",
        numbers=["+15550001111"],
    )


COMMON = {
    "auth_username": "user",
    "auth_password": PASSWORD,
    "encryption": "require",
    "codecs": "PCMU/8000\nG722",
    "only_listed_codecs": "on",
    "media_timeout": "600",
    "headers": "X-Customer: 42\nX-Empty:",
    "headers_to_attributes": "X-From=caller.id",
    "attributes_to_headers": "result=X-Result",
    "include_headers": "all",
    "metadata": '{"a": 1}',
}
WANTED: dict[str, Any] = {
    "auth_username": "user",
    "auth_password": PASSWORD,
    "media_encryption": 2,
    "headers": {"X-Customer": "42", "X-Empty": ""},
    "headers_to_attributes": {"X-From": "caller.id"},
    "attributes_to_headers": {"result": "X-Result"},
    "include_headers": 2,
    "metadata": '{"a": 1}',
}


def media() -> sip.SIPMediaConfig:
    """Return what the form asks for above."""
    codecs = [sip.SIPCodec(name="PCMU", rate=8000), sip.SIPCodec(name="G722")]
    made = sip.SIPMediaConfig(
        only_listed_codecs=True, codecs=codecs, encryption="SIP_MEDIA_ENCRYPT_REQUIRE"
    )
    made.media_timeout.FromSeconds(600)
    return made


def test_every_field_of_an_inbound_trunk(admin: Visitor, livekit: Ask, name: str) -> None:
    own = phone_number()
    typed = COMMON | {
        "name": name,
        "numbers": own,
        "allowed_addresses": "203.0.113.0/24\n2001:db8::/32, sip.example.com",
        "allowed_numbers": "+15557654321",
        "auth_realm": "example.com",
        "ringing_timeout": "30",
        "ringing_timeout_status": "486",
        "max_call_duration": "3600",
        "krisp_enabled": "on",
    }
    page = admin.follow(admin.send(NEW, form(admin, "inbound", **typed)))
    (info,) = all_trunks(livekit, name)
    wanted = sip.SIPInboundTrunkInfo(
        sip_trunk_id=info.sip_trunk_id,
        name=name,
        numbers=[own],
        allowed_addresses=["203.0.113.0/24", "2001:db8::/32", "sip.example.com"],
        allowed_numbers=["+15557654321"],
        auth_realm="example.com",
        krisp_enabled=True,
        ringing_timeout_status="SIP_STATUS_BUSY_HERE",
        media=media(),
        **WANTED,
    )
    wanted.ringing_timeout.FromSeconds(30)
    wanted.max_call_duration.FromSeconds(3600)
    assert info == wanted
    assert PASSWORD not in page.html
    for text in (
        "user , with a password",
        "203.0.113.0/24",
        "30 s, then SIP status 486",
        "1 h",
        "PCMU/8000",
        "10 min",
    ):
        assert text in page.text


def test_every_field_of_an_outbound_trunk(admin: Visitor, livekit: Ask, name: str) -> None:
    typed = COMMON | {
        "name": name,
        "address": "[2001:db8::1]:5061",
        "numbers": "+15550001111, +15550002222",
        "transport": "tls",
        "destination_country": "de",
        "from_host": "calls.example.com",
    }
    assert admin.send(NEW, form(admin, "outbound", **typed)).status == 303
    (info,) = all_trunks(livekit, name)
    assert info == sip.SIPOutboundTrunkInfo(
        sip_trunk_id=info.sip_trunk_id,
        name=name,
        address="[2001:db8::1]:5061",
        numbers=["+15550001111", "+15550002222"],
        transport="SIP_TRANSPORT_TLS",
        destination_country="DE",
        from_host="calls.example.com",
        media=media(),
        **WANTED,
    )


def test_the_other_kinds_fields_are_not_sent(admin: Visitor, livekit: Ask, name: str) -> None:
    typed = {"name": name, "numbers": phone_number(), "address": "sip:nonsense", "transport": "fax"}
    assert admin.send(NEW, form(admin, "inbound", **typed)).status == 303
    assert len(all_trunks(livekit, name)) == 1


def test_what_is_not_e164_is_taken_with_a_warning(admin: Visitor, livekit: Ask, name: str) -> None:
    own = f"desk {name}"
    page = admin.follow(admin.send(NEW, form(admin, "inbound", name=name, numbers=own)))
    assert (
        f"{own} isn't a valid E.164 number. Use + and the country code, up to 15 digits."
        in page.text
    )
    assert page.all("div", class_="notice warn")
    assert list(all_trunks(livekit, name)[0].numbers) == [own]
    assert ">not E.164</span>" in page.html


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_texts_are_kept_as_they_were_typed(
    admin: Visitor, livekit: Ask, name: str, odd: str
) -> None:
    typed = {
        "name": f"{name}{odd}",
        "numbers": phone_number(),
        "auth_username": odd,
        "metadata": odd,
    }
    page = admin.follow(admin.send(NEW, form(admin, "inbound", **typed)))
    (info,) = all_trunks(livekit, name)
    assert (info.name, info.auth_username, info.metadata) == (f"{name}{odd}", odd, odd)
    assert "<script>alert" not in page.html


def test_refuses_whoever_must_not(guarded: Callable[..., None], livekit: Ask, name: str) -> None:
    guarded(NEW, name=name, numbers="+15550001234", kind="inbound")
    assert all_trunks(livekit, name) == []


def test_the_form_begins_with_the_kind_that_was_asked_for(admin: Visitor) -> None:
    assert filled(admin.get(NEW))["kind"] == "inbound"
    assert filled(admin.get(f"{NEW}?kind=outbound"))["kind"] == "outbound"
    assert filled(admin.get(f"{NEW}?kind=<script>"))["kind"] == "inbound"
