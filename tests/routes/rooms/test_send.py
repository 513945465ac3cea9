"""Sending data: to one, /rooms/{room}/participants/{identity}/send; to all, /rooms/{room}/send."""

from collections.abc import Callable

import pytest
from livekit.rtc import DataPacketKind

from app.text.paths import participant_path, room_path
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Visitor
from tests.support.waiting import until

TEXT = '{"greeting": "héllo 🎥 \u202e"}\n second line '


@pytest.mark.parametrize("delivery", ["reliable", "lossy"])
def test_to_one_reaches_that_one_only(admin: Visitor, room: str, join: Join, delivery: str) -> None:
    ada, bob = join(room, "ada", name="Ada"), join(room, "bob")
    kinds: list[object] = []
    ada.room.on("data_received", lambda packet: kinds.append(packet.kind))
    path = participant_path(room, "ada", "send")
    page = admin.get(path)
    assert "Ada" in page.text
    fields = filled(page) | {"payload": TEXT, "topic": "tö pic", "delivery": delivery}
    answer = admin.send(path, fields)
    assert answer.location == room_path(room)
    assert f"{len(TEXT.encode())} bytes were sent to ada." in admin.follow(answer).text
    until(lambda: ada.received == [("tö pic", TEXT.encode())])
    assert kinds == [DataPacketKind.Value(f"KIND_{delivery.upper()}")]
    # what comes to all afterwards shows that nothing else was under way
    admin.post(room_path(room, "send"), payload="to all")
    until(lambda: bob.received == [("", b"to all")])
    until(lambda: ada.received == [("tö pic", TEXT.encode()), ("", b"to all")])


def test_to_all_reaches_everybody(admin: Visitor, room: str, join: Join) -> None:
    there = [join(room, identity) for identity in ("ada", "bob", "a/b")]
    path = room_path(room, "send")
    answer = admin.send(path, filled(admin.get(path)) | {"payload": TEXT, "topic": "news"})
    assert answer.location == room_path(room)
    assert f"were sent to all in {room}." in admin.follow(answer).text
    until(lambda: all(who.received == [("news", TEXT.encode())] for who in there))


def test_a_second_click_sends_it_a_second_time(admin: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada")
    for _ in range(2):
        assert admin.post(participant_path(room, "ada", "send"), payload="x").status == 303
    until(lambda: ada.received == [("", b"x"), ("", b"x")])


def test_the_largest_that_is_taken_arrives_whole(admin: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada")
    payload = "é" * 32_000
    assert admin.post(participant_path(room, "ada", "send"), payload=payload).status == 303
    until(lambda: ada.received == [("", payload.encode())])


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("payload", "", "This field is required."),
        ("payload", "é" * 32_001, "64,002 bytes"),
        ("delivery", "pigeon", "Choose one of"),
    ],
)
def test_what_cannot_be_is_422_and_kept(
    admin: Visitor, room: str, join: Join, field: str, value: str, reason: str
) -> None:
    ada = join(room, "ada")
    for path in (participant_path(room, "ada", "send"), room_path(room, "send")):
        page = admin.post(path, **({"payload": "text", "topic": "kept topic"} | {field: value}))
        assert page.status == 422
        assert reason in page.text
        assert filled(page)["topic"] == "kept topic"
        assert filled(page)["payload"] == (value if field == "payload" else "text")
    assert ada.received == []


def test_who_is_gone_is_404_at_once_and_the_text_is_kept(admin: Visitor, room: str) -> None:
    for path in (participant_path(room, "ada", "send"), room_path("a room that ended", "send")):
        page = admin.post(path, payload="typed in vain", topic="t")
        assert page.status == 404
        assert "Not found" in page.text
        assert "typed in vain" in page.text
        assert "SendData" not in page.calls  # LiveKit would answer that only after 3 s
    assert admin.get(participant_path(room, "ada", "send")).status == 404


def test_an_open_room_without_people_takes_it(admin: Visitor, room: str) -> None:
    assert admin.post(room_path(room, "send"), payload="anybody?").status == 303


@pytest.mark.parametrize("to", ["one", "all"])
def test_refuses_what_it_must(
    guarded: Callable[..., None], admin: Visitor, room: str, join: Join, to: str
) -> None:
    ada = join(room, "ada")
    path = participant_path(room, "ada", "send") if to == "one" else room_path(room, "send")
    guarded(path, payload="typed", topic="typed too")
    admin.post(path, payload="allowed")
    until(lambda: ada.received == [("", b"allowed")])
