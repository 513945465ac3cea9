"""What the overview says needs attention, on servers where something is wrong, and on others."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from livekit import api

from app.services.agents import agents
from app.text.paths import dispatch_path, ingress_path, room_path, sip_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Busy, Start
from tests.routes.server.panels import attention
from tests.support.asking import asker
from tests.support.dashboard import managing
from tests.support.visitor import Visitor
from tests.support.waiting import until

OPEN = "10.0.0.1;transport=udp"


@dataclass(frozen=True)
class Trouble:
    """A server with one problem of each kind, and two failed jobs."""

    stack: Stack
    livekit: Ask
    room: str
    ingress: Any
    dispatch: str
    trunk: str
    rule: str


@pytest.fixture(scope="module")
def trouble() -> Iterator[Trouble]:
    """Make the problems; they last until the module ends."""
    with ExitStack() as closing:
        stack = closing.enter_context(Stack())
        crowd = closing.enter_context(Crowd(stack.url, stack.api_key, stack.api_secret))
        livekit, room = asker(stack), ODD["markup"]
        livekit("room.create_room", api.CreateRoomRequest(name=room, max_participants=1))
        ada = crowd.join(room, "ada")
        closing.callback(ada.leave)
        for error in ("page load error", "upload failed: 403"):
            web = api.WebEgressRequest(
                url=f"https://example.com/{secrets.token_hex(4)}",
                file_outputs=[api.EncodedFileOutput(filepath="a")],
            )
            job = livekit("egress.start_web_egress", web).egress_id
            stack.standin.end(job, "failed", error=error)
        request = api.CreateIngressRequest(
            name=ODD["quotes"], room_name="stage", participant_identity="encoder"
        )
        ingress = livekit("ingress.create_ingress", request)
        stack.standin.publish(ingress.stream_key)
        until(lambda: stack.standin.session(ingress.ingress_id).running)
        stack.standin.end_stream(ingress.ingress_id, "shutting down")
        wanted = api.CreateAgentDispatchRequest(room=room, agent_name="nobody")
        dispatch = livekit("agent_dispatch.create_dispatch", wanted).id
        trunk = api.SIPInboundTrunkInfo(
            name="line", numbers=["+15550100"], allowed_addresses=[OPEN]
        )
        made = livekit("sip.create_inbound_trunk", api.CreateSIPInboundTrunkRequest(trunk=trunk))
        into = api.SIPDispatchRuleDirect(room_name="desk")
        rule = api.SIPDispatchRuleInfo(
            name="Night desk", rule=api.SIPDispatchRule(dispatch_rule_direct=into)
        )
        ruled = livekit(
            "sip.create_dispatch_rule", api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
        )
        names = api.ListRoomsRequest(names=[room])
        until(lambda: livekit("room.list_rooms", names).rooms[0].num_participants == 1)
        yield Trouble(
            stack,
            livekit,
            room,
            ingress,
            dispatch,
            made.sip_trunk_id,
            ruled.sip_dispatch_rule_id,
        )


@pytest.fixture
def operator(trouble: Trouble, start_dashboard: Start, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A visitor of the troubled server, with workers given no time to accept a dispatch."""
    monkeypatch.setattr(agents, "PATIENCE", agents.PATIENCE * 0)
    return start_dashboard(**managing(trouble.stack)).visitor()


def test_each_problem_is_one_line_that_leads_to_exactly_its_items(
    operator: Visitor, trouble: Trouble
) -> None:
    said = attention(operator.get("/"))
    assert "Needs attention 3 failed 3 warnings" in said.text
    lines = {
        "2 egress jobs failed": "/egress?status=failed",
        f"Ingress {ODD['quotes']} is in error": ingress_path(trouble.ingress.ingress_id),
        "1 dispatch has no worker": dispatch_path(trouble.room, trouble.dispatch),
        f"Room {trouble.room} is full": room_path(trouble.room),
        "Trunk line accepts calls from everywhere": sip_path("trunks", trouble.trunk),
        "Rule Night desk has a warning: open to strangers": sip_path("rules", trouble.rule),
    }
    places = [said.text.index(line) for line in lines]
    assert places == sorted(places)  # failures before warnings
    for path in lines.values():
        assert len(said.all("a", href=path)) == 2, path  # the sentence and the button
        assert operator.get(path).status == 200
    listed = operator.get("/egress?status=failed")
    assert len([row for row in listed.all("tr") if row.get("id", "").startswith("EG_")]) == 2


def test_the_newest_reason_is_given_and_when_it_happened(operator: Visitor) -> None:
    said = attention(operator.get("/"))
    assert "2 egress jobs failed Recorded, but the upload failed." in said.text
    assert "The worker was about to stop and accepted no more streams. Room stage." in said.text
    assert f"Agent nobody, room {ODD['markup']}. No worker accepted it." in said.text
    assert "1 of 1 participants." in said.text
    assert len(said.all("time")) == 3  # of what failed; LiveKit reports no time for the rest
    assert "All clear" not in said.text
    assert "<script>alert" not in said.html


def test_tiles_count_the_failures(operator: Visitor) -> None:
    page = operator.get("/")
    assert "Egress 0 active, 2 failed" in page.text
    assert "Ingress 0 publishing, 1 in error" in page.text
    assert "Agents \u2013 1 dispatch without a worker" in page.text


def test_several_of_a_kind_lead_to_their_list(operator: Visitor, trouble: Trouble) -> None:
    roomless = api.SIPDispatchRuleInfo(
        name="Nowhere",
        numbers=["+15550199"],
        rule=api.SIPDispatchRule(dispatch_rule_direct=api.SIPDispatchRuleDirect(room_name="")),
    )
    request = api.CreateSIPDispatchRuleRequest(dispatch_rule=roomless)
    second = trouble.livekit("sip.create_dispatch_rule", request).sip_dispatch_rule_id
    again = api.CreateAgentDispatchRequest(room=trouble.room, agent_name="nobody else")
    more = trouble.livekit("agent_dispatch.create_dispatch", again).id
    said = attention(operator.get("/"))
    assert "2 dispatches have no worker" in said.text
    assert "2 dispatch rules have critical warnings" in said.text
    for path in ("/agents?status=untaken", "/sip/rules?faults=bad"):
        assert len(said.all("a", href=path)) == 2
    listed = operator.get("/agents?status=untaken")
    assert {more, trouble.dispatch} <= {
        a["href"].rpartition("/")[2] for a in listed.all("a") if "href" in a
    }
    ruled = operator.get("/sip/rules?faults=bad")
    for rule in (second, trouble.rule):
        assert ruled.all("a", href=sip_path("rules", rule))
    gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=second)
    trouble.livekit("sip.delete_dispatch_rule", gone)
    assert operator.post(dispatch_path(trouble.room, more, "delete")).status == 303


def test_dispatches_are_checked_in_occupied_rooms_first(
    admin: Visitor,
    make_room: Callable[..., str],
    busy: Busy,
    monkeypatch: pytest.MonkeyPatch,
    livekit: Ask,
) -> None:
    monkeypatch.setattr(agents, "PATIENCE", agents.PATIENCE * 0)
    made = []
    for room in (busy.some, make_room()):
        wanted = api.CreateAgentDispatchRequest(room=room, agent_name=f"for {room}")
        made.append(livekit("agent_dispatch.create_dispatch", wanted).id)
    text = attention(admin.get("/")).text
    assert admin.post(dispatch_path(busy.some, made[0], "delete")).status == 303
    assert f"Agent for {busy.some}, room {busy.some}. No worker accepted it." in text
