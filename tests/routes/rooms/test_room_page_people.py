"""What a room's page says of the room, and of each participant in it."""

import pytest

from app.services.rooms.participants import MARK
from app.text.paths import participant_path, room_path
from dev.guests import Guise
from dev.participants import Crowd
from tests.routes.asked import Ask, opened, people
from tests.routes.conftest import Join
from tests.routes.filled import polled
from tests.routes.rooms.rows import expanded, shown
from tests.support.visitor import Visitor

SIZE = "{} \N{MULTIPLICATION SIGN} {}"


def test_facts_of_the_room(admin: Visitor, make_room: Ask, livekit: Ask) -> None:
    room = make_room(max_participants=12, empty_timeout=90, metadata='{"a":{"b":[1.50]}}')
    record = opened(livekit, room)
    page = admin.get(room_path(room))
    assert page.all("h1", title=room)
    assert record.sid in page.text
    assert "Participants 0 Capacity 0 / 12" in page.text
    assert "Empty timeout 1 min 30 s" in page.text
    assert "No participants" in page.text
    assert "Recording no" in page.text
    details = admin.get(f"{room_path(room)}?tab=details")
    codecs = [
        codec.mime.removeprefix("audio/").removeprefix("video/") for codec in record.enabled_codecs
    ]
    assert f"Codecs {', '.join(c for c in codecs if c not in {'red', 'rtx'})}" in details.text
    assert "Max participants 12" in details.text
    assert '"b": [\n      1.50\n    ]' in details.html.replace("&#34;", '"')


def test_one_row_for_each_participant_and_everything_on_request(
    admin: Visitor, room: str, livekit: Ask, join: Join
) -> None:
    about: Guise = {"name": "Ada L.", "attributes": {"colour": "<blue>"}, "metadata": '{"n":1.0}'}
    join(room, "ada", **(about | Guise(audio=True, video=True, video_size=(640, 360))))
    join(room, "bob")
    ada = people(livekit, room)["ada"]
    page = admin.get(room_path(room))
    assert ada.sid in shown(page)
    assert page.all("a", href=participant_path(room, "ada"), title="Ada L.")
    assert page.all("svg", **{"aria-label": "Microphone, live"})
    assert page.all("svg", **{"aria-label": "Camera, live"})
    assert "<blue>" not in page.text  # only when its row is expanded
    page = expanded(admin, page, "Ada L.")
    for text in ("ada", "colour <blue>", ada.sid, '"n": 1.0', *(t.sid for t in ada.tracks)):
        assert text in page.text
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
    address, _ = polled(page)
    assert address.endswith(f"open={ada.sid}&partial=1")  # a refresh keeps it expanded
    assert not expanded(admin, page, "Ada L.").all("tr", class_="opened")


def test_several_rows_are_expanded_and_the_oldest_closes(
    admin: Visitor, room: str, join: Join
) -> None:
    for number in range(12):
        join(room, f"guest {number}")
    page = admin.get(room_path(room))
    for number in range(12):  # Guest 2 is before Guest 10
        assert len(page.all("tr", class_="opened")) == min(number, 10)
        page = expanded(admin, page, f"guest {number}")
    sids = [row["data-part-of"] for row in page.all("tr", class_="opened")]
    assert sids == shown(page)[2:]
    assert admin.get(f"{room_path(room)}?open=PA_gone.x").status == 200


def test_a_data_track(admin: Visitor, room: str, crowd: Crowd, join: Join) -> None:
    hostile = '<b>"servo"</b>'
    ada = join(room, "ada").room.local_participant
    track = crowd.wait_for(ada.publish_data_track(name=hostile))
    page = expanded(admin, admin.get(room_path(room)), "ada")
    assert f"Data {hostile}" in page.text
    assert page.all("div", class_="track", id=track.info.sid)


def test_kinds_and_what_is_muted_hidden_or_encrypted(admin: Visitor, room: str, join: Join) -> None:
    for kind in ("sip", "agent"):
        join(room, f"the-{kind}", kind=kind, attributes={"sip.callStatus": "active"})
    join(room, "ghost", hidden=True)
    ada = join(room, "ada", audio=True, encrypted=True)
    admin.post(participant_path(room, "ada", "mute"), track=ada.track_sids["microphone"])
    page = admin.get(room_path(room))
    for kind in ("SIP", "agent", "standard"):
        assert page.all("svg", role="img", **{"aria-label": kind}), kind
    assert page.all("svg", **{"aria-label": "Microphone, muted"})
    assert "ghost hidden" in page.text
    assert "Participants 3 · 1 agent" in page.text
    assert "sip.callStatus active" in expanded(admin, page, "the-sip").text
    text = expanded(admin, page, "ada").text
    assert "encrypted (gcm)" in text
    assert " muted " in text


@pytest.mark.parametrize("kind", ["agent", "standard"])
def test_the_dashboard_s_observers_are_neither_counted_nor_listed(
    admin: Visitor, room: str, join: Join, kind: str
) -> None:
    join(room, "ada")
    join(room, "watching", hidden=True, kind=kind, attributes={MARK: "admin"})
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
    page = expanded(admin, admin.get(room_path(room)), "ada")
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
        page = admin.get(room_path(room))
        icons = [i["aria-label"] for i in page.all("svg") if "live" in i.get("aria-label", "")]
        assert icons == ["Microphone, live", "Camera, live"]


def test_permissions_are_said(admin: Visitor, room: str, join: Join) -> None:
    nothing = {"can_publish": False, "can_subscribe": False, "can_publish_data": False}
    join(room, "nothing", grants=nothing)
    narrow = {"can_publish": True, "can_publish_sources": ["microphone"]}
    join(room, "narrow", grants=nothing | narrow)
    page = admin.get(room_path(room))
    assert "nothing can't publish can't subscribe" in page.text
    assert "narrow can publish only microphone can't subscribe" in page.text
    assert "Permissions publish; only microphone" in expanded(admin, page, "narrow").text
    assert "Permissions nothing" in expanded(admin, page, "nothing").text
