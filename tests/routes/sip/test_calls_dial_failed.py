"""A call that does not come about: each way it fails is said in plain words, with all kept."""

from collections.abc import Iterator
from typing import Any

import pytest

from dev.plans import Fault, SIPStatus
from dev.stack import Stack
from dev.workers import Standin
from tests.routes.asked import DIAL
from tests.routes.conftest import Start
from tests.routes.filled import filled
from tests.support.dashboard import managing
from tests.support.fault import Relay
from tests.support.visitor import Visitor
from tests.support.waiting import until

FAILED: dict[str, tuple[dict[str, Any], str]] = {
    "busy": ({"decline": SIPStatus(486)}, "The line is busy. (486 Busy Here)"),
    "declined": ({"decline": SIPStatus(603)}, "The call was declined. (603"),
    "forbidden": ({"decline": SIPStatus(403)}, "The provider does not allow this call. (403"),
    "no such number": ({"decline": SIPStatus(404)}, "The number does not exist. (404"),
    "off": ({"decline": SIPStatus(480)}, "Nobody answered, or the phone is off. (480"),
    "no codec": ({"decline": SIPStatus(488)}, "No common codec or encryption. (488"),
    "provider": ({"decline": SIPStatus(503)}, "The provider accepts no calls at the moment. (503"),
    "a new one": ({"decline": SIPStatus(499)}, "Remote rejected the call. (499"),
}


@pytest.mark.parametrize(("plan", "reason"), FAILED.values(), ids=FAILED)
def test_each_failure_is_said_in_plain_words(
    admin: Visitor, call_form: dict[str, Any], standin: Standin, plan: dict[str, Any], reason: str
) -> None:
    standin.plan_call(call_form["to"], **plan)
    page = admin.send(DIAL, call_form)
    assert page.status == 409, page.text
    assert "The call failed." in page.text
    assert reason in page.text
    assert page.all("input", name="to", value=call_form["to"])


def test_the_other_end_s_words_are_shown_as_they_are(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    said = "<script>alert(1)</script>"
    standin.plan_call(call_form["to"], decline=SIPStatus(486, said))
    page = admin.send(DIAL, call_form)
    assert page.status == 409
    assert said not in page.html


def test_nobody_answers(admin: Visitor, call_form: dict[str, Any], standin: Standin) -> None:
    standin.plan_call(call_form["to"], never_answers=True)
    page = admin.send(DIAL, call_form | {"ringing_timeout": "1"})
    assert page.status == 409
    assert "Nobody answered in time." in page.text


def test_a_worker_without_room(admin: Visitor, call_form: dict[str, Any], standin: Standin) -> None:
    standin.plan_call(call_form["to"], refuse=Fault("unavailable", "cpu exhausted"))
    page = admin.send(DIAL, call_form)
    assert page.status == 503
    assert "The SIP worker accepts no more calls" in page.text


def test_a_trunk_deleted_under_the_form(admin: Visitor, call_form: dict[str, Any]) -> None:
    page = admin.send(DIAL, call_form | {"trunk": "ST_gone"})
    assert page.status == 422
    assert "This trunk no longer exists" in page.text
    assert [o for o in page.all("option", value="ST_gone") if "selected" in o]


@pytest.fixture(scope="module")
def workless(start_dashboard: Start) -> Iterator[Visitor]:
    """A dashboard of a LiveKit that has no worker."""
    with Stack(workers=False) as stack:
        yield start_dashboard(**managing(stack)).visitor()


def test_without_a_worker_it_says_what_to_start(workless: Visitor) -> None:
    own = {"trunk": "own", "hostname": "h.example.com", "number": "+1555", "room": "r", "to": "+1"}
    page = workless.send(DIAL, filled(workless.get(DIAL)) | own)
    assert page.status == 503
    assert "LiveKit responds, but no SIP worker accepted the call." in page.text
    assert "Start livekit-sip" in page.text
    assert "No outbound trunks yet." in page.text


@pytest.mark.alone
def test_slower_than_anybody_waits_it_says_that_it_goes_on(
    start_dashboard: Start, call_form: dict[str, Any], standin: Standin
) -> None:
    standin.plan_call(call_form["to"], join_after=2)
    hasty = start_dashboard(livekit_timeout=1.0).visitor()
    del call_form["wait_until_answered"]
    page = hasty.send(DIAL, call_form | {"csrf": hasty.token()})
    assert page.status == 504
    assert "The call may still be answered" in page.text
    until(lambda: [c for c in standin.calls() if c.request.get("call_to") == call_form["to"]])


def test_a_livekit_that_hangs(
    start_dashboard: Start, relay: Relay, call_form: dict[str, Any]
) -> None:
    visitor = start_dashboard(livekit_url=relay.url, livekit_timeout=1.0).visitor()
    del call_form["wait_until_answered"]
    token = visitor.token()
    relay.mode = "hang"
    page = visitor.send(DIAL, call_form | {"csrf": token})
    assert page.status == 504
    assert "no answer" in page.text
