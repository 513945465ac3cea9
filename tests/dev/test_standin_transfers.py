"""Transfers by the stand-in: they work, are refused, take too long, or there is nobody."""

import time

import pytest
from google.protobuf.duration_pb2 import Duration

from dev.calls import Incoming
from dev.participants import Crowd
from dev.plans import SIPStatus
from dev.workers import Standin
from tests.dev.phones import Phones
from tests.routes.asked import phone_number

ME = "callee"


@pytest.fixture
def active(phones: Phones, carrier: str, room: str) -> str:
    """The id of a call that somebody has answered."""
    dialed = phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, "active")
    return str(dialed.sip_call_id)


def test_a_transferred_call_is_over_a_second_later(
    phones: Phones, standin: Standin, active: str, room: str
) -> None:
    phones.transfer(room, ME, "tel:+15550123", headers={"X-Why": "queue"}, play_dialtone=True)
    assert standin.call(active).running
    assert phones.ends(active) == "transferred"
    (call,) = standin.call(active).received
    assert call.name == "transfer_sip_participant"
    assert call.request["transfer_to"] == "tel:+15550123"  # type: ignore[index]
    assert call.request["headers"]["X-Why"] == "queue"  # type: ignore[index]


def test_a_call_in_can_be_transferred_too(
    phones: Phones, standin: Standin, room: str, crowd: Crowd
) -> None:
    crowd.join(room, "ada", audio=True)
    called = phone_number()
    phones.rule(phones.inbound_trunk(called), room)
    call = standin.ring(Incoming(phone_number(), called))
    phones.becomes(room, call.identity, "active")
    phones.transfer(room, call.identity)
    assert phones.ends(call.call_id) == "transferred"


def test_a_refused_transfer_leaves_the_call(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    standin.plan_call(room, refuse_transfer=SIPStatus(603))
    dialed = phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, "active")
    told = phones.refusal(lambda: phones.transfer(room, ME))
    assert told == (
        "permission_denied",
        "call transfer failed: sip status: 603: Decline",
        {"sip_status_code": "603", "sip_status": "Decline"},
    )
    assert standin.call(dialed.sip_call_id).running


@pytest.mark.alone
def test_a_transfer_that_nobody_answers(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    standin.plan_call(room, transfer_takes=30)
    phones.dial(carrier, phone_number(), room, participant_identity=ME)
    phones.becomes(room, ME, "active")
    began = time.monotonic()
    told = phones.refusal(lambda: phones.transfer(room, ME, ringing_timeout=Duration(seconds=1)))
    assert told[0] in ("deadline_exceeded", "canceled")
    assert time.monotonic() - began < 3


def test_a_call_that_rings_cannot_be_transferred(
    phones: Phones, standin: Standin, carrier: str, room: str
) -> None:
    standin.plan_call(room, never_answers=True)
    phones.dial(carrier, phone_number(), room, participant_identity=ME)
    told = phones.refusal(lambda: phones.transfer(room, ME))
    assert told == ("failed_precondition", "can't transfer non established call", {})


def test_who_cannot_be_transferred(phones: Phones, room: str, crowd: Crowd) -> None:
    crowd.join(room, "ada")
    told = phones.refusal(lambda: phones.transfer(room, "ada"))
    assert told == ("invalid_argument", "no SIP session associated with participant", {})
    told = phones.refusal(lambda: phones.transfer(room, "nobody"))
    assert told == ("not_found", "participant does not exist", {})
