"""The refresh: ?partial=1 answers with the live block alone, or 304 where nothing changed."""

import re
import secrets
from collections.abc import Callable, Iterator

import pytest
from livekit import api

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask
from tests.routes.conftest import Busy, Join
from tests.routes.filled import polled
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

TIMES = re.compile(r"<time [^>]*>([^<]*)</time>")


@pytest.fixture(scope="module")
def young(start_dashboard: Callable[..., Dashboard]) -> Iterator[str]:
    """A room that is some seconds old, and not yet a minute, when the last test looks at it."""
    visitor = start_dashboard().visitor()
    name = f"young-{secrets.token_hex(4)}"
    assert visitor.post("/rooms/-/new", name=name).status == 303
    yield name
    visitor.post(room_path(name, "delete"))


@pytest.fixture(autouse=True)
def _begin(young: str) -> None:
    """Let the young room grow while the other tests run."""


def poll(visitor: Visitor, path: str, tag: str = "") -> Seen:
    """Ask for the live block as the page does."""
    separator = "&" if "?" in path else "?"
    headers = {"HX-Request": "true"} | ({"HX-PTag": tag} if tag else {})
    return visitor.get(f"{path}{separator}partial=1", headers=headers)


def pages(young: str) -> list[str]:
    """Return the pages that refresh themselves."""
    return ["/", "/rooms", f"/rooms?q={young}&per_page=25", room_path(young)]


def test_gives_the_block_alone_with_its_tag(admin: Visitor, young: str) -> None:
    for path in pages(young):
        whole, block = admin.get(path), poll(admin, path)
        assert whole.all("html")
        assert (block.status, block.all("html"), block.all("main")) == (200, [], [])
        assert block.all("nav", class_="sidebar") == []
        assert block.all("h1") == whole.all("h1") != []
        address, tag = polled(whole)
        assert tag
        assert "partial=1" in address
        assert len(block.headers["hx-ptag"]) == 16
        assert block.headers["content-type"].startswith("text/html")


def test_unchanged_is_304_without_a_body(admin: Visitor, young: str) -> None:
    for path in pages(young)[2:]:
        address, tag = polled(admin.get(path))
        block = admin.get(address, headers={"HX-PTag": tag})
        assert (block.status, block.html) == (304, ""), path
        assert block.headers["hx-ptag"] == tag


def test_the_latency_alone_is_no_change(admin: Visitor, busy: Busy, young: str) -> None:
    for path in pages(young):

        def unchanged(path: str = path) -> bool:  # a room of an earlier test may close in between
            tags = [poll(admin, path).headers["hx-ptag"] for _ in range(3)]
            return len(set(tags)) == 1

        until(unchanged)


def test_changed_is_200_with_a_new_tag(admin: Visitor, livekit: Ask, room: str, join: Join) -> None:
    path = room_path(room)
    tags = [poll(admin, path).headers["hx-ptag"]]

    def changed(words: str) -> None:
        block = poll(admin, path, tags[-1])
        assert block.status == 200
        assert words in block.html
        assert block.headers["hx-ptag"] not in tags
        tags.append(block.headers["hx-ptag"])
        until(lambda: poll(admin, path, poll(admin, path).headers["hx-ptag"]).status == 304)

    ada = join(room, "ada", audio=True)
    changed("ada")
    renamed = api.UpdateParticipantRequest(room=room, identity="ada", name="Ada the new")
    livekit("room.update_participant", renamed)
    changed("Ada the new")
    sid = ada.track_sids["microphone"]
    admin.post(participant_path(room, "ada", "mute"), track=sid)
    changed("Microphone, muted")


def test_another_filter_or_page_is_another_block(admin: Visitor, young: str) -> None:
    tag = poll(admin, f"/rooms?q={young}").headers["hx-ptag"]
    for path in ("/rooms?q=no-such-room", f"/rooms?q={young}&per_page=25"):
        assert poll(admin, path, tag).status == 200


def test_each_answer_brings_a_fresh_token_that_works(admin: Visitor, young: str) -> None:
    tag = poll(admin, room_path(young)).headers["hx-ptag"]
    answers = [poll(admin, room_path(young), tag) for _ in range(3)]
    tokens = [answer.headers["x-csrf-token"] for answer in answers]
    assert [answer.status for answer in answers] == [304] * 3
    assert len(set(tokens)) == 3
    for token in tokens:
        sent = admin.send(room_path(young, "edit"), {"metadata": token[:8]}, X_CSRF_Token=token)
        assert sent.status == 303


def test_a_poll_sets_no_cookie_and_leaves_the_flash_for_the_page(
    admin: Visitor, young: str
) -> None:
    answer = admin.post(room_path(young, "edit"), metadata="for the flash")
    assert answer.status == 303
    note = f"The metadata of {young} was saved."
    for path in pages(young):
        block = poll(admin, path)
        assert "set-cookie" not in block.headers
        assert note not in block.text
    assert note in admin.get(room_path(young)).text
    again = admin.get(room_path(young))
    assert note not in again.text
    assert "set-cookie" not in again.headers


def test_who_is_not_signed_in_gets_no_block_and_no_token(nobody: Visitor, young: str) -> None:
    for path in pages(young):
        block = poll(nobody, path)
        assert block.status == 401
        assert "x-csrf-token" not in block.headers
        assert young not in block.text


def test_a_failure_is_never_taken_for_unchanged(
    admin: Visitor, livekit: Ask, make_room: Ask, relay: Relay, start_dashboard: Ask
) -> None:
    room = make_room()
    tag = poll(admin, room_path(room)).headers["hx-ptag"]
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    for _ in range(2):
        gone = poll(admin, room_path(room), tag)
        assert gone.status == 404
        assert "hx-ptag" not in gone.headers
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    for path in ("/", "/rooms"):
        tag = poll(visitor, path).headers["hx-ptag"]
        relay.mode = "reset"
        lost = poll(visitor, path, tag)
        assert (lost.status, lost.headers.get("hx-ptag")) == (503, None)
        assert lost.headers["x-csrf-token"]
        relay.mode = "pass"
        assert poll(visitor, path, tag).status in {200, 304}


def test_forms_do_not_refresh_themselves(admin: Visitor, young: str) -> None:
    for path in ("/rooms/-/new", room_path(young, "edit"), f"/sandbox?room={young}"):
        form = admin.get(path)
        assert form.status == 200
        assert polled(form) == ("", "")


def test_the_text_of_a_time_alone_is_no_change(admin: Visitor, young: str) -> None:
    path = room_path(young)
    first = poll(admin, path)
    texts = TIMES.findall(first.html)
    assert texts

    def later() -> list[Seen]:
        block = poll(admin, path)
        return [block] if TIMES.findall(block.html) != texts else []

    (changed,) = until(later, 15)
    assert changed.headers["hx-ptag"] == first.headers["hx-ptag"]
    assert poll(admin, path, first.headers["hx-ptag"]).status == 304
