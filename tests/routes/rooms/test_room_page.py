"""One room's page: /rooms/{room}."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from livekit import api

from app.services.rooms.participants import MARK
from app.text.natural import natural
from app.text.paths import participant_path, room_path
from dev.guests import Guise
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import Ask, end_room, opened, people
from tests.routes.conftest import Counted, Join
from tests.routes.filled import polled
from tests.support.visitor import Seen, Visitor

CROWD = "a room with thirteen people"
SIZE = "{} \N{MULTIPLICATION SIGN} {}"


@pytest.fixture(scope="module")
def crowded(crowd: Crowd, stack: Stack) -> Iterator[str]:
    """A room with people of many names, nobody publishing."""
    there = crowd.join_all(CROWD, [f"guest-{number:02}" for number in range(1, 11)])
    there += [crowd.join(CROWD, f"same-{letter}", name="Same Name") for letter in "abc"]
    yield CROWD
    end_room(stack, crowd, CROWD, there)


def shown(page: Seen) -> list[str]:
    """Return the SIDs of the participants on the page, from the top."""
    assert page.status == 200, page.text
    return [person["id"] for person in page.all("article")]


def test_facts_of_the_room(admin: Visitor, make_room: Ask, livekit: Ask) -> None:
    room = make_room(max_participants=12, empty_timeout=90, metadata='{"a":{"b":[1.50]}}')
    record = opened(livekit, room)
    page = admin.get(room_path(room))
    assert page.all("h1", title=room)
    assert record.sid in page.text
    assert "Participants 0 Capacity 0 / 12" in page.text
    assert "Empty timeout 1 min 30 s" in page.text
    codecs = [
        codec.mime.removeprefix("audio/").removeprefix("video/") for codec in record.enabled_codecs
    ]
    assert f"Codecs {', '.join(c for c in codecs if c not in {'red', 'rtx'})}" in page.text
    assert '"b": [\n      1.50\n    ]' in page.html.replace("&#34;", '"')
    assert "No participants" in page.text
    assert "Recording no" in page.text


def test_everything_of_a_participant(admin: Visitor, room: str, livekit: Ask, join: Join) -> None:
    about: Guise = {"name": "Ada L.", "attributes": {"colour": "<blue>"}, "metadata": '{"n":1.0}'}
    join(room, "ada", **(about | Guise(audio=True, video=True, video_size=(640, 360))))
    page = admin.get(room_path(room))
    ada = people(livekit, room)["ada"]
    assert page.all("article", id=ada.sid, **{"aria-label": "Ada L."})
    for text in ("ada", "colour <blue>", ada.sid, '"n": 1.0', "standard"):
        assert text in page.text
    assert page.all("span", title="active")
    assert {t["id"] for t in page.all("div", class_="track")} == {t.sid for t in ada.tracks}
    assert "Microphone" in page.text
    assert "Camera" in page.text
    size = SIZE.format(640, 360)
    assert "opus" in page.text.lower()
    assert size in page.text
    camera = next(track for track in ada.tracks if track.width)
    layers = [t["title"] for t in page.all("span") if size in t.get("title", "")]
    assert len(camera.layers) > 1
    assert camera.simulcast
    assert f"{len(camera.layers)} layers , simulcast" in page.text
    assert all(SIZE.format(layer.width, layer.height) in layers[0] for layer in camera.layers)
    assert page.text.count(" live ") >= 2
    assert "publish, send data" in page.text  # what ada may
    assert "<blue>" not in page.html


def test_a_data_track(admin: Visitor, room: str, crowd: Crowd, join: Join) -> None:
    hostile = '<b>"servo"</b>'
    ada = join(room, "ada").room.local_participant
    track = crowd.wait_for(ada.publish_data_track(name=hostile))
    page = admin.get(room_path(room))
    assert f"Data {hostile}" in page.text
    assert page.all("div", class_="track", id=track.info.sid)


def test_kinds_and_what_is_muted_hidden_or_encrypted(admin: Visitor, room: str, join: Join) -> None:
    for kind in ("sip", "agent"):
        join(room, f"the-{kind}", kind=kind, attributes={"sip.callStatus": "active"})
    join(room, "ghost", hidden=True)
    ada = join(room, "ada", audio=True, encrypted=True)
    admin.post(participant_path(room, "ada", "mute"), track=ada.track_sids["microphone"])
    text = admin.get(room_path(room)).text
    assert "the-sip sip" in text
    assert "the-agent agent" in text
    assert "sip.callStatus active" in text
    assert "ghost standard hidden" in text
    assert "encrypted (gcm)" in text
    assert " muted " in text
    assert "Participants 3 · 1 agent" in text


def test_the_dashboard_s_observers_are_neither_counted_nor_listed(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada")
    join(room, "watching", hidden=True, attributes={MARK: "admin"})
    page = admin.get(room_path(room))
    assert "Participants 1 Publishers" in page.text
    assert len(shown(page)) == 1
    (link,) = [a for a in page.all("a") if "observers=1" in a.get("href", "")]
    both = admin.get(link["href"])
    assert "Participants 1 Publishers" in both.text
    assert len(shown(both)) == 2
    assert "observer of the dashboard" in both.text


def test_long_metadata_and_many_attributes_are_cut_and_shown_on_request(
    admin: Visitor, room: str, join: Join
) -> None:
    bomb = "[" * 900 + ",".join("1" * 15_000) + "]" * 900
    many = {f"key {number:03}": "v" * 600 for number in range(40)}
    join(room, "ada", metadata=bomb, attributes=many)
    page = admin.get(room_path(room))
    assert len(page.html) < 60_000
    assert "key 019" in page.text
    assert "key 020" not in page.text
    (link,) = page.all("a", href=participant_path(room, "ada", "details"))
    details = admin.get(link["href"])
    assert bomb in details.html
    assert "key 039" in details.text
    assert "v" * 600 in details.text
    assert len(details.html) < 120_000


def test_tracks_are_listed_in_one_order(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada", audio=True, video=True)
    for _ in range(6):  # LiveKit gives them in another order each time
        text = admin.get(room_path(room)).text
        assert text.index("Microphone") < text.index("Camera")


def test_permissions_are_said(admin: Visitor, room: str, join: Join) -> None:
    nothing = {"can_publish": False, "can_subscribe": False, "can_publish_data": False}
    join(room, "nothing", grants=nothing)
    narrow = {"can_publish": True, "can_publish_sources": ["microphone"]}
    join(room, "narrow", grants=nothing | narrow)
    text = admin.get(room_path(room)).text
    assert "Permissions publish; only microphone" in text
    assert "nothing standard can't publish can't subscribe" in text
    assert "narrow standard can publish only microphone can't subscribe" in text
    assert "Permissions nothing" in text


def test_costs_exactly_three_livekit_calls(counted: Counted, crowded: str) -> None:
    for path in ("", "?partial=1", "?q=guest&sort=-joined&page=2&per_page=3"):
        page, calls = counted.get(room_path(crowded) + path)
        assert (page.status, calls) == (200, 3)
        assert sorted(page.calls) == ["ListDispatch", "ListParticipants", "ListRooms"]


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
    (following,) = pages[0].all("a", rel="next")
    assert shown(admin.get(following["href"])) == shown(pages[1])


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
    names = sorted(there.values(), key=lambda p: (natural(p.name or p.identity), p.identity))
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
    nobody: Visitor, reader: Visitor, admin: Visitor, crowded: str
) -> None:
    assert nobody.get(room_path(crowded)).status == 401
    assert admin.http.post(room_path(crowded)).status_code == 405

    def offered(page: Seen) -> int:
        below = room_path(crowded) + "/"
        links = [a for a in page.all("a") if a.get("href", "").startswith(below)]
        links = [a for a in links if a["href"] != f"{below}watch"]  # reading, too
        return len(links + [b for b in page.all("button") if b.get("formaction")])

    assert offered(reader.get(room_path(crowded))) == 0
    assert offered(admin.get(room_path(crowded))) > 13
