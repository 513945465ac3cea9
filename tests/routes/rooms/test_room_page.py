"""One room's page: /rooms/{room}."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from livekit import api

from app.text.natural import natural
from app.text.paths import participant_path, room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import Ask, end_room, people
from tests.routes.conftest import Counted, Join
from tests.routes.filled import polled
from tests.routes.rooms.rows import shown
from tests.support.visitor import Seen, Visitor

CROWD = "a room with thirteen people"


@pytest.fixture(scope="module")
def crowded(crowd: Crowd, stack: Stack) -> Iterator[str]:
    """A room with people of many names, nobody publishing."""
    there = crowd.join_all(CROWD, [f"guest-{number:02}" for number in range(1, 11)])
    there += [crowd.join(CROWD, f"same-{letter}", name="Same Name") for letter in "abc"]
    yield CROWD
    end_room(stack, crowd, CROWD, there)


def test_costs_exactly_three_livekit_calls(counted: Counted, crowded: str) -> None:
    three = ["ListDispatch", "ListParticipants", "ListRooms"]
    view = "?q=guest&sort=-joined&page=2&per_page=3"
    for path in ("", "?partial=1", view, "?tab=agents", "?tab=details"):
        page, calls = counted.get(room_path(crowded) + path)
        assert (page.status, calls) == (200, 3)
        assert sorted(page.calls) == three
    page, calls = counted.get(f"{room_path(crowded)}?tab=media")
    assert (page.status, calls) == (200, 5)
    assert sorted(page.calls) == sorted([*three, "ListEgress", "ListIngress"])


def test_many_participants_are_paged_and_none_is_left_out(
    admin: Visitor, crowded: str, livekit: Ask
) -> None:
    everybody = {person.sid for person in people(livekit, crowded).values()}
    pages = [admin.get(f"{room_path(crowded)}?per_page=5&page={n}") for n in (1, 2, 3, 4)]
    assert [len(shown(page)) for page in pages] == [5, 5, 3, 3]  # past the end is the last page
    assert set().union(*map(shown, pages)) == everybody
    assert "page 3 of 3" in pages[3].text
    address, _ = polled(pages[1])
    assert address == f"{room_path(crowded)}?per_page=5&page=2&partial=1"
    following, _ = pages[0].all("a", rel="next")  # above and below the list
    assert shown(admin.get(following["href"])) == shown(pages[1])


def test_filters_by_type_and_tracks(admin: Visitor, room: str, join: Join) -> None:
    there = {
        "agent": join(room, "helper", kind="agent").sid,
        "muted": (ada := join(room, "ada", audio=True)).sid,
        "camera": join(room, "bob", video=True).sid,
        "none": join(room, "cyd").sid,
    }
    admin.post(participant_path(room, "ada", "mute"), track=ada.track_sids["microphone"])
    for query, names in {
        "kind=agent": ["agent"],
        "kind=standard": ["muted", "camera", "none"],
        "publishing=any": ["muted", "camera"],
        "publishing=none&kind=standard": ["none"],
        "publishing=camera": ["camera"],
        "muted=yes": ["muted"],
        "muted=no": ["camera"],
    }.items():
        page = admin.get(f"{room_path(room)}?{query}")
        assert shown(page) == [there[name] for name in names], query
    nothing = admin.get(f"{room_path(room)}?publishing=screen_share")
    assert "No matches 4 participants are in the room." in nothing.text
    (link,) = [a for a in nothing.all("a", href=room_path(room)) if "btn" in a.get("class", "")]
    assert len(shown(admin.get(link["href"]))) == 4
    for query in ("kind=robot", "publishing=smell", "muted=maybe", "tab=none"):
        assert admin.get(f"{room_path(room)}?{query}").status == 422


def test_tabs_are_addresses_and_say_what_is_in_them(
    admin: Visitor, room: str, livekit: Ask, join: Join
) -> None:
    join(room, "ada")
    join(room, "helper", kind="agent")
    asked = api.CreateAgentDispatchRequest(room=room, agent_name="nobody-serves-this")
    livekit("agent_dispatch.create_dispatch", asked)
    page = admin.get(room_path(room))
    assert "People 1 participant · 1 agent Egress & ingress Agents & dispatches 2" in page.text
    for tab in ("", "media", "agents", "details"):
        path = room_path(room) + (f"?tab={tab}" if tab else "")
        assert page.all("a", href=path)
        assert len(admin.get(path).all("a", href=path, **{"aria-current": "page"})) == 1, tab
    agents = admin.get(f"{room_path(room)}?tab=agents")
    assert "nobody-serves-this" in agents.text
    assert agents.all("a", href=participant_path(room, "helper"))
    assert "No running jobs." in admin.get(f"{room_path(room)}?tab=media").text


@pytest.mark.parametrize(
    ("text", "found"), [("GUEST-0", 9), ("same name", 3), ("same-b", 1), ("nobody at all", 0)]
)
def test_filters_by_name_and_identity(admin: Visitor, crowded: str, text: str, found: int) -> None:
    page = admin.get(f"{room_path(crowded)}?{urlencode({'q': text})}")
    assert len(shown(page)) == found
    assert ("No matches" in page.text) == (found == 0)
    assert page.all("input", name="q", type="search")[0]["value"] == text


def test_sorts_and_keeps_the_order_of_equals(admin: Visitor, crowded: str, livekit: Ask) -> None:
    there = people(livekit, crowded)
    names = sorted(there.values(), key=lambda p: (natural(p.name or p.identity), p.sid))
    for _ in range(6):  # LiveKit gives them in another order each time
        assert shown(admin.get(room_path(crowded))) == [person.sid for person in names]
    joined = {person.sid: person.joined_at_ms for person in there.values()}
    for sort, downwards in (("joined", False), ("-joined", True)):
        order = [joined[sid] for sid in shown(admin.get(f"{room_path(crowded)}?sort={sort}"))]
        assert order == sorted(joined.values(), reverse=downwards)
    assert admin.get(f"{room_path(crowded)}?sort=size").status == 422


def test_somebody_who_just_joined_is_there_at_once(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada")
    page = admin.get(room_path(room))
    assert shown(page) == [ada.sid]
    assert "Participants 1" in page.text  # ListRooms still says 0 for up to 5 s
    livekit("room.remove_participant", api.RoomParticipantIdentity(room=room, identity="ada"))
    assert shown(admin.get(room_path(room))) == []


def test_who_may_only_read_gets_no_buttons(
    nobody: Visitor, reader: Visitor, admin: Visitor, crowded: str, livekit: Ask
) -> None:
    there = people(livekit, crowded)
    assert nobody.get(room_path(crowded)).status == 401
    assert admin.http.post(room_path(crowded)).status_code == 405

    def offered(page: Seen) -> int:
        below = room_path(crowded) + "/"
        links = [a for a in page.all("a") if a.get("href", "").startswith(below)]
        reading = {f"{below}watch", *(participant_path(crowded, who) for who in there)}
        links = [a for a in links if a["href"] not in reading]
        return len(links + [b for b in page.all("button") if b.get("formaction")])

    assert offered(reader.get(room_path(crowded))) == 0
    assert offered(admin.get(room_path(crowded))) > 13
