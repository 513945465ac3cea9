"""The calls of all rooms: /sip/calls, its export, and one call's page."""

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from app.services.rooms import scan
from app.text.paths import call_path, participant_path, room_path, sip_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, end_room
from tests.routes.conftest import Counted, Join, Start
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

INBOUND = {
    "sip.callID": "SCL_in",
    "sip.callStatus": "active",
    "sip.phoneNumber": "+15550100",
    "sip.trunkPhoneNumber": "+15550199",
    "sip.trunkID": "ST_in",
    "sip.ruleID": "SDR_in",
    "sip.hostname": "sip.example.com",
}
OUTBOUND = {
    "sip.callID": "SCL_out",
    "sip.callStatus": "ringing",
    "sip.phoneNumber": "+15550200",
    "sip.trunkPhoneNumber": "+15550299",
    "sip.trunkID": "ST_out",
}


def address(**state: object) -> str:
    """Return the list's address."""
    return f"/sip/calls?{urlencode(state)}"


def listed(page: Seen) -> list[str]:
    """Return the SIDs of the calls on the page, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if row.get("id", "").startswith("PA_")]


@pytest.fixture(scope="module")
def calls(crowd: Crowd, stack: Stack) -> Iterator[dict[str, str]]:
    """A room with a call in, a call out, and somebody who is no call: their SIDs, and the room."""
    room = f"calls-{secrets.token_hex(4)}"
    caller = crowd.join(room, "caller", kind="sip", attributes=INBOUND)
    callee = crowd.join(room, "callee", kind="sip", attributes=OUTBOUND, name="Callee")
    agent = crowd.join(room, "no call", attributes=INBOUND)
    yield {"room": room, "in": caller.sid, "out": callee.sid, "none": agent.sid}
    end_room(stack, crowd, room, [caller, callee, agent])


def test_shows_calls_and_nobody_else(admin: Visitor, calls: dict[str, str]) -> None:
    page = admin.get(address(q=calls["room"]))
    assert set(listed(page)) == {calls["in"], calls["out"]}
    assert "active" in page.text
    assert "ringing" in page.text
    assert page.all("a", href=room_path(calls["room"]))
    assert page.all("a", href=call_path(calls["room"], "caller"))


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({}, {"in", "out"}),
        ({"status": "active"}, {"in"}),
        ({"status": "ringing"}, {"out"}),
        ({"status": "hangup"}, set()),
        ({"direction": "inbound"}, {"in"}),
        ({"direction": "outbound"}, {"out"}),
    ],
)
def test_filters(
    admin: Visitor, calls: dict[str, str], state: dict[str, str], found: set[str]
) -> None:
    page = admin.get(address(q=calls["room"], **state))
    assert set(listed(page)) == {calls[name] for name in found}
    if not found:
        assert "No matching calls" in page.text


@pytest.mark.parametrize("q", ["5550200", "+1 555 02-00", "+1\u00a0555\u00a00200", "SCL_out"])
def test_a_number_is_found_as_it_is_read(admin: Visitor, calls: dict[str, str], q: str) -> None:
    assert calls["out"] in listed(admin.get(address(q=q)))
    found = [a.get("href") for a in admin.get(f"/search?{urlencode({'q': q})}").all("a")]
    assert participant_path(calls["room"], "callee") in found


@pytest.mark.parametrize("column", ["joined", "caller", "callee", "room", "status", "direction"])
def test_sorts_both_ways(admin: Visitor, calls: dict[str, str], column: str) -> None:
    up = listed(admin.get(address(q=calls["room"], sort=column)))
    down = listed(admin.get(address(q=calls["room"], sort=f"-{column}")))
    assert set(up) == set(down) == {calls["in"], calls["out"]}
    if column in {"caller", "callee", "status", "direction"}:
        assert up == down[::-1]


@pytest.mark.parametrize("bad", ["status=x", "direction=up", "sort=x", "start=-1", "start=x"])
def test_wrong_addresses_are_422(admin: Visitor, bad: str) -> None:
    assert admin.get(f"/sip/calls?{bad}").status == 422


def test_a_call_s_page(admin: Visitor, calls: dict[str, str]) -> None:
    page = admin.get(call_path(calls["room"], "caller"))
    assert page.status == 200
    assert page.all("span", title="+15550100")
    assert page.all("span", title="+15550199")
    assert page.all("a", href=sip_path("trunks", "ST_in"))
    assert "SDR_in" in page.text
    assert "sip.example.com" in page.text
    assert "inbound" in page.text
    out = admin.get(call_path(calls["room"], "callee"))
    assert "outbound" in out.text
    assert "<dt>Dispatch rule</dt>" not in out.html


@pytest.mark.parametrize("who", ["no call", "nobody at all"])
def test_what_is_no_call_is_404(admin: Visitor, calls: dict[str, str], who: str) -> None:
    page = admin.get(call_path(calls["room"], who))
    assert page.status == 404
    assert "LiveKit keeps nothing of a call after its end." in page.text


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_export(admin: Visitor, calls: dict[str, str], kind: str) -> None:
    state = urlencode({"q": calls["room"], "direction": "inbound", "page": 7, "per_page": 1})
    answer = admin.get(f"/sip/calls/-/export.{kind}?{state}")
    assert answer.status == 200
    text = answer.response.content.decode("utf-8-sig")
    rows = json.loads(text) if kind == "json" else list(csv.DictReader(io.StringIO(text)))
    (row,) = rows
    assert (row["sid"], row["status"], row["direction"]) == (calls["in"], "active", "inbound")
    assert row["callee"] in {"+15550199", "'+15550199"}


def test_costs_two_calls_and_one_for_each_room_and_two_for_the_names_of_trunks(
    counted: Counted, livekit: Ask, calls: dict[str, str]
) -> None:
    page, cost = counted.get(address(q=calls["room"]))
    found = page.text.partition("Searched all ")[2].partition(" room")[0]
    assert cost == 2 + int(found) + 2


def test_only_so_many_rooms_are_looked_into_and_the_rest_is_said(
    admin: Visitor, join: Join, calls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = f"later-{secrets.token_hex(4)}"
    join(room, "late", kind="sip", attributes=OUTBOUND)
    monkeypatch.setattr(scan, "ROOMS", 1)
    page = admin.get("/sip/calls")
    assert "Searched 1 of" in page.text
    seen = listed(page)
    more = page.all("a", href="/sip/calls?start=1")
    assert more
    seen += listed(admin.get(more[0]["href"]))
    assert set(seen) >= {calls["in"], calls["out"]}
    assert "Back to the first rooms" in admin.get(more[0]["href"]).text


def test_a_call_that_ended_is_gone(
    admin: Visitor, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room()
    caller = join(room, "brief", kind="sip", attributes=INBOUND)
    assert listed(admin.get(address(q=room))) == [caller.sid]
    caller.leave()
    until(lambda: not listed(admin.get(address(q=room))))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_and_numbers(admin: Visitor, join: Join, odd: str) -> None:
    told = INBOUND | {"sip.phoneNumber": odd, "sip.trunkID": odd, "sip.ruleID": odd}
    join(odd, odd, kind="sip", name=odd, attributes=told | {"sip.callStatus": odd})
    for path in (address(q=odd), call_path(odd, odd)):
        page = admin.get(path)
        assert page.status == 200
        assert "unknown" in page.text  # LiveKit has no such status
        assert "<script>alert" not in page.html
        assert page.all("a", href=room_path(odd))


def test_who_may_only_read_gets_no_buttons(reader: Visitor, calls: dict[str, str]) -> None:
    for path in (address(q=calls["room"]), call_path(calls["room"], "caller")):
        page = reader.get(path)
        assert page.status == 200
        assert not [a for a in page.all("a") if a.get("href", "").endswith(("/end", "/transfer"))]


def test_an_outage_is_no_empty_list(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.mode = "reset"
    for path in ("/sip/calls", "/sip/calls/-/export.csv"):
        page = visitor.get(path)
        assert page.status == 503
        assert "No active calls" not in page.text


def test_off_there_is_neither_route_nor_line(start_dashboard: Start) -> None:
    visitor = start_dashboard(enable_sip=False).visitor()
    for part in ("calls", "trunks", "rules", "route", "definitions"):
        assert visitor.get(f"/sip/{part}").status == 404
    assert not visitor.get("/").all("a", href="/sip/calls")


def test_without_redis_it_says_so(bare: Visitor) -> None:
    page = bare.get("/sip/calls")
    assert page.status == 200
    assert "redis" in page.text
    assert bare.get("/sip/calls/-/export.csv").status == 409


def test_the_address_of_telephony_shows_the_calls(
    admin: Visitor, reader: Visitor, nobody: Visitor
) -> None:
    for visitor in (admin, reader):
        page = visitor.get("/sip")
        assert page.status == 200
        assert page.all("form", action="/sip/calls")
        assert page.all("section", **{"aria-label": "Calls"})
    assert nobody.get("/sip").status == 401
