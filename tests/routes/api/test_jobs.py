"""/api/v1/egress, /api/v1/ingress, /api/v1/calls and /api/v1/agents: their lists and actions."""

import secrets
from collections.abc import Iterator

import pytest
from livekit import api

from tests.routes.api.conftest import call, items, problem
from tests.routes.asked import Ask, people
from tests.routes.conftest import Begin, Join
from tests.support.visitor import Visitor
from tests.support.waiting import until

KEY = f"key-{secrets.token_hex(8)}"


@pytest.fixture
def ingress(livekit: Ask) -> Iterator[str]:
    """An ingress's ID."""
    request = api.CreateIngressRequest(
        name="<b>stage", room_name="stage", participant_identity="in", participant_metadata="m"
    )
    made = livekit("ingress.create_ingress", request)
    yield made.ingress_id
    left = livekit("ingress.list_ingress", api.ListIngressRequest()).items
    if made.ingress_id in [info.ingress_id for info in left]:
        livekit("ingress.delete_ingress", api.DeleteIngressRequest(ingress_id=made.ingress_id))


def test_egress_is_listed_and_stopped(
    root: Visitor, viewer: Visitor, room: str, begin: Begin
) -> None:
    stream = api.StreamOutput(urls=[f"rtmp://127.0.0.1/live/{KEY}"])
    first, second = (
        begin(api.RoomCompositeEgressRequest(room_name=room, stream_outputs=[stream]))
        for _ in range(2)
    )
    for limit in (1, 50):
        found = items(root, "/egress", room=room, limit=limit)
        assert [job["id"] for job in found] == sorted([first, second])
    job = next(job for job in found if job["id"] == first)
    assert (job["type"], job["room"], job["orphaned"]) == ("room_composite", room, False)
    seen = call(root, "GET", f"/egress/{first}")
    assert seen.response.json()["id"] == first
    assert KEY not in seen.html
    assert items(root, "/egress", room=room, status="ended") == []
    problem(call(viewer, "POST", f"/egress/{first}/stop"), 403)
    stopped = call(root, "POST", f"/egress/{first}/stop")
    assert (stopped.status, stopped.response.json()["id"]) == (200, first)
    until(lambda: items(root, "/egress", room=room, status="ended"))
    problem(call(root, "POST", f"/egress/{first}/stop"), 409)
    problem(call(root, "GET", "/egress/EG_nothing"), 404)


def test_ingress_is_listed_without_its_key_and_deleted(
    root: Visitor, viewer: Visitor, ingress: str, livekit: Ask
) -> None:
    infos = livekit("ingress.list_ingress", api.ListIngressRequest(ingress_id=ingress)).items
    listed = root.get("/api/v1/ingress?limit=200")
    found = next(one for one in listed.response.json()["items"] if one["id"] == ingress)
    assert (found["name"], found["metadata"], found["status"]) == ("<b>stage", "m", "inactive")
    one = call(root, "GET", f"/ingress/{ingress}")
    assert one.response.json() == found
    assert infos[0].stream_key not in listed.html + one.html
    assert ingress in [each["id"] for each in items(root, "/ingress", q="stage", limit=1)]
    problem(call(viewer, "DELETE", f"/ingress/{ingress}"), 403)
    assert call(root, "DELETE", f"/ingress/{ingress}").status == 204
    problem(call(root, "GET", f"/ingress/{ingress}"), 404)
    problem(call(root, "DELETE", f"/ingress/{ingress}"), 404)


def test_calls_are_listed_and_ended(
    root: Visitor, viewer: Visitor, room: str, join: Join, livekit: Ask
) -> None:
    number = "+15550001234"
    attributes = {"sip.phoneNumber": number, "sip.ruleID": "SDR_x", "sip.callStatus": "active"}
    join(room, "caller", kind="sip", attributes=attributes)
    join(room, "ada")
    found = items(root, "/calls/active", q=room, limit=1)
    assert [(one["identity"], one["caller"], one["direction"]) for one in found] == [
        ("caller", number, "inbound")
    ]
    one = call(root, "GET", f"/calls/{room}/caller").response.json()
    assert one["status"] == "active"
    problem(call(root, "GET", f"/calls/{room}/ada"), 404)
    problem(call(viewer, "DELETE", f"/calls/{room}/caller"), 403)
    assert call(root, "DELETE", f"/calls/{room}/caller").status == 204
    until(lambda: "caller" not in people(livekit, room))


def test_agents_are_listed(root: Visitor, room: str, join: Join, livekit: Ask) -> None:
    join(room, "ada")
    name = f"helper-{secrets.token_hex(4)}"
    request = api.CreateAgentDispatchRequest(room=room, agent_name=name)
    livekit("agent_dispatch.create_dispatch", request)
    found = items(root, "/agents", room=room, q=name, limit=1)
    assert [(one["agent_name"], one["room"], one["job"]) for one in found] == [(name, room, "")]
    told = problem(root.get("/api/v1/agents", params={"status": "no such"}), 422)
    assert [error["name"] for error in told["errors"]] == ["status"]
