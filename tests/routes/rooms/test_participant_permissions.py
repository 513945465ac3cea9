"""Changing what a participant may do: /rooms/{room}/participants/{identity}/permissions."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit.protocol.models import ParticipantPermission, TrackSource

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, people
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Visitor
from tests.support.waiting import until


def may(livekit: Ask, room: str) -> ParticipantPermission:
    """Return what ada may do, as LiveKit has it."""
    permission: ParticipantPermission = people(livekit, room)["ada"].permission
    return permission


@pytest.mark.parametrize(
    "grants",
    [
        {},
        {"can_publish": False, "can_subscribe": False, "can_publish_data": False},
        {"can_publish_sources": ["microphone", "screen_share_audio"]},
        {"can_publish_sources": ["a source that LiveKit doesn't know"]},
        {"can_update_own_metadata": True, "can_subscribe_metrics": True},
        {"hidden": True, "can_publish_data": False},
        {"agent": True, "recorder": True},
    ],
)
def test_saved_unchanged_nothing_changes(
    admin: Visitor, livekit: Ask, room: str, join: Join, grants: dict[str, Any]
) -> None:
    ada = join(room, "ada", grants=grants)
    before = may(livekit, room)
    path = participant_path(room, "ada", "permissions")
    for _ in range(2):  # a second click as well
        answer = admin.send(path, filled(admin.get(path)))
        assert answer.location == room_path(room)
        assert may(livekit, room) == before
    assert ada.connected


def test_each_one_can_be_turned_around(admin: Visitor, livekit: Ask, room: str, join: Join) -> None:
    join(room, "ada")
    path = participant_path(room, "ada", "permissions")
    names = [f.name for f in ParticipantPermission.DESCRIPTOR.fields if f.name.startswith("can_")]
    names = [name for name in names if name != "can_publish_sources"] + ["hidden"]
    assert len(names) >= 7
    for name in names:
        fields = filled(admin.get(path))
        was = may(livekit, room)
        assert (name in fields) == getattr(was, name)
        if name in fields:
            del fields[name]
        else:
            fields[name] = "on"
        page = admin.follow(admin.send(path, fields))
        assert "The permissions of ada were saved." in page.text
        now = may(livekit, room)
        assert getattr(now, name) != getattr(was, name)
        setattr(now, name, getattr(was, name))
        assert now == was, "the others stay as they were"
        if getattr(was, name):
            admin.send(path, fields | {name: "on"})


def test_sources_are_narrowed_and_opened(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    path = participant_path(room, "ada", "permissions")
    chosen = ["camera", "screen_share"]
    admin.send(path, filled(admin.get(path)) | {"can_publish_sources": chosen})
    assert [TrackSource.Name(s) for s in may(livekit, room).can_publish_sources] == [
        "CAMERA",
        "SCREEN_SHARE",
    ]
    assert "only camera, screen share" in admin.get(room_path(room)).text
    fields = filled(admin.get(path))
    assert fields.pop("can_publish_sources") == chosen
    admin.send(path, fields)
    assert list(may(livekit, room).can_publish_sources) == []


def test_taking_publish_away_ends_the_tracks(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    path = participant_path(room, "ada", "permissions")
    fields = filled(admin.get(path))
    del fields["can_publish"]
    assert admin.send(path, fields).status == 303
    until(lambda: not people(livekit, room)["ada"].tracks)


def test_an_unknown_source_is_422_and_the_rest_is_kept(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    before = may(livekit, room)
    path = participant_path(room, "ada", "permissions")
    page = admin.post(path, can_publish_sources=["camera", "telepathy"], hidden="on")
    assert page.status == 422
    assert filled(page)["hidden"] == "on"
    assert filled(page)["can_publish_sources"] == "camera"
    told = {box["aria-describedby"] for box in page.all("input", name="can_publish_sources")}
    assert [tag["id"] for tag in page.all("p", class_="error")] == [*told]
    assert may(livekit, room) == before


def test_who_left_is_404(admin: Visitor, room: str) -> None:
    path = participant_path(room, "ada", "permissions")
    assert admin.get(path).status == 404
    page = admin.post(path, can_publish="on")
    assert page.status == 404
    assert "Not found" in page.text


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    before = may(livekit, room)
    guarded(participant_path(room, "ada", "permissions"), hidden="on")
    assert may(livekit, room) == before
