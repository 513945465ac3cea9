"""The search: /search."""

import re
import secrets
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from livekit import api

from app.services.rooms import scan
from app.text.paths import egress_path, ingress_path, participant_path, room_path, sip_path
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, all_rooms
from tests.routes.conftest import Begin, Counted, Join
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until


def find(visitor: Visitor, q: str) -> Seen:
    """Search as a page does."""
    return Seen(visitor.http.get("/search", params={"q": q}))


def hits(page: Seen) -> dict[str, str]:
    """Return the addresses that were found, with what each is called."""
    return {a["href"]: a.get("title", "") for a in page.all("a") if {"data-hit", "href"} <= set(a)}


def groups(page: Seen) -> list[str]:
    """Return the titles of the kinds that are shown."""
    return [t.split()[0] for t in re.findall(r'<h2 id="found-(?!recent)[a-z]+">([^<]+)', page.html)]


@pytest.fixture
def tag() -> str:
    """A text that no other test has in a name."""
    return f"q{secrets.token_hex(5)}"


def test_each_kind_is_found_by_name_and_by_id(
    admin: Visitor,
    tag: str,
    make_room: Callable[..., str],
    make_ingress: Callable[..., Any],
    make_trunk: Callable[..., Any],
    make_dispatch_rule: Callable[..., Any],
    join: Join,
    begin: Begin,
) -> None:
    room = make_room(f"room-{tag}")
    join(room, f"id-{tag}", name=f"Name {tag}")
    ingress = make_ingress(name=f"in {tag}")
    trunk = make_trunk(name=f"trunk {tag}")
    rule = make_dispatch_rule(name=f"rule {tag}", trunk_ids=[trunk.sip_trunk_id])
    job = begin(
        api.RoomCompositeEgressRequest(room_name=room, file_outputs=[api.EncodedFileOutput()])
    )
    page = find(admin, tag.upper())
    assert page.status == 200
    assert hits(page) == {
        room_path(room): hits(page)[room_path(room)],
        participant_path(room, f"id-{tag}"): f"Name {tag}, id-{tag} in {room}",
        egress_path(job): hits(page)[egress_path(job)],
        ingress_path(ingress.ingress_id): f"in {tag}, inactive, to {ingress.room_name}",
        sip_path("trunks", trunk.sip_trunk_id): f"trunk {tag}, inbound, {trunk.numbers[0]}",
        sip_path("rules", rule.sip_dispatch_rule_id): hits(page)[
            sip_path("rules", rule.sip_dispatch_rule_id)
        ],
    }
    assert "6 found." in page.text
    for path in hits(page):
        assert admin.get(path).status == 200, path
    ids = {
        ingress.ingress_id: ingress_path(ingress.ingress_id),
        trunk.sip_trunk_id: sip_path("trunks", trunk.sip_trunk_id),
        rule.sip_dispatch_rule_id: sip_path("rules", rule.sip_dispatch_rule_id),
        job: egress_path(job),
    }
    for one, path in ids.items():
        assert path in hits(find(admin, one))


def test_the_best_come_first_and_a_few_are_shown(
    admin: Visitor, tag: str, make_room: Callable[..., str]
) -> None:
    for name in (f"a-{tag}", f"{tag}-2", tag, *(f"x{n}-{tag}" for n in range(8))):
        make_room(name)
    page = find(admin, tag)
    labels = [text.partition(", ")[0] for text in hits(page).values()]
    assert labels[:3] == [tag, f"{tag}-2", f"a-{tag}"]
    assert len(labels) == 8 + 1
    assert list(hits(page))[-1] == f"/rooms?q={tag}"
    assert "All 11" in page.text


def test_where_telephony_is_off_it_is_neither_asked_nor_offered(
    start_dashboard: Callable[..., Dashboard],
) -> None:
    visitor = start_dashboard(enable_sip=False).visitor()
    pages = [find(visitor, q) for q in ("trunk", "calls")]
    assert [p for page in pages for p in hits(page) if "/sip" in p] == ["/sip"]  # the set-up page
    assert not [call for page in pages for call in page.calls if "SIP" in call]


def test_nobody_signed_in_finds_nothing(nobody: Visitor, room: str) -> None:
    for path in ("/search", f"/search?q={room}", f"/search?q={room}&partial=1", "/keys"):
        page = nobody.get(path)
        assert page.status == 401
        assert hits(page) == {}


def test_only_get_is_taken(admin: Visitor) -> None:
    for path in ("/search", "/keys"):
        for method in ("POST", "PUT", "DELETE"):
            assert admin.http.request(method, path).status_code == 405


