"""Somebody calls in: the stand-in asks LiveKit where to, as livekit-sip does, and goes there."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import sip
from livekit.protocol.models import ParticipantInfo

from dev.calls import Incoming, Refusal
from dev.participants import Crowd
from dev.workers import Standin, StandinError
from tests.dev.phones import Phones
from tests.routes.asked import phone_number


@pytest.fixture
def called() -> str:
    """A number of ours."""
    return phone_number()


def test_a_caller_gets_into_the_room_of_the_rule(
    phones: Phones, standin: Standin, room: str, called: str, crowd: Crowd
) -> None:
    caller = phone_number()
    trunk = phones.inbound_trunk(
        called,
        headers_to_attributes={"X-Ticket": "ticket"},
        include_headers=sip.SIPHeaderOptions.SIP_ALL_HEADERS,
    )
    rule = phones.rule(trunk, room, metadata="{}", attributes={"queue": "billing"})
    call = standin.ring(Incoming(caller, called, headers={"X-Ticket": "42"}))
    identity = f"sip_{caller}"
    assert (call.room, call.identity, call.outbound) == (room, identity, False)
    assert call.status == "ringing"
    person = phones.person(room, identity)
    assert person.attributes["sip.callStatus"] == "ringing"
    crowd.join(room, "ada", audio=True)
    person = phones.becomes(room, identity, "active")
    assert person.kind == ParticipantInfo.Kind.SIP
    assert (person.name, person.metadata) == (f"Phone {caller}", "{}")
    told = dict(person.attributes)
    tag, call_id = told.pop("sip.callTag"), told.pop("sip.callIDFull")
    assert tag in told.pop("sip.h.from")
    assert told.pop("sip.h.call-id") == call_id
    assert f"sip:{called}@" in told.pop("sip.h.to")
    for header in ("via", "cseq", "contact"):
        assert told.pop(f"sip.h.{header}")
    assert told == {
        "queue": "billing",
        "ticket": "42",
        "sip.h.x-ticket": "42",
        "sip.callID": call.call_id,
        "sip.callStatus": "active",
        "sip.trunkID": trunk,
        "sip.ruleID": rule,
        "sip.phoneNumber": caller,
        "sip.trunkPhoneNumber": called,
        "sip.hostname": "carrier.example",
    }
    standin.hang_up(call.call_id)
    assert standin.call(call.call_id).ended == "hangup"


def test_a_hidden_caller(phones: Phones, standin: Standin, room: str, called: str) -> None:
    phones.rule(phones.inbound_trunk(called), room, hide_phone_number=True)
    caller = phone_number()
    call = standin.ring(Incoming(caller, called))
    person = phones.person(room, call.identity)
    assert caller not in str(person)
    assert person.name == f"Phone {caller[-4:]}"


def test_nobody_sends_audio_so_the_call_keeps_ringing(
    phones: Phones, standin: Standin, room: str, called: str, crowd: Crowd
) -> None:
    crowd.join(room, "ada")
    phones.rule(phones.inbound_trunk(called, ringing_timeout={"seconds": 1}), room)
    call = standin.ring(Incoming(phone_number(), called))
    assert phones.ends(call.call_id) == "room subscription timed out"


def test_a_caller_may_give_up_or_never_get_in(
    phones: Phones, standin: Standin, room: str, called: str
) -> None:
    phones.rule(phones.inbound_trunk(called, ringing_timeout={"seconds": 1}), room)
    standin.plan_call(called, never_answers=True)
    call = standin.ring(Incoming(phone_number(), called))
    standin.hang_up(call.call_id)
    assert standin.call(call.call_id).ended == "hangup"
    call = standin.ring(Incoming(phone_number(), called))
    assert phones.ends(call.call_id) == "room subscription timed out"


@pytest.mark.parametrize(
    ("pin", "text"), [(None, "the rule wants a PIN"), ("", "wrong PIN"), ("9999", "wrong PIN")]
)
def test_a_pin_is_asked_for(
    pin: str | None, text: str, phones: Phones, standin: Standin, room: str, called: str
) -> None:
    phones.rule(phones.inbound_trunk(called), room, pin="1234")
    with pytest.raises(StandinError, match=text):
        standin.ring(Incoming(phone_number(), called, pin=pin))
    call = standin.ring(Incoming(phone_number(), called, pin="1234"))
    assert (call.room, call.status) == (room, "active")


def test_who_is_turned_away_is_told_why(
    phones: Phones, standin: Standin, room: str, called: str
) -> None:
    trunk = phones.inbound_trunk(
        called, auth_username="u", auth_password="p", allowed_addresses=["203.0.113.0/24"]
    )
    with pytest.raises(StandinError, match="401 Unauthorized"):
        standin.ring(Incoming(phone_number(), called, username="u", password="wrong"))
    with pytest.raises(StandinError, match="no rule fits"):
        standin.ring(Incoming(phone_number(), called, username="u", password="p"))
    with pytest.raises(StandinError, match=r"503 .*unable to parse IP"):
        standin.ring(Incoming(phone_number(), called, source_ip="nowhere"))
    phones.rule(trunk, room)
    with pytest.raises(StandinError, match="no rule fits"):
        standin.ring(Incoming(phone_number(), called, source_ip="198.51.100.1"))
    assert standin.ring(Incoming(phone_number(), called, username="u", password="p")).room == room


def test_where_calls_would_go_without_a_call(
    phones: Phones, standin: Standin, room: str, called: str, livekit: Callable[..., Any]
) -> None:
    trunk = phones.inbound_trunk(called, auth_username="u", auth_password="p", auth_realm="r")
    rule = phones.rule(trunk, room, pin="12")
    asked = Incoming(phone_number(), called)
    answer = standin.authenticate(asked)
    assert (answer.trunk_id, answer.username, answer.password) == (trunk, "u", "p")
    assert (answer.realm, answer.refusal) == ("r", None)
    routes = standin.routes(
        [
            asked,
            Incoming(phone_number(), called, pin="12"),
            Incoming(phone_number(), called, pin="13"),
            Incoming(phone_number(), phone_number()),
            Incoming(phone_number(), called, source_ip="nowhere"),
        ]
    )
    found = [route.evaluated for route in routes]
    assert [(to.result, to.rule_id, to.room) for to in found if to] == [
        ("REQUEST_PIN", rule, ""),
        ("ACCEPT", rule, room),
        ("DROP", "", ""),
        ("DROP", "", ""),
    ]
    assert [route.authenticated.trunk_id for route in routes] == [trunk, trunk, trunk, "", ""]
    assert found[-1] is None
    refusal = routes[-1].authenticated.refusal
    assert isinstance(refusal, Refusal)
    assert "unable to parse IP" in refusal.error
    assert standin.evaluate(asked, trunk, no_pin=True).result == "DROP"
    assert not livekit(
        "room.list_participants", api.ListParticipantsRequest(room=room)
    ).participants


@pytest.mark.alone
def test_many_questions_take_little_time(
    phones: Phones, standin: Standin, room: str, called: str
) -> None:
    phones.rule(phones.inbound_trunk(called), room)
    began = time.monotonic()
    routes = standin.routes([Incoming(phone_number(), called) for _ in range(200)])
    assert {route.evaluated.room for route in routes if route.evaluated} == {room}
    assert time.monotonic() - began < 5
