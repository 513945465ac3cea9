"""The overview: /."""

import re
from collections.abc import Callable
from typing import Any

from livekit import api

from app.services.server.capabilities import CALLS_NOT_COUNTED, NO_WORKER_SEEN
from tests.routes.asked import Ask, all_rooms
from tests.routes.conftest import Busy, Counted
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

TILES = re.compile(
    r"Rooms ([\d,]+) ([\d,]+) occupied "
    r"Participants ([\d,]+) (?:max ([\d,]+) in one room|No participants) Publishers ([\d,]+)"
)


def figures(page: Seen) -> list[int]:
    """Return rooms, rooms with people, participants, the most in one room, publishers."""
    found = TILES.search(page.text)
    assert found, page.text
    return [int(figure.replace(",", "")) for figure in found.groups("0")]


def own(rooms: list[Any]) -> list[int]:
    """Return the same figures from LiveKit's own list."""
    counts = [room.num_participants for room in rooms]
    with_people = sum(1 for count in counts if count)
    publishers = sum(room.num_publishers for room in rooms)
    return [len(rooms), with_people, sum(counts), max(counts), publishers]


def test_the_figures_are_livekits_own(admin: Visitor, livekit: Ask, busy: Busy) -> None:
    def agree() -> bool:  # a room of an earlier test may close in between
        before, page, after = all_rooms(livekit), admin.get("/"), all_rooms(livekit)
        return own(before) == own(after) == figures(page)

    until(agree)
    assert figures(admin.get("/"))[3] >= 2


def test_newest_rooms_come_first(admin: Visitor, livekit: Ask, make_room: Ask) -> None:
    made = [make_room() for _ in range(9)]
    page = admin.get("/")
    linked = [a["title"] for a in page.all("a") if a.get("title") in made]
    assert linked == made[:0:-1]


def test_one_list_call_a_part_and_none_a_room(
    counted: Counted, make_room: Ask, busy: Busy, livekit: Ask
) -> None:
    for _ in range(5):
        make_room()
    jobs = livekit("egress.list_egress", api.ListEgressRequest(active=True)).items
    page, calls = counted.get("/")
    # one more where another test's job runs, and none else: whether its room is still open
    again = page.calls.count("ListRooms") - 1
    assert again <= bool(jobs)
    assert (page.status, calls) == (200, 4 + again)
    # the panels of egress and ingress share the call that shows whether the part works
    assert sorted(set(page.calls)) == [
        "ListEgress",
        "ListIngress",
        "ListRooms",
        "ListSIPInboundTrunk",
    ]


def test_a_part_that_is_there_is_not_said_to_work(admin: Visitor) -> None:
    page = admin.get("/")
    assert "ListSIPInboundTrunk" in page.calls
    assert f"SIP {CALLS_NOT_COUNTED.capitalize()} {NO_WORKER_SEEN}" in page.text


def test_sip_is_not_asked_where_it_is_off(start_dashboard: Callable[..., Dashboard]) -> None:
    page = start_dashboard(enable_sip=False).visitor().get("/")
    assert "ListSIPInboundTrunk" not in page.calls
    assert "ENABLE_SIP is off in the dashboard." in page.text


def test_without_redis_egress_and_ingress_are_missing_and_rooms_work(bare: Visitor) -> None:
    name = "alone on the bare stack"
    assert bare.post("/rooms/-/new", name=name).status == 303
    page = bare.get("/")
    assert page.status == 200
    for part in ("Egress", "Ingress"):
        assert f"{part} Not configured Set redis.address in LiveKit's configuration." in page.text
    assert figures(page)[0] >= 1
    assert [a["title"] for a in page.all("a") if a.get("title") == name]
    assert "Overview Reachable" in page.text


def test_nothing_there_is_said_so_and_no_figure_is_made_up(
    relay: Relay, start_dashboard: Callable[..., Dashboard]
) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    assert visitor.get("/").status == 200
    relay.close()
    for path in ("/", "/?partial=1"):
        page = visitor.get(path)
        assert page.status == 503
        assert "LiveKit is unreachable" in page.text
        assert "Connection refused" in page.text
        assert not TILES.search(page.text)
        assert "No rooms yet" not in page.text
        assert page.text.count(" Unavailable ") == 4  # three figures, and the newest rooms


def test_is_for_the_signed_in_only_and_readers_too(nobody: Visitor, reader: Visitor) -> None:
    assert nobody.get("/").status == 401
    page = reader.get("/")
    assert page.status == 200
    assert not page.all("a", href="/rooms/-/new")
    assert reader.http.post("/").status_code == 405
