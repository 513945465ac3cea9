"""Agents in rooms and what dispatches became: /agents, its export, and one dispatch's page."""

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from livekit import api

from app.services.agents import agents
from app.services.rooms import scan
from app.text.paths import dispatch_path, room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, end_room
from tests.routes.conftest import Counted, Join, Start
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

NOBODY = "nobody-serves-this"


def address(*rooms: str, **state: object) -> str:
    """Return the list's address, with rooms named."""
    return f"/agents?{urlencode([*(('room', room) for room in rooms), *state.items()])}"


def listed(page: Seen) -> list[str]:
    """Return what tells the rows of the page apart, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if "id" in row]


def dispatch(livekit: Ask, room: str, name: str, metadata: str = "") -> str:
    """Dispatch an agent by LiveKit itself, and give the dispatch's id."""
    request = api.CreateAgentDispatchRequest(room=room, agent_name=name, metadata=metadata)
    made = livekit("agent_dispatch.create_dispatch", request)
    return str(made.id)


@pytest.fixture(scope="module")
def work(livekit: Ask, agent_name: str, crowd: Crowd, stack: Stack) -> Iterator[dict[str, str]]:
    """A room with an agent at work, one rejected, one nobody serves, one joined by hand."""
    room = f"agents-{secrets.token_hex(4)}"
    alone = crowd.join(room, "by hand", kind="agent", attributes={"lk.agent.state": "thinking"})
    made = {
        "stays": dispatch(livekit, room, agent_name),
        "fails": dispatch(livekit, room, agent_name, "fail"),
        "refused": dispatch(livekit, room, agent_name, "refuse"),
        "nobody": dispatch(livekit, room, NOBODY, '{"language":"en"}'),
    }

    def taken() -> bool:
        answer = livekit("agent_dispatch.list_dispatch", room)
        jobs = {each.id: list(each.state.jobs) for each in answer}
        people = livekit("room.list_participants", api.ListParticipantsRequest(room=room))
        return all(jobs[made[n]] for n in ("stays", "fails", "refused")) and any(
            who.attributes.get("lk.agent.state") == "speaking" for who in people.participants
        )

    until(taken, seconds=60)
    yield made | {"room": room, "sid": alone.sid}
    end_room(stack, crowd, room, [alone])


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the list no longer wait for what has not come."""
    for name in ("PATIENCE", "JOINING"):
        monkeypatch.setattr(agents, name, getattr(agents, name) * 0)


def test_shows_agents_with_their_jobs(
    admin: Visitor, work: dict[str, str], agent_name: str, patient: None
) -> None:
    page = admin.get(address(q=work["room"]))
    rows = listed(page)
    assert len(rows) == 5
    assert work["sid"] in rows
    for label in ("running", "left", "rejected", "no worker", "in the room"):
        assert label in page.text
    assert "speaking" in page.text
    assert "thinking" in page.text
    assert "AW_" in page.text
    assert page.all("a", href=room_path(work["room"]))
    assert page.all("a", href=dispatch_path(work["room"], work["stays"]), title=agent_name)


@pytest.mark.parametrize(
    ("status", "found"),
    [("running", "stays"), ("gone", "fails"), ("declined", "refused"), ("untaken", "nobody")],
)
def test_filters(
    admin: Visitor, work: dict[str, str], patient: None, status: str, found: str
) -> None:
    (row,) = listed(admin.get(address(q=work["room"], status=status)))
    assert row.startswith(work[found])
    none = admin.get(address(q=work["room"], status="pending"))
    assert "No matches" in none.text


@pytest.mark.parametrize("column", ["agent", "status", "room", "worker", "since"])
def test_sorts_both_ways(admin: Visitor, work: dict[str, str], column: str) -> None:
    up = listed(admin.get(address(q=work["room"], sort=column)))
    down = listed(admin.get(address(q=work["room"], sort=f"-{column}")))
    assert len(up) == 5
    assert set(up) == set(down)


def test_wrong_addresses_are_422(admin: Visitor) -> None:
    for bad in ("status=x", "sort=x", "start=-1", urlencode([("room", "a")] * 21)):
        assert admin.get(f"/agents?{bad}").status == 422, bad
    assert admin.get(f"/agents?room={'x' * 1001}").status == 422


def test_a_named_room_is_scanned_and_one_that_is_not_open_is_said(
    admin: Visitor, room: str, livekit: Ask
) -> None:
    made = dispatch(livekit, room, NOBODY)
    assert made not in admin.get("/agents").html
    page = admin.get(address(room, "no such room"))
    assert f"{made}" in " ".join(listed(page))
    assert "automatic" not in page.text, "the dispatch that every room has is left out"
    assert "Not open: no such room" in page.text
    assert page.all("a", href="/agents?room=no+such+room")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_export(admin: Visitor, work: dict[str, str], kind: str, patient: None) -> None:
    state = {"q": work["room"], "status": "running", "page": 7, "per_page": 1}
    answer = admin.get(f"/agents/-/export.{kind}?{urlencode(state)}")
    assert answer.status == 200
    text = answer.response.content.decode("utf-8-sig")
    (row,) = json.loads(text) if kind == "json" else list(csv.DictReader(io.StringIO(text)))
    assert (row["dispatch"], row["status"], row["state"]) == (work["stays"], "running", "speaking")
    assert row["worker"].startswith("AW_")
    assert row["started"]
    assert not row["ended"]


def test_a_dispatch_s_page(admin: Visitor, work: dict[str, str], patient: None) -> None:
    running = admin.get(dispatch_path(work["room"], work["stays"]))
    assert running.status == 200
    assert "AW_" in running.text
    assert "Helper" in running.text
    gone = admin.get(dispatch_path(work["room"], work["fails"]))
    assert "LiveKit doesn't record how a job ends" in gone.text
    assert "Reported by LiveKit running" in gone.text
    refused = admin.get(dispatch_path(work["room"], work["refused"]))
    assert "Ended" in refused.text
    assert "Ended" not in running.text
    nobody = admin.get(dispatch_path(work["room"], work["nobody"]))
    assert "No worker accepted it. LiveKit offers a job once" in nobody.text
    assert '"language": "en"' in nobody.text


def test_a_fresh_dispatch_is_not_given_up(admin: Visitor, livekit: Ask, room: str) -> None:
    made = dispatch(livekit, room, NOBODY)
    assert "LiveKit is offering the job" in admin.get(dispatch_path(room, made)).text


def test_what_is_gone_is_404(admin: Visitor, room: str) -> None:
    page = admin.get(dispatch_path(room, "AD_none"))
    assert (page.status, "has no dispatch AD_none." in page.text) == (404, True)
    page = admin.get(dispatch_path("no such room", "AD_none"))
    assert page.status == 404
    assert page.calls == ["ListRooms"]


def test_costs_what_it_says(counted: Counted, work: dict[str, str]) -> None:
    page, cost = counted.get(address(q=work["room"]))
    looked = page.text.partition("Searched all ")[2].partition(" room")[0]
    asked = page.text.partition("Dispatches are listed for ")[2].partition(" room")[0]
    assert cost == 1 + int(looked) + int(asked)


def test_only_so_many_rooms_are_scanned_and_the_rest_is_said(
    admin: Visitor, join: Join, work: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    join(f"later-{secrets.token_hex(4)}", "late", kind="agent")
    monkeypatch.setattr(scan, "ROOMS", 1)
    page = admin.get("/agents")
    assert "Searched 1 of" in page.text
    (more,) = page.all("a", href="/agents?start=1")
    assert "Back to the first rooms" in admin.get(more["href"]).text
    named = admin.get(address(work["room"]))
    assert any(row.startswith(work["stays"]) for row in listed(named))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(
    admin: Visitor, join: Join, make_room: Callable[..., str], livekit: Ask, odd: str
) -> None:
    join(odd, odd, kind="agent", name=odd, attributes={"lk.agent.state": odd})
    made = dispatch(livekit, odd, odd, odd)
    for path in (address(odd, q=odd), dispatch_path(odd, made)):
        page = admin.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert page.all("a", href=room_path(odd))
    assert admin.get(dispatch_path(odd, made, "delete")).status == 200


def test_who_may_only_read_gets_no_buttons(reader: Visitor, work: dict[str, str]) -> None:
    for path in (address(q=work["room"]), dispatch_path(work["room"], work["stays"])):
        page = reader.get(path)
        assert page.status == 200
        links = [a.get("href", "") for a in page.all("a")]
        assert not [href for href in links if "/delete" in href or "/-/dispatch" in href]


def test_the_room_s_page_leads_here(admin: Visitor, work: dict[str, str]) -> None:
    query = urlencode({"room": work["room"], "q": work["room"]})
    page = admin.get(f"{room_path(work['room'])}?tab=agents")
    assert page.all("a", href=f"/agents?{query}")
    told = "lk.agent.state, as reported by the agent: "
    assert page.all("span", title=f"{told}speaking")
    assert page.all("span", title=f"{told}thinking")


def test_an_outage_is_no_empty_list(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.mode = "reset"
    for path in ("/agents", "/agents/-/export.csv"):
        page = visitor.get(path)
        assert page.status == 503
        assert "No agents" not in page.text
