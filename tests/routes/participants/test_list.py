"""The participants of all rooms: /participants."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from app.services.rooms import scan
from app.services.rooms.participants import MARK
from app.text.paths import participant_path, room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, all_rooms, end_room
from tests.routes.conftest import Counted, Join, Start
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

GUESTS = ("Guest 10", "Guest 2", "Guest 1")


@dataclass(frozen=True)
class There:
    """Two rooms whose names begin alike, and the SIDs of who is in them, by identity."""

    part: str
    one: str
    other: str
    sids: dict[str, str]


def address(**state: object) -> str:
    """Return the list's address."""
    return f"/participants?{urlencode(state)}"


def listed(page: Seen) -> list[str]:
    """Return the SIDs of the participants on the page, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if row.get("id", "").startswith("PA_")]


@pytest.fixture(scope="module")
def there(crowd: Crowd, stack: Stack) -> Iterator[There]:
    """Guests, an agent, a call, and an observer of the dashboard, in two rooms."""
    part = f"all-{secrets.token_hex(4)}"
    one, other = f"{part}-a", f"{part}-b"
    people = [crowd.join(one, f"id-{n}", name=name) for n, name in enumerate(GUESTS)]
    people += [crowd.join(one, "speaker", audio=True, video=True)]
    people += [crowd.join(one, "watching", hidden=True, attributes={MARK: "admin"})]
    number = {"sip.phoneNumber": "+15557788", "sip.callID": f"SCL_{part}"}
    elsewhere = [
        crowd.join(other, "caller", kind="sip", attributes=number),
        crowd.join(other, "helper", kind="agent"),
        crowd.join(other, "ghost", hidden=True),
    ]
    sids = {who.identity: who.sid for who in [*people, *elsewhere]}
    yield There(part, one, other, sids)
    end_room(stack, crowd, one, people)
    end_room(stack, crowd, other, elsewhere)


def test_everybody_is_listed_but_the_dashboard_s_observers(admin: Visitor, there: There) -> None:
    page = admin.get(address(q=there.part))
    assert set(listed(page)) == set(there.sids.values()) - {there.sids["watching"]}
    for room, identity in ((there.one, "speaker"), (there.other, "helper")):
        assert page.all("a", href=participant_path(room, identity))
        assert page.all("a", href=room_path(room))
    for label in ("Microphone, live", "Camera, live"):
        assert page.all("svg", role="img", **{"aria-label": label})
    for word in ("standard", "SIP", "agent", "active", "hidden"):
        assert word in page.text
    assert "watching" not in page.text


def test_the_counts_follow_the_rule_of_the_room_s_page(
    admin: Visitor, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "ROOMS", 1)
    pages = (admin.get(address(start=start)) for start in range(500))
    page = next(page for page in pages if there.sids["helper"] in listed(page))
    assert "2 participants · 1 agent" in page.text
    assert "Participants 2 · 1 agent" in admin.get(room_path(there.other)).text


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({"kind": "sip"}, {"caller"}),
        ({"kind": "agent"}, {"helper"}),
        ({"kind": "egress"}, set()),
        ({"publishing": "any"}, {"speaker"}),
        ({"publishing": "camera"}, {"speaker"}),
        ({"publishing": "screen_share"}, set()),
        ({"muted": "no"}, {"speaker"}),
        ({"muted": "yes"}, set()),
        ({"publishing": "none", "kind": "standard"}, {"id-0", "id-1", "id-2", "ghost"}),
    ],
)
def test_filters(admin: Visitor, there: There, state: dict[str, str], found: set[str]) -> None:
    page = admin.get(address(q=there.part, **state))
    assert set(listed(page)) == {there.sids[name] for name in found}
    if not found:
        assert "No matching participants" in page.text
    for name, value in state.items():
        assert page.all("select", name=name)
        assert [o for o in page.all("option", value=value) if "selected" in o]


def test_a_muted_track_is_found_and_shown(admin: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    admin.post(participant_path(room, "ada", "mute"), track=ada.track_sids["microphone"])
    page = admin.get(address(q=room, muted="yes", publishing="microphone"))
    assert listed(page) == [ada.sid]
    assert page.all("svg", **{"aria-label": "Microphone, muted"})


@pytest.mark.parametrize("q", ["+1 555 77-88", "5557788", "SCL_all-"])
def test_a_call_is_found_by_its_number(admin: Visitor, there: There, q: str) -> None:
    assert there.sids["caller"] in listed(admin.get(address(q=q)))


def test_names_are_sorted_naturally(admin: Visitor, there: There) -> None:
    guests = [there.sids[f"id-{n}"] for n in (2, 1, 0)]
    assert listed(admin.get(address(q="guest ", kind="standard")))[-3:] == guests
    assert listed(admin.get(address(q="guest ", sort="-name")))[:3] == guests[::-1]


@pytest.mark.parametrize("column", ["identity", "room", "kind", "tracks", "joined", "state"])
def test_sorts_both_ways(admin: Visitor, there: There, column: str) -> None:
    up = listed(admin.get(address(q=there.part, sort=column)))
    down = listed(admin.get(address(q=there.part, sort=f"-{column}")))
    assert set(up) == set(down)
    if column in {"identity", "joined"}:  # no two are equal
        assert up == down[::-1]


@pytest.mark.parametrize(
    "bad", ["kind=x", "publishing=x", "muted=x", "sort=x", "start=-1", "start=x", "page=0"]
)
def test_wrong_addresses_are_422(admin: Visitor, bad: str) -> None:
    assert admin.get(f"/participants?{bad}").status == 422


def test_costs_one_call_and_one_for_each_occupied_room(
    counted: Counted, there: There, room: str
) -> None:
    page, cost = counted.get(address(q=there.part))
    assert page.calls.count("ListRooms") == 1
    assert cost == 1 + page.calls.count("ListParticipants") > 2


@pytest.fixture
def settled(there: There, livekit: Ask, monkeypatch: pytest.MonkeyPatch) -> There:
    """The same rooms once LiveKit counts who is in them, and no room counts as new any more."""
    monkeypatch.setattr(scan, "FRESH_SECONDS", 0)
    until(lambda: all(room.num_participants for room in all_rooms(livekit, there.part)))
    return there


def test_every_room_is_reached_and_what_was_not_searched_is_said(
    admin: Visitor, join: Join, settled: There, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = join(room, "alone", kind="agent")  # LiveKit counts nobody in its room
    monkeypatch.setattr(scan, "ROOMS", 2)
    page = admin.get(address())
    assert "Searched 2 of" in page.text
    reached = listed(page)
    for _ in range(500):
        links = [a["href"] for a in page.all("a") if "start=" in a.get("href", "")]
        onward = [href for href in links if f"start={len_of(page)}" in href]
        if not onward:
            break
        assert "Search the remaining " in page.text
        page = admin.get(onward[0])
        reached += listed(page)
    assert {*settled.sids.values(), alone.sid} - {settled.sids["watching"]} <= set(reached)
    assert "Back to the first rooms" in page.text


def len_of(page: Seen) -> int:
    """Return where the scan after this page starts, by what the page says."""
    words = page.text.partition("Searched ")[2].split()
    number = page.text.partition("starting at number ")[2].partition(":")[0]
    return int(words[0]) + (int(number.replace(",", "")) - 1 if number else 0)


def test_rooms_without_counted_participants_come_last_and_cost_nothing_before(
    counted: Counted, make_room: Callable[..., str], settled: There
) -> None:
    make_room()
    page, cost = counted.get(address())
    said = re.search(r"In (\d+) of these, LiveKit counts no participants", page.text)
    assert said, page.text
    empty = int(said[1])  # those that other tests left, too
    assert 1 <= empty <= scan.ROOMS
    searched = len_of(page)
    assert cost == 1 + searched
    (onward,) = page.all("a", href=f"/participants?start={searched}")
    last, cost = counted.get(onward["href"])
    assert cost == 1 + empty
    assert "Search the remaining" not in last.text


def test_who_left_is_gone(admin: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada")
    assert listed(admin.get(address(q=room))) == [ada.sid]
    ada.leave()
    until(lambda: not listed(admin.get(address(q=room))))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, join: Join, odd: str) -> None:
    join(odd, odd, name=odd, tracks_named=odd, audio=True)
    page = admin.get(address(q=odd))
    assert len(listed(page)) == 1
    assert page.all("a", href=participant_path(odd, odd))
    assert page.all("a", href=room_path(odd))
    assert "<script>alert" not in page.html


def test_who_may_see_it(admin: Visitor, reader: Visitor, nobody: Visitor, there: There) -> None:
    assert listed(reader.get(address(q=there.part)))
    assert nobody.get("/participants").status == 401
    assert admin.http.post("/participants").status_code == 405
    links = admin.get("/").all("a", href="/participants")
    assert links
    (current,) = [a for a in admin.get("/participants").all("a") if a.get("aria-current") == "page"]
    assert current["href"] == "/participants"


def test_an_outage_is_no_empty_list(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.mode = "reset"
    for path in ("/participants", "/participants/-/export.csv"):
        page = visitor.get(path)
        assert page.status == 503
        assert "No participants" not in page.text


def test_without_rooms_it_says_what_will_be_here(bare: Visitor, livekit: Ask) -> None:
    page = bare.get("/participants")
    assert page.status == 200
    assert "Searched all 0 rooms." in page.text
    assert "No participants" in page.text
