"""What an entry of the audit says about a change: values before and after."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api

from app.text.paths import (
    dispatch_path,
    egress_path,
    ingress_path,
    participant_path,
    room_path,
    sip_path,
)
from tests.routes.asked import Ask, phone_number
from tests.routes.conftest import Begin, Join
from tests.routes.egress.jobs import composite
from tests.routes.filled import confirmed, filled
from tests.routes.sip.trunks import clear, make_rule
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.visitor import Seen, Visitor

HOSTILE = "</dd><script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def stored(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    return start_dashboard(database_url=databases.new())


@pytest.fixture
def ada(stored: Dashboard) -> Iterator[Visitor]:
    visitor = stored.visitor()
    yield visitor
    visitor.close()


def entries(visitor: Visitor, room: str, action: str) -> list[dict[str, Any]]:
    """Return the acts on a room, newest first, with their facts."""
    acts = json.loads(visitor.get("/audit/-/export.json", params={"q": room}).html)
    return [
        each | {"facts": json.loads(each["facts"])} for each in acts if each["action"] == action
    ]


def changes(visitor: Visitor, room: str, action: str) -> Any:
    return entries(visitor, room, action)[0]["facts"]["changes"]


def entry_page(visitor: Visitor, room: str, action: str) -> Seen:
    return visitor.get(f"/audit/{entries(visitor, room, action)[0]['entry']}")


def test_a_rooms_metadata(ada: Visitor, make_room: Callable[..., str]) -> None:
    room = make_room(metadata="old")
    ada.post(room_path(room, "edit"), metadata=HOSTILE)
    assert changes(ada, room, "room.edit") == [
        {"field": "metadata", "before": "old", "after": HOSTILE}
    ]
    page = entry_page(ada, room, "room.edit")
    assert "<script>alert(1)" not in page.html
    assert re.search(
        r"<h2 id=\"changes\">Changes</h2>.*<del><span>old</span></del>", page.html, re.S
    )
    ada.post(room_path(room, "edit"), metadata="same", shown="same")
    assert changes(ada, room, "room.edit") == []
    assert "Nothing was changed." in entry_page(ada, room, "room.edit").text


def test_a_participant(ada: Visitor, room: str, join: Join) -> None:
    join(room, "guest", name="Guest", attributes={"tier": "1", "apiToken": "old-secret"})
    path = participant_path(room, "guest", "edit")
    fields = filled(ada.get(path))
    attributes = json.dumps({"tier": "2", "apiToken": "new-secret", "new": "x"})
    assert ada.send(path, fields | {"name": "Host", "attributes": attributes}).status == 303
    assert changes(ada, room, "participant.edit") == [
        {"field": "name", "before": "Guest", "after": "Host"},
        {"field": "attributes", "key": "apiToken", "secret": "changed"},
        {"field": "attributes", "key": "new", "before": None, "after": "x"},
        {"field": "attributes", "key": "tier", "before": "1", "after": "2"},
    ]
    page = entry_page(ada, room, "participant.edit")
    assert "secret" not in page.text
    assert "Attributes: apiToken" in page.text


def test_permissions_of_one_and_of_several(ada: Visitor, room: str, join: Join) -> None:
    for identity in ("one", "two"):
        join(room, identity)
    path = participant_path(room, "one", "permissions")
    fields = filled(ada.get(path))
    del fields["can_publish"]
    assert ada.send(path, fields).status == 303
    assert {"field": "can_publish", "before": "on", "after": "off"} in changes(
        ada, room, "participant.permit"
    )
    several = room_path(room, "participants", "-", "permissions")
    form = ada.post(several, scope="selected", who=["one", "two"])
    report = ada.send(several, confirmed(form) | {"can_publish": "no"})
    assert "2 of 2 participants updated" in report.text
    assert changes(ada, room, "participants.permit") == [
        {"of": "two", "field": "can_publish", "before": "on", "after": "off"}
    ]


def test_tracks_and_subscriptions(ada: Visitor, room: str, join: Join) -> None:
    join(room, "speaker", audio=True)
    join(room, "listener")
    page = ada.get(participant_path(room, "listener", "subscriptions"))
    track = str(filled(page).get("track") or page.all("input", name="track")[0]["value"])
    ada.post(participant_path(room, "listener", "subscriptions"), track=track, what="unsubscribe")
    assert changes(ada, room, "participant.subscribe") == [
        {"field": "subscribed", "key": track, "after": "off"}
    ]
    assert "not known" in entry_page(ada, room, "participant.subscribe").text
    ada.post(participant_path(room, "speaker", "mute"), track=track)
    assert changes(ada, room, "participant.mute") == [
        {"field": "muted", "before": "off", "after": "on"}
    ]
    ada.post(participant_path(room, "speaker", "unmute"), track=track)
    facts = entries(ada, room, "participant.unmute")[0]["facts"]
    assert facts["track"] == track
    assert "changes" not in facts  # the client was only asked to


def test_what_was_refused_was_only_requested(ada: Visitor, room: str, join: Join) -> None:
    join(room, "guest", name="Guest")
    ada.post(participant_path(room, "guest", "edit"), name="x" * 300)
    (refused,) = entries(ada, room, "participant.edit")
    assert refused["outcome"] == "refused"
    assert refused["facts"]["changes"][0]["before"] == "Guest"
    page = entry_page(ada, room, "participant.edit")
    assert "Requested changes" in page.text


def test_the_history_of_what_has_an_id_is_linked_too(
    ada: Visitor,
    admin: Visitor,
    livekit: Ask,
    room: str,
    join: Join,
    begin: Begin,
    make_ingress: Callable[..., Any],
) -> None:
    join(room, "guest")
    trunk = api.SIPInboundTrunkInfo(name=room, numbers=[phone_number()])
    made = livekit("sip.create_inbound_trunk", api.CreateSIPInboundTrunkRequest(trunk=trunk))
    rule = make_rule(livekit, room, [made.sip_trunk_id]).sip_dispatch_rule_id
    wanted = api.CreateAgentDispatchRequest(room=room, agent_name="helper")
    dispatch = livekit("agent_dispatch.create_dispatch", wanted).id
    job = begin(composite(room))
    ingress = make_ingress().ingress_id
    pages = {
        ("trunk", made.sip_trunk_id): sip_path("trunks", made.sip_trunk_id),
        ("rule", rule): sip_path("rules", rule),
        ("dispatch", dispatch): dispatch_path(room, dispatch),
        ("job", job): egress_path(job),
        ("ingress", ingress): ingress_path(ingress),
    }
    try:
        for (kind, id_), path in pages.items():
            page = ada.get(path)
            assert f'href="/audit?q={id_}&amp;kind={kind}"' in page.html, (path, page.status)
            assert "/audit" not in admin.get(path).html
    finally:
        clear(livekit, room)


def test_the_history_of_something_is_linked_from_its_page(
    ada: Visitor, admin: Visitor, room: str, join: Join
) -> None:
    join(room, "a&b guest")
    pages = {
        room_path(room): f"/audit?q={room}&amp;kind=room",
        participant_path(room, "a&b guest"): "/audit?q=a%26b%20guest&amp;kind=identity",
    }
    for path, link in pages.items():
        assert f'href="{link}"' in ada.get(path).html.replace("+", "%20"), path
        assert "/audit" not in admin.get(path).html  # no store, no audit
