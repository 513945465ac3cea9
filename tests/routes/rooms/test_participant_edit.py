"""Editing name, metadata and attributes: /rooms/{room}/participants/{identity}/edit."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, people
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Visitor
from tests.support.waiting import until


def told(livekit: Ask, room: str) -> tuple[str, str, dict[str, str]]:
    """Return ada's name, metadata and attributes as LiveKit has them."""
    ada = people(livekit, room)["ada"]
    return ada.name, ada.metadata, dict(ada.attributes)


def test_saves_and_the_client_learns_of_it(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", name="Ada", attributes={"hand": "down"})
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    assert (fields["name"], json.loads(fields["attributes"])) == ("Ada", {"hand": "down"})
    fields |= {"name": "Ada Łovelace", "metadata": '{"n": 1.50}', "attributes": '{"hand": "up"}'}
    answer = admin.send(participant_path(room, "ada", "edit"), fields)
    assert answer.location == room_path(room)
    assert "ada was saved." in admin.follow(answer).text
    assert told(livekit, room) == ("Ada Łovelace", '{"n": 1.50}', {"hand": "up"})
    until(lambda: dict(ada.room.local_participant.attributes) == {"hand": "up"})


def test_what_is_taken_out_is_deleted_and_the_rest_stays(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", attributes={"a": "1", "b": "2", "c": "3"})
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    admin.send(
        participant_path(room, "ada", "edit"), fields | {"attributes": '{"a": "1", "d": "4"}'}
    )
    assert told(livekit, room)[2] == {"a": "1", "d": "4"}
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    admin.send(participant_path(room, "ada", "edit"), fields | {"attributes": ""})
    assert told(livekit, room)[2] == {}


def another_changes(livekit: Ask, room: str, **fields: Any) -> None:
    """Change ada while the form is open."""
    request = api.UpdateParticipantRequest(room=room, identity="ada", **fields)
    livekit("room.update_participant", request)


def test_attributes_that_another_changed_meanwhile_survive(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", attributes={"mine": "1", "theirs": "1"})
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    another_changes(livekit, room, attributes={"theirs": "2", "new": "3"})
    fields["attributes"] = fields["attributes"].replace('"mine": "1"', '"mine": "4"')
    assert admin.send(participant_path(room, "ada", "edit"), fields).status == 303
    assert told(livekit, room)[2] == {"mine": "4", "theirs": "2", "new": "3"}


def test_name_and_metadata_that_another_changed_meanwhile_survive(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada", metadata="before", attributes={"mine": "1"})
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    another_changes(livekit, room, name="Their name", metadata="theirs")
    admin.send(participant_path(room, "ada", "edit"), fields | {"attributes": '{"mine": "2"}'})
    assert told(livekit, room) == ("Their name", "theirs", {"mine": "2"})


def test_saved_unchanged_it_stays_byte_for_byte(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name=" A\nda ", metadata='{"b":1,"a":1.0}', attributes={" k ": " v\n"})
    before = told(livekit, room)
    fields = filled(admin.get(participant_path(room, "ada", "edit")))
    assert fields["name"] == " Ada "  # as a browser sends it back: a field has no line breaks
    for _ in range(2):  # a second click as well
        assert admin.send(participant_path(room, "ada", "edit"), fields).status == 303
        assert told(livekit, room) == before


def test_empty_name_and_metadata_are_left_as_they_are(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada", metadata="kept")
    admin.post(participant_path(room, "ada", "edit"), name="", metadata="")
    assert told(livekit, room)[:2] == ("Ada", "kept")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("attributes", '["a"]', "Enter a JSON object"),
        ("attributes", '{"a": 1}', "The value of a must be text"),
        ("attributes", '{"a": null}', "The value of a must be text"),
        ("attributes", '{"a": ', "This is not JSON"),
        ("attributes", "colour: blue", "This is not JSON"),
        ("attributes", '{"a": "\\ud800"}', ""),  # half a character: no UTF-8 can carry it
        ("attributes", '{"\\udfff": "b"}', ""),
        ("attributes", '{"a":' * 5000, "This is not JSON"),
        ("name", "x" * 257, "name length exceeds limits"),
        ("metadata", "x" * 524_289, "metadata size exceeds limits"),
        ("attributes", json.dumps({"a": "x" * 65_536}), "attribute size exceeds limits"),
    ],
)
def test_what_cannot_be_is_422_with_the_reason_and_all_kept(
    admin: Visitor, livekit: Ask, room: str, join: Join, field: str, value: str, reason: str
) -> None:
    join(room, "ada", name="Ada", attributes={"hand": "down"})
    typed = {"name": "New name", "metadata": "new", "attributes": '{"new": "1"}'} | {field: value}
    shown = {"shown": json.dumps({"name": "Ada", "attributes": '{"hand": "down"}'})}
    page = admin.post(participant_path(room, "ada", "edit"), **typed, **shown)
    assert page.status == 422
    assert reason in page.text
    kept = filled(page)
    assert {name: kept[name] for name in typed | shown} == typed | shown
    assert told(livekit, room) == ("Ada", "", {"hand": "down"})


def test_untouched_metadata_that_is_no_json_does_not_stop_an_edit(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada", metadata="[VIP] caller")
    path = participant_path(room, "ada", "edit")
    form = admin.get(path)
    assert "This looks like JSON but isn't valid" in form.text
    page = admin.follow(admin.send(path, filled(form) | {"name": "Countess"}))
    assert "ada was saved." in page.text
    assert told(livekit, room) == ("Countess", "[VIP] caller", {})


def test_who_left_is_404_and_what_was_typed_is_kept(admin: Visitor, room: str) -> None:
    path = participant_path(room, "ada", "edit")
    assert admin.get(path).status == 404
    page = admin.post(path, name="typed in vain", attributes='{"a": "b"}')
    assert page.status == 404
    assert "Not found" in page.text
    assert "typed in vain" in page.text


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada")
    guarded(participant_path(room, "ada", "edit"), name="typed", metadata="typed too")
    assert told(livekit, room) == ("Ada", "", {})
