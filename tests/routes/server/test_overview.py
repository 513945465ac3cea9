"""The overview: its figures, its rooms and its services; attention has tests of its own."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.services.server.capabilities import CALLS_NOT_COUNTED, NO_WORKER_SEEN
from app.text.paths import room_path
from tests.routes.asked import Ask, all_rooms
from tests.routes.conftest import Busy, Join
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

TILES = re.compile(r"Rooms ([\d,]+) ([\d,]+) occupied Participants ([\d,]+) in ([\d,]+) rooms?\b")


def figures(page: Seen) -> list[int]:
    """Return rooms, occupied rooms, participants, and the rooms that they are in."""
    found = TILES.search(page.text)
    assert found, page.text
    return [int(figure.replace(",", "")) for figure in found.groups()]


def own(rooms: list[Any]) -> list[int]:
    """Return the same figures from LiveKit's own list."""
    counts = [room.num_participants for room in rooms]
    occupied = sum(1 for count in counts if count)
    return [len(rooms), occupied, sum(counts), occupied]


def shown(page: Seen, names: list[str]) -> list[str]:
    """Return which of the rooms the page shows, in its order."""
    return [a["title"] for a in page.all("a") if a.get("title") in names]


def row(page: Seen, sid: str) -> str:
    """Return the text of a room's row."""
    html = page.html.partition(f'<tr id="open-{sid}">')[2].partition("</tr>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_figures_are_livekits_own(admin: Visitor, livekit: Ask, busy: Busy) -> None:
    def agree() -> bool:  # a room of an earlier test may close in between
        before, page, after = all_rooms(livekit), admin.get("/"), all_rooms(livekit)
        return own(before) == own(after) == figures(page)

    until(agree)
    assert figures(admin.get("/"))[2] >= 3


def test_each_tile_is_one_link(admin: Visitor, start_dashboard: Callable[..., Dashboard]) -> None:
    paths = ["/rooms", "/participants", "/agents", "/sip/calls", "/egress", "/ingress"]
    tiles = admin.get("/").all("a", **{"class": "tile stat"})
    assert [tile["href"] for tile in tiles] == paths
    without_sip = start_dashboard(enable_sip=False).visitor().get("/")
    tiles = without_sip.all("a", **{"class": "tile stat"})
    assert tiles[3]["href"] == "/sip"
    assert "Calls \u2013 Not set up" in without_sip.text


def test_what_livekit_reports_only_per_room_is_not_guessed(admin: Visitor) -> None:
    page = admin.get("/")
    assert "Calls \u2013 Counted on its page" in page.text
    # a dispatch of another test may have no worker
    assert re.search("Agents \u2013 (Counted on its page|[0-9]+ dispatch)", page.text)


def test_the_busiest_rooms_come_first(admin: Visitor, busy: Busy, make_room: Ask) -> None:
    empty = make_room()
    names = [busy.full, busy.some, empty]
    assert shown(admin.get("/"), names)[:2] == names[:2]
    assert shown(admin.get("/?rooms=busiest"), names)[:2] == names[:2]


def test_newest_and_longest_rooms(admin: Visitor, make_room: Ask, livekit: Ask) -> None:
    made = [make_room() for _ in range(11)]
    assert shown(admin.get("/?rooms=newest"), made) == made[:0:-1]

    def oldest() -> bool:  # a room of an earlier test may close in between
        before = sorted(all_rooms(livekit), key=lambda room: (room.creation_time_ms, room.name))
        names = [room.name for room in before[:10]]
        return shown(admin.get("/?rooms=longest"), names) == names

    until(oldest)


def test_the_order_is_a_link_and_kept_by_the_refresh(admin: Visitor) -> None:
    page = admin.get("/?rooms=longest")
    orders = ["busiest", "newest", "longest"]
    links = [a for a in page.all("a") if a.get("href", "").startswith("/?rooms=")]
    assert [a["href"] for a in links] == [f"/?rooms={order}" for order in orders]
    assert ["aria-current" in a for a in links] == [False, False, True]
    (live,) = page.all("div", id="live")
    assert "rooms=longest" in live["data-hx-get"]
    assert page.all("a", href="/rooms?sort=created")
    for order in ("oldest", ""):
        assert admin.get(f"/?rooms={order}").status == 422


def test_a_full_room_is_marked_and_has_a_bar(
    admin: Visitor, make_room: Ask, join: Join, livekit: Ask
) -> None:
    full, roomy, endless = make_room(max_participants=1), make_room(max_participants=9), make_room()
    join(full, "ada")
    sids = {room.name: room.sid for room in all_rooms(livekit)}
    until(lambda: "full" in row(admin.get("/?rooms=newest"), sids[full]))
    page = admin.get("/?rooms=newest")
    assert re.search(r"^\S+ full 1 of 1 0 \d+ s", row(page, sids[full]))
    assert re.search(r"^\S+ 0 of 9 0 \d+ s", row(page, sids[roomy]))
    assert re.search(r"^\S+ 0 0 \d+ s", row(page, sids[endless]))
    meters = page.all("meter", max="9")
    assert [meter["value"] for meter in meters] == ["0"]
    listed = admin.get("/rooms?people=full")
    assert listed.all("a", href=room_path(full))
    assert not listed.all("a", href=room_path(roomy))
    assert not listed.all("a", href=room_path(endless))


def test_a_part_that_is_there_is_not_said_to_work(admin: Visitor) -> None:
    page = admin.get("/")
    assert "ListSIPInboundTrunk" in page.calls
    assert f"SIP {CALLS_NOT_COUNTED.capitalize()} {NO_WORKER_SEEN}" in page.text


def test_sip_is_not_asked_where_it_is_off(start_dashboard: Callable[..., Dashboard]) -> None:
    page = start_dashboard(enable_sip=False).visitor().get("/")
    assert not [call for call in page.calls if "SIP" in call]
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
        for label in ("Rooms", "Participants", "Egress", "Ingress"):
            assert f"{label} \u2013 Unavailable" in page.text


@pytest.mark.parametrize("path", ["/rooms/-/new", "/sandbox"])
def test_is_for_the_signed_in_only_and_readers_too(
    nobody: Visitor, reader: Visitor, admin: Visitor, path: str
) -> None:
    assert nobody.get("/").status == 401
    page = reader.get("/")
    assert page.status == 200
    assert not page.all("a", href=path)
    assert admin.get("/").all("a", href=path)
    assert reader.http.post("/").status_code == 405