@pytest.mark.parametrize("name", ODD.values(), ids=ODD.keys())
def test_hostile_names_are_found_and_harm_nothing(
    admin: Visitor, make_room: Callable[..., str], join: Join, name: str
) -> None:
    room = make_room(name)
    join(room, name)
    page = find(admin, name)
    assert page.status == 200
    assert room_path(room) in hits(page)
    persons = [path for path in hits(page) if path.startswith(f"{room_path(room)}/")]
    assert len(persons) == 1
    assert name.strip() in admin.get(persons[0]).text or name in unescape(
        admin.get(persons[0]).html
    )
    assert page.all("script") == admin.get("/").all("script")


@pytest.mark.parametrize("q", ["%00", "%ff", "a" * 1000, "<script>", "%F0%9F%8E%A5", "'\"`"])
def test_any_text_can_be_searched(admin: Visitor, q: str) -> None:
    page = admin.get(f"/search?q={q}")
    assert page.status == 200
    assert "<script>" not in page.html.partition('id="found"')[2].partition("</section>")[0]


def test_a_text_too_long_is_refused(admin: Visitor) -> None:
    assert admin.get(f"/search?q={'a' * 1001}").status == 422


def test_it_costs_a_bounded_number_of_calls(
    counted: Counted,
    tag: str,
    join: Join,
    make_room: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        join(make_room(f"{tag}-{number}"), f"{tag}-{number}")
    monkeypatch.setattr(scan, "ROOMS", 2)
    page, calls = counted.get(f"/search?q={tag}&partial=1")
    assert calls == 6 + 2
    assert sorted(set(page.calls)) == [
        "ListEgress",
        "ListIngress",
        "ListParticipants",
        "ListRooms",
        "ListSIPDispatchRule",
        "ListSIPInboundTrunk",
        "ListSIPOutboundTrunk",
    ]
    order = "occupied rooms first, the newest and the oldest in turn"
    assert re.search(rf"Searched participants in 2 of \d+ rooms, {order}", page.text)
    assert len([path for path in hits(page) if "/participants/" in path]) <= 2


def test_every_room_can_be_searched_in_turn(
    counted: Counted,
    tag: str,
    livekit: Ask,
    join: Join,
    make_room: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        join(make_room(f"{tag}-{number}"), f"{tag}-{number}")
    join(make_room(), f"{tag}-alone", kind="agent")  # LiveKit counts nobody in its room
    monkeypatch.setattr(scan, "ROOMS", 1)
    # no room changes its place meanwhile
    monkeypatch.setattr(scan, "FRESH_SECONDS", 0)
    until(lambda: all(room.num_participants for room in all_rooms(livekit, tag)))
    page, _ = counted.get(f"/search?q={tag}")
    reached: set[str] = set()
    for _ in range(500):
        reached |= {path for path in hits(page) if "/participants/" in path}
        following = [
            link["href"]
            for link in page.all("a")
            if "&start=" in link.get("href", "") and "partial" not in link["href"]
        ]
        if not following:
            break
        page, calls = counted.get(following[0])
        assert calls == 2
    assert len([path for path in reached if tag in path]) == 4
    assert "Back to the first rooms" in page.text


def test_many_participants_lead_to_their_list(
    admin: Visitor, tag: str, room: str, join: Join
) -> None:
    for number in range(9):
        join(room, f"{tag}-{number}")
    page = find(admin, tag)
    assert len([path for path in hits(page) if "/participants/" in path]) == 8
    assert f"/participants?q={tag}" in hits(page)


def test_each_kind_fails_alone(bare: Visitor, bare_stack: Stack) -> None:
    page = find(bare, "anything")
    assert page.status == 200
    for kind in ("Egress", "Ingress", "Trunks", "Rules"):
        assert re.search(rf"{kind}[, A-Za-z]*: Not available on this LiveKit server", page.text)
    assert "Search is unavailable for 4 types." in page.text
    assert "0 found" not in page.text
    assert next(iter(hits(find(bare, "settings")))) == "/settings"


def test_an_outage_is_said_once(relay: Relay, start_dashboard: Callable[..., Dashboard]) -> None:
    relay.close()
    page = find(start_dashboard(livekit_url=relay.url).visitor(), "rooms")
    assert page.status == 200
    said = "Rooms, Participants, Egress, Ingress, Trunks, Rules: LiveKit is unreachable."
    assert page.text.count("LiveKit is unreachable.") == page.text.count(said) == 1
    assert list(hits(page)) == ["/rooms", "/docs/features/rooms"]


def test_it_is_a_part_of_the_page_as_one_types(admin: Visitor, room: str) -> None:
    part = admin.get(f"/search?q={room}&partial=1")
    assert part.all("html") == part.all("nav") == []
    assert room_path(room) in hits(part)
    assert [tag["data-q"] for tag in part.all("div", id="found")] == [room]


def test_a_room_that_is_gone_is_found_no_more(
    admin: Visitor, tag: str, make_room: Callable[..., str]
) -> None:
    room = make_room(tag)
    assert room_path(room) in hits(find(admin, tag))
    admin.post(room_path(room, "delete"))
    until(lambda: "0 found." in find(admin, tag).text)
