"""Sending a call elsewhere and ending it: /sip/calls/{room}/{identity}/transfer and /end."""

from collections.abc import Callable
from typing import Any

import pytest

from app.text.paths import call_path
from dev.plans import SIPStatus
from dev.workers import Standin
from tests.routes.asked import DIAL, ODD, Ask, people
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until

Path = Callable[..., str]


@pytest.fixture
def dialled(
    admin: Visitor, call_form: dict[str, Any], livekit: Ask, room: str, standin: Standin
) -> Callable[..., Path]:
    """Make an active call, by a plan; return a function for the path of its page, or below it."""

    def make(**plan: Any) -> Path:
        standin.plan_call(call_form["to"], **plan)
        assert admin.send(DIAL, call_form).status == 303
        (identity,) = people(livekit, room)
        return lambda *rest: call_path(room, identity, *rest)

    return make


@pytest.fixture
def at(dialled: Callable[..., Path]) -> Path:
    """An active call: returns the path of its page, or of an address below it."""
    return dialled()


def test_sends_the_other_end_elsewhere(
    admin: Visitor, at: Path, livekit: Ask, room: str, standin: Standin
) -> None:
    fields = {"to": "+1 (555) 000-7777", "play_dialtone": "on", "headers": "X-Why: desk"}
    page = admin.follow(admin.post(at("transfer"), ringing_timeout="9", **fields))
    assert "was transferred to +1 (555) 000-7777." in page.text
    call = standin.calls()[-1]
    until(lambda: standin.call(call.call_id).ended == "transferred")
    (asked,) = standin.call(call.call_id).received
    told = str(asked.request)
    for part in ("tel:+15550007777", "X-Why", "desk"):
        assert part in told
    until(lambda: not people(livekit, room))
    assert admin.get(at()).status == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "desk@example.com"}, "to"),
        ({"to": "+15550001", "headers": "none"}, "headers"),
        ({"to": "+15550001", "ringing_timeout": "51"}, "ringing_timeout"),
    ],
)
def test_wrong_fields_are_marked_and_kept(
    admin: Visitor, at: Path, fields: dict[str, str], field: str
) -> None:
    page = admin.post(at("transfer"), **fields)
    assert page.status == 422, page.text
    marked = [tag for _, tag in page.tags if tag.get("name") == field]
    assert marked[0]["aria-invalid"] == "true"
    assert page.all("input", name="to", value=fields["to"])
    assert admin.get(at()).status == 200


def test_refused_by_the_provider_the_call_goes_on(
    admin: Visitor, dialled: Callable[..., Path]
) -> None:
    at = dialled(refuse_transfer=SIPStatus(603))
    page = admin.post(at("transfer"), to="sip:desk@example.com")
    assert page.status == 409
    assert "The call was declined. (603" in page.text
    assert page.all("input", name="to", value="sip:desk@example.com")
    assert "active" in admin.get(at()).text


def test_not_answered_in_time_it_may_still_happen(
    admin: Visitor, dialled: Callable[..., Path]
) -> None:
    at = dialled(transfer_takes=5)
    page = admin.post(at("transfer"), to="tel:+15550001", ringing_timeout="1")
    assert page.status == 409
    assert "Nobody answered in time." in page.text
    assert "may still be answered" in page.text


def test_a_caller_without_its_worker_says_so(admin: Visitor, join: Join, room: str) -> None:
    join(room, "left over", kind="sip")
    page = admin.post(call_path(room, "left over", "transfer"), to="+15550001")
    assert page.status in {422, 503}
    assert "no SIP worker took it" in page.text or "no SIP session" in page.text


def test_hangs_up_and_leaves_the_others(
    admin: Visitor, at: Path, join: Join, livekit: Ask, room: str, standin: Standin
) -> None:
    join(room, "stays")
    asked = admin.get(at("end"))
    assert asked.status == 200
    assert "Hang up" in asked.text
    page = admin.follow(admin.post(at("end")))
    assert "was ended." in page.text
    until(lambda: standin.calls()[-1].ended == "removed")
    assert set(people(livekit, room)) == {"stays"}
    assert admin.post(at("end")).status == 404  # a second click


def test_only_calls_are_ended_here(admin: Visitor, join: Join, livekit: Ask, room: str) -> None:
    join(room, "no call")
    for action in ("end", "transfer"):
        assert admin.get(call_path(room, "no call", action)).status == 404
        assert admin.post(call_path(room, "no call", action), to="+1").status == 404
    assert "no call" in people(livekit, room)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, join: Join, livekit: Ask, odd: str) -> None:
    join(odd, odd, kind="sip", name=odd)
    join(odd, "stays")
    for action in ("end", "transfer"):
        page = admin.get(call_path(odd, odd, action))
        assert page.status == 200
        assert "<script>alert" not in page.html
    assert admin.post(call_path(odd, odd, "end")).status == 303
    assert set(people(livekit, odd)) == {"stays"}


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], join: Join, livekit: Ask, room: str
) -> None:
    join(room, "caller", kind="sip")
    guarded(call_path(room, "caller", "end"))
    guarded(call_path(room, "caller", "transfer"), to="typed in vain")
    assert "caller" in people(livekit, room)
