"""What actions answer to htmx: a toast on the same page, a redirect elsewhere, or a fragment."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, muted, opened
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor


def send(visitor: Visitor, path: str, page: str, **fields: Any) -> Seen:
    """Send a form as htmx does from `page`."""
    fields = {"csrf": visitor.token()} | fields
    return visitor.send(path, fields, HX_Request="true", HX_Current_URL=visitor.origin + page)


@pytest.fixture(params=["plain", "名前 é 🎥/\u202e"], ids=["plain", "not ASCII"])
def name(request: pytest.FixtureRequest, livekit: Ask) -> Iterator[str]:
    """A name no room has; the room is deleted after the test."""
    chosen = f"{request.param}-{secrets.token_hex(4)}"
    yield chosen
    if opened(livekit, chosen):
        livekit("room.delete_room", api.DeleteRoomRequest(room=chosen))


def test_on_the_same_page_it_is_a_toast(
    admin: Visitor, livekit: Ask, name: str, join: Join
) -> None:
    ada = join(name, "ädä", audio=True)
    sid = ada.track_sids["microphone"]
    for page in (room_path(name), f"{room_path(name)}?q=x&page=2#about"):
        answer = send(admin, participant_path(name, "ädä", "mute"), page, track=sid)
        assert (answer.status, answer.html) == (204, "")
        assert answer.headers["hx-trigger"].isascii()
        note = {"text": "ädä: microphone was muted.", "kind": "ok"}
        note["href"] = participant_path(name, "ädä")
        assert json.loads(answer.headers["hx-trigger"]) == {"done": note}
        assert "hx-redirect" not in answer.headers
        assert "set-cookie" not in answer.headers
    assert muted(livekit, name, "ädä") == [True]
    assert "microphone was muted" not in admin.get(room_path(name)).text


def test_a_toast_on_the_page_of_what_was_changed_has_no_link(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada")
    who = participant_path(room, "ada")
    answer = send(admin, f"{who}/edit", who, name="Ada", shown="{}")
    assert json.loads(answer.headers["hx-trigger"])["done"].keys() == {"text", "kind"}


def test_what_went_half_well_is_a_warning(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada")
    answer = send(admin, participant_path(room, "ada", "mute-all"), room_path(room))
    assert json.loads(answer.headers["hx-trigger"])["done"]["kind"] == "warn"


def test_elsewhere_it_is_a_redirect_with_a_flash(admin: Visitor, livekit: Ask, name: str) -> None:
    answer = send(admin, "/rooms/-/new", "/rooms", name=name)
    assert (answer.status, answer.html) == (204, "")
    assert answer.headers["hx-redirect"] == room_path(name)
    assert answer.headers["hx-redirect"].isascii()
    assert "hx-trigger" not in answer.headers
    assert opened(livekit, name)
    assert f"Room {visible(name)} is open." in admin.get(answer.headers["hx-redirect"]).text

    answer = send(admin, room_path(name, "delete"), room_path(name))
    assert answer.headers["hx-redirect"] == "/rooms"
    assert f"Room {visible(name)} was deleted." in admin.get("/rooms").text


@pytest.mark.parametrize("page", ["", "/rooms", "//elsewhere.example/rooms", "\\"])
def test_a_page_it_does_not_know_is_elsewhere(admin: Visitor, room: str, page: str) -> None:
    answer = send(admin, room_path(room, "edit"), page, metadata="new")
    assert answer.status == 204
    assert answer.headers["hx-redirect"] == room_path(room)


def test_a_broken_address_of_the_page_does_no_harm(admin: Visitor, room: str) -> None:
    fields = {"csrf": admin.token(), "metadata": "new"}
    path = room_path(room, "edit")
    answer = admin.send(path, fields, HX_Request="true", HX_Current_URL="http://[")
    assert answer.status == 204
    assert answer.headers["hx-redirect"] == room_path(room)


def test_without_htmx_it_is_a_plain_redirect(admin: Visitor, livekit: Ask, name: str) -> None:
    answer = admin.post("/rooms/-/new", name=name)
    assert (answer.status, answer.location) == (303, room_path(name))
    assert answer.headers["location"].isascii()
    assert not {"hx-redirect", "hx-trigger"} & set(answer.headers)


def fragment(answer: Seen, status: int) -> Seen:
    """Check that the answer is the block alone, with a token for the next try."""
    assert answer.status == status, answer.text
    assert answer.all("html") == answer.all("nav") == []
    assert answer.all("section")[0]["data-title"]
    assert answer.headers["x-csrf-token"]
    assert "hx-redirect" not in answer.headers
    return answer


def test_a_wrong_value_is_the_form_again(admin: Visitor, livekit: Ask, name: str) -> None:
    typed = {"name": name, "egress": '{"broken', "max_participants": "3"}
    answer = fragment(send(admin, "/rooms/-/new", "/rooms", **typed), 422)
    kept = filled(answer)
    assert {field: kept[field] for field in typed} == typed
    again = send(admin, "/rooms/-/new", "/rooms", **(kept | {"egress": ""}))
    assert again.headers["hx-redirect"] == room_path(name)
    assert opened(livekit, name).max_participants == 3


def test_a_refused_token_is_the_form_again(admin: Visitor, livekit: Ask, name: str) -> None:
    answer = fragment(send(admin, "/rooms/-/new", "/rooms", name=name, csrf="old"), 403)
    assert filled(answer)["name"] == name
    assert opened(livekit, name) is None
    assert send(admin, "/rooms/-/new", "/rooms", **filled(answer)).status == 204


def test_what_is_there_already_or_gone_is_a_fragment(admin: Visitor, room: str) -> None:
    answer = fragment(send(admin, "/rooms/-/new", "/rooms", name=room), 409)
    assert "already open" in answer.text
    for path in (
        room_path("ended a moment ago", "delete"),
        room_path("ended a moment ago", "edit"),
        participant_path(room, "left a moment ago", "remove"),
        participant_path(room, "left a moment ago", "mute-all"),
    ):
        assert "Not found" in fragment(send(admin, path, "/rooms"), 404).text


def test_many_are_asked_for_and_deleted_in_fragments(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    names = [make_room(), make_room()]
    asked = fragment(send(admin, "/rooms/-/delete", "/rooms", room=names), 200)
    assert "Delete 2 rooms?" in asked.text
    done = fragment(send(admin, "/rooms/-/delete", "/rooms", **filled(asked)), 200)
    assert "2 of 2 rooms deleted" in done.text
    assert [name for name in names if opened(livekit, name)] == []


def test_a_form_opened_in_the_dialog_is_the_same_form(admin: Visitor, room: str) -> None:
    for path in ("/rooms/-/new", room_path(room, "delete"), room_path(room, "send")):
        block = admin.get(f"{path}?partial=1", headers={"HX-Request": "true"})
        assert block.all("html") == []
        assert block.all("form", method="post")[0]["action"] == path
        assert block.all("input", name="csrf")[0]["value"]


def test_who_may_not_gets_a_fragment_without_a_token(nobody: Visitor, reader: Visitor) -> None:
    fields = {"csrf": "", "name": "x"}
    answer = nobody.send("/rooms/-/new", fields, HX_Request="true")
    assert (answer.status, answer.all("html"), answer.csrf) == (401, [], "")
    assert "x-csrf-token" not in answer.headers
    refused = send(reader, "/rooms/-/new", "/rooms", name="x")
    assert (refused.status, refused.all("html")) == (403, [])
    assert "read-only" in refused.text
