"""The stand-in calls numbers: what is seen in the room, and what LiveKit answers."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from livekit import api
from livekit.protocol import sip
from livekit.protocol.models import ParticipantInfo

from dev.plans import Fault, SIPStatus
from dev.workers import Standin, StandinError
from tests.dev.phones import Phones
from tests.routes.asked import phone_number

ME = "callee"
UNEXPECTED = "unexpected status from INVITE response"


def test_a_call_rings_is_answered_and_hung_up(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    to = phone_number()
    standin.plan_call(to, ring_after=0.3, headers={"X-Ticket": "42", "Server": "carrier"})
    dialed = phones.dial(
        carrier,
        to,
        room,
        participant_name="Grace",
        participant_metadata="{}",
        participant_attributes={"ticket": "8812"},
        include_headers=sip.SIPHeaderOptions.SIP_X_HEADERS,
    )
    assert (dialed.room_name, dialed.participant_identity) == (room, f"sip_{to}")

    person = phones.person(room, f"sip_{to}")
    assert person.attributes["sip.callStatus"] == "dialing"
    assert (person.sid, person.kind) == (dialed.participant_id, ParticipantInfo.Kind.SIP)
    assert (person.name, person.metadata) == ("Grace", "{}")
    phones.becomes(room, f"sip_{to}", "ringing")
    told = dict(phones.becomes(room, f"sip_{to}", "active").attributes)
    (ours,) = [call for call in standin.calls() if call.call_id == dialed.sip_call_id]
    assert told.pop("sip.callTag")
    assert told.pop("sip.callIDFull")
    assert told == {
        "ticket": "8812",
        "sip.callID": dialed.sip_call_id,
        "sip.callStatus": "active",
        "sip.trunkID": carrier,
        "sip.phoneNumber": to,
        "sip.trunkPhoneNumber": ours.request["number"],
        "sip.hostname": "sip.example",
        "sip.h.x-ticket": "42",
    }
    assert (ours.outbound, ours.running, ours.room, ours.status) == (True, True, room, "active")
    assert ours.request["password"] == "trunk-secret-1"

    standin.hang_up(dialed.sip_call_id)
    assert standin.call(dialed.sip_call_id).ended == "hangup"
    phones.leaves(room, f"sip_{to}")


def test_a_hidden_number_is_in_no_attribute(phones: Phones, carrier: str, room: str) -> None:
    to = phone_number()
    phones.dial(carrier, to, room, participant_identity=ME, hide_phone_number=True)
    told = phones.person(room, ME).attributes
    assert set(told) == {"sip.callID", "sip.callStatus", "sip.trunkID"}


def test_a_call_by_a_trunk_of_its_own_names_no_trunk(
    phones: Phones, livekit: Callable[..., Any], room: str
) -> None:
    to = phone_number()
    trunk = sip.SIPOutboundConfig(hostname="127.0.0.1:41760")
    request = api.CreateSIPParticipantRequest(
        trunk=trunk, sip_number="+15550109", sip_call_to=to, room_name=room
    )
    livekit("sip.create_sip_participant", request)
    person = phones.person(room, f"sip_{to}")
    assert (person.name, person.attributes["sip.hostname"]) == ("", "127.0.0.1:41760")
    own = {"callID", "callStatus", "hostname", "phoneNumber", "trunkPhoneNumber"}
    assert set(person.attributes) == {f"sip.{name}" for name in own}


def test_digits_are_sent_after_the_answer(phones: Phones, carrier: str, room: str) -> None:
    began = time.monotonic()
    phones.dial(carrier, phone_number(), room, participant_identity=ME, dtmf="1w2#")
    phones.becomes(room, ME, "automation")
    phones.becomes(room, ME, "active")
    assert time.monotonic() - began > 1.6


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        (404, "not_found", "INVITE failed: sip status: 404: Not Found"),
        (480, "resource_exhausted", "INVITE failed: sip status: 480: Temporarily Unavailable"),
        (486, "resource_exhausted", "INVITE failed: sip status: 486: Busy Here"),
        (488, "invalid_argument", "INVITE failed: sip status: 488: Not Acceptable Here"),
        (403, "permission_denied", f"{UNEXPECTED}: sip status: 403: Forbidden"),
        (484, "invalid_argument", f"{UNEXPECTED}: sip status: 484: Address Incomplete"),
        (503, "failed_precondition", f"{UNEXPECTED}: sip status: 503: Service Unavailable"),
        (600, "resource_exhausted", f"{UNEXPECTED}: sip status: 600: Busy Everywhere"),
        (603, "permission_denied", f"{UNEXPECTED}: sip status: 603: Decline"),
    ],
)
def test_who_waits_for_the_answer_is_told_why_there_is_none(
    code: int, error: str, text: str, phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    to = phone_number()
    standin.plan_call(to, ring_after=0, answer_after=0, decline=SIPStatus(code))
    told = phones.refusal(lambda: phones.dial(carrier, to, room, wait_until_answered=True))
    meta = {"sip_status_code": str(code), "sip_status": text.rsplit(": ", 1)[1]}
    assert told == (error, text, meta)
    assert standin.calls()[-1].ended == text


def test_the_other_end_has_words_of_its_own(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    standin.plan_call(room, decline=SIPStatus(480, "<b>gone fishing</b>"))
    told = phones.refusal(
        lambda: phones.dial(carrier, phone_number(), room, wait_until_answered=True)
    )
    assert told[2]["sip_status"] == "<b>gone fishing</b>"


@pytest.mark.alone
def test_nobody_answers(phones: Phones, standin: Standin, carrier: str, room: str) -> None:
    to = phone_number()
    standin.plan_call(to, never_answers=True)
    began = time.monotonic()
    told = phones.refusal(
        lambda: phones.dial(
            carrier, to, room, wait_until_answered=True, ringing_timeout=Duration(seconds=1)
        )
    )
    assert told == ("canceled", "sip request timed out", {})
    assert 1 <= time.monotonic() - began < 3


def test_who_does_not_wait_sees_the_participant_leave(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    to = phone_number()
    standin.plan_call(to, decline=SIPStatus(486))
    dialed = phones.dial(carrier, to, room)
    assert phones.ends(dialed.sip_call_id) == "INVITE failed: sip status: 486: Busy Here"
    phones.leaves(room, f"sip_{to}")


def test_a_call_that_rings_can_be_declined(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    standin.plan_call(room, never_answers=True)
    dialed = phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, "ringing")
    standin.hang_up(dialed.sip_call_id)
    assert standin.call(dialed.sip_call_id).ended.endswith("sip status: 603: Decline")


@pytest.mark.parametrize("status", ["active", "ringing"])
def test_removing_the_participant_ends_the_call(
    status: str,
    phones: Phones,
    standin: Standin,
    carrier: str,
    room: str,
    livekit: Callable[..., Any],
) -> None:
    standin.plan_call(room, never_answers=status == "ringing")
    dialed = phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, status)
    livekit("room.remove_participant", api.RoomParticipantIdentity(room=room, identity=ME))
    why = {"active": "removed", "ringing": "sip request timed out"}
    assert phones.ends(dialed.sip_call_id) == why[status]


def test_a_call_ends_with_its_room_or_in_time(
    phones: Phones, standin: Standin, carrier: str, room: str, livekit: Callable[..., Any]
) -> None:
    short = phones.dial(carrier, phone_number(), room, max_call_duration=Duration(seconds=1))
    to = phone_number()
    standin.plan_call(to, hang_up_after=0.2)
    hung_up = phones.dial(carrier, to, room)
    assert phones.ends(hung_up.sip_call_id) == "hangup"
    assert phones.ends(short.sip_call_id) == "max call duration"
    last = phones.dial(carrier, phone_number(), room)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert phones.ends(last.sip_call_id) in ("removed", "sip request timed out")


def test_the_worker_refuses_or_is_slow(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    busy, slow = phone_number(), phone_number()
    standin.plan_call(busy, refuse=Fault("unavailable", "cpu exhausted"))
    told = phones.refusal(lambda: phones.dial(carrier, busy, room))
    assert told == ("unavailable", "cpu exhausted", {})
    standin.plan_call(slow, join_after=1)
    began = time.monotonic()
    phones.dial(carrier, slow, room)
    assert time.monotonic() - began > 1


def test_what_the_server_refuses_reaches_no_worker(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    inbound = phones.inbound_trunk(phone_number())
    before = len(standin.calls())
    for trunk_id in ("ST_none", inbound):
        told = phones.refusal(lambda: phones.dial(trunk_id, phone_number(), room))  # noqa: B023
        assert told == ("not_found", "requested sip trunk does not exist", {})
    told = phones.refusal(lambda: phones.dial(carrier, "sip:a@b.example", room))
    assert told[0] == "invalid_argument"
    assert len(standin.calls()) == before


def test_the_same_identity_twice_throws_the_first_out(
    phones: Phones, carrier: str, room: str
) -> None:
    first = phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, "active")
    phones.dial(carrier, phone_number(), room, participant_identity=ME)
    assert phones.ends(first.sip_call_id) == "removed"


def test_a_full_room_takes_no_call(
    phones: Phones, carrier: str, make_room: Callable[..., str], crowd: Any
) -> None:
    full = make_room(max_participants=1)
    crowd.join(full, "ada")
    code, text, _ = phones.refusal(lambda: phones.dial(carrier, phone_number(), full))
    assert code == "internal"
    assert text.startswith("update room failed: ")


def test_what_is_not_known_is_an_error(standin: Standin) -> None:
    with pytest.raises(StandinError, match="no such call"):
        standin.call("SCL_never")
    with pytest.raises(StandinError, match="no such call"):
        standin.hang_up("SCL_never")
    with pytest.raises(StandinError, match='unknown field "anwser_after"'):
        standin.plan_call("+1", anwser_after=1)  # type: ignore[call-arg]
